"""Golden feeds of every format, captured feeds, broken ones and hostile ones; each entry checked for what it says."""

import json
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from schemas.errors import ItemError
from schemas.records import Entry, Feed
from tests.loopback import Reply, serve
from tests.web.asking import ask
from transforms.poll.parse import ParsedFeed, parse_feed
from transforms.poll.rawfeed import FeedHints

NOW = datetime(2026, 6, 2, tzinfo=UTC)
URL = "https://feed.example/dir/feed"
GOLDEN = Path(__file__).parent.parent / "data" / "feeds"
CAPTURED = Path(os.environ.get("DIBWATCH_EVAL_DATA") or Path(__file__).parents[3] / "shared" / "data") / "feeds"


def _parse(body: bytes | str, content_type: str = "", **options: object) -> ParsedFeed:
    data = body.encode() if isinstance(body, str) else body
    return parse_feed(data, {"content-type": content_type}, URL, NOW, **options)  # type: ignore[arg-type]


def _golden(name: str) -> ParsedFeed:
    return _parse((GOLDEN / name).read_bytes())


def _rss(items: str, channel: str = "") -> str:
    return f'<rss version="2.0"><channel><title>T</title>{channel}{items}</channel></rss>'


def test_rss_2_0_with_all_that_is_kept_of_it() -> None:
    feed = _golden("rss20.xml")
    assert (feed.format, feed.title, feed.language, feed.listed, feed.problem) == ("rss20", "Harbour & Field", "en-gb", 5, "")
    assert feed.hints == FeedHints(ttl_s=1800.0, update_period_s=7200.0, skip_hours=frozenset({0, 3}), skip_days=frozenset({6}))
    keel, agency, guid_only = feed.entries
    assert keel.url == "https://harbour.example/news/keel?utm_source=rss"
    assert keel.title == "Yard lays keel of second frigate"
    assert keel.guid == "tag:harbour.example,2026:1"
    assert keel.authors == ("Ada Marsh", "J. Quill")
    assert keel.categories == ("Navy", "Frigates")
    assert keel.summary == "A short teaser."
    assert keel.content_html == "<p>The keel was laid on Monday.</p><p>Work goes on.</p>"
    assert keel.image_url == "https://img.example/large.jpg"
    assert keel.published_at == datetime(2026, 6, 1, 7, 30, tzinfo=UTC)
    assert (keel.published_raw, keel.published_method) == ("Mon, 01 Jun 2026 09:30:00 CEST", "rfc822_repaired")
    assert (keel.language, keel.feed_title, keel.feed_urls, keel.polled_at) == ("en-gb", "Harbour & Field", (URL,), NOW)
    assert agency.url == "https://feed.example/relative/path.html"
    assert (agency.source_title, agency.source_url) == ("The Agency", "https://agency.example/feed")
    assert (agency.authors, agency.image_url) == (("The Desk",), "https://feed.example/photo.png")
    assert agency.published_method == "rfc822_no_zone"
    assert guid_only.url == "https://harbour.example/news/guid-only"
    assert [(reject.stage, reject.reason, reject.feed_url) for reject in feed.rejects] == [
        ("parse", "entry_without_link", URL),
        ("parse", "entry_bad_link", URL),
    ]


def test_rdf() -> None:
    feed = _golden("rdf10.xml")
    assert (feed.format, feed.title, feed.language) == ("rss10", "防衛ニュース", "ja")
    assert feed.entries[0].title == "護衛艦が進水"
    assert feed.entries[0].published_at == datetime(2026, 6, 1, 1, 0, 0, 500_000, tzinfo=UTC)


def test_atom_1_0() -> None:
    first, second = _golden("atom10.xml").entries
    assert first.url == "https://atom.example/blog/2026/panzer"
    assert (first.title, first.summary, first.feed_title) == ("Neuer Panzer", "Kurz < lang", "Heer & Technik")
    assert (first.authors, first.categories, first.language) == (("Eva Stein",), ("Heer",), "de")
    assert first.image_url == "https://atom.example/bild.jpg"
    assert first.published_at == datetime(2026, 6, 1, 8, tzinfo=UTC)
    assert first.updated_at == datetime(2026, 6, 1, 7, tzinfo=UTC)
    assert (second.language, second.source_title, second.source_url) == ("en", "Elsewhere", "https://elsewhere.example/")


def test_atom_0_3_and_rss_0_91() -> None:
    old = _golden("atom03.xml")
    assert (old.format, old.entries[0].published_at) == ("atom03", datetime(2026, 5, 1, 12, tzinfo=UTC))
    oldest = _golden("rss091.xml")
    assert (oldest.format, oldest.entries[0].title) == ("rss091n", "Café opens at the base")


