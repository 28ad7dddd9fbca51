"""Characters that cannot be: lone surrogates in JSON, and numbers of characters that XML forbids."""

import json
from collections.abc import Mapping
from dataclasses import fields
from datetime import UTC, datetime

import pytest

from schemas.records import Entry, Feed
from transforms.poll.parse import ParsedFeed, parse_feed
from transforms.poll.xmlfix import mended

NOW = datetime(2026, 6, 2, tzinfo=UTC)
URL = "https://feed.example/dir/feed"
HALF = "\ud800"


def _json(*items: Mapping[str, object], **about: object) -> ParsedFeed:
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": "T", "items": items} | about
    return parse_feed(json.dumps(feed).encode(), {}, URL, NOW)


def _rss(title: str, more: str = "") -> ParsedFeed:
    items = f"<item><title>{title}</title><link>/1</link>{more}</item><item><title>Second</title><link>/2</link></item>"
    return parse_feed(f'<rss version="2.0"><channel><title>T</title>{items}</channel></rss>'.encode(), {}, URL, NOW)


def _strings(entry: Entry) -> list[str]:
    values = [getattr(entry, field.name) for field in fields(entry)]
    return [text for value in values for text in (value if isinstance(value, tuple) else (value,)) if isinstance(text, str)]


@pytest.mark.parametrize(
    "bad",
    [
        {"id": "2", "url": f"http://a.example/j2{HALF}x", "title": "u"},
        {"id": "2", "url": f"/j2{HALF}x"},
        {"id": "2", "url": f"http://a{HALF}.example/"},
        {"id": "2", "external_url": f"http://a.example/?q={HALF}"},
        {"id": f"http://a.example/{HALF}"},
        {"id": f"http://a.example/{HALF}", "url": f"http://a.example/#{HALF}"},
        {"id": "2", "url": f"{HALF}://a.example/"},
    ],
)
def test_half_a_character_in_a_link_is_a_bad_link(bad: dict[str, object]) -> None:
    feed = _json({"id": "1", "url": "http://a.example/1"}, bad, {"id": "3", "url": "http://a.example/3"})
    assert [entry.url for entry in feed.entries] == ["http://a.example/1", "http://a.example/3"]
    assert [reject.reason for reject in feed.rejects] == ["entry_bad_link"]
    for text in (feed.rejects[0].url, feed.rejects[0].error):
        text.encode()


def test_a_usable_link_beside_a_bad_one_is_taken() -> None:
    feed = _json({"id": f"http://a.example/{HALF}", "url": f"http://a.example/{HALF}", "external_url": "http://a.example/good"})
    assert [(entry.url, entry.guid) for entry in feed.entries] == [("http://a.example/good", "http://a.example/")]


def test_no_string_of_an_entry_or_a_feed_has_half_a_character() -> None:
    item = {
        "id": f"1{HALF}", "url": "http://a.example/1", "title": f"Ti{HALF}tle", "summary": f"Su{HALF}m", "language": f"e{HALF}n",
        "content_html": f"<p>te{HALF}xt</p><img src='http://a.example/{HALF}.png'>", "image": f"http://a.example/{HALF}.jpg",
        "tags": [f"ta{HALF}g"], "authors": [{"name": f"An{HALF}n"}], "date_published": f"2026-06-01{HALF}",
        "date_modified": f"{HALF}",
    }  # fmt: skip
    feed = _json(item, {"id": "2", "url": "/2"}, title=f"Fe{HALF}ed", language=f"d{HALF}e")
    assert (feed.title, feed.language, feed.rejects) == ("Feed", "de", ())
    first, second = feed.entries
    for text in [*_strings(first), *_strings(second)]:
        text.encode()
    assert (first.title, first.summary, first.guid, first.language) == ("Title", "Sum", "1", "en")
    assert (first.categories, first.authors, first.image_url) == (("tag",), ("Ann",), "")
    assert first.content_html == "<p>text</p><img src='http://a.example/.png'>"
    assert (second.feed_title, second.language) == ("Feed", "de")


def test_the_title_that_the_user_gave_a_feed_is_cleaned_too() -> None:
    body = b'{"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "1", "url": "/1"}]}'
    assert parse_feed(body, {}, URL, NOW, feed=Feed(URL, f"Mi{HALF}ne")).entries[0].feed_title == "Mine"


def test_both_halves_of_a_character_are_a_character() -> None:
    feed = _json({"id": "1", "url": "http://a.example/1", "title": "\U0001f680 up"})
    assert feed.entries[0].title == "\U0001f680 up"


@pytest.mark.parametrize(
    "reference",
    [
        "&#0;", "&#1;", "&#x1F;", "&#11;", "&#xD800;", "&#xdfff;", "&#55296;", "&#xFFFE;", "&#65535;", "&#x110000;", "&#1114112;",
        "&#x0000D800;", "&#0000055296;", "&#99999999999999999999;", "&#xD83D;&#xDE80;", "&#XD800;", "&#" + "9" * 10_000 + ";",
    ],
)  # fmt: skip
def test_numbers_of_characters_that_xml_forbids_are_dropped(reference: str) -> None:
    feed = _rss(f"Fi{reference}rst", f'<enclosure url="/p{reference}.jpg" type="image/jpeg"/>')
    assert [entry.title for entry in feed.entries] == ["First", "Second"]
    assert feed.entries[0].image_url == "https://feed.example/p.jpg"
    assert feed.problem


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ("&#65;&#x42;&#X43;&#0000000068;&#x0000045;", "ABCDE"),
        ("&#x1F680; &#xE000;&#xFFFD;&#9;x", "\U0001f680 \ue000\ufffd x"),
        ("R&D &#38; &#60;3", "R&D & <3"),
        ("a&#&#1;1;b", "a&#1;b"),
        ("a&&num;1;b", "ab"),
        ("a&am&#1;p;b", "a&amp;b"),
        ("&#; &#x; &#12 &#xZZ;", "&#; &#x; &#12 &#xZZ;"),
    ],
)
def test_other_references_beside_a_forbidden_one_stay(written: str, title: str) -> None:
    xml, problem = mended(f"<t>{written}&#xD800;</t>")
    from lxml import etree

    assert " ".join(str(etree.fromstring(xml).text).split()) == title
    assert problem


def test_a_forbidden_number_in_cdata_is_text() -> None:
    xml, _ = mended("<t><a>&#xFFFE;</a><![CDATA[&#xFFFE;]]></t>")
    assert xml == b"<t><a></a><![CDATA[&#xFFFE;]]></t>"


@pytest.mark.parametrize("piece", ["&#xD800;", "&#", "&#1", "&#x0", "&#0000", "0", "&#&#1;"])
@pytest.mark.timeout(60)  # in quadratic time it would take hours
def test_a_great_many_references_do_not_hang(piece: str) -> None:
    xml, problem = mended("<t>&#1;&#" + piece * (3_000_000 // len(piece)) + "</t>")
    assert xml.endswith(b"</t>")
    assert problem
