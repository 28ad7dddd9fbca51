"""The snapshot: the numbered list of every live file, which decides what a reader sees.

`_lake/snapshot.json` is replaced in one step at the end of a commit. A reader that takes its file list from it never sees a
part of a commit; if a file of the list has vanished meanwhile, a newer snapshot exists, and the reader starts again with that.
"""

import contextlib
import errno
import json
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TypeVar

import pyarrow as pa
import pyarrow.parquet as pq

from schemas.errors import LakeError
from schemas.tables import SCHEMA_VERSION, TABLES, version_of
from transforms.lake.storage import Storage, lake_errors

SNAPSHOT = "_lake/snapshot.json"
_JOURNAL = "_lake/journal.json"  # of a commit that is under way
_T = TypeVar("_T")


@dataclass(frozen=True)
class LiveFile:
    """A Parquet file of the lake: `path` from the lake's folder, rows, bytes, the time range of its rows, and its schema."""

    path: str
    rows: int
    bytes: int
    min_time: str  # ISO 8601, UTC; "" when the file has no rows
    max_time: str
    version: int = 1  # snapshots of version 1 do not tell

    @property
    def partition(self) -> str:
        """The value of the partition: a day, `YYYY-MM-DD`."""
        return self.path.split("/")[1].partition("=")[2]

    @property
    def key(self) -> str:
        """The path below the table's folder: what a file of a derived table shares with its file of `articles`."""
        return self.path.partition("/")[2]


@dataclass(frozen=True)
class Snapshot:
    """Commit number `sequence` and, for each table, its live files, sorted by path."""

    sequence: int = 0
    committed_at: str = ""
    run_id: str = ""
    tables: dict[str, tuple[LiveFile, ...]] = field(default_factory=dict)

    def files(self, table: str) -> tuple[LiveFile, ...]:
        return self.tables.get(table, ())

    def changed(
        self, sequence: int, at: datetime, run_id: str, add: Iterable[tuple[str, LiveFile]], remove: Iterable[str]
    ) -> "Snapshot":
        """The snapshot after a commit that adds files (table, file) and removes paths."""
        gone = set(remove)
        tables = {name: {f.path: f for f in files if f.path not in gone} for name, files in self.tables.items()}
        for name, file in add:
            tables.setdefault(name, {})[file.path] = file
        kept = {name: tuple(files[path] for path in sorted(files)) for name, files in tables.items()}
        return replace(self, sequence=sequence, committed_at=at.isoformat(), run_id=run_id, tables=kept)

    def to_json(self) -> bytes:
        tables = {name: [vars(file) for file in files] for name, files in self.tables.items()}
        document = {"format": 1, "schema_version": SCHEMA_VERSION, **vars(self), "tables": tables}
        return json.dumps(document, indent=0, ensure_ascii=False).encode()


def parse_snapshot(data: bytes, where: str) -> Snapshot:
    """The snapshot in `data`. Raises LakeError when it is damaged or of a later version of dibwatch."""
    try:
        document = json.loads(data)
        version = int(document["schema_version"])
        tables = {name: tuple(LiveFile(**file) for file in files) for name, files in document["tables"].items()}
        snapshot = Snapshot(int(document["sequence"]), document["committed_at"], document["run_id"], tables)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise LakeError(
            f"{where} is damaged; move it away and the next writing command rebuilds it from the lake's folders."
        ) from error
    if version > SCHEMA_VERSION:
        raise LakeError(f"This lake was written by a newer dibwatch (schema {version}; this one knows {SCHEMA_VERSION}).")
    return snapshot


def read_snapshot(storage: Storage) -> Snapshot | None:
    """The current snapshot; None when the lake has none."""
    with lake_errors(f"read {storage.full(SNAPSHOT)}"):
        data = storage.read(SNAPSHOT)
    return None if data is None else parse_snapshot(data, storage.full(SNAPSHOT))


def current_snapshot(storage: Storage) -> Snapshot:
    """What is visible now, without writing. A lake whose snapshot was lost shows what lies in the tables' folders; a new one nothing."""
    snapshot = read_snapshot(storage)
    if snapshot is not None:
        return snapshot
    with lake_errors(f"read the lake {storage.root}"):
        if not TABLES.keys() & set(storage.folders("")):
            return Snapshot()
        found = rebuild(storage, datetime.now(UTC))
        first = storage.exists(_JOURNAL)  # the first commit of all is under way, and its files are not visible yet
    return read_snapshot(storage) or (Snapshot() if first else found)


def live_file(storage: Storage, table: str, path: str, size: int) -> LiveFile:
    """What the footer of the Parquet file at `path` says of it."""
    metadata = pq.read_metadata(storage.full(path), filesystem=storage.fs)
    version = version_of(metadata.schema.to_arrow_schema())
    time = TABLES[table].time
    bounds: list[datetime] = []
    for group in range(metadata.num_row_groups) if time else ():
        statistics = metadata.row_group(group).column(_leaf(metadata, time)).statistics
        if statistics is not None and statistics.has_min_max:
            bounds += [statistics.min, statistics.max]
    if not bounds:
        return LiveFile(path, metadata.num_rows, size, "", "", version)
    return LiveFile(path, metadata.num_rows, size, min(bounds).isoformat(), max(bounds).isoformat(), version)


