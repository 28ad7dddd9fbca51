"""What stands behind `feeds discover`, `feeds check` and `feeds health`."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from schemas.errors import ItemError
from schemas.records import Feed, FeedState, Poll, RunInfo
from schemas.rows import poll_row
from tests.loopback import Reply, Request, serve
from tests.web.asking import client_for
from transforms.poll.check import FeedCheck, check_feed
from transforms.poll.discover import FoundFeed, discover_feeds, linked_feeds, well_known_feeds
from transforms.poll.health import feed_health
from transforms.poll.poller import poll_feed

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


def _rss(*dates: str) -> bytes:
    items = "".join(f"<item><title>{n}</title><link>/{n}</link><pubDate>{date}</pubDate></item>" for n, date in enumerate(dates))
    return f"<rss version='2.0'><channel><title>News</title>{items}</channel></rss>".encode()


TODAY, LAST_YEAR = "Mon, 01 Jun 2026 09:00:00 GMT", "Sun, 01 Jun 2025 09:00:00 GMT"


def test_links_to_feeds_are_found_in_a_page() -> None:
    page = """<!-- <link rel=alternate type="application/rss+xml" href="/commented"> -->
    <link rel="alternate" type="application/rss+xml" title="All" href="/all?a=1&amp;b=2">
    <LINK REL='alternate home' TYPE=application/atom+xml HREF=atom>
    <link rel="alternate" hreflang="de" href="/de"><link rel="stylesheet" href="/rss.xml">
    <a href="https://other.example/feed/">RSS</a><a href="/about">About</a><a href="feed:https://ex.com/podcast.rss">x</a>
    <a href="javascript:x()">"""
    assert linked_feeds(page, "https://ex.com/dir/") == [
        "https://ex.com/all?a=1&b=2",
        "https://ex.com/dir/atom",
        "https://other.example/feed/",
        "https://ex.com/podcast.rss",
    ]


def test_well_known_addresses_are_below_the_folder_first() -> None:
    assert well_known_feeds("https://ex.com/news/")[:2] == ["https://ex.com/news/feed/", "https://ex.com/news/rss"]
    assert "https://ex.com/feed/" in well_known_feeds("https://ex.com")


def _discover(url: str) -> list[FoundFeed]:
    async def one() -> list[FoundFeed]:
        async with client_for() as client:
            return await discover_feeds(client, url, NOW)

    return asyncio.run(one())


def test_a_site_is_searched_until_feeds_are_found() -> None:
    def answer(request: Request) -> Reply:
        pages = {
            "/linked": b'<link rel=alternate type="application/rss+xml" href="/real"><a href="/broken.rss">',
            "/bare": b"<html>nothing here</html>",
            "/real": _rss(TODAY, LAST_YEAR),
            "/bare/rss": _rss(),
            "/feed/": _rss(TODAY),
            "/feed": _rss(TODAY),
        }
        return Reply(body=pages[request.path]) if request.path in pages else Reply(404)

    with serve(answer) as site:
        newest_at = datetime(2026, 6, 1, 9, tzinfo=UTC)
        assert _discover(site.url("/real")) == [FoundFeed(site.url("/real"), "News", "rss20", 2, newest_at, "given")]
        assert [(found.url, found.how) for found in _discover(site.url("/linked"))] == [(site.url("/real"), "linked")]
        assert {(found.url, found.how) for found in _discover(site.url("/bare"))} == {
            (site.url("/bare/rss"), "well_known"),
            (site.url("/feed/"), "well_known"),
        }
        with pytest.raises(ItemError) as caught:
            _discover(site.url("/"))
        assert caught.value.reason == "http_not_found"


def _check(*feeds: Feed) -> dict[str, FeedCheck]:
    async def all_of_them() -> dict[str, FeedCheck]:
        async with client_for() as client:
            return {feed.url: await check_feed(client, feed, NOW) for feed in feeds}

    return asyncio.run(all_of_them())


def test_each_feed_gets_one_line() -> None:
    replies = {
        "/good": Reply(body=_rss(TODAY, LAST_YEAR)),
        "/stale": Reply(body=_rss(LAST_YEAR)),
        "/empty": Reply(body=_rss()),
        "/undated": Reply(body=_rss("", "soon")),
        "/gone": Reply(410),
        "/page": Reply(body=b"<html></html>"),
        "/moved": Reply(301, {"Location": "/good"}),
    }
    with serve(lambda request: replies[request.path]) as site:
        checks = _check(*(Feed(site.url(path)) for path in replies))
        by_path = {url.removeprefix(site.url("")): check for url, check in checks.items()}
    assert {path for path, check in by_path.items() if not check.alive} == {"/gone", "/page"}
    assert by_path["/good"].problems == ()
    assert by_path["/good"].line() == f"ok    200  rss20         2  2026-06-01  {site.url('/good')}"
    assert by_path["/stale"].problems == ("nothing new for 365 days",)
    assert by_path["/empty"].problems == ("no entries",)
    assert by_path["/undated"].problems == ("no readable dates",)
    assert by_path["/gone"].line().startswith("DEAD  410")
    assert "feed_gone" in by_path["/gone"].line()
    assert by_path["/moved"].problems == (f"moved to {site.url('/good')}",)


def _row(url: str, days_ago: float = 0.1, **changes: Any) -> dict[str, Any]:
    state_fields = {"newest_entry_at": NOW - timedelta(days=1), "entries_per_day": 2.0, "current_url": "", "moved_to": ""}
    state_fields |= {key: changes.pop(key) for key in list(changes) if key in FeedState.__dataclass_fields__}
    at = NOW - timedelta(days=days_ago)
    poll = Poll(feed=Feed(url), state=FeedState(url, polled_at=at, **state_fields), polled_at=at, outcome="ok", status=200,
                entries=5, new=1, poll_ms=120)  # fmt: skip
    return poll_row(replace(poll, **changes), RunInfo("run", "1"))


def test_health_tells_the_silent_the_failing_the_slow_the_moved_and_the_double() -> None:
    rows = [
        _row("https://a.com/good"),
        _row("https://a.com/silent", newest_entry_at=NOW - timedelta(days=20)),
        _row("https://a.com/quiet", newest_entry_at=NOW - timedelta(days=20), entries_per_day=0.2),
        _row("https://a.com/failing", outcome="error", failures=3, reason="timeout", error="no answer"),
        _row("https://a.com/failing", days_ago=3),
        _row("https://a.com/never", outcome="error", failures=1, newest_entry_at=None, reason="dns_failed"),
        _row("https://a.com/slow", poll_ms=30_000),
        _row("https://a.com/empty", entries=0, newest_entry_at=None),
        _row("https://a.com/retired", outcome="error", retired=True, failures=1),
        _row("https://a.com/moving", moved_to="https://b.com/x"),
        _row("https://a.com/moved", current_url="https://b.com/y"),
        _row("https://www.a.com/good?utm_source=x"),
        _row("https://c.com/one", body_sha256="same"),
        _row("https://c.com/two", body_sha256="same"),
    ]
    health = {found.feed_url: found for found in feed_health(rows, NOW)}
    verdicts = {url.rpartition("/")[2]: found.verdicts for url, found in health.items()}
    assert verdicts == {
        "good": (), "silent": ("silent",), "quiet": (), "failing": ("failing",), "never": ("never_worked",), "slow": ("slow",),
        "empty": ("empty",), "retired": ("retired", "never_worked") if not health["https://a.com/retired"].newest_entry_at else
        ("retired",), "moving": ("moving",), "moved": ("moved",), "good?utm_source=x": ("duplicate",), "one": (), "two": ("duplicate",),
    }  # fmt: skip
    failing = health["https://a.com/failing"]
    assert (failing.polls, failing.failures, failing.last_good_at) == (2, 3, NOW - timedelta(days=3))
    assert health["https://c.com/two"].duplicate_of == "https://c.com/one"
    assert feed_health([], NOW) == []


def test_a_feed_that_lists_what_another_lists_is_double() -> None:
    whole, atom, section, other = (f"https://a.com/{name}" for name in ("all.rss", "atom.xml", "tanks.rss", "other"))
    listed = [(feed, f"{n:032x}") for feed, numbers in {
        whole: range(20), atom: range(20), section: range(10, 20), other: range(15, 40),
    }.items() for n in numbers]  # fmt: skip
    polls = [
        poll_row(Poll(Feed(url, title=url[-3:]), FeedState(url), NOW, "ok"), RunInfo("r", "0"))
        for url in (whole, atom, section, other)
    ]
    health = {found.feed_url: found for found in feed_health(polls, NOW, listed)}
    assert {url: found.duplicate_of for url, found in health.items()} == {whole: "", atom: whole, section: whole, other: ""}
    assert "duplicate" in health[atom].verdicts


def test_a_feed_without_a_name_in_the_list_has_its_own() -> None:
    async def one(base: str) -> Poll:
        async with client_for() as client:
            return (await poll_feed(client, Feed(base), FeedState(base), NOW)).poll

    with serve(lambda _: Reply(body=_rss(TODAY))) as site:
        poll = asyncio.run(one(site.url("/feed")))
    first = poll_row(poll, RunInfo("r", "0"))
    assert first["feed_title"] == "News"
    rows = [first, {**first, "polled_at": NOW + timedelta(hours=1), "outcome": "unchanged", "feed_title": ""}]
    assert feed_health(rows, NOW)[0].title == "News"
