"""Pools of worker processes: where extraction and tagging use every core, and where a hostile page can do no harm.

Python's global lock keeps threads on one core, and a page that hangs or eats memory can only be stopped from outside its
process. Pebble gives what the standard pool lacks: a time limit for each task that kills its process and replaces it.
A pool lives as long as its process and is shared by everything in it that asks for the same one.
"""

import atexit
import contextlib
import functools
import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from typing import Any, cast

from schemas.errors import WorkersError


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

    The Future raises what the task raised, `TimeoutError` past the time limit, `pebble.ProcessExpired` when the process died, or
    `WorkersError` when no process can be started at all.
    """
    return functools.partial(_pool(config).submit, task)


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


_STARTS = 3  # attempts: the parent may be killed while it starts a worker, and is itself started again by the next one


@dataclass
class _Job:
    task: Callable[[Any], Any]
    element: Any
    outcome: "Future[Any]"
    pool: Any = None  # the pool that has it now
    tries: int = 3  # pools that may break under it


class _Pool:
    """A Pebble pool that is replaced when it breaks: it gives up for good when a worker dies while it has nothing to do."""

    def __init__(self, config: PoolConfig) -> None:
        self._config, self._lock = config, threading.RLock()
        self._open: dict[int, _Job] = {}
        self._pool: Any = None
        # Beside the caller, who has feeds to poll and pages to fetch while the models are still loading
        threading.Thread(target=self._start_early, daemon=True, name="pool-start").start()
        atexit.register(self._stop)

    def _start_early(self) -> None:
        with contextlib.suppress(WorkersError):  # the first task will try again, and say so
            self._started()

    def _started(self) -> Any:
        with self._lock:
            if self._pool is None:
                self._pool = _start_pool(self._config)
            return self._pool

    def submit(self, task: Callable[[Any], Any], element: Any) -> "Future[Any]":
        job = _Job(task, element, Future())
        job.outcome.set_running_or_notify_cancel()
        with self._lock:
            self._open[id(job)] = job
            self._launch(job)
        return job.outcome

    def _launch(self, job: _Job) -> None:
        with self._lock:
            try:
                inner = self._schedule(job)
            except WorkersError as error:
                del self._open[id(job)]
                job.outcome.set_exception(error)
                return
            job.pool = pool = self._pool
        inner.add_done_callback(lambda done: self._settle(job, pool, done))

    def _schedule(self, job: _Job) -> "Future[Any]":
        try:
            inner = self._started().schedule(job.task, args=[job.element], timeout=self._config.timeout_s)
        except RuntimeError:  # broken since the last job
            self._replace(self._pool)
            inner = self._started().schedule(job.task, args=[job.element], timeout=self._config.timeout_s)
        return cast("Future[Any]", inner)

    def _settle(self, job: _Job, pool: Any, done: "Future[Any]") -> None:
        error = done.exception()
        with self._lock:
            if job.pool is not pool or id(job) not in self._open:  # it has moved to another pool meanwhile
                return
            if isinstance(error, BrokenProcessPool) and job.tries > 0:
                job.tries -= 1
                self._replace(pool)
                if job.pool is pool:
                    self._launch(job)
                return
            del self._open[id(job)]
        if error is None:
            job.outcome.set_result(done.result())
        else:
            job.outcome.set_exception(error)

    def _replace(self, broken: Any) -> None:
        """Start a new pool in the place of `broken`, and give it what `broken` still had in its queue."""
        if self._pool is not broken:
            return
        self._pool = None  # until the first of its jobs, or the next one, starts another
        threading.Thread(target=_stop_pool, args=[broken], daemon=True).start()  # not here: this may be one of its own threads
        for job in [job for job in self._open.values() if job.pool is broken]:
            self._launch(job)

    def _stop(self) -> None:
        if self._pool is not None:
            _stop_pool(self._pool)


@functools.cache
def _pool(config: PoolConfig) -> _Pool:
    return _Pool(config)


def _stop_pool(pool: Any) -> None:
    pool.stop()
    with contextlib.suppress(TimeoutError):  # its workers end with this process in any case
        pool.join(timeout=5)


def _start_pool(config: PoolConfig) -> Any:
    from pebble import ProcessPool  # not at import: a command line imports this module for its defaults

    for _ in range(_STARTS):
        pool = ProcessPool(
            max_workers=config.processes,
            max_tasks=config.tasks_per_process,
            initializer=_start,
            initargs=(config, os.getpid()),
            context=multiprocessing.get_context(_METHOD),
        )
        try:
            for _ in range(config.processes):  # load models while the first pages are still on their way
                pool.schedule(os.getpid)
        except (RuntimeError, OSError) as error:
            problem: BaseException = error.__cause__ or error
            _stop_pool(pool)
        else:
            return pool
    raise WorkersError(f"no worker process can be started: {problem}") from problem


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

    def watch() -> None:
        while True:
            time.sleep(2)
            try:
                os.kill(parent, 0)
            except OSError:
                sys.stderr.flush()
                os._exit(1)

    threading.Thread(target=watch, daemon=True, name="parent-watch").start()
