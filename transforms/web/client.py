"""One polite, guarded HTTP client: what every request of dibwatch goes through.

HTTP/1.1 and HTTP/2 (httpcore), at most so many requests a host, addresses checked when connecting, decoded bodies
capped, slow bodies given up, what may pass tried again. `get` returns the final answer whatever its status is, and
raises `ItemError` when there was none.
"""

import asyncio
import contextlib
import itertools
import random
import ssl
import time
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeVar
from urllib.parse import urljoin

import httpcore

from schemas.errors import ItemError
from transforms.web.config import WebConfig
from transforms.web.decode import BodyDecoder
from transforms.web.guard import GuardedBackend, Resolver, system_resolver
from transforms.web.hosts import HostGate
from transforms.web.retry import RETRY_STATUSES, retry_after_s, retry_delay_s
from transforms.web.robots import ROBOTS_MAX_BYTES, RobotsRules, rules_from_answer
from transforms.web.urls import host_key, request_url, split_http
from transforms.web.wire import cookies_of, header_map, network_errors

T = TypeVar("T")


_REDIRECTS = frozenset((301, 302, 303, 307, 308))
_BIG_BODY_BYTES = 2 * 1024 * 1024
_BIG_BODIES_AT_ONCE = 2  # so that many large answers at once cannot fill memory
_ROBOTS_KEPT = 2000  # sets of rules in memory; asking again is cheaper than keeping many
_THREADS = 2  # more would only take turns with the event loop
_NO_ANSWER = frozenset(("dns_failed", "connect_failed", "timeout", "tls_failed"))


@dataclass(frozen=True, slots=True)
class Response:
    """The final answer to a `get`. `headers` have lower-case names, repeated ones joined by ", "."""

    url: str
    final_url: str
    status: int
    headers: Mapping[str, str]
    body: bytes  # decoded
    redirects: tuple[tuple[int, str], ...] = ()  # (status, where it led), in order
    attempts: int = 1
    elapsed_ms: int = 0  # of requests and back-off, without turns in a queue


@dataclass
class _Job:
    """One `get`: what is asked, how long it took so far, and what holds the place of a big body."""

    headers: Mapping[str, str]
    max_bytes: int
    robots: bool
    now: datetime
    spent_s: float = 0.0
    place: contextlib.AsyncExitStack = field(default_factory=contextlib.AsyncExitStack)


