"""One poll over real HTTP."""

import asyncio
import hashlib
from datetime import UTC, datetime, timedelta

import pytest

from schemas.records import Feed, FeedState
from tests.loopback import Reply, Request, serve
from tests.web.asking import client_for
from transforms.poll.poller import PollResult, poll_feed

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
BODY = b"<rss version='2.0'><channel><title>T</title><item><title>A</title><link>/a</link></item><item/></channel></rss>"


def _poll(url: str, state: FeedState | None = None, now: datetime = NOW) -> PollResult:
    async def one() -> PollResult:
        async with client_for() as client:
            return await poll_feed(client, Feed(url), state or FeedState(url), now)

    return asyncio.run(one())


def test_a_poll_brings_entries_rejects_and_its_row() -> None:
    with serve(lambda request: Reply(headers={"ETag": '"1"', "Content-Type": "text/xml"}, body=BODY)) as site:
        result = _poll(site.url("/feed"))
    poll = result.poll
    assert (poll.outcome, poll.status, poll.format, poll.entries, poll.new, poll.body_bytes) == (
        "ok",
        200,
        "rss20",
        2,
        1,
        len(BODY),
    )
    assert [entry.url for entry in result.entries] == [site.url("/a")]
    assert [reject.reason for reject in result.rejects] == ["entry_without_link"]
    assert (poll.state.etag, poll.state.polled_at, poll.state.failures) == ('"1"', NOW, 0)
    assert poll.state.body_sha256 == hashlib.sha256(BODY).hexdigest()


def test_the_second_poll_is_conditional_and_unchanged() -> None:
    def answer(request: Request) -> Reply:
        known = request.headers.get("if-none-match") == '"1"' and request.headers.get("if-modified-since") == "Mon"
        return Reply(304) if known else Reply(headers={"ETag": '"1"', "Last-Modified": "Mon"}, body=BODY)

    with serve(answer) as site:
        first = _poll(site.url("/feed"))
        again = _poll(site.url("/feed"), first.poll.state, NOW + timedelta(hours=1))
    assert (again.poll.outcome, again.poll.status, again.entries, again.rejects) == ("unchanged", 304, (), ())
    assert again.poll.state.etag == '"1"'


def test_validators_that_lie_are_found_out_by_the_body() -> None:
    tags = iter("123")
    with serve(lambda request: Reply(headers={"ETag": f'"{next(tags)}"'}, body=BODY)) as site:
        first = _poll(site.url("/feed"))
        again = _poll(site.url("/feed"), first.poll.state)
    assert (again.poll.outcome, again.poll.status, again.entries) == ("unchanged", 200, ())


def test_a_header_from_a_stranger_is_never_sent_back_broken() -> None:
    with serve(lambda request: Reply(body=BODY)) as site:
        state = FeedState(site.url("/feed"), polled_at=NOW, etag="a\r\nX-Evil: 1", last_modified="caf\u00e9")
        assert _poll(site.url("/feed"), state).poll.outcome == "ok"
        assert not {"if-none-match", "if-modified-since", "x-evil"} & set(site.requests[0].headers)


@pytest.mark.parametrize(
    ("reply", "status", "reason"),
    [
        (Reply(404), 404, "http_not_found"),
        (Reply(410), 410, "feed_gone"),
        (Reply(403), 403, "http_forbidden"),
        (Reply(500), 500, "http_server_error"),
        (Reply(429), 429, "http_rate_limited"),
        (Reply(204), 204, "empty_feed"),
        (Reply(body=b"<html><body>Gone fishing</body></html>"), 200, "not_a_feed"),
        (Reply(reset=True), 0, "connection_reset"),
        (Reply(302, {"Location": "file:///etc/passwd"}), 0, "scheme_refused"),
    ],
)
def test_failures_are_rows_and_the_feed_stays(reply: Reply, status: int, reason: str) -> None:
    with serve(lambda request: reply) as site:
        result = _poll(site.url("/feed"))
    assert (result.poll.outcome, result.poll.status, result.poll.reason) == ("error", status, reason)
    assert [(row.stage, row.reason, row.feed_url) for row in result.rejects] == [("poll", reason, site.url("/feed"))]
    assert result.poll.state.failures == 1
    assert result.poll.state.next_poll_at is not None
    assert result.poll.state.retired == (reason == "feed_gone")


def test_an_address_that_is_none_is_a_row_too() -> None:
    assert _poll("mailto:feed@ex.com").poll.reason == "scheme_refused"
    assert _poll("http://[").poll.reason == "bad_url"


def test_a_moved_feed_is_polled_where_it_is() -> None:
    with serve(lambda request: Reply(301, {"Location": "/new"}) if request.path == "/old" else Reply(body=BODY)) as site:
        url, state = site.url("/old"), None
        for _ in range(3):
            result = _poll(url, state)
            state = result.poll.state
            assert result.entries == () or result.entries[0].feed_urls == (url,)
        assert site.paths() == ["/old", "/new", "/old", "/new", "/new"]
