"""One bounded pass: what happens around the graph. Locks the lake, reads the state of the feeds, runs, counts, commits."""

import logging
import platform
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib import metadata
from typing import TYPE_CHECKING

from pipeline.counts import Counters, disagreement, read_counters, reason_counts, stage_counts
from pipeline.feeds import named_feeds
from pipeline.progress import OF_A_PASS, OF_FETCHING, Parts, Progress
from pipeline.signals import was_stopped
from schemas import __version__
from schemas.errors import DibwatchError
from schemas.records import FeedState, RunInfo, RunSummary
from schemas.rows import Row, run_row
from transforms.web.config import WebConfig

if TYPE_CHECKING:
    import apache_beam as beam

    from pipeline.graph import GraphConfig

_log = logging.getLogger("dibwatch")

# What Beam's DirectRunner comes down to. By its own name, since "DirectRunner" first downloads a program and tries to run that.
LOCAL_RUNNER = "FnApiRunner"
RETRY = "run --retry_rejects"  # the column `command` of a pass that fetches rejects again


@dataclass(frozen=True, kw_only=True)
class PassConfig:
    """What a user can say about a pass; times in seconds, `processes` for each of extraction and tagging.

    `retry_reasons` None polls feeds; a tuple fetches again what was rejected for one of these reasons (empty: for any) instead.
    """

    lake: str
    feeds: tuple[str, ...] = ()
    retry_reasons: tuple[str, ...] | None = None
    web: WebConfig = field(default_factory=WebConfig)
    poll_all: bool = False
    keep_pages: bool = True
    min_chars: int = 200
    processes: int = 1
    lock_wait_s: float = 60.0
    beam_flags: tuple[str, ...] = ()
    json_log: bool = False


@dataclass(frozen=True)
class PassOutcome:
    """A committed pass: its row of `runs`, one sentence for a person, and the exit code (3: no feed could be polled)."""

    row: Row
    sentence: str
    exit_code: int


class PassFailedError(DibwatchError):
    """The runner ended without finishing the graph; nothing of the pass is visible."""


def new_run_id(now: datetime) -> str:
    """A run's id: sortable by start, unique among machines, safe in a file name."""
    return f"{now:%Y%m%dT%H%M%S}-{secrets.token_hex(4)}"


def run_pass(config: PassConfig) -> PassOutcome:
    """Poll what is due (or retry rejects), take it through the graph, commit. On `LOCAL_RUNNER` unless `beam_flags` name another.

    Raises `UsageError` (no such feed file, no feeds in it), `LakeError` (the lake cannot be locked, read or written) or
    `PassFailedError`; nothing of the pass is visible then.
    """
    from transforms.lake.lake import commit_pass, open_lake
    from transforms.lake.retry import rejected_entries

    feeds = named_feeds(config.feeds, config.web) if config.retry_reasons is None else []
    started_at = datetime.now(UTC)
    run = RunInfo(new_run_id(started_at), __version__)
    lake = open_lake(config.lake, create=config.retry_reasons is None)
    with lake.begin_pass(run.run_id, config.lock_wait_s):
        from pipeline.graph import build_pass, build_retry

        if config.retry_reasons is None:
            states = lake.feed_states()
            known = [(feed, states.get(feed.url, FeedState(feed.url))) for feed in feeds]
            counters = run_graph(config, run, started_at, lambda pipeline, graph: build_pass(pipeline, known, graph))
        else:
            entries = rejected_entries(lake, config.retry_reasons)
            counters = run_graph(
                config, run, started_at, lambda pipeline, graph: build_retry(pipeline, entries, graph), OF_FETCHING
            )
        command = "run" if config.retry_reasons is None else RETRY
        summary = summarise(command, run, started_at, datetime.now(UTC), counters, len(feeds))
        committed = commit_pass(lake, summary, summary.finished_at)
    return PassOutcome(run_row(summary, committed.sequence), _sentence(summary, config.lake), _exit_code(summary))


