"""What a lake holds, in a form that can be compared."""

from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq

from pipeline.analytics.query import open_views
from schemas.tables import TABLES
from transforms.lake.lake import Lake
from transforms.lake.reading import read_file

_OF_THE_RUN = {"run_id", "sequence", "superseded_by", "code_version"}


def rows(lake: Lake, table: str) -> list[dict[str, Any]]:
    """The rows of a table by its snapshot, without what differs from one run to the next, in a fixed order."""
    with open_views(lake) as connection:
        return _rows(connection, table)


def everything(lake: Lake) -> dict[str, list[dict[str, Any]]]:
    """The rows of every table and of the views that count."""
    with open_views(lake) as connection:
        return {table: _rows(connection, table) for table in [*TABLES, "stories"]}


def stored(lake: Lake) -> dict[str, list[dict[str, Any]]]:
    """The rows of every table that is not derived, straight from the live files: quicker than `everything`."""
    snapshot = lake.snapshot()
    return {
        name: _plain([row for file in snapshot.files(name) for row in read_file(lake.storage, name, file.path).to_pylist()])
        for name, table in TABLES.items()
        if not table.derived
    }


def _rows(connection: duckdb.DuckDBPyConnection, table: str) -> list[dict[str, Any]]:
    return _plain(connection.sql(f"SELECT * FROM {table}").to_arrow_table().to_pylist())


def _plain(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    plain = [{key: value for key, value in row.items() if key not in _OF_THE_RUN} for row in found]
    return sorted(plain, key=repr)


def glob_ids(folder: Path) -> list[str]:
    """article_id of every row that a plain glob over `articles` finds."""
    files = sorted(folder.glob("articles/**/*.parquet"))
    return [key for file in files for key in pq.ParquetFile(file).read(["article_id"])["article_id"].to_pylist()]


def strays(lake: Lake, folder: Path) -> list[str]:
    """Files that belong neither to the snapshot nor to the lake's own books."""
    books = {"_lake/snapshot.json", "_lake/feed_states.parquet", "_lake/pass.lock", "_lake/commit.lock", "_lake/compact.lock"}
    live = {file.path for files in lake.snapshot().tables.values() for file in files}
    found = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    return sorted(found - live - books) + [f"missing: {path}" for path in sorted(live - found)]
