"""Waiting for what another process does."""

import time
from collections.abc import Callable


def wait(condition: Callable[[], object], what: str, seconds: float) -> None:
    """Return when `condition()` holds; AssertionError after so many seconds."""
    give_up_s = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < give_up_s, f"{what} did not come in {seconds:.0f} s"
        time.sleep(0.3)
