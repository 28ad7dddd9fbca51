"""The SQL of the lake's views: raw tables in schema `files` over the files of one snapshot, and `*.sql` of this folder over them."""

import itertools
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from importlib import resources

import duckdb

from schemas.tables import SCHEMA_VERSION, TABLES
from transforms.lake.derive import counts, derive_sql, merge_sql
from transforms.lake.lake import Lake
from transforms.lake.snapshot import LiveFile, Snapshot

VIEWS = (
    "publisher_families", "articles", "mentions", "deals", "article_countries", "stories", "company_country", "co_mentions", "trends",
    "feed_health", "rejects", "runs", "reprints", "pages", "polls", "revisions", "sightings", "signatures",
)  # fmt: skip


def make_views(connection: duckdb.DuckDBPyConnection, lake: Lake, snapshot: Snapshot) -> None:
    """Create the views in `connection`. Raises duckdb.IOException or OSError when a file has been replaced meanwhile."""
    files = _Files(connection, lake)
    connection.execute("CREATE SCHEMA files")
    for name in TABLES:
        connection.execute(f"CREATE VIEW files.{name} AS {_rows_of(files, snapshot, name)}")
    connection.execute(f"CREATE VIEW files.polls_lately AS {files.read('polls', _lately(snapshot.files('polls')))}")
    for name in VIEWS:
        sql = resources.files(__package__).joinpath(f"{name}.sql").read_text(encoding="utf-8")
        connection.execute(f"CREATE VIEW {name} AS {sql}")


def _lately(files: Sequence[LiveFile]) -> list[LiveFile]:
    """The files that have rows of the 30 days before the newest row of all."""
    newest = max((file.max_time for file in files), default="")
    since = (datetime.fromisoformat(newest) - timedelta(days=30)).isoformat() if newest else ""
    return [file for file in files if file.max_time >= since]


def _rows_of(files: "_Files", snapshot: Snapshot, name: str) -> str:
    """The query for all rows of a table. For files of `articles` that a derived one does not have yet they are computed."""
    live = snapshot.files(name)
    if not TABLES[name].derived:
        return files.read(name, live)
    have = {file.key for file in live}
    rest = [file for file in snapshot.files("articles") if file.key not in have]
    computed = derive_sql(name, f"({files.read('articles', rest)})") if rest else ""
    if not counts(name):
        return _union([files.read(name, live), computed])
    days = Counter(file.partition for file in snapshot.files("articles"))
    alone = [file for file in live if days[file.partition] == 1]
    together = [file for file in live if days[file.partition] > 1]  # whose counts have to be added up
    if not together and not rest:
        return files.read(name, alone)
    united = _union([files.read(name, together), computed])
    return _union([files.read(name, alone), merge_sql(name, f"({united})")])


def _union(queries: Iterable[str]) -> str:
    return " UNION ALL BY NAME ".join(f"({query})" for query in queries if query)


class _Files:
    """Queries over files of the lake. A local file is read by DuckDB, a remote one by pyarrow, which DuckDB hands its filters."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, lake: Lake) -> None:
        self._connection, self._lake = connection, lake
        self._numbers: Iterator[int] = itertools.count()

    def read(self, name: str, files: Iterable[LiveFile]) -> str:
        """The query for the rows of these files, with today's columns."""
        today = [self._lake.storage.full(file.path) for file in files if file.version == SCHEMA_VERSION]
        older = [self._lake.storage.full(file.path) for file in files if file.version != SCHEMA_VERSION]
        if today and not older:
            return self._read(name, today)
        rows = _union([self._nothing(name), *(self._read(name, paths) for paths in (today, older) if paths)])
        columns = ", ".join(f'"{column}"' for column in [*TABLES[name].schema.names, TABLES[name].partition])
        return f"SELECT {columns} FROM ({rows})"  # noqa: S608 - names of ours; older files may have columns that are no more

    def _read(self, name: str, paths: list[str]) -> str:
        if not self._lake.storage.is_local:
            return f"SELECT * FROM {self._register(name, paths)}"  # noqa: S608 - a name of ours
        options = f"hive_types = {{{TABLES[name].partition}: DATE}}"
        return f"SELECT * FROM read_parquet({texts(paths)}, {options})"  # noqa: S608 - the paths are quoted

    def _register(self, name: str, paths: list[str]) -> str:
        import pyarrow as pa
        import pyarrow.dataset as ds

        day = pa.schema([(TABLES[name].partition, pa.date32())])
        data = ds.dataset(
            paths, filesystem=self._lake.storage.fs, format="parquet", partitioning=ds.partitioning(day, flavor="hive")
        )
        registered = f"remote_{name}_{next(self._numbers)}"
        self._connection.register(registered, data)
        return registered

    def _nothing(self, name: str) -> str:
        """A query that has the columns of a table and no rows."""
        empty = self._connection.from_arrow(TABLES[name].schema.empty_table())
        columns = [f'CAST(NULL AS {kind}) AS "{column}"' for column, kind in zip(empty.columns, empty.types, strict=True)]
        return f"SELECT {', '.join(columns)}, CAST(NULL AS DATE) AS {TABLES[name].partition} WHERE false"


def texts(values: Iterable[str]) -> str:
    """A list of strings in SQL."""
    return "[" + ", ".join("'" + value.replace("'", "''") + "'" for value in values) + "]"
