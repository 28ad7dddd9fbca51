"""Writing rows to Parquet files, first of all to the staging folder of a pass.

A staged file is seen by nobody. Its name is new at every attempt, and only files that the manifest of the pass names are
committed, so a bundle that a runner tries twice leaves a file to throw away and no row too many.
"""

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from schemas.errors import LakeError
from schemas.rows import Row
from schemas.tables import TABLES, Table
from transforms.lake.storage import Storage, lake_errors

STAGING = "_staging"
ROW_GROUP_ROWS = 100_000
ROW_GROUP_BYTES = 128 << 20  # in memory
_PAGE_BYTES = 1 << 20
BUFFER_BYTES = 32 << 20
_WRITERS = 4  # files that are written side by side when a bundle ends: compression and fsync leave Python's lock alone

# Columns whose values hardly ever repeat: a dictionary would only be built and thrown away, and minimum and maximum say nothing.
_UNIQUE = {
    "article_id", "url", "canonical_url", "final_url", "text", "summary", "title", "text_sha256", "text_hash", "url_key", "fingerprint",
    "image_url", "body", "body_sha256", "minhash", "content_html", "guid", "start", "end", "score", "lat", "lon",
}  # fmt: skip
_STATISTICS_TOO = {"article_id", "url_key"}
_SURROGATE = re.compile("[\\ud800-\\udfff]")


@dataclass(frozen=True)
class StagedFile:
    """A finished file in the staging folder: what the manifest says of it. Times are ISO 8601 or ""."""

    table: str
    partition: str
    path: str
    rows: int
    bytes: int
    min_time: str
    max_time: str


def staging_folder(run_id: str) -> str:
    """Where a run keeps its files until they are committed, relative to the lake."""
    return f"{STAGING}/{run_id}"


def partition_of(table: Table, row: Row) -> str:
    """The day, `YYYY-MM-DD` in UTC, under which a row is filed."""
    at: datetime = row[table.time]
    return at.astimezone(UTC).date().isoformat()


@cache
def _leaves(table: str) -> tuple[tuple[str, str], ...]:
    """(Parquet path, field name) of every leaf column of a table."""
    names = TABLES[table].schema.empty_table()
    sink = pa.BufferOutputStream()
    pq.write_table(names, sink)
    schema = pq.ParquetFile(pa.BufferReader(sink.getvalue())).schema
    paths = [schema.column(i).path for i in range(len(schema))]
    return tuple((path, path.removesuffix(".list.element").rsplit(".", 1)[-1]) for path in paths)


def write_parquet(storage: Storage, table: str, rows: pa.Table, path: str) -> StagedFile:
    """Write `rows`, sorted, to a new file at `path` and sync it. Times and sizes of the file are in the answer."""
    ordered = rows.sort_by([(column, "ascending") for column in TABLES[table].sort])
    size = row_group_rows(ordered.num_rows, ordered.nbytes)
    groups = (ordered.slice(start, size) for start in range(0, ordered.num_rows, size))
    return write_row_groups(storage, table, groups, ordered.num_rows, ordered.nbytes, path)


