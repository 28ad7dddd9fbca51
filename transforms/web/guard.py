"""Which addresses may be spoken to, checked on what DNS answered, at the moment of connecting.

A name is resolved once, its addresses are checked, and the connection goes to a checked address, so a name that changes
its answer between check and use (rebinding) gains nothing. Redirects connect through here as well. Numeric hosts in any
spelling (2130706433, 0x7f.1, 0177.0.0.1) are read by the same resolver and end in the same check.

Ranges: the IANA IPv4 and IPv6 special-purpose address registries, and the metadata services of cloud providers.
"""

import asyncio
import functools
import ipaddress
import socket
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

import httpcore

from schemas.errors import ItemError

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolver = Callable[[str, int], Awaitable[list[str]]]

_MAX_ADDRESSES_TRIED = 4


def _networks(text: str) -> tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]:
    return tuple(ipaddress.ip_network(part) for part in text.split())


# What `allow_private_hosts` opens: loopback, private networks, shared address space (CGNAT), unique local addresses.
_PRIVATE = _networks("127.0.0.0/8 10.0.0.0/8 172.16.0.0/12 192.168.0.0/16 100.64.0.0/10 ::1/128 fc00::/7 fec0::/10")
# What nothing opens.
_NEVER = _networks(
    "0.0.0.0/8 169.254.0.0/16 192.0.0.0/24 192.0.2.0/24 192.88.99.0/24 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 "
    "224.0.0.0/4 240.0.0.0/4 ::/128 100::/64 2001::/23 2001:db8::/32 3fff::/20 5f00::/16 fe80::/10 ff00::/8 "
    "64:ff9b:1::/48 ::ffff:0:0:0/96 "
    # metadata services that sit in public, shared or unique local space: Azure, Alibaba, Amazon on IPv6
    "168.63.129.16/32 100.100.100.200/32 fd00:ec2::254/128"
)
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_COMPATIBLE = ipaddress.IPv6Network("::/96")


def _embedded(address: ipaddress.IPv6Address) -> Iterable[IPAddress]:
    """The IPv4 addresses that an IPv6 address carries: mapped, compatible, 6to4, Teredo, NAT64."""
    if address.ipv4_mapped is not None:
        yield address.ipv4_mapped
    if address.sixtofour is not None:
        yield address.sixtofour
    if address.teredo is not None:
        yield from address.teredo
    if address in _NAT64 or (address in _COMPATIBLE and int(address) > 1):
        yield ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)


def is_allowed(address: IPAddress, *, allow_private: bool) -> bool:
    """Whether a connection to `address` is allowed; an address inside an address counts as well."""
    if isinstance(address, ipaddress.IPv6Address):
        if address.scope_id is not None:
            return False
        if not all(is_allowed(inner, allow_private=allow_private) for inner in _embedded(address)):
            return False
    if any(address in network for network in _NEVER if network.version == address.version):
        return False
    return allow_private or not any(address in network for network in _PRIVATE if network.version == address.version)


async def system_resolver(host: str, port: int) -> list[str]:
    """The addresses of `host` in the order in which the system would try them."""
    infos = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(info[4][0]) for info in infos))


async def checked_addresses(host: str, port: int, resolver: Resolver, *, allow_private: bool) -> list[str]:
    """The addresses of `host` that may be connected to. Raises `ItemError` `dns_failed` or `address_refused`."""
    try:
        addresses = [str(ipaddress.ip_address(host))]
    except ValueError:
        try:
            addresses = await resolver(host, port)
        except (OSError, UnicodeError) as error:
            again = isinstance(error, socket.gaierror) and error.errno == socket.EAI_AGAIN
            raise ItemError("dns_failed", f"the host {host} does not resolve: {error}", transient=again) from error
    if not addresses:
        raise ItemError("dns_failed", f"the host {host} does not resolve")
    allowed = [text for text in addresses if is_allowed(ipaddress.ip_address(text), allow_private=allow_private)]
    if not allowed:
        what = host if addresses[0] == host else f"{host} leads to {addresses[0]}, which"
        raise ItemError("address_refused", f"{what} is no public address and is not connected to")
    return allowed


class GuardedBackend(httpcore.AsyncNetworkBackend):
    """A network backend that resolves, checks, and connects to the address it checked."""

    def __init__(self, *, allow_private: bool, resolver: Resolver = system_resolver) -> None:
        self._inner = httpcore.AnyIOBackend()
        self._addresses = functools.partial(checked_addresses, resolver=resolver, allow_private=allow_private)

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """A stream to the first checked address of `host` that answers, within `timeout` seconds in all."""
        try:
            async with asyncio.timeout(timeout):
                addresses = (await self._addresses(host, port))[:_MAX_ADDRESSES_TRIED]
                for remaining, address in zip(range(len(addresses) - 1, -1, -1), addresses, strict=True):
                    share = None if timeout is None else timeout / (remaining + 1) if remaining else timeout
                    try:
                        return await self._inner.connect_tcp(address, port, share, local_address, socket_options)
                    except (httpcore.ConnectError, httpcore.ConnectTimeout):
                        if not remaining:
                            raise
        except TimeoutError as error:
            raise httpcore.ConnectTimeout(f"no connection to {host} within {timeout} s") from error
        raise httpcore.ConnectError(f"{host} has no address")  # unreachable: the list is never empty

    async def connect_unix_socket(
        self, path: str, timeout: float | None = None, socket_options: Iterable[Any] | None = None
    ) -> httpcore.AsyncNetworkStream:
        """Refused: nothing on the web lives there."""
        raise ItemError("address_refused", "a unix socket is not a web address")

    async def sleep(self, seconds: float) -> None:
        """Waits `seconds`."""
        await asyncio.sleep(seconds)
