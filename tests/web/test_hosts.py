"""Turns on hosts with a clock that the test holds."""

import asyncio
import heapq
import itertools
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.errors import ItemError
from transforms.web.config import WebConfig
from transforms.web.hosts import HostGate, HostState


class FakeTime:
    """A clock that moves on to the next sleeper when nobody else has anything to do."""

    def __init__(self) -> None:
        self.now_s = 0.0
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._order = itertools.count()

    def clock(self) -> float:
        return self.now_s

    async def sleep(self, seconds: float) -> None:
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self.now_s + seconds, next(self._order), future))
        await future

    def run(self, main: Coroutine[Any, Any, Any]) -> Any:
        async def drive() -> Any:
            task = asyncio.create_task(main)
            while not task.done():
                for _ in range(50):
                    await asyncio.sleep(0)
                if self._sleepers and not task.done():
                    at_s, _, future = heapq.heappop(self._sleepers)
                    self.now_s = max(self.now_s, at_s)
                    if not future.done():
                        future.set_result(None)
            return await task

        return asyncio.run(drive())


def _visits(config: WebConfig, visits: list[tuple[str, float, float]]) -> list[tuple[str, float, float]]:
    """(host, sent at, finished at) of visits given as (host, seconds until sent, seconds after that)."""
    time = FakeTime()
    log: list[tuple[str, float, float]] = []

    async def visit(gate: HostGate, host: str, connect_s: float, answer_s: float) -> None:
        async with gate.slot(host) as sent:
            await time.sleep(connect_s)
            sent()
            at_s = time.now_s
            await time.sleep(answer_s)
            log.append((host, at_s, time.now_s))

    async def all_of_them() -> None:
        gate = HostGate(config, time.clock, time.sleep)
        await asyncio.gather(*(visit(gate, *visit_args) for visit_args in visits))

    time.run(all_of_them())
    return log


@settings(max_examples=40)
@given(
    st.lists(st.tuples(st.sampled_from("abc"), st.floats(0, 2), st.floats(0, 5)), max_size=25),
    st.integers(1, 3),
    st.sampled_from([0.0, 0.5, 1.0]),
)
def test_never_more_than_n_at_once_nor_closer_than_the_delay(
    visits: list[tuple[str, float, float]], n: int, delay_s: float
) -> None:
    log = _visits(WebConfig(requests_per_host=n, host_delay_s=delay_s, max_host_wait_s=1e6), visits)
    assert len(log) == len(visits)
    for host in "abc":
        mine = [(at_s, end_s) for name, at_s, end_s in log if name == host]
        starts = sorted(at_s for at_s, _ in mine)
        assert all(later - earlier >= delay_s - 1e-9 for earlier, later in itertools.pairwise(starts))
        assert all(sum(a <= at_s < e for a, e in mine) <= n for at_s, _ in mine)


def test_hosts_do_not_wait_for_each_other() -> None:
    log = _visits(WebConfig(requests_per_host=1, host_delay_s=10.0), [(host, 0.0, 1.0) for host in "abcd"])
    assert {at_s for _, at_s, _ in log} == {0.0}


def test_the_limit_over_all_hosts_holds() -> None:
    log = _visits(WebConfig(max_requests=2, host_delay_s=0.0), [(host, 0.0, 1.0) for host in "abcdef"])
    assert sorted(at_s for _, at_s, _ in log) == [0, 0, 1, 1, 2, 2]


def test_a_crawl_delay_slows_a_host_within_the_cap() -> None:
    gate = HostGate(WebConfig(host_delay_s=1.0, max_crawl_delay_s=30.0), lambda: 0.0)
    for wish_s, got_s in ((5.0, 5.0), (0.1, 1.0), (3600.0, 30.0)):
        gate.set_crawl_delay("a", wish_s)
        assert gate.state("a").delay_s == got_s


def _raises_backoff(enter: Callable[[], Coroutine[Any, Any, Any]]) -> ItemError:
    with pytest.raises(ItemError) as caught:
        asyncio.run(enter())
    assert caught.value.reason == "host_backoff"
    assert caught.value.transient
    return caught.value


def test_who_would_queue_too_long_is_turned_away_at_once() -> None:
    gate = HostGate(WebConfig(host_delay_s=1.0, max_host_wait_s=60.0), lambda: 0.0)
    gate.state("a").waiting = 61

    async def enter() -> None:
        async with gate.slot("a"):
            pass

    assert "61 s" in str(_raises_backoff(enter))


def test_a_pause_is_waited_for_and_a_closed_host_left_alone() -> None:
    state = HostState(delay_s=1.0)
    state.paused(now_s=100.0, pause_s=20.0)
    assert state.expected_wait_s(100.0) == 20.0
    for _ in range(3):
        state.refused(now_s=100.0, pause_s=0.0)
    assert state.closed_until_s == 0.0
    state.answered()
    for _ in range(4):
        state.refused(now_s=100.0, pause_s=7200.0)
    assert state.closed_until_s == 100.0 + 1800.0


def test_a_host_that_never_answers_is_left_alone_and_one_answer_counts_afresh() -> None:
    gate = HostGate(WebConfig(host_delay_s=0.0, host_failure_limit=3), lambda: 0.0)
    state = gate.state("a")
    state.failed(0.0, 3)
    state.failed(0.0, 3)
    state.answered()
    state.failed(0.0, 3)
    state.failed(0.0, 3)
    assert state.closed_until_s == 0.0
    state.failed(0.0, 3)

    async def enter() -> None:
        async with gate.slot("a"):
            pass

    assert "did not answer 3 times" in str(_raises_backoff(enter))


def test_a_failure_inside_a_turn_frees_it() -> None:
    time = FakeTime()

    async def fail_then_pass() -> float:
        gate = HostGate(WebConfig(requests_per_host=1, host_delay_s=2.0), time.clock, time.sleep)
        with pytest.raises(ZeroDivisionError):
            async with gate.slot("a"):
                raise ZeroDivisionError
        async with gate.slot("a"):
            return time.now_s

    assert time.run(fail_then_pass()) == 2.0
