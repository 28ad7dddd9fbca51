"""A process that works on a lake and is killed while it does: `python -m tests.lake.victim DIR WORK [STEP]`.

WORK is `pass`, `reprocess` or `compact`. With STEP the process kills itself at that step of its file operations, counted from 0,
each of which has a step before and one after it; it prints how many steps there were when it came to its end.
"""

import itertools
import os
import signal
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from tests.lake.examples import T0, article, page, poll, reject, stage, summary, write_pass
from transforms.lake.compact import compact
from transforms.lake.lake import commit_pass, open_lake
from transforms.lake.storage import Storage

DAY = timedelta(days=1)


def before(folder: Path) -> None:
    """A lake with three passes in it."""
    for n in range(3):
        at = T0 + timedelta(minutes=n)
        articles = [article(n), article(n + 10, published_at=T0 - DAY)]
        write_pass(folder, f"r{n}", articles, at, pages=[page(n)], polls=[poll(at)], rejects=[reject(n + 20)])


def work(folder: Path, what: str) -> None:
    """A pass with two revisions and news, a reprocessing that replaces rows, or a compaction."""
    if what == "pass":
        changed = [article(0, text="Kyiv and Poland.", published_at=T0 + DAY), article(11, text="Poland.", published_at=T0 - DAY)]
        write_pass(folder, "victim", [*changed, article(30), article(31)], T0 + DAY, pages=[page(30)], polls=[poll(T0 + DAY)])
    elif what == "reprocess":
        lake = open_lake(str(folder))
        with lake.begin_pass("victim"):
            stage(lake, "victim", articles=[article(n, title="Better") for n in (0, 1, 2)])
            commit_pass(lake, summary("victim", T0 + DAY), T0 + DAY, keep_revisions=False)
    else:
        compact(open_lake(str(folder)), lambda: T0 + DAY)


def die_at(step: int | None) -> Callable[[], int]:
    """Count the steps of all file operations, and kill the process at one of them; returns the counter."""
    count = itertools.count()
    last = -1

    def pass_a_step() -> None:
        nonlocal last
        last = next(count)
        if last == step:
            os.kill(os.getpid(), signal.SIGKILL)

    for name in ("write", "move", "delete", "delete_folder", "sync", "sync_folder", "make_folder"):
        original = getattr(Storage, name)

        def stepwise(self: Storage, *args: Any, original: Callable[..., Any] = original) -> None:
            pass_a_step()
            original(self, *args)
            pass_a_step()

        setattr(Storage, name, stepwise)
    return lambda: last + 1


def main(folder: str, what: str, step: int | None) -> None:
    """Do the work, and print how many steps it took."""
    steps = die_at(step)
    work(Path(folder), what)
    print(steps())


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]) if len(sys.argv) > 3 else None)
