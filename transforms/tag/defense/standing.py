"""The names that stand, by sentence, kind and place in the text, so that each of thousands can be asked for in constant time."""

from collections.abc import Callable, Collection, Iterable, Iterator

from transforms.tag.defense.cues import Cue
from transforms.tag.defense.matcher import Match

MILITARY = (
    "PLATFORM",
    "AGENCY",
    "PROGRAM",
    "FACILITY",
)  # firms, think tanks and terms of trade alone do not make a text military


class Standing:
    """Matches by what is asked of them. `ids`, `military` and `firms` are entity ids of the whole text."""

    def __init__(self, matches: Iterable[Match], sentence: Callable[[int], int]) -> None:
        self._sentence = sentence
        self._here: dict[tuple[int, str], dict[str, list[Match]]] = {}  # (sentence, label) -> id -> matches
        self._by_id: dict[str, list[Match]] = {}
        self._first: dict[int, list[Match]] = {}
        self._last: dict[int, list[Match]] = {}
        self._labels: dict[str, set[str]] = {}
        for match in matches:
            entity = match.form.entity
            here = self._here.setdefault((sentence(match.start), entity.label), {})
            here.setdefault(entity.id, []).append(match)
            self._by_id.setdefault(entity.id, []).append(match)
            self._first.setdefault(match.first, []).append(match)
            self._last.setdefault(match.last, []).append(match)
            self._labels.setdefault(entity.label, set()).add(entity.id)
        self.ids = set(self._by_id)
        self.firms = self._labels.get("COMPANY", set())
        self.military = set().union(*(self._labels.get(label, set()) for label in MILITARY))

    def elsewhere(self, match: Match) -> bool:
        """Does the same entity stand at another place?"""
        return any(apart(other, match) for other in self._by_id.get(match.form.entity.id, ()))

    def another(self, match: Match) -> bool:
        """Does another entity stand outside the span?"""
        own = match.form.entity.id
        return any(apart(other, match) for key, others in self._by_id.items() if key != own for other in others)

    def with_ids(self, match: Match, ids: Collection[str]) -> bool:
        """Does one of the entities `ids` stand in the same sentence, outside the span?"""
        here = self._sentence(match.start)
        found = (self._here.get((here, label), {}).get(key, ()) for label in self._labels for key in ids)
        return any(apart(other, match) for others in found for other in others)

    def of_labels(self, match: Match, labels: Collection[str]) -> Iterator[str]:
        """Ids of the entities with one of `labels` in the same sentence, outside the span."""
        here = self._sentence(match.start)
        for label in labels:
            for key, others in self._here.get((here, label), {}).items():
                if any(apart(other, match) for other in others):
                    yield key

    def neighbours(self, match: Match) -> Iterator[Match]:
        """The matches that begin or end at most one atom away."""
        for step in (1, 2):
            yield from self._first.get(match.last + step, ())
            yield from self._last.get(match.first - step, ())


def apart(one: Match | Cue, other: Match) -> bool:
    """Do the two share no character?"""
    return one.end <= other.start or one.start >= other.end
