"""The list of what is one article, and what the rules promise for any URL at all."""

import string
from urllib.parse import urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from schemas.errors import ItemError
from transforms.web.urls import (
    canonical_url,
    host_key,
    plausible_canonical,
    registered_domain,
    request_url,
    split_http,
    url_key,
)

CANONICAL = [
    # tracking parameters, and what only looks like one
    ("https://ex.com/a?utm_source=rss&utm_medium=feed&id=5", "https://ex.com/a?id=5"),
    ("https://ex.com/a?fbclid=x&gclid=y&mc_cid=1&mc_eid=2", "https://ex.com/a"),
    ("https://ex.com/a?at_medium=RSS&at_campaign=KARANGA", "https://ex.com/a"),
    ("https://ex.com/a?source=rss", "https://ex.com/a"),
    ("https://ex.com/a?source=tank-museum", "https://ex.com/a?source=tank-museum"),
    ("https://ex.com/a?ref=rss_home&p=2", "https://ex.com/a?p=2"),
    ("https://ex.com/a?UTM_Source=x", "https://ex.com/a"),
    ("https://ex.com/a?utm%5Fsource=x", "https://ex.com/a"),
    ("https://ex.com/?p=123", "https://ex.com/?p=123"),
    # order, empty pairs
    ("https://ex.com/a?b=2&a=1", "https://ex.com/a?a=1&b=2"),
    ("https://ex.com/a?&&b=2&", "https://ex.com/a?b=2"),
    ("https://ex.com/a?", "https://ex.com/a"),
    # fragments
    ("https://ex.com/a#comments", "https://ex.com/a"),
    ("https://ex.com/a#:~:text=tank", "https://ex.com/a"),
    ("https://ex.com/#!/news/5", "https://ex.com/#!/news/5"),
    # case, ports, users, dots
    ("HTTPS://Ex.COM:443/A", "https://ex.com/A"),
    ("http://ex.com:80", "http://ex.com/"),
    ("http://ex.com:8080/a", "http://ex.com:8080/a"),
    ("https://user:secret@ex.com/a", "https://ex.com/a"),
    ("https://ex.com./a", "https://ex.com/a"),
    ("https://ex.com/a/./b/../c", "https://ex.com/a/c"),
    ("https://ex.com//a//b", "https://ex.com/a/b"),
    # AMP
    ("https://ex.com/news/story/amp/", "https://ex.com/news/story"),
    ("https://ex.com/news/story/amp", "https://ex.com/news/story"),
    ("https://ex.com/amp/news/story", "https://ex.com/news/story"),
    ("https://ex.com/story.amp.html", "https://ex.com/story.html"),
    ("https://ex.com/story.amp", "https://ex.com/story"),
    ("https://ex.com/story?amp=1", "https://ex.com/story"),
    ("https://ex.com/story?outputType=amp", "https://ex.com/story"),
    ("https://amp.ex.com/story", "https://ex.com/story"),
    ("https://www.google.com/amp/s/www.ex.com/story/amp/", "https://www.ex.com/story"),
    ("https://ex-com.cdn.ampproject.org/c/s/ex.com/story", "https://ex.com/story"),
    ("https://ex.com/amplifiers/5", "https://ex.com/amplifiers/5"),
    # mobile hosts
    ("https://m.ex.com/a", "https://ex.com/a"),
    ("https://mobile.ex.co.uk/a", "https://ex.co.uk/a"),
    ("https://en.m.wikipedia.org/wiki/KAMAZ", "https://en.wikipedia.org/wiki/KAMAZ"),
    ("https://m.com/a", "https://m.com/a"),
    ("https://touch.co.uk/a", "https://touch.co.uk/a"),
    # index pages
    ("https://ex.com/news/index.html", "https://ex.com/news/"),
    ("https://ex.com/default.aspx", "https://ex.com/"),
    ("https://ex.com/index.php?id=7", "https://ex.com/index.php?id=7"),
    ("https://ex.com/index-of-ships.html", "https://ex.com/index-of-ships.html"),
    # sessions
    ("https://ex.com/a;jsessionid=0A1B?x=1", "https://ex.com/a?x=1"),
    # IDN and percent signs
    ("http://münchen.de/straße", "http://xn--mnchen-3ya.de/stra%C3%9Fe"),
    ("http://xn--mnchen-3ya.de/stra%c3%9fe", "http://xn--mnchen-3ya.de/stra%C3%9Fe"),
    ("http://ex.com/%7Euser/%41", "http://ex.com/~user/A"),
    ("http://ex.com/a%2fb", "http://ex.com/a%2Fb"),
    ("http://ex.com/50%", "http://ex.com/50%25"),
    # written badly
    ("  https://ex.com/a\n", "https://ex.com/a"),
    ("//ex.com/a", "https://ex.com/a"),
    ("https://ex.com/a b", "https://ex.com/a%20b"),
    ("https://[2001:DB8::0:1]:443/a", "https://[2001:db8::1]/a"),
]


