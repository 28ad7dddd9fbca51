"""Pools: a task that hangs, dies or eats memory ends as an error of its own, and the pool goes on."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

import pytest
from pebble import ProcessExpired

from transforms.processes import PoolConfig, connect_pool

ROOT = Path(__file__).parents[1]


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


def test_a_worker_whose_parent_was_stopped_says_nothing() -> None:
    script = """if True:
        import os
        from multiprocessing import forkserver
        from transforms.processes import preload

        preload("transforms.preload")
        answers, orders = forkserver.connect_to_new_process([])
        os.close(orders)  # as when the parent is killed before it has sent the task
        assert forkserver.read_signed(answers) > 0
        print(forkserver.read_signed(answers))
    """
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=120, cwd=ROOT)
    assert (done.stdout, done.stderr) == ("1\n", "")


def _output(script: str) -> tuple[str, str]:
    """What a script with this module's names prints, and what it says on standard error."""
    head = "import os, resource, signal, sys\nfrom multiprocessing import forkserver\nfrom tests.test_processes import *\n"
    done = subprocess.run([sys.executable, "-c", head + script], capture_output=True, text=True, timeout=120, cwd=ROOT)
    return done.stdout, done.stderr


def test_a_pool_whose_parent_was_killed_while_it_started_starts_again() -> None:
    script = """if True:
        forkserver.ensure_running()
        parent = forkserver._forkserver._forkserver_pid
        os.kill(parent, signal.SIGSTOP)
        submit = connect_pool(POOL, double)
        while "read_signed" not in {frame.f_code.co_name for frame in sys._current_frames().values()}:
            pass  # until it waits for the parent to start its first worker
        os.kill(parent, signal.SIGKILL)
        print(submit(4).result())
    """
    assert _output(script) == ("8\n", "")


def test_a_pool_that_cannot_start_says_so_and_starts_when_it_can() -> None:
    script = """if True:
        connect_pool(POOL, double)(1).result()
        limits = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (4, limits[1]))
        submit = connect_pool(PoolConfig(prepare, processes=1, timeout_s=3.0), double)
        print(submit(2).exception())
        resource.setrlimit(resource.RLIMIT_NOFILE, limits)
        print(submit(3).result())
    """
    assert _output(script) == ("no worker process can be started: [Errno 24] Too many open files\n6\n", "")


def test_a_full_disk_under_the_workers_is_a_sentence() -> None:
    script = """if True:
        from transforms.processes import preload
        limits = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, limits[1]))  # as a disk with so much left: the language model is unpacked
        preload("transforms.preload")
        print(type(connect_pool(POOL, double)(1).exception()).__name__)
    """
    out, err = _output(script)
    assert out == "WorkersError\n"
    assert set(err.splitlines()) == {"dibwatch: the workers cannot load what they need: [Errno 27] File too large"}


def test_the_command_line_imports_nothing_heavy() -> None:
    script = "import sys, pipeline.cli; print(*sorted({name.partition('.')[0] for name in sys.modules}))"
    loaded = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=120, cwd=ROOT, check=True
    ).stdout
    heavy = {"apache_beam", "duckdb", "httpcore", "lxml", "numpy", "pebble", "pyarrow", "spacy", "trafilatura", "rich"}
    assert not heavy & set(loaded.split())
