"""No spelling of a forbidden address gets through, whatever DNS says and however often it changes its mind."""

import asyncio
import ipaddress
import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.errors import ItemError
from tests.loopback import Reply, serve
from tests.web.asking import NOW, ask, client_for
from transforms.web.config import WebConfig
from transforms.web.guard import checked_addresses, is_allowed, system_resolver

PRIVATE = ["127.0.0.1", "127.255.0.3", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1", "100.64.0.1", "::1", "fc00::1",
           "fd12:3456::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "2002:c0a8:101::1",
           "::127.0.0.1"]  # fmt: skip
NEVER = ["0.0.0.0", "0.1.2.3", "169.254.169.254", "169.254.0.1", "192.0.0.192", "192.0.2.1", "198.18.0.1", "198.51.100.7",
         "203.0.113.9", "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255", "::", "fe80::1", "fe80::1%eth0", "ff02::1",
         "2001:db8::1", "100::1", "64:ff9b:1::1", "::ffff:169.254.169.254", "2002:a9fe:a9fe::", "64:ff9b::a9fe:a9fe",
         "fd00:ec2::254", "168.63.129.16", "100.100.100.200", "::ffff:0:7f00:1", "2001::7f00:1"]  # fmt: skip
PUBLIC = ["1.1.1.1", "8.8.8.8", "172.15.0.1", "172.32.0.1", "100.63.255.255", "100.128.0.0", "2606:4700::1111", "64:ff9b::808:808",
          "2002:808:808::1"]  # fmt: skip


@pytest.mark.parametrize("address", PRIVATE)
def test_private_addresses_need_permission(address: str) -> None:
    assert not is_allowed(ipaddress.ip_address(address), allow_private=False)
    assert is_allowed(ipaddress.ip_address(address), allow_private=True)


@pytest.mark.parametrize("address", NEVER)
def test_some_addresses_are_never_allowed(address: str) -> None:
    assert not is_allowed(ipaddress.ip_address(address), allow_private=False)
    assert not is_allowed(ipaddress.ip_address(address), allow_private=True)


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_are_allowed(address: str) -> None:
    assert is_allowed(ipaddress.ip_address(address), allow_private=False)


@given(st.ip_addresses(v=4))
def test_an_embedded_address_is_judged_like_itself(address: ipaddress.IPv4Address) -> None:
    for allow in (False, True):
        verdict = is_allowed(address, allow_private=allow)
        number = int(address)
        for wrapped in (0xFFFF00000000 | number, (0x2002 << 112) | (number << 80), (0x64FF9B << 96) | number):
            inner = ipaddress.IPv6Address(wrapped)
            assert not is_allowed(inner, allow_private=allow) or verdict


@given(st.ip_addresses())
def test_nothing_is_allowed_that_python_calls_private_or_reserved(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> None:
    if is_allowed(address, allow_private=False):
        assert not (address.is_loopback or address.is_link_local or address.is_multicast or address.is_unspecified)
        assert not address.is_private


SPELLINGS = ["2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1", "127.1", "localhost", "LOCALHOST."]


@pytest.mark.parametrize("host", SPELLINGS)
def test_numeric_spellings_end_in_the_same_check(host: str) -> None:
    with pytest.raises(ItemError) as caught:
        asyncio.run(checked_addresses(host, 80, system_resolver, allow_private=False))
    assert caught.value.reason in ("address_refused", "dns_failed")
    with pytest.raises(ItemError) as caught:
        ask(f"http://{host}:1/", WebConfig(host_delay_s=0, max_attempts=1))
    assert caught.value.reason in ("address_refused", "dns_failed")


def test_of_mixed_answers_only_the_allowed_are_used() -> None:
    async def resolver(host: str, port: int) -> list[str]:
        return ["127.0.0.1", "1.1.1.1", "169.254.169.254"]

    assert asyncio.run(checked_addresses("ex.com", 80, resolver, allow_private=False)) == ["1.1.1.1"]


def test_a_name_that_does_not_resolve_says_so_and_may_pass_when_dns_is_busy() -> None:
    async def busy(host: str, port: int) -> list[str]:
        raise socket.gaierror(socket.EAI_AGAIN, "busy")

    async def unknown(host: str, port: int) -> list[str]:
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    for resolver, transient in ((busy, True), (unknown, False)):
        with pytest.raises(ItemError) as caught:
            asyncio.run(checked_addresses("ex.com", 80, resolver, allow_private=False))
        assert (caught.value.reason, caught.value.transient) == ("dns_failed", transient)


def test_rebinding_gains_nothing() -> None:
    """The name is looked up once for each connection, and the connection goes to what was checked."""
    answers = iter([["127.0.0.1"], ["169.254.169.254"], ["127.0.0.1"]])

    async def rebinding(host: str, port: int) -> list[str]:
        return next(answers)

    async def both(url: str) -> list[str]:
        outcomes = []
        async with client_for(WebConfig(allow_private_hosts=True, host_delay_s=0, max_attempts=1), resolver=rebinding) as client:
            for _ in range(2):
                try:
                    response = await client.get(url, now=NOW, max_bytes=100)
                    outcomes.append(str(response.status))
                except ItemError as error:
                    outcomes.append(error.reason)
        return outcomes

    with serve(lambda request: Reply(headers={"Connection": "close"}, body=b"x")) as site:
        assert asyncio.run(both(f"http://rebind.example:{site.port}/")) == ["200", "address_refused"]


@pytest.mark.parametrize(
    ("target", "reason"),
    [
        ("http://169.254.169.254/latest/meta-data/", "address_refused"),
        ("http://[fe80::1]/", "address_refused"),
        ("http://0.0.0.0/", "address_refused"),
        ("file:///etc/passwd", "scheme_refused"),
        ("gopher://ex.com/", "scheme_refused"),
        ("http://ex.com:99999/", "bad_redirect"),
    ],
)
def test_redirects_are_checked_like_everything_else(target: str, reason: str) -> None:
    with serve(lambda request: Reply(302, {"Location": target})) as site, pytest.raises(ItemError) as caught:
        ask(site.url("/"), WebConfig(allow_private_hosts=True, host_delay_s=0))
    assert caught.value.reason == reason


def test_loopback_needs_permission() -> None:
    with serve(lambda request: Reply(body=b"secret")) as site:
        with pytest.raises(ItemError) as caught:
            ask(site.url("/"), WebConfig(host_delay_s=0))
        assert caught.value.reason == "address_refused"
        assert site.requests == []
