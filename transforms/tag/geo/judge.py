"""Decides which candidates are mentions: weighs their evidence, and of overlapping ones keeps the likeliest.

The weights are a logistic regression's (`tests/eval/fit_geo.py`), so that a score is the share of such candidates that are mentions.
"""

import functools
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from transforms.tag.analysis import Analysis
from transforms.tag.geo.cues import Cues
from transforms.tag.geo.evidence import Evidence
from transforms.tag.geo.gazetteer import DATA, Gazetteer
from transforms.tag.geo.lexicon import Lexicon
from transforms.tag.geo.scan import Candidate, Word

_ENOUGH: Final = 0.5


@dataclass(frozen=True, slots=True)
class Kept:
    """A candidate that is a mention, with how sure that is (0..1)."""

    candidate: Candidate
    score: float


@functools.cache
def _weights() -> tuple[dict[str, float], dict[str, float]]:
    """The weights of the first look, which takes each candidate alone, and of the second, which knows what the first said of its namesakes."""
    lines = [line.split("\t") for line in (DATA / "weights.tsv").read_text("utf-8").splitlines() if line and not line.startswith("#")]
    return {name: float(first) for name, first, _ in lines}, {name: float(second) for name, _, second in lines}


def probability(features: Sequence[str], weights: dict[str, float]) -> float:
    """How likely a candidate with these features is a mention."""
    total = sum(weights.get(name, 0.0) for name in features) + weights.get("always", 0.0)
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, total))))


def namesakes(names: Sequence[str], first: Sequence[float], coarse: Sequence[str]) -> list[str]:
    """For each candidate a feature that says how likely the likeliest other candidate of the same name is."""
    best: dict[str, list[float]] = {}
    for name, p in zip(names, first, strict=True):
        best.setdefault(name, []).append(p)
    features = []
    for name, p, kind in zip(names, first, coarse, strict=True):
        others = list(best[name])
        others.remove(p)
        features.append(f"namesake={'none' if not others else min(int(max(others) * 5), 4)}")
    return features


def merge(candidates: Sequence[Candidate]) -> list[Candidate]:
    """One candidate for each span: what several sources say of it put together."""
    merged: dict[tuple[int, int], Candidate] = {}
    for c in candidates:
        old = merged.get((c.start, c.end))
        merged[c.start, c.end] = c if old is None else replace(
            old, entry=old.entry or c.entry, lo=old.lo or c.lo, hi=old.hi or c.hi, label=old.label or c.label,
            state=old.state or c.state, pattern=old.pattern or c.pattern,
        )  # fmt: skip
    return list(merged.values())


def judge(
    analysis: Analysis, words: list[Word], candidates: Sequence[Candidate], vetoes: Sequence[tuple[int, int]], gazetteer: Gazetteer, lexicon: Lexicon, cues: Cues
) -> list[Kept]:
    """Candidates -> the mentions among them, in order, not overlapping."""
    merged = merge(candidates)
    evidence = Evidence(analysis, words, merged, gazetteer, lexicon, cues)
    merged = [c for c in merged if not any(start < c.end and c.start < end for start, end in vetoes) and not evidence.vetoed(c)]
    alone, together = _weights()
    features = [evidence.features(c) for c in merged]
    first = [probability(f, alone) for f in features]
    known = namesakes([analysis.text[c.start : c.end] for c in merged], first, [f[0].split(":")[0] for f in features])
    scored: list[Kept] = []
    for c, f, extra in zip(merged, features, known, strict=True):
        score = probability([*f, extra], together)
        if score >= _ENOUGH:
            scored.append(Kept(c, score))
    scored.sort(key=lambda k: (-k.score, k.candidate.start - k.candidate.end))
    kept: list[Kept] = []
    for k in scored:
        if not any(o.candidate.start < k.candidate.end and k.candidate.start < o.candidate.end for o in kept):
            kept.append(k)
    return sorted(kept, key=lambda k: k.candidate.start)
