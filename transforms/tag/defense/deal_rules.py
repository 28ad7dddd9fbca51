"""The wordings that state a deal, as patterns over a sentence whose mentions are replaced by marks.

A mark is `⟦X12⟧`: X is G (place with a country), A (agency), C (company), P (platform) or M (money), 12 its number. Whatever is only
wished, denied, offered or expected is no deal (`UNREAL`).
"""

import re
from typing import NamedTuple

_ADV = r"(?:\s+(?:also|now|already|recently|just|since|formally|officially|today|reportedly))?"
_HAS = r"(?:(?:has|have|had|is|was|were)\s+(?:been\s+)?)?"
_WORDS = r"(?:[\w'’$€£.,%/⟦⟧-]+\s+)"


class Trigger(NamedTuple):
    """`kind` of deal, and what the subject of the verb is: buyer, supplier, none (it is not read)."""

    kind: str
    subject: str
    pattern: re.Pattern[str]


def _rule(kind: str, subject: str, pattern: str) -> Trigger:
    return Trigger(kind, subject, re.compile(pattern, re.I))


TRIGGERS = (
    # sanctions
    _rule("sanction", "none", r"\b(?:imposed|imposes|imposing|announced|announces|placed|slapped|introduced)\s+(?:\w+\s+){0,3}sanctions?\s+(?:on|against)\b"),
    _rule("sanction", "none", r"\b(?:sanctioned|sanctions|blacklisted|blacklists)\s+(?=(?:\w+\s+){0,4}(?:⟦C))"),
    _rule("sanction", "none", r"\b(?:added|put|placed|adds|puts)\s+(?=⟦C\d+⟧)(?:[^.;]{0,80})\b(?:to|on)\s+(?:its|the|a)\s+(?:\w+\s+){0,4}(?:list|blacklist)\b"),
    # plants and lines
    _rule("plant", "supplier", r"\b(?:opened|opens|will\s+open|inaugurated|inaugurates|broke\s+ground\s+(?:on|for)|will\s+build|is\s+building|are\s+building|to\s+build|"
          r"builds|set\s+up|will\s+set\s+up|establishes|established)\s+" + _WORDS + r"{0,7}?(?:plants?|factory|factories|production\s+(?:facility|line|site|hall)|"
          r"assembly\s+line|shipyard|works)\b"),
    # starts of production
    _rule("production_start", "supplier", r"\b(?:started|starts|began|begins|begun|launched|commenced|kicked\s+off)\s+(?:[\w-]+\s+){0,3}?"
          r"(?:production|producing|manufacturing|manufacture|assembling|building|making)\b"),
    _rule("production_start", "none", r"\bproduction\s+of\s+(?:the\s+)?⟦P\d+⟧(?:\s+\w+){0,4}?\s+(?:has\s+)?(?:began|begun|started|commenced)\b"),
    # contracts
    _rule("contract", "buyer", r"\b(?:awarded|awards)\s+(?=(?:\w+\s+){0,3}⟦C)[^.;]*?\b(?:contracts?|deal|order)\b"),
    _rule("contract", "supplier", r"\b(?:was|were|been|being)\s+awarded\b[^.;]{0,60}?\bcontract\b"),
    _rule("contract", "supplier", r"\b(?:won|wins|secured|secures|received|receives|landed|lands|clinched|bagged|got|obtained|snagged|scooped)" + _ADV +
          r"\s+" + _WORDS + r"{0,6}?(?:contract|contracts|deal|award)\b"),
    _rule("contract", "either", r"\b(?:signed|signs|inked|inks|concluded|concludes|sealed|seals)" + _ADV + r"\s+" + _WORDS +
          r"{0,9}?(?:contracts?|deals?|agreements?)\b"),
    _rule("contract", "buyer", r"\b(?:picked|chose|selected|hired)\s+⟦C\d+⟧[^.;]{0,40}\bcontract\b"),
    # orders
    _rule("order", "supplier", r"\b(?:won|wins|secured|secures|received|receives|landed|booked|got|obtained)" + _ADV + r"\s+" + _WORDS + r"{0,6}?orders?\b"),
    _rule("order", "buyer", r"\b(?:placed|places)\s+(?:an?\s+)?(?:\w+\s+){0,3}orders?\b"),
    _rule("order", "buyer", r"\b(?:ordered|orders|bought|purchased|acquired|(?:will|agreed\s+to|agrees\s+to|is\s+to|decided\s+to|opted\s+to)\s+"
          r"(?:buy|purchase|acquire|order|procure)|is\s+buying|buys|procured)\b"),
    # deliveries
    _rule("delivery", "receiver", r"\b(?:took|taken|takes|taking)\s+delivery\s+of\b"),
    _rule("delivery", "receiver", r"\b(?:received|receives|got)\s+(?=" + _WORDS + r"{0,6}?⟦P)"),
    _rule("delivery", "supplier", r"\b(?:delivered|delivers|handed\s+over|hands\s+over|shipped|ships|transferred|handed)\b"),
)  # fmt: skip

