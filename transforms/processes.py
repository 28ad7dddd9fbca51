"""Pools of worker processes: where extraction and tagging use every core, and where a hostile page can do no harm.

Python's global lock keeps threads on one core, and a page that hangs or eats memory can only be stopped from outside its
process. Pebble gives what the standard pool lacks: a time limit for each task that kills its process and replaces it.
A pool lives as long as its process and is shared by everything in it that asks for the same one.
"""

import atexit
import functools
import multiprocessing
import os
import signal
import sys
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

from pebble import ProcessPool


def available_cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@dataclass(frozen=True)
class PoolConfig:
    """A pool: `processes` of them, each running `prepare()` (a module-level function) once before its first task.

    A task that takes longer than `timeout_s` seconds is ended with its process. `memory_bytes` caps the address space of each
    process (0: no cap). A process is replaced after `tasks_per_process` tasks (0: never), which bounds what libraries leak.
    """

    prepare: Callable[[], None]
    processes: int
    timeout_s: float
    memory_bytes: int = 0
    tasks_per_process: int = 0
    quiet: bool = False  # C libraries that run out of memory write a line for every node: nobody should read that

    def __post_init__(self) -> None:
        if self.processes < 1 or self.timeout_s <= 0:
            raise ValueError(f"a pool needs at least 1 process and a positive time limit, not {self}")


def connect_pool(config: PoolConfig, task: Callable[[Any], Any]) -> Callable[[Any], "Future[Any]"]:
    """A function that runs `task(element)` (module-level, or a partial of one) in the pool and answers with a Future.

    The Future raises what the task raised, `TimeoutError` past the time limit, or `pebble.ProcessExpired` when the process died.
    """
    pool = _pool(config)

    def submit(element: Any) -> "Future[Any]":
        return pool.schedule(task, args=[element], timeout=config.timeout_s)

    return submit


# forkserver: a clean, single-threaded parent (Beam's threads must not be forked) that has loaded the models once, so that the
# worker processes share them, and one that was ended by its time limit is replaced at once
_METHOD = "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"


def preload(module: str) -> None:
    """Start the parent of all later pools now, in the background, and have it import `module` before its first child.

    Only the first call in a process has an effect, and only where the system can fork.
    """
    if _METHOD == "forkserver":
        from multiprocessing import forkserver

        multiprocessing.set_forkserver_preload([module])
        forkserver.ensure_running()


@functools.cache
def _pool(config: PoolConfig) -> ProcessPool:
    context = multiprocessing.get_context(_METHOD)
    pool = ProcessPool(
        max_workers=config.processes,
        max_tasks=config.tasks_per_process,
        initializer=_start,
        initargs=(config, os.getpid()),
        context=context,
    )
    for _ in range(config.processes):  # load models while the first pages are still on their way
        pool.schedule(os.getpid)
    atexit.register(_stop, pool)
    return pool


def _stop(pool: Any) -> None:
    pool.stop()
    pool.join(timeout=5)


def _start(config: PoolConfig, parent: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle; it stops the pool
    _end_with(parent)
    if config.quiet:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    if config.memory_bytes:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (config.memory_bytes, config.memory_bytes))
    from threadpoolctl import threadpool_limits

    threadpool_limits(limits=1)  # one BLAS thread a process: processes already fill the cores
    config.prepare()


def _end_with(parent: int) -> None:
    """End this process when `parent` has gone, even if it was killed: a watcher thread that wakes every few seconds."""
    import threading
    import time

    def watch() -> None:
        while True:
            time.sleep(2)
            try:
                os.kill(parent, 0)
            except OSError:
                sys.stderr.flush()
                os._exit(1)

    threading.Thread(target=watch, daemon=True, name="parent-watch").start()
