"""A window of a stream is committed once, whatever a runner does again."""

import uuid
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from schemas.errors import LakeError
from schemas.records import RunInfo
from schemas.rows import ROW_OF
from tests.lake.examples import T0, article, page, poll, reject, sightings, summary
from tests.stream.lakes import column
from transforms.lake.commit import clean_leftovers
from transforms.lake.lake import Lake, open_lake
from transforms.lake.staging import StagedFile, StagingWriter
from transforms.lake.streaming.commit import commit_stream, commit_window, is_abandoned, staged_as, sweep, window_run_id

STREAM = "stream-20260301T085500-abcd"
WINDOW = window_run_id(STREAM, T0)


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return open_lake(str(tmp_path / "lake"))


def _stage(lake: Lake, run_id: str, **records: Iterable[Any]) -> list[StagedFile]:
    files: list[StagedFile] = []
    for table, rows in records.items():
        writer = StagingWriter(lake.storage, staged_as(run_id), table, lambda: uuid.uuid4().hex)
        for record in rows:
            files += writer.add(ROW_OF[table](record, RunInfo(run_id, "1")))
        files += writer.close()
    return files


def _commit(lake: Lake, files: list[StagedFile], run_id: str = WINDOW) -> bool:
    return commit_window(lake, run_id, files, {}, T0 - timedelta(minutes=1), T0) is not None


def commit_rows(lake: Lake, run_id: str, **records: Iterable[Any]) -> None:
    """Stage records, by table, and commit them as the window `run_id`."""
    assert _commit(lake, _stage(lake, run_id, **records), run_id)


def _column(lake: Lake, table: str, name: str) -> list[object]:
    return sorted(column(Path(lake.location), table, name), key=str)


def test_a_window_becomes_visible_with_its_row_of_runs(lake: Lake) -> None:
    assert _commit(lake, _stage(lake, WINDOW, articles=[article(1), article(2)], polls=[poll()]))
    assert _column(lake, "articles", "run_id") == [WINDOW, WINDOW]
    assert _column(lake, "runs", "(run_id, command, articles, feeds)") == [(WINDOW, "stream", 2, 1)]
    assert list(lake.feed_states()) == [poll().feed.url]
    assert lake.storage.files("_staging") == []


def test_the_same_files_again_add_nothing(lake: Lake) -> None:
    files = _stage(lake, WINDOW, articles=[article(1)])
    assert _commit(lake, files)
    assert not _commit(lake, files)
    assert len(_column(lake, "runs", "run_id")) == len(_column(lake, "articles", "run_id")) == 1


def test_a_window_that_was_read_again_adds_only_what_is_new(lake: Lake) -> None:
    first = [article(1), article(2)]
    assert _commit(lake, _stage(lake, WINDOW, articles=first, sightings=sightings(first)))
    again = _stage(lake, WINDOW, articles=[article(2), article(3)])
    assert _commit(lake, again)
    assert _column(lake, "articles", "article_id") == sorted(article(n).article_id for n in (1, 2, 3))
    assert _column(lake, "revisions", "article_id") == []
    names = _column(lake, "runs", "run_id")
    assert names[0] == WINDOW
    assert str(names[1]).startswith(f"{WINDOW}-again-")
    assert not _commit(lake, again)


def test_what_another_attempt_has_staged_outlives_a_commit(lake: Lake) -> None:
    first = _stage(lake, WINDOW, articles=[article(1)])
    pages = _stage(lake, WINDOW, pages=[page(1)])
    assert _commit(lake, first)
    assert _commit(lake, pages)
    assert _column(lake, "pages", "article_id") == [page(1).article_id]


def test_a_changed_article_takes_the_place_of_the_old_one(lake: Lake) -> None:
    later = window_run_id(STREAM, T0 + timedelta(minutes=1))
    assert _commit(lake, _stage(lake, WINDOW, articles=[article(1)]))
    assert _commit(lake, _stage(lake, later, articles=[article(1, "Kyiv thinks again about launchers, and says so.")]), later)
    assert _column(lake, "articles", "run_id") == [later]
    assert _column(lake, "revisions", "superseded_by") == [later]


def test_the_row_of_runs_counts_the_window(lake: Lake) -> None:
    files = _stage(lake, WINDOW, articles=[article(1), article(2)], polls=[poll()], rejects=[reject(3), reject(4)])
    assert _commit(lake, files)
    (counts,), (reasons,) = _column(lake, "runs", "counts"), _column(lake, "runs", "reasons")
    told = [(c["stage"], c["in"], c["out"], c["rejected"]) for c in counts]  # type: ignore[attr-defined]
    assert told == [
        ("poll", 1, 1, 0), ("parse", 4, 4, 0), ("select", 4, 4, 0), ("fetch", 4, 2, 2), ("extract", 2, 2, 0), ("tag", 2, 2, 0),
        ("lake", 2, 2, 0),
    ]  # fmt: skip
    assert [(r["stage"], r["n"]) for r in reasons] == [(reject(3).stage, 2)]  # type: ignore[attr-defined]


def test_late_rows_are_a_run_of_their_own(lake: Lake) -> None:
    late = window_run_id(STREAM, T0, 2)
    assert _commit(lake, _stage(lake, WINDOW, articles=[article(1)]))
    assert _commit(lake, _stage(lake, late, articles=[article(2)]), late)
    assert _column(lake, "articles", "run_id") == [WINDOW, late]


def test_vanished_files_are_no_success(lake: Lake) -> None:
    files = _stage(lake, WINDOW, articles=[article(1)])
    lake.storage.delete(files[0].path)
    with pytest.raises(LakeError, match="vanished"):
        _commit(lake, files)


def test_a_pass_leaves_open_windows_alone(lake: Lake) -> None:
    files = _stage(lake, WINDOW, articles=[article(1)])
    clean_leftovers(lake.storage, T0)
    assert _commit(lake, files)


def test_old_windows_are_swept(lake: Lake) -> None:
    _stage(lake, WINDOW, articles=[article(1)])
    sweep(lake, T0 + timedelta(days=6))
    assert lake.storage.folders("_staging") == [staged_as(WINDOW)]
    sweep(lake, T0 + timedelta(days=8))
    assert lake.storage.folders("_staging") == []
    assert not is_abandoned(window_run_id(STREAM, T0, 3), T0)


def test_the_end_of_a_stream_is_a_row_of_runs(lake: Lake) -> None:
    commit_stream(lake, summary(STREAM), T0)
    assert _column(lake, "runs", "run_id") == [STREAM]
