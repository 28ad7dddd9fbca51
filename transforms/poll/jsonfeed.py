"""JSON Feed 1.0 and 1.1 (jsonfeed.org/version/1.1), read leniently: wrong types count as absent."""

import codecs
import html
import json
from typing import Any

from schemas.errors import ItemError
from transforms.poll.rawfeed import RawFeed, RawItem

# Parsed JSON takes up to forty times its bytes when it is all braces; a real feed has some tens of values an item.
_MAX_VALUES = 2_000_000
_MOST_DIGITS = 1000  # Python makes no number of more than 4,300, and none is meant


def looks_like_json(body: bytes) -> bool:
    """Whether `body` can only be JSON, whatever its headers say."""
    return body[:1000].removeprefix(codecs.BOM_UTF8).lstrip()[:1] == b"{"


def read_json_feed(body: bytes, max_items: int) -> RawFeed:
    """The feed in `body`, which is UTF-8. Raises `ItemError`: `not_a_feed` for other JSON, `feed_unparseable` for damaged JSON."""
    if body.count(b",") + body.count(b"[") + body.count(b"{") > _MAX_VALUES:
        raise ItemError("feed_unparseable", f"the JSON has more than {_MAX_VALUES} values")
    try:
        text = body.removeprefix(codecs.BOM_UTF8).decode("utf-8", "replace")
        feed = json.loads(text, strict=False, parse_int=lambda digits: int(digits) if len(digits) <= _MOST_DIGITS else digits)
    except (ValueError, RecursionError) as error:
        raise ItemError("feed_unparseable", f"the JSON is damaged: {str(error)[:200]}") from error
    version, items = _text(feed, "version"), feed.get("items")
    if "jsonfeed.org" not in version and not (isinstance(items, list) and feed.get("title")):
        raise ItemError("not_a_feed", "a JSON document that is no JSON Feed")
    items = [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []
    authors, language = _authors(feed), _text(feed, "language")
    return RawFeed(
        format="json11" if version.rstrip("/").endswith("1.1") else "json1",
        title=_text(feed, "title"),
        language=language,
        items=tuple(_item(item, authors) for item in items[:max_items]),
        listed=len(items),
    )


def _item(item: dict[str, Any], authors: tuple[str, ...]) -> RawItem:
    guid, content = _text(item, "id", numbers=True), _text(item, "content_html")
    links = [_text(item, "url"), _text(item, "external_url"), guid if guid.startswith(("http://", "https://")) else ""]
    tags = item.get("tags")
    return RawItem(
        links=tuple(link for link in links if link),
        guid=guid,
        title=html.escape(_text(item, "title")),
        authors=_authors(item) or authors,
        categories=tuple(tag for tag in tags if isinstance(tag, str)) if isinstance(tags, list) else (),
        summary_html=html.escape(_text(item, "summary")),
        content_html=content or html.escape(_text(item, "content_text")),
        images=tuple(image for image in (_text(item, "image"), _text(item, "banner_image")) if image),
        language=_text(item, "language"),
        published_raw=_text(item, "date_published"),
        updated_raw=_text(item, "date_modified"),
    )


def _text(value: dict[str, Any], name: str, *, numbers: bool = False) -> str:
    found = value.get(name)
    if numbers and isinstance(found, int | float) and not isinstance(found, bool):
        return str(found)
    return found if isinstance(found, str) else ""


def _authors(value: dict[str, Any]) -> tuple[str, ...]:
    listed = value.get("authors")
    people = listed if isinstance(listed, list) else [value.get("author")]
    return tuple(name for person in people if isinstance(person, dict) and (name := _text(person, "name")))
