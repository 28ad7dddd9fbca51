"""The door of the poll room: feeds with what is remembered of them in, entries out."""

import functools
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

import apache_beam as beam

from schemas.errors import ItemError
from schemas.records import Entry, Feed, FeedState, Poll
from transforms.poll.poller import PollResult, failed, poll_feed
from transforms.poll.schedule import is_due, polling_url
from transforms.routing import Clock, InFlight, as_item_error, count, utc_now
from transforms.web.client import WebClient
from transforms.web.config import WebConfig
from transforms.web.shared import shared_client
from transforms.web.urls import host_key

_Watched = tuple[Feed, FeedState]


def _host(watched: _Watched) -> str:
    try:
        return host_key(polling_url(watched[1]))
    except ItemError:
        return ""  # the poll will say what is wrong with the address


async def _poll(client: WebClient, watched: _Watched, clock: Clock) -> PollResult:
    return await poll_feed(client, *watched, clock())


class _PollFn(beam.DoFn):
    """Polls with many requests in flight. Counts feeds in stage "poll", and what they list in stage "parse"."""

    def __init__(self, config: WebConfig, clock: Clock, poll_all: bool, max_in_flight: int) -> None:
        self._config, self._clock, self._poll_all, self._max = config, clock, poll_all, max_in_flight
        self._submit: Callable[[_Watched], Future[PollResult]] | None = None
        self._flights: InFlight | None = None

    def setup(self) -> None:
        work = functools.partial(_poll, clock=self._clock)
        self._submit = functools.partial(shared_client(self._config).submit, work)

    def start_bundle(self) -> None:
        assert self._submit is not None  # setup ran
        self._flights = InFlight("poll", self._submit, self._max)

    def process(
        self, watched: _Watched, timestamp: Any = beam.DoFn.TimestampParam, window: Any = beam.DoFn.WindowParam
    ) -> Iterator[Any]:
        assert self._flights is not None  # start_bundle ran
        count("poll", "in")
        if not self._poll_all and not is_due(watched[1], self._clock()):
            count("poll", "dropped_not_due")
            return
        for landed in self._flights.launch(watched, timestamp, window):
            yield from self._results(*landed)

    def finish_bundle(self) -> Iterator[Any]:
        assert self._flights is not None
        for landed in self._flights.land():
            yield from self._results(*landed)

    def _results(self, watched: _Watched, value: Any, future: "Future[PollResult]") -> Iterator[Any]:
        error = future.exception()
        result = failed(*watched, None, as_item_error("poll", error), self._clock()) if error else future.result()
        if result.poll.outcome == "error":
            count("poll", f"rejected_{result.poll.reason}")
        else:
            count("poll", "out")
            count("parse", "in", len(result.entries) + len(result.rejects))
            count("parse", "out", len(result.entries))
            for row in result.rejects:
                count("parse", f"rejected_{row.reason}")
        yield beam.pvalue.TaggedOutput("polls", value.with_value(result.poll))
        for row in result.rejects:
            yield beam.pvalue.TaggedOutput("rejects", value.with_value(row))
        for entry in result.entries:
            yield value.with_value(entry)


@dataclass(eq=False)
class PollFeeds(beam.PTransform):
    """(Feed, FeedState) -> entries: asks each feed that is due, politely, and reads what it lists.

    In: PCollection[tuple[Feed, FeedState]]. Out: `.entries` PCollection[Entry]; `.polls` PCollection[Poll], one for each
    feed that was asked; `.rejects` PCollection[Reject], stage "poll" for a feed that failed and stage "parse" for an item
    that cannot be used. Feeds not due are the drop `not_due`, unless `poll_all`. Feeds are keyed by host, so a host has one
    queue wherever workers run. Times are those of `clock` when a poll starts; it must pickle.
    """

    config: WebConfig
    clock: Clock = utc_now
    poll_all: bool = False
    max_in_flight: int = 4096  # feeds handed to the client at once; it keeps its own, lower limit on requests

    def __post_init__(self) -> None:
        if self.max_in_flight < 1:
            raise ValueError(f"max_in_flight must be at least 1, not {self.max_in_flight}")

    def expand(self, feeds: Any) -> Any:
        do_fn = _PollFn(self.config, self.clock, self.poll_all, self.max_in_flight)
        return (
            feeds
            | "KeyByHost" >> beam.Map(lambda watched: (_host(watched), watched))
            | "GroupByHost" >> beam.GroupByKey()
            | "Ungroup" >> beam.FlatMap(lambda group: group[1]).with_output_types(tuple[Feed, FeedState])
            | "Poll" >> beam.ParDo(do_fn).with_outputs("polls", "rejects", main="entries").with_output_types(Entry | Poll)
        )
