"""Several buyers, makers or targets that stand side by side: each has a deal of its own."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Final

from schemas.records import Deal
from transforms.tag.defense.deal_marks import Mark
from transforms.tag.defense.deal_roles import id_of, iso3_of

_COMMA: Final = re.compile(r",\s+(?:the\s+)?")
_AND: Final = re.compile(r",?\s+(?:and|und|et|y|e|i|oraz|та|й|і|и|ve)\s+(?:the\s+)?")
_FOR_EACH: Final = ("sanction", "plant", "production_start")  # a contract of two firms is one


def each_party(deal: Deal, masked: str, marks: Sequence[Mark]) -> list[Deal]:
    """`deal`, or one for each of the parties in the list that its party stands in: "Latvia and Estonia ordered", "sanctions on X and Y".

    What several order together has no quantity and no amount of its own, so that none is counted twice.
    """
    for group in _lists(masked, marks):
        states = list(dict.fromkeys(iso3 for mark in group if mark.letter == "G" and (iso3 := iso3_of(mark))))
        if len(states) == len(group) and deal.buyer_iso3 in states:
            return [replace(deal, buyer_iso3=iso3, quantity=None, amount=None, currency="") for iso3 in states]
        firms = list(dict.fromkeys(id_of(mark) for mark in group if mark.letter == "C"))
        if len(firms) == len(group) and deal.supplier_id in firms and deal.kind in _FOR_EACH:
            return [replace(deal, supplier_id=firm, amount=None, currency="") for firm in firms]
    return [deal]


def _lists(masked: str, marks: Sequence[Mark]) -> Iterator[list[Mark]]:
    """Runs of marks parted by commas and one last "and"."""
    group: list[Mark] = []
    for left, right in pairwise(sorted(marks, key=lambda mark: mark.start)):
        group = group or [left]
        gap = masked[left.end : right.start]
        if _AND.fullmatch(gap):
            yield [*group, right]
            group = []
        elif _COMMA.fullmatch(gap):
            group.append(right)
        else:
            group = []
