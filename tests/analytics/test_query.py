"""The views say what the rows say, and a reader cannot do more than read."""

import csv
import io
import json
import multiprocessing
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest

from pipeline.analytics.query import open_views, query, run_sql, write_database
from pipeline.analytics.views import VIEWS
from schemas.errors import LakeError, UsageError
from schemas.records import Mention, Poll
from tests.lake.examples import FEED, T0, article, page, poll, reject, write_pass
from transforms.lake.compact import compact
from transforms.lake.lake import Lake, open_lake

DAY = timedelta(days=1)
OTHER = "https://other.example/feed"


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    write_pass(
        tmp_path, "r1", [article(0), article(1, source="bbc.com", story_id=article(0).article_id)], pages=[page(0)],
        polls=[poll(), poll(feed_url=OTHER)], rejects=[reject(8), reject(9, feed_url=OTHER, reason="timeout")],
    )  # fmt: skip
    reprints = [article(n, source=source, story_id=article(0).article_id) for n, source in ((2, "bbc.co.uk"), (3, "example.org"))]
    write_pass(tmp_path, "r2", [*reprints, article(4, published_at=T0 + DAY, feed_urls=(FEED, OTHER))], T0 + DAY)
    return open_lake(str(tmp_path))


def records(lake: Lake, sql: str) -> list[dict[str, Any]]:
    return query(lake, sql).to_pylist()


def test_every_view_can_be_read_from_an_empty_lake(tmp_path: Path) -> None:
    empty = open_lake(str(tmp_path))
    for view in VIEWS:
        assert view == "publisher_families" or records(empty, f"SELECT * FROM {view}") == []


def test_mentions_are_joined_to_their_article(lake: Lake) -> None:
    rows = records(lake, f"SELECT * FROM mentions WHERE article_id = '{article(4).article_id}' ORDER BY start")
    assert [row["text"] for row in rows] == [m.text for m in sorted(article(4).tags.mentions, key=lambda m: m.start)]
    assert {(row["url"], row["published_date"], row["source"]) for row in rows} == {
        (article(4).url, date(2026, 3, 2), "example.org")
    }
    assert all(article(4).text[row["start"] : row["end"]] == row["text"] for row in rows)


def test_deals_are_joined_to_their_article_with_names(lake: Lake) -> None:
    rows = records(lake, "SELECT * FROM deals ORDER BY published_at")
    assert [row["article_id"] for row in rows] == [article(n).article_id for n in range(5)]
    assert {row["text"] for row in rows} == {"Kyiv received four l"}
    last = rows[-1]
    assert (last["url"], last["published_date"], last["story_id"]) == (article(4).url, date(2026, 3, 2), article(4).story_id)
    assert (last["kind"], last["buyer_iso3"], last["buyer"]) == ("contract", "POL", "Poland")
    assert (last["supplier_id"], last["supplier"]) == ("company:lockheed-martin", "Lockheed Martin")
    assert (last["quantity"], last["amount"], last["currency"]) == (4, 90e6, "USD")
    assert (last["platform_id"], last["platform"]) == ("", "")


def test_a_deal_names_by_id_what_only_the_title_names_and_nothing_by_an_unknown_place(tmp_path: Path) -> None:
    one = article(1)
    unknown = Mention("geo", "PLACE", "work", one.text.find("work"), one.text.find("work") + 4, name="work")
    deal = replace(one.tags.deals[0], supplier_id="saab", buyer_iso3="SWE")
    changed = replace(one, tags=replace(one.tags, mentions=(*one.tags.mentions, unknown), deals=(deal,)))
    write_pass(tmp_path, "r1", [changed])
    (row,) = records(open_lake(str(tmp_path)), "SELECT buyer, supplier, platform FROM deals")
    assert row == {"buyer": "SWE", "supplier": "saab", "platform": ""}


