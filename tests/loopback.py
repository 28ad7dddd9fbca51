"""A real HTTP server on loopback for tests: answers, and misbehaves, as it is told.

    with serve(lambda request: Reply(body=b"hello")) as site:
        site.url("/page")

The handler is called in the server's thread with each request. `hosts` may name several loopback addresses
(127.0.x.y), which share one port and so stand for several web hosts. `site.requests` records what came and when;
`site.peak[host]` is the largest number of requests a host had in hand at once.
"""

import asyncio
import collections
import contextlib
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

REASONS = {200: "OK", 301: "Moved Permanently", 302: "Found", 304: "Not Modified", 404: "Not Found"}


@dataclass(frozen=True)
class Request:
    """What a client asked. `path` is the request target as sent; header names are lower case."""

    host: str
    path: str
    headers: Mapping[str, str]
    at_s: float


@dataclass(frozen=True)
class Reply:
    """An answer. `hold_s` waits before it; `cut_at` closes the connection after so many body bytes; `drip` sends the
    body in pieces of (bytes, seconds apart); `raw` replaces the whole answer; `reset` closes without one."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    hold_s: float = 0.0
    cut_at: int | None = None
    drip: tuple[int, float] | None = None
    raw: bytes | None = None
    reset: bool = False


Handler = Callable[[Request], Reply]


class Site:
    """A running server."""

    def __init__(self, handler: Handler, hosts: Sequence[str], tls: ssl.SSLContext | None) -> None:
        self._handler, self._hosts, self._tls = handler, list(hosts), tls
        self.port = 0
        self.requests: list[Request] = []
        self.peak: collections.Counter[str] = collections.Counter()
        self._in_hand: collections.Counter[str] = collections.Counter()
        self._ready = threading.Event()
        self._end: Callable[[], object] = lambda: None
        self._writers: set[asyncio.StreamWriter] = set()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run()), daemon=True)

    def url(self, path: str = "/", host: str = "") -> str:
        """The address of `path` on `host`, the first one by default."""
        scheme = "https" if self._tls else "http"
        return f"{scheme}://{host or self._hosts[0]}:{self.port}{path}"

    def paths(self, host: str = "") -> list[str]:
        """The paths asked for so far, in order, of one host or of all."""
        return [request.path for request in self.requests if host in ("", request.host)]

    def start(self) -> None:
        """Returns when the server listens."""
        self._thread.start()
        if not self._ready.wait(10):
            raise RuntimeError("the loopback server did not start")

    def stop(self) -> None:
        """Returns when the server has ended."""
        self._end()
        self._thread.join(10)

    async def _run(self) -> None:
        stop, loop = asyncio.Event(), asyncio.get_running_loop()
        self._end = lambda: loop.call_soon_threadsafe(stop.set)
        servers: list[asyncio.Server] = []
        for host in self._hosts:
            servers.append(await asyncio.start_server(self._serve, host, self.port, ssl=self._tls, backlog=1024))
            self.port = servers[0].sockets[0].getsockname()[1]
        self._ready.set()
        await stop.wait()
        for server in servers:
            server.close()
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        for writer in self._writers:
            writer.transport.abort()
        await asyncio.sleep(0.001)  # aborted transports close on the loop's next turns

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        host = writer.get_extra_info("sockname")[0]
        self._writers.add(writer)
        gone = (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError, TimeoutError, ssl.SSLError)
        with contextlib.suppress(*gone):
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
                at_s = time.monotonic()
                pairs = (line.partition(":") for line in head[1:] if line)
                request = Request(host, head[0].split(" ")[1], {k.lower(): v.strip() for k, _, v in pairs}, at_s)
                self.requests.append(request)
                self._in_hand[host] += 1
                self.peak[host] = max(self.peak[host], self._in_hand[host])
                try:
                    keep = await self._answer(reader, writer, self._handler(request))
                finally:
                    self._in_hand[host] -= 1
                if not keep:
                    break
        writer.close()
        self._writers.discard(writer)

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, reply: Reply) -> bool:
        if reply.hold_s and await _hung_up(reader, reply.hold_s):
            return False
        if reply.reset:
            writer.transport.abort()
            return False
        if reply.raw is not None:
            writer.write(reply.raw)
            await writer.drain()
            return False
        bodiless = reply.status in (204, 304)
        headers = dict(reply.headers)
        if not bodiless and not {"content-length", "transfer-encoding"} & {name.lower() for name in headers}:
            headers["Content-Length"] = str(len(reply.body))
        lines = [f"HTTP/1.1 {reply.status} {REASONS.get(reply.status, 'Status')}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        writer.write(("\r\n".join(lines) + "\r\n\r\n").encode("latin-1"))
        body = b"" if bodiless else reply.body[: reply.cut_at]
        if reply.drip is None:
            writer.write(body)
        else:
            size, pause_s = reply.drip
            for start in range(0, len(body), size):
                writer.write(body[start : start + size])
                await writer.drain()
                if await _hung_up(reader, pause_s):
                    return False
        await writer.drain()
        return reply.cut_at is None


async def _hung_up(reader: asyncio.StreamReader, within_s: float) -> bool:
    """Waits; ends at once, True, when the client hangs up."""
    try:
        return await asyncio.wait_for(reader.read(1), within_s) == b""
    except TimeoutError:
        return False


@contextlib.contextmanager
def serve(handler: Handler, *, hosts: Sequence[str] = ("127.0.0.1",), tls: ssl.SSLContext | None = None) -> Iterator[Site]:
    """Runs a server with `handler` on a free port of `hosts` while the block runs."""
    site = Site(handler, hosts, tls)
    site.start()
    try:
        yield site
    finally:
        site.stop()
