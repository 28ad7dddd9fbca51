"""What a window of a stream did, told from its rows: runners tell a stream's counters late, and Flink's job server not at all."""

from collections import Counter

from schemas.records import ReasonCount, StageCount
from schemas.stages import STAGES


def window_counts(
    polls: Counter[str], items: int, rejects: Counter[tuple[str, str]], pages: int, staged: int, kept: int
) -> tuple[tuple[StageCount, ...], tuple[ReasonCount, ...]]:
    """The counts of every stage, and the reasons, of a window that is about to be committed.

    `polls`: polls by outcome; `items`: what those feeds listed; `rejects`: by (stage, reason); `pages`: rows of pages, 0 where
    none are kept; `staged`: articles, of which `kept` were not in the lake already. Every stage's output is the input of the next,
    so the counts are found from the lake back to the feeds. A late part of a window has no polls: what it has counts as listed.
    """
    rejected: Counter[str] = Counter()
    for (stage, _), n in rejects.items():
        rejected[stage] += n
    fetched = max(pages, staged + rejected["tag"] + rejected["extract"])
    extracted = fetched - rejected["extract"]
    tagged = extracted - rejected["tag"]
    chosen = fetched + rejected["fetch"]
    listed = max(items - rejected["parse"], chosen)
    ins_and_outs = {
        "poll": (polls.total(), polls.total() - polls["error"], polls["error"]),
        "parse": (listed + rejected["parse"], listed, rejected["parse"]),
        "select": (listed, chosen, 0),
        "fetch": (chosen, fetched, rejected["fetch"]),
        "extract": (fetched, extracted, rejected["extract"]),
        "tag": (extracted, tagged, rejected["tag"]),
        "lake": (tagged, kept, 0),
    }
    counts = [
        StageCount(stage, unit, taken, out, bad, taken - out - bad)
        for stage, unit in STAGES
        for taken, out, bad in [ins_and_outs[stage]]
    ]
    dropped = {
        ("select", "dropped_seen"): listed - chosen,
        ("lake", "dropped_duplicate"): tagged - staged,
        ("lake", "dropped_unchanged"): staged - kept,
    }
    failures = [ReasonCount(stage, f"rejected_{reason}", n) for (stage, reason), n in sorted(rejects.items())]
    return tuple(counts), (*failures, *(ReasonCount(stage, reason, n) for (stage, reason), n in dropped.items() if n))