def test_json_feed() -> None:
    feed = _golden("jsonfeed11.json")
    assert (feed.format, feed.title, feed.language, feed.listed) == ("json11", "JSON & Co", "en", 3)
    first, second = feed.entries
    assert (first.title, first.authors, first.categories) == ("Plain < title", ("Ann",), ("air", "sea"))
    assert (first.published_at, first.image_url) == (datetime(2026, 6, 1, 14, tzinfo=UTC), "https://json.example/1.jpg")
    assert (second.url, second.authors, second.content_html) == ("https://json.example/2", ("Desk",), "Text only")
    assert [reject.reason for reject in feed.rejects] == ["entry_without_link"]


def test_a_number_without_end_spoils_no_json_feed() -> None:
    item = {"id": "1", "url": "https://json.example/1", "title": "One"}
    body = json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "T", "items": [item]})
    feed = parse_feed(body.replace('"1"', "7" * 5000).encode(), {"content-type": "application/feed+json"}, URL, NOW)
    assert [entry.title for entry in feed.entries] == ["One"]


def test_a_backslash_in_a_link_is_read_as_browsers_do() -> None:
    feed = parse_feed(_rss(r"<item><title>A</title><link>https:\\a.example\2025\1?x=\d</link></item>").encode(), {}, URL, NOW)
    assert [entry.url for entry in feed.entries] == [r"https://a.example/2025/1?x=\d"]


def test_a_broken_feed_gives_what_can_be_used() -> None:
    feed = _golden("broken.xml")
    assert [entry.title for entry in feed.entries] == ["R&D budget up 5% & rising", "Unclosed bold title", "Last one cut"]
    assert feed.entries[0].url == "http://broken.example/1?a=1&b=2"
    assert feed.entries[0].image_url == "http://broken.example/1.jpg"
    assert feed.problem


@pytest.mark.parametrize(
    ("body", "content_type", "title"),
    [
        ((GOLDEN / "windows1251.xml").read_bytes(), "", "Завод отгрузил грузовики"),
        ((GOLDEN / "windows1251.xml").read_bytes(), "text/xml; charset=windows-1251", "Завод отгрузил грузовики"),
        ((GOLDEN / "utf16.xml").read_bytes(), "", "Two bytes a letter"),
        (_rss("<item><title>Überläufer</title><link>/a</link></item>").encode(), "text/xml; charset=iso-8859-1", "Überläufer"),
        (_rss("<item><title>Überläufer</title><link>/a</link></item>").encode("cp1252"), "", "Überläufer"),
        (
            _rss("<item><title>Überläufer</title><link>/a</link></item>").encode("cp1252"),
            "text/xml; charset=us-ascii",
            "Überläufer",
        ),
        (b"\xef\xbb\xbf" + _rss("<item><title>Mark</title><link>/a</link></item>").encode(), "", "Mark"),
        (b"\n\n " + _rss("<item><title>Late</title><link>/a</link></item>").encode(), "", "Late"),
        (b'<?xml version="1.0" encoding="no-such"?>' + _rss("<item><title>é</title><link>/a</link></item>").encode(), "", "é"),
        (_rss("<item><title>日本</title><link>/a</link></item>").encode("shift_jis"), "text/xml; charset=Shift_JIS", "日本"),
        (_rss("<item><title>c\x00on\x0btrol\x1b</title><link>/a</link></item>").encode(), "", "control"),
        (
            _rss("<item><title>Überläufer in Kür&e;ze</title><link>/a</link></item>").encode().replace(b"&e;", b"\xff"),
            "",
            "Überläufer in Kür�ze",
        ),
    ],
)
def test_encodings(body: bytes, content_type: str, title: str) -> None:
    assert _parse(body, content_type).entries[0].title == title


def test_direction_overrides_and_markup_never_reach_a_title() -> None:
    entry = _parse(_rss("<item><title>a\u202eb &lt;script&gt;x()&lt;/script&gt;c</title><link>/a</link></item>")).entries[0]
    assert entry.title == "ab c"


def test_a_long_description_is_the_full_text_and_a_short_one_is_not() -> None:
    long, short = "<p>word word</p>" * 200, "<p>word</p>"
    for text, full in ((long, True), (short, False)):
        entry = _parse(_rss(f"<item><link>/a</link><description><![CDATA[{text}]]></description></item>")).entries[0]
        assert (entry.content_html == text) is full


@pytest.mark.parametrize(
    "feed",
    [
        _rss("<item><title>A</title><guid>12345</guid></item>"),
        "<feed xmlns='http://www.w3.org/2005/Atom'><entry><id>7</id><title>A</title></entry></feed>",
    ],
)
def test_an_id_is_no_link(feed: str) -> None:
    assert [reject.reason for reject in _parse(feed).rejects] == ["entry_without_link"]


def test_the_fingerprint_changes_when_the_feed_says_something_else() -> None:
    prints = {
        _parse(_rss(f"<item><link>/a</link><title>{title}</title><pubDate>{date}</pubDate></item>")).entries[0].fingerprint
        for title in ("one", "two")
        for date in ("Mon, 01 Jun 2026 09:30:00 GMT", "Mon, 01 Jun 2026 09:31:00 GMT")
    }
    assert len(prints) == 4


