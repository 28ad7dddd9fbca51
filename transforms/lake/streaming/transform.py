"""The lake's door for streams: which entries are new while others are under way, and the staging and commit of windows."""

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import apache_beam as beam
from apache_beam.coders import PickleCoder
from apache_beam.transforms.timeutil import TimeDomain
from apache_beam.transforms.trigger import AccumulationMode, AfterCount, AfterWatermark, Repeatedly
from apache_beam.transforms.userstate import ReadModifyWriteStateSpec, TimerSpec, on_timer
from apache_beam.transforms.window import FixedWindows, GlobalWindows, TimestampCombiner
from apache_beam.utils.shared import Shared
from apache_beam.utils.timestamp import Duration
from apache_beam.utils.windowed_value import PaneInfoTiming

from schemas.records import Entry, RunInfo
from schemas.rows import ROW_OF
from transforms.lake.lake import open_lake
from transforms.lake.seen import LOOK_BACK, SeenIndex, load_seen
from transforms.lake.select import select
from transforms.lake.snapshot import with_current
from transforms.lake.staging import StagedFile, StagingWriter
from transforms.lake.streaming.commit import commit_window, staged_as, window_run_id
from transforms.lake.streaming.flight import taken_off, with_flight
from transforms.routing import Clock, count, utc_now

REFRESH_S = 600.0  # how old the index of what the lake has seen may be
IN_FLIGHT = timedelta(hours=1)  # longer than an entry needs to reach the lake, and than the index is old
ALLOWED_LATENESS_S = 86400

_shared_seen = Shared()


@dataclass(eq=False)
class Promptly(beam.PTransform):
    """Windows of `window_s` seconds of event time in which every grouping hands on at once what it has: nobody waits for others."""

    window_s: float

    def expand(self, pcoll: Any) -> Any:
        windows = FixedWindows(self.window_s)
        return pcoll | "Window" >> _window_into(windows, Repeatedly(AfterCount(1)))


@dataclass(eq=False)
class WholeWindows(beam.PTransform):
    """Windows of `window_s` seconds in which groupings wait until the window is complete; what is late follows by itself."""

    window_s: float

    def expand(self, pcoll: Any) -> Any:
        return pcoll | "Window" >> _window_into(FixedWindows(self.window_s), AfterWatermark(late=AfterCount(1)))


def _window_into(windows: Any, trigger: Any) -> Any:
    return beam.WindowInto(
        windows,
        trigger=trigger,
        accumulation_mode=AccumulationMode.DISCARDING,
        timestamp_combiner=TimestampCombiner.OUTPUT_AT_EARLIEST,  # event time is set once, by the tick that asked the feed
        allowed_lateness=Duration(ALLOWED_LATENESS_S),
    )


_FORGET = TimerSpec("forget", TimeDomain.WATERMARK)
_FLIGHT_STATE = beam.DoFn.StateParam(ReadModifyWriteStateSpec("flight", PickleCoder()))
_FORGET_TIMER = beam.DoFn.TimerParam(_FORGET)


class _SelectFn(beam.DoFn):
    def __init__(self, lake_uri: str, look_back: timedelta, clock: Clock) -> None:
        self._lake_uri, self._look_back, self._clock = lake_uri, look_back, clock

    def setup(self) -> None:
        self._load(self._clock())

    def _load(self, now: datetime) -> None:
        storage = open_lake(self._lake_uri).storage

        def load() -> SeenIndex:
            return with_current(storage, lambda snapshot: load_seen(storage, snapshot.files("sightings")))

        self._seen: SeenIndex = _shared_seen.acquire(load, tag=f"{now.timestamp() // REFRESH_S} {self._lake_uri}")
        self._loaded_at = now

    def process(
        self,
        keyed: tuple[str, Entry],
        timestamp: Any = beam.DoFn.TimestampParam,
        flight_state: Any = _FLIGHT_STATE,
        forget: Any = _FORGET_TIMER,
    ) -> Iterator[Any]:
        url_key, entry = keyed
        now, flight = self._clock(), flight_state.read()
        if (now - self._loaded_at).total_seconds() > REFRESH_S:
            self._load(now)
        known = with_flight(self._seen.known(url_key), flight, now, IN_FLIGHT)
        selection = select([entry], known, now, self._look_back)
        count("select", "in")
        for sighting in selection.sightings:
            yield beam.pvalue.TaggedOutput("sightings", sighting)
        if selection.entry is None:
            count("select", "dropped_seen")
        else:
            flight_state.write(taken_off(flight, entry, now, IN_FLIGHT))
            forget.set(timestamp + Duration(IN_FLIGHT.total_seconds()))
            count("select", "out")
            yield selection.entry

    @on_timer(_FORGET)
    def _forget(self, flight_state: Any = _FLIGHT_STATE) -> None:
        flight_state.clear()


