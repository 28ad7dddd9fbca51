"""The lake as its writers use it: open, begin a pass, commit it or let it go."""

import contextlib
import errno
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from schemas.errors import LakeError, UsageError
from schemas.records import FeedState, RunSummary
from schemas.rows import Row, feed_state_from_row, run_row
from schemas.tables import TABLES
from transforms.lake.commit import JOURNAL, Change, clean_leftovers, commit
from transforms.lake.locks import hold
from transforms.lake.reading import conform, read_file
from transforms.lake.revise import supersede
from transforms.lake.snapshot import LiveFile, Snapshot, check_files, current_snapshot, naming_damage, with_current
from transforms.lake.staging import StagedFile, partition_of, read_manifest, staging_folder, write_parquet
from transforms.lake.storage import Storage, lake_errors, resolve

FEED_STATES = "_lake/feed_states.parquet"
_OF_A_PASS = ("articles", "sightings", "signatures")  # what a pass reads


@dataclass(frozen=True)
class Lake:
    """A lake at `location`, a local path or a URI."""

    location: str
    storage: Storage

    def snapshot(self) -> Snapshot:
        """What is visible now; an empty snapshot for a lake without a commit."""
        return current_snapshot(self.storage)

    def feed_states(self) -> dict[str, FeedState]:
        """What is remembered of each feed, by `feed_url`: the state in the newest row of `polls`."""
        with lake_errors("read the states of the feeds"):
            rows = _feed_states(self.storage)
            if rows is None:  # never written, lost or damaged: the polls have it all
                rows = with_current(self.storage, lambda snapshot: _states_of(self.storage, snapshot.files("polls")))
        return {row["feed_url"]: feed_state_from_row(row) for row in rows.to_pylist()}

    @contextlib.contextmanager
    def begin_pass(self, run_id: str, wait_s: float = 0.0) -> Iterator[None]:
        """Hold the lake for one pass: finish or clean what dead passes left, then let the block stage and commit.

        Raises LakeBusyError when another pass still holds it after `wait_s` seconds, LakeError when a file that a pass reads is
        missing or cut short. What the block staged and did not commit is deleted at its end.
        """
        with hold(self.storage, "pass", f"run {run_id}", wait_s):
            clean_leftovers(self.storage, datetime.now(UTC))
            check_files(self.storage, _OF_A_PASS)
            try:
                yield
            finally:
                abandon_pass(self, run_id)


@dataclass(frozen=True)
class CommitResult:
    """A pass that is visible: as snapshot `sequence`, with so many new rows a table, `superseded` of them for older ones."""

    sequence: int
    rows: dict[str, int]
    superseded: int


def open_lake(location: str, create: bool = True) -> Lake:
    """The lake at a local path or URI. Raises LakeError when `create` is False and there is none, UsageError without a location."""
    if not location.strip():
        raise UsageError("The lake has no name: give a folder or a URI.")
    fs, root = resolve(location)
    lake = Lake(location, Storage(fs, root))
    if lake.storage.is_local and Path(root).is_file():
        raise LakeError(f"{location} is a file, not a folder: name a folder as the lake.")
    with lake_errors(f"open the lake {location}"):
        if not create and not {"_lake", *TABLES}.intersection(lake.storage.folders("")):
            raise LakeError(f"There is no lake at {location}.")
        if create:
            lake.storage.make_folder("_lake")
    return lake


def commit_pass(lake: Lake, summary: RunSummary, at: datetime, *, keep_revisions: bool = True) -> CommitResult:
    """Make the staged files of the pass visible, with its row in `runs`; to be called inside `begin_pass`.

    Articles that were in the lake are superseded: their old rows move to `revisions`, or go when `keep_revisions` is False
    (reprocessing). Raises LakeError when the pass has no manifest or cannot be written; nothing of it is visible then.
    """
    storage, run_id = lake.storage, summary.run_id
    rows: dict[str, int] = {}
    superseded = 0

    def plan(current: Snapshot) -> Change:
        nonlocal superseded
        staged = read_manifest(storage, run_id)
        for file in staged:
            rows[file.table] = rows.get(file.table, 0) + file.rows
        with lake_errors(f"commit to the lake {storage.root}"), naming_damage(storage, current):
            old = supersede(storage, current, staged, run_id, at, keep_revisions)
            superseded = old.rows
            run = _stage_row(storage, "runs", run_row(summary, current.sequence + 1), run_id)
            place = _stage_feed_states(storage, current, staged, run_id)
        return Change((*old.add, run), old.remove, place)

    snapshot = commit(storage, run_id, at, plan)
    return CommitResult(snapshot.sequence, rows, superseded)


def abandon_pass(lake: Lake, run_id: str) -> None:
    """Delete what a pass staged, unless its commit was decided and is still to be finished."""
    with lake_errors(f"clean the lake {lake.location}"):
        if not lake.storage.exists(JOURNAL):
            lake.storage.delete_folder(staging_folder(run_id))


def _stage_row(storage: Storage, table: str, row: Row, run_id: str) -> StagedFile:
    spec = TABLES[table]
    folder = f"{staging_folder(run_id)}/{table}/{spec.partition}={partition_of(spec, row)}"
    return write_parquet(storage, table, pa.Table.from_pylist([row], schema=spec.schema), f"{folder}/row.parquet")


def _feed_states(storage: Storage) -> pa.Table | None:
    """The file of the states; None when there is none or it is damaged."""
    if not storage.exists(FEED_STATES):
        return None
    try:
        rows = conform(pq.read_table(storage.full(FEED_STATES), filesystem=storage.fs), TABLES["polls"].schema)
    except pa.ArrowException:
        return None
    except OSError as error:
        if error.errno not in (None, 0, errno.ENOENT):  # the disk, or permission
            raise
        return None
    return None if rows["feed_url"].null_count or rows["polled_at"].null_count else rows


def _states_of(storage: Storage, files: Iterable[LiveFile | StagedFile], known: pa.Table | None = None) -> pa.Table:
    """The newest row of each feed in `files` of `polls` and in `known`."""
    newest: dict[str, Row] = {row["feed_url"]: row for row in known.to_pylist()} if known is not None else {}
    for file in files:
        rows = read_file(storage, "polls", file.path)  # by time, so the last row of a feed is its newest
        last = {feed_url: n for n, feed_url in enumerate(rows["feed_url"].to_pylist())}
        for row in rows.take(sorted(last.values())).to_pylist():
            before = newest.get(row["feed_url"])
            if before is None or before["polled_at"] <= row["polled_at"]:
                newest[row["feed_url"]] = row
    return pa.Table.from_pylist([newest[url] for url in sorted(newest)], schema=TABLES["polls"].schema)


def _stage_feed_states(storage: Storage, current: Snapshot, staged: Iterable[StagedFile], run_id: str) -> dict[str, str]:
    """A small file with the newest state of every feed, so that a pass need not read all polls; moved at the commit."""
    polls = [file for file in staged if file.table == "polls"]
    if not polls:
        return {}
    known = _feed_states(storage)
    if known is None:
        known = _states_of(storage, current.files("polls"))
    path = f"{staging_folder(run_id)}/feed_states.parquet"
    pq.write_table(_states_of(storage, polls, known), storage.full(path), filesystem=storage.fs, compression="zstd")
    storage.sync(path)
    return {path: FEED_STATES}
