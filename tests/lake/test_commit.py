"""Passes become visible whole or not at all, and nothing that was there is lost."""

import errno
import json
import multiprocessing
import os
import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from pipeline.analytics.query import query
from schemas.errors import LakeError
from tests.lake.examples import T0, article, page, poll, reject, stage, summary, write_pass
from tests.lake.reading import everything, glob_ids, rows, strays
from transforms.lake.lake import CommitResult, commit_pass, open_lake
from transforms.lake.locks import LakeBusyError, hold
from transforms.lake.storage import Storage

DAY = timedelta(days=1)


def test_a_pass_is_invisible_until_it_is_committed(tmp_path: Path) -> None:
    lake = open_lake(str(tmp_path))
    with lake.begin_pass("r1"):
        stage(lake, "r1", articles=[article(1)], pages=[page(1)], polls=[poll()])
        assert glob_ids(tmp_path) == []
        assert rows(lake, "articles") == []
        result = commit_pass(lake, summary("r1", articles=1), T0)
    assert result == CommitResult(1, {"articles": 1, "pages": 1, "polls": 1}, 0)
    assert glob_ids(tmp_path) == [article(1).article_id]
    (run,) = rows(lake, "runs")
    assert run["articles"] == 1
    assert query(lake, "SELECT sequence FROM runs").to_pylist() == [{"sequence": 1}]
    assert strays(lake, tmp_path) == []


def test_a_pass_without_a_manifest_is_not_committed(tmp_path: Path) -> None:
    lake = open_lake(str(tmp_path))
    with lake.begin_pass("r1"), pytest.raises(LakeError, match="did not finish"):
        commit_pass(lake, summary("r1"), T0)
    assert strays(lake, tmp_path) == []
    assert lake.snapshot().sequence == 0


def test_files_of_a_retried_bundle_are_not_committed(tmp_path: Path) -> None:
    lake = open_lake(str(tmp_path))
    with lake.begin_pass("r1"):
        stage(lake, "r1", articles=[article(1)])
        stage(lake, "r1", articles=[article(1)])  # another attempt, whose manifest is the one that stays
        commit_pass(lake, summary("r1"), T0)
    assert glob_ids(tmp_path) == [article(1).article_id]
    assert strays(lake, tmp_path) == []


def test_an_article_with_another_text_supersedes_its_row(tmp_path: Path) -> None:
    write_pass(tmp_path, "r1", [article(1), article(2)])
    newer = article(1, text="Quite another text.", feed_urls=("https://b.example/feed",), published_at=T0 + DAY)
    assert write_pass(tmp_path, "r2", [newer], T0 + DAY).superseded == 1
    lake = open_lake(str(tmp_path))
    assert sorted(glob_ids(tmp_path)) == sorted([article(1).article_id, article(2).article_id])
    (row,) = [row for row in rows(lake, "articles") if row["article_id"] == newer.article_id]
    assert row["text"] == newer.text
    assert row["feed_urls"] == sorted([*newer.feed_urls, *article(1).feed_urls])
    (old,) = query(lake, "SELECT text, superseded_by, superseded_at FROM revisions").to_pylist()
    assert (old["text"], old["superseded_by"], old["superseded_at"]) == (article(1).text, "r2", T0 + DAY)
    assert strays(lake, tmp_path) == []


def test_reprocessed_rows_replace_without_a_revision(tmp_path: Path) -> None:
    write_pass(tmp_path, "r1", [article(1), article(2)])
    lake = open_lake(str(tmp_path))
    with lake.begin_pass("r2"):
        stage(lake, "r2", articles=[article(1, title="Better"), article(2, title="Better")])
        assert commit_pass(lake, summary("r2"), T0, keep_revisions=False).superseded == 2
    assert [row["title"] for row in rows(lake, "articles")] == ["Better", "Better"]
    assert rows(lake, "revisions") == []
    assert strays(lake, tmp_path) == []


def test_the_newest_state_of_each_feed_is_kept(tmp_path: Path) -> None:
    other = "https://b.example/feed"
    write_pass(tmp_path, "r1", [], polls=[poll(), poll(feed_url=other, failures=2)])
    write_pass(tmp_path, "r2", [], polls=[poll(T0 + DAY, failures=1)])
    lake = open_lake(str(tmp_path))
    states = lake.feed_states()
    assert {url: state.failures for url, state in states.items()} == {poll().feed.url: 1, other: 2}
    (tmp_path / "_lake" / "feed_states.parquet").unlink()
    assert lake.feed_states() == states


def test_a_second_pass_waits_or_says_who_is_at_work(tmp_path: Path) -> None:
    lake = open_lake(str(tmp_path))
    with lake.begin_pass("r1"):
        stage(lake, "r1", articles=[article(1)])
        with (
            pytest.raises(LakeBusyError, match=rf"Another pass.*run r1, process {os.getpid()}"),
            lake.begin_pass("r2", wait_s=0.05),
        ):
            pass
        commit_pass(lake, summary("r1"), T0)
    with lake.begin_pass("r2"):
        pass
    assert glob_ids(tmp_path) == [article(1).article_id]


