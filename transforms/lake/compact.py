"""Few, sorted, right-sized files: the small files that passes leave are merged day by day, beside running passes and readers.

A compaction reads a snapshot, stages merged files, and replaces the files that it has read in one commit for some groups of
them. What a pass replaced meanwhile (a revision) is left for the next time. Derived tables are written on this occasion, and
feeds that came to list an article later are added to its `feed_urls`.
"""

import contextlib
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import pyarrow as pa
import pyarrow.compute as pc

from schemas.errors import LakeError
from schemas.tables import SCHEMA_VERSION, TABLES
from transforms.lake.commit import Change, clean_leftovers, commit
from transforms.lake.derive import derive
from transforms.lake.lake import Lake, abandon_pass
from transforms.lake.locks import LakeBusyError, hold
from transforms.lake.merge import merge_files
from transforms.lake.reading import read_file
from transforms.lake.revise import with_feeds
from transforms.lake.snapshot import LiveFile, Snapshot
from transforms.lake.staging import StagedFile, staging_folder, write_parquet
from transforms.lake.storage import lake_errors

FILE_BYTES = 64 << 20  # as stored
COMMIT_BYTES = 512 << 20  # staged before they are committed together


@dataclass(frozen=True)
class Group:
    """Files of one table and day to be written anew as one."""

    table: str
    files: tuple[LiveFile, ...]

    @property
    def bytes(self) -> int:
        return sum(file.bytes for file in self.files)


@dataclass(frozen=True)
class CompactResult:
    """Live files before and after, how many groups were merged, and how many were left because a pass had replaced a file."""

    files_before: int
    files_after: int
    merged: int
    left: int


