"""One poll of one feed: a conditional GET, and what its answer means."""

import contextlib
import functools
import hashlib
from dataclasses import dataclass, replace
from datetime import datetime

from schemas.errors import ItemError
from schemas.records import Entry, Feed, FeedState, Poll, Reject
from transforms.poll.parse import ParsedFeed, parse_feed
from transforms.poll.schedule import (
    Answer,
    after_entries,
    after_error,
    after_unchanged,
    new_entries,
    polling_url,
    trusts_validators,
)  # fmt: skip
from transforms.web.client import Response, WebClient
from transforms.web.retry import status_error

ACCEPT = (
    "application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml, "
    "application/xml;q=0.9, text/xml;q=0.9, application/json;q=0.8, */*;q=0.5"
)


@dataclass(frozen=True, slots=True)
class PollResult:
    """What one poll leaves: its row, the entries it brought, and rejects (one of stage "poll" when it failed)."""

    poll: Poll
    entries: tuple[Entry, ...] = ()
    rejects: tuple[Reject, ...] = ()


def conditional_headers(state: FeedState, now: datetime) -> dict[str, str]:
    """The request headers of a poll: what is accepted and, where they are trusted, the validators."""
    headers = {"Accept": ACCEPT}
    if trusts_validators(state, now):
        if state.etag.isascii() and state.etag.isprintable() and state.etag:
            headers["If-None-Match"] = state.etag
        if state.last_modified.isascii() and state.last_modified.isprintable() and state.last_modified:
            headers["If-Modified-Since"] = state.last_modified
    return headers


async def poll_feed(client: WebClient, feed: Feed, state: FeedState, now: datetime) -> PollResult:
    """Polls `feed`, whose last poll left `state`. Never raises for what a remote site can cause.

    robots.txt is not asked: it is for crawlers, and a feed is put up to be fetched by readers on a user's word, as this one is.
    The host's queue, delay and crawl-delay hold all the same.
    """
    async with contextlib.AsyncExitStack() as keep:
        return await _poll(client, feed, state, now, keep)


async def _poll(client: WebClient, feed: Feed, state: FeedState, now: datetime, keep: contextlib.AsyncExitStack) -> PollResult:
    response: Response | None = None
    try:
        response = await client.get(
            polling_url(state),
            now=now,
            max_bytes=client.config.max_feed_bytes,
            headers=conditional_headers(state, now),
            keep=keep,
        )
        error = status_error(response.status)
        if error is not None:
            raise ItemError("feed_gone", "the server answered 410") if response.status == 410 else error
        if response.status == 304:
            return unchanged(feed, state, response, now)
        sha256 = hashlib.sha256(response.body).hexdigest()
        if sha256 == state.body_sha256:
            return unchanged(feed, state, response, now)
        parse = functools.partial(parse_feed, response.body, response.headers, response.final_url, now, feed=feed)
        parsed = await client.off_loop(parse)
        return listed(feed, state, response, parsed, sha256, now)
    except ItemError as item_error:
        return failed(feed, state, response, item_error, now)


def _answer(response: Response) -> Answer:
    return Answer(status=response.status, headers=response.headers, redirects=response.redirects)


def listed(feed: Feed, state: FeedState, response: Response, parsed: ParsedFeed, sha256: str, now: datetime) -> PollResult:
    """The result of a poll that brought a feed."""
    new_state = after_entries(state, _answer(response), parsed.entries, sha256, parsed.hints, now)
    problems = [parsed.problem, "no entries" if parsed.listed == 0 else ""]
    named = feed if feed.title else replace(feed, title=next((entry.feed_title for entry in parsed.entries), ""))
    poll = Poll(
        feed=named, state=new_state, polled_at=now, outcome="ok", status=response.status, format=parsed.format,
        entries=parsed.listed, new=new_entries(state, parsed.entries), body_bytes=len(response.body),
        poll_ms=response.elapsed_ms, problem="; ".join(problem for problem in problems if problem),
    )  # fmt: skip
    return PollResult(poll, parsed.entries, parsed.rejects)


def unchanged(feed: Feed, state: FeedState, response: Response, now: datetime) -> PollResult:
    """The result of a poll that brought nothing new: 304, or the body of last time."""
    new_state = after_unchanged(state, _answer(response), now)
    poll = Poll(
        feed=feed, state=new_state, polled_at=now, outcome="unchanged", status=response.status,
        body_bytes=len(response.body), poll_ms=response.elapsed_ms,
    )  # fmt: skip
    return PollResult(poll)


def failed(feed: Feed, state: FeedState, response: Response | None, error: ItemError, now: datetime) -> PollResult:
    """The result of a poll that failed with `error`, with or without an HTTP answer."""
    answer = _answer(response) if response else None
    new_state = after_error(state, answer, error.reason, now)
    poll = Poll(
        feed=feed, state=new_state, polled_at=now, outcome="error", status=response.status if response else 0,
        body_bytes=len(response.body) if response else 0, poll_ms=response.elapsed_ms if response else 0,
        reason=error.reason, error=str(error),
    )  # fmt: skip
    row = Reject(
        stage="poll", reason=error.reason, url=polling_url(state), feed_url=feed.url, error=str(error),
        rejected_at=now, transient=error.transient,
    )  # fmt: skip
    return PollResult(poll, (), (row,))
