"""Page -> Article: trafilatura for text and metadata, the feed's own words where the page has none."""

import hashlib
import re
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import zstandard

from schemas.errors import ItemError
from schemas.records import Article, Page, TextSource
from transforms.extract.dates import EARLIEST, choose_published, parse_page_date
from transforms.extract.language import detect_language
from transforms.web.urls import registered_domain

MIN_CHARS = 200

# The C0 and C1 controls but tab and newline, and the marks that reorder text on a screen (bidi overrides and isolates)
_UNWANTED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff]")
_SURROGATES = re.compile(r"[\ud800-\udfff]")
_WORD = re.compile(r"[\u3400-\u9fff\u3040-\u30ff]|[^\W_]+(?:['’\-][^\W_]+)*")
_WIDE = re.compile(rb"""charset\s*=\s*["']?utf-?(?:16|32)""", re.IGNORECASE)
_CHARSET = re.compile(r"""charset\s*=\s*["']?([^\s"';,]+)""", re.IGNORECASE)
_REFERENCE = re.compile(r"&#([0-9]{1,9}|[xX][0-9a-fA-F]{1,8});?")
_TEASER_SHARE = 0.5  # a page with less than half of the text that its feed carries shows a teaser


_NO_CHARSETS = {
    "idna",
    "punycode",
    "unicode-escape",
    "raw-unicode-escape",
    "utf-7",
    "undefined",
}  # codecs of Python, not of pages


@dataclass(frozen=True, slots=True)
class _Extracted:
    text: str = ""
    title: str = ""
    authors: tuple[str, ...] = ()
    date: str = ""
    summary: str = ""
    image_url: str = ""
    language: str = ""
    categories: tuple[str, ...] = field(default=())


def extract_article(page: Page, *, min_chars: int = MIN_CHARS) -> Article:
    """The article of a page, untagged.

    Raises `ItemError` `empty_page` or `no_text` (fewer than `min_chars` code points of text in the page and in the feed).
    """
    entry = page.entry
    body = (
        zstandard.ZstdDecompressor().decompress(page.body_zstd, max_output_size=page.body_bytes + 1) if page.body_bytes else b""
    )
    if not body.strip() and not entry.content_html:
        raise ItemError("empty_page")
    found = _extract(_decode(body, page.content_type), page) if body.strip() else _Extracted()
    text, text_source = found.text, page.text_source
    if page.text_source == "page" and entry.content_html:
        feed_text = _extract_fragment(entry.content_html)
        if len(feed_text) >= min_chars and len(text) < max(min_chars, _TEASER_SHARE * len(feed_text)):
            text, text_source = feed_text, "feed"
    if len(text) < min_chars:
        raise ItemError("no_text", f"{len(text)} characters of text, {min_chars} are needed")
    return _article(page, found, text, text_source)


def _article(page: Page, found: _Extracted, text: str, text_source: TextSource) -> Article:
    entry = page.entry
    published_at, published_at_source = choose_published(entry.published_at, parse_page_date(found.date), page.fetched_at)
    return Article(
        article_id=page.article_id,
        url=entry.url,
        canonical_url=page.canonical_url,
        source=registered_domain(page.canonical_url),
        feed_urls=entry.feed_urls,
        feed_title=entry.feed_title,
        title=clean(entry.title or found.title),
        authors=found.authors or entry.authors,
        published_at=published_at,
        published_at_source=published_at_source,
        published_raw=entry.published_raw if published_at_source == "feed" else found.date,
        fetched_at=page.fetched_at,
        language=detect_language(text, found.language or entry.language),
        text=text,
        text_source=text_source,
        summary=clean(entry.summary or found.summary),
        image_url=entry.image_url or found.image_url,
        categories=entry.categories or found.categories,
        word_count=word_count(text),
        text_sha256=hashlib.sha256(text.encode()).hexdigest(),
        url_key=entry.url_key,
        fingerprint=entry.fingerprint,
    )


def clean(text: str) -> str:
    """`text` without control characters, bidi overrides and lone surrogates, which no column or screen can stand."""
    return _SURROGATES.sub("\ufffd", _UNWANTED.sub("", text)).strip()