def plan(snapshot: Snapshot, late_days: Iterable[str] = ()) -> list[Group]:
    """What to merge: days with several small files, those with files of an older schema, and for `articles` also those that
    lack derived files or are in `late_days`.

    No group is larger than `FILE_BYTES`, unless it is one file.
    """
    groups: list[Group] = []
    late = set(late_days)
    derived = [name for name, table in TABLES.items() if table.derived]
    whole = set.intersection(*({file.key for file in snapshot.files(name)} for name in derived))
    for name, table in TABLES.items():
        by_day: dict[str, list[LiveFile]] = defaultdict(list)
        for file in snapshot.files(name) if not table.derived else ():
            by_day[file.partition].append(file)
        for day, files in sorted(by_day.items()):
            incomplete = name == "articles" and (day in late or any(f.key not in whole for f in files))
            incomplete |= any(f.version != SCHEMA_VERSION for f in files)
            small = [file for file in files if file.bytes < FILE_BYTES // 2]
            chosen = files if incomplete else small if len(small) > 1 else []
            groups += [Group(name, tuple(part)) for part in _parts(chosen)]
    return groups


def _parts(files: Sequence[LiveFile]) -> Iterator[list[LiveFile]]:
    part: list[LiveFile] = []
    for file in sorted(files, key=lambda f: (f.min_time, f.path)):
        if part and sum(f.bytes for f in part) + file.bytes > FILE_BYTES:
            yield part
            part = []
        part.append(file)
    if part:
        yield part


def compact(lake: Lake, now: Callable[[], datetime], *, drop_revisions: bool = False) -> CompactResult:
    """Merge small files. With `drop_revisions` the table `revisions` is emptied too. Safe beside a pass and beside readers.

    Raises LakeBusyError when another compaction is at work, LakeError when the lake cannot be read or written; what was merged
    until then stays.
    """
    storage = lake.storage
    with hold(storage, "compact", "compact"):
        before = lake.snapshot()
        feeds, late_days = _late_feeds(lake, before)
        merged = left = 0
        for batch in _batches(plan(before, late_days)):
            run_id = f"compact-{now():%Y%m%dT%H%M%S}-{uuid.uuid4().hex[:8]}"
            done, dropped = _merge(lake, batch, run_id, now(), feeds)
            merged, left = merged + done, left + dropped
        if drop_revisions:
            gone = Change(remove=tuple(file.path for file in lake.snapshot().files("revisions")))
            commit(storage, f"compact-{uuid.uuid4().hex[:8]}", now(), lambda _: gone)
    _clean_up(lake, now())
    after = lake.snapshot()
    return CompactResult(_count(before), _count(after), merged, left)


def _clean_up(lake: Lake, at: datetime) -> None:
    """Clean up after dead passes and compactions, unless a pass is at work, which does so itself."""
    try:
        with hold(lake.storage, "pass", "compact"):
            clean_leftovers(lake.storage, at)
    except LakeBusyError:
        return


def _count(snapshot: Snapshot) -> int:
    return sum(len(files) for name, files in snapshot.tables.items() if not TABLES[name].derived)


def _batches(groups: Sequence[Group]) -> Iterator[list[Group]]:
    batch: list[Group] = []
    for group in groups:
        batch.append(group)
        if sum(g.bytes for g in batch) >= COMMIT_BYTES:
            yield batch
            batch = []
    if batch:
        yield batch


def _merge(lake: Lake, groups: Sequence[Group], run_id: str, at: datetime, feeds: dict[str, set[str]]) -> tuple[int, int]:
    """Stage and commit some groups; returns how many were committed, and how many left because a file of theirs was replaced."""
    staged: dict[Group, list[StagedFile]] = {}
    done: list[Group] = []

    def change(current: Snapshot) -> Change:
        done[:] = [group for group in staged if set(group.files) <= set(current.files(group.table))]
        return Change(
            add=tuple(file for group in done for file in staged[group]),
            remove=tuple(file.path for group in done for file in group.files),
        )

    try:
        with lake_errors(f"compact the lake {lake.location}"):
            for group in groups:
                try:
                    staged[group] = list(_stage(lake, group, run_id, feeds))
                except FileNotFoundError:  # a pass replaced one of its files
                    continue
        commit(lake.storage, run_id, at, change)
    except BaseException:  # a full disk above all: what was staged would keep it full
        with contextlib.suppress(LakeError):
            abandon_pass(lake, run_id)
        raise
    return len(done), len(groups) - len(done)


def _stage(lake: Lake, group: Group, run_id: str, feeds: dict[str, set[str]]) -> Iterator[StagedFile]:
    storage, spec, day = lake.storage, TABLES[group.table], group.files[0].partition
    name = f"{spec.partition}={day}/{uuid.uuid4().hex}.parquet"
    path = f"{staging_folder(run_id)}/{group.table}/{name}"
    if group.table != "articles":
        yield merge_files(storage, group.table, group.files, path)
        return
    rows = pa.concat_tables([read_file(storage, group.table, file.path) for file in group.files])
    with_all = with_feeds(rows, feeds)
    rows = rows if with_all is None else with_all
    yield write_parquet(storage, group.table, rows, path)
    for table, derived in derive(rows, day):
        yield write_parquet(storage, table, derived, f"{staging_folder(run_id)}/{table}/{name}")


def _late_feeds(lake: Lake, snapshot: Snapshot) -> tuple[dict[str, set[str]], set[str]]:
    """Feeds that came to list an article after it was written, by article_id, and the days of articles that lack some."""
    feeds: dict[str, set[str]] = defaultdict(set)
    days: dict[str, set[str]] = defaultdict(set)  # article ids by day
    with lake_errors(f"compact the lake {lake.location}"):
        for file in snapshot.files("sightings"):
            rows = read_file(lake.storage, "sightings", file.path, ["article_id", "feed_url", "outcome", "published_at"])
            known = pc.and_(pc.equal(rows["outcome"], "listed"), pc.is_valid(rows["published_at"]))
            for row in rows.filter(known).to_pylist():
                feeds[row["article_id"]].add(row["feed_url"])
                days[row["published_at"].astimezone(UTC).date().isoformat()].add(row["article_id"])
        late = {
            file.partition
            for file in snapshot.files("articles")
            if file.partition in days
            and with_feeds(read_file(lake.storage, "articles", file.path, ["article_id", "feed_urls"]), feeds) is not None
        }
    return feeds, late
