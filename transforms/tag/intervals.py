"""Stretches of a text, to ask whether another one touches any of them."""

from bisect import bisect_right
from collections.abc import Iterable


class Intervals:
    """Spans (start, end), end exclusive; they may overlap. Built in n log n, asked in log n."""

    def __init__(self, spans: Iterable[tuple[int, int]] = ()) -> None:
        self._starts: list[int] = []
        self._ends: list[int] = []
        for start, end in sorted(spans):
            if self._ends and start < self._ends[-1]:
                self._ends[-1] = max(self._ends[-1], end)
            else:
                self._starts.append(start)
                self._ends.append(end)

    def touch(self, start: int, end: int) -> bool:
        """Whether `start`..`end` shares a character with one of the spans."""
        i = bisect_right(self._ends, start)
        return i < len(self._starts) and self._starts[i] < end
