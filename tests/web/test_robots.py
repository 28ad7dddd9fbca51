"""robots.txt after RFC 9309, as rules and over HTTP."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.errors import ItemError
from tests.loopback import Reply, Request, serve
from tests.web.asking import NOW, OPEN, ask, client_for
from transforms.web.robots import rules_from_answer

AGENT = "dibwatch/1.0 (+https://ex.com)"


def _reason(outcome: tuple[int, bytes] | ItemError, url: str = "https://ex.com/a") -> str:
    try:
        rules_from_answer(outcome, AGENT, 0.0, 60.0).check(url, AGENT)
    except ItemError as error:
        return error.reason
    return ""


@pytest.mark.parametrize(
    ("outcome", "reason"),
    [
        ((200, b""), ""),
        ((200, b"User-agent: *\nDisallow: /a"), "robots_disallowed"),
        ((200, b"\xef\xbb\xbfUser-agent: *\nDisallow: /a"), "robots_disallowed"),
        ((200, b"User-agent: *\nDisallow: /b"), ""),
        ((200, b"User-agent: *\nDisallow: /\nAllow: /a"), ""),
        ((200, b"User-agent: dibwatch\nDisallow: /\n\nUser-agent: *\nAllow: /"), "robots_disallowed"),
        ((200, b"User-agent: otherbot\nDisallow: /"), ""),
        ((200, b"<html>we have no robots.txt</html>"), ""),
        ((200, b"\xff\xfe\x00garbage"), ""),
        ((404, b""), ""),
        ((403, b""), ""),
        ((410, b""), ""),
        ((301, b""), ""),
        ((500, b""), "robots_unavailable"),
        ((503, b"User-agent: *\nAllow: /"), "robots_unavailable"),
        ((429, b""), "robots_unavailable"),
        (ItemError("timeout"), "robots_unavailable"),
        (ItemError("connection_reset"), "robots_unavailable"),
        (ItemError("too_many_redirects"), ""),
        (ItemError("body_too_large"), ""),
        (ItemError("dns_failed"), "dns_failed"),
        (ItemError("address_refused"), "address_refused"),
    ],
)
def test_what_an_answer_means(outcome: tuple[int, bytes] | ItemError, reason: str) -> None:
    assert _reason(outcome) == reason


def test_a_site_that_must_wait_is_asked_again_sooner() -> None:
    assert rules_from_answer((404, b""), AGENT, 0.0, 43200.0).expires_s == 43200.0
    assert rules_from_answer((503, b""), AGENT, 0.0, 43200.0).expires_s == 300.0


def test_crawl_delay_is_read() -> None:
    assert rules_from_answer((200, b"User-agent: *\nCrawl-delay: 7"), AGENT, 0.0, 60.0).crawl_delay_s == 7.0


@given(st.binary(max_size=500))
def test_any_bytes_are_rules(body: bytes) -> None:
    assert _reason((200, body)) in ("", "robots_disallowed")


def test_rules_full_of_wildcards_cost_no_time() -> None:
    body = b"User-agent: *\nDisallow: /" + b"*a" * 2000 + b"$"
    assert _reason((200, body), "https://ex.com/" + "a" * 4000 + "b") == ""


def test_robots_is_fetched_once_a_host_and_obeyed_on_each_redirect() -> None:
    def answer(request: Request) -> Reply:
        if request.path == "/robots.txt":
            return Reply(body=b"User-agent: *\nDisallow: /private\nCrawl-delay: 3")
        return Reply(302, {"Location": "/private/b"}) if request.path == "/c" else Reply(body=b"ok")

    async def visit(url: str) -> list[str]:
        async with client_for() as client:
            outcomes = await asyncio.gather(
                *(client.get(url + path, now=NOW, max_bytes=100, robots=True) for path in ("/a", "/private/a", "/b", "/c")),
                return_exceptions=True,
            )
            assert client.gate.state(url.removeprefix("http://")).delay_s == 3.0
        return [o.reason if isinstance(o, ItemError) else str(o.status) for o in outcomes if not isinstance(o, str)]  # type: ignore[union-attr]

    with serve(answer) as site:
        assert asyncio.run(visit(site.url(""))) == ["200", "robots_disallowed", "200", "robots_disallowed"]
        assert site.paths().count("/robots.txt") == 1
        assert not [path for path in site.paths() if path.startswith("/private")]


def test_a_site_whose_robots_fails_is_left_alone() -> None:
    with serve(lambda request: Reply(500)) as site:
        with pytest.raises(ItemError) as caught:
            ask(site.url("/a"), OPEN, robots=True)
        assert caught.value.reason == "robots_unavailable"
        assert caught.value.transient
        assert set(site.paths()) == {"/robots.txt"}
