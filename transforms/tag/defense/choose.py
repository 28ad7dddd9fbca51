"""Of candidates that stand, one for each place in the text."""

from collections.abc import Iterable
from typing import NamedTuple

from transforms.tag.defense.matcher import Match

BY_ITS_NOUN = 0.95  # how sure a name is that its own type noun follows


class Judged(NamedTuple):
    """A candidate that stands, how sure, and the entity that came second for the same words."""

    match: Match
    score: float
    runner_up: str = ""
    fit: int = 0  # words of the entity's own class stand beside it; looked at only where names compete


def select(judged: Iterable[Judged]) -> list[Judged]:
    """One mention per place: longest span first, then the surer; names beat terms. In text order."""
    best: dict[tuple[int, int], Judged] = {}
    for item in judged:
        span = (item.match.start, item.match.end)
        other = best.get(span)
        if other is None:
            best[span] = item
            continue
        first, second = sorted((other, item), key=_rank, reverse=True)
        rival = second.match.form.entity.id
        best[span] = first if rival == first.match.form.entity.id else first._replace(runner_up=first.runner_up or rival)
    chosen: list[Judged] = []
    taken: set[int] = set()  # code points
    for item in sorted(best.values(), key=lambda j: (j.match.start - j.match.end, j.match.start)):
        letters = range(item.match.start, item.match.end)
        if taken.isdisjoint(letters):
            chosen.append(item)
            taken.update(letters)
    return sorted(chosen, key=lambda j: j.match.start)


def _rank(item: Judged) -> tuple[float, ...]:
    match = item.match
    term = match.form.entity.label == "TERM"
    return (  # what decides first stands first
        match.joined,
        not term,
        bool(match.form.entity.id),
        not match.variant,
        item.fit,
        match.exact,
        not match.respaced,
        len(match.form.atoms),
        item.score >= BY_ITS_NOUN,
        not match.recased,
        bool(match.form.entity.iso3),
    )