def _leaf(metadata: pq.FileMetaData, name: str) -> int:
    """Parquet counts leaf columns: the index of the one called `name`."""
    return next(i for i in range(metadata.num_columns) if metadata.schema.column(i).path == name)


def rebuild(storage: Storage, at: datetime) -> Snapshot:
    """The snapshot of the Parquet files that lie in the tables' folders; for a lake whose snapshot was lost.

    Raises LakeError, which names the file, when one is damaged.
    """
    tables: dict[str, tuple[LiveFile, ...]] = {}
    with lake_errors("rebuild the list of the lake's files"):
        for table in TABLES:
            found = [(path, size) for path, size in storage.files(table) if path.endswith(".parquet")]
            tables[table] = tuple(_found_file(storage, table, path, size) for path, size in found)
        runs = [pq.read_table(storage.full(f.path), columns=["sequence"], filesystem=storage.fs) for f in tables["runs"]]
    numbers = [number for run in runs for number in run["sequence"].to_pylist() if number is not None]
    return Snapshot(max(numbers, default=0) + any(tables.values()), at.isoformat(), "", tables)


def _found_file(storage: Storage, table: str, path: str, size: int) -> LiveFile:
    try:
        return live_file(storage, table, path, size)
    except (OSError, pa.ArrowException) as error:
        if not _may_be_damage(error) or isinstance(error, FileNotFoundError):
            raise
        where = storage.full(path)
        raise LakeError(f"The lake's files cannot be listed: {where} is damaged; move it away and try again.") from error


def check_files(storage: Storage, tables: Collection[str]) -> None:
    """Raise LakeError when a file of `tables` in the current snapshot is missing or has not the size that it was written with."""

    def check(snapshot: Snapshot) -> None:
        for table in tables:
            sizes = dict(storage.files(table))
            for file in snapshot.files(table):
                if sizes.get(file.path) != file.bytes:
                    raise FileNotFoundError(errno.ENOENT, "missing or cut short", storage.full(file.path))

    with_current(storage, check)


def damage(storage: Storage, snapshot: Snapshot, *, thorough: bool = True) -> LakeError | None:
    """What to tell of the first file of the snapshot that is missing or damaged, if there is one; for when reading has failed.

    `thorough` reads the content of all files when all have their size and their footer.
    """
    files = [file for live in snapshot.tables.values() for file in live]
    sizes = {file.path: storage.size(file.path) for file in files}
    for file in files:
        if sizes[file.path] is None:
            return LakeError(
                f"The lake cannot be read: a file is missing ({storage.full(file.path)}); move {storage.full(SNAPSHOT)} away, and "
                "the next writing command rebuilds the list of files without it."
            )
    checks: list[Callable[[LiveFile], bool]] = [lambda f: sizes[f.path] == f.bytes, lambda f: _is_readable(storage, f, 0)]
    if thorough:
        checks.append(lambda f: _is_readable(storage, f, None))
    for check in checks:
        for file in files:
            if not check(file):
                return LakeError(
                    f"The lake cannot be read: a file is damaged ({storage.full(file.path)}); move it and {storage.full(SNAPSHOT)} "
                    "away, and the next writing command rebuilds the list of files without it."
                )
    return None


def _is_readable(storage: Storage, file: LiveFile, groups: int | None) -> bool:
    """Whether the footer and so many row groups (None: all) can be read."""
    try:
        with pq.ParquetFile(storage.full(file.path), filesystem=storage.fs) as parquet:
            for group in range(parquet.num_row_groups if groups is None else groups):
                parquet.read_row_group(group, use_threads=False)
    except (OSError, pa.ArrowException) as error:
        return not _may_be_damage(error)
    return True


def _may_be_damage(error: Exception) -> bool:
    """Not what the operating system says of disks and permissions."""
    return not isinstance(error, OSError) or error.errno in (None, 0, errno.ENOENT)


@contextlib.contextmanager
def naming_damage(storage: Storage, snapshot: Snapshot) -> Iterator[None]:
    """Make a LakeError that names the file of what the block raises because one of the snapshot is missing or damaged."""
    try:
        yield
    except (OSError, pa.ArrowException) as error:
        found = damage(storage, snapshot) if _may_be_damage(error) else None
        if found is None:
            raise
        raise found from error


def with_current(storage: Storage, read: Callable[[Snapshot], _T], attempts: int = 10) -> _T:
    """`read(snapshot)`, again with the newer snapshot if a file had vanished because a commit replaced it.

    Raises LakeError when a file is missing or damaged that the current snapshot lists, or cannot be read.
    """
    snapshot = current_snapshot(storage)
    with lake_errors(f"read the lake {storage.root}"):
        for _ in range(attempts):
            try:
                return read(snapshot)
            except (OSError, pa.ArrowException):
                newer = current_snapshot(storage)
                if newer.sequence == snapshot.sequence:
                    with naming_damage(storage, newer):
                        raise
                snapshot = newer
    raise LakeError("The lake changes faster than it can be read; try again.")