def _take(folder: str, ready: Any) -> None:
    with hold(open_lake(folder).storage, "pass", "a test"):
        ready.set()
        os.kill(os.getpid(), 9)


def test_the_lock_dies_with_its_process(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    ready = context.Event()
    child = context.Process(target=_take, args=(str(tmp_path), ready))
    child.start()
    child.join(60)
    assert ready.is_set()
    assert child.exitcode == -9
    with open_lake(str(tmp_path)).begin_pass("r1"):
        pass


def test_what_a_dead_pass_left_is_cleaned_by_the_next(tmp_path: Path) -> None:
    lake = open_lake(str(tmp_path))
    stage(lake, "dead", articles=[article(1)])
    (tmp_path / "_lake").mkdir(exist_ok=True)
    (tmp_path / "_lake" / ".journal.json.0123").write_text("half")
    write_pass(tmp_path, "r1", [article(2)])
    assert glob_ids(tmp_path) == [article(2).article_id]
    assert strays(lake, tmp_path) == []


def test_a_lost_snapshot_is_rebuilt_from_the_folders(tmp_path: Path) -> None:
    write_pass(tmp_path, "r1", [article(1)], polls=[poll()], pages=[page(1)], rejects=[reject(3)])
    write_pass(tmp_path, "r2", [article(2)])
    lake = open_lake(str(tmp_path))
    before, snapshot = everything(lake), lake.snapshot()
    (tmp_path / "_lake" / "snapshot.json").unlink()
    with lake.begin_pass("r3"):
        pass
    assert everything(lake) == before
    assert lake.snapshot().tables == snapshot.tables
    assert lake.snapshot().sequence > snapshot.sequence


def test_a_damaged_snapshot_is_refused_in_one_sentence(tmp_path: Path) -> None:
    write_pass(tmp_path, "r1", [article(1)])
    (tmp_path / "_lake" / "snapshot.json").write_text('{"format": 1, "tab')
    with pytest.raises(LakeError, match=r"snapshot\.json is damaged; move it away"):
        write_pass(tmp_path, "r2", [article(2)])
    assert glob_ids(tmp_path) == [article(1).article_id]


def test_a_lake_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    write_pass(tmp_path, "r1", [article(1)])
    path = tmp_path / "_lake" / "snapshot.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "schema_version": 99}))
    with pytest.raises(LakeError, match="newer dibwatch"):
        open_lake(str(tmp_path)).snapshot()


def test_there_is_no_lake_where_there_is_none(tmp_path: Path) -> None:
    with pytest.raises(LakeError, match="There is no lake at"):
        open_lake(str(tmp_path / "none"), create=False)
    with pytest.raises(LakeError, match="not a place for a lake"):
        open_lake("gopher://host/lake")


@pytest.mark.parametrize("method", ["write", "move", "sync", "sync_folder", "delete", "delete_folder", "make_folder"])
@pytest.mark.parametrize(
    ("code", "says"),
    [(errno.ENOSPC, "the disk is full"), (errno.EACCES, "permission is denied"), (errno.EIO, "input/output error")],
)
def test_trouble_with_the_disk_is_one_sentence_and_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, method: str, code: int, says: str
) -> None:
    write_pass(tmp_path, "r1", [article(1)], polls=[poll()])
    lake = open_lake(str(tmp_path))
    before = everything(lake)

    def fail(*_: object) -> None:
        raise OSError(code, os.strerror(code))

    with monkeypatch.context() as patch:
        patch.setattr(Storage, method, fail)
        with pytest.raises(LakeError) as caught:
            write_pass(tmp_path, "r2", [article(1, text="Another text."), article(2)], T0 + DAY, polls=[poll(T0 + DAY)])
    message = str(caught.value)
    assert says in message
    assert "\n" not in message
    committed = "is recorded" in message
    assert committed or everything(lake) == before
    write_pass(tmp_path, "r3", [article(1, text="Another text."), article(2)], T0 + DAY, polls=[poll(T0 + DAY)])
    assert sorted(glob_ids(tmp_path)) == sorted([article(1).article_id, article(2).article_id])
    assert strays(lake, tmp_path) == []


def test_a_lake_that_vanishes_during_a_pass_is_one_sentence(tmp_path: Path) -> None:
    folder = tmp_path / "lake"
    lake = open_lake(str(folder))
    with pytest.raises(LakeError), lake.begin_pass("r1"):
        stage(lake, "r1", articles=[article(1)])
        shutil.rmtree(folder)
        commit_pass(lake, summary("r1"), T0)


def test_a_missing_file_is_named_and_a_rebuilt_snapshot_does_without_it(tmp_path: Path) -> None:
    write_pass(tmp_path, "r1", [article(1)])
    next(tmp_path.glob("articles/*/*.parquet")).unlink()
    with pytest.raises(LakeError, match=r"cannot be read.*articles"):
        query(open_lake(str(tmp_path)), "SELECT title FROM articles")
    with pytest.raises(LakeError, match=r"a file is missing \(.*part-r1"):
        write_pass(tmp_path, "r2", [article(2)])
    (tmp_path / "_lake" / "snapshot.json").unlink()
    write_pass(tmp_path, "r3", [article(2)])
    assert glob_ids(tmp_path) == [article(2).article_id]