def word_count(text: str) -> int:
    """Words of `text`; each Chinese or Japanese character counts as one, since those scripts write no blanks."""
    return sum(1 for _ in _WORD.finditer(text))


def _decode(body: bytes, content_type: str) -> str:
    """Byte order mark, then the header's charset, then the page's own `<meta>`, then a guess: the order of the HTML standard.

    A declaration under which much of the page is unreadable is not believed. References to characters that HTML forbids are dropped.
    """
    from charset_normalizer import from_bytes
    from w3lib.encoding import html_to_unicode, resolve_encoding

    def guess(data: bytes) -> str | None:
        best = from_bytes(data[:100_000]).best()
        return best.encoding if best else "utf-8"

    declared = _CHARSET.search(content_type)
    if declared and not _is_charset(resolve_encoding(declared[1])):
        content_type = content_type[: declared.start()]
    head = body[:4096]
    if _WIDE.search(content_type.encode() if _CHARSET.search(content_type) else head) and b"\0" not in head:
        content_type = "text/html; charset=utf-8"  # as the HTML standard has it for a <meta>; in UTF-16 every other byte were 0
    try:
        text: str = html_to_unicode(content_type, body, auto_detect_fun=guess)[1]
    except (LookupError, UnicodeError):  # a <meta> that names what is no charset
        text = body.decode(guess(body) or "utf-8", "replace")
    if text.count("\ufffd") > max(20, len(text) // 200):
        text = min(text, body.decode(guess(body) or "utf-8", "replace"), key=lambda candidate: candidate.count("\ufffd"))
    return _REFERENCE.sub(_allowed, text)


def _is_charset(name: str | None) -> bool:
    try:
        b"".decode(name or "undefined")  # LookupError for codecs such as zip that make bytes of bytes
    except (LookupError, UnicodeError):
        return False
    return name not in _NO_CHARSETS


def _allowed(reference: re.Match[str]) -> str:
    """A numeric character reference, or nothing if it stands for what libxml2 would end the text at."""
    digits = reference[1]
    value = int(digits[1:] or "0", 16) if digits[0] in "xX" else int(digits)
    good = value in (9, 10, 13) or 0x20 <= value < 0xD800 or 0xE000 <= value < 0xFFFE or 0x10000 <= value < 0x110000
    return reference[0] if good else ""


def _extract(html: str, page: Page) -> _Extracted:
    if page.content_type.lower().startswith("text/plain"):
        return _Extracted(text=clean(html))
    import trafilatura

    latest = (page.fetched_at + timedelta(days=1)).strftime("%Y-%m-%d")
    bounds = {"original_date": True, "extensive_search": False, "min_date": EARLIEST.strftime("%Y-%m-%d"), "max_date": latest}

    def run(*, favor_precision: bool) -> Any:
        # deduplicate stays off: its memory is the process's, and the fourth extraction of a page would come back empty
        return trafilatura.bare_extraction(
            html, url=page.final_url, with_metadata=True, include_comments=False, deduplicate=False,
            favor_precision=favor_precision, date_extraction_params=bounds,
        )  # fmt: skip

    # Precision first: on 82 labelled news pages F1 0.965 against 0.954 (tests/eval/extraction.py); short pages may need the other
    document = run(favor_precision=True)
    if document is None or len(document.text or "") < MIN_CHARS:
        document = run(favor_precision=False) or document
    if document is None:
        return _Extracted()
    return _Extracted(
        text=clean(document.text or ""),
        title=clean(document.title or ""),
        authors=tuple(name for name in (clean(part) for part in (document.author or "").split(";")) if name),
        date=document.date or "",
        summary=clean(document.description or ""),
        image_url=document.image or "",
        language=document.language or "",
        categories=tuple(document.categories or ()),
    )


def _extract_fragment(html: str) -> str:
    """The text of a feed's HTML fragment, paragraphs on lines of their own."""
    import trafilatura

    whole = f"<html><body><article>{html}</article></body></html>"
    document: Any = trafilatura.bare_extraction(whole, include_comments=False, favor_recall=True, deduplicate=False)
    text = clean(document.text or "") if document is not None else ""
    return text or clean(trafilatura.html2txt(whole))
