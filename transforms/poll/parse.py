"""Feed bytes to entries, whatever the format and however broken: pure, and safe for bytes from anybody."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from schemas.errors import ItemError
from schemas.records import Entry, Feed, Reject
from transforms.poll.entries import make_entry, without_surrogates
from transforms.poll.jsonfeed import looks_like_json, read_json_feed
from transforms.poll.rawfeed import FeedHints
from transforms.poll.xmlfeed import read_xml_feed
from transforms.poll.xmlfix import narrowed

MAX_ENTRIES = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedFeed:
    """`entries` and `rejects` (stage "parse") together are the items that were read; `listed` those that were there."""

    format: str  # rss20, rss10, atom10, … as feedparser names them; json1, json11
    title: str
    language: str
    entries: tuple[Entry, ...]
    rejects: tuple[Reject, ...]
    listed: int
    hints: FeedHints
    problem: str  # what was repaired or is odd, "" for nothing


def parse_feed(
    body: bytes,
    headers: Mapping[str, str],
    url: str,
    now: datetime,
    *,
    feed: Feed | None = None,
    max_entries: int = MAX_ENTRIES,
) -> ParsedFeed:
    """The feed in `body` (decoded bytes), fetched from `url` with `headers` (lower-case names) at `now`.

    RSS 0.9x to 2.0, RDF, Atom 0.3 and 1.0, JSON Feed 1.x. A broken feed gives the entries that can be used; items that
    cannot be are rejects, and items beyond `max_entries` are one reject, `too_many_entries`. `feed` says under which
    address the entries are filed, and what language and country to assume. Raises `ItemError`: `empty_feed`,
    `not_a_feed`, `feed_unparseable`.
    """
    feed = feed or Feed(url)
    if not body.strip(b"\x00 \t\r\n"):
        raise ItemError("empty_feed")
    body = narrowed(body)
    if looks_like_json(body):
        raw = read_json_feed(body, max_entries)
    else:
        raw = read_xml_feed(body, headers.get("content-type", ""), url, max_entries)
    entries: list[Entry] = []
    rejects: list[Reject] = []
    for item in raw.items:
        try:
            entries.append(make_entry(item, raw, feed, url, now))
        except ItemError as error:
            rejects.append(_reject(feed, error, item.links[0] if item.links else item.guid, now))
    if raw.listed > len(raw.items):
        detail = f"{raw.listed} entries, {raw.listed - len(raw.items)} of them not taken"
        rejects.append(_reject(feed, ItemError("too_many_entries", detail), feed.url, now))
    return ParsedFeed(
        format=raw.format, title=without_surrogates(raw.title), language=without_surrogates(raw.language),
        entries=tuple(entries), rejects=tuple(rejects), listed=raw.listed, hints=raw.hints, problem=raw.problem,
    )  # fmt: skip


def _reject(feed: Feed, error: ItemError, url: str, now: datetime) -> Reject:
    shown = re.sub(r"[\x00-\x1f\ud800-\udfff]", "", url)[:2000]
    return Reject(stage="parse", reason=error.reason, url=shown, feed_url=feed.url, error=str(error), rejected_at=now)
