"""The poll room in a stream: which feeds are to be asked now, at every tick of a clock."""

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import apache_beam as beam
from apache_beam.coders import FloatCoder
from apache_beam.io.restriction_trackers import OffsetRange, OffsetRestrictionTracker
from apache_beam.io.watermark_estimators import ManualWatermarkEstimator
from apache_beam.transforms.core import RestrictionProvider
from apache_beam.transforms.userstate import ReadModifyWriteStateSpec
from apache_beam.transforms.window import TimestampedValue
from apache_beam.utils.timestamp import Duration, Timestamp

from schemas.records import Feed, FeedState
from transforms.poll.schedule import MIN_INTERVAL_S
from transforms.routing import Clock, utc_now

# "For ever": centuries at the usual pace.
_MOST_TICKS = 1_000_000_000
_LEAST_WAIT_S = 0.01

Watched = tuple[Feed, FeedState]
DueFeeds = Callable[[datetime], Iterable[Watched]]
Ticking = tuple[float, float, float]  # first tick and end, Unix seconds; seconds from tick to tick


class _TickNumbers(RestrictionProvider):
    def initial_restriction(self, ticking: Ticking) -> OffsetRange:
        start_s, stop_s, tick_s = ticking
        return OffsetRange(0, math.ceil((stop_s - start_s) / tick_s))

    def create_tracker(self, numbers: OffsetRange) -> OffsetRestrictionTracker:
        return OffsetRestrictionTracker(numbers)

    def restriction_size(self, ticking: Ticking, numbers: OffsetRange) -> int:
        return 1  # a tick is never worth a worker of its own

    def truncate(self, ticking: Ticking, numbers: OffsetRange) -> None:
        return None  # a stream that is drained ticks no more


_TICK_NUMBERS = beam.DoFn.RestrictionParam(_TickNumbers())
_NEXT_TICK = beam.DoFn.WatermarkEstimatorParam(ManualWatermarkEstimator.default_provider())


class _TickFn(beam.DoFn):
    """The newest tick that is due, then a rest until the next one. When everything started is in the element, not here: what
    goes on from a savepoint goes on with the ticks of the stream that made it."""

    def __init__(self, clock: Clock, pace: float) -> None:
        self._clock, self._pace = clock, pace

    @beam.DoFn.unbounded_per_element()  # type: ignore[untyped-decorator]
    def process(self, ticking: Ticking, numbers: Any = _TICK_NUMBERS, watermark: Any = _NEXT_TICK) -> Iterator[TimestampedValue]:
        start_s, _, tick_s = ticking
        now_s = self._clock().timestamp()
        upcoming, due = numbers.current_restriction().start, math.floor((now_s - start_s) / tick_s)
        if due >= upcoming:
            if not numbers.try_claim(due):
                return
            at = Timestamp(start_s + due * tick_s)
            yield TimestampedValue(at, at)
            upcoming = due + 1
        next_s = start_s + upcoming * tick_s
        watermark.set_watermark(Timestamp(next_s))
        numbers.defer_remainder(Duration(max(_LEAST_WAIT_S, (next_s - now_s) / self._pace)))


class _DueFn(beam.DoFn):
    def __init__(self, due: DueFeeds, clock: Clock) -> None:
        self._due, self._clock = due, clock

    def process(self, tick: Timestamp) -> Iterable[tuple[str, Watched]]:
        return ((feed.url, (feed, state)) for feed, state in self._due(self._clock()))


_ASKED = beam.DoFn.StateParam(ReadModifyWriteStateSpec("asked", FloatCoder()))


class _GateFn(beam.DoFn):
    """Lets a feed through once in `min_gap_s` seconds, whatever the lake knows of its last poll yet."""

    def __init__(self, min_gap_s: float, clock: Clock) -> None:
        self._min_gap_s, self._clock = min_gap_s, clock

    def process(self, keyed: tuple[str, Watched], asked: Any = _ASKED) -> Iterator[Watched]:
        now_s = self._clock().timestamp()
        asked_s = asked.read()
        if asked_s is None or now_s - asked_s >= self._min_gap_s:
            asked.write(now_s)
            yield keyed[1]


@dataclass(eq=False)
class WatchFeeds(beam.PTransform):
    """A clock -> the feeds that are due: PCollection[tuple[Feed, FeedState]], event time the tick's, global window.

    Ticks come every `tick_s` seconds from `start` until `stop`, or for ever. `due` is asked at each of them for the feeds that may
    be polled; it must pickle. A feed passes once in `min_gap_s` seconds, so that one whose poll is still on its way to the lake
    is not asked again. Ticks that were missed while the stream stood still are not made up for. `clock` may run `pace` times
    as fast as the machine's.
    """

    due: DueFeeds
    start: datetime
    stop: datetime | None = None
    tick_s: float = 15.0
    min_gap_s: float = MIN_INTERVAL_S
    clock: Clock = utc_now
    pace: float = 1.0

    def __post_init__(self) -> None:
        if self.tick_s <= 0 or self.min_gap_s <= 0:
            raise ValueError(f"ticks and gaps must be longer than 0 s, not {self.tick_s} and {self.min_gap_s}")
        if self.pace <= 0:
            raise ValueError(f"a clock must run forward, not at a pace of {self.pace}")

    def expand(self, pipeline: Any) -> Any:
        start_s = self.start.timestamp()
        stop_s = self.stop.timestamp() if self.stop else start_s + _MOST_TICKS * self.tick_s
        return (
            pipeline
            | "Start" >> beam.Impulse()
            | "Clock" >> beam.Map(lambda _, ticking: ticking, (start_s, stop_s, self.tick_s)).with_output_types(Ticking)
            | "Ticks" >> beam.ParDo(_TickFn(self.clock, self.pace)).with_output_types(Timestamp)
            | "Due" >> beam.ParDo(_DueFn(self.due, self.clock)).with_output_types(tuple[str, Watched])
            | "Gate" >> beam.ParDo(_GateFn(self.min_gap_s, self.clock)).with_output_types(tuple[Feed, FeedState])
        )
