"""Passes and streams on a real Flink session cluster over a loopback web, with kills: `make cluster-test`.

FLINK_JARS names the folder of jars.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli import ROOT, dibwatch
from tests.cluster.flink import Cluster, session_cluster, wait
from tests.stream.lakes import check_same, column
from tests.stream.site import news


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with session_cluster(tmp_path_factory.mktemp("flink"), Path(os.environ["FLINK_JARS"]).absolute()) as running:
        yield running


def test_a_pass_on_flink(cluster: Cluster, tmp_path: Path) -> None:
    with news(lasts_s=0) as (_, _, feeds):
        arguments = ("--allow_private_hosts", "--host_delay", "0", "--processes", "1", "--lake", str(tmp_path / "lake"), "--json")
        # a pass starts workers anew for its stages; by their ids, two TaskManagers with one pool would stop each other's
        flags = (*cluster.flags, "--parallelism", "1")
        done = dibwatch("run", "--feeds", *feeds, *arguments, *flags, timeout_s=400)
        assert done.code == 0, done.err
        assert done.json["articles"] == 4, "Beam's counters reach the row of the run"
        check_same(tmp_path / "lake", tmp_path / "other", feeds)


def test_a_stream_on_flink_survives_the_loss_of_a_taskmanager_and_of_a_worker(cluster: Cluster, tmp_path: Path) -> None:
    lake = tmp_path / "lake"
    with news(lasts_s=90) as (outlets, _, feeds):
        command = [
            sys.executable,
            "-m",
            "tests.stream.launch",
            str(lake),
            "0",
            *feeds,
            "--",
            *cluster.flags,
            "--checkpointing_interval=4000",
        ]
        stream = subprocess.Popen(command, cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        try:
            _wait_for_more(stream, lake, cluster)
            cluster.kill("taskmanager1")
            cluster.start_taskmanager("taskmanager3")
            _wait_for_more(stream, lake, cluster)
            cluster.kill_worker()
            wait(lambda: len(set(column(lake, "articles", "article_id"))) == outlets.total(), f"{outlets.total()} articles", 400)
            stream.send_signal(signal.SIGTERM)
            out, err = stream.communicate(timeout=90)
            assert (stream.returncode, "stopped" in out) == (0, True), err
        finally:
            stream.kill()
        check_same(lake, tmp_path / "other", feeds)


def _wait_for_more(stream: "subprocess.Popen[str]", lake: Path, cluster: Cluster) -> None:
    """Until another window is committed, a checkpoint is complete, and a moment after it, when work is under way."""
    assert stream.poll() is None, stream.communicate()[1]
    before, checkpoints = len(column(lake, "runs", "run_id")), cluster.checkpoints()
    wait(
        lambda: len(column(lake, "runs", "run_id")) > before and cluster.checkpoints() > checkpoints,
        "a commit and a checkpoint",
        240,
    )
    time.sleep(1)
