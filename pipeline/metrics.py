"""Beam's counters as a textfile for Prometheus's node exporter."""

from datetime import datetime
from pathlib import Path

from pipeline.counts import Counters
from schemas.stages import STAGES


def write_metrics(path: str, counters: Counters, now: datetime) -> None:
    """Replace the file at `path` in one step: `dibwatch_total{stage,counter}`, and when it was written (Unix seconds).

    Raises OSError.
    """
    stages = {stage for stage, _ in STAGES}  # runners add counters of their own
    ours = sorted((stage, name, n) for (stage, name), n in counters.items() if stage in stages)
    lines = ["# HELP dibwatch_total What went in and out of each stage.", "# TYPE dibwatch_total counter"]
    lines += [f'dibwatch_total{{stage="{stage}",counter="{name}"}} {n}' for stage, name, n in ours]
    lines += ["# TYPE dibwatch_written_timestamp_seconds gauge", f"dibwatch_written_timestamp_seconds {now.timestamp():.0f}", ""]
    target = Path(path)
    draft = target.with_name(f".{target.name}.new")
    draft.write_text("\n".join(lines), encoding="utf-8")
    draft.replace(target)
