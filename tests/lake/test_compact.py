"""Compaction changes files, never rows."""

import errno
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.analytics.query import query
from schemas.errors import LakeError
from schemas.records import Article, Sighting
from schemas.tables import TABLES
from tests.lake.examples import T0, article, entry, page, poll, reject, write_pass
from tests.lake.reading import everything, glob_ids, rows, strays
from transforms.lake import compact as compaction
from transforms.lake import staging
from transforms.lake.compact import compact
from transforms.lake.lake import Lake, open_lake
from transforms.lake.locks import LakeBusyError, hold

DAY = timedelta(days=1)


def now() -> object:
    return T0 + DAY


def tidy(lake: Lake, **options: int) -> compaction.CompactResult:
    return compact(lake, lambda: T0 + DAY, **options)


def some_passes(folder: Path) -> Lake:
    for n in range(4):
        write_pass(
            folder, f"r{n}", [article(n), article(n + 10, published_at=T0 + DAY)], T0 + timedelta(minutes=n), pages=[page(n)],
            polls=[poll(T0 + timedelta(minutes=n))], rejects=[reject(n + 20)],
        )  # fmt: skip
    return open_lake(str(folder))


def test_few_sorted_files_with_the_same_rows(tmp_path: Path) -> None:
    lake = some_passes(tmp_path)
    before = everything(lake)
    result = tidy(lake)
    assert everything(lake) == before
    assert strays(lake, tmp_path) == []
    files = {name: [file.partition for file in lake.snapshot().files(name)] for name in TABLES}
    assert all(len(set(days)) == len(days) for days in files.values())
    assert len(files["articles"]) == 2
    for name, table in TABLES.items():
        if table.derived:
            assert files[name] == files["articles"]
    assert (result.left, result.files_after) == (0, sum(len(days) for name, days in files.items() if not TABLES[name].derived))
    snapshot = lake.snapshot()
    assert tidy(lake).merged == 0
    assert lake.snapshot() == snapshot


def test_derived_rows_are_those_that_a_view_would_compute(tmp_path: Path) -> None:
    lake = some_passes(tmp_path)
    views = ["mentions", "reprints", "stories", "trends", "co_mentions", "company_country"]
    computed = {view: rows(lake, view) for view in views}
    tidy(lake)
    write_pass(tmp_path, "late", [article(30), article(31, text="Kyiv. Poland.", story_id=article(1).story_id)], T0 + DAY)
    mixed = {view: rows(lake, view) for view in views}
    tidy(lake)  # the day had both kinds of files
    assert {view: rows(lake, view) for view in views} == mixed
    assert [(row["article_id"], row["story_id"]) for row in mixed["reprints"]] == [
        (article(31).article_id, article(1).article_id)
    ]
    assert computed["trends"][0]["articles"] == 4
    kyiv = "SELECT articles, mentions FROM trends WHERE name = 'Kyiv' AND day = '2026-03-01'"
    assert query(lake, kyiv).to_pylist() == [{"articles": 6, "mentions": 6}]


def test_a_revision_after_compaction_counts_once(tmp_path: Path) -> None:
    lake = some_passes(tmp_path)
    tidy(lake)
    write_pass(tmp_path, "late", [article(1, text="Kyiv is all that is left of it.")], T0 + DAY)
    assert strays(lake, tmp_path) == []
    found = query(lake, "SELECT name, articles FROM trends WHERE day = '2026-03-01' ORDER BY name").to_pylist()
    assert {row["name"]: row["articles"] for row in found} == {"Kyiv": 4, "Lockheed Martin": 3, "Patriot": 3, "Poland": 3}
    assert len(rows(lake, "mentions")) == 8 * 4 - 3


def test_feeds_that_came_later_are_added(tmp_path: Path) -> None:
    write_pass(tmp_path, "r1", [article(1)])
    lake = open_lake(str(tmp_path))
    tidy(lake)
    late = Sighting(
        entry(1).url_key, article(1).article_id, "https://z.example/feed", "1" * 16, "listed", T0 + DAY, article(1).published_at
    )
    write_pass(tmp_path, "r2", [], T0 + DAY, sightings=[late])
    tidy(lake)
    (row,) = rows(lake, "articles")
    assert row["feed_urls"] == sorted([*article(1).feed_urls, late.feed_url])
    assert tidy(lake).merged == 0


def test_revisions_are_dropped_on_request(tmp_path: Path) -> None:
    write_pass(tmp_path, "r1", [article(1)])
    write_pass(tmp_path, "r2", [article(1, text="Another text.")], T0 + DAY)
    lake = open_lake(str(tmp_path))
    tidy(lake)
    assert len(rows(lake, "revisions")) == 1
    tidy(lake, drop_revisions=True)
    assert rows(lake, "revisions") == []
    assert strays(lake, tmp_path) == []


