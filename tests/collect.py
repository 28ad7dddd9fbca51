"""What a pipeline in this process put out: `pcoll | beam.Map(collected.add)` with an in-process runner."""

import itertools
import weakref
from typing import Any

_next_key = itertools.count()
_open: "weakref.WeakValueDictionary[int, Collected]" = weakref.WeakValueDictionary()


def _find(key: int) -> "Collected":
    return _open[key]


class Collected:
    """A list that stays itself when a runner pickles it along with a DoFn. Only for runners in this process."""

    def __init__(self) -> None:
        self._key = next(_next_key)
        self.items: list[Any] = []
        _open[self._key] = self

    def add(self, item: Any) -> Any:
        """Keeps `item`, and returns it."""
        self.items.append(item)
        return item

    def __reduce__(self) -> tuple[Any, ...]:
        return _find, (self._key,)
