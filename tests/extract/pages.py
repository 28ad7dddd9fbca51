"""Pages for the tests of the extract room."""

import dataclasses
import hashlib
from datetime import UTC, datetime

import zstandard

from schemas.records import Entry, Page

AT = datetime(2025, 5, 6, 7, 8, 9, tzinfo=UTC)
PARAGRAPH = (
    "Saab and Embraer opened an assembly line for the Gripen E in the state of São Paulo, the only such line outside Sweden. "
    "Brazil ordered thirty-six aircraft, fifteen of which are to be completed in the country by local engineers and technicians."
)


def article_html(*paragraphs: str, head: str = "") -> str:
    """A page with navigation and a footer around `paragraphs`."""
    body = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return (
        f"<html><head><title>A title | Outlet</title>{head}</head><body><nav><a href='/'>Home</a> <a href='/w'>World</a></nav>"
        f"<article><h1>A title</h1>{body}</article><footer>All rights reserved by the outlet</footer></body></html>"
    )


def page(body: bytes | str, *, content_type: str = "text/html; charset=utf-8", entry: Entry | None = None) -> Page:
    """A fetched page with this body."""
    data = body.encode() if isinstance(body, str) else body
    url = "https://news.example.com/2025/05/gripen"
    return Page(
        entry=entry or Entry(url=url, url_key="0" * 32, feed_urls=("https://news.example.com/feed",)),
        article_id="1" * 32, final_url=url, canonical_url=url, status=200, content_type=content_type,
        body_zstd=zstandard.compress(data), body_bytes=len(data), body_sha256=hashlib.sha256(data).hexdigest(),
        fetched_at=AT, fetch_ms=5,
    )  # fmt: skip


def with_entry(source: Page, **values: object) -> Page:
    """`source` with these fields of its entry replaced."""
    return dataclasses.replace(source, entry=dataclasses.replace(source.entry, **values))  # type: ignore[arg-type]
