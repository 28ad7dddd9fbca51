"""Strings that UTF-8 cannot write must never sink a pass."""

import itertools
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from schemas.records import RunInfo
from schemas.rows import article_row, reject_row
from tests.lake.examples import TEXT, article, entry, reject
from transforms.lake import staging
from transforms.lake.lake import open_lake

RUN = RunInfo("r1", "0.1.0")
HALF = "\ud800"


def _staged(folder: Path, table: str, *rows: dict[str, Any]) -> list[dict[str, Any]]:
    names = itertools.count()
    writer = staging.StagingWriter(open_lake(str(folder)).storage, "r1", table, lambda: f"f{next(names)}")
    files = [file for row in rows for file in writer.add(row)] + list(writer.close())
    return [row for file in files for row in pq.ParquetFile(folder / file.path).read().to_pylist()]


def test_a_lone_surrogate_becomes_one_replacement_character(tmp_path: Path) -> None:
    bad = article(1, f"?? {TEXT}", title=f"a{HALF}b", categories=("fine", f"c{HALF}"))
    bad = replace(bad, text=f"{HALF}{HALF} {TEXT}")
    first, second = _staged(tmp_path, "articles", article_row(bad, RUN), article_row(article(2), RUN))
    assert (first["title"], first["categories"]) == ("a\ufffdb", ["fine", "c\ufffd"])
    assert first["text"] == f"\ufffd\ufffd {TEXT}"
    assert [first["text"][m["start"] : m["end"]] for m in first["mentions"]] == [m["text"] for m in first["mentions"]]
    assert second["title"] == "Title 2"


def test_a_bad_string_deep_in_a_row(tmp_path: Path) -> None:
    listed = entry(1, url=f"http://a.example/{HALF}", authors=(f"A{HALF}",))
    (row,) = _staged(tmp_path, "rejects", reject_row(reject(1, entry=listed, error=f"why{HALF}"), RUN))
    assert (row["entry"]["url"], row["entry"]["authors"], row["error"]) == ("http://a.example/\ufffd", ["A\ufffd"], "why\ufffd")


def test_good_strings_are_not_looked_at_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(staging, "_encodable")
    (row,) = _staged(tmp_path, "articles", article_row(article(1, title="\U0001f680"), RUN))
    assert row["title"] == "\U0001f680"
