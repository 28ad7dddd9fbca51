"""The door of the lake: which entries are new, which articles tell one story, and the staging of rows.

Workers only read the lake's snapshot and write to the staging folder of the pass. Making the pass visible is `commit_pass`, which
runs once, after the pipeline has finished.
"""

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import apache_beam as beam
from apache_beam.utils.shared import Shared
from apache_beam.utils.windowed_value import WindowedValue

from schemas.records import Article, Entry, Page, RunInfo, Signature
from schemas.rows import ROW_OF
from transforms.lake.articles import article_sightings, merge_articles
from transforms.lake.lake import open_lake
from transforms.lake.reprocess import PageRows, read_pages
from transforms.lake.seen import LOOK_BACK, SeenIndex, load_seen
from transforms.lake.select import select
from transforms.lake.signatures import load_signatures
from transforms.lake.snapshot import with_current
from transforms.lake.staging import StagedFile, StagingWriter, write_manifest
from transforms.lake.stories import assign_stories, minhash
from transforms.routing import count

_shared_seen = Shared()  # one index a process, however many DoFns ask for it


def _seen_index(lake_uri: str, run_id: str) -> SeenIndex:
    """What is seen does not change during a pass, because there is one at a time."""

    def load() -> SeenIndex:
        storage = open_lake(lake_uri, create=False).storage
        return with_current(storage, lambda snapshot: load_seen(storage, snapshot.files("sightings")))

    index: SeenIndex = _shared_seen.acquire(load, tag=f"{run_id} {lake_uri}")
    return index


class _SelectFn(beam.DoFn):
    def __init__(self, lake_uri: str, run_id: str, now: datetime, look_back: timedelta) -> None:
        self._lake_uri, self._run_id, self._now, self._look_back = lake_uri, run_id, now, look_back

    def setup(self) -> None:
        self._seen = _seen_index(self._lake_uri, self._run_id)

    def process(self, keyed: tuple[str, Iterable[Entry]]) -> Iterator[Any]:
        url_key, entries = keyed[0], list(keyed[1])
        selection = select(entries, self._seen.known(url_key), self._now, self._look_back)
        count("select", "in", len(entries))
        if len(entries) > 1:
            count("select", "dropped_duplicate", len(entries) - 1)
        for sighting in selection.sightings:
            yield beam.pvalue.TaggedOutput("sightings", sighting)
        if selection.entry is None:
            count("select", "dropped_seen")
        else:
            count("select", "out")
            yield selection.entry


@dataclass(eq=False)
class SelectUnseen(beam.PTransform):
    """Entry -> Entry: one for each address that the lake has not seen, or whose feed says within `look_back` that it changed.

    In: PCollection[Entry]. Out: `.ok` PCollection[Entry], with the feeds of all entries of its address; `.sightings`
    PCollection[Sighting], feeds and fingerprints to be remembered. Counts in stage `select`; drops: `duplicate`, `seen`.
    """

    lake_uri: str
    run_id: str
    now: datetime
    look_back: timedelta = LOOK_BACK

    def expand(self, entries: Any) -> Any:
        select_fn = _SelectFn(self.lake_uri, self.run_id, self.now, self.look_back)
        return (
            entries
            | "KeyByAddress" >> beam.Map(lambda entry: (entry.url_key, entry)).with_output_types(tuple[str, Entry])
            | "GroupByAddress" >> beam.GroupByKey()
            | "Select" >> beam.ParDo(select_fn).with_outputs("sightings", main="ok").with_output_types(Entry)
        )


