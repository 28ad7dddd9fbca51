"""What the checks of streams ask a lake, with plain DuckDB."""

from pathlib import Path

import duckdb

from tests.cli import dibwatch


def column(lake: Path, table: str, expression: str) -> list[object]:
    """`expression` of every row of `table`; nothing while the lake has none."""
    if not list((lake / table).rglob("*.parquet")):
        return []
    files = f"read_parquet('{lake}/{table}/**/*.parquet', hive_partitioning => true)"
    return [row[0] for row in duckdb.connect().execute(f"SELECT {expression} FROM {files}").fetchall()]


def figures(lake: Path, window_s: float = 60.0, pace: float = 1.0) -> str:
    """Articles and commits of the streams of a lake, and how long after the end of a window it was committed: a line to print."""
    of_windows = "CASE WHEN len(string_split(run_id, '-')) = 4 THEN duration_s END"  # not of late parts, nor of the stream itself
    lags = sorted((float(str(took_s)) - window_s) / pace for took_s in column(lake, "runs", of_windows) if took_s is not None)
    articles, at = len(column(lake, "articles", "1")), (lambda share: lags[min(len(lags) - 1, int(share * len(lags)))])
    return (
        f"{articles} articles in {len(lags)} windows; lag: median {at(0.5):.1f} s, 95 % {at(0.95):.1f} s, most {lags[-1]:.1f} s"
    )


def of_one_pass(lake: Path, feeds: list[str]) -> set[object]:
    """The article ids that one bounded pass over `feeds` brings to a new lake."""
    arguments = ("--allow_private_hosts", "--host_delay", "0", "--per_host", "4", "--processes", "1")
    done = dibwatch("run", "--feeds", *feeds, "--lake", str(lake), *arguments)
    assert done.code == 0, done.err
    return set(column(lake, "articles", "article_id"))


def check_same(lake: Path, other: Path, feeds: list[str]) -> None:
    """Assert that `lake` has the articles that a bounded pass brings, each once, and every article's page and tags."""
    expected = of_one_pass(other, feeds)
    found = column(lake, "articles", "article_id")
    assert len(found) == len(set(found)), "an article is there twice"
    assert set(found) == expected, f"{len(expected - set(found))} of {len(expected)} articles were lost"
    assert set(column(lake, "pages", "article_id")) >= expected
    runs = column(lake, "runs", "run_id")
    assert set(column(lake, "articles", "run_id")) <= set(runs), "rows of a run that is not in runs"
