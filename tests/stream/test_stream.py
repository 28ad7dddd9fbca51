"""The stream without a runner: which feeds are due, who may run it, what its metrics look like."""

import pickle
from datetime import timedelta
from pathlib import Path

import pytest

from pipeline.metrics import write_metrics
from pipeline.stream import FeedWatch, StreamConfig, check_runner, run_stream
from schemas.errors import UsageError
from tests.cli import dibwatch
from tests.lake.examples import T0, poll, write_pass
from transforms.web.config import WebConfig


def _watch(listed: Path, lake: Path, relist_s: float = 0.0) -> FeedWatch:
    return FeedWatch((str(listed),), str(lake), WebConfig(), relist_s, poll_all=False)


def test_new_feeds_are_seen_and_a_vanished_list_is_no_end(tmp_path: Path) -> None:
    listed = tmp_path / "feeds.txt"
    listed.write_text("https://a.example.org/feed\n")
    watch = _watch(listed, tmp_path / "lake")
    assert [feed.url for feed, _ in watch(T0)] == ["https://a.example.org/feed"]
    listed.write_text("https://a.example.org/feed\nhttps://b.example.org/feed\n")
    assert len(list(watch(T0))) == 2
    listed.unlink()
    assert len(list(watch(T0))) == 2


def test_a_feed_is_due_when_the_lake_says_so(tmp_path: Path) -> None:
    lake, listed = tmp_path / "lake", tmp_path / "feeds.txt"
    known = poll(next_poll_at=T0 + timedelta(minutes=30))
    listed.write_text(known.feed.url)
    watch = pickle.loads(pickle.dumps(_watch(listed, lake)))
    assert len(list(watch(T0))) == 1, "never asked"
    write_pass(lake, "r1", [], polls=[known])
    assert list(watch(T0)) == []
    assert [state.polled_at for _, state in watch(T0 + timedelta(minutes=31))] == [known.polled_at]


@pytest.mark.parametrize("runner", ["DirectRunner", "FnApiRunner", "BundleBasedDirectRunner"])
def test_a_runner_that_cannot_stream_is_refused(runner: str) -> None:
    with pytest.raises(UsageError, match=r"dibwatch run --every"):
        check_runner(runner)


@pytest.mark.parametrize(("runner", "metrics_file"), [("PrismRunner", ""), ("FlinkRunner", "stream.prom")])
def test_a_stream_that_cannot_be_left_is_refused(tmp_path: Path, runner: str, metrics_file: str) -> None:
    flags = ("--runner", runner)
    config = StreamConfig(
        feeds=("https://a.example.org/feed",),
        lake=str(tmp_path / "lake"),
        metrics_file=metrics_file,
        detach=True,
        beam_flags=flags,
    )
    with pytest.raises(UsageError, match="--detach"):
        run_stream(config)
    assert not (tmp_path / "lake").exists()


def test_the_command_refuses_the_default_runner_in_one_sentence(tmp_path: Path) -> None:
    done = dibwatch("stream", "--feeds", "https://a.example.org/feed", "--lake", str(tmp_path / "lake"))
    assert done.code == 2
    assert "run --every" in done.err
    assert len(done.err.strip().splitlines()) == 1
    assert not (tmp_path / "lake").exists()


def test_metrics_are_a_textfile(tmp_path: Path) -> None:
    path = tmp_path / "dibwatch.prom"
    write_metrics(str(path), {("fetch", "out"): 3, ("beam", "noise"): 9}, T0)
    assert 'dibwatch_total{stage="fetch",counter="out"} 3' in path.read_text()
    assert "noise" not in path.read_text()
    assert [p.name for p in tmp_path.iterdir()] == ["dibwatch.prom"]
