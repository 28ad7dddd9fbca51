"""Pools: a task that hangs, dies or eats memory ends as an error of its own, and the pool goes on."""

import os
import signal
from typing import NoReturn

import pytest
from pebble import ProcessExpired

from transforms.processes import PoolConfig, connect_pool


def prepare() -> None:
    pass


def double(value: int) -> int:
    return 2 * value


def hang(value: int) -> NoReturn:
    while True:
        pass


def die(value: int) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def eat(value: int) -> int:
    return len(bytearray(8 << 30))


def refuse(value: int) -> NoReturn:
    raise ValueError(f"no {value}")


POOL = PoolConfig(prepare, processes=1, timeout_s=2.0, memory_bytes=4 << 30)


@pytest.mark.parametrize(
    ("task", "error"), [(hang, TimeoutError), (die, ProcessExpired), (eat, MemoryError), (refuse, ValueError)]
)
def test_what_goes_wrong_is_that_tasks_alone(task: object, error: type[Exception]) -> None:
    bad = connect_pool(POOL, task)(1)  # type: ignore[arg-type]
    good = [connect_pool(POOL, double)(n) for n in range(3)]
    assert [future.result() for future in good] == [0, 2, 4]
    assert isinstance(bad.exception(), error)


def own_pid(value: int) -> int:
    return os.getpid()


def test_a_pool_whose_idle_worker_was_killed_is_replaced() -> None:
    submit = connect_pool(PoolConfig(prepare, processes=2, timeout_s=20.0), own_pid)
    for _ in range(3):
        os.kill(submit(0).result(), signal.SIGKILL)
        assert [type(future.result()) for future in [submit(n) for n in range(4)]] == [int] * 4


@pytest.mark.parametrize("values", [{"processes": 0}, {"timeout_s": 0}])
def test_a_pool_that_cannot_work_is_refused(values: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="needs at least 1 process"):
        PoolConfig(prepare, **{"processes": 1, "timeout_s": 1.0, **values})
