"""Beam's counters of a pass as the sums that `runs` and the summary show."""

from collections.abc import Mapping
from typing import Any

from schemas.records import ReasonCount, StageCount
from schemas.stages import STAGES

Counters = Mapping[tuple[str, str], int]  # (stage, counter name) -> value


def read_counters(result: Any) -> dict[tuple[str, str], int]:
    """Committed counters of a finished `PipelineResult`; attempted ones where a runner reports nothing else."""
    counters: dict[tuple[str, str], int] = {}
    for metric in result.metrics().query()["counters"]:
        name = metric.key.metric
        counters[name.namespace, name.name] = int(metric.committed if metric.committed is not None else metric.attempted or 0)
    return counters


def stage_counts(counters: Counters) -> tuple[StageCount, ...]:
    """One line a stage; a stage that nothing reached has zeros."""

    def total(stage: str, prefix: str) -> int:
        return sum(n for (where, name), n in counters.items() if where == stage and name.startswith(prefix))

    return tuple(
        StageCount(
            stage=stage,
            unit=unit,
            taken=counters.get((stage, "in"), 0),
            out=counters.get((stage, "out"), 0),
            rejected=total(stage, "rejected_"),
            dropped=total(stage, "dropped_"),
        )
        for stage, unit in STAGES
    )


def reason_counts(counters: Counters) -> tuple[ReasonCount, ...]:
    """Every `rejected_…` and `dropped_…` counter that is not zero."""
    order = [stage for stage, _ in STAGES]
    found = [(stage, name, n) for (stage, name), n in counters.items() if n and name.startswith(("rejected_", "dropped_"))]
    return tuple(ReasonCount(*item) for item in sorted(found, key=lambda item: (order.index(item[0]), -item[2], item[1])))


def disagreement(counts: tuple[StageCount, ...]) -> str:
    """A sentence about the first stage whose sums do not agree, "" when all do: in = out + rejected + dropped."""
    for count in counts:
        if count.taken != count.out + count.rejected + count.dropped:
            return (
                f"stage {count.stage} took {count.taken} but accounts for "
                f"{count.out} out + {count.rejected} rejected + {count.dropped} dropped"
            )
    return ""