class _MergeFn(beam.DoFn):
    def __init__(self, lake_uri: str, run_id: str, drop_unchanged: bool) -> None:
        self._lake_uri, self._run_id, self._drop_unchanged = lake_uri, run_id, drop_unchanged

    def setup(self) -> None:
        self._seen = _seen_index(self._lake_uri, self._run_id) if self._drop_unchanged else None

    def process(self, keyed: tuple[str, Iterable[Article]]) -> Iterator[Any]:
        article_id, versions = keyed[0], list(keyed[1])
        if versions:  # there are none in the last pane that some runners give when a window expires
            yield from self._merge(article_id, versions)

    def _merge(self, article_id: str, versions: list[Article]) -> Iterator[Any]:
        article = merge_articles(versions)
        count("lake", "in", len(versions))
        if len(versions) > 1:
            count("lake", "dropped_duplicate", len(versions) - 1)
        for sighting in article_sightings(versions, article):
            yield beam.pvalue.TaggedOutput("sightings", sighting)
        if self._seen is not None and self._seen.has_text(article_id, article.text_sha256):
            count("lake", "dropped_unchanged")
        else:
            count("lake", "out")
            yield article


def _sign(article: Article) -> Signature:
    shingles, values = minhash(article.text)
    return Signature(article.article_id, "", article.source, shingles, values, article.published_at)


class _ClusterFn(beam.DoFn):
    def __init__(self, lake_uri: str) -> None:
        self._lake_uri = lake_uri

    def process(self, keyed: tuple[None, Iterable[Signature]]) -> Iterator[Signature]:
        new = list(keyed[1])
        storage = open_lake(self._lake_uri, create=False).storage
        yield from assign_stories(new, with_current(storage, lambda snapshot: load_signatures(storage, snapshot, new)))


def _story_of(signature: Signature) -> tuple[str, str]:
    return signature.article_id, signature.story_id


def _by_id(article: Article) -> tuple[str, Article]:
    return article.article_id, article


def _with_story(joined: tuple[str, dict[str, Iterable[Any]]]) -> Iterator[Article]:
    """The article of an id with its story. One that came too late for its window may be alone: it has a story of its own."""
    article_id, groups = joined
    story_id = next(iter(groups["stories"]), article_id)
    return (replace(article, story_id=story_id) for article in groups["articles"])


@dataclass(eq=False)
class AssignStories(beam.PTransform):
    """Article -> Article with its `story_id`, each article_id once.

    In: PCollection[Article]. Out: a dict of PCollections: `articles` (Article), `sightings` (Sighting, of every article that
    came in) and `signatures` (Signature, of those that go out). An article whose text is in the lake already is dropped, unless
    `drop_unchanged` is False (reprocessing). Counts in stage `lake`; drops: `duplicate`, `unchanged`.
    """

    lake_uri: str
    run_id: str
    drop_unchanged: bool = True

    def expand(self, articles: Any) -> Any:
        merge = _MergeFn(self.lake_uri, self.run_id, self.drop_unchanged)
        merged = (
            articles
            | "KeyByArticle" >> beam.Map(_by_id).with_output_types(tuple[str, Article])
            | "GroupByArticle" >> beam.GroupByKey()
            | "Merge" >> beam.ParDo(merge).with_outputs("sightings", main="ok").with_output_types(Article)
        )
        signatures = (
            merged.ok
            | "Sign" >> beam.Map(_sign).with_output_types(Signature)
            | "WithOneKey" >> beam.Map(lambda signature: (None, signature)).with_output_types(tuple[None, Signature])
            | "Gather" >> beam.GroupByKey()
            | "Cluster" >> beam.ParDo(_ClusterFn(self.lake_uri)).with_output_types(Signature)
        )
        stories = signatures | "StoryOfArticle" >> beam.Map(_story_of).with_output_types(tuple[str, str])
        keyed = merged.ok | "KeyMerged" >> beam.Map(_by_id).with_output_types(tuple[str, Article])
        # a join, for Flink cannot take a checkpoint of a stream's elements that wait for a side input
        joined = {"articles": keyed, "stories": stories} | "Join" >> beam.CoGroupByKey()
        told = joined | "SetStory" >> beam.FlatMap(_with_story).with_output_types(Article)
        return {"articles": told, "sightings": merged.sightings, "signatures": signatures}


