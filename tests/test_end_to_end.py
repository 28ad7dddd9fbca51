"""HTTP in, DuckDB out: the sample site through the real pipeline in a process of its own."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from pipeline.sample.site import feed_addresses, serve, stories
from tests.cli import Done, dibwatch


@dataclass(frozen=True)
class World:
    """A lake after one pass over the sample site, and what the pass said."""

    lake: Path
    port: int
    first: Done

    def rows(self, sql: str) -> list[tuple[object, ...]]:
        """The answer of plain DuckDB, with nothing of ours; `{table}` stands for a table's files."""
        tables = ("articles", "pages", "polls", "rejects", "runs")
        globs = {t: f"read_parquet('{self.lake}/{t}/**/*.parquet', hive_partitioning => true)" for t in tables}
        return duckdb.connect().execute("SET TimeZone = 'UTC'; " + sql.format(**globs)).fetchall()

    def run_again(self, *flags: str) -> Done:
        arguments = ("--lake", str(self.lake), "--allow_private_hosts", "--host_delay", "0", "--json", *flags)
        return dibwatch("run", "--feeds", *feed_addresses(self.port), *arguments)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    server = serve(0)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    lake, port = tmp_path_factory.mktemp("world") / "lake", int(server.server_address[1])
    first = World(lake, port, Done(0, "", "")).run_again()
    assert first.code == 0, first.err
    yield World(lake, port, first)
    server.shutdown()
    server.server_close()


def test_every_story_is_an_article_once(world: World) -> None:
    expected = {story.title for story in stories() if not story.gone}
    assert len(expected) >= 24
    titles = [row[0] for row in world.rows("SELECT title FROM {articles}")]
    assert sorted(str(title) for title in titles) == sorted(expected)


def test_article_text_is_the_story_and_nothing_around_it(world: World) -> None:
    texts = dict(world.rows("SELECT title, text FROM {articles}"))
    for story in stories():
        if not story.gone:
            text = str(texts[story.title])
            assert [line for line in text.splitlines() if line.strip()] == [" ".join(p.split()) for p in story.paragraphs]


def test_mentions_point_into_the_text(world: World) -> None:
    wrong = world.rows(
        "SELECT m.text FROM (SELECT text AS body, unnest(mentions) AS m FROM {articles}) WHERE substr(body, m.start + 1, "
        'm."end" - m.start) <> m.text'
    )
    assert wrong == []
    assert world.rows("SELECT count(*) FROM (SELECT unnest(mentions) FROM {articles})")[0][0] > 200  # type: ignore[operator]


def test_an_analysts_question(world: World) -> None:
    answer = world.rows(
        "SELECT DISTINCT m.name, m.iso3 FROM (SELECT unnest(mentions) AS m FROM {articles}) "
        "WHERE m.label = 'COMPANY' AND m.name IN ('Rheinmetall', 'Hyundai Rotem', 'Saab') ORDER BY 1"
    )
    assert answer == [("Hyundai Rotem", "KOR"), ("Rheinmetall", "DEU"), ("Saab", "SWE")]


def test_partitions_are_the_days_of_the_articles(world: World) -> None:
    assert world.rows("SELECT count(*) FROM {articles} WHERE published_date <> CAST(published_at AS DATE)") == [(0,)]
    assert {row[0] for row in world.rows("SELECT DISTINCT published_at_source FROM {articles}")} <= {"feed", "page"}


def test_two_feeds_of_one_outlet_make_one_row(world: World) -> None:
    assert world.rows("SELECT DISTINCT len(feed_urls) FROM {articles} WHERE url LIKE '%/harbor/%'") == [(2,)]


def test_the_reprint_shares_its_story(world: World) -> None:
    shared = world.rows("SELECT story_id, count(*) FROM {articles} GROUP BY 1 HAVING count(*) > 1")
    assert [row[1] for row in shared] == [2]


def test_the_withdrawn_page_is_a_reject(world: World) -> None:
    assert world.rows("SELECT stage, reason FROM {rejects}") == [("fetch", "http_gone")]


def test_languages_and_charsets(world: World) -> None:
    assert {row[0] for row in world.rows("SELECT DISTINCT language FROM {articles}")} == {"en", "uk", "ru", "de"}
    assert world.rows("SELECT count(*) FROM {articles} WHERE text LIKE '%Нижнем Тагиле%'") == [(1,)]


def test_bodies_are_kept_as_received(world: World) -> None:
    assert world.rows("SELECT count(*) FROM {pages} WHERE octet_length(body) = body_bytes AND sha256(body) = body_sha256") == [
        (25,)
    ]


def test_the_sums_of_the_run_agree_with_the_tables_and_the_summary(world: World) -> None:
    counts, articles, rejects = world.rows("SELECT counts, articles, rejects FROM {runs} ORDER BY started_at LIMIT 1")[0]
    for count in counts:  # type: ignore[attr-defined]
        assert count["in"] == count["out"] + count["rejected"] + count["dropped"]
    assert world.rows("SELECT count(*) FROM {articles}") == [(articles,)]
    assert world.rows("SELECT count(*) FROM {rejects}") == [(rejects,)]
    assert (world.first.json["articles"], world.first.json["rejects"]) == (articles, rejects)


def test_sql_offers_the_views(world: World) -> None:
    done = dibwatch(
        "sql", "SELECT count(*) AS n FROM mentions WHERE label = 'COMPANY'", "--lake", str(world.lake), "--format", "json"
    )
    assert done.code == 0, done.err
    assert "n" in done.out


def test_a_second_pass_adds_nothing_and_says_so(world: World) -> None:
    before = world.rows("SELECT count(*) FROM {articles}")
    again = world.run_again("--poll_all")
    assert again.code == 0, again.err
    assert again.json["articles"] == 0
    assert world.rows("SELECT count(*) FROM {articles}") == before
    assert {row[0] for row in world.rows("SELECT DISTINCT outcome FROM {polls} WHERE status = 304")} == {"unchanged"}


def test_feeds_that_are_not_due_are_left_alone(world: World) -> None:
    polls = world.rows("SELECT count(*) FROM {polls}")
    again = world.run_again()
    assert again.code == 0, again.err
    assert world.rows("SELECT count(*) FROM {polls}") == polls
