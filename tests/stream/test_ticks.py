"""The clock of a stream: event time is the tick at which the feeds were asked."""

import functools
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import apache_beam as beam
import pytest
from apache_beam.runners.portability.fn_api_runner import FnApiRunner

from schemas.records import Feed, FeedState
from tests.collect import Collected
from tests.lake.examples import T0
from transforms.poll.streaming.transform import WatchFeeds


def _clock(looks: Collected, step_s: float) -> datetime:
    """A clock that goes on by `step_s` at every look."""
    looks.add(None)
    return T0 + timedelta(seconds=step_s * len(looks.items))


def _due(now: datetime) -> Iterable[tuple[Feed, FeedState]]:
    return [(Feed(url := "https://example.org/feed"), FeedState(url))]


def _asked(step_s: float, min_gap_s: float = 1.0, stop_s: float = 61.0) -> list[float]:
    """The event times, seconds after T0, at which a feed that is always due is asked."""
    looks, asked = Collected(), Collected()
    watch = WatchFeeds(
        _due, T0, T0 + timedelta(seconds=stop_s), min_gap_s=min_gap_s, clock=functools.partial(_clock, looks, step_s), pace=1e6
    )

    def keep(_: Any, at: Any = beam.DoFn.TimestampParam) -> None:
        asked.add(float(at) - T0.timestamp())

    with beam.Pipeline(FnApiRunner()) as pipeline:
        _ = pipeline | watch | beam.Map(keep)
    return sorted(asked.items)


def test_feeds_are_asked_at_every_tick_until_the_end() -> None:
    assert _asked(step_s=1.0) == [0, 15, 30, 45, 60]


def test_ticks_that_were_missed_are_not_made_up_for() -> None:
    assert _asked(step_s=20.0, stop_s=301.0) == [15, 75, 135, 195, 255], "the clock is looked at three times for each tick"


def test_a_feed_is_asked_once_in_a_while() -> None:
    assert _asked(step_s=1.0, min_gap_s=29.0) == [0, 30, 60]


@pytest.mark.parametrize("wrong", [{"tick_s": 0.0}, {"min_gap_s": 0.0}, {"pace": 0.0}])
def test_a_clock_that_stands_still_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="0"):
        WatchFeeds(_due, T0, **wrong)  # type: ignore[arg-type]
