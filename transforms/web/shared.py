"""One client a process: its event loop runs in a thread, and every stage of the process hands it work.

Politeness is a promise of the process, not of a stage, so polling and fetching with equal configurations share one
client, its host queues, connections and robots rules.
"""

import asyncio
import os
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

from transforms.web.client import WebClient
from transforms.web.config import WebConfig

T = TypeVar("T")
R = TypeVar("R")

_LOOKUP_THREADS = 32  # name look-ups block a thread each

_lock = threading.Lock()
_shared: "dict[tuple[int, WebConfig], SharedClient]" = {}


class SharedClient:
    """A `WebClient` on an event loop in a daemon thread of its own."""

    def __init__(self, config: WebConfig) -> None:
        self._loop = asyncio.new_event_loop()
        self._loop.set_default_executor(ThreadPoolExecutor(_LOOKUP_THREADS, thread_name_prefix="dibwatch-web"))
        thread = threading.Thread(target=self._loop.run_forever, name="dibwatch-web", daemon=True)
        thread.start()
        self._client = asyncio.run_coroutine_threadsafe(self._make(config), self._loop).result()

    @staticmethod
    async def _make(config: WebConfig) -> WebClient:
        return WebClient(config)

    def submit(self, work: "Callable[[WebClient, T], Coroutine[Any, Any, R]]", element: T) -> "Future[R]":
        """Starts `work(client, element)` on the loop; its result, or what it raised, arrives in the future."""
        return asyncio.run_coroutine_threadsafe(work(self._client, element), self._loop)


def shared_client(config: WebConfig) -> SharedClient:
    """The client of this process for `config`, made on first use. A forked child makes its own."""
    key = (os.getpid(), config)
    with _lock:
        client = _shared.get(key)
        if client is None:
            client = _shared[key] = SharedClient(config)
        return client
