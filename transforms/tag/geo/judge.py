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
from transforms.tag.intervals import Intervals

_ENOUGH: Final = 0.42  # F1 is best where a mention counts from half of the F1 that is reached
_KNOWN: Final = 0.95


@dataclass(frozen=True, slots=True)
class Kept:
    """A candidate that is a mention, with how sure that is (0..1)."""

    candidate: Candidate
    score: float


@functools.cache
def load_weights() -> dict[str, float]:
    """The weights that ship, once a process."""
    lines = (DATA / "weights.tsv").read_text("utf-8").splitlines()
    return {name: float(weight) for name, weight in (line.split("\t") for line in lines if line and not line.startswith("#"))}


def probability(features: Sequence[str], weights: dict[str, float]) -> float:
    """How likely a candidate with these features is a mention."""
    total = sum(weights.get(name, 0.0) for name in features) + weights.get("always", 0.0)
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, total))))


def merge(candidates: Sequence[Candidate]) -> list[Candidate]:
    """One candidate for each span, what several sources say of it put together, and none inside a longer name that has one meaning."""
    merged: dict[tuple[int, int], Candidate] = {}
    for c in candidates:
        old = merged.get((c.start, c.end))
        merged[c.start, c.end] = c if old is None else replace(
            old, entry=old.entry or c.entry, lo=old.lo or c.lo, hi=old.hi or c.hi, label=old.label or c.label,
            state=old.state or c.state, pattern=old.pattern or c.pattern,
        )  # fmt: skip
    return _without_parts(list(merged.values()))


def _without_parts(candidates: list[Candidate]) -> list[Candidate]:
    """No "Karabakh" in "Nagorno-Karabakh"."""
    covered: dict[int, Candidate] = {}
    for c in candidates:
        if c.entry is not None and c.entry.sure and c.last - c.first > 1:
            for i in range(c.first, c.last):
                if i not in covered or covered[i].last - covered[i].first < c.last - c.first:
                    covered[i] = c
    return [c for c in candidates if c.first not in covered or not _inside(c, covered[c.first])]


def _inside(c: Candidate, longer: Candidate) -> bool:
    return longer.first <= c.first and c.last <= longer.last and c.last - c.first < longer.last - longer.first


def judge(
    analysis: Analysis,
    words: list[Word],
    candidates: Sequence[Candidate],
    vetoes: Sequence[tuple[int, int]],
    gazetteer: Gazetteer,
    lexicon: Lexicon,
    cues: Cues,
    weights: dict[str, float],
) -> list[Kept]:
    """Candidates -> the mentions among them, in order, not overlapping."""
    merged = merge(candidates)
    evidence = Evidence(analysis, words, merged, gazetteer, lexicon, cues)
    not_places = Intervals(vetoes)
    scored: list[Kept] = []
    for c in merged:
        alliance = c.entry is not None and c.entry.label == "ALLIANCE"  # a programme can be called after it
        if not_places.touch(c.start, c.end) and not (alliance and (c.start, c.end) in vetoes):
            continue
        if evidence.vetoed(c):
            continue
        known = (
            c.entry is not None and c.entry.sure and c.entry.label in ("METONYM", "ALLIANCE")
        )  # no labelled set has them to learn from
        known = known or evidence.shouts(c) or evidence.acts_for(c)
        score = _KNOWN if known else probability(evidence.features(c), weights)
        if score >= _ENOUGH:
            scored.append(Kept(c, score))
    scored.sort(key=lambda k: (-k.score, k.candidate.start - k.candidate.end))
    kept: list[Kept] = []
    taken: set[int] = set()
    for k in scored:
        spanned = range(k.candidate.first, k.candidate.last)
        if taken.isdisjoint(spanned):
            kept.append(k)
            taken.update(spanned)
    return sorted(kept, key=lambda k: k.candidate.start)