def row_group_rows(rows: int, memory_bytes: int) -> int:
    """How many rows a row group takes of `rows` rows that take `memory_bytes`."""
    return max(1, min(ROW_GROUP_ROWS, ROW_GROUP_BYTES * rows // max(1, memory_bytes)))


def write_row_groups(
    storage: Storage, table: str, groups: Iterable[pa.Table], rows: int, memory_bytes: int, path: str
) -> StagedFile:
    """Write sorted row groups, of `rows` rows altogether that take `memory_bytes`, to a new file at `path` and sync it.

    One row group is in memory at a time.
    """
    spec, leaves = TABLES[table], _leaves(table)
    storage.make_folder(path.rpartition("/")[0])
    first = last = ""
    with pq.ParquetWriter(
        storage.full(path),
        spec.schema,
        filesystem=storage.fs,
        compression="zstd",
        use_dictionary=[leaf for leaf, name in leaves if name not in _UNIQUE],
        write_statistics=[leaf for leaf, name in leaves if name not in _UNIQUE or leaf in _STATISTICS_TOO],
        write_page_index=True,
        write_batch_size=max(1, min(1024, _PAGE_BYTES * rows // max(1, memory_bytes))),  # after so many rows a page may end
        sorting_columns=pq.SortingColumn.from_ordering(spec.schema, [(column, "ascending") for column in spec.sort]),
        bloom_filter_options={column: {"ndv": max(1, rows), "fpp": 0.01} for column in spec.bloom} or None,
    ) as writer:
        for group in groups:
            writer.write_table(group.replace_schema_metadata(spec.schema.metadata), row_group_size=len(group))
            if spec.time:
                first = first or group[spec.time][0].as_py().isoformat()
                last = group[spec.time][-1].as_py().isoformat()
    storage.sync(path)
    partition = path.split("/")[-2].partition("=")[2]
    return StagedFile(table, partition, path, rows, storage.size(path) or 0, first, last)


class StagingWriter:
    """Collects rows of one table and writes them to files of one partition each, keeping at most `buffer_bytes` in memory.

    `new_name` gives a name that no other attempt uses. `add` returns the files that became full, `close` the rest.
    """

    def __init__(
        self, storage: Storage, run_id: str, table: str, new_name: Callable[[], str], buffer_bytes: int = BUFFER_BYTES
    ) -> None:
        self._storage, self._table, self._new_name, self._limit = storage, TABLES[table], new_name, buffer_bytes
        self._folder = f"{staging_folder(run_id)}/{table}"
        self._rows: dict[str, list[Row]] = defaultdict(list)
        self._bytes: dict[str, int] = defaultdict(int)
        self._total = 0

    def add(self, row: Row) -> Iterator[StagedFile]:
        partition = partition_of(self._table, row)
        size = _row_bytes(row)
        self._rows[partition].append(row)
        self._bytes[partition] += size
        self._total += size
        if len(self._rows[partition]) >= ROW_GROUP_ROWS:
            yield self._flush(partition)
        while self._total > self._limit:
            yield self._flush(max(self._bytes, key=lambda key: self._bytes[key]))

    def close(self) -> Iterator[StagedFile]:
        with ThreadPoolExecutor(_WRITERS) as writers:
            yield from writers.map(self._write, sorted(self._rows), [self._rows[partition] for partition in sorted(self._rows)])

    def _flush(self, partition: str) -> StagedFile:
        self._total -= self._bytes.pop(partition)
        return self._write(partition, self._rows.pop(partition))

    def _write(self, partition: str, collected: list[Row]) -> StagedFile:
        rows = _arrow_table(collected, self._table.schema)
        path = f"{self._folder}/{self._table.partition}={partition}/{self._new_name()}.parquet"
        with lake_errors(f"write to the lake {self._storage.root}"):
            return write_parquet(self._storage, self._table.name, rows, path)


def _arrow_table(rows: list[Row], schema: pa.Schema) -> pa.Table:
    """`rows` as Arrow has them. A string that is no Unicode text must not sink a pass: it gets U+FFFD for what is none."""
    try:
        return pa.Table.from_pylist(rows, schema=schema)
    except UnicodeEncodeError:
        return pa.Table.from_pylist([_encodable(row) for row in rows], schema=schema)


def _encodable(value: Any) -> Any:
    """`value` with each lone surrogate in its strings replaced by one character, so that offsets into a text still hold."""
    if isinstance(value, str):
        return _SURROGATE.sub("\ufffd", value)
    if isinstance(value, dict):
        return {key: _encodable(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_encodable(inner) for inner in value]
    return value


def _row_bytes(value: Any) -> int:
    """Roughly what a row takes in memory."""
    if isinstance(value, (str, bytes)):
        return len(value) + 50
    if isinstance(value, dict):
        return 200 + sum(map(_row_bytes, value.values()))
    if isinstance(value, (list, tuple)):
        return 60 + sum(map(_row_bytes, value))
    return 30


def write_manifest(storage: Storage, run_id: str, files: Iterable[StagedFile]) -> str:
    """Write the list of files that make up a pass; returns its path."""
    path = f"{staging_folder(run_id)}/manifest.json"
    ordered = sorted(files, key=lambda f: (f.table, f.partition, f.min_time, f.path))
    with lake_errors(f"write to the lake {storage.root}"):
        storage.write(path, json.dumps([asdict(f) for f in ordered], indent=0).encode())
    return path


def read_manifest(storage: Storage, run_id: str) -> list[StagedFile]:
    """The files of the pass. Raises LakeError when the graph has not written the list: the pass is not complete."""
    with lake_errors(f"read the manifest of pass {run_id}"):
        data = storage.read(f"{staging_folder(run_id)}/manifest.json")
    if data is None:
        raise LakeError(f"Pass {run_id} has no manifest: it did not finish, and nothing of it is committed.")
    return [StagedFile(**file) for file in json.loads(data)]
