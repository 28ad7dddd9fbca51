"""A client for tests: no waits between attempts, no jitter, and one request asked and answered in a line."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

from transforms.web.client import Response, WebClient
from transforms.web.config import WebConfig

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
OPEN = WebConfig(allow_private_hosts=True, host_delay_s=0.0)


class SkippingClock:
    """A clock that a wait moves on at once."""

    def __init__(self) -> None:
        self._skipped_s = 0.0

    def __call__(self) -> float:
        return time.monotonic() + self._skipped_s

    async def sleep(self, seconds: float) -> None:
        """Takes no time, and looks as if it had."""
        self._skipped_s += seconds
        await asyncio.sleep(0)


@contextlib.asynccontextmanager
async def client_for(config: WebConfig = OPEN, **replacements: Any) -> AsyncIterator[WebClient]:
    """A client whose waits take no time, closed at the end."""
    clock = SkippingClock()
    client = WebClient(config, **{"clock": clock, "sleep": clock.sleep, "rand": lambda: 1.0, **replacements})
    try:
        yield client
    finally:
        await client.aclose()


def ask(url: str, config: WebConfig = OPEN, *, max_bytes: int = 1_000_000, robots: bool = False, **replacements: Any) -> Response:
    """The answer to one GET by a fresh client."""

    async def one() -> Response:
        async with client_for(config, **replacements) as client:
            return await client.get(url, now=NOW, max_bytes=max_bytes, robots=robots)

    return asyncio.run(one())
