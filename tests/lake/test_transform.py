"""The lake's door: shapes, drops, counters, and rows that arrive."""

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import apache_beam as beam
import pytest
from apache_beam.testing.util import assert_that, equal_to

from schemas.records import RunInfo, Sighting
from tests.lake.examples import FEED, T0, article, entry, page, poll, reject, summary, write_pass
from tests.lake.reading import rows, strays
from transforms.lake.lake import commit_pass, open_lake
from transforms.lake.transform import AssignStories, SelectUnseen, StagePass, StageRows

RUN = RunInfo("r9", "0.1.0")
NOW = T0 + timedelta(days=1)
OTHER = "https://other.example/feed"


def counters(result: Any, stage: str) -> dict[str, int]:
    return {c.key.metric.name: c.committed for c in result.metrics().query()["counters"] if c.key.metric.namespace == stage}


def test_entries_of_an_empty_lake_are_all_new_and_merged(tmp_path: Path) -> None:
    open_lake(str(tmp_path))
    pipeline = beam.Pipeline()
    entries = [entry(1), entry(1, feed_urls=(OTHER,)), entry(2)]
    selected = pipeline | beam.Create(entries) | SelectUnseen(str(tmp_path), "r9", NOW)
    assert_that(
        selected.ok | beam.Map(lambda e: (e.url, e.feed_urls)),
        equal_to([(entry(1).url, (FEED, OTHER)), (entry(2).url, (FEED,))]),
        label="ok",
    )
    assert_that(selected.sightings, equal_to([]), label="sightings")
    result = pipeline.run()
    assert counters(result, "select") == {"in": 3, "out": 2, "dropped_duplicate": 1}


def test_seen_entries_are_dropped_and_new_feeds_remembered(tmp_path: Path) -> None:
    write_pass(tmp_path, "r1", [article(1), article(2)])
    pipeline = beam.Pipeline()
    entries = [entry(1), entry(2, feed_urls=(OTHER,), fingerprint="1" * 16), entry(3)]
    selected = pipeline | beam.Create(entries) | SelectUnseen(str(tmp_path), "r9", NOW)
    assert_that(selected.ok | beam.Map(lambda e: e.url), equal_to([entry(3).url]), label="ok")
    late = Sighting(entry(2).url_key, article(2).article_id, OTHER, "1" * 16, "listed", NOW, article(2).published_at)
    assert_that(selected.sightings, equal_to([late]), label="sightings")
    result = pipeline.run()
    assert counters(result, "select") == {"in": 3, "out": 1, "dropped_seen": 2}


def test_articles_are_told_once_with_their_story(tmp_path: Path) -> None:
    wire = " ".join(f"word{n}" for n in range(200))
    first = article(1, text=wire)
    write_pass(tmp_path, "r1", [first, article(5)])
    pipeline = beam.Pipeline()
    reprint = article(2, text=wire + " and a line more")
    twice = article(3, text="A text of its own, not much of it.")
    articles = [reprint, twice, article(3, text=twice.text, feed_urls=(OTHER,)), article(5)]
    told = pipeline | beam.Create(articles) | AssignStories(str(tmp_path), "r9")
    assert_that(
        told["articles"] | beam.Map(lambda a: (a.article_id, a.story_id, a.feed_urls)),
        equal_to([(reprint.article_id, first.article_id, (FEED,)), (twice.article_id, twice.article_id, (FEED, OTHER))]),
        label="articles",
    )
    seen = [(article(5), FEED), (reprint, FEED), (twice, FEED), (twice, OTHER)]
    assert_that(
        told["sightings"] | "Pairs" >> beam.Map(lambda s: (s.url_key, s.feed_url)),
        equal_to([(one.url_key, feed) for one, feed in seen]),
        label="sightings",
    )
    assert_that(told["signatures"] | "Ids" >> beam.Map(lambda s: s.article_id), equal_to([reprint.article_id, twice.article_id]))
    result = pipeline.run()
    assert counters(result, "lake") == {"in": 4, "out": 2, "dropped_duplicate": 1, "dropped_unchanged": 1}


def test_reprocessing_keeps_unchanged_articles(tmp_path: Path) -> None:
    write_pass(tmp_path, "r1", [article(1)])
    pipeline = beam.Pipeline()
    told = pipeline | beam.Create([article(1)]) | AssignStories(str(tmp_path), "r9", drop_unchanged=False)
    assert_that(told["articles"] | beam.Map(lambda a: a.article_id), equal_to([article(1).article_id]))
    pipeline.run()


def test_a_pass_is_staged_and_committed(tmp_path: Path) -> None:
    lake = open_lake(str(tmp_path))
    with lake.begin_pass("r9"):
        pipeline = beam.Pipeline()
        told = pipeline | "Articles" >> beam.Create([article(1), article(2)]) | AssignStories(str(tmp_path), "r9")
        others = {"pages": [page(1)], "polls": [poll()], "rejects": [reject(4)]}
        made = {table: pipeline | table >> beam.Create(records) for table, records in others.items()}
        _ = {**told, **made} | StagePass(str(tmp_path), RUN)
        pipeline.run().wait_until_finish()
        committed = commit_pass(lake, summary("r9", articles=2), NOW)
    expected = {"articles": 2, "pages": 1, "polls": 1, "rejects": 1, "sightings": 2, "signatures": 2}
    assert committed.rows == expected
    assert {table: len(rows(lake, table)) for table in expected} == expected
    assert strays(lake, tmp_path) == []


def test_an_empty_pass_can_be_committed(tmp_path: Path) -> None:
    lake = open_lake(str(tmp_path))
    with lake.begin_pass("r9"):
        pipeline = beam.Pipeline()
        _ = {"articles": pipeline | beam.Create([])} | StagePass(str(tmp_path), RUN)
        pipeline.run().wait_until_finish()
        assert commit_pass(lake, summary("r9"), NOW).rows == {}
    assert len(rows(lake, "runs")) == 1


def test_a_lake_that_cannot_be_written_stops_the_pipeline(tmp_path: Path) -> None:
    open_lake(str(tmp_path))
    (tmp_path / "_staging").write_text("in the way")
    pipeline = beam.Pipeline()
    _ = pipeline | beam.Create([reject(1)]) | StageRows(str(tmp_path), RUN, "rejects")
    with pytest.raises(Exception, match="Cannot write to the lake"):
        pipeline.run()


@pytest.mark.skipif(os.cpu_count() == 1, reason="two workers need two cores")
def test_several_processes_stage_one_pass(tmp_path: Path) -> None:
    lake = open_lake(str(tmp_path))
    options = beam.options.pipeline_options.PipelineOptions(
        ["--runner=FnApiRunner", "--direct_running_mode=multi_processing", "--direct_num_workers=2"]
    )
    with lake.begin_pass("r9"):
        pipeline = beam.Pipeline(options=options)
        told = (
            pipeline | beam.Create([article(n, text=f"Text {n}. " * 30) for n in range(40)]) | AssignStories(str(tmp_path), "r9")
        )
        _ = told | StagePass(str(tmp_path), RUN)
        pipeline.run().wait_until_finish()
        commit_pass(lake, summary("r9"), NOW)
    assert len(rows(lake, "articles")) == len(rows(lake, "signatures")) == 40
