"""kill -9 at random moments of a real pass over a loopback web: `python -m tests.lake.kill_run [--times 40] [--seed N]`.

Each time a new lake: `dibwatch run` is killed at a random moment of its life, a clean pass follows, and the lake must equal, but for
run ids and times, that of one undisturbed pass, or of two when the kill came after the commit.
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
from pathlib import Path
from typing import Any

from pipeline.sample.site import feed_addresses, serve
from tests.cli import ROOT
from tests.lake.reading import stored, strays
from transforms.lake.lake import open_lake

_OF_THE_MOMENT = {
    "duration_s", "next_poll_at", "interval_s", "newest_entry_at", "entries_per_day", "polled_at", "seen_at", "fetched_at", "rejected_at",
    "started_at", "finished_at", "fetch_ms", "poll_ms", "published_raw",
}  # fmt: skip


class Web:
    """The sample site on a free port, and `dibwatch run` over it."""

    def __init__(self) -> None:
        self._server = serve(0)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self._feeds = feed_addresses(int(self._server.server_address[1]))

    def start(self, lake: Path) -> "subprocess.Popen[bytes]":
        """A pass, in a process group of its own."""
        command = [sys.executable, "-m", "pipeline", "run", "--feeds", *self._feeds, "--lake", str(lake), "--poll_all"]
        with _log(lake).open("wb") as log:
            return subprocess.Popen(
                [*command, "--allow_private_hosts", "--host_delay", "0"], env={**os.environ, "PYTHONPATH": str(ROOT)},
                stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip

    def finish(self, lake: Path) -> float:
        """A whole pass; returns its seconds."""
        started = time.monotonic()
        if code := self.start(lake).wait(300):
            raise AssertionError(f"a clean pass ended with exit code {code}: {_log(lake).read_text()[-500:]}")
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


def kill_once(web: Web, folder: Path, after_s: float, expected: list[dict[str, list[str]]]) -> str:
    """One kill and the pass after it; returns what was wrong, "" when nothing was."""
    lake = folder / "lake"
    victim = web.start(lake)
    time.sleep(after_s)
    victim.kill()
    victim.wait()
    web.finish(lake)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(victim.pid, signal.SIGKILL)  # workers that outlived their parent, if any
    passes = len(stored(open_lake(str(lake)))["runs"])
    wrong = [f"{name} ({_difference(rows, expected[passes - 1][name])})" for name, rows in content(lake).items()]
    wrong = [sentence for sentence in wrong if not sentence.endswith(" ()")]
    wrong += strays(open_lake(str(lake)), lake)
    shutil.rmtree(lake)
    return ", ".join(wrong)


def _difference(rows: list[str], expected: list[str]) -> str:
    """Where the first row that differs does so; "" when none does."""
    for row, other in itertools.zip_longest(rows, expected, fillvalue=""):
        if row != other:
            at = next((n for n, (a, b) in enumerate(zip(row, other, strict=False)) if a != b), min(len(row), len(other)))
            return f"{row[max(0, at - 60) : at + 40]!r} instead of {other[at : at + 40]!r}"
    return ""


def kill_often(times: int, seed: int) -> list[str]:
    """What was wrong after each of `times` kills that had consequences."""
    chance = random.Random(seed)
    web = Web()
    failures = []
    try:
        with tempfile.TemporaryDirectory() as folder:
            undisturbed = Path(folder) / "undisturbed"
            whole_s = web.finish(undisturbed)
            expected = [content(undisturbed)]
            web.finish(undisturbed)
            expected.append(content(undisturbed))
            for n in range(times):
                after_s = chance.uniform(0.2, 1.0) * whole_s
                wrong = kill_once(web, Path(folder), after_s, expected)
                print(f"{n + 1}/{times}: killed after {after_s:.1f} of {whole_s:.1f} s: {wrong or 'whole'}", flush=True)
                if wrong:
                    failures.append(f"after {after_s:.1f} s: {wrong}")
    finally:
        web.close()
    return failures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    sys.exit("\n".join(kill_often(args.times, args.seed)) or 0)


if __name__ == "__main__":
    main()
