"""Deals that a single clause states: kind, buyer, supplier, platform, quantity, amount.

Conservative by design: a clause counts when a wording of `deal_rules` is there, nothing makes it unreal, and at least two parts of
the deal are named in it. What it does not say stays empty, but for a buyer that only the sentence before names, a system that a noun
stands for (`deal_things`), and what the two sentences after it add: its worth, its maker, its system or who pays (`deal_context`).
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import replace

from schemas.records import Deal, Mention
from schemas.sentences import sentence_starts
from transforms.tag.analysis import Analysis
from transforms.tag.defense.deal_context import REACH, completed
from transforms.tag.defense.deal_languages import read_abroad
from transforms.tag.defense.deal_marks import Mark, mask
from transforms.tag.defense.deal_parties import each_party
from transforms.tag.defense.deal_roles import BODY, Context, id_of, is_owner, parts_of
from transforms.tag.defense.deal_rules import COMMAND, NO_DEAL, OF_THINGS, TRIGGERS, UNREAL, counted_apart, pledged, quantity
from transforms.tag.defense.deal_things import named_before
from transforms.tag.defense.money import Money

_MAX_SENTENCE = 600
_SPOKEN_OF = 3  # sentences in which a noun can mean the one system named before them
_CLOSING = " \"'”’»)"
_MADE_BY = re.compile(r"\b(?:built|made|manufactured|produced|supplied|assembled)\s+by\s+(?:the\s+)?(?:\w+\s+)?$", re.I)
_SAME_FIRM = re.compile(
    r"\b(?:from|with|by)\s+the\s+same\s+(?:firm|company|maker|supplier|manufacturer|yard|shipyard|group)\b", re.I
)
_OF_A_CONTRACT = re.compile(r"\b(?:contract|order|deal|agreement)s?\b[^,;]*$", re.I)
_BUILT = re.compile(r"-(?:built|made|produced)\b")
_APIECE = re.compile(r"\s+(?:each|apiece|per\b|a\s+(?:piece|unit|year))", re.I)
# Where a sentence may be cut: before a part with a subject of its own
_CLAUSE = re.compile(r"(?:,\s+(?:and|while|whereas|but)|;(?:\s+\w+\s+later)?|,)\s+(?=(?:the\s+)?⟦[GAC]\d+⟧|it\s|they\s)", re.I)
# `…, and signed a contract with`: what the first subject did, too
_VERB_AGAIN = re.compile(
    r",?\s+and\s+(?=(?:has\s+|have\s+|also\s+|then\s+|meanwhile\s+)*(?:signed|inked|ordered|bought|placed|took|received|awarded|"
    r"delivered|won|secured)\b)",
    re.I,
)
_SAME_SUBJECT = re.compile(r"(?:it|they)\s", re.I)
_OTHER_MONEY = re.compile(r"(?:sales|revenues?|profits?|backlog|budget)\s+of\s+$", re.I)


def find_deals(mentions: Sequence[Mention], analysis: Analysis) -> tuple[Deal, ...]:
    """The deals of a text in order, at most one a clause and party. `mentions` are those of both kinds; offsets are the text's."""
    starts = sentence_starts(analysis.text)
    ordered = sorted(mentions, key=lambda mention: mention.start)
    begins = [mention.start for mention in ordered]
    deals: list[Deal] = []
    before: list[Mention] = []
    open_for = 0  # sentences that may still add to the last deal
    systems: tuple[Mention, ...] = ()  # those last spoken of
    spoken_of = 0
    for start, end in zip(starts, [*starts[1:], len(analysis.text)], strict=True):
        sentence, known = analysis.text[start:end].rstrip(), len(deals)
        inside = [m for m in ordered[bisect_left(begins, start) : bisect_left(begins, end)] if m.end <= end]
        context = Context(_country(before), _firm(before), systems)
        named = any(m.label in ("COMPANY", "PLATFORM") for m in inside) or named_before(sentence, 0, systems)
        if named and len(sentence) <= _MAX_SENTENCE:
            for deal in _clauses(sentence, inside, start, analysis.language, context):
                deals.append(_bought_by(deal, sentence, before, inside))
        found = len(deals) - known
        if found:
            open_for = REACH if found == 1 else 0
        elif open_for and len(sentence) <= _MAX_SENTENCE:
            deals[-1] = completed(deals[-1], sentence, inside, start)
            open_for -= 1
        before = inside
        if any(m.label == "PLATFORM" for m in inside):
            systems, spoken_of = _systems(inside), _SPOKEN_OF
        else:
            spoken_of -= 1
            systems = systems if spoken_of > 0 else ()
    return tuple(deals)


