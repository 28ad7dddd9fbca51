"""The client against a real server on loopback that misbehaves in every way it can."""

import asyncio
import dataclasses
import gzip
import itertools
import ssl
from collections.abc import Callable
from pathlib import Path

import brotli
import pytest
import zstandard

from schemas.errors import ItemError
from tests.loopback import Reply, Request, serve
from tests.web.asking import NOW, OPEN, ask, client_for
from tests.web.h2server import serve_http2
from transforms.web.config import WebConfig
from transforms.web.shared import shared_client

CERTIFICATE = Path(__file__).parent.parent / "data" / "loopback.pem"


def _fails(reply: Reply | Callable[[Request], Reply], config: WebConfig = OPEN, **options: object) -> tuple[ItemError, int]:
    """The error of a GET, and how many requests it took."""
    with serve(reply if callable(reply) else lambda request: reply) as site, pytest.raises(ItemError) as caught:
        ask(site.url("/"), config, **options)  # type: ignore[arg-type]
    return caught.value, len(site.requests)


def test_it_says_who_it_is_and_what_it_takes() -> None:
    with serve(lambda request: Reply(body=b"hello")) as site:
        response = ask(site.url("/a b?q=ü#x"), dataclasses.replace(OPEN, contact="https://example.org/bot"))
    assert (response.status, response.body, response.attempts) == (200, b"hello", 1)
    headers = site.requests[0].headers
    assert headers["user-agent"].startswith("dibwatch/")
    assert headers["user-agent"].endswith("(+https://example.org/bot)")
    assert headers["accept-encoding"] == "gzip, deflate, br, zstd"
    assert site.requests[0].path == "/a%20b?q=%C3%BC"


@pytest.mark.parametrize("encoding", ["gzip", "br", "zstd"])
def test_bodies_come_decoded(encoding: str) -> None:
    encode = {"gzip": gzip.compress, "br": brotli.compress, "zstd": zstandard.compress}[encoding]
    with serve(lambda request: Reply(headers={"Content-Encoding": encoding}, body=encode(b"tank " * 5000))) as site:
        assert ask(site.url("/")).body == b"tank " * 5000


