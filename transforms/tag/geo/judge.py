"""Decides which candidates are mentions: overlap, persons, organisations, plain words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from transforms.tag.analysis import Analysis
from transforms.tag.geo.gazetteer import ALTERNATE, GIVEN, SURNAME, WORD, Gazetteer
from transforms.tag.geo.scan import Candidate, Word

_ORGAN: Final = frozenset(
    "ministry army navy police court department council government sheriff parliament senate congress forces force guard embassy commission "
    "agency authority office service administration mission consulate military assembly legislature supreme defense defence security bureau "
    "intelligence marines coast border foreign interior justice treasury legislature house".split()
)
_PLACE_WORDS: Final = frozenset("in at from near outside to of across into around".split())


@dataclass(frozen=True, slots=True)
class Kept:
    """A candidate that is a mention, with how sure that is (0..1)."""

    candidate: Candidate
    score: float


def judge(analysis: Analysis, words: list[Word], candidates: Iterable[Candidate], vetoes: Sequence[tuple[int, int]], gazetteer: Gazetteer) -> list[Kept]:
    """Candidates -> the mentions among them, in order, not overlapping."""
    merged: dict[tuple[int, int], Candidate] = {}
    for c in candidates:
        if any(start < c.end and c.start < end for start, end in vetoes):
            continue
        old = merged.get((c.start, c.end))
        merged[c.start, c.end] = c if old is None else Candidate(c.start, c.end, c.first, c.last, old.entry or c.entry, old.lo or c.lo, old.hi or c.hi, old.label or c.label)
    scored = [(c, _score(analysis, words, c, gazetteer)) for c in merged.values()]
    kept: list[Kept] = []
    taken: list[tuple[int, int]] = []
    for c, score in sorted(scored, key=lambda item: (-(item[0].end - item[0].start), item[0].start)):
        if score >= 0.5 and not any(start < c.end and c.start < end for start, end in taken):
            kept.append(Kept(c, score))
            taken.append((c.start, c.end))
    return sorted(kept, key=lambda k: k.candidate.start)


def _score(analysis: Analysis, words: list[Word], c: Candidate, gazetteer: Gazetteer) -> float:
    label, exact, inside = "", False, False
    for ent in analysis.ents:
        if ent.start < c.end and c.start < ent.end:
            label = ent.label
            exact = ent.start >= c.start - 4 and ent.end <= c.end + 2
            inside = not exact
            break
    if label == "ORG" and inside:
        ent_words = {w.casefold() for w in analysis.text[ent.start : ent.end].split()}
        if not ent_words & _ORGAN:
            return 0.2
    if c.entry is not None:
        if label == "PERSON" and inside and c.entry.label != "NATIONALITY":
            return 0.1
        if c.entry.sure:
            return 0.95
        return 0.8 if label in ("GPE", "LOC", "NORP", "FAC") else 0.3
    if c.label:
        return 0.85 if c.hi else 0.6
    flags = int(gazetteer.flags[c.lo : c.hi].min()) if c.hi else 0
    population = int(gazetteer.population[gazetteer.place[c.lo : c.hi]].max()) if c.hi else 0
    if label in ("PERSON", "ORG", "PRODUCT", "WORK_OF_ART", "EVENT", "LAW", "NORP", "LANGUAGE"):
        return 0.2
    if label in ("GPE", "LOC", "FAC"):
        return 0.7 if not inside else 0.4
    if flags & (WORD | ALTERNATE | GIVEN | SURNAME):
        return 0.3
    previous = words[c.first - 1].text if c.first else ""
    return 0.7 if population > 100_000 or previous in _PLACE_WORDS else 0.45