class _StageFn(beam.DoFn):
    def __init__(self, lake_uri: str, run: RunInfo, table: str) -> None:
        self._lake_uri, self._run, self._table = lake_uri, run, table

    def setup(self) -> None:
        self._storage = open_lake(self._lake_uri, create=False).storage

    def start_bundle(self) -> None:
        self._writer = StagingWriter(self._storage, self._run.run_id, self._table, lambda: uuid.uuid4().hex)
        self._window: WindowedValue | None = None

    def process(
        self, element: Any, timestamp: Any = beam.DoFn.TimestampParam, window: Any = beam.DoFn.WindowParam
    ) -> Iterator[StagedFile]:
        self._window = WindowedValue(None, timestamp, (window,))
        row = element if isinstance(element, dict) else ROW_OF[self._table](element, self._run)
        yield from self._writer.add(row)

    def finish_bundle(self) -> Iterator[WindowedValue]:
        for file in self._writer.close():
            assert self._window is not None  # there is a file, so there was an element
            yield self._window.with_value(file)


@dataclass(eq=False)
class StageRows(beam.PTransform):
    """Record or row -> StagedFile: rows of `table` written to the staging folder of the pass, one partition a file.

    In: PCollection of dict rows, or of the records of `schemas.rows.ROW_OF[table]`. Out: PCollection[StagedFile]. A bundle's rows
    are buffered to about 32 MB. Raises LakeError when the lake cannot be written to.
    """

    lake_uri: str
    run: RunInfo
    table: str

    def expand(self, rows: Any) -> Any:
        return rows | "Stage" >> beam.ParDo(_StageFn(self.lake_uri, self.run, self.table)).with_output_types(StagedFile)


def _write_manifest(_: None, lake_uri: str, run_id: str, files: list[StagedFile]) -> str:
    return write_manifest(open_lake(lake_uri, create=False).storage, run_id, files)


@dataclass(eq=False)
class WriteManifest(beam.PTransform):
    """StagedFile -> the manifest of the pass, which `commit_pass` reads. Written for an empty input too.

    In: PCollection[StagedFile]. Out: PCollection[str], the path of the manifest.
    """

    lake_uri: str
    run_id: str

    def expand(self, files: Any) -> Any:
        once = files.pipeline | "Once" >> beam.Create([None])
        write = beam.Map(_write_manifest, self.lake_uri, self.run_id, beam.pvalue.AsList(files))
        return once | "Write" >> write.with_output_types(str)


@dataclass(eq=False)
class StagePass(beam.PTransform):
    """All rows of a pass -> its manifest.

    In: a dict of table name -> PCollection, or several, of its records or rows. Out: PCollection[str], the path of the manifest.
    """

    lake_uri: str
    run: RunInfo
    tables: tuple[str, ...] = field(default=("articles", "pages", "polls", "rejects", "sightings", "signatures"))

    def expand(self, rows: Any) -> Any:
        staged = [
            rows[table] | f"Stage{table.capitalize()}" >> StageRows(self.lake_uri, self.run, table)
            for table in self.tables
            if table in rows
        ]
        return staged | "AllFiles" >> beam.Flatten() | "Manifest" >> WriteManifest(self.lake_uri, self.run.run_id)


def _read_pages(chosen: PageRows, lake_uri: str) -> Iterator[Page]:
    return read_pages(open_lake(lake_uri, create=False).storage, chosen)


@dataclass(eq=False)
class ReadPages(beam.PTransform):
    """PageRows -> Page: stored pages, read a few at a time.

    In: PCollection[PageRows], as `newest_pages` gives them. Out: PCollection[Page].
    """

    lake_uri: str

    def expand(self, chosen: Any) -> Any:
        return chosen | "Spread" >> beam.Reshuffle() | "Read" >> beam.FlatMap(_read_pages, self.lake_uri).with_output_types(Page)
