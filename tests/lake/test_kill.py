"""kill -9 at any step of the work on a lake: the next pass brings it to the state of an undisturbed run."""

import multiprocessing
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.lake import victim
from tests.lake.kill_run import kill_often
from tests.lake.reading import everything, glob_ids, stored, strays
from transforms.lake.lake import Lake, open_lake

WORKS = ("pass", "reprocess", "compact")


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("start") / "lake"
    victim.before(folder)
    return folder


@pytest.fixture(scope="module")
def processes() -> Iterator[Any]:
    """Processes forked from a clean one that has the imports done: each costs milliseconds, and holds no thread or lock of ours."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.lake.victim", "pyarrow.dataset", "duckdb"])
    yield context


def undisturbed(start: Path, folder: Path, what: str) -> Lake:
    shutil.copytree(start, folder)
    victim.work(folder, what)
    return open_lake(str(folder))


@pytest.mark.parametrize("what", WORKS)
def test_killed_at_any_step(start: Path, tmp_path: Path, processes: Any, what: str) -> None:
    expected = stored(undisturbed(start, tmp_path / "undisturbed", what))
    untouched = stored(open_lake(str(start)))
    shutil.copytree(start, tmp_path / "counted")
    done = subprocess.run(
        [sys.executable, "-m", "tests.lake.victim", str(tmp_path / "counted"), what], capture_output=True, text=True, check=True
    )
    steps = int(done.stdout)
    assert steps > 40
    for step in range(0, steps, max(1, steps // 40)):
        folder = tmp_path / f"lake{step}"
        shutil.copytree(start, folder)
        child = processes.Process(target=victim.main, args=(str(folder), what, step))
        child.start()
        child.join(120)
        assert child.exitcode == -signal.SIGKILL, f"step {step} of {steps}"
        lake = open_lake(str(folder))
        after = stored(lake)
        assert after in (untouched, expected), f"step {step} of {steps}"
        assert {row["article_id"] for row in after["articles"]} <= set(glob_ids(folder))
        finish(lake, folder, what, is_done=after == expected)
        assert stored(lake) == expected, f"step {step} of {steps}"
        assert sorted(glob_ids(folder)) == sorted(row["article_id"] for row in expected["articles"])
        assert strays(lake, folder) == [], f"step {step} of {steps}"
        shutil.rmtree(folder)


def finish(lake: Lake, folder: Path, what: str, is_done: bool) -> None:
    """The next pass: it cleans up, and does the work that is not in the lake yet."""
    sequence = lake.snapshot().sequence
    with lake.begin_pass("next"):
        finished = is_done or lake.snapshot().sequence > sequence
    if not finished or what == "compact":  # which always changes the files, and never the rows
        victim.work(folder, what)


def test_killed_at_random_moments(start: Path, tmp_path: Path) -> None:
    expected = {what: everything(undisturbed(start, tmp_path / what, what)) for what in WORKS}
    untouched = everything(open_lake(str(start)))
    chance = random.Random(20260301)
    for n in range(12):
        what = WORKS[n % 3]
        folder = tmp_path / f"lake{n}"
        shutil.copytree(start, folder)
        child = subprocess.Popen([sys.executable, "-m", "tests.lake.victim", str(folder), what], stdout=subprocess.DEVNULL)
        watched = folder / "_lake" / ("compact.lock" if what == "compact" else "pass.lock")
        before = watched.stat().st_mtime_ns
        while watched.stat().st_mtime_ns == before and child.poll() is None:
            os.sched_yield()  # until it is at work
        time.sleep(chance.uniform(0, 0.25))
        child.kill()
        child.wait()
        lake = open_lake(str(folder))
        after = everything(lake)
        assert after in (untouched, expected[what])
        finish(lake, folder, what, is_done=after == expected[what])
        assert everything(lake) == expected[what]
        assert strays(lake, folder) == []


@pytest.mark.parametrize(("command", "times"), [("run", 2), ("compact", 3), ("reprocess", 2)])
def test_a_real_command_killed_at_random_moments(command: str, times: int) -> None:
    assert kill_often(command, times=times, seed=7) == []  # `python -m tests.lake.kill_run` does it 40 times
