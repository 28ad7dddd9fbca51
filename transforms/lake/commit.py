"""Making a pass visible, whole or not at all.

A commit stages everything it needs, the next snapshot included, and then writes a journal: that is the decision. What follows
are moves and deletions that can be done again by whoever comes next: staged files to their places, the snapshot over the old
one (the instant at which views switch), replaced files deleted, staging folders and journal deleted.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime

from schemas.errors import LakeError
from schemas.tables import SCHEMA_VERSION, TABLES
from transforms.lake.locks import LakeBusyError, hold
from transforms.lake.snapshot import SNAPSHOT, LiveFile, Snapshot, read_snapshot, rebuild
from transforms.lake.staging import STAGING, StagedFile, staging_folder
from transforms.lake.storage import Storage, lake_errors

JOURNAL = "_lake/journal.json"
COMMIT_WAIT_S = 120.0


@dataclass(frozen=True)
class Change:
    """What a commit does to the lake: staged files to add, live files to remove, other staged files and where they go."""

    add: tuple[StagedFile, ...] = ()
    remove: tuple[str, ...] = ()
    place: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class _Journal:
    moves: list[tuple[str, str]]  # in order; the snapshot comes last
    remove: list[str]
    staging: str


def recover(storage: Storage, at: datetime) -> Snapshot:
    """Finish a commit that was decided and cut short, restore a lost snapshot; returns the current one.

    To be called under the lock `commit`. Raises LakeError when the journal cannot be carried out.
    """
    with lake_errors(f"recover the lake {storage.root}"):
        data = storage.read(JOURNAL)
        if data is not None:
            try:
                journal = _Journal(**json.loads(data))
            except (ValueError, TypeError) as error:
                raise LakeError(f"{storage.full(JOURNAL)} is damaged; move it away and run the command again.") from error
            _carry_out(storage, journal)
        for draft, _ in storage.files("_lake"):
            if draft.startswith("_lake/."):  # of a write that was cut short
                storage.delete(draft)
    snapshot = read_snapshot(storage)
    if snapshot is None:
        snapshot = rebuild(storage, at)
        if snapshot.sequence:
            with lake_errors(f"recover the lake {storage.root}"):
                storage.write(SNAPSHOT, snapshot.to_json())
    return snapshot


def commit(storage: Storage, run_id: str, at: datetime, plan: Callable[[Snapshot], Change]) -> Snapshot:
    """Carry out what `plan` makes of the current snapshot, and return the new one.

    `plan` runs under the lock; it may stage files under the folder of `run_id`, and it must leave the lake as it is. An
    empty change makes no commit. Raises LakeError; the lake is then as it was, or, when the message says so, will be
    brought to its end by the next writer.
    """
    with hold(storage, "commit", f"run {run_id}", COMMIT_WAIT_S):
        current = recover(storage, at)
        change = plan(current)
        if not change.add and not change.remove:
            _clean(storage, staging_folder(run_id))
            return current
        staging = staging_folder(run_id)
        with lake_errors(f"commit to the lake {storage.root}"):
            keys = {key: n for n, key in enumerate(dict.fromkeys(map(_key, change.add)))}
            placed = [(file, _final_path(file, run_id, keys[_key(file)])) for file in change.add]
            live = [(f.table, LiveFile(path, f.rows, f.bytes, f.min_time, f.max_time, SCHEMA_VERSION)) for f, path in placed]
            remove = _with_derived(current, change.remove)
            snapshot = current.changed(current.sequence + 1, at, run_id, live, remove)
            storage.write(f"{staging}/snapshot.json", snapshot.to_json())
            moves = [(f.path, path) for f, path in placed] + sorted(change.place.items())
            for _, target in moves:
                storage.make_folder(target.rpartition("/")[0])
            journal = _Journal([*moves, (f"{staging}/snapshot.json", SNAPSHOT)], remove, staging)
            storage.write(JOURNAL, json.dumps(asdict(journal)).encode())
        try:
            with lake_errors(f"finish the commit to the lake {storage.root}"):
                _carry_out(storage, journal)
        except LakeError as error:
            raise LakeError(f"{error} The commit is recorded; the next command that writes to the lake finishes it.") from error
        return snapshot


def _key(file: StagedFile) -> str:
    """What a staged file of a derived table has in common with the file of `articles` that it belongs to."""
    return "/".join(file.path.split("/")[-2:])


def _with_derived(snapshot: Snapshot, remove: Iterable[str]) -> list[str]:
    """`remove`, and the files of derived tables that belong to the removed files of `articles`."""
    gone = set(remove)
    keys = {path.partition("/")[2] for path in gone if path.startswith("articles/")}
    derived = (f for name, table in TABLES.items() if table.derived for f in snapshot.files(name))
    return sorted(gone | {file.path for file in derived if file.key in keys})


def _final_path(file: StagedFile, run_id: str, n: int) -> str:
    return f"{file.table}/{TABLES[file.table].partition}={file.partition}/part-{run_id}-{n:05d}.parquet"


def _carry_out(storage: Storage, journal: _Journal) -> None:
    *files, snapshot = journal.moves
    for source, target in files:
        storage.move(source, target)
    _sync_folders(storage, (target for _, target in files))
    storage.move(*snapshot)
    _sync_folders(storage, [SNAPSHOT])
    for path in journal.remove:
        storage.delete(path)
    storage.delete_folder(journal.staging)
    storage.delete(JOURNAL)


def _sync_folders(storage: Storage, paths: Iterable[str]) -> None:
    folders = {path.rpartition("/")[0] for path in paths}
    for folder in sorted(folders | {folder.rpartition("/")[0] for folder in folders}):
        storage.sync_folder(folder)


def clean_leftovers(storage: Storage, at: datetime) -> None:
    """Delete what dead passes left in the staging folder; to be called by the holder of the lock `pass`.

    Folders of compactions, named `compact-…`, are only deleted when none is running; those of streams, `stream-…`, belong to
    windows that are still open and are left alone.
    """
    with hold(storage, "commit", "recovery", COMMIT_WAIT_S):
        recover(storage, at)
    _delete_staging(storage, lambda name: not name.startswith(("compact-", "stream-")))
    try:
        with hold(storage, "compact", "recovery"):
            _delete_staging(storage, lambda name: name.startswith("compact-"))
    except LakeBusyError:
        return  # a compaction is at work, and cleans up after itself


def _delete_staging(storage: Storage, dead: Callable[[str], bool]) -> None:
    with lake_errors(f"clean the lake {storage.root}"):
        names = storage.folders(STAGING)
    for name in filter(dead, names):
        _clean(storage, f"{STAGING}/{name}")


def _clean(storage: Storage, folder: str) -> None:
    with lake_errors(f"clean the lake {storage.root}"):
        storage.delete_folder(folder)
