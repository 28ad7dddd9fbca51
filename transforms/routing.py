"""Outputs, rejects and counters: the one place that turns exceptions into rows.

A stage is a function from an element to its output that raises `ItemError` when the element cannot go on.
`FutureMapOrReject` hands elements to something that runs such a function and answers with a `concurrent.futures.Future`
(the web client's event loop, a pool of processes) and keeps many in flight, so that one slow host or page does not hold up
the others. It returns `.ok` and `.rejects` and counts, in the namespace of the stage, `in`, `out`, `rejected_<reason>`; a
stage that drops elements on purpose counts `dropped_<reason>` by `count`.

Counters go to Beam's metrics, which every runner reports at the end, and to a tally of this process, which a progress
display can read while a local runner is at work.
"""

import collections
import logging
import queue
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import apache_beam as beam
from apache_beam.metrics.metric import Metrics
from apache_beam.utils.windowed_value import WindowedValue

from schemas.errors import ItemError, WorkersError
from schemas.records import Article, Entry, Page, Reject

_log = logging.getLogger("dibwatch.routing")

Clock = Callable[[], datetime]
Submit = Callable[[Any], "Future[Any]"]

_tally: collections.Counter[tuple[str, str]] = collections.Counter()
_tally_lock = threading.Lock()


def utc_now() -> datetime:
    """The clock that stages use unless they are given another."""
    return datetime.now(UTC)


def count(stage: str, name: str, n: int = 1) -> None:
    """Add `n` to counter `name` of `stage`, in Beam's metrics and in this process's tally."""
    Metrics.counter(stage, name).inc(n)
    with _tally_lock:
        _tally[stage, name] += n


def local_tally() -> dict[tuple[str, str], int]:
    """(stage, counter) -> value, of what this process has counted since it started. For progress only."""
    with _tally_lock:
        return dict(_tally)


def reject(stage: str, element: object, error: ItemError, at: datetime) -> Reject:
    """The reject row for `element`, an Entry, Page or Article, that failed in `stage` with `error` at `at`."""
    entry = element if isinstance(element, Entry) else element.entry if isinstance(element, Page) else None
    if entry is not None:
        url, feeds, key, fingerprint = entry.url, entry.feed_urls, entry.url_key, entry.fingerprint
    elif isinstance(element, Article):
        url, feeds, key, fingerprint = element.url, element.feed_urls, element.url_key, element.fingerprint
    else:
        raise TypeError(f"no reject row can be made of a {type(element).__name__}")
    return Reject(
        stage=stage, reason=error.reason, url=url, feed_url=feeds[0] if feeds else "", error=str(error),
        rejected_at=at, transient=error.transient, url_key=key, fingerprint=fingerprint, entry=entry,
    )  # fmt: skip


def as_item_error(stage: str, error: BaseException) -> ItemError:
    """The `ItemError` that `error` amounts to: itself, a time limit, a dead worker process, or a defect of ours.

    Raises `WorkersError`, which is no fault of the item.
    """
    if isinstance(error, ItemError):
        return error
    if isinstance(error, WorkersError):
        raise error
    if isinstance(error, TimeoutError) and stage in ("extract", "tag"):
        return ItemError(f"{stage}_timeout")
    if isinstance(error, MemoryError) and stage == "extract":
        return ItemError("extract_memory")
    if type(error).__name__ in ("ProcessExpired", "BrokenProcessPool") and stage in ("extract", "tag"):
        return ItemError(f"{stage}_crashed", str(error))
    _log.error("a defect in stage %s made a reject: %s: %s (-v shows where)", stage, type(error).__name__, error)
    _log.debug("details", exc_info=error)
    return ItemError("internal_error", f"{type(error).__name__}: {error}")


@dataclass
class _Flight:
    element: Any
    value: WindowedValue
    started_s: float


