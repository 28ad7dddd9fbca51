"""The lake's views in DuckDB: one consistent snapshot, read-only.

The views stand on the explicit list of files of one snapshot, so a query never sees half a commit. SQL of the user runs with
DuckDB's external access off and its configuration locked: only the files of that snapshot can be opened, nothing be written,
attached, installed or fetched. `run_sql` takes queries only, so that it cannot write to one of those files either.
"""

import contextlib
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path
from typing import BinaryIO, TypeVar

import duckdb
import pyarrow as pa

from pipeline.analytics.output import write_result
from pipeline.analytics.views import make_views, texts
from schemas.errors import LakeError, UsageError
from transforms.lake.lake import Lake
from transforms.lake.snapshot import Snapshot, damage
from transforms.lake.storage import lake_errors

_EXPLAIN = re.compile(r"^\s*explain(\s+analyze)?(\s*\([^)]*\))?\s", re.IGNORECASE)
_ASKED_WRONG = (  # what no damage to a file makes DuckDB raise
    duckdb.ParserException, duckdb.SyntaxException, duckdb.CatalogException, duckdb.PermissionException, duckdb.ConversionException,
)  # fmt: skip
_T = TypeVar("_T")


def open_views(lake: Lake) -> duckdb.DuckDBPyConnection:
    """A connection with the views of the lake's current snapshot. Raises LakeError when the lake cannot be read.

    The connection cannot reach other files, nor the network, nor change its settings.
    """
    return _with_snapshot(lake, lambda snapshot: _connect(lake, snapshot))


def run_sql(lake: Lake, sql: str, output_format: str, out: BinaryIO) -> None:
    """Write the result of a query over the views to `out` as `table`, `csv`, `json` or `parquet`.

    The result is held in memory. Raises UsageError when `sql` is not one valid query, LakeError when the lake cannot be read.
    """
    write_result(query(lake, sql), output_format, out)


def query(lake: Lake, sql: str) -> pa.Table:
    """The result of a query over the views; read again if a commit or compaction replaced a file meanwhile."""

    def read(connection: duckdb.DuckDBPyConnection) -> pa.Table:
        _check_is_query(connection, sql)
        return _answer(connection, sql)

    return with_views(lake, read)


def _answer(connection: duckdb.DuckDBPyConnection, sql: str) -> pa.Table:
    """The result, asked for in a thread of its own: DuckDB lets Python's signal handlers wait until a query has ended."""
    with ThreadPoolExecutor(1) as thread:
        answer = thread.submit(lambda: connection.sql(sql).to_arrow_table())
        try:
            return answer.result()
        except KeyboardInterrupt:
            while not answer.done():  # again, in case it had not begun
                connection.interrupt()
                wait([answer], timeout=0.1)
            raise


def with_views(lake: Lake, read: Callable[[duckdb.DuckDBPyConnection], _T]) -> _T:
    """`read` of a connection as `open_views` gives it, called again if a file was replaced meanwhile."""

    def once(snapshot: Snapshot) -> _T:
        with _connect(lake, snapshot) as connection:
            return read(connection)

    return _with_snapshot(lake, once)


def _check_is_query(connection: duckdb.DuckDBPyConnection, sql: str) -> None:
    statements = connection.extract_statements(sql)
    if len(statements) != 1:
        raise UsageError(f"One query at a time, please; these are {len(statements)} statements.")
    kind = statements[0].type
    if kind == duckdb.StatementType.EXPLAIN:  # EXPLAIN ANALYZE carries out what it explains
        explained, found = _EXPLAIN.subn("", sql, count=1)
        if not found:
            raise UsageError("The lake is read-only here: begin with the word EXPLAIN to have a query explained.")
        _check_is_query(connection, explained)
    elif kind != duckdb.StatementType.SELECT:
        raise UsageError(f"The lake is read-only here: {kind.name} statements are refused, queries are welcome.")


def _with_snapshot(lake: Lake, read: Callable[[Snapshot], _T], attempts: int = 10) -> _T:
    snapshot = lake.snapshot()
    for _ in range(attempts):
        try:
            return read(snapshot)
        except (duckdb.Error, OSError, pa.ArrowException) as error:
            newer = lake.snapshot()
            if newer.sequence == snapshot.sequence:
                raise _explained(lake, newer, error) from error
            snapshot = newer  # perhaps a file was replaced meanwhile
    raise LakeError("The lake changes faster than it can be read; try again.")


def _explained(lake: Lake, snapshot: Snapshot, error: Exception) -> LakeError | UsageError:
    is_of_files = isinstance(error, duckdb.IOException | duckdb.SerializationException | OSError | pa.ArrowException)
    if not isinstance(error, _ASKED_WRONG):
        with lake_errors("read the lake"):
            found = damage(lake.storage, snapshot, thorough=is_of_files)
        if found is not None:
            return found
    said = " ".join(str(error).partition("\n\nLINE ")[0].split()) if is_of_files else " ".join(str(error).split())
    if is_of_files:
        return LakeError(f"The lake cannot be read: {said}")
    hint = '; the column end is written "end", in quotes, for END is a word of SQL' if 'at or near "end"' in said.lower() else ""
    return UsageError(f"The query failed: {said}{hint}")


def _connect(lake: Lake, snapshot: Snapshot) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(config={"autoinstall_known_extensions": False})
    connection.execute("SET TimeZone = 'UTC'; SET enable_progress_bar = false; SET parquet_metadata_cache = true")
    make_views(connection, lake, snapshot)
    if lake.storage.is_local:
        paths = [lake.storage.full(file.path) for files in snapshot.tables.values() for file in files]
        connection.execute(f"SET allowed_paths = {texts(paths)}")
    connection.execute("SET enable_external_access = false; SET lock_configuration = true")
    return connection


def write_database(lake: Lake, path: Path) -> None:
    """Write a DuckDB file with the views of the current snapshot, for other tools; replaced in one step.

    It lists files, so it goes stale when the lake changes; to be written again after a commit. Raises UsageError for a lake
    that is not on a local disk, or a place where no file can be; LakeError where none can be written.
    """
    if not lake.storage.is_local:
        raise UsageError(f"A DuckDB file can only point at a lake on a local disk, not at {lake.location}.")
    if path.is_dir() or not path.parent.is_dir():
        what = f"{path} is a folder" if path.is_dir() else f"there is no folder {path.parent}"
        raise UsageError(f"Cannot export to {path}: {what}; a DuckDB file is written into a folder that is there.")
    draft = path.with_name(f".{path.name}.draft")

    def write(snapshot: Snapshot) -> None:
        try:
            draft.unlink(missing_ok=True)
            database = duckdb.connect(str(draft))
        except (duckdb.IOException, OSError) as error:
            raise LakeError(f"Cannot export to {path}: {' '.join(str(error).split())}") from error
        with database as connection:
            make_views(connection, lake, snapshot)

    try:
        _with_snapshot(lake, write)
        draft.replace(path)
    finally:
        with contextlib.suppress(OSError):
            draft.unlink()