def test_entries_are_filed_under_the_feed_as_the_user_wrote_it() -> None:
    feed = Feed("https://old.example/rss", title="Mine", language="fr", country="fr")
    entry = _parse("<rss version='2.0'><channel><item><link>/a</link></item></channel></rss>", feed=feed).entries[0]
    assert (entry.feed_urls, entry.feed_title, entry.language) == (("https://old.example/rss",), "Mine", "fr")


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "empty_feed"),
        (b" \n\x00", "empty_feed"),
        (b"<!DOCTYPE html><html><body>Not here</body></html>", "not_a_feed"),
        (b"<html><body><rss is a thing</body></html>", "not_a_feed"),
        (b"plain words", "not_a_feed"),
        (b"<opml version='2.0'><body/></opml>", "not_a_feed"),
        (b"<sitemap><url/></sitemap>", "not_a_feed"),
        (b'{"hello": 1}', "not_a_feed"),
        (b'{"version": "https://jsonfeed.org/version/1", "items": [', "feed_unparseable"),
        (b'{"a":' * 100_000, "feed_unparseable"),
        (b"<rss>" + b"<a>" * 100_000, "feed_unparseable"),
        (b"<rss " + b" ".join(b"a%d=''" % n for n in range(1000)) + b"/>", "feed_unparseable"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "not_a_feed"),
        (b"<", "not_a_feed"),
    ],
)
def test_what_is_no_feed_says_why(body: bytes, reason: str) -> None:
    with pytest.raises(ItemError) as caught:
        _parse(body)
    assert caught.value.reason == reason


def test_a_feed_without_entries_is_a_feed() -> None:
    assert _parse(_rss("")).listed == 0


def test_a_feed_wrapped_in_a_page_is_found() -> None:
    feed = _rss("<item><title>In</title><link>/a</link></item>")
    assert _parse(f"<html><body>\n{feed}\n</body></html>").entries[0].title == "In"


def test_entities_are_neither_expanded_nor_fetched() -> None:
    asked: list[str] = []

    def answer(request: object) -> Reply:
        asked.append("fetched")
        return Reply()

    with serve(answer) as site:
        body = (GOLDEN / "hostile.xml").read_bytes().replace(b"http://127.0.0.1:1/", site.url("/").encode())
        entry = _parse(body).entries[0]
    assert not asked
    assert "root:" not in entry.title + entry.summary
    assert len(entry.title + entry.summary + entry.feed_title) < 200


def test_a_feed_of_a_hundred_thousand_entries_is_cut_and_says_so() -> None:
    items = "".join(f"<item><title>{n}</title><link>/a/{n}</link></item>" for n in range(100_000))
    feed = _parse(_rss(items))
    assert len(feed.entries) == 10_000
    assert feed.listed == 100_000
    assert [(reject.reason, reject.error) for reject in feed.rejects] == [
        ("too_many_entries", "100000 entries, 90000 of them not taken")
    ]
    assert feed.entries[-1].title == "9999"


@pytest.mark.parametrize("name", ["rdf10.xml", "atom10.xml", "jsonfeed11.json"])
def test_the_cap_holds_for_every_format(name: str) -> None:
    feed = _parse((GOLDEN / name).read_bytes(), max_entries=1)
    assert len(feed.entries) == 1
    assert feed.listed > 1 or name == "rdf10.xml"


def _captured() -> list[tuple[str, int]]:
    index = CAPTURED / "index.json"
    if not index.exists():
        return []
    return [(name, about["items"]) for name, about in json.loads(index.read_text()).items()]


@pytest.mark.skipif(not _captured(), reason=f"the captured feeds are not at {CAPTURED}")
@pytest.mark.parametrize(("name", "items"), _captured())
def test_captured_feeds_give_all_their_items(name: str, items: int) -> None:
    feed = _parse((CAPTURED / name).read_bytes())
    if name == "075-sample2.xml":
        items = 1  # the second <entry> of the count stands in a comment
    assert feed.listed >= items
    assert len(feed.entries) + len(feed.rejects) == feed.listed
    assert {reject.reason for reject in feed.rejects} <= {"entry_without_link", "entry_bad_link"}
    assert not {entry.published_method for entry in feed.entries} & {"unreadable", "refused_future"}


@pytest.mark.parametrize("name", sorted(path.name for path in GOLDEN.iterdir()))
def test_golden_feeds_read_the_same_over_http(name: str) -> None:
    body = (GOLDEN / name).read_bytes()
    with serve(lambda request: Reply(headers={"Content-Type": "application/octet-stream"}, body=body)) as site:
        response = ask(site.url("/dir/feed"))
    over_http = parse_feed(response.body, response.headers, URL, NOW)

    def told(feed: ParsedFeed) -> list[Entry]:
        return list(feed.entries)

    assert told(over_http) == told(_parse(body))
