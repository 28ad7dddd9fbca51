"""Two passes over a small hostile web: each article once, each reject with its reason, good manners. The large one is a benchmark."""

import dataclasses
from datetime import UTC, datetime, timedelta

from schemas.records import Feed, FeedState
from tests.bench.bench_web import CONFIG, check_first, check_manners, check_second, run_pass
from tests.hostile_web import FEEDS, PAGES, HostileWeb
from tests.loopback import serve

NOW = datetime(2026, 6, 2, tzinfo=UTC)


def test_every_recoverable_article_comes_once_and_everything_else_says_why() -> None:
    web = HostileWeb(feeds=48, items=12, hosts=6)
    config = dataclasses.replace(CONFIG, host_delay_s=0.01, read_timeout_s=0.5, slow_window_s=0.3)
    with serve(web.answer, hosts=web.hosts) as site:
        first = run_pass([(Feed(url), FeedState(url)) for url in web.feed_urls(site.port)], config, NOW)
        check_first(web, site.port, first)
        second = run_pass([(poll.feed, poll.state) for poll in first.polls], config, NOW + timedelta(hours=1))
        check_second(web, site.port, second)
        check_manners(web, [(r.host, r.path, r.at_s) for r in site.requests], dict(site.peak), 0.0)
    assert set(web.feed_urls(site.port).values()) == set(FEEDS.values())
    assert {outcome for outcome, _, _ in PAGES.values()} <= {outcome for _, outcome in first.outcomes}
