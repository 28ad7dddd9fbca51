"""Systems that a sentence calls by a noun because the text has just named them: "36 aircraft", "five of the tanks", "the same system"."""

import functools
import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from schemas.records import Mention
from transforms.tag.defense.deal_rules import COUNT, FILLER, NUMBER_WORDS, number_of

# Nouns for systems of each category of the lexicon
_NOUNS: Final = {
    "aircraft": "aircraft|jets?|planes?|fighters?|trainers?|bombers?|machines?",
    "helicopter": "helicopters?|aircraft|machines?",
    "uav": "drones?|aircraft|unmanned aircraft|machines?",
    "armor": "tanks?|vehicles?|carriers?|machines?",
    "vehicle": "vehicles?|carriers?|trucks?",
    "artillery": "howitzers?|guns?|mortars?|launchers?|vehicles?",
    "air_defense": "launchers?|batter(?:y|ies)|missiles?|interceptors?",
    "missile": "missiles?|rockets?|launchers?",
    "munition": "missiles?|rockets?|shells?|rounds?|bombs?",
    "naval": "ships?|frigates?|corvettes?|destroyers?|submarines?|boats?|vessels?|cutters?",
    "sensor_ew": "radars?|sensors?",
    "small_arms": "rifles?|pistols?|guns?|launchers?",
    "engine": "engines?",
}


class Thing(NamedTuple):
    """`system` called by a noun at `start`..`end`, and how many of it."""

    start: int
    end: int
    system: Mention
    number: int | None


def named_before(masked: str, begin: int, systems: Sequence[Mention]) -> Thing | None:
    """Where `masked` from `begin` on calls one of `systems` by a noun of its category, if it can be no other of them."""
    found = [
        Thing(match.start(), match.end(), system, _count(match))
        for system in systems
        if (pattern := _pattern(system.category)) and (match := pattern.search(masked, begin))
    ]
    return found[0] if len(found) == 1 else None


def _count(named: re.Match[str]) -> int | None:
    written = named["n"] or named["two"] or ""
    return number_of(written) if written.isdigit() or written.lower() in NUMBER_WORDS or "," in written else None


@functools.cache
def _pattern(category: str) -> re.Pattern[str] | None:
    nouns = _NOUNS.get(category)
    if nouns is None:
        return None
    counted = rf"{COUNT}\s+(?:of\s+the\s+)?{FILLER}|the\s+(?:(?P<two>\w+)\s+)?"
    return re.compile(rf"\b(?:the\s+same\s+(?:systems?|type|model)|(?:{counted})(?:{nouns}))\b", re.I)