def test_countries_of_articles(lake: Lake) -> None:
    rows = records(
        lake, "SELECT iso3, is_focus, count(*) AS n, sum(salience) AS s FROM article_countries GROUP BY ALL ORDER BY 1"
    )
    assert rows == [{"iso3": "POL", "is_focus": False, "n": 5, "s": 2.5}, {"iso3": "UKR", "is_focus": True, "n": 5, "s": 2.5}]


def test_a_story_counts_houses_not_sites(lake: Lake) -> None:
    alone, told = records(lake, "SELECT * FROM stories ORDER BY articles")
    assert (alone["story_id"], alone["articles"], alone["independent_sources"]) == (article(4).article_id, 1, 1)
    assert told["sources"] == ["bbc.co.uk", "bbc.com", "example.org"]
    assert (told["articles"], told["independent_sources"], told["title"]) == (4, 2, "Title 0")
    assert (told["first_published_at"], told["last_published_at"]) == (article(0).published_at, article(3).published_at)


def test_a_story_whose_founder_is_elsewhere_is_told_by_the_others(tmp_path: Path) -> None:
    write_pass(tmp_path, "r1", [article(n, story_id="f" * 32) for n in (1, 2)])
    (story,) = records(open_lake(str(tmp_path)), "SELECT * FROM stories")
    assert (story["articles"], story["independent_sources"], story["title"]) == (2, 1, "Title 1")


def test_companies_and_countries(lake: Lake) -> None:
    rows = records(lake, "SELECT day, company, iso3, articles, salience FROM company_country ORDER BY ALL")
    assert [tuple(row.values()) for row in rows] == [
        (date(2026, 3, day), "Lockheed Martin", iso3, n, n / 2) for day, n in ((1, 4), (2, 1)) for iso3 in ("POL", "UKR")
    ]


def test_pairs_in_a_sentence_and_in_an_article(lake: Lake) -> None:
    rows = records(lake, "SELECT a_name, b_name, articles, articles_one_sentence FROM co_mentions WHERE day = '2026-03-01'")
    pairs = {(row["a_name"], row["b_name"]): (row["articles"], row["articles_one_sentence"]) for row in rows}
    assert len(pairs) == 6
    assert pairs["Kyiv", "Patriot"] == (4, 4)
    assert pairs["Lockheed Martin", "Poland"] == (4, 0)


def test_trends_leave_out_what_is_no_entity(tmp_path: Path) -> None:
    one = article(1)
    unknown = Mention("geo", "PLACE", "work", one.text.find("work"), one.text.find("work") + 4)
    twice = replace(one, tags=replace(one.tags, mentions=(*one.tags.mentions, one.tags.mentions[0], unknown)))
    write_pass(tmp_path, "r1", [twice])
    rows = records(open_lake(str(tmp_path)), "SELECT name, articles, mentions FROM trends ORDER BY mentions DESC, name")
    assert [tuple(row.values()) for row in rows] == [
        ("Kyiv", 1, 2),
        ("Lockheed Martin", 1, 1),
        ("Patriot", 1, 1),
        ("Poland", 1, 1),
    ]


def test_feed_health(tmp_path: Path) -> None:
    polls: list[Poll] = [poll(T0 + n * DAY, failures=n) for n in range(40)]
    polls[-1] = replace(polls[-1], outcome="error", reason="timeout", status=0)
    write_pass(tmp_path, "r1", [article(1)], polls=[*polls, poll(feed_url=OTHER)], rejects=[reject(7)])
    mine, other = records(open_lake(str(tmp_path)), "SELECT * FROM feed_health ORDER BY feed_url")
    assert (mine["last_outcome"], mine["last_reason"], mine["failures"]) == ("error", "timeout", 39)
    assert (mine["polls_30d"], mine["failed_polls_30d"], mine["new_entries_30d"]) == (30, 1, 90)
    assert (mine["last_poll_at"], mine["last_good_poll_at"]) == (T0 + 39 * DAY, T0 + 38 * DAY)
    assert (mine["articles"], mine["rejects"], mine["usual_reject"]) == (1, 1, "http_not_found")
    assert (other["articles"], other["rejects"], other["usual_reject"], other["polls_30d"]) == (0, 0, "", 0)  # not polled lately


