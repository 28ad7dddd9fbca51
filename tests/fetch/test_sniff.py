"""What a page is, and what it names as its own address."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.fetch.sniff import page_type, refresh_target, rel_canonical


@pytest.mark.parametrize(
    ("content_type", "body", "kind"),
    [
        ("text/html; charset=utf-8", b"anything at all", "html"),
        ("application/xhtml+xml", b"<?xml version='1.0'?><html/>", "html"),
        ("TEXT/HTML", b"", "html"),
        ("", b"<!DOCTYPE html><p>x", "html"),
        ("application/octet-stream", b"\xef\xbb\xbf\n<html><body>", "html"),
        ("text/plain", b"<!-- hello --><HTML>", "html"),
        ("text/plain", b"Just words, and a < b.", "text"),
        ("", b"Just words.", "text"),
        ("", "<html>".encode("utf-16"), "html"),
        ("text/xml", b"<?xml version='1.0'?>\n<html xmlns='x'>", "html"),
        ("text/xml", b"<?xml version='1.0'?>\n<rss version='2.0'>", ""),
        ("text/html", b"%PDF-1.7 ...", ""),
        ("text/html", b"\x89PNG\r\n", ""),
        ("", b"\x00\x01\x02\x03", ""),
        ("text/plain", b"PK\x03\x04", ""),
        ("application/pdf", b"<html>", ""),
        ("image/jpeg", b"\xff\xd8\xff\xe0", ""),
        ("application/json", b'{"a": 1}', ""),
        ("video/mp4", b"....ftyp", ""),
    ],
)
def test_page_type(content_type: str, body: bytes, kind: str) -> None:
    assert page_type(content_type, body) == kind


@pytest.mark.parametrize(
    ("body", "link", "named"),
    [
        (b'<head><link rel="canonical" href="https://ex.com/a?b=1&amp;c=2"></head>', "", "https://ex.com/a?b=1&c=2"),
        (b"<link href=/a rel=canonical>", "", "/a"),
        (b"<LINK REL='shortlink Canonical' HREF='/a'>", "", "/a"),
        (b'<!-- <link rel="canonical" href="/no"> --><link rel="canonical" href="/a">', "", "/a"),
        (b'<body><link rel="canonical" href="/in-body"></body>', "", ""),
        (b'<link rel="alternate" href="/b">', "", ""),
        (b"<html></html>", '<https://ex.com/h>; rel="canonical"', "https://ex.com/h"),
        (b"<html></html>", "<https://ex.com/s.css>; rel=preload, <https://ex.com/h>; rel=canonical", "https://ex.com/h"),
        ('<link rel="canonical" href="/w">'.encode("utf-16"), "", "/w"),
        (b"", "", ""),
    ],
)
def test_rel_canonical(body: bytes, link: str, named: str) -> None:
    assert rel_canonical(body, {"link": link}) == named


@pytest.mark.parametrize(
    ("body", "target"),
    [
        (b'<meta http-equiv="refresh" content="0; url=/next">', "/next"),
        (b"<META HTTP-EQUIV=Refresh CONTENT='1;URL=\"https://ex.com/a?b&amp;c\"'>", "https://ex.com/a?b&c"),
        (b'<meta http-equiv="refresh" content="300">', ""),
        (b'<meta http-equiv="refresh" content="300; url=/reload">', ""),
        (b'<meta http-equiv="refresh" content="0; url=/next">' + b"x" * 30_000, ""),
        (b"<p>text</p>", ""),
    ],
)
def test_refresh_target(body: bytes, target: str) -> None:
    assert refresh_target(body) == target


@given(st.binary(max_size=300), st.text(max_size=40))
def test_any_bytes_can_be_looked_at(body: bytes, header: str) -> None:
    assert page_type(header, body) in ("html", "text", "")
    rel_canonical(b"<head>" + body, {"link": header})
    refresh_target(body)
