"""Who is who around the wording of a deal: buyer, supplier, system."""

import re
from typing import NamedTuple

from schemas.records import Mention
from transforms.tag.defense.deal_marks import Mark
from transforms.tag.defense.deal_rules import Trigger

_TOWARDS = re.compile(r"\b(?:to|for|from|with|by)\s+(?:the\s+|its\s+)?(?:\w+\s+)?$", re.I)
_BY = re.compile(r"\bby\s+(?:the\s+)?$", re.I)
_FROM = re.compile(r"\b(?:from|by|with)\s+(?:the\s+)?(?:⟦G\d+⟧(?:['’]s)?\s+)?(?:[\w-]+\s+){0,2}$", re.I)
_FROM_COUNTRY = re.compile(
    r"\bfrom\s+(?:the\s+)?⟦G\d+⟧(?!['’]s|\s*⟦|['’]\s|\s+(?:\w+\s+){0,2}(?:company|firm|maker|manufacturer|"
    r"builder|shipbuilder|contractor|shipyard|group|giant)\s+⟦)"
)
_SEATED = re.compile(
    r"(?:(?:\s(?:[\w&-]+\.?|[A-Z]\.[A-Z]\.)){0,4}(?:,[^,]{1,40}){1,4},|(?:\s\w+\.?){0,3}\s(?:of|in|from)\s⟦G\d+⟧)"
    r"\s*(?:(?:is|was|has|have)\s+)?(?:been\s+)?"
)
_MAKER = re.compile(
    r"(?:(?:(?:an?|two|three|in|on)\s+(?:\w+\s+){1,2}(?:later|earlier)?,?\s*)?(?:the|its)\s+(?:[\w⟦⟧-]+\s+){0,2}(?:company|firm|maker|manufacturer|builder|shipbuilder|shipyard|yard|group|house|subsidiary|unit)|it)\b",
    re.I,
)
_FIRM = re.compile(r"\s+(?:[\w-]+\s+)?(?:company|firm|maker|manufacturer|builder|shipbuilder|shipyard|group)\b")
_POSSESSED = re.compile(
    r"['’]s\b|\s+(?:rivals?|suppliers?|subsidiar(?:y|ies)|partners?|competitors?|units?|affiliates?|executives?|business|division|arm)\b"
)
_SELLS = re.compile(r"\s*(?:\w+\s+){0,2}to\s+(?:sell|supply|export|deliver|provide)\b", re.I)
_BOTH = re.compile(r"\s+and\s+(?:the\s+)?(?:⟦G\d+⟧['’]s\s+)?(?:\w+\s+){0,2}")
_TO_IT = re.compile(
    r"\bto\s+(?:the\s+(?:country|kingdom|republic|island|emirate)|its\s+(?:army|navy|air\s+force|military))\b", re.I
)
_AT = re.compile(r"\b(?:at|by)\s+(?:the\s+)?$", re.I)
BODY = re.compile(
    r"(?:\b(?:it|its|the\s+(?:[\w'’-]+\s+){0,2}(?:country|kingdom|republic|emirate|sultanate|ministry|army|navy|air force|government|"
    r"agency|centre|center|forces|military))\b)|^a\b",
    re.I,
)


class Parts(NamedTuple):
    """Who buys, who supplies, what."""

    buyer: str = ""
    supplier: str = ""
    platform: Mark | None = None


class Context(NamedTuple):
    """The one country and firm that the text has just spoken of, "" or None when there are none or several, and the systems."""

    country: str
    firm: Mention | None
    systems: tuple[Mention, ...]


