"""The unbounded run: what happens around the stream's graph. Finds the feeds that are due, submits, counts, ends."""

import logging
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from pipeline.feeds import named_feeds
from pipeline.metrics import write_metrics
from pipeline.progress import Progress
from pipeline.run import PassFailedError, first_line, run_versions, summarise
from pipeline.windows import WindowCounts
from schemas import __version__
from schemas.errors import DibwatchError, UsageError
from schemas.records import Feed, FeedState, RunInfo
from transforms.poll.schedule import MIN_INTERVAL_S, is_due
from transforms.processes import preload
from transforms.routing import Clock, utc_now
from transforms.web.config import WebConfig

_log = logging.getLogger("dibwatch")
_COUNT_EVERY_S = 15.0  # a look at the snapshot of the lake, which on an object store is a request

# Runners that wake a clock when it is due and close windows while the source goes on. The others ask feeds in a tight loop.
STREAMING_RUNNERS = ("PrismRunner", "FlinkRunner", "DataflowRunner")

# What a bundle yields while Flink takes a checkpoint is kept back until the step gets something else to do. The bundle that starts the
# clock is the only one of its step: a checkpoint at that moment, and the clock never ticks.
_WHOLE_BUNDLES = "--finish_bundle_before_checkpointing"


@dataclass(frozen=True, kw_only=True)
class StreamConfig:
    """What can be said about a stream; times in seconds. `run_for_s` 0 is until stopped.

    All of the stream goes by `clock`, which must pickle and may run `pace` times as fast as the machine's: a day's test in minutes.
    `poll_all` asks every feed each `min_gap_s`, whether it is due or not: for tests on a site of one's own.
    """

    feeds: tuple[str, ...]
    lake: str
    web: WebConfig = field(default_factory=WebConfig)
    keep_pages: bool = True
    min_chars: int = 200
    processes: int = 1
    commit_every_s: float = 60.0
    writers: int = 1
    run_for_s: float = 0.0
    tick_s: float = 15.0
    min_gap_s: float = MIN_INTERVAL_S
    poll_all: bool = False
    relist_s: float = 300.0
    metrics_file: str = ""
    detach: bool = False
    beam_flags: tuple[str, ...] = ()
    clock: Clock = utc_now
    pace: float = 1.0


class FeedWatch:
    """The feeds that are due: the lists that `srcs` name, read again every `relist_s` seconds, and what the lake knows of each.

    Pickles without what it has read.
    """

    def __init__(self, srcs: tuple[str, ...], lake: str, web: WebConfig, relist_s: float, poll_all: bool) -> None:
        self._srcs, self._lake, self._web, self._relist_s, self._poll_all = srcs, lake, web, relist_s, poll_all
        self._feeds: list[Feed] = []
        self._listed_s = float("-inf")
        self._states: dict[str, FeedState] = {}
        self._sequence = -1

    def __reduce__(self) -> tuple[Any, ...]:
        return FeedWatch, (self._srcs, self._lake, self._web, self._relist_s, self._poll_all)

    def __call__(self, now: datetime) -> Iterator[tuple[Feed, FeedState]]:
        """Each feed that may be asked at `now`, with its state. A list that cannot be read keeps its feeds of last time."""
        from transforms.lake.lake import open_lake

        if time.monotonic() - self._listed_s >= self._relist_s:
            self._listed_s = time.monotonic()
            try:
                self._feeds = named_feeds(self._srcs, self._web)
            except DibwatchError as error:
                if not self._feeds:
                    raise
                _log.warning("the feeds of last time go on: %s", error)
        lake = open_lake(self._lake)
        sequence = lake.snapshot().sequence
        if sequence != self._sequence:
            self._sequence, self._states = sequence, lake.feed_states()
        for feed in self._feeds:
            state = self._states.get(feed.url, FeedState(feed.url))
            if self._poll_all or is_due(state, now):
                yield feed, state


def check_runner(runner: str) -> None:
    """Raise `UsageError` for a runner that cannot stream: it would hold every window until the end that never comes."""
    if runner not in STREAMING_RUNNERS:
        ways = ", ".join(f"--runner {name}" for name in STREAMING_RUNNERS[:-1])
        raise UsageError(
            f"{runner} cannot run a stream; 'dibwatch run --every 10m' does the same in passes, or use {ways} or "
            f"--runner {STREAMING_RUNNERS[-1]}"
        )


