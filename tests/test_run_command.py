"""`dibwatch run --every`: what goes on from pass to pass."""

from collections.abc import Callable, Iterator

import pytest

from pipeline.commands.run import repeat
from schemas.errors import DibwatchError, LakeError, UsageError


def passes(outcomes: Iterator[DibwatchError | None]) -> Callable[[], None]:
    def one_pass() -> None:
        if error := next(outcomes, None):
            raise error

    return one_pass


def stop_after(pauses: list[float], count: int) -> Callable[[float], None]:
    def sleep(pause_s: float) -> None:
        pauses.append(pause_s)
        if len(pauses) == count:
            raise KeyboardInterrupt

    return sleep


def test_a_watch_outlives_its_passes() -> None:
    outcomes = iter([LakeError("the disk is full"), UsageError("the list https://example.org/a.opml could not be had"), None])
    pauses: list[float] = []
    assert repeat(passes(outcomes), 600.0, stop_after(pauses, 4)) == 0
    assert next(outcomes, "used") == "used"
    assert len(pauses) == 4
    assert all(590 < pause_s <= 600 for pause_s in pauses)


def test_bad_usage_ends_a_watch_at_once() -> None:
    pauses: list[float] = []
    with pytest.raises(UsageError, match="no such list"):
        repeat(passes(iter([UsageError("no such list")])), 600.0, stop_after(pauses, 1))
    assert pauses == []