def run_graph(
    config: PassConfig,
    run: RunInfo,
    started_at: datetime,
    build: "Callable[[beam.Pipeline, GraphConfig], None]",
    parts: Parts = OF_A_PASS,
) -> Counters:
    """Build a graph and run it to its end, showing the progress of `parts`; its counters. Raises `PassFailedError`."""
    import apache_beam as beam
    from apache_beam.options.pipeline_options import PipelineOptions
    from apache_beam.runners.runner import PipelineState

    from pipeline.graph import GraphConfig
    from transforms.routing import local_tally

    graph = GraphConfig(
        lake=config.lake, run=run, started_at=started_at, web=config.web, poll_all=config.poll_all,
        keep_pages=config.keep_pages, min_chars=config.min_chars, processes=config.processes,
    )  # fmt: skip
    runner = {} if any(flag.partition("=")[0] == "--runner" for flag in config.beam_flags) else {"runner": LOCAL_RUNNER}
    pipeline = beam.Pipeline(options=PipelineOptions(list(config.beam_flags), **runner))
    build(pipeline, graph)
    with Progress(local_tally, parts, json_lines=config.json_log):
        try:
            result = pipeline.run()
            state = result.wait_until_finish()
        except DibwatchError as error:  # Beam adds where it happened
            raise type(error)(str(error).partition(" [while running")[0]) from error
        except KeyboardInterrupt:
            raise
        except Exception as error:  # a runner raises anything; the pass is over and says so in one sentence
            if was_stopped():
                raise KeyboardInterrupt from None
            _log.debug("details", exc_info=error)
            raise PassFailedError(f"the pass failed and nothing of it is in the lake: {first_line(error)}") from error
    if state != PipelineState.DONE:
        raise PassFailedError(f"the pass ended as {state} and nothing of it is in the lake")
    return read_counters(result)


def summarise(
    command: str, run: RunInfo, started_at: datetime, finished_at: datetime, counters: Counters, feeds: int
) -> RunSummary:
    """The row of `runs` to be; warns when the counts of a stage do not agree."""
    counts = stage_counts(counters)
    if sentence := disagreement(counts):
        _log.warning("the counts of this pass do not agree: %s", sentence)
    return RunSummary(
        run_id=run.run_id,
        command=command,
        started_at=started_at,
        finished_at=finished_at,
        duration_s=(finished_at - started_at).total_seconds(),
        outcome="committed",
        counts=counts,
        reasons=reason_counts(counters),
        feeds=feeds,
        articles=counters.get(("lake", "out"), 0),
        rejects=sum(count.rejected for count in counts),
        versions=run_versions(),
    )


def first_line(error: BaseException) -> str:
    """The type of an error of a runner and the first line of what it says."""
    text = str(error).strip()
    return f"{type(error).__name__}: {text.splitlines()[0] if text else ''}"


def run_versions() -> dict[str, str]:
    """What the column `versions` of `runs` says of this installation."""
    from transforms.tag.defense.lexicon import lexicon_version
    from transforms.tag.ner import installed_model

    model = installed_model("en")
    packages = {"beam": "apache-beam", "spacy": "spacy", "trafilatura": "trafilatura"}
    return {
        "code": __version__,
        "python": platform.python_version(),
        **{name: metadata.version(package) for name, package in packages.items()},
        "model": f"{model} {metadata.version(model.replace('_', '-'))}" if model else "",
        "lexicon": lexicon_version(),
    }


def _sentence(summary: RunSummary, lake: str) -> str:
    stages = {count.stage: count for count in summary.counts}
    dropped = {reason.reason: reason.n for reason in summary.reasons if reason.reason.startswith("dropped_")}
    if summary.articles:
        what = f"{_number(summary.articles, 'article')} added to {lake}"
    elif _exit_code(summary):
        what = f"no feed could be polled; dibwatch feeds health --lake {lake} says why"
        if any(reason.reason == "rejected_address_refused" for reason in summary.reasons):
            what += "; private addresses need --allow_private_hosts"
    elif stages["poll"].taken and dropped.get("dropped_not_due") == stages["poll"].taken:
        what = "no feed is due yet (--poll_all polls them all the same), nothing added"
    elif stages["poll"].out and not stages["parse"].taken:
        what = f"nothing new: no feed has changed, all entries were seen before; nothing added to {lake}"
    elif summary.command == RETRY and not stages["fetch"].taken:
        what = "no rejected page is left to fetch again, nothing added"
    elif dropped.get("dropped_seen"):
        what = f"nothing new: all entries were seen before; nothing added to {lake}"
    else:
        what = f"nothing added to {lake}"
    return f"{what}; {_number(summary.rejects, 'reject')}; {summary.duration_s:.1f} s; run {summary.run_id}"


def _number(n: int, noun: str) -> str:
    return f"{n:,} {noun}{'' if n == 1 else 's'}"


def _exit_code(summary: RunSummary) -> int:
    polls = next(count for count in summary.counts if count.stage == "poll")
    return 3 if polls.rejected and not polls.out and not polls.dropped else 0
