"""A raw item judged: which page it names, when, what it says; an Entry, or the reason why there is none."""

import hashlib
import html
import re
from datetime import datetime
from urllib.parse import urljoin

from schemas.errors import ItemError
from schemas.records import Entry, Feed
from transforms.poll.dates import parse_date
from transforms.poll.rawfeed import RawFeed, RawItem
from transforms.web.text import clean_text, plain_text
from transforms.web.urls import split_http, url_key

_MAX_SUMMARY_CHARS = 4000
_MAX_TITLE_CHARS = 1000
_MAX_LIST = 50
# A description this long is the article itself; a teaser has some hundred characters.
_FULL_TEXT_CHARS = 1200
_IMAGE = re.compile(r"<img\b[^<>]{0,500}?\ssrc\s*=\s*[\"']?([^\"'\s>]{4,2000})", re.I)
_SURROGATES = re.compile("[\\ud800-\\udfff]")
_EMAIL = re.compile(r"\S+@\S+\.\S+")


def without_surrogates(text: str) -> str:
    """`text` without lone surrogates, which JSON can write (`"\\ud800"`) and UTF-8 cannot."""
    return _SURROGATES.sub("", text)


def make_entry(item: RawItem, raw: RawFeed, feed: Feed, feed_url: str, now: datetime) -> Entry:
    """The Entry of one item of `feed`, fetched from `feed_url` at `now`.

    Raises `ItemError`: `entry_without_link`, `entry_bad_link`, `scheme_refused` becomes `entry_bad_link` too.
    """
    base = item.base_url or feed_url
    url = _page_url(item, base)
    language = clean_text(item.language or raw.language or feed.language)[:35]
    published = parse_date(item.published_raw, now=now, language=language, country=feed.country)
    updated = parse_date(item.updated_raw, now=now, language=language, country=feed.country)
    title, summary = plain_text(item.title)[:_MAX_TITLE_CHARS], plain_text(item.summary_html)
    content = item.content_html or (item.summary_html if len(summary) >= _FULL_TEXT_CHARS else "")
    told = "\0".join((title, item.published_raw, item.updated_raw, summary, content))
    return Entry(
        url=url,
        url_key=url_key(url),
        feed_urls=(feed.url,),
        feed_title=plain_text(raw.title)[:_MAX_TITLE_CHARS] or without_surrogates(feed.title),
        guid=clean_text(item.guid)[:2000],
        title=title,
        authors=_authors(item.authors),
        categories=tuple(dict.fromkeys(c for name in item.categories[:_MAX_LIST] if (c := plain_text(name)[:200]))),
        summary=summary[:_MAX_SUMMARY_CHARS],
        content_html=without_surrogates(content),
        image_url=_image_url(item, content or item.summary_html, base),
        language=language,
        source_title=plain_text(item.source_title)[:_MAX_TITLE_CHARS],
        source_url=_absolute(item.source_url, base),
        published_raw=clean_text(item.published_raw)[:200],
        published_at=published.at,
        published_method=published.method,
        updated_at=updated.at,
        fingerprint=hashlib.sha256(told.encode("utf-8", "ignore")).hexdigest()[:16],
        polled_at=now,
    )


def _page_url(item: RawItem, base: str) -> str:
    """The first link that is a usable http(s) address, made absolute and otherwise as the feed wrote it."""
    problem = ItemError("entry_without_link")
    for link in item.links:
        try:
            url = _http_url(link, base)
        except (ItemError, ValueError) as error:
            problem = ItemError("entry_bad_link", f"the link {link[:200]!r} is not usable: {error}")
        else:
            return "".join(url.split()) if " " not in url.strip() else url.strip()
    raise problem


def _absolute(url: str, base: str) -> str:
    if not url.strip():
        return ""
    try:
        return clean_text(_http_url(url, base))
    except (ItemError, ValueError):
        return ""


def _http_url(written: str, base: str) -> str:
    """`written`, as a feed has it, made absolute. Raises `ItemError` or `ValueError` for what is no http(s) address."""
    address, mark, query = html.unescape(written.strip()).partition("?")
    url = urljoin(base, address.replace("\\", "/") + mark + query)  # as browsers read what Windows wrote
    if _SURROGATES.search(url):
        raise ItemError("bad_url", "half a character, a lone surrogate, in the address")
    split_http(url)
    return url


def _image_url(item: RawItem, markup: str, base: str) -> str:
    candidates = [*item.images, *_IMAGE.findall(markup[:200_000])[:3]]
    return next((url for image in candidates if (url := _absolute(image, base))), "")


def _authors(names: tuple[str, ...]) -> tuple[str, ...]:
    cleaned = (re.sub(r"^by\s+", "", plain_text(name), flags=re.I)[:200] for name in names[:_MAX_LIST])
    return tuple(dict.fromkeys(name for name in cleaned if name and not _EMAIL.fullmatch(name)))
