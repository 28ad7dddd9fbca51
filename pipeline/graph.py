"""The whole pipeline on one screen. It wires rooms and decides nothing."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import apache_beam as beam

from schemas.records import Feed, FeedState, RunInfo
from transforms.extract.article import MIN_CHARS
from transforms.extract.transform import ExtractArticles
from transforms.fetch.transform import FetchPages
from transforms.lake.select import sightings_of_reject
from transforms.lake.transform import AssignStories, SelectUnseen, StagePass
from transforms.poll.transform import PollFeeds
from transforms.processes import available_cores
from transforms.tag.transform import TagArticles
from transforms.web.config import WebConfig


@dataclass(frozen=True)
class GraphConfig:
    """What the graph needs to know. `processes` is per worker, for extraction and for tagging each."""

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
    run_id = config.run.run_id
    polled = pipeline | "Feeds" >> beam.Create(feeds) | "Poll" >> PollFeeds(config.web, poll_all=config.poll_all)
    selected = polled.entries | "Select" >> SelectUnseen(config.lake, run_id, config.started_at)
    fetched = selected.ok | "Fetch" >> FetchPages(config.web)
    extracted = fetched.ok | "Extract" >> ExtractArticles(config.min_chars, config.processes)
    tagged = extracted.ok | "Tag" >> TagArticles(config.processes)
    told = tagged.ok | "Stories" >> AssignStories(config.lake, run_id)
    rejects = (polled.rejects, fetched.rejects, extracted.rejects, tagged.rejects) | "Rejects" >> beam.Flatten()
    rejected = rejects | "SeenRejects" >> beam.FlatMap(sightings_of_reject)
    tables = {
        "articles": told["articles"],
        "signatures": told["signatures"],
        "sightings": (selected.sightings, told["sightings"], rejected) | "Sightings" >> beam.Flatten(),
        "polls": polled.polls,
        "rejects": rejects,
    }
    if config.keep_pages:
        tables["pages"] = fetched.ok
    _ = tables | "Lake" >> StagePass(config.lake, config.run)
