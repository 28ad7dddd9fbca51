"""The whole pipeline on one screen. It wires rooms and decides nothing."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import apache_beam as beam
from transforms.fetch.transform import FetchPages
from transforms.lake.transform import AssignStories, MergeArticles, SelectUnseen, StageRows, WriteManifest
from transforms.poll.transform import PollFeeds

from schemas.records import Feed, FeedState
from schemas.rows import RunInfo
from transforms.extract.article import MIN_CHARS
from transforms.extract.transform import ExtractArticles
from transforms.processes import available_cores
from transforms.tag.transform import TagArticles
from transforms.web.config import WebConfig


@dataclass(frozen=True)
class GraphConfig:
    """What the graph needs to know. `processes` is per worker and for each of extraction and tagging."""

    lake: str
    run: RunInfo
    web: WebConfig = field(default_factory=WebConfig)
    poll_all: bool = False
    keep_pages: bool = True
    min_chars: int = MIN_CHARS
    processes: int = field(default_factory=available_cores)


def build_pass(pipeline: beam.Pipeline, feeds: Sequence[tuple[Feed, FeedState]], config: GraphConfig) -> None:
    """Feeds with their state in, a manifest of staged Parquet files out: poll → select → fetch → extract → tag → lake."""
    polled = pipeline | "Feeds" >> beam.Create(feeds) | "Poll" >> PollFeeds(config.web, poll_all=config.poll_all)
    selected = polled.entries | "Select" >> SelectUnseen(config.lake)
    fetched = selected.ok | "Fetch" >> FetchPages(config.web)
    extracted = fetched.ok | "Extract" >> ExtractArticles(config.min_chars, config.processes)
    tagged = extracted.ok | "Tag" >> TagArticles(config.processes)
    merged = tagged.ok | "Merge" >> MergeArticles(config.lake)
    articles = merged.ok | "Stories" >> AssignStories(config.lake)
    rejects = (polled.rejects, fetched.rejects, extracted.rejects, tagged.rejects) | "Rejects" >> beam.Flatten()
    tables = {
        "articles": articles.ok,
        "polls": polled.polls,
        "rejects": rejects,
        "sightings": (selected.sightings, merged.sightings, rejects | "Seen" >> SightRejects()) | "Sightings" >> beam.Flatten(),
        "signatures": articles.signatures,
    }
    if config.keep_pages:
        tables["pages"] = fetched.ok
    staged = [rows | f"Stage{name.title()}" >> StageRows(config.lake, config.run, name) for name, rows in tables.items()]
    _ = staged | "Staged" >> beam.Flatten() | "Manifest" >> WriteManifest(config.lake, config.run)
