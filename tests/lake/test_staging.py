"""Files of a pass before they are committed."""

import itertools
from datetime import timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.errors import LakeError
from schemas.records import RunInfo
from schemas.rows import article_row, reject_row
from schemas.tables import SCHEMA_VERSION, TABLES, version_of
from tests.lake.examples import T0, article, reject
from transforms.lake.lake import open_lake
from transforms.lake.staging import StagingWriter, read_manifest, write_manifest, write_parquet

RUN = RunInfo("r1", "0.1.0")


def writer(folder: Path, table: str = "articles", **limits: int) -> StagingWriter:
    names = itertools.count()
    return StagingWriter(open_lake(str(folder)).storage, "r1", table, lambda: f"f{next(names)}", **limits)


def test_a_file_has_the_layout_that_readers_count_on(tmp_path: Path) -> None:
    stage = writer(tmp_path)
    late, early = article(5), article(2)
    assert not [file for one in (late, early) for file in stage.add(article_row(one, RUN))]
    (file,) = stage.close()
    assert (file.partition, file.rows) == ("2026-03-01", 2)
    assert (file.min_time, file.max_time) == (early.published_at.isoformat(), late.published_at.isoformat())
    with pq.ParquetFile(tmp_path / file.path) as parquet:
        assert parquet.read()["article_id"].to_pylist() == [early.article_id, late.article_id]  # sorted by time
        assert parquet.schema_arrow.equals(TABLES["articles"].schema)
        assert version_of(parquet.schema_arrow) == SCHEMA_VERSION
        group = parquet.metadata.row_group(0)
        columns = {group.column(i).path_in_schema: group.column(i) for i in range(group.num_columns)}
    assert {column.compression for column in columns.values()} == {"ZSTD"}
    assert columns["published_at"].is_stats_set
    assert columns["article_id"].is_stats_set
    assert columns["published_at"].has_offset_index
    assert "RLE_DICTIONARY" in columns["source"].encodings
    assert "RLE_DICTIONARY" not in columns["text"].encodings


def test_duckdb_uses_the_bloom_filter(tmp_path: Path) -> None:
    import duckdb

    rows = pa.Table.from_pylist([article_row(article(n), RUN) for n in range(50)], schema=TABLES["articles"].schema)
    write_parquet(open_lake(str(tmp_path)).storage, "articles", rows, "articles/published_date=2026-03-01/x.parquet")
    found = duckdb.sql(
        f"SELECT bloom_filter_excludes FROM parquet_bloom_probe('{tmp_path}/articles/*/*.parquet', 'article_id', 'no')"
    )
    assert found.fetchall() == [(True,)]


def test_one_file_a_day_and_a_bounded_buffer(tmp_path: Path) -> None:
    stage = writer(tmp_path, buffer_bytes=20_000)
    flushed = [
        file
        for n in range(60)
        for file in stage.add(article_row(article(n, published_at=T0 + timedelta(days=n % 3)), RUN))
    ]  # fmt: skip
    files = [*flushed, *stage.close()]
    assert flushed
    assert {file.partition for file in files} == {"2026-03-01", "2026-03-02", "2026-03-03"}
    assert sum(file.rows for file in files) == 60


def test_a_day_is_a_day_in_utc(tmp_path: Path) -> None:
    from zoneinfo import ZoneInfo

    stage = writer(tmp_path, "rejects")
    late_in_new_york = T0.replace(hour=23, tzinfo=ZoneInfo("America/New_York"))
    list(stage.add(reject_row(reject(1, rejected_at=late_in_new_york), RUN)))
    assert [file.partition for file in stage.close()] == ["2026-03-02"]


@settings(deadline=None, max_examples=40)
@given(st.lists(st.tuples(st.integers(0, 4), st.text(st.characters(exclude_categories=["Cs"]), max_size=30)), max_size=30))
def test_what_goes_in_comes_out(tmp_path_factory: pytest.TempPathFactory, given: list[tuple[int, str]]) -> None:
    folder = tmp_path_factory.mktemp("lake")
    stage = writer(folder, "rejects", buffer_bytes=2_000)
    rows = [reject_row(reject(n, error=error, rejected_at=T0 + timedelta(days=day)), RUN) for n, (day, error) in enumerate(given)]
    files = [file for row in rows for file in stage.add(row)] + list(stage.close())
    back = [row for file in files for row in pq.ParquetFile(folder / file.path).read().to_pylist()]
    assert sorted(row["url"] + row["error"] for row in back) == sorted(row["url"] + row["error"] for row in rows)


def test_the_manifest_is_what_counts(tmp_path: Path) -> None:
    storage = open_lake(str(tmp_path)).storage
    with pytest.raises(LakeError, match="did not finish"):
        read_manifest(storage, "r1")
    stage = writer(tmp_path)
    list(stage.add(article_row(article(1), RUN)))
    files = list(stage.close())
    write_manifest(storage, "r1", files)
    assert read_manifest(storage, "r1") == files
    write_manifest(storage, "r1", [])
    assert read_manifest(storage, "r1") == []
