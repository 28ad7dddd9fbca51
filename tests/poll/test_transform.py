"""The door of the poll room in a pipeline: shapes, sums, and politeness."""

from datetime import UTC, datetime, timedelta

import apache_beam as beam
import pytest

from schemas.records import Entry, Feed, FeedState, Poll, Reject
from tests.collect import Collected
from tests.loopback import Reply, Request, serve
from transforms.poll.transform import PollFeeds
from transforms.routing import local_tally
from transforms.web.config import WebConfig

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
CONFIG = WebConfig(allow_private_hosts=True, host_delay_s=0.0, max_attempts=1)


def _now() -> datetime:
    return NOW


def _answer(request: Request) -> Reply:
    if request.path == "/dead":
        return Reply(404)
    if request.headers.get("if-none-match"):
        return Reply(304)
    items = "".join(f"<item><title>{n}</title><link>/a{request.path}/{n}</link></item>" for n in range(3))
    return Reply(headers={"ETag": '"1"'}, body=f"<rss version='2.0'><channel>{items}<item/></channel></rss>".encode())


def _run(
    watched: list[tuple[Feed, FeedState]], *, poll_all: bool = False
) -> tuple[list[Entry], list[Poll], list[Reject], dict[str, int]]:
    before = local_tally()
    entries, polls, rejects = Collected(), Collected(), Collected()
    with beam.Pipeline("FnApiRunner") as pipeline:
        polled = pipeline | beam.Create(watched) | PollFeeds(CONFIG, clock=_now, poll_all=poll_all)
        _ = polled.entries | "Entries" >> beam.Map(entries.add)
        _ = polled.polls | "Polls" >> beam.Map(polls.add)
        _ = polled.rejects | "Rejects" >> beam.Map(rejects.add)
    counted = {f"{stage}.{name}": value - before.get((stage, name), 0) for (stage, name), value in local_tally().items()}
    return entries.items, polls.items, rejects.items, {name: value for name, value in counted.items() if value}


def test_two_passes_and_their_sums() -> None:
    with serve(_answer, hosts=["127.0.0.1", "127.0.0.2"]) as site:
        paths = ["/one", "/two", "/three", "/dead"]
        feeds = [Feed(site.url(path, host)) for path in paths for host in ("127.0.0.1", "127.0.0.2")]
        entries, polls, rejects, counted = _run([(feed, FeedState(feed.url)) for feed in feeds])
        assert len(entries) == 18
        assert {poll.feed for poll in polls} == set(feeds)
        assert counted == {
            "poll.in": 8, "poll.out": 6, "poll.rejected_http_not_found": 2,
            "parse.in": 24, "parse.out": 18, "parse.rejected_entry_without_link": 6,
        }  # fmt: skip
        assert sorted(reject.stage for reject in rejects) == ["parse"] * 6 + ["poll"] * 2
        assert {poll.polled_at for poll in polls} == {NOW}
        assert max(site.peak.values()) <= 2

        states = [(poll.feed, poll.state) for poll in polls]
        assert _run(states)[3] == {"poll.in": 8, "poll.dropped_not_due": 8}
        entries, polls, _, counted = _run(states, poll_all=True)
        assert entries == []
        assert sorted(poll.outcome for poll in polls) == ["error"] * 2 + ["unchanged"] * 6
        assert counted == {"poll.in": 8, "poll.out": 6, "poll.rejected_http_not_found": 2}


def test_a_feed_that_is_due_again_is_polled() -> None:
    with serve(_answer) as site:
        feed = Feed(site.url("/one"))
        due = FeedState(feed.url, polled_at=NOW - timedelta(hours=2), next_poll_at=NOW - timedelta(hours=1))
        assert len(_run([(feed, due)])[0]) == 3


def test_an_address_that_is_none_is_one_reject() -> None:
    _, polls, rejects, counted = _run([(Feed("http://["), FeedState("http://["))])
    assert [poll.outcome for poll in polls] == ["error"]
    assert [reject.reason for reject in rejects] == ["bad_url"]
    assert counted == {"poll.in": 1, "poll.rejected_bad_url": 1}


def test_a_bad_configuration_is_refused_when_the_graph_is_built() -> None:
    with pytest.raises(ValueError, match="max_in_flight"):
        PollFeeds(CONFIG, max_in_flight=0)
