"""One entry to one page, over real HTTP."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime

import pytest
import zstandard

from schemas.errors import ItemError
from schemas.records import Entry, Page
from tests.loopback import Handler, Reply, Request, serve
from tests.web.asking import OPEN, client_for
from transforms.fetch.fetcher import fetch_entry, page_from_feed
from transforms.web.config import WebConfig
from transforms.web.urls import url_key

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
HTML = {"Content-Type": "text/html; charset=windows-1251"}
FULL_TEXT = "<p>" + "The yard delivered the ship on Monday. " * 20 + "</p>"


def _entry(url: str, **more: str) -> Entry:
    return Entry(url=url, url_key="", feed_urls=("https://ex.com/feed",), **more)  # type: ignore[arg-type]


def _fetch(handler: Handler, path: str = "/news/2026/story", config: WebConfig = OPEN, **more: str) -> tuple[Page, str]:
    """The page, and the root of the site that it came from."""

    async def one(url: str) -> Page:
        async with client_for(config) as client:
            return await fetch_entry(client, _entry(url, **more), NOW)

    with serve(lambda request: Reply(404) if request.path == "/robots.txt" else handler(request)) as site:
        return asyncio.run(one(site.url(path))), site.url("")


def _reason(handler: Handler, path: str = "/news/2026/story", config: WebConfig = OPEN) -> str:
    with pytest.raises(ItemError) as caught:
        _fetch(handler, path, config)
    return caught.value.reason


def test_a_page_is_kept_as_it_came() -> None:
    body = "<html><p>Завод</p></html>".encode("cp1251")
    page, root = _fetch(lambda request: Reply(headers=HTML, body=body), "/news/story?utm_source=rss")
    assert zstandard.decompress(page.body_zstd) == body
    assert (page.status, page.content_type, page.body_bytes) == (200, HTML["Content-Type"], len(body))
    assert page.final_url == f"{root}/news/story?utm_source=rss"
    assert page.canonical_url == f"{root}/news/story"
    assert page.article_id == url_key(page.canonical_url)
    assert (page.text_source, page.fetch_reason, page.fetched_at) == ("page", "", NOW)


def test_identity_is_where_redirects_end_and_rel_canonical_when_plausible() -> None:
    def answer(request: Request) -> Reply:
        if request.path == "/short":
            return Reply(302, {"Location": "/news/2026/long-story-of-a-deal?utm_medium=x"})
        named = b"/news/2026/long-story-of-a-deal.html" if "plausible" in request.path else b"https://elsewhere.example/"
        return Reply(headers=HTML, body=b'<link rel="canonical" href="' + named + b'">text')

    page, root = _fetch(answer, "/short")
    assert page.canonical_url == f"{root}/news/2026/long-story-of-a-deal"
    page, root = _fetch(answer, "/plausible")
    assert page.canonical_url == f"{root}/news/2026/long-story-of-a-deal.html"


def test_a_page_that_only_forwards_is_followed() -> None:
    forward = b'<html><head><meta http-equiv="refresh" content="0;url=/real"></head></html>'
    page, root = _fetch(lambda request: Reply(headers=HTML, body=b"story" if request.path == "/real" else forward))
    assert page.final_url == f"{root}/real"


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (Reply(404), "http_not_found"),
        (Reply(410), "http_gone"),
        (Reply(401), "http_forbidden"),
        (Reply(402), "http_forbidden"),
        (Reply(451), "http_forbidden"),
        (Reply(500), "http_server_error"),
        (Reply(204), "empty_page"),
        (Reply(headers=HTML, body=b" \n"), "empty_page"),
        (Reply(headers={"Content-Type": "application/pdf"}, body=b"%PDF-1.4"), "unsupported_type"),
        (Reply(headers={"Content-Type": "audio/mpeg"}, body=b"ID3"), "unsupported_type"),
        (Reply(302, {"Location": "/"}), "http_not_found"),
        (Reply(302, {"Location": "/account/login?next=/news"}), "http_forbidden"),
        (Reply(302, {"Location": "http://169.254.169.254/"}), "address_refused"),
    ],
)
def test_what_is_no_article_page_says_why_and_falls_back_to_the_feed(reply: Reply, reason: str) -> None:
    def answer(request: Request) -> Reply:
        return Reply(headers=HTML, body=b"home or login") if request.path in ("/", "/account/login?next=/news") else reply

    assert _reason(answer) == reason
    page, root = _fetch(answer, content_html=FULL_TEXT)
    assert (page.text_source, page.fetch_reason, page.status) == ("feed", reason, 0)
    assert FULL_TEXT.encode() in zstandard.decompress(page.body_zstd)
    assert page.canonical_url == f"{root}/news/2026/story"


def test_a_teaser_is_no_full_text() -> None:
    entry = _entry("https://ex.com/a", content_html="<p>" + "word " * 90 + "</p>" + "<br/>" * 500)
    assert page_from_feed(entry, "http_forbidden", NOW) is None
    page = page_from_feed(replace(entry, content_html=FULL_TEXT), "http_forbidden", NOW)
    assert page is not None
    assert page.content_type == "text/html; charset=utf-8"


def test_robots_is_obeyed() -> None:
    async def one(url: str) -> Page:
        async with client_for() as client:
            return await fetch_entry(client, _entry(url), NOW)

    with serve(lambda request: Reply(headers=HTML, body=b"User-agent: *\nDisallow: /news")) as site:
        with pytest.raises(ItemError) as caught:
            asyncio.run(one(site.url("/news/a")))
        assert caught.value.reason == "robots_disallowed"
        assert site.paths() == ["/robots.txt"]


def test_a_page_too_large_is_refused() -> None:
    assert (
        _reason(lambda request: Reply(headers=HTML, body=b"x" * 2000), config=replace(OPEN, max_page_bytes=1000))
        == "body_too_large"
    )
