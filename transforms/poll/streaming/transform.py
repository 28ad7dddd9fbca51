"""The poll room in a stream: which feeds are to be asked now, at every tick of a clock."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import apache_beam as beam
from apache_beam.coders import FloatCoder
from apache_beam.transforms.periodicsequence import PeriodicImpulse
from apache_beam.transforms.userstate import ReadModifyWriteStateSpec
from apache_beam.utils.timestamp import Timestamp

from schemas.records import Feed, FeedState
from transforms.poll.schedule import MIN_INTERVAL_S
from transforms.routing import Clock, utc_now

# "For ever", some years at the usual pace: on Flink a sequence of hundreds of millions of ticks never begins (30 million do).
_MOST_TICKS = 10_000_000

Watched = tuple[Feed, FeedState]
DueFeeds = Callable[[datetime], Iterable[Watched]]


class _DueFn(beam.DoFn):
    def __init__(self, due: DueFeeds, tick_s: float, clock: Clock) -> None:
        self._due, self._tick_s, self._clock = due, tick_s, clock

    def process(self, tick: Timestamp) -> Iterable[tuple[str, Watched]]:
        now = self._clock()
        if now.timestamp() - float(tick) > 2 * self._tick_s:
            return ()  # missed while the stream stood still: the next tick finds all that is due
        return ((feed.url, (feed, state)) for feed, state in self._due(now))


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
    is not asked again. Ticks that were missed while the stream stood still are not made up for.
    """

    due: DueFeeds
    start: datetime
    stop: datetime | None = None
    tick_s: float = 15.0
    min_gap_s: float = MIN_INTERVAL_S
    clock: Clock = utc_now

    def __post_init__(self) -> None:
        if self.tick_s <= 0 or self.min_gap_s <= 0:
            raise ValueError(f"ticks and gaps must be longer than 0 s, not {self.tick_s} and {self.min_gap_s}")

    def expand(self, pipeline: Any) -> Any:
        start_s = self.start.timestamp()
        stop_s = self.stop.timestamp() if self.stop else start_s + _MOST_TICKS * self.tick_s
        ticks = PeriodicImpulse(Timestamp(start_s), Timestamp(stop_s), self.tick_s)
        due = _DueFn(self.due, self.tick_s, self.clock)
        return (
            pipeline
            | "Ticks" >> ticks
            | "Due" >> beam.ParDo(due).with_output_types(tuple[str, Watched])
            | "Gate" >> beam.ParDo(_GateFn(self.min_gap_s, self.clock)).with_output_types(tuple[Feed, FeedState])
        )
