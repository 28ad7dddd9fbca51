"""Which feeds a site has: what its pages link to as feeds, then the addresses where feeds usually are."""

import asyncio
import functools
import html
import re
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urljoin, urlsplit

from schemas.errors import ItemError
from schemas.records import Entry
from transforms.poll.parse import ParsedFeed, parse_feed
from transforms.poll.poller import ACCEPT
from transforms.web.client import Response, WebClient
from transforms.web.retry import status_error
from transforms.web.text import plain_text
from transforms.web.urls import split_http, url_key

# The addresses at which WordPress, Drupal, Ghost, Hugo, Jekyll, Blogger, Squarespace and plain sites put their feeds.
WELL_KNOWN_PATHS = (
    "/feed/", "/rss", "/rss.xml", "/feed.xml", "/atom.xml", "/index.xml", "/feed.json", "/rss/", "/feeds/posts/default",
    "/feed", "/news/rss", "/en/rss.xml", "/?feed=rss2", "/?format=rss", "/rss/news.xml", "/news/feed/",
)  # fmt: skip
_MAX_LINKED = 40
_TAG = re.compile(r"<(link|a)\b([^<>]{1,3000})>", re.I)
_ATTRIBUTE = re.compile(r"\b(rel|type|href|title)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>]+))", re.I)
_FEED_TYPES = (
    "application/rss+xml",
    "application/atom+xml",
    "application/rdf+xml",
    "application/feed+json",
    "application/xml",
    "text/xml",
)
_FEED_PATH = re.compile(
    r"(?:/(?:feeds?|rss|atom)/?|\.(?:rss|rdf|atom)|/(?:feed|rss|atom|index)\.(?:xml|json)|[?&]feed=\w+)\Z", re.I
)


@dataclass(frozen=True, slots=True)
class FoundFeed:
    """A feed that answered as one. `how` is `given`, `linked` or `well_known`."""

    url: str
    title: str
    format: str
    entries: int
    newest_at: datetime | None
    how: str


def linked_feeds(page: str, base_url: str) -> list[str]:
    """The feed addresses that an HTML page links to: `<link rel=alternate>` first, then anchors that look like feeds."""
    declared: list[str] = []
    anchors: list[str] = []
    for tag, attributes in _TAG.findall(re.sub(r"<!--.*?(?:-->|\Z)", "", page, flags=re.S)):
        values = {name.lower(): html.unescape(one or two or three) for name, one, two, three in _ATTRIBUTE.findall(attributes)}
        href = _absolute(values.get("href", ""), base_url)
        if not href:
            continue
        if tag.lower() == "link" and "alternate" in values.get("rel", "").lower().split():
            kind = values.get("type", "").partition(";")[0].strip().lower()
            if kind in _FEED_TYPES or (kind == "application/json" and "feed" in href):
                declared.append(href)
        elif tag.lower() == "a" and _FEED_PATH.search(href):
            anchors.append(href)
    return list(dict.fromkeys([*declared, *anchors]))[:_MAX_LINKED]


def well_known_feeds(site_url: str) -> list[str]:
    """Where feeds of the site at `site_url` usually are: below its folder, then at its root."""
    parts = split_http(site_url)
    root = f"{parts.scheme}://{parts.netloc}"
    folder = parts.path.rstrip("/")
    below = [f"{root}{folder}/{name}" for name in ("feed/", "rss", "rss.xml")] if folder else []
    return list(dict.fromkeys([*below, *(root + path for path in WELL_KNOWN_PATHS)]))


def _absolute(href: str, base_url: str) -> str:
    try:
        url = urljoin(base_url, re.sub(r"^feed:(?://)?(?=https?:)", "", href.strip(), flags=re.I))
        split_http(url)
    except (ItemError, ValueError):
        return ""
    return url.partition("#")[0] if href.strip() else ""


async def discover_feeds(client: WebClient, url: str, now: datetime) -> list[FoundFeed]:
    """The feeds of the site at `url`: itself when it is one, else what it links to, else what is at well-known addresses.

    Each is fetched and read before it counts. Raises `ItemError` when `url` itself cannot be had.
    """
    response = await client.get(url, now=now, max_bytes=client.config.max_feed_bytes, headers={"Accept": "text/html, " + ACCEPT})
    error = status_error(response.status)
    if error is not None and urlsplit(response.final_url).path in ("", "/"):
        raise error
    if error is None:
        try:
            return [_found(response, parse_feed(response.body, response.headers, response.final_url, now), "given")]
        except ItemError:
            pass  # a page, as expected
        page = response.body.decode("utf-8", "replace")
        if found := await _those_that_are(client, linked_feeds(page, response.final_url), "linked", now):
            return found
    return await _those_that_are(client, well_known_feeds(response.final_url), "well_known", now)


async def _those_that_are(client: WebClient, urls: list[str], how: str, now: datetime) -> list[FoundFeed]:
    answers = await asyncio.gather(*(_try(client, url, how, now) for url in urls))
    unique: dict[str, FoundFeed] = {}
    for found in answers:
        if found is not None:
            unique.setdefault(url_key(found.url), found)
    return list(unique.values())


async def _try(client: WebClient, url: str, how: str, now: datetime) -> FoundFeed | None:
    try:
        response = await client.get(url, now=now, max_bytes=client.config.max_feed_bytes, headers={"Accept": ACCEPT})
        if status_error(response.status) is not None:
            return None
        parse = functools.partial(parse_feed, response.body, response.headers, response.final_url, now)
        parsed = await client.off_loop(parse)
    except ItemError:
        return None
    return _found(response, parsed, how)


def _found(response: Response, parsed: ParsedFeed, how: str) -> FoundFeed:
    return FoundFeed(
        url=response.final_url, title=plain_text(parsed.title), format=parsed.format, entries=parsed.listed,
        newest_at=newest(parsed.entries), how=how,
    )  # fmt: skip


def newest(entries: tuple[Entry, ...]) -> datetime | None:
    """The latest date that any of `entries` has."""
    return max((entry.published_at for entry in entries if entry.published_at is not None), default=None)
