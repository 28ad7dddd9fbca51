"""The whole pipeline on one screen. It wires rooms and decides nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import apache_beam as beam

from schemas.records import Entry, Feed, FeedState, RunInfo
from transforms.extract.article import MIN_CHARS
from transforms.extract.transform import ExtractArticles
from transforms.fetch.transform import FetchPages
from transforms.lake.reprocess import PageRows
from transforms.lake.select import sightings_of_reject
from transforms.lake.streaming.transform import CommitWindows, Promptly, SelectInStream, WholeWindows
from transforms.lake.transform import AssignStories, ReadPages, SelectUnseen, StagePass
from transforms.poll.schedule import MIN_INTERVAL_S
from transforms.poll.streaming.transform import DueFeeds, WatchFeeds
from transforms.poll.transform import PollFeeds
from transforms.processes import available_cores
from transforms.routing import Clock, utc_now
from transforms.tag.transform import TagArticles
from transforms.web.config import WebConfig


@dataclass(frozen=True)
class GraphConfig:
    """What the graphs need to know. `processes` is per worker, for extraction and for tagging each."""

    lake: str
    run: RunInfo
    started_at: datetime
    web: WebConfig = field(default_factory=WebConfig)
    poll_all: bool = False
    keep_pages: bool = True
    min_chars: int = MIN_CHARS
    processes: int = field(default_factory=available_cores)


def build_pass(pipeline: beam.Pipeline, feeds: Sequence[tuple[Feed, FeedState]], config: GraphConfig) -> None:
    """Feeds with their state in, a manifest of staged Parquet files out: poll → select → fetch → extract → tag → lake."""
    polled = pipeline | "Feeds" >> beam.Create(feeds) | "Poll" >> PollFeeds(config.web, poll_all=config.poll_all)
    selected = polled.entries | "Select" >> SelectUnseen(config.lake, config.run.run_id, config.started_at)
    fetched = selected.ok | "Fetch" >> FetchPages(config.web)
    tables = _articles(fetched.ok, config, [polled.rejects, fetched.rejects], [selected.sightings])
    _stage(tables | {"polls": polled.polls}, fetched.ok, config)


def build_retry(pipeline: beam.Pipeline, entries: Sequence[Entry], config: GraphConfig) -> None:
    """Entries that were rejected once in, a manifest out: fetch → extract → tag → lake."""
    fetched = pipeline | "Entries" >> beam.Create(entries) | "Fetch" >> FetchPages(config.web)
    _stage(_articles(fetched.ok, config, [fetched.rejects], []), fetched.ok, config)


def build_reprocess(pipeline: beam.Pipeline, chosen: Sequence[PageRows], source: str, config: GraphConfig) -> None:
    """Rows of stored pages of the lake `source` in, a manifest for `config.lake` out: extract → tag → lake."""
    pages = pipeline | "Rows" >> beam.Create(chosen) | "Pages" >> ReadPages(source)
    _stage(_articles(pages, config, [], [], drop_unchanged=False), None, config)


def _articles(
    pages: Any, config: GraphConfig, rejects: list[Any], sightings: list[Any], *, drop_unchanged: bool = True
) -> dict[str, Any]:
    extracted = pages | "Extract" >> ExtractArticles(config.min_chars, config.processes)
    tagged = extracted.ok | "Tag" >> TagArticles(config.processes)
    told = tagged.ok | "Stories" >> AssignStories(config.lake, config.run.run_id, drop_unchanged)
    all_rejects = [*rejects, extracted.rejects, tagged.rejects] | "Rejects" >> beam.Flatten()
    seen_rejects = all_rejects | "SeenRejects" >> beam.FlatMap(sightings_of_reject)
    all_sightings = [*sightings, told["sightings"], seen_rejects] | "Sightings" >> beam.Flatten()
    return {"articles": told["articles"], "signatures": told["signatures"], "rejects": all_rejects, "sightings": all_sightings}


def _stage(tables: dict[str, Any], pages: Any, config: GraphConfig) -> None:
    kept = {"pages": pages} if config.keep_pages and pages is not None else {}
    _ = tables | kept | "Lake" >> StagePass(config.lake, config.run)


@dataclass(frozen=True)
class StreamGraphConfig:
    """What the unbounded graph needs to know beyond `GraphConfig`; times in seconds.

    `due` names the feeds to poll at a tick. A window of `commit_every_s` becomes visible as a whole. `stop_at` ends the stream.
    All times are those of `clock`, which may run `pace` times as fast as the machine's.
    """

    graph: GraphConfig
    due: DueFeeds
    versions: Mapping[str, str]
    commit_every_s: float = 60.0
    writers: int = 1
    tick_s: float = 15.0
    min_gap_s: float = MIN_INTERVAL_S
    stop_at: datetime | None = None
    clock: Clock = utc_now
    pace: float = 1.0


def build_stream(pipeline: beam.Pipeline, config: StreamGraphConfig) -> None:
    """Ticks in, committed windows out: the rooms of `build_pass`, each handing on at once; only the lake waits for whole windows."""
    graph, window_s = config.graph, config.commit_every_s
    clock = config.clock
    ticks = WatchFeeds(config.due, graph.started_at, config.stop_at, config.tick_s, config.min_gap_s, clock, config.pace)
    watched = pipeline | "Watch" >> ticks
    polled = watched | "PollNow" >> Promptly(window_s) | "Poll" >> PollFeeds(graph.web, clock, poll_all=True)
    selected = polled.entries | "Select" >> SelectInStream(graph.lake, clock=clock)
    fetched = selected.ok | "FetchNow" >> Promptly(window_s) | "Fetch" >> FetchPages(graph.web, clock=clock)
    extracted = fetched.ok | "Extract" >> ExtractArticles(graph.min_chars, graph.processes)
    tagged = extracted.ok | "Tag" >> TagArticles(graph.processes)
    whole = tagged.ok | "Whole" >> WholeWindows(window_s)
    told = whole | "Stories" >> AssignStories(graph.lake, graph.run.run_id, drop_unchanged=False)
    listed = selected.sightings | "WithRejects" >> Promptly(window_s)
    rejects = (polled.rejects, fetched.rejects, extracted.rejects, tagged.rejects) | "Rejects" >> beam.Flatten()
    rejected = rejects | "SeenRejects" >> beam.FlatMap(sightings_of_reject)
    seen = (listed, rejected) | "Seen" >> beam.Flatten()
    tables = {
        "articles": told["articles"],
        "signatures": told["signatures"],
        "sightings": (seen | "WholeSeen" >> WholeWindows(window_s), told["sightings"]) | "Sightings" >> beam.Flatten(),
        "polls": polled.polls,
        "rejects": rejects,
    }
    if graph.keep_pages:
        tables["pages"] = fetched.ok
    commit = CommitWindows(graph.lake, graph.run, dict(config.versions), window_s, config.writers, clock)
    _ = tables | "Lake" >> commit