def _clauses(sentence: str, mentions: list[Mention], offset: int, language: str, context: Context) -> list[Deal]:
    """The deals of a sentence: of its clauses where more than one states one, else of the whole. A question states none."""
    if sentence.rstrip(_CLOSING).endswith(("?", "？", "؟")):
        return []
    masked, marks = mask(sentence, mentions, offset)
    if language != "en":
        abroad = read_abroad(masked, marks, language, offset, len(sentence), context.country)
        return [each for deal in abroad for each in each_party(deal, masked, marks)]
    masked = pledged(masked)
    again = {match.end() for match in _VERB_AGAIN.finditer(masked)}
    cuts = sorted({match.end() for match in _CLAUSE.finditer(masked)} | again)
    subject = next((mark for mark in marks if mark.letter in "GAC" and not is_owner(masked, mark)), None)
    found: list[Deal] = []
    parted: list[Deal] = []
    for begin, end in zip([0, *cuts], [*cuts, len(masked)], strict=True):
        inside = [mark._replace(start=mark.start - begin, end=mark.end - begin) for mark in marks if begin <= mark.start < end]
        if begin in again and subject and subject.end <= begin:
            inside = [subject._replace(start=0, end=0), *inside]
        earlier = _systems(mark.mention for mark in marks if mark.mention and mark.end <= begin)
        here = context._replace(systems=earlier) if earlier else context
        deal = _read(masked[begin:end], inside, offset, len(sentence), here) if inside else None
        if deal and found and not deal.supplier_id and _SAME_FIRM.search(masked, begin, end):
            deal = replace(deal, supplier_id=found[-1].supplier_id)
        if deal and found and not deal.buyer_iso3 and _SAME_SUBJECT.match(masked, begin):
            deal = replace(deal, buyer_iso3=found[-1].buyer_iso3)
        if deal:
            found.append(deal)
            parted += each_party(deal, masked[begin:end], inside)
    whole = _read(masked, marks, offset, len(sentence), context)
    return parted if len(found) > 1 and whole else each_party(whole, masked, marks) if whole else []


def _bought_by(deal: Deal, sentence: str, before: list[Mention], inside: list[Mention]) -> Deal:
    """The deal with the one country that the sentence before names, where a body without a country (`the ministry`) is the buyer."""
    country = _country(before)
    abroad = {m.iso3 for m in inside if m.kind == "geo"} - {""}
    if deal.buyer_iso3 or deal.kind not in OF_THINGS or not country or abroad or not BODY.search(sentence):
        return deal
    return replace(deal, buyer_iso3=country)


def _firm(mentions: Iterable[Mention]) -> Mention | None:
    """The one firm that a sentence speaks of."""
    found = {m.entity_id: m for m in mentions if m.label == "COMPANY"}
    return next(iter(found.values())) if len(found) == 1 else None


def _systems(mentions: Iterable[Mention]) -> tuple[Mention, ...]:
    """The systems that a sentence speaks of."""
    return tuple({m.entity_id: m for m in mentions if m.label == "PLATFORM"}.values())


def _country(mentions: list[Mention]) -> str:
    """The one country that a sentence speaks of, "" when there are none or several."""
    countries = {m.iso3 for m in mentions if m.kind == "geo" or m.label == "AGENCY"} - {""}
    return countries.pop() if len(countries) == 1 else ""


def _read(masked: str, marks: list[Mark], offset: int, length: int, context: Context) -> Deal | None:
    """The deal of a masked clause of the sentence of `length` code points at `offset`."""
    hits = [(match.start(), order, match) for order, trigger in enumerate(TRIGGERS) if (match := trigger.pattern.search(masked))]
    if not hits:
        return None
    _, order, match = min(hits, key=lambda hit: hit[:2])
    trigger = TRIGGERS[order]
    if (
        UNREAL.search(masked[: match.end()])
        or NO_DEAL.search(masked)
        or (trigger.kind == "order" and COMMAND.match(masked[match.end() :]))
    ):
        return None
    named, of_things = None, trigger.kind in OF_THINGS
    if of_things and not any(mark.letter == "P" for mark in marks):
        named = named_before(masked, match.start(), context.systems)
        marks = [*marks, Mark("P", named.start, named.end, named.system)] if named else marks
    parts = parts_of(trigger, masked, marks, match.start(), match.end(), context)
    if parts is None:
        return None
    money = _money(trigger.kind, masked, marks)
    known = [parts.buyer, parts.supplier, parts.platform, money] if of_things else [parts.supplier, parts.platform]
    if sum(part is not None and part != "" for part in known) < (2 if of_things else 1):
        return None
    count = named.number if named else None
    if of_things and parts.platform and not named:
        count = quantity(masked[: parts.platform.start])
        count = counted_apart(masked[parts.platform.end :]) if count is None else count
    supplier = parts.supplier or (_made_by(masked, marks) if of_things else "")
    return Deal(
        kind=trigger.kind,
        start=offset,
        end=offset + length,
        buyer_iso3=parts.buyer,
        supplier_id=supplier,
        platform_id=id_of(parts.platform),
        quantity=count,
        amount=money.amount if money else None,
        currency=(money.currency_for(parts.buyer) or money.currency_for(_home(marks, supplier))) if money else "",
    )


def _home(marks: list[Mark], firm: str) -> str:
    """The country of the supplier."""
    return next((mark.mention.iso3 for mark in marks if mark.mention and mark.mention.entity_id == firm), "")


def _made_by(masked: str, marks: list[Mark]) -> str:
    """The one firm by which the thing is built: `launchers made by X`, `X-built launchers`."""
    makers = {
        id_of(mark)
        for mark in marks
        if mark.letter == "C" and (_MADE_BY.search(masked[: mark.start]) or _BUILT.match(masked, mark.end))
    }
    return makers.pop() if len(makers) == 1 else ""


def _money(kind: str, masked: str, marks: list[Mark]) -> Money | None:
    """The amount of the deal: the first that is not a price apiece."""
    if kind in ("sanction", "production_start"):
        return None
    for mark in marks:
        of_another = kind == "plant" and _OF_A_CONTRACT.search(masked[: mark.start])
        if mark.letter == "M" and not (
            of_another or _APIECE.match(masked[mark.end :]) or _OTHER_MONEY.search(masked[: mark.start])
        ):
            return mark.money
    return None
