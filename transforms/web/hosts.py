"""Politeness: how many requests a host sees at once, how far apart they start, and when it is left alone.

`HostState` decides (numbers in, numbers out); `HostGate` makes coroutines wait for what it decided. One gate serves all
requests of a process, polls and pages alike, so that two feeds and forty pages of one site are one queue.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass

from schemas.errors import ItemError
from transforms.web.config import WebConfig

_REFUSALS_BEFORE_CLOSING = 4
_CLOSED_S = 1800.0  # how long a host that does not answer is left alone; longer than a pass, shorter than a process


@dataclass
class HostState:
    """What is known of one host. Times are seconds of the gate's monotonic clock."""

    delay_s: float
    next_start_s: float = 0.0
    closed_until_s: float = 0.0
    waiting: int = 0
    silent_failures: int = 0
    refusals: int = 0
    why_closed: str = ""

    def expected_wait_s(self, now_s: float) -> float:
        """How long one more request would wait for its turn, by pauses and by those already in the queue."""
        return max(0.0, self.next_start_s - now_s) + self.waiting * self.delay_s

    def started(self, now_s: float) -> None:
        """A request has just been sent."""
        self.next_start_s = max(self.next_start_s, now_s + self.delay_s)

    def paused(self, now_s: float, pause_s: float) -> None:
        """The host asked for a pause (Retry-After) that is short enough to wait for."""
        self.next_start_s = max(self.next_start_s, now_s + pause_s)

    def refused(self, now_s: float, pause_s: float) -> None:
        """The host sent a request away for good (429, or a pause that nobody can wait for); some in a row close it."""
        self.refusals += 1
        if self.refusals >= _REFUSALS_BEFORE_CLOSING:
            self._close(now_s, min(max(pause_s, _CLOSED_S / 6), _CLOSED_S), f"it sent {self.refusals} requests in a row away")

    def answered(self) -> None:
        """The host answered something other than a request to go away."""
        self.silent_failures = self.refusals = 0

    def failed(self, now_s: float, limit: int) -> None:
        """No answer at all, after all attempts; `limit` of these in a row close the host."""
        self.silent_failures += 1
        if self.silent_failures >= limit:
            self._close(now_s, _CLOSED_S, f"it did not answer {self.silent_failures} times in a row")

    def _close(self, now_s: float, for_s: float, why: str) -> None:
        self.closed_until_s, self.why_closed = now_s + for_s, why
        self.silent_failures = self.refusals = 0


class _Host:
    def __init__(self, state: HostState, slots: int) -> None:
        self.state = state
        self.slots = asyncio.Semaphore(slots)
        self.turn = asyncio.Lock()


class HostGate:
    """Lets requests through to hosts, at most `requests_per_host` at once and `host_delay_s` apart."""

    def __init__(
        self, config: WebConfig, clock: Callable[[], float], sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    ) -> None:
        self._config, self._clock, self._sleep = config, clock, sleep
        self._hosts: dict[str, _Host] = {}
        self._all = asyncio.Semaphore(config.max_requests)

    def _host(self, host: str) -> _Host:
        found = self._hosts.get(host)
        if found is None:
            state = HostState(delay_s=self._config.host_delay_s)
            found = self._hosts[host] = _Host(state, self._config.requests_per_host)
        return found

    def state(self, host: str) -> HostState:
        """What is known of `host`; live, to be changed by its own methods only."""
        return self._host(host).state

    def set_crawl_delay(self, host: str, delay_s: float) -> None:
        """Slows `host` down to its own wish, within `max_crawl_delay_s`; never below `host_delay_s`."""
        state = self.state(host)
        state.delay_s = max(self._config.host_delay_s, min(delay_s, self._config.max_crawl_delay_s))

    def _check(self, host: str, state: HostState) -> None:
        now_s = self._clock()
        if now_s < state.closed_until_s:
            raise ItemError("host_backoff", f"{host} is left alone: {state.why_closed}", transient=True)
        wait_s = state.expected_wait_s(now_s)
        if wait_s > self._config.max_host_wait_s:
            raise ItemError("host_backoff", f"the queue for {host} would take {wait_s:.0f} s", transient=True)

    @contextlib.asynccontextmanager
    async def slot(self, host: str) -> AsyncIterator[Callable[[], None]]:
        """A turn on `host`. Yields a function to call when the request has been sent: the delay counts from there.

        Raises `ItemError` `host_backoff` when the host is closed or its queue too long.
        """
        entry = self._host(host)
        state = entry.state
        self._check(host, state)
        state.waiting += 1
        try:
            await entry.slots.acquire()
            try:
                await entry.turn.acquire()
            except BaseException:
                entry.slots.release()
                raise
        finally:
            state.waiting -= 1
        holds_turn = True

        def sent() -> None:
            nonlocal holds_turn
            if holds_turn:
                holds_turn = False
                state.started(self._clock())
                entry.turn.release()

        try:
            if self._clock() < state.closed_until_s:
                self._check(host, state)
            while (wait_s := state.next_start_s - self._clock()) > 0:
                await self._sleep(wait_s)
            async with self._all:
                if state.delay_s == 0:
                    sent()  # nothing to keep apart: connections may be made side by side
                yield sent
        finally:
            if holds_turn:
                sent()
            entry.slots.release()
