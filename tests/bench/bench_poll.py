"""Polling 1,000 feeds of 50 kB each on 200 loopback hosts through the real transform: `python -m tests.bench.bench_poll`.

The server runs in a process of its own; the time is that of the Beam pass, from start to end, on what cores there are. It
must stay under 30 s on two. A second pass, with the states that the first left, must find everything unchanged.
"""

import argparse
import multiprocessing
import resource
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from multiprocessing.synchronize import Event
from typing import Any

import apache_beam as beam

from schemas.records import Feed, FeedState, Poll
from tests.collect import Collected
from tests.loopback import Reply, Request, serve
from transforms.poll.transform import PollFeeds
from transforms.web.config import WebConfig

LIMIT_S = 30.0
FEED_BYTES = 50_000
ITEM = (
    "<item><title>Ministry signs contract {n} for armoured vehicles</title><link>http://{host}/news/2026/{path}/{n}</link>"
    "<guid>{path}-{n}</guid><pubDate>Mon, 01 Jun 2026 {hour:02d}:00:00 GMT</pubDate><dc:creator>Staff</dc:creator>"
    "<category>Defence</category><description>&lt;p&gt;{text}&lt;/p&gt;</description></item>"
)


def feed_body(host: str, path: str) -> bytes:
    """An RSS feed of about 50 kB with 40 items."""
    text = "The ministry and the maker agreed on price and delivery after two years of talks. " * 12
    items = "".join(ITEM.format(n=n, host=host, path=path, hour=n % 24, text=text) for n in range(40))
    head = '<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>Feed</title><link>/</link>'
    body = f'<?xml version="1.0"?>{head}{items}</channel></rss>'.encode()
    return body.replace(b"</channel>", b"<!--" + b"x" * max(0, FEED_BYTES - len(body) - 7) + b"--></channel>")


def _serve(hosts: Sequence[str], port: Any, ready: Event, stop: Event) -> None:
    def answer(request: Request) -> Reply:
        tag = f'"{hash((request.host, request.path)) & 0xFFFF:x}"'
        if request.headers.get("if-none-match") == tag:
            return Reply(304, {"ETag": tag})
        return Reply(200, {"Content-Type": "application/rss+xml", "ETag": tag}, feed_body(request.host, request.path.strip("/")))

    with serve(answer, hosts=hosts) as site:
        port.value = site.port
        ready.set()
        stop.wait()


def _pass(watched: list[tuple[Feed, FeedState]], config: WebConfig, now: datetime) -> tuple[tuple[float, float], list[Poll], int]:
    """Seconds by the wall and of computing, polls, and number of entries of one pass."""
    polls, entries = Collected(), Collected()
    started = time.perf_counter(), time.process_time()
    with beam.Pipeline("FnApiRunner") as pipeline:
        polled = pipeline | beam.Create(watched) | PollFeeds(config, clock=lambda: now, poll_all=True)
        _ = polled.polls | "Polls" >> beam.Map(polls.add)
        _ = polled.entries | "Entries" >> beam.combiners.Count.Globally() | beam.Map(entries.add)
    took = time.perf_counter() - started[0], time.process_time() - started[1]
    return took, polls.items, sum(entries.items)


def run(feeds: int = 1000, hosts: int = 200) -> dict[str, float]:
    """The figures: seconds of the first pass, by the wall and of computing, and of the second; megabytes of memory at the peak."""
    names = [f"127.0.{1 + n // 250}.{1 + n % 250}" for n in range(hosts)]
    port, ready, stop = multiprocessing.Value("i", 0), multiprocessing.Event(), multiprocessing.Event()
    server = multiprocessing.Process(target=_serve, args=(names, port, ready, stop), daemon=True)
    server.start()
    ready.wait(20)
    now = datetime.now(UTC)
    config = WebConfig(allow_private_hosts=True, host_delay_s=0.0)
    try:
        watched = [Feed(f"http://{names[n % hosts]}:{port.value}/feed{n}") for n in range(feeds)]
        (first_s, first_cpu_s), polls, entries = _pass([(feed, FeedState(feed.url)) for feed in watched], config, now)
        assert [poll.outcome for poll in polls] == ["ok"] * feeds, {poll.error for poll in polls}
        assert entries == 40 * feeds
        (again_s, _), polls, entries = _pass([(poll.feed, poll.state) for poll in polls], config, now + timedelta(hours=1))
        assert [poll.outcome for poll in polls] == ["unchanged"] * feeds
        assert entries == 0
    finally:
        stop.set()
        server.join(10)
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"first_s": first_s, "first_cpu_s": first_cpu_s, "again_s": again_s, "peak_mb": peak_mb}


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints the figures; 1 when polling took longer than the limit."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--feeds", type=int, default=1000)
    parser.add_argument("--hosts", type=int, default=200)
    args = parser.parse_args(arguments)
    figures = run(args.feeds, args.hosts)
    print(
        f"polled {args.feeds} feeds of {FEED_BYTES // 1000} kB on {args.hosts} hosts in {figures['first_s']:.1f} s "
        f"({figures['first_cpu_s']:.1f} s of computing), "
        f"again (all unchanged) in {figures['again_s']:.1f} s, peak memory {figures['peak_mb']:.0f} MB"
    )
    return 0 if figures["first_s"] < LIMIT_S * args.feeds / 1000 else 1


if __name__ == "__main__":
    sys.exit(main())
