"""Streams on Prism, Beam's local streaming runner, over a loopback web: `make stream-test`.

PRISM names the runner's binary.
"""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from tests.cli import ROOT
from tests.stream.lakes import check_same, column
from tests.stream.site import news

PRISM = os.environ["PRISM"]


def _stream(lake: Path, seconds: float, feeds: list[str]) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "tests.stream.launch", str(lake), str(seconds), *feeds, "--", "--runner", "PrismRunner"]
    return subprocess.Popen(
        [*command, "--prism_location", PRISM],
        cwd=ROOT,
        start_new_session=True,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def test_a_stream_brings_what_passes_bring(tmp_path: Path) -> None:
    with news(lasts_s=45) as (outlets, _, feeds):
        stream = _stream(tmp_path / "lake", 60, feeds)
        out, err = stream.communicate(timeout=180)
        assert stream.returncode == 0, err
        assert "commits" in out
        check_same(tmp_path / "lake", tmp_path / "other", feeds)
        assert len(column(tmp_path / "lake", "articles", "article_id")) == outlets.total()
        commits = [name for name in column(tmp_path / "lake", "runs", "run_id") if str(name).count("-") == 3]
        assert len(commits) >= 5, "the lake grows while the stream runs"
        totals = column(tmp_path / "lake", "runs", "counts")
        assert any(totals), "the counters reach the stream's row"


def test_a_new_feed_is_picked_up(tmp_path: Path) -> None:
    with news(lasts_s=5) as (_, _, feeds):
        listed = tmp_path / "feeds.txt"
        listed.write_text(feeds[1])
        stream = _stream(tmp_path / "lake", 30, [str(listed)])
        _wait(lambda: bool(column(tmp_path / "lake", "articles", "1")), "the first commit")
        listed.write_text("\n".join(feeds[1:3]))
        _, err = stream.communicate(timeout=120)
        assert stream.returncode == 0, err
        check_same(tmp_path / "lake", tmp_path / "other", feeds[1:3])


def test_nothing_is_lost_or_doubled_by_kills_and_stops(tmp_path: Path) -> None:
    lake = tmp_path / "lake"
    with news(lasts_s=40) as (_, _, feeds):
        for stop in (signal.SIGKILL, signal.SIGKILL, signal.SIGTERM):
            before = len(column(lake, "runs", "run_id"))
            stream = _stream(lake, 600, feeds)
            _wait(lambda before=before: len(column(lake, "runs", "run_id")) > before, "a commit")
            time.sleep(2)
            if stop == signal.SIGKILL:
                os.killpg(stream.pid, stop)
                stream.communicate(timeout=60)
            else:
                stream.send_signal(stop)
                out, err = stream.communicate(timeout=60)
                assert (stream.returncode, "stopped" in out) == (0, True), err
        last = _stream(lake, 40, feeds)
        _, err = last.communicate(timeout=180)
        assert last.returncode == 0, err
        check_same(lake, tmp_path / "other", feeds)


def test_passes_and_a_stream_feed_one_lake(tmp_path: Path) -> None:
    lake = tmp_path / "lake"
    with news(lasts_s=20) as (_, _, feeds):
        stream = _stream(lake, 35, feeds)
        _wait(lambda: bool(column(lake, "articles", "1")), "the first commit")
        arguments = ("--allow_private_hosts", "--host_delay", "0", "--processes", "1", "--poll_all", "--lake", str(lake))
        from tests.cli import dibwatch

        assert dibwatch("run", "--feeds", *feeds, *arguments).code == 0
        _, err = stream.communicate(timeout=120)
        assert stream.returncode == 0, err
        check_same(lake, tmp_path / "other", feeds)


def _wait(condition: "object", what: str) -> None:
    give_up_s = time.monotonic() + 90
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < give_up_s, f"{what} did not come"
        time.sleep(0.3)
