"""Passes and streams on a real Flink session cluster over a loopback web, with kills: `make cluster-test`.

FLINK_JARS names the folder of jars.
"""

import math
import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli import dibwatch
from tests.cluster.flink import Cluster, session_cluster
from tests.stream.clock import HOUR_S, FastClock, fast_clock
from tests.stream.lakes import check_same, column, figures
from tests.stream.site import news
from tests.stream.streams import Stream
from tests.stream.waiting import wait

pytestmark = pytest.mark.timeout(2400)
_PACE = 12.0  # an hour in five minutes


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with session_cluster(tmp_path_factory.mktemp("flink"), Path(os.environ["FLINK_JARS"]).absolute()) as running:
        yield running


def test_a_pass_on_flink(cluster: Cluster, tmp_path: Path) -> None:
    with news(lasts_s=0) as (_, _, feeds):
        arguments = ("--allow_private_hosts", "--host_delay", "0", "--processes", "1", "--lake", str(tmp_path / "lake"), "--json")
        done = dibwatch("run", "--feeds", *feeds, *arguments, *cluster.flags, timeout_s=400)
        assert done.code == 0, done.err
        assert done.json["articles"] == 4, "Beam's counters reach the row of the run"
        check_same(tmp_path / "lake", tmp_path / "other", feeds)


def _stream(cluster: Cluster, log: Path, lake: Path, feeds: list[str], clock: FastClock, *more: str) -> Stream:
    flags = [*cluster.flags, "--checkpointing_interval=4000", *more]
    return Stream(log, "--lake", str(lake), "--feeds", *feeds, "--clock", *clock.arguments, *flags)


def test_an_hour_on_flink_with_kills_and_a_savepoint(
    cluster: Cluster, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lake, metrics, clock = tmp_path / "lake", tmp_path / "stream.prom", fast_clock(_PACE)
    with news(math.inf, clock) as (outlets, site, feeds):
        first = _stream(cluster, tmp_path / "first.log", lake, feeds, clock)
        try:
            _wait_for_more(cluster, lake, first)
            cluster.kill("taskmanager1")
            cluster.kill("pool1")
            cluster.start_taskmanager(3)
            _wait_for_more(cluster, lake, first)
            cluster.kill_worker(2)
            _wait_for_more(cluster, lake, first)
        finally:
            first.kill()
        cluster.kill("jobserver")
        _wait_for_more(cluster, lake)  # a job needs neither its launcher nor the job server
        savepoint = cluster.stop_with_savepoint()
        wait(lambda: not cluster.running, "the end of the job", 60)
        cluster.start_job_server()
        before = list(site.requests)
        more = (f"--savepoint_path={savepoint}", "--metrics_file", str(metrics))
        second = _stream(cluster, tmp_path / "second.log", lake, feeds, clock, *more)
        try:
            _wait_for_more(cluster, lake, second)
            wait(lambda: clock.passed_s > HOUR_S, "the end of the hour", HOUR_S / _PACE)
            outlets.close()
            wait(lambda: len(set(column(lake, "articles", "article_id"))) == outlets.total(), f"{outlets.total()} articles", 900)
            cluster.stop_with_savepoint()
            assert "stopped" in second.ended(300)
        finally:
            second.kill()
        stories = {(request.host, request.path) for request in before if "/story/" in request.path}
        after = {(request.host, request.path) for request in site.requests[len(before) :] if "/story/" in request.path}
        assert after, "the second job had something left to do"
        assert not stories & after, "what was under way at the savepoint is not asked for again"
        check_same(lake, tmp_path / "other", feeds)
    assert "dibwatch_total" in metrics.read_text()
    with capsys.disabled():
        print(f"\nan hour on Flink at {_PACE:.0f} times the pace, with kills and a savepoint: {figures(lake, pace=_PACE)}")


def _wait_for_more(cluster: Cluster, lake: Path, stream: Stream | None = None) -> None:
    """Until another window is committed, a checkpoint is complete, and a moment after it, when work is under way."""
    assert stream is None or stream.is_running, stream.said
    before, checkpoints = len(column(lake, "runs", "run_id")), cluster.checkpoints()
    wait(
        lambda: len(column(lake, "runs", "run_id")) > before and cluster.checkpoints() > checkpoints,
        "a commit and a checkpoint",
        600,
    )
    time.sleep(1)
