"""One bounded pass: what happens around the graph. Locks the lake, reads the state of the feeds, runs, counts, commits."""

import logging
import platform
import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib import metadata

from pipeline.counts import disagreement, read_counters, reason_counts, stage_counts
from pipeline.feeds import named_feeds
from pipeline.progress import Progress
from schemas import __version__
from schemas.errors import DibwatchError
from schemas.records import Feed, FeedState, RunInfo, RunSummary
from schemas.rows import Row, run_row
from transforms.processes import preload
from transforms.web.config import WebConfig

_log = logging.getLogger("dibwatch")


@dataclass(frozen=True, kw_only=True)
class PassConfig:
    """What a user can say about a pass; times in seconds, `processes` for each of extraction and tagging."""

    feeds: tuple[str, ...]
    lake: str
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


def new_run_id(now: datetime) -> str:
    """A run's id: sortable by start, unique among machines, safe in a file name."""
    return f"{now:%Y%m%dT%H%M%S}-{secrets.token_hex(4)}"


def run_pass(config: PassConfig) -> PassOutcome:
    """Poll what is due, take it through the graph, commit. Beam's DirectRunner unless `beam_flags` say otherwise.

    Raises `UsageError` (no such feed file, no feeds in it), `LakeError` (the lake cannot be locked, read or written) or
    `PassFailedError`; nothing of the pass is visible then.
    """
    from transforms.lake.lake import commit_pass, open_lake

    feeds = named_feeds(config.feeds, config.web)
    started_at = datetime.now(UTC)
    run_id = new_run_id(started_at)
    lake = open_lake(config.lake)
    with lake.begin_pass(run_id, config.lock_wait_s):
        states = lake.feed_states()
        counters = _run_graph(
            config, RunInfo(run_id, __version__), [(feed, states.get(feed.url, FeedState(feed.url))) for feed in feeds]
        )
        counts = stage_counts(counters)
        if sentence := disagreement(counts):
            _log.warning("the counts of this pass do not agree: %s", sentence)
        finished_at = datetime.now(UTC)
        summary = RunSummary(
            run_id=run_id, command="run", started_at=started_at, finished_at=finished_at,
            duration_s=(finished_at - started_at).total_seconds(), outcome="committed", counts=counts, reasons=reason_counts(counters),
            feeds=len(feeds), articles=counters.get(("lake", "out"), 0),
            rejects=sum(count.rejected for count in counts), versions=_versions(),
        )  # fmt: skip
        committed = commit_pass(lake, summary, finished_at)
    row = run_row(summary, committed.sequence)
    return PassOutcome(row, _sentence(summary, config.lake), _exit_code(summary))


class PassFailedError(DibwatchError):
    """The runner ended without finishing the graph; nothing of the pass is visible."""


def _run_graph(config: PassConfig, run: RunInfo, feeds: list[tuple[Feed, FeedState]]) -> dict[tuple[str, str], int]:
    preload("transforms.preload")  # the models load while Beam is imported and the feeds are polled
    import apache_beam as beam
    from apache_beam.options.pipeline_options import PipelineOptions
    from apache_beam.runners.runner import PipelineState

    from pipeline.graph import GraphConfig, build_pass
    from transforms.routing import local_tally

    graph = GraphConfig(
        lake=config.lake, run=run, started_at=datetime.now(UTC), web=config.web, poll_all=config.poll_all, keep_pages=config.keep_pages,
        min_chars=config.min_chars, processes=config.processes,
    )  # fmt: skip
    pipeline = beam.Pipeline(options=PipelineOptions(list(config.beam_flags)))
    build_pass(pipeline, feeds, graph)
    with Progress(local_tally):
        try:
            result = pipeline.run()
            state = result.wait_until_finish()
        except (DibwatchError, KeyboardInterrupt):
            raise
        except Exception as error:  # a runner raises anything; the pass is over and says so in one sentence
            _log.debug("details", exc_info=error)
            raise PassFailedError(f"the pass failed and nothing of it is in the lake: {_first_line(error)}") from error
    if state != PipelineState.DONE:
        raise PassFailedError(f"the pass ended as {state} and nothing of it is in the lake")
    return read_counters(result)


def _first_line(error: BaseException) -> str:
    text = str(error).strip()
    return f"{type(error).__name__}: {text.splitlines()[0] if text else ''}"


def _versions() -> dict[str, str]:
    from transforms.tag.defense.lexicon import read_lexicon
    from transforms.tag.ner import installed_model

    model = installed_model("en")
    packages = {"beam": "apache-beam", "spacy": "spacy", "trafilatura": "trafilatura"}
    return {
        "code": __version__,
        "python": platform.python_version(),
        **{name: metadata.version(package) for name, package in packages.items()},
        "model": f"{model} {metadata.version(model.replace('_', '-'))}" if model else "",
        "lexicon": read_lexicon().version,
    }


def _sentence(summary: RunSummary, lake: str) -> str:
    by_stage = {count.stage: count for count in summary.counts}
    seen = sum(reason.n for reason in summary.reasons if reason.reason == "dropped_seen")
    waiting = sum(reason.n for reason in summary.reasons if reason.reason == "dropped_not_due")
    if summary.articles:
        what = f"{summary.articles:,} articles added to {lake}"
    elif by_stage["poll"].taken and waiting == by_stage["poll"].taken:
        what = "no feed is due yet (--poll_all polls them all the same), nothing added"
    elif seen or not summary.rejects:
        what = f"nothing new: every entry was seen before, nothing added to {lake}"
    else:
        what = f"nothing added to {lake}"
    return f"{what}; {summary.rejects:,} rejects; {summary.duration_s:.1f} s; run {summary.run_id}"


def _exit_code(summary: RunSummary) -> int:
    polls = next(count for count in summary.counts if count.stage == "poll")
    return 3 if polls.rejected and not polls.out and not polls.dropped else 0