@pytest.mark.parametrize(("url", "expected"), CANONICAL)
def test_canonical_url(url: str, expected: str) -> None:
    assert canonical_url(url) == expected
    assert canonical_url(expected) == expected


@pytest.mark.parametrize(
    "other",
    [
        "http://ex.com/a",
        "https://www.ex.com/a",
        "https://ex.com/a/",
        "https://m.ex.com/a?utm_source=x#top",
        "https://ex.com/a/amp/",
    ],
)
def test_one_article_has_one_key(other: str) -> None:
    assert url_key(other) == url_key("https://ex.com/a")
    assert len(url_key(other)) == 32


@pytest.mark.parametrize(
    "other", ["https://ex.com/A", "https://ex.com/a?id=1", "https://ex.org/a", "https://ex.com/b", "https://x.ex.com/a"]
)
def test_different_articles_have_different_keys(other: str) -> None:
    assert url_key(other) != url_key("https://ex.com/a")


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("", "bad_url"),
        ("news/a.html", "bad_url"),
        ("http://", "bad_url"),
        ("http:///a", "bad_url"),
        ("http://ex.com:99999/", "bad_url"),
        ("http://ex.com:0/", "bad_url"),
        ("http://[::1/", "bad_url"),
        ("http://a..b/", "bad_url"),
        ("http://exa mple.com/", "bad_url"),
        ("http://" + "a" * 64 + ".com/", "bad_url"),
        ("http://ex.com/" + "a" * 5000, "bad_url"),
        ("http://ex%00.com/", "bad_url"),
        ("ftp://ex.com/a", "scheme_refused"),
        ("file:///etc/passwd", "scheme_refused"),
        ("javascript:alert(1)", "scheme_refused"),
        ("data:text/html,x", "scheme_refused"),
        ("gopher://127.0.0.1:25/", "scheme_refused"),
    ],
)
def test_what_is_no_web_address_is_refused(url: str, reason: str) -> None:
    with pytest.raises(ItemError) as caught:
        canonical_url(url)
    assert caught.value.reason == reason


def test_what_goes_over_the_wire_is_ascii_and_has_no_fragment_or_user() -> None:
    assert request_url("https://me:pw@münchen.de/a b?q=ü#x") == "https://xn--mnchen-3ya.de/a%20b?q=%C3%BC"
    assert request_url("https://ex.com/a%20b?c=%zz") == "https://ex.com/a%20b?c=%zz"


@pytest.mark.parametrize(
    ("url", "domain"),
    [
        ("https://news.bbc.co.uk/a", "bbc.co.uk"),
        ("https://www.mod.gov.au", "mod.gov.au"),
        ("somebody.blogspot.com", "somebody.blogspot.com"),
        ("http://127.0.0.1:8080/a", "127.0.0.1"),
        ("http://localhost/", "localhost"),
        ("http://[::1]/", "[::1]"),
        ("not a url at all/", ""),
    ],
)
def test_registered_domain(url: str, domain: str) -> None:
    assert registered_domain(url) == domain


def test_hosts_are_told_apart_by_name_and_unusual_port() -> None:
    assert host_key("http://ex.com/a") == host_key("https://EX.com:443/b") == "ex.com"
    assert host_key("http://ex.com:8080/") == "ex.com:8080"


