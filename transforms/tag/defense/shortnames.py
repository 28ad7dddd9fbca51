"""A firm after its first mention: `Aero` in a text that has said `Aero Vodochody`."""

import dataclasses
from collections.abc import Iterator, Sequence

from transforms.tag.defense.atoms import words
from transforms.tag.defense.evidence import Evidence
from transforms.tag.defense.matcher import Match
from transforms.tag.defense.namesakes import is_town

# First words of firms that are no name by themselves
_COMMON = words(
    """General National United American European Royal Advanced Defense Defence Military State Northern Southern Eastern Western Central
    Global International First Joint New Blue Black Red White Green Golden Silver Iron Naval Marine Ocean Aerospace Aviation Aircraft Air
    Space Systems Electric Electronics Applied Quantum Shield Fire True Smart Future Modern Indian Israel Turkish Ukrainian Polish Korea
    Korean Japan China Chinese Russian French German British Swedish Swiss Saudi Digital Mission Force Combat Tactical Special
    Saint Port Fort Mount Santa San North South East West Grand Great High Bath Newport Nova Titan Orbit Star Sky Arms Ammunition Machine
    Tank Shipyard Shipyards Missile Missiles Rocket Research Institute Design Bureau Plant Factory Works Group"""
)


def short_names(evidence: Evidence, accepted: Sequence[Match]) -> Iterator[Match]:
    """The first word of each accepted firm of two words or more where it stands alone further on. Another name beside it ends that."""
    text = evidence.text
    taken = {index for match in accepted for index in range(match.first, match.last + 1)}
    firms: dict[str, Match] = {}
    shared: set[str] = set()  # first words of several firms of the text
    for match in accepted:
        first = text.atoms[match.first].text
        own = match.form.entity.label == "COMPANY" and match.last > match.first and text.gap(match.first) == " "
        named = own and len(first) > 3 and first.istitle() and first not in _COMMON
        if named and firms.setdefault(first, match).form.entity.id != match.form.entity.id:
            shared.add(first)
    for index, atom in enumerate(text.atoms if firms else ()):
        firm = firms.get(atom.text)
        if firm is None or atom.text in shared or index <= firm.last or index in taken:
            continue
        found = dataclasses.replace(firm, first=index, last=index, start=atom.start, end=atom.end, exact=False)
        before = text.atoms[index - 1].text if text.gap(index - 1) == " " else ""
        longer = before[:1].isupper() and index - 1 not in taken and before.lower() != "the"
        if not (longer or evidence.part_of_other_name(found) or is_town(text, found, alone=False)):
            yield found
