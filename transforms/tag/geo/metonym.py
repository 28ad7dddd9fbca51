"""Whether a capital acts as a government ("Moscow said", "Beijing's claims", "talks with Kyiv") or is a town ("in Moscow", a dateline)."""

import re
from typing import Final

from transforms.tag.geo.cues import Cues
from transforms.tag.geo.scan import Word

_HELPERS: Final = 3
_DATELINE = re.compile(r"(?:, [A-Z][\w.]+ \d{1,2})?(?: \([^)]{2,20}\))? ?[-–—:] |, [A-Z][\w.]+ \d{1,2}|/|\s*\(")


def acts(text: str, words: list[Word], first: int, last: int, cues: Cues) -> bool:
    """Whether the capital at words `first`..`last` (exclusive) stands for its government."""
    start, end, stop = words[first].start, words[last - 1].end, words[last - 1].stop
    before = words[first - 1].text.casefold() if first else ""
    if text[start:end].isupper() or _DATELINE.match(text, stop):
        return False
    if cues.before.get(before) in ("place_prep", "to", "of") and text[words[first - 1].stop : start] == " ":
        second = words[first - 2].text.casefold() if first > 1 else ""
        return second in cues.dealt_with.get(before, frozenset())
    following = words[last : last + 1 + _HELPERS]
    if (
        len(following) > 2
        and following[0].text == "and"
        and following[1].capital
        and text[stop : following[2].start].count(" ") == 3
    ):
        following = following[2:]  # "Seoul and Tokyo condemned"
        stop = end = words[last + 1].stop
    if not following:
        return before in cues.dealt
    gap = text[stop : following[0].start]
    if gap == "-":
        return following[0].text.casefold() in cues.sided
    if before in cues.dealt and text[words[first - 1].stop : start] == " ":
        return True
    if "between" in (before, words[first - 3].text if first >= 3 else ""):
        return any(w.text.casefold() in cues.relation for w in words[max(0, first - 7) : first])
    if gap != " ":
        return False
    if stop > end:
        return any(w.text in cues.policy for w in following[:3] if text[stop : w.end].count(",") == 0)
    helped = False
    for word in following:
        if word.text in cues.acts or (helped and is_form_of_act(word.text, cues.acts)):
            return True
        if word.text not in cues.helper:
            return False
        helped = True
    return False


def is_form_of_act(word: str, acts_: frozenset[str]) -> bool:
    """Whether `word` is the base or the -ing form of a verb that is listed with its -s or -ed: "will impose", "is pressing"."""
    stem = word.removesuffix("ing")
    bases = (word,) if stem == word else (stem, stem + "e", stem[:-1] if stem[-1:] == stem[-2:-1] else stem)
    return any(base + ending in acts_ for base in bases for ending in ("s", "es", "ed", "d")) or (
        stem.endswith("y") and stem[:-1] + "ies" in acts_
    )
