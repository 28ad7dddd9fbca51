"""What is lost or damaged in a lake is named in one sentence, or made up for."""

from collections.abc import Callable
from pathlib import Path

import apache_beam as beam
import pytest

from pipeline.analytics.query import query, write_database
from schemas.errors import LakeError, UsageError
from tests.lake.examples import FEED, T0, article, entry, poll, write_pass
from tests.lake.reading import everything
from transforms.lake.lake import Lake, open_lake
from transforms.lake.transform import AssignStories, SelectUnseen


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    write_pass(tmp_path, "r1", [article(1), article(2)], polls=[poll()])
    return open_lake(str(tmp_path))


def file_of(lake: Lake, table: str) -> Path:
    return Path(lake.storage.full(lake.snapshot().files(table)[0].path))


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-20])


def empty(path: Path) -> None:
    path.write_bytes(b"")


def scribble(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[:4] + b"\xff" * (len(content) // 2) + content[4 + len(content) // 2 :])


DAMAGES = pytest.mark.parametrize("damage", [Path.unlink, cut, empty])
TABLES = pytest.mark.parametrize("table", ["articles", "sightings", "signatures"])


def check_sentence(error: Exception, path: Path) -> None:
    said = str(error)
    assert str(path) in said
    assert "snapshot.json away" in said
    assert "\n" not in said
    assert "LINE" not in said


def test_a_lost_snapshot_is_rebuilt_for_a_reader(lake: Lake, tmp_path: Path) -> None:
    before, tables = everything(lake), {name: files for name, files in lake.snapshot().tables.items() if files}
    (tmp_path / "_lake" / "snapshot.json").unlink()
    assert query(lake, "SELECT count(*) AS n FROM articles").to_pylist() == [{"n": 2}]
    assert everything(lake) == before
    assert {name: files for name, files in lake.snapshot().tables.items() if files} == tables
    assert not (tmp_path / "_lake" / "snapshot.json").exists()
    path = file_of(lake, "articles")
    cut(path)
    with pytest.raises(LakeError, match=f"{path.name} is damaged; move it away"):
        lake.snapshot()


def test_files_of_a_first_commit_that_is_under_way_are_not_visible(lake: Lake, tmp_path: Path) -> None:
    (tmp_path / "_lake" / "snapshot.json").unlink()
    (tmp_path / "_lake" / "journal.json").write_text("{}")
    assert lake.snapshot().tables == {}


@TABLES
@DAMAGES
def test_a_pass_over_a_damaged_file_fails_and_can_be_helped(
    lake: Lake, tmp_path: Path, table: str, damage: Callable[[Path], None]
) -> None:
    path = file_of(lake, table)
    damage(path)
    with pytest.raises(LakeError) as caught:
        write_pass(tmp_path, "r2", [article(3)])
    check_sentence(caught.value, path)
    path.unlink(missing_ok=True)
    (tmp_path / "_lake" / "snapshot.json").unlink()
    write_pass(tmp_path, "r3", [article(3)])
    assert len(query(lake, "SELECT * FROM articles")) == (1 if table == "articles" else 3)


@DAMAGES
def test_the_steps_of_a_pass_name_the_file(lake: Lake, damage: Callable[[Path], None]) -> None:
    for table, step, made in (
        ("sightings", SelectUnseen(lake.location, f"r{damage}", T0), entry(3)),
        ("signatures", AssignStories(lake.location, f"r{damage}", drop_unchanged=False), article(3)),
    ):
        path = file_of(lake, table)
        before = path.read_bytes()
        damage(path)
        pipeline = beam.Pipeline()
        _ = pipeline | beam.Create([made]) | step
        with pytest.raises(Exception, match=f"The lake cannot be read: .*{path.name}"):
            pipeline.run()
        path.write_bytes(before)


def test_content_that_is_damaged_is_named_when_it_is_committed_over(lake: Lake, tmp_path: Path) -> None:
    path = file_of(lake, "articles")
    scribble(path)
    with pytest.raises(LakeError) as caught:
        write_pass(tmp_path, "r2", [article(1, text="Another text.")])
    check_sentence(caught.value, path)


@TABLES
@pytest.mark.parametrize("damage", [Path.unlink, cut, empty, scribble])
def test_a_query_over_a_damaged_file_names_it(lake: Lake, tmp_path: Path, table: str, damage: Callable[[Path], None]) -> None:
    write_pass(tmp_path, "r2", [article(3)])
    path = file_of(lake, table)
    damage(path)
    with pytest.raises(LakeError) as caught:
        query(lake, f"SELECT * FROM {table}")
    check_sentence(caught.value, path)


@DAMAGES
def test_a_database_file_is_not_written_over_a_damaged_file(lake: Lake, tmp_path: Path, damage: Callable[[Path], None]) -> None:
    path = file_of(lake, "articles")
    damage(path)
    with pytest.raises(LakeError) as caught:
        write_database(lake, tmp_path / "lake.duckdb")
    check_sentence(caught.value, path)
    assert [name for name in tmp_path.iterdir() if "duckdb" in name.name] == []


@pytest.mark.parametrize("damage", [cut, empty, scribble])
def test_damaged_feed_states_are_made_anew_from_the_polls(lake: Lake, tmp_path: Path, damage: Callable[[Path], None]) -> None:
    states = lake.feed_states()
    damage(tmp_path / "_lake" / "feed_states.parquet")
    assert lake.feed_states() == states
    other = "https://b.example/feed"
    write_pass(tmp_path, "r2", [], polls=[poll(feed_url=other)])
    assert set(lake.feed_states()) == {FEED, other}


@pytest.mark.parametrize("location", ["", "  "])
def test_a_lake_has_a_name(location: str) -> None:
    for create in (True, False):
        with pytest.raises(UsageError):
            open_lake(location, create=create)