UNREAL = re.compile(
    r"\b(?:may|might|could|would|should|if|whether|unless|consider\w*|mull\w*|weigh\w*|talks|negotiat\w*|hop(?:e|es|ed|ing)|wants?|wanted|"
    r"plan(?:s|ned|ning)?|expect\w*|likely|possible|possibly|potential\w*|propos\w+|den(?:y|ies|ied)|refus\w+|reject\w*|cancel\w*|suspend\w*|"
    r"halt\w*|delay\w*|postpon\w*|lost|fail\w*|not|never|neither|letters?\s+of\s+intent|memorand\w+|seeks?|seeking|ask\w*|urg\w+|"
    r"bid|bids|offer\w*|compet\w+|lift\w*|clear\s+the|approved?\s+(?:a|the)\s+(?:possible|potential)|aims?|intends?|rumou?r\w*|allegedly|"
    r"cannot|can't|won't|didn't|hasn't|behind\s+schedule|ready\s+to|interested|decades?\s+ago)\b|n['’]t\b",
    re.I,
)
CANCELLED = re.compile(r"\b(?:cancel\w*|scrapped|terminated|withdrew|void\w*)\b", re.I)
# `ordered the crew to surrender`, `bought time`: the object is no thing of ours
COMMAND = re.compile(r"^\s*(?:the\s+|its\s+|his\s+|all\s+)?(?:crews?|troops|soldiers|men|residents|evacuation|halt|strike|attack|review|investigation)\b", re.I)
NUMBER_WORDS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12,
    "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19, "twenty": 20,
    "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "a dozen": 12, "two dozen": 24, "hundred": 100,
}  # fmt: skip
_COUNT = r"(?P<n>\d{1,3}(?:,\d{3})+|\d+|a dozen|two dozen|" + "|".join(word for word in NUMBER_WORDS if " " not in word) + ")"
_FILLER = r"(?:(?:more|additional|new|further|extra|used|upgraded|modern(?:i[sz]ed)?|second-hand|surplus|locally-built|advanced|armou?red|multirole|stealth|" \
          r"wheeled|tracked|heavy|light|self-propelled|attack|combat|fighter|main battle|German|U\.S\.|US|⟦[GC]\d+⟧)\s+){0,3}"
QUANTITY = re.compile(rf"(?<![\w.,$€£-]){_COUNT}\s+{_FILLER}$", re.I)
QUANTITY_OF = re.compile(rf"(?<![\w.,$€£-]){_COUNT}\s+(?:ships?|boats?|units?|vessels?|aircraft|systems?|batteries|examples?)\s+of\s+(?:the\s+)?$", re.I)
PART_OF = re.compile(rf"\b(?:first|last|final|initial)\s+(?:{_COUNT}\s+)?of\s+(?:\w+\s+)?(?:\d+|\w+)\s+{_FILLER}$", re.I)


def quantity(before: str) -> int | None:
    """How many of a platform, from the text in front of it; None when it is not counted."""
    if part := PART_OF.search(before):
        return _number(part["n"]) if part["n"] else 1
    found = QUANTITY.search(before) or QUANTITY_OF.search(before)
    if not found:
        return None
    number = _number(found["n"])
    return None if 1900 <= number <= 2100 and "," not in found["n"] else number


def _number(text: str) -> int:
    digits = text.replace(",", "")
    return int(digits) if digits.isdigit() else NUMBER_WORDS[text.lower()]
