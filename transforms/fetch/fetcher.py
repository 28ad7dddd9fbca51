"""One entry to one page: fetched, or taken from the feed's own text when the page cannot be had."""

import hashlib
import re
from dataclasses import replace
from datetime import datetime
from urllib.parse import urljoin, urlsplit

import zstandard

from schemas.errors import ItemError
from schemas.records import Entry, Page
from transforms.fetch.sniff import page_type, refresh_target, rel_canonical
from transforms.web.client import Response, WebClient
from transforms.web.retry import status_error
from transforms.web.text import plain_text
from transforms.web.urls import canonical_url, plausible_canonical, url_key

ACCEPT = "text/html, application/xhtml+xml;q=0.9, text/plain;q=0.5, */*;q=0.1"
# A feed whose text is shorter than this many characters has a teaser, not the article.
FEED_TEXT_MIN_CHARS = 500
_MAX_FORWARDS = 2  # pages that only say <meta http-equiv=refresh>
_ZSTD_LEVEL = 3
_LOGIN_PATH = re.compile(r"/(?:login|log-in|signin|sign-in|sso|auth|subscribe|subscription|paywall|register|consent)\b", re.I)


async def fetch_entry(client: WebClient, entry: Entry, now: datetime) -> Page:
    """The page that `entry` names. When it cannot be had and the feed carries the text, a page with that text.

    Raises `ItemError` with the reason why there is neither.
    """
    try:
        response = await _final_page(client, entry.url, now)
        check_page(entry.url, response)
    except ItemError as error:
        fallback = page_from_feed(entry, error.reason, now)
        if fallback is None:
            raise
        return fallback
    return page_of(entry, response, now)


async def _final_page(client: WebClient, url: str, now: datetime) -> Response:
    """The answer for `url`, through pages that only forward."""
    headers, limit = {"Accept": ACCEPT}, client.config.max_page_bytes
    response = await client.get(url, now=now, max_bytes=limit, headers=headers, robots=True)
    for _ in range(_MAX_FORWARDS):
        target = refresh_target(response.body) if response.status == 200 else ""
        if not target:
            break
        try:
            target = urljoin(response.final_url, target)
        except ValueError as error:
            raise ItemError("bad_redirect", f"a page that forwards to {target[:200]!r}") from error
        if target.partition("#")[0] == response.final_url.partition("#")[0]:
            break
        response = await client.get(target, now=now, max_bytes=limit, headers=headers, robots=True)
    return response


def check_page(url: str, response: Response) -> None:
    """Raises the `ItemError` that makes `response`, the answer for `url`, no article page."""
    error = status_error(response.status)
    if error is not None:
        raise error
    if not response.body.strip():
        raise ItemError("empty_page")
    if not page_type(response.headers.get("content-type", ""), response.body):
        declared = response.headers.get("content-type", "")[:100]
        raise ItemError("unsupported_type", f"the page is {declared or 'of an undeclared type'}")
    asked, got = urlsplit(url).path, urlsplit(response.final_url).path
    if _LOGIN_PATH.search(got) and not _LOGIN_PATH.search(asked):
        raise ItemError("http_forbidden", f"redirected to a login page: {response.final_url[:200]}")
    if got in ("", "/") and not urlsplit(response.final_url).query and asked.strip("/").count("/") >= 1:
        raise ItemError("http_not_found", f"redirected to a home page: {response.final_url[:200]}")


def page_of(entry: Entry, response: Response, now: datetime) -> Page:
    """The Page of a good answer; its identity is `rel=canonical` where plausible, else where the redirects ended."""
    named = rel_canonical(response.body, response.headers)
    canonical = (named and plausible_canonical(response.final_url, named)) or canonical_url(response.final_url)
    return _page(
        entry, canonical, response.body, now, final_url=response.final_url, status=response.status,
        content_type=response.headers.get("content-type", ""), fetch_ms=response.elapsed_ms,
    )  # fmt: skip


def page_from_feed(entry: Entry, reason: str, now: datetime) -> Page | None:
    """A page made of the feed's own text, because of `reason`; None when the feed has no full text."""
    if len(entry.content_html) < FEED_TEXT_MIN_CHARS or len(plain_text(entry.content_html)) < FEED_TEXT_MIN_CHARS:
        return None
    body = f"<!DOCTYPE html><html><body><article>{entry.content_html}</article></body></html>".encode("utf-8", "ignore")
    page = _page(
        entry, canonical_url(entry.url), body, now, final_url=entry.url, status=0,
        content_type="text/html; charset=utf-8", fetch_ms=0,
    )  # fmt: skip
    return replace(page, text_source="feed", fetch_reason=reason)


def _page(
    entry: Entry, canonical: str, body: bytes, now: datetime, *, final_url: str, status: int, content_type: str, fetch_ms: int
) -> Page:
    return Page(
        entry=entry,
        article_id=url_key(canonical),
        final_url=final_url,
        canonical_url=canonical,
        status=status,
        content_type=content_type[:200],
        body_zstd=zstandard.ZstdCompressor(level=_ZSTD_LEVEL).compress(body),
        body_bytes=len(body),
        body_sha256=hashlib.sha256(body).hexdigest(),
        fetched_at=now,
        fetch_ms=fetch_ms,
    )
