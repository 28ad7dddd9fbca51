"""`dibwatch run --every`: what it does between its passes."""

import functools
from pathlib import Path

import pytest

from pipeline import cli
from pipeline.commands import run as command
from pipeline.run import PassConfig, PassOutcome
from schemas.rows import run_row
from tests.lake.examples import article, summary, write_pass
from transforms.lake.lake import open_lake


def test_the_lake_is_compacted_once_a_day(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = []

    def one_pass(config: PassConfig) -> PassOutcome:
        write_pass(config.lake, f"r{len(files)}", [article(len(files))])
        return PassOutcome(run_row(summary("r"), 1), "done", 0)

    def pause(_: float) -> None:
        files.append(len(open_lake(str(tmp_path)).snapshot().files("articles")))
        if len(files) == 3:
            raise KeyboardInterrupt

    write_pass(tmp_path, "before", [article(9)])
    monkeypatch.setattr(command, "preload", lambda _: None)
    monkeypatch.setattr("pipeline.run.run_pass", one_pass)
    monkeypatch.setattr(command, "repeat", functools.partial(command.repeat, sleep=pause))
    arguments = ["run", "--feeds", "http://127.0.0.1:9/feed", "--lake", str(tmp_path), "--every", "1h", "--json"]
    assert cli.main(arguments) == 0
    assert files == [1, 2, 3]
