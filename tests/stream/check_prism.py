"""Streams on Prism, Beam's local streaming runner, over a loopback web: `make stream-test`.

PRISM names the runner's binary.
"""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli import ROOT, dibwatch
from tests.stream.clock import HOUR_S, FastClock, an_hour
from tests.stream.lakes import check_same, column, figures
from tests.stream.site import news
from tests.stream.waiting import wait

PRISM = os.environ["PRISM"]
_PACE = 20.0  # an hour in three minutes
_NEWS_S = 2700.0  # of the hour: after it every feed is asked once more


def _stream(lake: Path, feeds: list[str], *more: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "tests.stream.launch", "--lake", str(lake), "--feeds", *feeds, *more]
    return subprocess.Popen(
        [*command, "--runner", "PrismRunner", "--prism_location", PRISM],
        cwd=ROOT, start_new_session=True, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def _rest_of(clock: FastClock) -> list[str]:
    return ["--clock", *clock.arguments, "--run_for", str(HOUR_S - clock.passed_s)]


def _ended(stream: "subprocess.Popen[str]", seconds: float) -> str:
    out, err = stream.communicate(timeout=seconds)
    assert stream.returncode == 0, err
    return out


def test_an_hour_brings_what_a_pass_brings(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lake, clock = tmp_path / "lake", an_hour(_PACE)
    with news(_NEWS_S, clock) as (outlets, site, feeds):
        stream = _stream(lake, feeds, *_rest_of(clock), "--metrics_file", str(tmp_path / "stream.prom"))
        assert "commits" in _ended(stream, 500)
        asked = len([path for path in site.paths() if path != "/robots.txt"])
        check_same(lake, tmp_path / "other", feeds)
    assert len(column(lake, "articles", "article_id")) == outlets.total()
    windows = column(lake, "runs", "CASE WHEN len(string_split(run_id, '-')) = 4 THEN started_at END")
    times = [at for at in windows if at is not None]
    assert (max(times) - min(times)).total_seconds() > 0.7 * HOUR_S  # type: ignore[operator,type-var]
    of_stream = [row for row in column(lake, "runs", "CASE WHEN len(string_split(run_id, '-')) = 3 THEN counts END") if row]
    sums = {stage["stage"]: stage for stage in of_stream[0]}  # type: ignore[attr-defined]
    assert sums["fetch"]["out"] == sums["lake"]["out"] == outlets.total()
    assert sums["poll"]["out"] + sums["fetch"]["in"] == asked
    assert f'dibwatch_total{{stage="lake",counter="out"}} {outlets.total()}' in (tmp_path / "stream.prom").read_text()
    with capsys.disabled():
        print(f"\nan hour on Prism at {_PACE:.0f} times the pace: {figures(lake, pace=_PACE)}")


def test_nothing_is_lost_or_doubled_by_kills_and_stops(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lake, clock = tmp_path / "lake", an_hour(_PACE)
    with news(_NEWS_S, clock) as (_, _, feeds):
        for stop in (signal.SIGKILL, signal.SIGKILL, signal.SIGTERM):
            before = len(column(lake, "articles", "1"))
            stream = _stream(lake, feeds, *_rest_of(clock))
            wait(lambda before=before: len(column(lake, "articles", "1")) > before, "a commit", 120)  # type: ignore[misc]
            if stop == signal.SIGKILL:
                os.killpg(stream.pid, stop)
                stream.communicate(timeout=60)
            else:
                stream.send_signal(stop)
                assert "stopped" in _ended(stream, 60)
        _ended(_stream(lake, feeds, *_rest_of(clock)), 500)
        check_same(lake, tmp_path / "other", feeds)
    with capsys.disabled():
        print(f"\nthe hour with two kill -9 and a SIGTERM: {figures(lake, pace=_PACE)}")


def test_a_new_feed_is_picked_up(tmp_path: Path) -> None:
    with news(lasts_s=5) as (_, _, feeds):
        listed = tmp_path / "feeds.txt"
        listed.write_text(feeds[1])
        stream = _stream(tmp_path / "lake", [str(listed)], "--run_for", "30")
        wait(lambda: bool(column(tmp_path / "lake", "articles", "1")), "the first commit", 90)
        listed.write_text("\n".join(feeds[1:3]))
        _ended(stream, 120)
        check_same(tmp_path / "lake", tmp_path / "other", feeds[1:3])


def test_passes_and_a_stream_feed_one_lake(tmp_path: Path) -> None:
    lake = tmp_path / "lake"
    with news(lasts_s=20) as (_, _, feeds):
        stream = _stream(lake, feeds, "--run_for", "35")
        wait(lambda: bool(column(lake, "articles", "1")), "the first commit", 90)
        arguments = ("--allow_private_hosts", "--host_delay", "0", "--processes", "1", "--poll_all", "--lake", str(lake))
        assert dibwatch("run", "--feeds", *feeds, *arguments).code == 0
        _ended(stream, 120)
        check_same(lake, tmp_path / "other", feeds)
