"""What a user may name as feeds, and what is said when it cannot be."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.feeds import BUILTIN
from schemas.errors import ItemError, UsageError
from schemas.records import Feed
from transforms.poll.opml import read_opml, write_opml
from transforms.poll.sources import read_feeds
from transforms.web.urls import url_key

OPML = b"""<?xml version="1.0"?><opml version="2.0"><head><title>x</title></head><body>
<outline text="Press"><outline text="Asia"><outline type="rss" text="One" xmlUrl="https://one.example/feed" language="ja" country="JP"
 publisher="One Press"/></outline><outline type="rss" title="Two" xmlUrl="feed://two.example/rss"/></outline>
<outline XMLURL="https://three.example/atom" text="Three"/></body></opml>"""


def test_a_url_an_opml_file_and_a_text_file(tmp_path: Path) -> None:
    (tmp_path / "list.opml").write_bytes(OPML)
    (tmp_path / "list.txt").write_text(
        "# my feeds\nhttps://four.example/feed  # good\n\nhttps://one.example/feed\nhttps://five.example/#x\n"
    )
    feeds = read_feeds(["https://zero.example/rss", str(tmp_path / "list.opml"), str(tmp_path / "list.txt")])
    assert feeds == [
        Feed("https://zero.example/rss"),
        Feed("https://one.example/feed", "One", "Press/Asia", "ja", "jp", "One Press"),
        Feed("http://two.example/rss", "Two", "Press"),
        Feed("https://three.example/atom", "Three"),
        Feed("https://four.example/feed"),
        Feed("https://five.example/#x"),
    ]


def test_an_opml_url_is_downloaded_and_a_builtin_list_read(tmp_path: Path) -> None:
    (tmp_path / "x.opml").write_bytes(OPML)
    assert len(read_feeds(["https://ex.com/lists/mine.opml?v=2"], download=lambda url: OPML)) == 3
    assert len(read_feeds(["builtin:x"], builtin={"x": tmp_path / "x.opml"})) == 3

    def fails(url: str) -> bytes:
        raise ItemError("http_not_found", "the server answered 404")

    with pytest.raises(UsageError, match=r"mine\.opml could not be had: the server answered 404"):
        read_feeds(["https://ex.com/mine.opml"], download=fails)


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        ("https://ok.example/\nnot an address\n", "l.txt", r"l\.txt line 2: 'not an address'"),
        ("ftp://ex.com/feed\n", "l.txt", r"l\.txt line 1: .*not http or https"),
        ("# nothing\n", "l.txt", "no feeds in"),
        ("", "l.txt", "no feeds in"),
        ("<rss/>", "l.opml", "not OPML"),
        ("<opml><body><outline xmlUrl='nonsense'/></body></opml>", "l.opml", "'nonsense' is not a usable"),
        ("<!DOCTYPE o [<!ENTITY a 'b'>]><opml/>", "l.opml", "declares XML entities"),
        ("<opml", "l.opml", "no feeds in"),
        ("", "l.opml", "OPML"),
        ("\x00\x01\x02", "l.opml", "OPML"),
    ],
)
def test_a_bad_list_gets_one_sentence_that_names_it(tmp_path: Path, content: str, name: str, said: str) -> None:
    (tmp_path / name).write_text(content)
    with pytest.raises(UsageError, match=said) as caught:
        read_feeds([str(tmp_path / name)])
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("src", "said"),
    [
        ("", "empty feed source"),
        ("builtin:nothing", "known: none"),
        ("no/such/file.opml", "there is no feed list"),
        ("example.com/feed", "for an address write https://example.com/feed"),
        ("ftp://ex.com/x", "neither an http"),
        ("s3://bucket/list.opml", "neither an http"),
        ("http://", "not a usable http"),
        ("https://ex.com/list.opml", "download it"),
        (".", "is a folder"),
    ],
)
def test_a_bad_source_gets_one_sentence(src: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        read_feeds([src])


def test_a_file_that_is_not_text(tmp_path: Path) -> None:
    (tmp_path / "l.txt").write_bytes(b"\xff\xfe\x00\x81")
    with pytest.raises(UsageError, match="not UTF-8"):
        read_feeds([str(tmp_path / "l.txt")])


def test_deeply_nested_opml_is_read_without_recursion() -> None:
    deep = (
        b"<opml><body>"
        + b"<outline text='a'>" * 200
        + b"<outline xmlUrl='http://ex.com/'/>"
        + b"</outline>" * 200
        + b"</body></opml>"
    )
    assert read_opml(deep, "deep")[0].url == "http://ex.com/"


text = st.text(st.characters(exclude_categories=["Cc", "Cs", "Cf", "Zl", "Zp", "Zs", "Cn", "Co"]), min_size=1, max_size=12)
folders = st.lists(text.map(lambda part: part.replace("/", "-")), max_size=3).map("/".join)


addresses = text.map(lambda path: f"https://ex.com/{path}")


@given(st.lists(st.builds(Feed, addresses, text, folders, text, text.map(str.lower), text), max_size=8))
def test_opml_out_and_in_again(feeds: list[Feed]) -> None:
    feeds = [feed for feed in feeds if feed.country.lower() == feed.country]
    assert sorted(read_opml(write_opml(feeds), "x"), key=repr) == sorted(feeds, key=repr)


@given(st.binary(max_size=300).map(lambda data: b"<opml><body>" + data))
def test_any_bytes_are_opml_or_a_sentence(data: bytes) -> None:
    try:
        read_opml(data, "x")
    except UsageError as error:
        assert str(error)


def test_the_list_that_ships_is_whole() -> None:
    feeds = read_feeds(["builtin:defense"], builtin=BUILTIN)
    assert len(feeds) >= 120
    assert len({feed.country for feed in feeds if feed.country}) >= 25
    assert len({feed.folder for feed in feeds}) >= 6
    assert len({url_key(feed.url) for feed in feeds}) == len(feeds)
    assert all(feed.title and feed.folder and feed.language and feed.publisher for feed in feeds)
    assert all(len(feed.country) in (0, 2) for feed in feeds)
