"""The whole pipeline on one screen. It wires rooms and decides nothing."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import apache_beam as beam

from schemas.records import Entry, Feed, FeedState, RunInfo
from transforms.extract.article import MIN_CHARS
from transforms.extract.transform import ExtractArticles
from transforms.fetch.transform import FetchPages
from transforms.lake.select import sightings_of_reject
from transforms.lake.snapshot import LiveFile
from transforms.lake.transform import AssignStories, ReadPages, SelectUnseen, StagePass
from transforms.poll.transform import PollFeeds
from transforms.processes import available_cores
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


def build_reprocess(
    pipeline: beam.Pipeline, files: Sequence[LiveFile], source: str, since: datetime, until: datetime, config: GraphConfig
) -> None:
    """Files of stored pages of the lake `source` in, a manifest for `config.lake` out: extract → tag → lake."""
    pages = pipeline | "Files" >> beam.Create(files) | "Pages" >> ReadPages(source, since, until)
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
