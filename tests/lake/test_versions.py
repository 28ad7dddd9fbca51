"""A lake that the schema version before this one wrote: `tests/data/lake_v1`, kept as it was written."""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from pipeline.analytics.query import query
from pipeline.analytics.views import VIEWS
from schemas.tables import SCHEMA_VERSION, TABLES
from tests.lake.examples import T0, article, entry, page, poll, write_pass
from tests.lake.reading import everything, glob_ids, rows, strays
from transforms.lake.compact import compact
from transforms.lake.lake import Lake, open_lake
from transforms.lake.reprocess import newest_pages, read_pages
from transforms.lake.seen import load_seen

DAY = timedelta(days=1)


@pytest.fixture
def old(tmp_path: Path) -> Lake:
    shutil.copytree(Path(__file__).parents[1] / "data" / "lake_v1", tmp_path, dirs_exist_ok=True)
    return open_lake(str(tmp_path), create=False)


def test_it_is_of_the_version_before() -> None:
    stored = open_lake(str(Path(__file__).parents[1] / "data" / "lake_v1"), create=False).snapshot()
    assert {file.version for files in stored.tables.values() for file in files} == {SCHEMA_VERSION - 1}


def test_every_view_reads_it(old: Lake) -> None:
    counts = {view: query(old, f"SELECT count(*) AS n FROM {view}").to_pylist()[0]["n"] for view in VIEWS}
    assert counts["articles"] == 4
    assert counts["revisions"] == 1
    assert counts["mentions"] == 3 * 4 + 2
    assert counts["trends"] == counts["company_country"] * 2 == 8
    assert query(old, "SELECT DISTINCT source FROM signatures").to_pylist() == [{"source": None}]  # a column it did not have


def test_it_is_written_on(old: Lake, tmp_path: Path) -> None:
    newer = article(2, text="A text that is new.", fetched_at=T0 + 2 * DAY)
    write_pass(tmp_path, "r3", [newer, article(20)], T0 + 2 * DAY, polls=[poll(T0 + 2 * DAY)])
    assert len(glob_ids(tmp_path)) == len(set(glob_ids(tmp_path))) == 5
    assert len(rows(old, "revisions")) == 2
    assert old.feed_states()[poll().feed.url].polled_at == T0 + 2 * DAY
    seen = load_seen(old.storage, old.snapshot().files("sightings"))
    assert seen.is_seen(entry(1).url_key, entry(1).fingerprint)
    assert seen.has_text(article(0).article_id, article(0).text_sha256)
    (chosen,) = newest_pages(old.storage, old.snapshot().files("pages"), T0, T0 + DAY)
    assert list(read_pages(old.storage, chosen)) == [page(1)]
    mixed = everything(old)
    compact(old, lambda: T0 + 3 * DAY)
    after = everything(old)
    assert {file.version for files in old.snapshot().tables.values() for file in files} == {SCHEMA_VERSION}
    before, now = ([{**row, "text_hash": None} for row in found.pop("sightings")] for found in (mixed, after))
    assert sorted(map(repr, now)) == sorted(map(repr, before))  # text_hash is made of what version 1 had instead
    assert after == mixed
    assert strays(old, tmp_path) == []


def test_a_lost_snapshot_is_rebuilt_with_its_versions(old: Lake, tmp_path: Path) -> None:
    before = old.snapshot().tables
    (tmp_path / "_lake" / "snapshot.json").unlink()
    with old.begin_pass("r3"):
        pass
    assert {name: files for name, files in old.snapshot().tables.items() if files} == before
    assert set(TABLES) >= set(before)