FINAL = [
    (Reply(headers={"Content-Encoding": "gzip"}, body=gzip.compress(bytes(50_000_000))), "body_too_large"),
    (Reply(headers={"Content-Encoding": "br"}, body=brotli.compress(bytes(50_000_000))), "body_too_large"),
    (Reply(headers={"Content-Length": "99999999999"}, body=b""), "body_too_large"),
    (Reply(body=b"x" * 1_000_001), "body_too_large"),
    (Reply(headers={"Content-Encoding": "gzip"}, body=b"not gzip"), "bad_encoding"),
    (Reply(headers={"Content-Encoding": "rot13"}, body=b"x"), "bad_encoding"),
    (Reply(headers={"X": "a" * 70_000}), "headers_too_large"),
    (Reply(headers={"X": "a" * 300_000}), "headers_too_large"),
    (Reply(raw=b"SSH-2.0-OpenSSH_9.6\r\n\r\n"), "protocol_error"),
    (Reply(raw=b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n"), "protocol_error"),
    (Reply(302, {"Location": "/"}), "too_many_redirects"),
    (Reply(301, {}), "bad_redirect"),
    (Reply(302, {"Location": "http://a b/"}), "bad_redirect"),
    (Reply(302, {"Location": "http://ex.com/" + "a" * 5000}), "bad_redirect"),
]


@pytest.mark.parametrize(("reply", "reason"), FINAL, ids=lambda value: value if isinstance(value, str) else "")
def test_what_cannot_get_better_is_asked_once(reply: Reply, reason: str) -> None:
    error, requests = _fails(reply)
    assert error.reason == reason
    assert not error.transient
    assert requests == (OPEN.max_redirects + 1 if reason == "too_many_redirects" else 1)


PASSING = [
    (Reply(reset=True), "connection_reset"),
    (Reply(body=b"x" * 100, cut_at=10), "connection_reset"),
    (Reply(headers={"Content-Encoding": "gzip", "Connection": "close"}, raw=b""), "connection_reset"),
    (Reply(raw=b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + gzip.compress(bytes(9999))[:20]), "connection_reset"),
    (Reply(raw=b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab"), "connection_reset"),
]


@pytest.mark.parametrize(("reply", "reason"), PASSING)
def test_what_may_pass_is_tried_again_and_comes_back_in_the_end(reply: Reply, reason: str) -> None:
    error, requests = _fails(reply)
    assert (error.reason, error.transient, requests) == (reason, True, 3)
    turn = itertools.count()
    with serve(lambda request: reply if next(turn) < 2 else Reply(body=b"there")) as site:
        response = ask(site.url("/"))
    assert (response.body, response.attempts) == (b"there", 3)


@pytest.mark.parametrize("status", [429, 500, 503])
def test_busy_servers_are_asked_again_and_their_last_word_is_the_answer(status: int) -> None:
    with serve(lambda request: Reply(status, {"Retry-After": "3"})) as site:
        response = ask(site.url("/"))
    assert (response.status, response.attempts, len(site.requests)) == (status, 3, 3)
    assert response.elapsed_ms >= 6000  # two waits of at least what was asked for, by the client's reckoning


def test_a_retry_after_of_a_day_is_not_waited_for() -> None:
    with serve(lambda request: Reply(429, {"Retry-After": "86400"})) as site:
        assert ask(site.url("/")).attempts == 1


def test_a_server_that_says_nothing_is_a_timeout() -> None:
    quick = dataclasses.replace(OPEN, read_timeout_s=0.05, max_attempts=2)
    error, requests = _fails(Reply(hold_s=60), quick)
    assert (error.reason, error.transient, requests) == ("timeout", True, 2)


def test_the_whole_request_is_bounded_however_lively_it_is() -> None:
    lively = dataclasses.replace(OPEN, request_timeout_s=0.2, max_attempts=1)
    error, _ = _fails(Reply(body=b"x" * 10_000, drip=(1, 0.01)), lively)
    assert error.reason == "timeout"


def test_a_slow_drip_is_given_up() -> None:
    ticks = itertools.count(0.0, 10.0)  # each look at the clock is 10 s later
    error, requests = _fails(Reply(body=b"x" * 500, drip=(50, 0.001)), dataclasses.replace(OPEN, request_timeout_s=5000, deadline_s=9000),
                             clock=lambda: next(ticks))  # fmt: skip
    assert (error.reason, requests) == ("too_slow", 1)


def test_redirects_are_followed_with_their_cookies_and_told() -> None:
    def answer(request: Request) -> Reply:
        if request.path == "/a":
            return Reply(301, {"Location": "/b"})
        if request.path == "/b" and "cookie" not in request.headers:
            return Reply(302, {"Location": "/b", "Set-Cookie": "seen=1; Path=/; Expires=Wed, 09 Jun 2027 10:18:14 GMT"})
        return Reply(body=request.headers["cookie"].encode())

    with serve(answer) as site:
        response = ask(site.url("/a"))
        assert response.final_url == site.url("/b")
        assert response.redirects == ((301, site.url("/b")), (302, site.url("/b")))
        assert response.body == b"seen=1"
        assert "cookie" not in site.requests[0].headers


def test_nobody_there() -> None:
    with serve(lambda request: Reply()) as site:
        address = site.url("/")
    with pytest.raises(ItemError) as caught:
        ask(address)
    assert (caught.value.reason, caught.value.transient) == ("connect_failed", True)


def test_an_untrusted_certificate_is_refused_and_a_trusted_one_is_not() -> None:
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(CERTIFICATE)
    with serve(lambda request: Reply(body=b"safe"), tls=server) as site:
        with pytest.raises(ItemError) as caught:
            ask(site.url("/"))
        assert caught.value.reason == "tls_failed"
        assert ask(site.url("/"), ssl_context=ssl.create_default_context(cafile=CERTIFICATE)).body == b"safe"


def test_http2_is_spoken_where_the_server_can() -> None:
    with serve_http2(CERTIFICATE, b"over two") as port:
        context = ssl.create_default_context(cafile=CERTIFICATE)
        response = ask(f"https://127.0.0.1:{port}/", ssl_context=context)
    assert (response.status, response.body, response.headers["x-protocol"]) == (200, b"over two", "h2")


def test_at_most_n_requests_at_once_and_connections_are_kept() -> None:
    async def many(url: str) -> None:
        async with client_for() as client:
            await asyncio.gather(*(client.get(f"{url}{n}", now=NOW, max_bytes=100) for n in range(20)))

    with serve(lambda request: Reply(body=b"x", hold_s=0.002)) as site:
        asyncio.run(many(site.url("/")))
    assert len(site.requests) == 20
    assert site.peak["127.0.0.1"] == 2


def test_equal_configurations_share_a_client() -> None:
    assert shared_client(WebConfig(contact="a")) is shared_client(WebConfig(contact="a"))
    assert shared_client(WebConfig(contact="a")) is not shared_client(WebConfig(contact="b"))
    with serve(lambda request: Reply(body=b"x")) as site:

        async def work(client: object, url: str) -> int:
            return len((await client.get(url, now=NOW, max_bytes=9)).body)  # type: ignore[attr-defined]

        assert shared_client(OPEN).submit(work, site.url("/")).result(10) == 1


@pytest.mark.parametrize(
    "wrong", [{"requests_per_host": 0}, {"host_delay_s": -1}, {"deadline_s": 0}, {"max_page_bytes": 0}, {"contact": "a\r\nX: b"}]
)
def test_a_bad_configuration_is_refused_when_it_is_made(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="must"):
        WebConfig(**wrong)  # type: ignore[arg-type]