@dataclass(eq=False)
class SelectInStream(beam.PTransform):
    """Entry -> Entry: as `SelectUnseen`, one entry at a time, remembering for an hour what is on its way to the lake.

    In: PCollection[Entry]. Out, in the global window: `.ok` PCollection[Entry], `.sightings` PCollection[Sighting]. The lake's index
    is read again every ten minutes. Counts in stage `select`; drops: `seen`.
    """

    lake_uri: str
    look_back: timedelta = LOOK_BACK
    clock: Clock = utc_now

    def expand(self, entries: Any) -> Any:
        select_fn = _SelectFn(self.lake_uri, self.look_back, self.clock)
        return (
            entries
            | "KeepState" >> _window_into(GlobalWindows(), Repeatedly(AfterCount(1)))
            | "KeyByAddress" >> beam.Map(lambda entry: (entry.url_key, entry)).with_output_types(tuple[str, Entry])
            | "Select" >> beam.ParDo(select_fn).with_outputs("sightings", main="ok").with_output_types(Entry)
        )


class _StageFn(beam.DoFn):
    def __init__(self, lake_uri: str, run: RunInfo, table: str) -> None:
        self._lake_uri, self._stream, self._table = lake_uri, run, table

    def setup(self) -> None:
        self._storage = open_lake(self._lake_uri).storage

    def process(
        self, keyed: tuple[int, Iterable[Any]], window: Any = beam.DoFn.WindowParam, pane: Any = beam.DoFn.PaneInfoParam
    ) -> Iterator[tuple[str, StagedFile]]:
        late = pane.timing == PaneInfoTiming.LATE
        run_id = window_run_id(self._stream.run_id, window.end.to_utc_datetime(has_tz=True), pane.index if late else 0)
        run = RunInfo(run_id, self._stream.code_version)
        writer = StagingWriter(self._storage, staged_as(run_id), self._table, lambda: uuid.uuid4().hex)
        rows = 0
        for record in keyed[1]:
            rows += 1
            yield from ((run_id, file) for file in writer.add(ROW_OF[self._table](record, run)))
        yield from ((run_id, file) for file in writer.close())
        if late:
            count("lake", "late", rows)


class _CommitFn(beam.DoFn):
    def __init__(self, lake_uri: str, versions: dict[str, str], clock: Clock) -> None:
        self._lake_uri, self._versions, self._clock = lake_uri, versions, clock

    def process(self, keyed: tuple[str, Iterable[StagedFile]], window: Any = beam.DoFn.WindowParam) -> Iterator[str]:
        started_at: datetime = window.start.to_utc_datetime(has_tz=True)
        files = list(keyed[1])  # none in the last pane that some runners give when a window expires
        if files and commit_window(open_lake(self._lake_uri), keyed[0], files, self._versions, started_at, self._clock()):
            count("lake", "committed_windows")
            yield keyed[0]


@dataclass(eq=False)
class CommitWindows(beam.PTransform):
    """All rows of a stream -> the run ids of its committed windows.

    In: a dict of table name -> PCollection of its records. Out: PCollection[str]. A window of `window_s` seconds becomes visible as a
    whole, once all that its polls led to has arrived, with a row of `runs` whose id is the stream's and the window's end. What comes
    later than that is counted as `late` and committed by itself. Rows of a table are written by up to `shards` workers.
    """

    lake_uri: str
    stream: RunInfo
    versions: dict[str, str]
    window_s: float
    shards: int = 1
    clock: Clock = utc_now

    def __post_init__(self) -> None:
        if self.shards < 1:
            raise ValueError(f"shards must be at least 1, not {self.shards}")

    def expand(self, tables: Any) -> Any:
        staged = [self._stage(table, rows) for table, rows in tables.items()]
        return (
            staged
            | "AllFiles" >> beam.Flatten()
            | "GroupByRun" >> beam.GroupByKey()
            | "Commit" >> beam.ParDo(_CommitFn(self.lake_uri, self.versions, self.clock)).with_output_types(str)
        )

    def _stage(self, table: str, rows: Any) -> Any:
        stage = beam.ParDo(_StageFn(self.lake_uri, self.stream, table))
        return (
            rows
            | f"Whole{table.capitalize()}" >> WholeWindows(self.window_s)
            | f"Shard{table.capitalize()}" >> beam.Map(_with_shard, self.shards).with_output_types(tuple[int, Any])
            | f"Gather{table.capitalize()}" >> beam.GroupByKey()
            | f"Stage{table.capitalize()}" >> stage.with_output_types(tuple[str, StagedFile])
        )


def _with_shard(record: Any, shards: int) -> tuple[int, Any]:
    return hash(record) % shards if shards > 1 else 0, record
