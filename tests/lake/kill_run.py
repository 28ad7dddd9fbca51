"""kill -9 at random moments of real commands: `python -m tests.lake.kill_run [run|compact|reprocess] [--times 40] [--seed N]`.

Each time a fresh lake: `dibwatch run` over a loopback web, or `compact` or `reprocess` of what three passes over it left, is killed;
every other time somewhere in its life, every other time about when it commits. The clean command follows, and the lake must equal,
but for run ids and times, that of one undisturbed command, or of two when the kill came after the commit.
"""

import argparse
import contextlib
import itertools
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pipeline.analytics.query import query
from pipeline.sample.site import feed_addresses, serve
from tests.cli import ROOT
from tests.lake.reading import glob_ids, stored, strays
from transforms.lake.lake import open_lake

COMMANDS = ("run", "compact", "reprocess")
_OF_THE_MOMENT = {
    "duration_s", "next_poll_at", "interval_s", "newest_entry_at", "entries_per_day", "polled_at", "seen_at", "fetched_at", "rejected_at",
    "started_at", "finished_at", "fetch_ms", "poll_ms", "published_raw",
}  # fmt: skip
_COUNTED = "SELECT (SELECT count(*) FROM mentions) = (SELECT coalesce(sum(len(mentions)), 0) FROM articles) AS agree"


class Web:
    """The sample site on a free port, and commands over it or over a lake."""

    def __init__(self) -> None:
        self._server = serve(0)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.feeds = feed_addresses(int(self._server.server_address[1]))

    def start(self, command: str, lake: Path, feeds: Sequence[str] = ()) -> "subprocess.Popen[bytes]":
        """A command, in a process group of its own."""
        polls = ["--feeds", *(feeds or self.feeds), "--poll_all", "--allow_private_hosts", "--host_delay", "0"]
        with _log(lake).open("wb") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "pipeline", command, "--lake", str(lake), *(polls if command == "run" else [])],
                env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip

    def finish(self, command: str, lake: Path, feeds: Sequence[str] = ()) -> float:
        """A whole command; returns its seconds."""
        started = time.monotonic()
        if code := self.start(command, lake, feeds).wait(300):
            raise AssertionError(f"a clean {command} ended with exit code {code}: {_log(lake).read_text()[-500:]}")
        return time.monotonic() - started

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def _log(lake: Path) -> Path:
    return lake.with_name(f"{lake.name}.log")


def content(lake: Path) -> dict[str, list[str]]:
    """The rows of every table without what belongs to the moment."""

    def timeless(value: Any) -> Any:
        if isinstance(value, dict):
            fetched = value.get("published_at_source") == "fetched"
            return {k: timeless(v) for k, v in value.items() if k not in _OF_THE_MOMENT and not (fetched and k == "published_at")}
        return [timeless(item) for item in value] if isinstance(value, list) else value

    tables = stored(open_lake(str(lake)))
    del tables["runs"]
    return {name: sorted(repr(timeless(row)) for row in rows) for name, rows in tables.items()}


def _commits(lake: Path) -> int:
    return len(stored(open_lake(str(lake)))["runs"]) if lake.exists() else 0


def _wait_for_commit(victim: "subprocess.Popen[bytes]", lake: Path) -> None:
    """Until the command has staged what it is about to commit, or is over."""
    while victim.poll() is None:
        if any(lake.glob("_staging/*/manifest.json")) or any(lake.glob("_staging/compact-*")):
            return
        time.sleep(0.002)


def kill_once(web: Web, command: str, start: Path, lake: Path, after_s: float, at_commit: bool, expected: list[Any]) -> str:
    """One kill, `after_s` after the start or the staging, and the command after it; returns what was wrong, "" when nothing was."""
    if start.exists():
        shutil.copytree(start, lake)
    before = _commits(lake)
    victim = web.start(command, lake)
    if at_commit:
        _wait_for_commit(victim, lake)
    time.sleep(after_s)
    victim.kill()
    victim.wait()
    web.finish(command, lake)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(victim.pid, signal.SIGKILL)  # workers that outlived their parent, if any
    wanted = expected[max(1, _commits(lake) - before) - 1]
    wrong = [f"{name} ({_difference(rows, wanted[name])})" for name, rows in content(lake).items()]
    wrong = [sentence for sentence in wrong if not sentence.endswith(" ()")]
    wrong += strays(open_lake(str(lake)), lake)
    ids = glob_ids(lake)
    if len(ids) != len(set(ids)) or not query(open_lake(str(lake)), _COUNTED).to_pylist()[0]["agree"]:
        wrong.append("an article or a mention twice or not at all")
    shutil.rmtree(lake)
    return ", ".join(wrong)


def _difference(rows: list[str], expected: list[str]) -> str:
    """Where the first row that differs does so; "" when none does."""
    for row, other in itertools.zip_longest(rows, expected, fillvalue=""):
        if row != other:
            at = next((n for n, (a, b) in enumerate(zip(row, other, strict=False)) if a != b), min(len(row), len(other)))
            return f"{row[max(0, at - 60) : at + 40]!r} instead of {other[at : at + 40]!r}"
    return ""


def kill_often(command: str, times: int, seed: int) -> list[str]:
    """What was wrong after each of `times` kills that had consequences."""
    chance = random.Random(seed)
    web = Web()
    failures = []
    try:
        with tempfile.TemporaryDirectory() as folder:
            start, undisturbed = Path(folder) / "start", Path(folder) / "undisturbed"
            if command != "run":
                for feeds in (web.feeds[:2], web.feeds[2:4], web.feeds):
                    web.finish("run", start, feeds)
                shutil.copytree(start, undisturbed)
            whole_s = web.finish(command, undisturbed)
            expected = [content(undisturbed)]
            web.finish(command, undisturbed)
            expected.append(content(undisturbed))
            for n in range(times):
                at_commit = bool(n % 2)
                after_s = chance.uniform(0, 0.5) if at_commit else chance.uniform(0.2, 1.0) * whole_s
                wrong = kill_once(web, command, start, Path(folder) / "lake", after_s, at_commit, expected)
                moment = f"{after_s:.2f} s after {'it staged' if at_commit else f'its start (of {whole_s:.1f} s)'}"
                print(f"{n + 1}/{times}: {command} killed {moment}: {wrong or 'whole'}", flush=True)
                if wrong:
                    failures.append(f"{moment}: {wrong}")
    finally:
        web.close()
    return failures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("command", nargs="?", choices=COMMANDS, default="run")
    parser.add_argument("--times", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    sys.exit("\n".join(kill_often(args.command, args.times, args.seed)) or 0)


if __name__ == "__main__":
    main()
