"""A sentence whose mentions and amounts of money are replaced by marks, so that wordings can be looked for around them."""

from dataclasses import replace
from typing import NamedTuple

from schemas.records import Mention
from transforms.tag.defense.money import Money, amounts

_OWNED = ("'s ", "’s ")
_LETTER = {"AGENCY": "A", "COMPANY": "C", "PLATFORM": "P"}


class Mark(NamedTuple):
    """A mention or an amount in the masked sentence, at `start`..`end` there."""

    letter: str
    start: int
    end: int
    mention: Mention | None = None
    money: Money | None = None


def mask(sentence: str, mentions: list[Mention], offset: int) -> tuple[str, list[Mark]]:
    """The sentence with mentions and amounts of money replaced by marks, and what the marks stand for."""
    sentence = sentence.replace("⟦", "[").replace("⟧", "]")  # a page must not write marks of its own
    spans: list[tuple[int, int, str, Mention | None, Money | None]] = [(m.start, m.end, "M", None, m) for m in amounts(sentence)]
    for mention in sorted(mentions, key=lambda m: (m.start - m.end, m.kind)):  # longest first, ours before places
        letter = _LETTER.get(mention.label, "") if mention.kind == "defense" else "G" if mention.iso3 else ""
        start, end = mention.start - offset, mention.end - offset
        if letter and all(end <= other[0] or start >= other[1] for other in spans):
            spans.append((start, end, letter, mention, None))
    parts: list[str] = []
    marks: list[Mark] = []
    at = length = 0
    for number, (start, end, letter, found, money) in enumerate(sorted(spans, key=lambda span: span[0])):
        owner = marks[-1].mention if marks and sentence[at:start] in _OWNED else None
        if found and owner and letter == "A" and not found.iso3:  # `Israel's Defense Ministry`
            found = replace(found, iso3=owner.iso3)
        mark = f"⟦{letter}{number}⟧"
        parts += [sentence[at:start], mark]
        length += start - at
        marks.append(Mark(letter, length, length + len(mark), found, money))
        length += len(mark)
        at = end
    return "".join(parts) + sentence[at:], marks
