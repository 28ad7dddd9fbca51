"""The lake as Delta tables."""

import sys
from datetime import timedelta
from pathlib import Path

import duckdb
import pytest

from pipeline.analytics.export import EXPORTED, export_delta
from schemas.errors import LakeError, UsageError
from tests.lake.examples import T0, article, poll, write_pass
from transforms.lake.lake import open_lake


def test_delta_tables_have_the_rows_of_the_lake(tmp_path: Path) -> None:
    from deltalake import DeltaTable

    write_pass(tmp_path / "lake", "r1", [article(1), article(2)], polls=[poll()])
    lake = open_lake(str(tmp_path / "lake"))
    into = str(tmp_path / "delta")
    assert export_delta(lake, into) == {"articles": 2, "mentions": 8, "revisions": 0, "polls": 1, "rejects": 0, "runs": 1}
    write_pass(tmp_path / "lake", "r2", [article(1, text="Kyiv."), article(3)], T0 + timedelta(days=1))
    assert export_delta(lake, into)["articles"] == 3
    table = DeltaTable(f"{into}/articles")
    assert table.metadata().partition_columns == ["published_date"]
    rows = duckdb.from_arrow(table.to_pyarrow_table()).order("title")
    assert rows.project("title, text, mentions[1].name").fetchall()[0] == ("Title 1", "Kyiv.", "Kyiv")
    assert set(EXPORTED) == {path.name for path in Path(into).iterdir()}


def test_a_place_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    write_pass(tmp_path / "lake", "r1", [article(1)])
    with pytest.raises(LakeError, match="Cannot export") as caught:
        export_delta(open_lake(str(tmp_path / "lake")), str(tmp_path / "file"))
    assert "\n" not in str(caught.value)


def test_without_its_package_the_export_says_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "deltalake", None)
    write_pass(tmp_path / "lake", "r1", [article(1)])
    with pytest.raises(UsageError, match=r"pip install -e '\.\[export\]'.*--format duckdb needs none"):
        export_delta(open_lake(str(tmp_path / "lake")), str(tmp_path / "delta"))