class WebClient:
    """Not for several event loops: make it and use it on one. Clock, sleep, randomness and DNS may be replaced."""

    def __init__(
        self,
        config: WebConfig,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        rand: Callable[[], float] = random.random,
        resolver: Resolver = system_resolver,
        ssl_context: ssl.SSLContext | None = None,
    ) -> None:
        self.config = config
        self._clock, self._sleep, self._rand = clock, sleep, rand
        self.gate = HostGate(config, clock, sleep)
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=ssl_context or httpcore.default_ssl_context(),
            max_connections=config.max_requests + 20,
            max_keepalive_connections=config.max_requests,
            keepalive_expiry=30.0,
            http1=True,
            http2=True,
            network_backend=GuardedBackend(allow_private=config.allow_private_hosts, resolver=resolver),
        )
        self._big_bodies = asyncio.Semaphore(_BIG_BODIES_AT_ONCE)
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="dibwatch-parse")
        self._robots: dict[str, asyncio.Task[RobotsRules]] = {}

    async def aclose(self) -> None:
        """Closes all connections."""
        self._threads.shutdown(wait=False)
        await self._pool.aclose()

    async def off_loop(self, work: Callable[[], T]) -> T:
        """The result of `work()`, which takes milliseconds of computing, from one of few threads beside the event loop."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)

    async def get(
        self,
        url: str,
        *,
        now: datetime,
        max_bytes: int,
        headers: Mapping[str, str] | None = None,
        robots: bool = False,
        keep: contextlib.AsyncExitStack | None = None,
    ) -> Response:
        """The final answer to a GET of `url`, redirects followed, failures that may pass tried again.

        `now` gives Retry-After dates their meaning. With `robots`, robots.txt of every host on the way is obeyed (when
        the configuration says so). The body of an error is not read. Few big bodies are let into memory at once; who works on
        one after this returns gives `keep`, and its place is held until that closes. Raises `ItemError` with any of the
        network's reason codes.
        """
        job = _Job(headers or {}, max_bytes, robots, now)
        for attempt in itertools.count(1):
            outcome: Response | ItemError
            async with job.place:
                try:
                    outcome = await self._follow(url, job)
                    what: int | ItemError = outcome.status
                    asked_s = retry_after_s(outcome.headers, now) if outcome.status in RETRY_STATUSES else None
                except ItemError as error:
                    outcome = what = error
                    asked_s = None
                wait_s = retry_delay_s(what, attempt, job.spent_s, asked_s, self._rand(), self.config)
                if wait_s is None:
                    self._learn(url, outcome, asked_s)
                    if isinstance(outcome, ItemError):
                        raise outcome
                    if keep is not None:
                        keep.push_async_exit(job.place.pop_all())
                    return replace(outcome, url=url, attempts=attempt, elapsed_ms=int(job.spent_s * 1000))
            if asked_s and isinstance(outcome, Response):
                self.gate.state(host_key(outcome.final_url)).paused(self._clock(), asked_s)
            await self._sleep(wait_s)
            job.spent_s += wait_s
        raise AssertionError  # attempts are counted without end

    def _learn(self, url: str, outcome: Response | ItemError, asked_s: float | None) -> None:
        """Tells the host's state how the last attempt ended."""
        if isinstance(outcome, ItemError):
            if outcome.reason in _NO_ANSWER:
                self.gate.state(host_key(url)).failed(self._clock(), self.config.host_failure_limit)
            return
        state = self.gate.state(host_key(outcome.final_url))
        if outcome.status == 429 or (outcome.status == 503 and asked_s):
            state.refused(self._clock(), asked_s or 0.0)
        else:
            state.answered()

    async def _follow(self, url: str, job: _Job) -> Response:
        """One attempt: the request and the redirects it leads through."""
        here = request_url(url, max_chars=self.config.max_url_chars)
        redirects: list[tuple[int, str]] = []
        cookies: dict[str, dict[str, str]] = {}
        while True:
            if job.robots and self.config.obey_robots:
                (await self._rules(here, job.now)).check(here, self.config.user_agent)
            jar = cookies.setdefault(host_key(here), {})
            more = {"Cookie": "; ".join(f"{name}={value}" for name, value in jar.items())} if jar else {}
            answer = await self._one(here, {**job.headers, **more}, job)
            target = answer.headers.get("location", "").strip()
            if answer.status not in _REDIRECTS:
                return Response(url, here, answer.status, answer.headers, answer.body, tuple(redirects))
            jar.update(cookies_of(answer.headers.get("set-cookie", "")))
            if not target:
                raise ItemError("bad_redirect", f"a redirect ({answer.status}) without a target")
            try:
                target = urljoin(here, target)
            except ValueError as error:
                raise ItemError("bad_redirect", f"a redirect to {target[:200]!r}") from error
            try:
                here = request_url(target, max_chars=self.config.max_url_chars)
            except ItemError as error:
                if error.reason == "scheme_refused":
                    raise
                raise ItemError("bad_redirect", f"a redirect to {target[:200]!r}: {error}") from error
            redirects.append((answer.status, here))
            if len(redirects) > self.config.max_redirects:
                raise ItemError("too_many_redirects", f"more than {self.config.max_redirects} redirects")

    async def _one(self, url: str, headers: Mapping[str, str], job: _Job) -> Response:
        """One request and its answer; the body of a redirect or an error is not read."""
        async with self.gate.slot(host_key(url)) as sent:
            started_s = self._clock()
            left_s = self.config.deadline_s - job.spent_s
            try:
                async with asyncio.timeout(max(0.001, min(self.config.request_timeout_s, left_s))):
                    return await self._exchange(url, headers, job, sent)
            except TimeoutError as error:
                raise ItemError("timeout", "the answer was not complete in time", transient=True) from error
            finally:
                job.spent_s += self._clock() - started_s

    async def _exchange(self, url: str, headers: Mapping[str, str], job: _Job, sent: Callable[[], None]) -> Response:
        async def trace(event: str, info: Mapping[str, object]) -> None:
            if event.endswith("send_request_headers.complete"):
                sent()

        config = self.config
        request_headers: list[tuple[bytes | str, bytes | str]] = [
            ("Host", split_http(url).netloc),
            ("User-Agent", config.user_agent),
            ("Accept-Encoding", "gzip, deflate, br, zstd"),
            *headers.items(),
        ]
        timeouts = {"connect": config.connect_timeout_s, "read": config.read_timeout_s, "write": 20.0, "pool": 60.0}
        with network_errors() as stage:
            async with self._pool.stream(
                "GET", url, headers=request_headers, extensions={"timeout": timeouts, "trace": trace}
            ) as answer:
                stage.in_body = True
                if sum(len(name) + len(value) for name, value in answer.headers) > config.max_header_bytes:
                    raise ItemError("headers_too_large", f"more than {config.max_header_bytes} bytes of headers")
                got = header_map(answer.headers)
                body = b""
                if answer.status < 300 and answer.status != 204:
                    length = got.get("content-length", "")
                    if length.isdigit() and len(length) < 19 and int(length) > job.max_bytes:
                        raise ItemError("body_too_large", f"the body has {length} bytes, more than {job.max_bytes}")
                    body = await self._body(answer, got.get("content-encoding", ""), job)
                return Response(url, url, answer.status, got, body)

    async def _body(self, answer: httpcore.Response, encoding: str, job: _Job) -> bytes:
        decoder = BodyDecoder(encoding, job.max_bytes)
        body = bytearray()  # not a list of pieces: freed, those would stay with the process as crumbs
        is_big = False
        window_start_s, window_bytes = self._clock(), 0
        async for chunk in answer.aiter_stream():
            window_bytes += len(chunk)
            now_s = self._clock()
            if now_s - window_start_s >= self.config.slow_window_s:
                if window_bytes < self.config.min_bytes_per_s * (now_s - window_start_s):
                    raise ItemError("too_slow", f"{window_bytes} bytes in {now_s - window_start_s:.0f} s")
                window_start_s, window_bytes = now_s, 0
            for piece in decoder.feed(chunk):
                body += piece
                if not is_big and decoder.decoded_bytes > _BIG_BODY_BYTES:
                    is_big = True
                    await job.place.enter_async_context(self._big_bodies)
                    window_start_s = self._clock()
        decoder.close()
        return bytes(body)

    async def _rules(self, url: str, now: datetime) -> RobotsRules:
        """The robots rules of the host of `url`, from memory or fetched once for all who ask at the same time."""
        parts = split_http(url)
        origin = f"{parts.scheme}://{parts.netloc}"
        task = self._robots.get(origin)
        if task is None or (task.done() and (task.cancelled() or task.result().expires_s <= self._clock())):
            if len(self._robots) >= _ROBOTS_KEPT:
                self._robots = {at: kept for at, kept in self._robots.items() if not kept.done()}
            task = self._robots[origin] = asyncio.create_task(self._fetch_rules(origin, now))
        return await asyncio.shield(task)

    async def _fetch_rules(self, origin: str, now: datetime) -> RobotsRules:
        outcome: tuple[int, bytes] | ItemError
        try:
            answer = await self.get(f"{origin}/robots.txt", now=now, max_bytes=ROBOTS_MAX_BYTES)
            outcome = (answer.status, answer.body)
        except ItemError as error:
            outcome = error
        rules = rules_from_answer(outcome, self.config.user_agent, self._clock(), self.config.robots_ttl_s)
        if rules.crawl_delay_s is not None:
            self.gate.set_crawl_delay(host_key(origin), rules.crawl_delay_s)
        return rules
