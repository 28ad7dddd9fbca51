"""Committing a window of a stream: a small pass of its own, once, however often a runner tries.

Exactly once rests on three things. Files that a commit has moved away are gone from the staging folder, so a window that is
committed again finds nothing to add. Rows that were staged anew by a runner that went back to a checkpoint are compared with the
lake under its lock: an article whose text is there already is left out. And the polls of a window are committed with everything
that came of them or not at all, so whatever did not get this far is listed again by its feed.
"""

import hashlib
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from schemas.errors import LakeError
from schemas.records import RunSummary
from transforms.lake.commit import clean_leftovers
from transforms.lake.lake import CommitResult, Lake, commit_pass
from transforms.lake.locks import hold
from transforms.lake.reading import read_file, texts_of
from transforms.lake.snapshot import Snapshot
from transforms.lake.staging import STAGING, StagedFile, staging_folder, write_manifest, write_parquet
from transforms.lake.storage import Storage, lake_errors
from transforms.lake.streaming.counting import window_counts

LOCK_WAIT_S = 1800.0  # a pass on the same lake comes first


def window_run_id(stream_id: str, window_end: datetime, late_pane: int = 0) -> str:
    """The id of a window's commit, `stream_id` and its end; a late pane has one of its own."""
    return f"{stream_id}-{window_end.astimezone(UTC):%Y%m%dT%H%M%S}" + (f"-late{late_pane}" if late_pane else "")


def staged_as(run_id: str) -> str:
    """The folder, below the staging folder, of a window's files: not that of its commit, which is deleted with all that is in it.

    Another attempt at the window, or a late part of it, may have files there that are still to be committed.
    """
    return f"{run_id}-files"


def commit_window(
    lake: Lake, run_id: str, files: Sequence[StagedFile], versions: dict[str, str], started_at: datetime, now: datetime
) -> CommitResult | None:
    """Make the staged `files` of a window visible; None when an earlier attempt has done so.

    `started_at` is the window's start. Raises LakeError, also when files have vanished that no commit has taken.
    """
    storage = lake.storage
    with hold(storage, "pass", f"run {run_id}", LOCK_WAIT_S):
        clean_leftovers(storage, now)  # finishes a commit of ours that was cut short
        there = [file for file in files if storage.exists(file.path)]
        snapshot = lake.snapshot()
        committed = _is_committed(storage, snapshot, run_id, started_at)
        if not there and committed:
            return None
        if len(there) < len(files) and not committed:
            raise LakeError(f"Staged files of {run_id} have vanished; start the stream again, and its feeds are read again.")
        fresh = _without_known(storage, snapshot, there)
        name = f"{run_id}-again-{_digest(fresh)}" if committed else run_id
        write_manifest(storage, name, fresh)
        articles = sum(file.rows for file in there if file.table == "articles")
        result = commit_pass(lake, _summary(storage, name, fresh, articles, versions, started_at, now), now)
        _sweep_staged(lake, now)
    return result


def _digest(files: Sequence[StagedFile]) -> str:
    return hashlib.sha256("\n".join(sorted(file.path for file in files)).encode()).hexdigest()[:8]


def _is_committed(storage: Storage, snapshot: Snapshot, run_id: str, started_at: datetime) -> bool:
    at = started_at.isoformat()  # the time of the window's row of `runs`
    near = (file for file in snapshot.files("runs") if file.min_time <= at <= file.max_time)
    return any(run_id in read_file(storage, "runs", file.path, ["run_id"])["run_id"].to_pylist() for file in near)


def _without_known(storage: Storage, snapshot: Snapshot, files: Sequence[StagedFile]) -> list[StagedFile]:
    """`files` without the articles whose text the lake has already."""
    articles = [file for file in files if file.table == "articles"]
    rows = {file.path: read_file(storage, "articles", file.path) for file in articles}
    ids = {key for table in rows.values() for key in table["article_id"].to_pylist()}
    known = texts_of(storage, snapshot.files("articles"), ids)
    kept = [file for file in files if file.table != "articles"]
    for file in articles:
        table = rows[file.path]
        pairs = zip(table["article_id"].to_pylist(), table["text_sha256"].to_pylist(), strict=True)
        new = pa.array([pair not in known for pair in pairs], pa.bool_())
        if pc.all(new).as_py():
            kept.append(file)
        elif pc.any(new).as_py():
            kept.append(write_parquet(storage, "articles", table.filter(new), file.path))
    return kept


def _summary(
    storage: Storage,
    run_id: str,
    files: Sequence[StagedFile],
    articles: int,
    versions: dict[str, str],
    started_at: datetime,
    now: datetime,
) -> RunSummary:
    """The window's row of `runs`; `articles` were staged, and those of `files` are left."""
    rejects = Counter(zip(_values(storage, files, "rejects", "stage"), _values(storage, files, "rejects", "reason"), strict=True))
    polls = Counter(_values(storage, files, "polls", "outcome"))
    items = sum(_values(storage, files, "polls", "entries"))
    kept = sum(file.rows for file in files if file.table == "articles")
    pages = sum(file.rows for file in files if file.table == "pages")
    counts, reasons = window_counts(polls, items, rejects, pages, articles, kept)
    return RunSummary(
        run_id=run_id, command="stream", started_at=started_at, finished_at=now, duration_s=(now - started_at).total_seconds(),
        outcome="committed", counts=counts, reasons=reasons, feeds=polls.total(), articles=kept, rejects=rejects.total(),
        versions=versions,
    )  # fmt: skip


def _values(storage: Storage, files: Sequence[StagedFile], table: str, column: str) -> list[Any]:
    return [
        value
        for file in files
        if file.table == table
        for value in read_file(storage, table, file.path, [column])[column].to_pylist()
    ]


def commit_stream(lake: Lake, summary: RunSummary, now: datetime) -> None:
    """Add the row of a stream that has ended, with the sums of all its windows, to `runs`."""
    with hold(lake.storage, "pass", f"run {summary.run_id}", LOCK_WAIT_S):
        write_manifest(lake.storage, summary.run_id, ())
        commit_pass(lake, summary, now)


def is_abandoned(folder: str, now: datetime) -> bool:
    """Whether the staging folder of a window, `stream-…-YYYYMMDDTHHMMSS…`, is so old that no runner will come back to it."""
    for part in folder.split("-")[3:]:
        try:
            ended_at = datetime.strptime(part, "%Y%m%dT%H%M%S").replace(tzinfo=UTC)
        except ValueError:
            continue
        return now - ended_at > timedelta(days=7)
    return False


def sweep(lake: Lake, now: datetime) -> None:
    """Delete what dead passes, and streams that will not come back, have staged."""
    with hold(lake.storage, "pass", "the start of a stream", LOCK_WAIT_S):
        clean_leftovers(lake.storage, now)
    _sweep_staged(lake, now)


def _sweep_staged(lake: Lake, now: datetime) -> None:
    with lake_errors(f"clean the lake {lake.location}"):
        for name in lake.storage.folders(STAGING):
            if name.startswith("stream-") and is_abandoned(name, now):
                lake.storage.delete_folder(staging_folder(name))