class InFlight:
    """The open futures of one bundle. Finding what is done costs nothing per open future, so thousands may be open."""

    def __init__(self, stage: str, submit: Submit, max_in_flight: int) -> None:
        self._stage, self._submit, self._max = stage, submit, max_in_flight
        self._open: dict[Future[Any], _Flight] = {}
        self._done: queue.SimpleQueue[Future[Any]] = queue.SimpleQueue()

    def launch(self, element: Any, timestamp: Any, window: Any) -> Iterator[tuple[Any, WindowedValue, Future[Any]]]:
        """Submits `element`; yields what has finished, (element, an empty value with its envelope, its done future)."""
        future = self._submit(element)
        self._open[future] = _Flight(element, WindowedValue(None, timestamp, (window,)), time.monotonic())
        future.add_done_callback(self._done.put)
        while self._open and (len(self._open) >= self._max or not self._done.empty()):
            yield self._landed()

    def land(self) -> Iterator[tuple[Any, WindowedValue, Future[Any]]]:
        """Waits for all that is open, and yields it as it finishes."""
        while self._open:
            yield self._landed()

    def _landed(self) -> tuple[Any, WindowedValue, Future[Any]]:
        future = self._done.get()
        flight = self._open.pop(future)
        Metrics.distribution(self._stage, "item_ms").update(int((time.monotonic() - flight.started_s) * 1000))
        return flight.element, flight.value, future


class _FutureMapOrRejectFn(beam.DoFn):
    """Keeps up to `max_in_flight` futures open; each result leaves in the window and at the time of its element."""

    def __init__(self, stage: str, connect: Callable[[], Submit], max_in_flight: int, clock: Clock) -> None:
        self._stage, self._connect, self._max, self._clock = stage, connect, max_in_flight, clock
        self._submit: Submit | None = None
        self._flights: InFlight | None = None

    def setup(self) -> None:
        self._submit = self._connect()

    def start_bundle(self) -> None:
        assert self._submit is not None  # setup ran
        self._flights = InFlight(self._stage, self._submit, self._max)

    def process(
        self, element: Any, timestamp: Any = beam.DoFn.TimestampParam, window: Any = beam.DoFn.WindowParam
    ) -> Iterator[Any]:
        assert self._flights is not None  # start_bundle ran
        count(self._stage, "in")
        yield from map(self._result, self._flights.launch(element, timestamp, window))

    def finish_bundle(self) -> Iterator[Any]:
        assert self._flights is not None
        yield from map(self._result, self._flights.land())

    def _result(self, landed: tuple[Any, WindowedValue, Future[Any]]) -> Any:
        element, value, future = landed
        error = future.exception()
        if error is None:
            count(self._stage, "out")
            return value.with_value(future.result())
        item_error = as_item_error(self._stage, error)
        count(self._stage, f"rejected_{item_error.reason}")
        row = reject(self._stage, element, item_error, self._clock())
        return beam.pvalue.TaggedOutput("rejects", value.with_value(row))


@dataclass(eq=False)
class FutureMapOrReject(beam.PTransform):
    """Element -> the result of `connect()(element)`, a Future, or a Reject; up to `max_in_flight` at once in a worker.

    In: PCollection of Entry, Page or Article. Out: `.ok` PCollection[out_type], `.rejects` PCollection[Reject];
    results leave in the order in which they are ready. `connect` must pickle and is called once a DoFn instance.
    """

    stage: str
    connect: Callable[[], Submit]
    out_type: type
    max_in_flight: int = 64
    clock: Clock = utc_now

    def __post_init__(self) -> None:
        if self.max_in_flight < 1:
            raise ValueError(f"max_in_flight must be at least 1, not {self.max_in_flight}")

    def expand(self, pcoll: Any) -> Any:
        do_fn = _FutureMapOrRejectFn(self.stage, self.connect, self.max_in_flight, self.clock)
        return pcoll | "Submit" >> beam.ParDo(do_fn).with_outputs("rejects", main="ok").with_output_types(self.out_type)
