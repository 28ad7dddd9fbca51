"""The lake's views in DuckDB: one consistent snapshot, read-only.

The views stand on the explicit list of files of one snapshot, so a query never sees half a commit. SQL of the user runs with
DuckDB's external access off and its configuration locked: only the files of that snapshot can be opened, nothing be written,
attached, installed or fetched. `run_sql` takes queries only, so that it cannot write to one of those files either.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, TypeVar

import duckdb

from pipeline.analytics.output import write_result
from schemas.errors import LakeError, UsageError
from schemas.tables import TABLES
from transforms.lake.derive import derive_sql, merge_sql
from transforms.lake.lake import Lake
from transforms.lake.snapshot import LiveFile, Snapshot

if TYPE_CHECKING:
    import pyarrow as pa

VIEWS = (
    "publisher_families",
    "articles", "mentions", "article_countries", "stories", "company_country", "co_mentions", "trends", "feed_health", "rejects",
    "runs", "pages", "polls", "revisions", "sightings", "signatures",
)  # fmt: skip
_EXPLAIN = re.compile(r"^\s*explain(\s+analyze)?(\s*\([^)]*\))?\s", re.IGNORECASE)
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


def query(lake: Lake, sql: str) -> "pa.Table":
    """The result of a query over the views; read again if a commit or compaction replaced a file meanwhile."""
    return _with_snapshot(lake, lambda snapshot: _run(lake, snapshot, sql))


def _run(lake: Lake, snapshot: Snapshot, sql: str) -> "pa.Table":
    with _connect(lake, snapshot) as connection:
        try:
            _check_is_query(connection, sql)
            return connection.sql(sql).to_arrow_table()
        except duckdb.IOException:
            raise  # perhaps a file that was replaced
        except duckdb.Error as error:
            raise UsageError(f"The query failed: {' '.join(str(error).split())}") from error


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
        except duckdb.IOException as error:
            newer = lake.snapshot()
            if newer.sequence == snapshot.sequence:
                raise LakeError(f"The lake cannot be read: {' '.join(str(error).split())}") from error
            snapshot = newer
    raise LakeError("The lake changes faster than it can be read; try again.")


def _connect(lake: Lake, snapshot: Snapshot) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(config={"autoinstall_known_extensions": False})
    connection.execute("SET TimeZone = 'UTC'; SET enable_progress_bar = false; SET parquet_metadata_cache = true")
    for statement in view_statements(connection, lake, snapshot):
        connection.execute(statement)
    paths = [lake.storage.full(file.path) for files in snapshot.tables.values() for file in files]
    connection.execute(f"SET allowed_paths = {_texts(paths)}")
    connection.execute("SET enable_external_access = false; SET lock_configuration = true")
    return connection


def view_statements(connection: duckdb.DuckDBPyConnection, lake: Lake, snapshot: Snapshot) -> list[str]:
    """The SQL that makes the views over one snapshot: raw tables in schema `files`, the views of `views/*.sql` over them."""
    statements = ["CREATE SCHEMA files"]
    for name in TABLES:
        statements.append(f"CREATE VIEW files.{name} AS {_rows_of(connection, lake, snapshot, name)}")
    folder = resources.files("pipeline.analytics") / "views"
    return statements + [f"CREATE VIEW {name} AS {(folder / f'{name}.sql').read_text(encoding='utf-8')}" for name in VIEWS]


def _rows_of(connection: duckdb.DuckDBPyConnection, lake: Lake, snapshot: Snapshot, name: str) -> str:
    """The query for all rows of a table. For files of `articles` that a derived one does not have yet they are computed."""
    if not TABLES[name].derived:
        return _read(lake, name, snapshot.files(name)) or _nothing(connection, name)
    have = {file.key for file in snapshot.files(name)}
    single: list[LiveFile] = []
    shared: list[LiveFile] = []  # of days with several files, whose counts have to be added up
    days = Counter(file.partition for file in snapshot.files("articles"))
    for file in snapshot.files(name):
        (single if days[file.partition] == 1 or name == "mentions" else shared).append(file)
    rest = _read(lake, "articles", [file for file in snapshot.files("articles") if file.key not in have])
    parts = [_read(lake, name, single)]
    together = [_read(lake, name, shared), derive_sql(name, f"({rest})") if rest else ""]
    if any(together):
        united = " UNION ALL BY NAME ".join(f"({query})" for query in together if query)
        parts.append(united if name == "mentions" else merge_sql(name, f"({united})"))
    return " UNION ALL BY NAME ".join(f"({query})" for query in parts if query) or _nothing(connection, name)


def _read(lake: Lake, name: str, files: Iterable[LiveFile]) -> str:
    """The query that reads these files of a table; "" when there are none."""
    paths = [lake.storage.full(file.path) for file in files]
    listed = f"read_parquet({_texts(paths)}, hive_types = {{{TABLES[name].partition}: DATE}})"
    return f"SELECT * FROM {listed}" if paths else ""  # noqa: S608 - the paths are quoted


def _nothing(connection: duckdb.DuckDBPyConnection, table: str) -> str:
    """A query that has the columns of a table and no rows."""
    empty = connection.from_arrow(TABLES[table].schema.empty_table())
    columns = [f'CAST(NULL AS {kind}) AS "{name}"' for name, kind in zip(empty.columns, empty.types, strict=True)]
    return f"SELECT {', '.join(columns)}, CAST(NULL AS DATE) AS {TABLES[table].partition} WHERE false"


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _texts(values: Iterable[str]) -> str:
    return "[" + ", ".join(map(_text, values)) + "]"


def write_database(lake: Lake, path: Path) -> None:
    """Write a DuckDB file with the views of the current snapshot, for other tools; replaced in one step.

    It lists files, so it goes stale when the lake changes; to be written again after a commit.
    """
    draft = path.with_name(f".{path.name}.draft")
    draft.unlink(missing_ok=True)
    with duckdb.connect(str(draft)) as connection:
        for statement in view_statements(connection, lake, lake.snapshot()):
            connection.execute(statement)
    draft.replace(path)