def parts_of(trigger: Trigger, masked: str, marks: list[Mark], begin: int, end: int, context: Context) -> Parts | None:
    """The roles that the wording gives to the mentions around it; None when a needed one is missing."""
    before = [mark for mark in marks if mark.end <= begin]
    after = [mark for mark in marks if mark.start >= begin]
    letters = "GAC" if trigger.subject == "buyer" and trigger.kind in ("order", "contract") else "GACP"
    subject = next((mark for mark in reversed(before) if mark.letter in letters and not is_owner(masked, mark)), None)
    if subject is None and context.country and BODY.search(masked[:begin]):  # `the ministry`, of the country just spoken of
        subject = Mark("G", begin, begin, Mention("geo", "COUNTRY", "", 0, 0, iso3=context.country))
    nation = subject is None or (subject.letter == "G" and _FIRM.match(masked, subject.end))  # `the Norwegian company`
    if nation and context.firm and trigger.subject == "supplier" and _MAKER.match(masked[:begin]):
        subject = Mark("C", begin, begin, context.firm)  # `the firm`, the one just spoken of
    if trigger.subject == "supplier" and subject and subject.letter == "G":  # `Boeing Co., St. Louis, Missouri, was awarded`
        seated = next((mark for mark in reversed(before) if mark.letter == "C"), None)
        subject = seated if seated and _SEATED.fullmatch(masked[seated.end : begin]) else subject
    firm = next((mark for mark in after if mark.letter == "C" and not is_owner(masked, mark)), None)
    platform = next((mark for mark in after if mark.letter == "P"), None)
    if trigger.subject == "target":
        return Parts(supplier=id_of(subject)) if subject and subject.letter == "C" else None
    if trigger.kind == "sanction":
        target = firm or next((mark for mark in after if mark.letter == "A"), None)
        return Parts(supplier=id_of(target)) if target else None
    if trigger.subject == "seller":  # the state that must allow it
        return (
            Parts(_to(masked, [mark for mark in after if mark.start >= end - 1 or mark.letter == "G"]), id_of(firm), platform)
            if platform
            else None
        )
    if trigger.kind in ("plant", "production_start"):
        maker = next((mark for mark in reversed(before) if mark.letter == "C"), None)
        maker = maker or next((mark for mark in after if mark.letter == "C" and _AT.search(masked[: mark.start])), None)
        made = platform or (subject if subject and subject.letter == "P" else None)
        return Parts(supplier=id_of(maker), platform=made)
    if subject and subject.letter == "P" and trigger.kind == "delivery" and trigger.subject == "supplier":
        return Parts(_to(masked, after), _by(masked, after), subject)
    if trigger.subject == "receiver":
        if not (subject and subject.letter in "GA" and platform):
            return None
        return Parts(iso3_of(subject), _by(masked, after), platform)
    if trigger.subject == "after":
        return Parts(
            next((iso3_of(mark) for mark in after if mark.start >= end - 1 and mark.letter == "G"), ""), id_of(firm), platform
        )
    if trigger.subject == "giver":
        return Parts(iso3_of(after[0]), id_of(subject) if subject and subject.letter == "C" else "", platform)
    if trigger.kind == "delivery":
        return Parts(
            _to(masked, after) or (context.country if _TO_IT.search(masked[end:]) else ""),
            id_of(subject) if subject and subject.letter == "C" else "",
            platform,
        )
    if trigger.kind in ("contract", "order") and trigger.subject == "none":
        by = next((iso3_of(mark) for mark in after if mark.letter in "GA" and _BY.search(masked[: mark.start])), "")
        return Parts(by, id_of(firm), platform or next((mark for mark in reversed(before) if mark.letter == "P"), None))
    if trigger.subject == "buyer":
        if subject and subject.letter not in "GA":
            return None
        buyer = iso3_of(subject) if subject else ""
        end_user = _to(masked, [mark for mark in after if platform and mark.start > platform.end]) if buyer == "USA" else ""
        if trigger.kind == "order" and not platform:
            return None
        other = (
            platform and firm and _FROM_COUNTRY.search(masked[platform.end : firm.start + 1])
        )  # `from France, and Y from Diehl`
        return Parts(end_user or buyer, "" if other else id_of(firm), platform)
    if subject and subject.letter in "GA" and trigger.subject == "either":
        if _SELLS.match(masked[end:]) and not firm:  # the state is the seller
            return Parts(_to(masked, [mark for mark in after if mark.start > end]), "", platform)
        return Parts(iso3_of(subject), id_of(firm or _partner(masked, before, subject, "C")), platform)
    if subject and subject.letter == "C":
        partner = _partner(masked, before, subject, "GA") if trigger.subject == "either" else None
        inner = next((mark for mark in after if mark.letter == "A" and mark.end < end), None)  # `lands Marine Corps contract`
        state = partner or inner
        return Parts(_to(masked, after) or (iso3_of(state) if state else ""), id_of(subject), platform)
    return None


def _partner(masked: str, before: list[Mark], subject: Mark, letters: str) -> Mark | None:
    """Who acts together with the subject: `Embraer and Sweden's FMV signed`."""
    pairs = (mark for mark in reversed(before) if mark.letter in letters and mark.end < subject.start)
    return next((mark for mark in pairs if _BOTH.fullmatch(masked[mark.end : subject.start])), None)


def is_owner(masked: str, mark: Mark) -> bool:
    """`Baykar's supplier`: the mark only says whose; what follows it is meant. Countries and agencies act through what is theirs."""
    return mark.letter in "CP" and bool(_POSSESSED.match(masked[mark.end :]))


def _to(masked: str, marks: list[Mark]) -> str:
    """The country that something goes to: the first mark after to, for, from, with or by."""
    for mark in marks:
        if mark.letter in "GA" and _TOWARDS.search(masked[: mark.start]):
            return iso3_of(mark)
    return ""


def _by(masked: str, marks: list[Mark]) -> str:
    """The firm that something comes from."""
    return next((id_of(mark) for mark in marks if mark.letter == "C" and _FROM.search(masked[: mark.start])), "")


def iso3_of(mark: Mark) -> str:
    return mark.mention.iso3 if mark.mention else ""


def id_of(mark: Mark | None) -> str:
    return mark.mention.entity_id if mark and mark.mention else ""