def test_a_group_whose_file_was_replaced_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lake = some_passes(tmp_path)
    commit: Callable[..., object] = compaction.commit

    def commit_after_a_pass(*args: object) -> object:
        monkeypatch.setattr(compaction, "commit", commit)
        write_pass(tmp_path, "beside", [article(1, text="Another text.")], T0 + DAY)  # a pass beside the compaction
        return commit(*args)

    monkeypatch.setattr(compaction, "commit", commit_after_a_pass)
    result = tidy(lake)
    assert result.left == 1
    assert result.merged > 1
    assert len(glob_ids(tmp_path)) == len(set(glob_ids(tmp_path))) == 8
    (row,) = [row for row in rows(lake, "articles") if row["article_id"] == article(1).article_id]
    assert row["text"] == "Another text."
    assert strays(lake, tmp_path) == []


def test_a_full_disk_is_left_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lake = some_passes(tmp_path)
    before = everything(lake)
    room = iter(range(3))
    write: Callable[..., object] = compaction.write_parquet

    def write_three(*args: object) -> object:
        if next(room, None) is None:
            raise OSError(errno.ENOSPC, "no room")
        return write(*args)

    def write_nothing(*_: object) -> int:
        raise OSError(errno.ENOSPC, "no room")

    with monkeypatch.context() as patch:
        patch.setattr(compaction, "write_parquet", write_three)
        patch.setattr(Path, "write_text", write_nothing)  # not even the note of who holds a lock
        with pytest.raises(LakeError, match=r"Cannot compact the lake .*: the disk is full"):
            tidy(lake)
    assert next(room, None) is None
    assert everything(lake) == before
    assert strays(lake, tmp_path) == []


def test_a_compaction_runs_beside_a_pass_and_not_beside_another(tmp_path: Path) -> None:
    lake = some_passes(tmp_path)
    with lake.begin_pass("r9"):
        assert tidy(lake).merged > 0
    with hold(lake.storage, "compact", "a test"), pytest.raises(LakeBusyError, match="A compaction is at work"):
        tidy(lake)


def test_large_files_are_not_merged_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lake = some_passes(tmp_path)
    monkeypatch.setattr(compaction, "FILE_BYTES", 1)
    before = everything(lake)
    tidy(lake)
    assert everything(lake) == before
    assert tidy(lake).merged == 0


step = st.one_of(
    st.lists(st.tuples(st.integers(0, 5), st.sampled_from(["", "Kyiv.", "Poland and Kyiv."])), min_size=1, max_size=4),
    st.just("compact"),
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(step, min_size=1, max_size=5))
def test_any_order_of_passes_and_compactions_keeps_the_latest_of_each(
    tmp_path_factory: pytest.TempPathFactory, steps: list[object]
) -> None:
    folder = tmp_path_factory.mktemp("lake")
    lake = open_lake(str(folder))
    latest: dict[str, Article] = {}
    superseded = 0
    for n, one in enumerate(steps):
        if one == "compact":
            tidy(lake)
            continue
        articles = {number: article(number, text=text, published_at=T0 + number % 2 * DAY) for number, text in one}
        superseded += sum(a.article_id in latest for a in articles.values())
        write_pass(folder, f"r{n}", articles.values(), T0 + n * DAY)
        latest.update({a.article_id: a for a in articles.values()})
    assert {row["article_id"]: row["text"] for row in rows(lake, "articles")} == {key: a.text for key, a in latest.items()}
    assert sorted(glob_ids(folder)) == sorted(latest)
    assert len(rows(lake, "revisions")) == superseded
    counted = query(lake, "SELECT coalesce(sum(mentions), 0)::INT AS n FROM trends").to_pylist()[0]["n"]
    assert counted == len(rows(lake, "mentions")) == sum(len(a.tags.mentions) for a in latest.values())
    assert strays(lake, folder) == []


def test_pages_of_a_day_are_merged_a_row_group_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(staging, "ROW_GROUP_BYTES", 40_000)
    for n in range(3):
        pages = [
            replace(page(k, bytes([k % 256]) * 1000), fetched_at=T0 + k % 7 * timedelta(minutes=1)) for k in range(n, 300, 3)
        ]
        write_pass(tmp_path, f"r{n}", [], pages=pages)
    lake = open_lake(str(tmp_path))
    before = everything(lake)
    tidy(lake)
    assert everything(lake) == before
    (file,) = lake.snapshot().files("pages")
    with pq.ParquetFile(tmp_path / file.path) as parquet:
        assert parquet.metadata.num_row_groups > 5
        order = parquet.read(["fetched_at", "article_id"]).to_pylist()
    assert order == sorted(order, key=lambda row: (row["fetched_at"], row["article_id"]))