def run_stream(config: StreamConfig) -> str:
    """Run the stream until it ends or is interrupted; a sentence about it.

    Raises `UsageError`, `LakeError`, or `PassFailedError`. What is committed stays; of what is not, the feeds are asked again by
    the next stream or pass, so that nothing is lost.
    """
    from apache_beam.options.pipeline_options import PipelineOptions, StandardOptions

    from transforms.lake.lake import open_lake
    from transforms.lake.streaming.commit import commit_stream, sweep

    options = PipelineOptions(list(config.beam_flags), streaming=True)
    runner = options.view_as(StandardOptions).runner or "DirectRunner"
    check_runner(runner)
    if runner == "FlinkRunner":
        options = PipelineOptions([*config.beam_flags, _WHOLE_BUNDLES], streaming=True)
    if config.detach and runner == "PrismRunner":
        raise UsageError("--detach leaves a stream to a cluster, and PrismRunner ends with the command")
    if config.detach and config.metrics_file:
        raise UsageError("--metrics_file is kept by the command, which ends at once with --detach; give one of the two")
    preload("transforms.preload")
    named_feeds(config.feeds, config.web)  # what is wrong with them should be said now
    now = config.clock()
    stream = RunInfo(f"stream-{now:%Y%m%dT%H%M%S}-{secrets.token_hex(2)}", __version__)
    lake = open_lake(config.lake)
    sweep(lake, now)
    versions = run_versions()
    counts = WindowCounts(lake, stream, now - timedelta(seconds=config.commit_every_s))
    outcome = _run_graph(config, options, stream, now, versions, counts)
    if _is_dry_run(options):
        return f"the job was built for {runner} and not sent there (--dry_run)"
    if not outcome:
        return f"stream {stream.run_id} is left to {runner}, which can stop it; the rows of its windows in runs tell what it does"
    summary = summarise("stream", stream, now, config.clock(), counts.counters, len(lake.feed_states()))
    commit_stream(lake, replace(summary, outcome=outcome), summary.finished_at)
    return f"stream {stream.run_id} {outcome}; {summary.articles:,} articles in {counts.commits:,} commits; {summary.duration_s:.0f} s"


def _is_dry_run(options: Any) -> bool:
    from apache_beam.options.pipeline_options import TestOptions

    return bool(options.view_as(TestOptions).dry_run)


def _run_graph(
    config: StreamConfig, options: Any, stream: RunInfo, now: datetime, versions: dict[str, str], counts: WindowCounts
) -> str:
    """How the stream ended: committed or stopped; "" when it goes on without us."""
    import apache_beam as beam
    from apache_beam.options.pipeline_options import StandardOptions
    from apache_beam.runners.runner import PipelineState

    pipeline = beam.Pipeline(options=options)
    _build(pipeline, config, stream, now, versions)
    try:
        result = pipeline.run()
        if config.detach or _is_dry_run(options):
            return ""
        with Progress(lambda: counts.counters), _counted(counts, config.metrics_file):
            try:
                state = result.wait_until_finish()
            except KeyboardInterrupt:
                if options.view_as(StandardOptions).runner == "FlinkRunner":
                    return ""  # its job server takes the wish to cancel, and the job goes on
                result.cancel()
                return "stopped"
    except (DibwatchError, KeyboardInterrupt):
        raise
    except Exception as error:  # a runner raises anything; the stream is over and says so in one sentence
        _log.debug("details", exc_info=error)
        raise PassFailedError(f"the stream failed; what it had committed stays in the lake: {first_line(error)}") from error
    if state == PipelineState.CANCELLED:
        return "stopped"  # at the runner's own command, as for a savepoint
    if state != PipelineState.DONE:
        raise PassFailedError(f"the stream ended as {state}; what it had committed stays in the lake")
    return "committed" if config.run_for_s else "stopped"  # one without an end was ended, as by Flink with a savepoint


def _build(pipeline: Any, config: StreamConfig, stream: RunInfo, now: datetime, versions: dict[str, str]) -> None:
    from pipeline.graph import GraphConfig, StreamGraphConfig, build_stream

    graph = GraphConfig(
        lake=config.lake, run=stream, started_at=now, web=config.web, keep_pages=config.keep_pages, min_chars=config.min_chars,
        processes=config.processes,
    )  # fmt: skip
    build_stream(
        pipeline,
        StreamGraphConfig(
            graph, FeedWatch(config.feeds, config.lake, config.web, config.relist_s, config.poll_all), versions,
            commit_every_s=config.commit_every_s, writers=config.writers, tick_s=config.tick_s, min_gap_s=config.min_gap_s,
            stop_at=now + timedelta(seconds=config.run_for_s) if config.run_for_s else None, clock=config.clock, pace=config.pace,
        ),
    )  # fmt: skip


@contextmanager
def _counted(counts: WindowCounts, path: str) -> Iterator[None]:
    """Keeps `counts`, and the Prometheus textfile at `path` if there is to be one, up to date while the block runs.

    A lake that cannot be read or a file that cannot be written is a warning.
    """
    done = threading.Event()

    def update() -> None:
        try:
            counts.read()
            if path:
                write_metrics(path, counts.counters, datetime.now(UTC))
        except DibwatchError as error:
            _log.warning("the stream's counts are those of a while ago: %s", error)
        except OSError as error:
            _log.warning("the metrics cannot be written to %s: %s", path, error.strerror or error)

    def keep_updating() -> None:
        while not done.wait(_COUNT_EVERY_S):
            update()

    thread = threading.Thread(target=keep_updating, daemon=True, name="counts")
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
        update()
