"""What the sentences after a deal add to it: its worth, the maker, whose money it is.

Only where they say one thing, and state no deal of their own.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from schemas.records import Deal, Mention
from transforms.tag.defense.deal_marks import Mark, mask
from transforms.tag.defense.deal_roles import id_of
from transforms.tag.defense.deal_rules import OF_THINGS, quantity

REACH: Final = 2  # sentences
# `The contract is worth …`, `Der Auftragswert liegt bei …`; first words of the kind in each language
_WORTH = re.compile(
    r"\b(?:contract|order|deal|agreement|purchase|package|price|cost|pays?|paid|worth|valued?|auftrag\w*|vertrag\w*|kosten|kaufpreis|contrat|commande|"
    r"marché|montant|contrato|pedido|importe|valor|contratto|ordine|valore|encomenda|umow\w+|kontrakt\w*|wartość\w*|zamówieni\w+|"
    r"угод\w+|контракт\w*|договор\w*|договір|договору|вартіст\w+|стоимост\w+|сумм?[аиу]|sözleşme\w*|bedel\w*|tutar\w*)\b"
    r"|계약|규모|合同|金额|价值|契約",
    re.I,
)
_NEAR: Final = 60  # code points
# what says so, beside the amount
_SAYS = re.compile(
    r"\b(?:worth|valued?|costs?|priced?|price|amounts?|totals?|totall?ing|comes|put at|pays?|paid|wert\w*|liegt|beträgt|beläuft|kostet|"
    r"montant|valeur|s['’]élève|"
    r"coûte\w*|asciende|importe|valor\w*|cuesta|ammonta|valore|wynosi|wartość|warte|opiewa|вартіст\w+|становить|коштує|стоимост\w+|составля\w+|"
    r"bedel\w*|değer\w*|tutar\w*)\b|규모|금액|金额|总额|価値|総額|约为",
    re.I,
)
_OF_THE_DEAL = re.compile(r"[\s-]+(?:contract|order|deal|agreement|purchase|package)\b", re.I)  # `the $2 billion deal`
_NOT_ITS_WORTH = re.compile(
    r"\b(?:also|earlier|previous(?:ly)?|another|separate|first|last year|revenues?|sales|budget|shares?|profits?|each|apiece|per)\b",
    re.I,
)
_FUNDS = re.compile(r"\b(?:funds?|contracting activity)\b", re.I)
_FOR_A_STATE = re.compile(r"\bfor (?:the )?(?:governments? of )?(?:the )?$", re.I)
_MADE_BY = re.compile(r"\b(?:built|made|manufactured|produced|supplied|assembled|developed) by (?:the )?$", re.I)
_THE_DEAL = re.compile(
    r"(?:(?:the|this) (?:contract|order|modification|deal|agreement|award|package)|it (?:covers|includes|is for)|under it|"
    r"(?:the (?:company|firm|group)|it) will (?:supply|deliver|provide|build))\b",
    re.I,
)


def completed(deal: Deal, sentence: str, mentions: Sequence[Mention], offset: int) -> Deal:
    """`deal` with what `sentence`, which begins at `offset` and states no deal, says of it."""
    if deal.kind not in OF_THINGS:
        return deal
    masked, marks = mask(sentence, list(mentions), offset)
    if deal.amount is None and deal.kind != "delivery":
        deal = _worth(deal, masked, marks)
    if not deal.buyer_iso3 and deal.kind == "contract":
        deal = replace(deal, buyer_iso3=_payer(masked, marks))
    if not deal.supplier_id:
        makers = {id_of(m) for m in marks if m.letter == "C" and _MADE_BY.search(masked[: m.start])}
        others = {id_of(m) for m in marks if m.letter == "P"} - {deal.platform_id}
        if len(makers) == 1 and not others:
            deal = replace(deal, supplier_id=makers.pop())
    platforms = [m for m in marks if m.letter == "P"]
    if not deal.platform_id and deal.kind == "contract" and _THE_DEAL.match(masked) and len({id_of(m) for m in platforms}) == 1:
        deal = replace(deal, platform_id=id_of(platforms[0]), quantity=quantity(masked[: platforms[0].start]))
    return deal


def _worth(deal: Deal, masked: str, marks: Sequence[Mark]) -> Deal:
    amounts = [mark.money for mark in marks if mark.letter == "M" and mark.money]
    if len(amounts) != 1 or not _WORTH.search(masked) or _NOT_ITS_WORTH.search(masked):
        return deal
    at = next(mark for mark in marks if mark.letter == "M")
    the_deal = _OF_THE_DEAL.match(masked[at.end :]) and masked[: at.start].lower().endswith(("the ", "this "))
    if not (the_deal or _SAYS.search(masked[max(0, at.start - _NEAR) : at.start]) or _SAYS.match(masked[at.end :].lstrip())):
        return deal
    return replace(deal, amount=amounts[0].amount, currency=amounts[0].currency_for(deal.buyer_iso3))


def _payer(masked: str, marks: Sequence[Mark]) -> str:
    """The one state whose agency manages or pays, or for which the work is done."""
    if _FUNDS.search(masked):
        payers = {mark.mention.iso3 for mark in marks if mark.letter == "A" and mark.mention} - {""}
    else:
        payers = {m.mention.iso3 for m in marks if m.letter in "GA" and m.mention and _FOR_A_STATE.search(masked[: m.start])} - {
            ""
        }
    return payers.pop() if len(payers) == 1 else ""