@pytest.mark.parametrize("output_format", ["table", "csv", "json", "parquet"])
def test_formats(lake: Lake, output_format: str) -> None:
    out = io.BytesIO()
    run_sql(lake, "SELECT title, published_at, countries, text FROM articles ORDER BY title LIMIT 2", output_format, out)
    if output_format == "parquet":
        rows = pq.read_table(io.BytesIO(out.getvalue())).to_pylist()
        assert rows[0]["published_at"] == T0
    elif output_format == "json":
        rows = json.loads(out.getvalue())
        assert rows[0]["published_at"] == "2026-03-01T09:00:00+00:00"
        assert rows[0]["countries"][0]["iso3"] == "UKR"
    elif output_format == "csv":
        rows = list(csv.DictReader(io.StringIO(out.getvalue().decode())))
        assert json.loads(rows[0]["countries"])[1]["name"] == "Poland"
    else:
        assert "Title 1" in out.getvalue().decode()
        return
    assert [row["title"] for row in rows] == ["Title 0", "Title 1"]
    assert rows[0]["text"] == article(0).text


def test_no_rows_are_still_a_result(lake: Lake) -> None:
    for output_format, expected in (("csv", b"title\n"), ("json", b"[\n]\n")):
        out = io.BytesIO()
        run_sql(lake, "SELECT title FROM articles WHERE false", output_format, out)
        assert out.getvalue() == expected


