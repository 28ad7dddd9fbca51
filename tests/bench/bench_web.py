"""The whole of polling and fetching against a hostile loopback web: `python -m tests.bench.bench_web`.

300 feeds of 20 items on 40 hosts (tests/hostile_web.py), served by a process of its own. Every recoverable article must come
once, every other link must be a reject with the right reason, no host may see more than two requests at once nor two within
the delay, robots.txt must be obeyed, and a second pass must find feeds unchanged and fetch nothing. Prints time and memory.
"""

import argparse
import itertools
import multiprocessing
import resource
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from typing import Any

import apache_beam as beam

from schemas.records import Entry, Feed, FeedState, Poll, Reject
from tests.collect import Collected
from tests.hostile_web import FEEDS, HostileWeb
from tests.loopback import serve
from transforms.fetch.transform import FetchPages
from transforms.poll.transform import PollFeeds
from transforms.web.config import WebConfig

CONFIG = WebConfig(
    allow_private_hosts=True, host_delay_s=0.03, read_timeout_s=1.0, slow_window_s=0.5, retry_base_s=0.05, max_attempts=2,
)  # fmt: skip
MAX_MB = 600


@dataclass
class PassResult:
    """What a pass put out."""

    seconds: float = 0.0
    polls: list[Poll] = field(default_factory=list)
    outcomes: list[tuple[str, str]] = field(
        default_factory=list
    )  # (link, `page`, `feed` or reason), one for each thing that came out
    poll_rejects: dict[str, str] = field(default_factory=dict)


def _first_of(group: tuple[str, Any]) -> Entry:
    return min(group[1], key=lambda entry: entry.url)  # type: ignore[no-any-return]


def run_pass(watched: list[tuple[Feed, FeedState]], config: WebConfig, now: datetime) -> PassResult:
    """Polls, takes each address once, and fetches."""
    polls, pages, rejects = Collected(), Collected(), Collected()
    started_s = time.perf_counter()
    with beam.Pipeline("FnApiRunner") as pipeline:
        polled = pipeline | beam.Create(watched) | PollFeeds(config, clock=lambda: now, poll_all=True)
        _ = polled.polls | "Polls" >> beam.Map(polls.add)
        once = polled.entries | beam.Map(lambda entry: (entry.url_key, entry)) | beam.GroupByKey() | beam.Map(_first_of)
        fetched = once | FetchPages(config, clock=lambda: now)
        slim = fetched.ok | beam.Map(lambda page: (page.entry.url, page.text_source))
        _ = slim | "Pages" >> beam.Map(pages.add)
        _ = (polled.rejects, fetched.rejects) | beam.Flatten() | "Rejects" >> beam.Map(rejects.add)
    found: list[Reject] = rejects.items
    return PassResult(
        seconds=time.perf_counter() - started_s,
        polls=polls.items,
        outcomes=[*pages.items, *((row.url, row.reason) for row in found if row.stage != "poll")],
        poll_rejects={row.feed_url: row.reason for row in found if row.stage == "poll"},
    )


def check_first(web: HostileWeb, port: int, result: PassResult) -> None:
    """Raises `AssertionError` naming what came out other than it must."""
    feeds = web.feed_urls(port)
    assert {url: reason for url, reason in feeds.items() if reason != "ok"} == result.poll_rejects
    expected = web.expected(port)
    shared = {link.partition("?")[0] for link in expected if "/shared" in link}
    wanted = {link: outcome for link, outcome in expected.items() if link and "/shared" not in link}
    got = [(link, outcome) for link, outcome in result.outcomes if "/shared" not in link and outcome != "entry_without_link"]
    assert len(got) == len(dict(got)), "a link came out twice"
    wrong = {link: (dict(got).get(link), outcome) for link, outcome in wanted.items() if dict(got).get(link) != outcome}
    assert not wrong, f"{len(wrong)} links came out wrong (got, wanted): {dict(itertools.islice(wrong.items(), 20))}"
    unexpected = set(dict(got)) - set(wanted)
    assert not unexpected, f"{len(unexpected)} links that nobody expects: {sorted(unexpected)[:5]}"
    assert sorted(link.partition("?")[0] for link, _ in result.outcomes if "/shared" in link) == sorted(shared)