PAGE = "https://www.ex.com/news/2026/big-tank-deal-signed?utm_source=rss"


@pytest.mark.parametrize(
    ("named", "believed"),
    [
        ("https://www.ex.com/news/2026/big-tank-deal-signed", "https://www.ex.com/news/2026/big-tank-deal-signed"),
        ("/news/2026/big-tank-deal-signed", "https://www.ex.com/news/2026/big-tank-deal-signed"),
        ("https://ex.com/story/881", "https://ex.com/story/881"),
        ("https://shop.ex.com/x/big-tank-deal", "https://shop.ex.com/x/big-tank-deal"),
        ("https://other.com/news/2026/big-tank-deal-signed", None),
        ("https://www.ex.com/", None),
        ("https://www.ex.com/index.html", None),
        ("https://www.ex.com/news", None),
        ("https://www.ex.com/news/", None),
        ("javascript:void(0)", None),
        ("http://[", None),
    ],
)
def test_rel_canonical_is_believed_only_when_plausible(named: str, believed: str | None) -> None:
    assert plausible_canonical(PAGE, named) == believed


def test_rel_canonical_that_drops_the_query_by_which_a_page_is_known_is_not_believed() -> None:
    assert plausible_canonical("https://ex.com/show.php?id=5", "https://ex.com/show.php") is None
    assert plausible_canonical("https://ex.com/show.php?print=y", "https://ex.com/show.php") == "https://ex.com/show.php"


hosts = st.from_regex(r"\A[a-z]{1,8}(\.[a-z]{1,8}){0,3}\.(com|co\.uk|de|org)\Z")
paths = st.text(alphabet=string.ascii_letters + string.digits + "/.-_~%!$'()*+,;:@&= äß中\u202e\"<>", max_size=60)
queries = st.lists(st.text(alphabet=string.ascii_letters + string.digits + "_=%+;ü", max_size=20), max_size=5).map("&".join)
urls = st.builds("{}://{}{}/{}?{}#{}".format, st.sampled_from(["http", "https", "HTTP"]), hosts, st.sampled_from(["", ":80", ":81"]),
                 paths, queries, paths)  # fmt: skip


@given(urls)
@example("http://a.com/amp/amp/amp")
@example("http://m.m.com/index.html/amp")
@example("http://www.google.com/amp/s/www.google.com/amp/s/a.com/b")
@example("http://a.com/index.html?utm_source=x")
@example("http://a.com/%2e%2e/b")
@example("http://a.com/.amp")
def test_canonical_form_is_stable_and_sendable(url: str) -> None:
    once = canonical_url(url)
    assert canonical_url(once) == once
    assert once.isascii()
    assert not set(once) & set(' \t\r\n"<>\\^`{|}')
    assert request_url(once) == once.partition("#")[0]
    assert url_key(once) == url_key(url)


@given(urls, st.sampled_from(["utm_source=x", "fbclid=1", "gclid=2&utm_term=y"]), st.text(string.ascii_letters, max_size=5))
def test_tracking_and_fragments_never_change_the_key(url: str, tracking: str, fragment: str) -> None:
    plain = url.partition("#")[0]
    assert url_key(f"{plain}&{tracking}#{fragment}") == url_key(plain)


@given(st.text(max_size=80))
def test_any_text_is_a_web_address_or_refused(text: str) -> None:
    try:
        parts = split_http(text)
    except ItemError as error:
        assert error.reason in ("bad_url", "scheme_refused")
    else:
        assert parts.scheme in ("http", "https")
        assert urlsplit(request_url(text)).hostname
        assert canonical_url(canonical_url(text)) == canonical_url(text)


@given(urls, st.text(max_size=60))
def test_a_page_never_takes_the_identity_of_another_site(page: str, named: str) -> None:
    for candidate in (named, f"https://{named}", f"//{named}", f"/{named}"):
        believed = plausible_canonical(page, candidate)
        assert believed is None or registered_domain(believed) == registered_domain(canonical_url(page))
