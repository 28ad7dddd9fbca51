"""RSS 0.9x to 2.0, RDF and Atom 0.3 and 1.0, by feedparser on XML that has been made safe and well-formed first.

Feeding feedparser only well-formed UTF-8 without a document type keeps it on its strict parser: its lenient one takes
quadratic time on some inputs. Its HTML cleaning is off because no markup of a feed is ever shown; text is taken out
of it here and article extraction does its own.
"""

import itertools
import re
from typing import Any

import feedparser

from schemas.errors import ItemError
from transforms.poll.rawfeed import FeedHints, RawFeed, RawItem
from transforms.poll.xmlfix import decoded_text, document_text, mended

_ITEM_START = re.compile(rb"<(?:[\w.-]{1,40}:)?(?:item|entry)[\s>/]")
_ITEM_END = re.compile(rb"</(?:[\w.-]{1,40}:)?(?:item|entry)\s*>")
_ROOT_NAME = re.compile(r"<(?:[\w.-]{1,40}:)?([\w.-]{1,40})")
_WRAPPED = re.compile(r"<(rss|feed|rdf:RDF)[\s>]")
_MAIL_AND_NAME = re.compile(r"\s*\S{1,100}@\S{1,100}\s*\(([^()]{1,200})\)\s*\Z")
_SKIP = re.compile(r"<skip(Hours|Days)\b[^>]{0,100}>(.{0,2000}?)</skip\1\s*>", re.S | re.I)
_SKIPPED = re.compile(r"<(?:hour|day)\b[^>]{0,100}>\s*(\w{1,9})\s*<", re.I)
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_PERIODS_S = {"hourly": 3600.0, "daily": 86400.0, "weekly": 604800.0, "monthly": 2592000.0, "yearly": 31536000.0}


def capped(body: bytes, max_items: int) -> tuple[bytes, int]:
    """`body` with only its first `max_items` items, and how many there were. Before all else: the rest costs nothing then."""
    starts = [match.start() for match in itertools.islice(_ITEM_START.finditer(body), max_items + 1)]
    if len(starts) <= max_items:
        return body, len(starts)
    listed, last_end = len(starts) + sum(1 for _ in _ITEM_START.finditer(body, starts[-1] + 1)), len(body)
    for match in _ITEM_END.finditer(body, starts[-1]):
        last_end = match.end()
    return body[: starts[-1]] + body[last_end:], listed


def read_xml_feed(body: bytes, content_type: str, url: str, max_items: int) -> RawFeed:
    """The feed in `body`, fetched from `url`. Raises `ItemError` `not_a_feed` or `feed_unparseable`."""
    body, listed = capped(body, max_items)
    head, document = document_text(decoded_text(body, content_type))
    document = _unwrapped(document)
    root = _ROOT_NAME.match(document)
    if root is None:
        raise ItemError("not_a_feed", "neither XML nor JSON")
    if root[1].lower() in ("html", "head", "body", "div", "script"):
        raise ItemError("not_a_feed", "an HTML page")
    if root[1].lower() == "opml":
        raise ItemError("not_a_feed", "an OPML list of feeds, not a feed; give it under an address that ends in .opml")
    xml, problem = mended(document)
    if not xml:
        raise ItemError("feed_unparseable", "the XML is damaged beyond repair")
    headers = {"content-type": "application/xml; charset=utf-8"}
    if b"xml:base" in xml:  # without one, links are made absolute later; feedparser spends 40 % of its time on its own base
        headers["content-location"] = url
    try:
        parsed = feedparser.parse(
            b'<?xml version="1.0" encoding="utf-8"?>\n' + xml,
            response_headers=headers, sanitize_html=False, resolve_relative_uris=False,
        )  # fmt: skip
    except (LookupError, ValueError, TypeError, AttributeError, AssertionError) as error:
        # feedparser trips over some elements in places where it does not expect them
        raise ItemError("feed_unparseable", f"the parser failed on it: {type(error).__name__}: {error}") from error
    if not parsed.version and not parsed.entries:
        raise ItemError("not_a_feed", f"an XML document <{root[1]}> that is no feed")
    return RawFeed(
        format="rss091n" if parsed.version.startswith("rss091") and "netscape" in head.lower() else parsed.version,
        title=_text(parsed.feed, "title"),
        language=_text(parsed.feed, "language") or (parsed.feed.get("title_detail") or {}).get("language") or "",
        items=tuple(_item(entry) for entry in parsed.entries[:max_items]),
        listed=max(listed, len(parsed.entries)) if listed > max_items else len(parsed.entries),
        hints=_hints(parsed.feed, document),
        problem=problem,
    )