@pytest.mark.parametrize(
    "sql",
    [
        "DROP VIEW articles",
        "CREATE TABLE t AS SELECT 1",
        "INSERT INTO files.articles SELECT * FROM articles",
        "SET threads = 1",
        "ATTACH 'x.db'",
        "INSTALL httpfs",
        "COPY articles TO 'out.parquet'",
        "EXPLAIN ANALYZE COPY articles TO 'out.parquet'",
        "EXPLAIN (ANALYZE) COPY articles TO 'out.parquet'",
        "/* hidden */ EXPLAIN ANALYZE COPY articles TO 'out.parquet'",
        "PRAGMA version",
        "CALL pragma_version()",
        "SELECT 1; DROP VIEW articles",
        "",
        "SELECT * FROM nowhere",
        "SELEC 1",
        "SELECT * FROM read_text('/etc/hostname')",
        "SELECT * FROM '/etc/hostname'",
        "SELECT * FROM glob('/etc/*')",
        "SELECT * FROM read_csv('https://example.org/x.csv')",
    ],
)  # fmt: skip
def test_what_is_not_a_query_over_the_lake_is_refused_in_one_line(lake: Lake, sql: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(lake.location)
    before = sorted(path for path in Path(lake.location).rglob("*") if path.is_file())
    with pytest.raises(UsageError) as caught:
        query(lake, sql)
    assert "\n" not in str(caught.value)
    assert sorted(path for path in Path(lake.location).rglob("*") if path.is_file()) == before


def test_the_column_end_wants_quotes_and_the_error_says_so(lake: Lake) -> None:
    with pytest.raises(UsageError, match='is written "end", in quotes'):
        query(lake, "SELECT start, end FROM mentions")
    assert records(lake, 'SELECT start, "end" FROM mentions LIMIT 1')


def test_a_live_file_cannot_be_overwritten(lake: Lake) -> None:
    path = lake.storage.full(lake.snapshot().files("articles")[0].path)
    before = Path(path).read_bytes()
    with pytest.raises(UsageError, match="read-only"):
        query(lake, f"COPY (SELECT 1) TO '{path}' (FORMAT parquet, USE_TMP_FILE false)")
    assert Path(path).read_bytes() == before


def test_queries_may_be_explained(lake: Lake) -> None:
    assert records(lake, "EXPLAIN SELECT count(*) FROM articles")
    assert records(lake, "explain analyze select count(*) from articles")


def test_a_connection_of_ones_own_is_shut_in(lake: Lake) -> None:
    with open_views(lake) as connection:
        assert connection.sql("SELECT count(*) FROM articles").fetchall() == [(5,)]
        for sql in ("SET enable_external_access = true", "COPY articles TO 'x.csv'", "FROM read_text('/etc/hostname')"):
            with pytest.raises(duckdb.Error):
                connection.execute(sql)


def test_a_database_file_for_other_tools(lake: Lake, tmp_path: Path) -> None:
    path = tmp_path / "lake.duckdb"
    write_database(lake, path)
    write_database(lake, path)
    with duckdb.connect(str(path), read_only=True) as connection:
        assert connection.sql("SELECT count(*) FROM mentions").fetchall() == [(20,)]
        assert {row[0] for row in connection.sql("SELECT view_name FROM duckdb_views() WHERE NOT internal").fetchall()} >= set(
            VIEWS
        )
    assert sorted(p.name for p in tmp_path.iterdir() if "duckdb" in p.name) == ["lake.duckdb"]


@pytest.mark.parametrize(("place", "says"), [("none/x.duckdb", "there is no folder"), (".", "is a folder")])
def test_a_database_file_that_cannot_be_there_is_one_sentence_about_the_place(
    lake: Lake, tmp_path: Path, place: str, says: str
) -> None:
    with pytest.raises(UsageError, match=f"Cannot export to .*{says}"):
        write_database(lake, tmp_path / place)


def test_a_database_file_that_cannot_be_written_is_no_fault_of_the_lake(lake: Lake, tmp_path: Path) -> None:
    (tmp_path / ".lake.duckdb.draft").mkdir()  # in the way, even of root
    with pytest.raises(LakeError, match="Cannot export to"):
        write_database(lake, tmp_path / "lake.duckdb")


def test_names_with_quotes_are_just_names(tmp_path: Path) -> None:
    folder = tmp_path / "o'brien's \"lake\""
    write_pass(folder, "r1", [article(1)])
    assert len(records(open_lake(str(folder)), "SELECT * FROM articles")) == 1


def _keep_writing(folder: str, started: Any, enough: Any) -> None:
    lake = open_lake(folder)
    for n in range(200):
        write_pass(folder, f"w{n}", [article(k, text=f"Kyiv, version {n}.") for k in (n % 4, 4)], T0 + n * DAY)
        if n % 3 == 2:
            compact(lake, lambda: T0)
        started.set()
        if enough.is_set():
            return


@pytest.fixture
def written_beside(lake: Lake) -> Iterator[None]:
    """A process that goes on writing to `lake` and compacting it until the test ends."""
    context = multiprocessing.get_context("spawn")
    started, enough = context.Event(), context.Event()
    process = context.Process(target=_keep_writing, args=(lake.location, started, enough))
    process.start()
    assert started.wait(60)
    yield
    enough.set()
    process.join(60)
    assert process.exitcode == 0


@pytest.mark.usefixtures("written_beside")
def test_a_reader_beside_passes_and_compactions_sees_each_article_once(lake: Lake) -> None:
    sequences = set()
    until = time.monotonic() + 120
    while len(sequences) < 6 and time.monotonic() < until:
        sequences.add(lake.snapshot().sequence)
        (row,) = records(lake, "SELECT count(*) AS n, count(DISTINCT article_id) AS d, sum(length(text)) AS l FROM articles")
        assert (row["n"], row["d"]) == (5, 5)
        (named,) = records(lake, "SELECT sum(articles)::INT AS n FROM trends WHERE name = 'Kyiv'")
        assert named["n"] == 5
    assert len(sequences) == 6  # it did change meanwhile


def test_without_a_lake_there_is_nothing_to_read(tmp_path: Path) -> None:
    with pytest.raises(LakeError):
        open_lake(str(tmp_path / "none"), create=False)