def check_second(web: HostileWeb, port: int, result: PassResult) -> None:
    """The second pass: all that could be read is unchanged, and nothing came of it."""
    readable = {url for url, reason in web.feed_urls(port).items() if reason == "ok"}
    assert {poll.feed.url: poll.outcome for poll in result.polls if poll.feed.url in readable} == dict.fromkeys(
        readable, "unchanged"
    )
    assert not result.outcomes


def check_manners(web: HostileWeb, requests: list[tuple[str, str, float]], peak: dict[str, int], delay_s: float) -> float:
    """At most two at once, starts apart, robots obeyed; the seconds that 99 of 100 requests to a host follow the one before, at least."""
    assert max(peak.values()) <= 2, peak
    assert not [path for _, path, _ in requests if path.startswith("/private/")]
    assert not [path for host, path, _ in requests if host == web.hosts[-1] and not path.startswith(("/robots.txt", "/feeds/"))]
    gaps = []
    for host in web.hosts:
        times = sorted(at_s for name, _, at_s in requests if name == host)
        gaps += [later - earlier for earlier, later in itertools.pairwise(times)]
    gaps.sort()
    # seen by the server, whose own process may be late in noticing a request and so see the next one closer
    assert gaps[len(gaps) // 100] > 0.8 * delay_s, gaps[len(gaps) // 100]
    return gaps[len(gaps) // 100]


def _serve(web: HostileWeb, pipe: Connection) -> None:
    with serve(web.answer, hosts=web.hosts) as site:
        pipe.send(site.port)
        while pipe.recv():
            pipe.send(([(request.host, request.path, request.at_s) for request in site.requests], dict(site.peak)))


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs both passes and their checks; prints the figures; 1 when memory went over its limit."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name, default in (("feeds", 300), ("items", 20), ("hosts", 40)):
        parser.add_argument(f"--{name}", type=int, default=default)
    args = parser.parse_args(arguments)
    web = HostileWeb(args.feeds, args.items, args.hosts)
    ours, theirs = multiprocessing.Pipe()
    server = multiprocessing.Process(target=_serve, args=(web, theirs), daemon=True)
    server.start()
    port, now = ours.recv(), datetime.now(UTC)
    first = run_pass([(Feed(url), FeedState(url)) for url in web.feed_urls(port)], CONFIG, now)
    check_first(web, port, first)
    second = run_pass([(poll.feed, poll.state) for poll in first.polls], CONFIG, now + timedelta(hours=1))
    check_second(web, port, second)
    ours.send(True)
    requests, peak = ours.recv()
    least_s = check_manners(web, requests, peak, CONFIG.host_delay_s)
    ours.send(False)
    server.join(10)
    pages = sum(outcome in ("page", "feed") for _, outcome in first.outcomes)
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    kinds = len({outcome for _, outcome in first.outcomes} | set(FEEDS.values()))
    print(
        f"{args.feeds} feeds x {args.items} items on {args.hosts} hosts: {pages} articles, {len(first.outcomes) - pages} rejects, "
        f"{kinds} kinds of outcome, all as they must be; first pass {first.seconds:.1f} s, second {second.seconds:.1f} s; at most "
        f"{max(peak.values())} requests at once on a host, 99 of 100 at least {least_s * 1000:.0f} ms apart "
        f"(asked: {CONFIG.host_delay_s * 1000:.0f}); peak memory {peak_mb:.0f} MB"
    )
    return 0 if peak_mb < MAX_MB else 1


if __name__ == "__main__":
    sys.exit(main())
