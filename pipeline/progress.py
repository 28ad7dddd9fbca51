"""What a person sees while a pass runs: a live line on a terminal, a line every few seconds elsewhere."""

import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType

Tally = Mapping[tuple[str, str], int]

_LINE_EVERY_S = 5.0
_LIVE_EVERY_S = 0.2


Parts = Sequence[tuple[str, str]]  # (stage, what its output is called), as it is read aloud
OF_TAGGING = ("tag", "articles tagged")
OF_FETCHING = (("fetch", "pages fetched"), OF_TAGGING)
OF_A_PASS = (("poll", "feeds polled"), ("select", "new entries"), *OF_FETCHING)


def progress_line(tally: Tally, parts: Parts = OF_A_PASS) -> str:
    """`tally` ((stage, counter) -> value) as one line: what came out of each stage of `parts`, and all rejects."""
    rejects = sum(n for (_, name), n in tally.items() if name.startswith("rejected_"))
    return " · ".join([*(f"{tally.get((stage, 'out'), 0):,} {what}" for stage, what in parts), f"{rejects:,} rejects"])


class Progress:
    """Shows `progress_line(read(), parts)` on standard error while the `with` block runs; counts start at zero there."""

    def __init__(self, read: Callable[[], Tally], parts: Parts = OF_A_PASS, *, json_lines: bool = False) -> None:
        self._parts = parts
        self._read, self._stop, self._base = read, threading.Event(), dict(read())
        self._live = sys.stderr.isatty() and not json_lines
        self._json = json_lines
        self._thread = threading.Thread(target=self._show, daemon=True, name="progress")

    def __enter__(self) -> "Progress":
        self._started_s = time.monotonic()
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._stop.set()
        self._thread.join()

    def _line(self) -> str:
        now = self._read()
        line = progress_line({key: value - self._base.get(key, 0) for key, value in now.items()}, self._parts)
        return f"{time.monotonic() - self._started_s:4.0f} s  {line}"

    def _show(self) -> None:
        if not self._live:
            import logging

            while not self._stop.wait(_LINE_EVERY_S):
                logging.getLogger("dibwatch").info("%s", self._line())
            return
        from rich.console import Console

        with Console(stderr=True).status("starting") as status:
            while not self._stop.wait(_LIVE_EVERY_S):
                status.update(self._line())
