"""Streams on Prism, Beam's local streaming runner, over a loopback web: `make stream-test`.

PRISM names the runner's binary.
"""

import math
import os
import signal
import statistics
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.cli import dibwatch
from tests.stream.clock import HOUR_S, FastClock, fast_clock
from tests.stream.lakes import check_same, column, figures
from tests.stream.site import HOSTS, news
from tests.stream.streams import Stream
from tests.stream.waiting import wait

PRISM = os.environ["PRISM"]
pytestmark = pytest.mark.timeout(2400)
_PACE = 30.0  # an hour in two minutes
_VERY_SLOW_S = 12.0
_LAST_S = 900.0  # of the hour nothing new comes, and every feed is asked once more


def _stream(lake: Path, feeds: list[str], *more: str) -> Stream:
    flags = ("--runner", "PrismRunner", "--prism_location", PRISM)
    return Stream(lake.with_suffix(".log"), "--lake", str(lake), "--feeds", *feeds, *more, *flags)


def _rest_of(clock: FastClock) -> list[str]:
    return ["--clock", *clock.arguments, "--run_for", str(HOUR_S - clock.passed_s)]


def _stopped_with(stream: Stream, lake: Path, articles: int) -> None:
    wait(lambda: len(column(lake, "articles", "1")) >= articles, f"{articles} articles", 600)
    stream.stop()
    assert "stopped" in stream.ended(300)


def test_an_hour_brings_what_a_pass_brings(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lake, clock = tmp_path / "lake", fast_clock(_PACE)
    with news(HOUR_S - _LAST_S, clock) as (outlets, site, feeds):
        with _stream(lake, feeds, *_rest_of(clock), "--metrics_file", str(tmp_path / "stream.prom")) as stream:
            assert "commits" in stream.ended(1200)
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
    lake, clock = tmp_path / "lake", fast_clock(_PACE)
    with news(math.inf, clock) as (outlets, _, feeds):
        for stop in (signal.SIGKILL, signal.SIGKILL, signal.SIGTERM):
            before = len(column(lake, "articles", "1"))
            with _stream(lake, feeds, "--clock", *clock.arguments) as stream:
                wait(lambda before=before: len(column(lake, "articles", "1")) > before, "a commit", 400)  # type: ignore[misc]
                if stop == signal.SIGTERM:
                    _stopped_with(stream, lake, before + 1)
        with _stream(lake, feeds, "--clock", *clock.arguments) as stream:
            wait(lambda: clock.passed_s > HOUR_S - _LAST_S, "most of the hour", HOUR_S / _PACE)
            outlets.close()
            _stopped_with(stream, lake, outlets.total())
        check_same(lake, tmp_path / "other", feeds)
    with capsys.disabled():
        print(f"\nthe hour with two kill -9 and a SIGTERM: {figures(lake, pace=_PACE)}")


def _asked(lake: Path, chosen: Sequence[int]) -> dict[int, list[tuple[float, float]]]:
    """When stories appeared and were asked for, seconds from the start, by outlet, while a stream reads the `chosen` ones."""
    began_s = time.monotonic()
    with news(math.inf, slow_s=_VERY_SLOW_S) as (outlets, site, feeds):
        with _stream(lake, [feeds[outlet] for outlet in chosen]) as stream:
            wait(lambda: column(lake, "articles", "1"), "the first commit", 400)
            committed_s = time.monotonic()
            wait(lambda: time.monotonic() - committed_s > 40, "more news", 60)
            outlets.close()
            _stopped_with(stream, lake, outlets.total(chosen))
        stories = [(HOSTS.index(r.host), int(r.path.rpartition("/")[2]), r.at_s) for r in site.requests if "/story/" in r.path]
    asked: dict[int, list[tuple[float, float]]] = {outlet: [] for outlet in chosen}
    for outlet, n, at_s in stories:
        asked[outlet].append((outlets.published_s(outlet, n), at_s - began_s))
    return asked


def test_a_slow_site_and_a_hot_feed_hold_back_no_other(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    alone, beside = _asked(tmp_path / "alone", (1, 2)), _asked(tmp_path / "beside", (0, 1, 2, 3))
    with capsys.disabled():
        for asked, what in ((alone, "alone"), (beside, f"beside a hot feed and a site that takes {_VERY_SLOW_S:.0f} s a page")):
            first_s = min(at_s for _, at_s in asked[1])
            delays = [at_s - appeared_s for appeared_s, at_s in asked[1] + asked[2] if appeared_s > first_s]
            middle = f"median {statistics.median(delays):.1f} s, most {max(delays):.1f} s" if delays else "none"
            print(f"\nfrom a story to its request, {what}: {middle} of {len(delays)}", end="")
    # what waits for a slow page is asked for when that page is there, with the next slow one; what does not wait, in between
    slow_s, others_s = [at_s for _, at_s in beside[3]], [at_s for _, at_s in beside[1] + beside[2]]
    between = [at_s for at_s in others_s if any(slow + 2 < at_s < slow + _VERY_SLOW_S - 2 for slow in slow_s)]
    assert len(between) >= len(others_s) / 3


def test_a_new_feed_is_picked_up(tmp_path: Path) -> None:
    lake, listed = tmp_path / "lake", tmp_path / "feeds.txt"
    with news(lasts_s=5) as (outlets, _, feeds):
        listed.write_text(feeds[1])
        with _stream(lake, [str(listed)]) as stream:
            wait(lambda: column(lake, "articles", "1"), "the first commit", 400)
            listed.write_text("\n".join(feeds[1:3]))
            _stopped_with(stream, lake, outlets.total((1, 2)))
        check_same(lake, tmp_path / "other", feeds[1:3])


def test_passes_and_a_stream_feed_one_lake(tmp_path: Path) -> None:
    lake = tmp_path / "lake"
    with news(lasts_s=60) as (outlets, _, feeds):
        with _stream(lake, feeds) as stream:
            wait(lambda: column(lake, "articles", "1"), "the first commit", 400)
            arguments = ("--allow_private_hosts", "--host_delay", "0", "--processes", "1", "--poll_all", "--lake", str(lake))
            assert dibwatch("run", "--feeds", *feeds, *arguments).code == 0
            _stopped_with(stream, lake, outlets.total())
        check_same(lake, tmp_path / "other", feeds)
