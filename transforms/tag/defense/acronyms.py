"""Acronyms that the text itself spells out: `Median household income, or MHI` is no Mitsubishi Heavy Industries."""

import re
from collections.abc import Iterable

from transforms.tag.defense.lexicon import Entity

_DEFINED = re.compile(r"(?:, (?:or|known as|called|abbreviated(?: as| to)?) (?:the )?|\s\(|\s\([\"“'])(?P<acronym>[A-Z]{2,6})\b")
_WORD = re.compile(r"[^\W\d_]+")
_SMALL = frozenset("of the and for in on to de la le du des et y e und für der die del di da".split())
_REACH = 120  # code points before the acronym that can hold what it stands for


def spelled_out(text: str) -> dict[str, str]:
    """Acronym -> the words, case folded, whose initials it is, as they stand right before its first definition."""
    found: dict[str, str] = {}
    for match in _DEFINED.finditer(text):
        acronym = match["acronym"]
        words = [word.casefold() for word in _WORD.findall(text[max(0, match.start() - _REACH) : match.start()])]
        begin = _begin(words, acronym.casefold())
        if begin is not None and acronym not in found:
            found[acronym] = " ".join(words[begin:])
    return found


def _begin(words: list[str], acronym: str) -> int | None:
    """Where the words begin whose initials `acronym` is; small words between them count or not."""
    i, letter = len(words), len(acronym)
    while letter and i:
        i -= 1
        if words[i][0] == acronym[letter - 1]:
            letter -= 1
        elif words[i] not in _SMALL:
            return None
    return None if letter else i


def stands_for(entity: Entity, meaning: str) -> bool:
    """Whether a name of `entity` and the words `meaning` share most of their words."""
    wanted = set(meaning.split()) - _SMALL
    return any(_alike(wanted, names) for names in _names(entity))


def _names(entity: Entity) -> Iterable[set[str]]:
    for name in (entity.name, *(alias.text for alias in entity.aliases)):
        yield {word.casefold() for word in _WORD.findall(name)} - _SMALL


def _alike(wanted: set[str], names: set[str]) -> bool:
    return len(names) > 1 and 2 * len(wanted & names) >= min(len(wanted), len(names))
