"""Ctrl-C and SIGTERM: stop, say so in one sentence, leave nothing of the pass behind."""

import logging
import signal
import threading
from types import FrameType

_stopped = threading.Event()


def stop_on_signals() -> None:
    """Make SIGINT and SIGTERM raise `KeyboardInterrupt` in the main thread and be remembered."""
    signal.signal(signal.SIGINT, _stop)
    signal.signal(signal.SIGTERM, _stop)


def was_stopped() -> bool:
    """Whether a signal came. A runner that was interrupted raises errors of its own, which then mean nothing else."""
    return _stopped.is_set()


def _stop(signum: int, frame: FrameType | None) -> None:
    _stopped.set()
    for name in ("apache_beam", "dibwatch.routing"):  # what they log of the interruption is no news
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    raise KeyboardInterrupt
