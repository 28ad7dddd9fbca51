"""What an extraction process runs."""

import itertools
import logging
from datetime import UTC, datetime

import zstandard

from schemas.errors import ItemError
from schemas.records import Article, Entry, Page
from transforms.extract.article import extract_article

_RESET_EVERY = 100  # pages between two resets of the caches that trafilatura and its helpers keep for a process
_pages = itertools.count(1)

# A page like any other, for what the libraries load, compile and cache with the first page they see (0.4 s)
_FIRST_PAGE = (
    "<html lang='en'><head><title>A page</title><meta name='date' content='2026-01-01'></head><body><nav><a href='/'>Home</a></nav>"
    "<article><h1>A page</h1><p class='byline'>By the desk</p>"
    + "<p>The yard will build four more ships, the ministry said, and the first is due in two years.</p>" * 6
    + "</article><footer><a href='/about'>About</a></footer></body></html>"
).encode()


def prepare() -> None:
    """Do beforehand what the first page would otherwise wait for, and keep the library's own remarks out of the log."""
    import trafilatura.meta

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    logging.getLogger("htmldate").setLevel(logging.CRITICAL)
    extract_article(_first_page(), min_chars=1)
    trafilatura.meta.reset_caches()


def _first_page() -> Page:
    url = "https://example.org/page"
    return Page(
        entry=Entry(url=url, url_key="", feed_urls=()), article_id="", final_url=url, canonical_url=url, status=200,
        content_type="text/html; charset=utf-8", body_zstd=zstandard.compress(_FIRST_PAGE), body_bytes=len(_FIRST_PAGE), body_sha256="",
        fetched_at=datetime(2026, 1, 2, tzinfo=UTC), fetch_ms=0,
    )  # fmt: skip


def extract_in_worker(page: Page, *, min_chars: int) -> Article:
    """`extract_article`, with the library's caches emptied now and then."""
    if next(_pages) % _RESET_EVERY == 0:
        import trafilatura.meta

        trafilatura.meta.reset_caches()
    try:
        return extract_article(page, min_chars=min_chars)
    except ItemError:
        raise
    except MemoryError:
        raise ItemError("extract_memory") from None
    except Exception as error:  # noqa: BLE001  # parsers of hostile pages raise anything, and not all of it can cross to another process
        raise ItemError("extract_failed", f"{type(error).__name__}: {str(error)[:300]}") from None