def _unwrapped(document: str) -> str:
    """The feed inside an HTML page that consists of nothing but a feed, as some blog engines send it."""
    feed = _WRAPPED.search(document, 0, 5000) if document[:6].lower().startswith("<html") else None
    if feed is None or not re.search(r"<(?:item|entry)[\s>]", document[feed.start() :]):
        return document
    end = document.rfind(f"</{feed[1]}>")
    return document[feed.start() : end + len(feed[1]) + 3] if end > 0 else document[feed.start() :]


def _text(value: Any, name: str) -> str:
    # dict.get: feedparser's own get answers `updated` with `published` and warns
    found = dict.get(value, name)
    return found if isinstance(found, str) else ""


def _item(entry: Any) -> RawItem:
    guid = _text(entry, "id")
    link = _text(entry, "link")
    # feedparser takes the id for the link of an entry that has none, and most ids are no addresses
    links = [_text(entry, "feedburner_origlink"), "" if link == guid and entry.get("guidislink") else link]
    links += [_text(link, "href") for link in entry.get("links", ()) if link.get("rel", "alternate") == "alternate"]
    if guid.startswith(("http://", "https://")):
        links.append(guid)
    source = entry.get("source") or {}
    summary, content = _markup(entry.get("summary_detail")), max(map(_markup, entry.get("content", ())), key=len, default="")
    published, updated = _text(entry, "published") or _text(entry, "created"), _text(entry, "updated")
    return RawItem(
        links=tuple(dict.fromkeys(link for link in links if link)),
        guid=guid,
        title=_markup(entry.get("title_detail")),
        authors=_authors(entry),
        categories=tuple(_text(tag, "label") or _text(tag, "term") for tag in entry.get("tags", ())),
        summary_html=summary,
        content_html=content,
        images=tuple(_images(entry)),
        language=(entry.get("title_detail") or {}).get("language") or "",
        source_title=_text(source, "title"),
        source_url=_text(source, "href") or _text(source, "link"),
        published_raw=published or updated,
        updated_raw=updated if published else "",
        base_url=(entry.get("title_detail") or {}).get("base") or "",
    )


def _authors(entry: Any) -> tuple[str, ...]:
    names = tuple(_text(person, "name") for person in entry.get("authors", ()) if _text(person, "name"))
    # RSS writes `desk@paper.example (The Desk)`, which feedparser cuts in the wrong place for some domains
    in_brackets = _MAIL_AND_NAME.match(_text(entry, "author"))
    return (in_brackets[1],) if in_brackets and len(names) < 2 else names


def _markup(detail: Any) -> str:
    """The value of a text construct as HTML: plain text is escaped."""
    if not detail or not isinstance(detail.get("value"), str):
        return ""
    value: str = detail["value"]
    if detail.get("type") == "text/plain" and "<" in value:
        return value.replace("&", "&amp;").replace("<", "&lt;") if not re.search(r"</?[a-zA-Z]", value) else value
    return value


def _images(entry: Any) -> list[str]:
    """Addresses of pictures, the widest of the media elements first."""
    media = [
        (_width(item), item["url"])
        for item in entry.get("media_content", ())
        if item.get("url") and (item.get("medium") == "image" or str(item.get("type", "")).startswith("image/"))
    ]
    media.sort(key=lambda pair: -pair[0])
    found = [url for _, url in media]
    found += [item["url"] for item in entry.get("media_thumbnail", ()) if item.get("url")]
    links = [link for link in entry.get("links", ()) if link.get("rel") == "enclosure"]
    found += [link["href"] for link in links if str(link.get("type", "")).startswith("image/") and link.get("href")]
    return [*found, _text(entry.get("image") or {}, "href")] if entry.get("image") else found


def _width(item: Any) -> int:
    width = str(item.get("width", ""))
    return int(width) if width.isdecimal() and len(width) < 6 else 0


def _hints(feed: Any, document: str) -> FeedHints:
    hours: set[int] = set()
    days: set[int] = set()
    for kind, inner in _SKIP.findall(document[:200_000]):
        for word in _SKIPPED.findall(inner):
            if kind.lower() == "hours" and word.isdecimal() and int(word) <= 24:
                hours.add(int(word) % 24)  # RSS 0.91 counts to 24, 2.0 from 0
            elif kind.lower() == "days" and word.lower() in _WEEKDAYS:
                days.add(_WEEKDAYS.index(word.lower()))
    return FeedHints(
        ttl_s=_number(_text(feed, "ttl"), 60.0),
        update_period_s=_update_period_s(feed),
        skip_hours=frozenset(hours),
        skip_days=frozenset(days),
    )


def _update_period_s(feed: Any) -> float | None:
    period = _PERIODS_S.get(_text(feed, "sy_updateperiod").strip().lower())
    times = _number(_text(feed, "sy_updatefrequency"), 1.0) or 1.0
    return None if period is None else period / max(1.0, times)


def _number(text: str, factor: float) -> float | None:
    text = text.strip()
    return int(text) * factor if text.isdecimal() and text.isascii() and 0 < len(text) < 9 and int(text) > 0 else None
