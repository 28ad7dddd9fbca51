"""What a window did, told from its rows; and the sums over the windows of a stream."""

from collections import Counter
from datetime import timedelta
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from pipeline.counts import disagreement
from pipeline.windows import WindowCounts
from schemas.records import RunInfo
from tests.lake.examples import T0, article, page, poll, reject
from tests.stream.test_commit import STREAM, commit_rows
from transforms.lake.lake import open_lake
from transforms.lake.streaming.commit import window_run_id
from transforms.lake.streaming.counting import window_counts

_N = st.integers(0, 50)
_STAGES = ("parse", "fetch", "extract", "tag")


def test_every_stage_is_counted_from_the_lake_back_to_the_feeds() -> None:
    rejects = Counter({("parse", "no_url"): 1, ("fetch", "timeout"): 2, ("tag", "tag_timeout"): 1})
    counts, reasons = window_counts(Counter(ok=3, unchanged=2, error=1), 20, rejects, 8, 6, 5)
    assert [(c.stage, c.taken, c.out, c.rejected, c.dropped) for c in counts] == [
        ("poll", 6, 5, 1, 0), ("parse", 20, 19, 1, 0), ("select", 19, 10, 0, 9), ("fetch", 10, 8, 2, 0),
        ("extract", 8, 8, 0, 0), ("tag", 8, 7, 1, 0), ("lake", 7, 5, 0, 2),
    ]  # fmt: skip
    assert {(r.stage, r.reason, r.n) for r in reasons} == {
        ("parse", "rejected_no_url", 1), ("fetch", "rejected_timeout", 2), ("tag", "rejected_tag_timeout", 1),
        ("select", "dropped_seen", 9), ("lake", "dropped_duplicate", 1), ("lake", "dropped_unchanged", 1),
    }  # fmt: skip


@given(st.fixed_dictionaries(dict.fromkeys(_STAGES, _N)), _N, _N, _N, _N)
def test_the_sums_agree(rejected: dict[str, int], items: int, pages: int, staged: int, known: int) -> None:
    rejects = Counter({(stage, "x"): n for stage, n in rejected.items()})
    counts, _ = window_counts(Counter(), items, rejects, pages, staged, max(0, staged - known))
    assert disagreement(counts) == ""
    assert all(min(c.taken, c.out, c.rejected, c.dropped) >= 0 for c in counts)


def test_a_stream_is_the_sum_of_its_windows_and_of_no_others(tmp_path: Path) -> None:
    lake = open_lake(str(tmp_path / "lake"))
    second, other = window_run_id(STREAM, T0 + timedelta(minutes=1)), window_run_id("stream-20260301T085500-ffff", T0)
    counts = WindowCounts(lake, RunInfo(STREAM, "1"), T0 - timedelta(minutes=5))
    counts.read()
    assert (counts.commits, dict(counts.counters)) == (0, {})
    commit_rows(lake, window_run_id(STREAM, T0), articles=[article(1)], pages=[page(1)], polls=[poll()])
    counts.read()
    commit_rows(lake, second, articles=[article(2)], pages=[page(2)], rejects=[reject(3)])
    commit_rows(lake, other, articles=[article(4)], pages=[page(4)])
    counts.read()
    counts.read()
    assert counts.commits == 2
    assert [counts.counters[key] for key in (("poll", "in"), ("fetch", "in"), ("fetch", "out"), ("lake", "out"))] == [1, 3, 2, 2]
    assert counts.counters["fetch", "rejected_http_not_found"] == 1
