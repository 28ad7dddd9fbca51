"""What an extraction process runs."""

import itertools
import logging

from schemas.errors import ItemError
from schemas.records import Article, Page
from transforms.extract.article import extract_article

_RESET_EVERY = 100  # pages between two resets of the caches that trafilatura and its helpers keep for a process
_pages = itertools.count(1)


def prepare() -> None:
    """Import what the first page would otherwise wait for, and keep the library's own remarks out of the log."""
    import trafilatura.meta

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    logging.getLogger("htmldate").setLevel(logging.CRITICAL)
    trafilatura.meta.reset_caches()


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
