"""The wordings that state a deal, as patterns over a sentence whose mentions are replaced by marks.

A mark is `⟦X12⟧`: X is G (place with a country), A (agency), C (company), P (platform) or M (money), 12 its number. Whatever is
only wished, denied, offered or expected is no deal (`UNREAL`). In the patterns a blank stands for any white space.
"""

import re
from typing import NamedTuple

_ADV = r"(?: (?:also|now|already|recently|just|since|formally|officially|today|reportedly|jointly))?"
_WORDS = r"(?:[\w'’$€£.,%/⟦⟧-]+ )"
# Before a word that is noun and verb (`the ships`, `export orders`) stands its subject, a pronoun or an adverb, else it is the noun.
_SUBJECT_ENDS = (
    r"⟧ ⟧, \bit \bwho \bthat \bwhich \band \balso \bnow ly \btoday \bgovernment \bministry \barmy \bnavy \bforce \bcompany \bfirm "
    r"\bmaker \bshipyard"
)
_VERB = "(?:" + "|".join(rf"(?<={word}\s)" for word in _SUBJECT_ENDS.split()) + ")"
_MADE = r"(?:plants?|factory|factories|facility|facilities|(?:production|ammunition|assembly) (?:line|site|hall)|shipyard|works|workshop)"

OF_THINGS = ("contract", "order", "delivery")  # kinds of deals that have a buyer, a number of things and a worth


class Trigger(NamedTuple):
    """`kind` of deal, what the subject of the verb is (buyer, supplier, receiver, giver, target, either, none, or the state that must
    allow a sale: seller), and the wording."""

    kind: str
    subject: str
    pattern: re.Pattern[str]


def _rule(kind: str, subject: str, pattern: str) -> Trigger:
    return Trigger(kind, subject, re.compile(rf"\b(?:{pattern})".replace(" ", r"\s+"), re.I))


TRIGGERS = (
    _rule(
        "sanction",
        "none",
        r"(?:imposed|imposes|imposing|announced|announces|placed|slapped|introduced) (?:\w+ ){0,3}sanctions? (?:on|against)\b",
    ),
    _rule("sanction", "none", r"(?:treasury|OFAC|state department)(?: \w+){0,3} designated (?=(?:[\w⟦⟧-]+ ){0,4}⟦C)"),
    _rule(
        "sanction", "none", r"(?:sanctioned|sanctions|blacklisted|blacklists|sanctions target(?:ed)?) (?=(?:[\w⟦⟧-]+ ){0,4}⟦C)"
    ),
    _rule(
        "sanction",
        "none",
        r"(?:added|put|placed|adds|puts) (?=⟦C\d+⟧)[^.;]{0,80}\b(?:to|on) (?:its|the|a) (?:\w+ ){0,4}(?:black)?list\b",
    ),
    _rule(
        "sanction",
        "none",
        r"(?:froze|freezes|freezing|frozen) (?:(?:the|its|all) )?assets (?:of|held by) (?=(?:[\w⟦⟧-]+ ){0,5}⟦C)",
    ),
    _rule(
        "sanction",
        "none",
        r"designat(?:ed|es|ing) (?=(?:⟦G\d+⟧['’]s )?⟦C\d+⟧[^.;]{0,60}?"
        r"\bfor (?:its|their|supplying|helping|supporting|providing|aiding|procuring))",
    ),
    _rule(
        "sanction",
        "target",
        r"(?:was|were|has been|have been) (?:sanctioned|blacklisted|placed under sanctions|added to [^.;]{0,40}list)\b",
    ),
    _rule(
        "plant",
        "supplier",
        r"(?:opened|opens|will open|inaugurated|inaugurates|(?:broke|broken) ground (?:on|for)|cut the ribbon on|"
        r"(?:is |are |has |have )?expand(?:ing|ed|s) its|(?:began|begun|begins|started|starts) (?:the )?(?:construction of|building)|"
        r"will (?:build|open|set up)|is building|are building|to build|builds|announced (?:an?|another|its) (?:new|second|third)|"
        rf"(?:is |are |by )?set(?:ting)? up|establishes|established) (?:(?!(?:at|under|from|with|for) ){_WORDS}){{0,7}}?"
        rf"(?:{_MADE}|line(?= in | at ))\b",
    ),
    _rule(
        "plant",
        "supplier",
        rf"{_MADE} [^.;]{{0,60}}(?:has opened|was opened|was inaugurated|has been opened|has been inaugurated|"
        r"opened(?= on | in | last | this ))\b",
    ),
    _rule(
        "production_start",
        "supplier",
        r"(?:started|starts|began|begins|begun|launched|commenced|kicked off) (?:[\w-]+ ){0,3}?"
        r"(?:production|producing|manufacturing|manufacture|assembling|building|making)\b",
    ),
    _rule(
        "production_start",
        "none",
        r"production of (?:the )?⟦P\d+⟧(?: \w+){0,4}? (?:has )?(?:began|begun|started|commenced|got under way)\b",
    ),
    _rule(
        "production_start",
        "supplier",
        r"(?:(?:has )?entered|has gone into|went into) (?:[\w-]+ )?"
        r"(?:serial|series|mass|full-rate|low-rate|rate) (?:initial )?production\b",
    ),
    _rule("contract", "buyer", r"(?:awarded|awards) (?=(?:\w+ ){0,3}⟦C)[^.;]*?\b(?:contracts?|deal|order)\b"),
    _rule("contract", "supplier", r"(?:is|was|were|been|being) awarded\b[^.;]{0,60}?\b(?:contract|(?:contract )?modification)\b"),
    _rule(
        "contract",
        "supplier",
        r"(?:is|was|were|been|being) (?:awarded (?:an? )?⟦M\d+⟧ (?:for|to)|entrusted\b[^.;]{0,60}?\bcontract)\b",
    ),
    _rule(
        "contract",
        "after",
        r"under (?:an?|the) [^.;]{0,80}?(?:contract|agreement|deal|accord)\b[^.;]{0,80}?, "
        r"(?=(?:the )?⟦G\d+⟧ (?:gets|will get|receives|will receive|is buying|buys|is getting)\b)",
    ),
    _rule("contract", "buyer", rf"signed up for (?={_WORDS}{{0,5}}?⟦P)"),
    _rule(
        "contract",
        "either",
        rf"put (?:his|her|its|their) (?:names?|signatures?) to {_WORDS}{{0,4}}?(?:contracts?|deals?|agreements?)\b",
    ),
    _rule(
        "contract",
        "supplier",
        r"(?:is|was|were|been|being) (?:selected|chosen|picked) by [^.;]{0,60}? and (?:was )?awarded\b[^.;]{0,60}?\bcontract\b",
    ),
    _rule("contract", "supplier", r"(?:was|were|been) contracted (?:by|to|for)\b"),
    _rule("contract", "either", rf"(?:signed|inked) with (?=(?:the )?⟦[GAC])[^.;]{{0,80}}?\bfor (?={_WORDS}{{0,3}}?⟦P)"),
    _rule("contract", "buyer", rf"signed for (?={_WORDS}{{0,3}}?⟦P)"),
    _rule("contract", "none", r"contract\b[^.;]{0,80}?\b(?:awarded|signed|concluded)\b[^.;]{0,40}?\b(?:to|with) (?=(?:the )?⟦C)"),
    _rule(
        "contract",
        "supplier",
        r"(?:won|wins|secured|secures|received|receives|landed|lands|clinched|clinches|bagged|got|obtained|scooped)"
        rf"{_ADV} {_WORDS}{{0,6}}?(?:contracts?|deal|award)\b",
    ),
    _rule(
        "contract",
        "either",
        r"(?:signed|signs|inked|inks|entered into|concluded|concludes|sealed|seals|finali[sz]ed)"
        rf"{_ADV} {_WORDS}{{0,9}}?(?:contracts?|deals?|agreements?)\b",
    ),
    _rule("contract", "buyer", r"(?:picked|chose|selected|hired) ⟦C\d+⟧[^.;]{0,40}\bcontract\b"),
    _rule("contract", "buyer", r"contracted (?=⟦C\d+⟧)"),
    _rule(
        "order",
        "supplier",
        rf"(?:won|wins|secured|secures|received|receives|landed|booked|books|bagged|got|obtained){_ADV} {_WORDS}{{0,6}}?orders?\b",
    ),
    _rule("order", "buyer", r"(?:placed|places) (?:an? )?(?:(?:[\w-]+|⟦M\d+⟧) ){0,3}orders?\b"),
    _rule("order", "buyer", rf"paid (?:about |around |some |over )?⟦M\d+⟧ for (?={_WORDS}{{0,4}}?⟦P)"),
    _rule(
        "order",
        "buyer",
        rf"(?:ordered|{_VERB}orders|bought|purchased|acquired|is buying|buys|procured|"
        r"(?<!parliament\s)(?<!lawmakers\s)(?<!senate\s)(?<!bundestag\s)(?:approved|approves|cleared|clears|authori[sz]ed) "
        r"the (?:purchase|procurement|acquisition) of|"
        r"(?:will|agrees to|is to|(?:decided|opted|agreed)(?: (?:on|in) \w+)? to) (?:buy|purchase|acquire|order|procure))\b",
    ),
    _rule("order", "none", r"(?:is|was|were|been|being) (?:ordered|bought|purchased|acquired) by (?=(?:the )?⟦[GA])"),
    _rule("order", "supplier", r"(?:sold|sells) (?=(?:[\w,.-]+ ){0,4}⟦P)[^.;]{0,60}\bto (?:the )?(?=⟦[GA])"),
    _rule("contract", "buyer", rf"(?:picked|chose|selected) (?={_WORDS}{{0,2}}?⟦P)[^.;]{{0,80}}?\b(?:deal|contract) worth\b"),
    _rule(
        "order",
        "seller",
        r"(?:approved|approves|approving|cleared|clears|notified congress of) (?:(?:a|the|government of) )*"
        rf"(?:⟦M\d+⟧ )?{_WORDS}{{0,3}}?(?:foreign military )?sales?\b",
    ),
    _rule("delivery", "receiver", r"(?:took|taken|takes|taking) delivery of\b"),
    _rule("delivery", "receiver", rf"took (?:its|their|the) (?:first|second|last) (?={_WORDS}{{0,4}}?⟦P)"),
    _rule(
        "delivery",
        "receiver",
        r"(?:took over|accepted|accepts) (?=(?:(?!of |that |production |criticism |command |control |responsibility |management )"
        rf"{_WORDS}){{0,6}}?⟦P)",
    ),
    _rule(
        "delivery",
        "supplier",
        r"(?:turned (?=[^.;]{0,60}? over to\b)|complet(?:ed|es|ing) (?:the )?(?:delivery|deliveries|handover) of)",
    ),
    _rule("delivery", "giver", rf"supplied (?=(?:the )?⟦[GA]\d+⟧ {_WORDS}{{0,4}}?with )"),
    _rule("delivery", "giver", rf"gave (?=⟦G\d+⟧ {_WORDS}{{0,4}}?⟦P)"),
    _rule("delivery", "supplier", rf"gave (?={_WORDS}{{0,6}}?⟦P)(?=[^.;]{{0,90}}? to (?:the )?⟦[GA])"),
    _rule("delivery", "receiver", rf"(?:received|receives|got) (?={_WORDS}{{0,6}}?⟦P)"),
    _rule(
        "delivery",
        "supplier",
        rf"(?:delivered|delivers|handed over|{_VERB}hands over|shipped|{_VERB}ships|transferred|handed|supplied|donated)\b",
    ),
)

UNREAL = re.compile(
    r"\b(?:may|might|could|would|should|if|whether|unless|consider\w*|mull\w*|weigh\w*|talks|negotiat\w*|hop(?:e|es|ed|ing)|wants?|"
    r"wanted|plan(?:s|ned|ning)?|expect\w*|likely|possible|possibly|potential\w*|propos\w+|den(?:y|ies|ied)|refus\w+|reject\w*|"
    r"cancel\w*|suspend\w*|halt\w*|delay\w*|postpon\w*|lost|fail\w*|not|never|neither|letters?\s+of\s+intent|memorand\w+|seeks?|"
    r"seeking|ask\w*|urg\w+|bid|bids|offer\w*|compet\w+|lift\w*|clear\s+the|approved?\s+(?:a|the)\s+(?:possible|potential)|aims?\s+to|"
    r"intends?|rumou?r\w*|allegedly|cannot|can't|won't|didn't|hasn't|behind\s+schedule|ready\s+to|interested|decades?\s+ago)\b|n['’]t\b",
    re.I,
)
# `said that it would buy` is told in the past, not in the air
_PLEDGED = re.compile(
    r"(\b(?:announced|confirmed|said|declared|decided)\b[^.;,]{0,40}?\b(?:it|they|he|she|the\s+\w+)\s+)"
    r"would(?=\s+(?:buy|purchase|acquire|order|procure|build|open|set\s+up)\b)",
    re.I,
)
# Undone later in the sentence, or about civil things
NO_DEAL = re.compile(
    r"\b(?:cancel\w*|scrapped|terminated|withdrew|void\w*|airliners?|jetliners?|passenger\s+(?:jets?|planes?|aircraft)|cruise\s+ships?|"
    r"ferries|ferry|trains?|cars|buses|museum|(?<!European )union|"
    r"strike(?!\s+(?:drone|aircraft|missile|fighter|jet|weapon|version|group)))\b",
    re.I,
)
# `ordered the crew to surrender`, `bought time`: the object is no thing of ours
COMMAND = re.compile(
    r"^\s*(?:the\s+|its\s+|his\s+|all\s+)?"
    r"(?:crews?|troops|soldiers|men|residents|evacuation|halt|strike|attack|review|investigation|time)\b",
    re.I,
)
NUMBER_WORDS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11,
    "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19,
    "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "a dozen": 12, "two dozen": 24, "hundred": 100,
}  # fmt: skip
COUNT = r"(?P<n>\d{1,3}(?:,\d{3})+|\d+|a dozen|two dozen|" + "|".join(word for word in NUMBER_WORDS if " " not in word) + ")"
FILLER = (
    r"(?:(?:more|additional|new|further|extra|retired|refurbished|older|donated|modified|used|upgraded|modern(?:i[sz]ed)?|second-hand|"
    r"surplus|locally-built|advanced|armou?red|(?:of\s+)?(?:its|their)(?:\s+own)?|"
    r"multirole|stealth|wheeled|tracked|heavy|light|self-propelled|attack|combat|fighter|main battle|German|U\.S\.|US|⟦[GC]\d+⟧)"
    r"\s+){0,3}"
)
_UNIT = r"(?:ships?|boats?|units?|vessels?|aircraft|systems?|batteries|examples?)"
# `a contract for the K2, taking 180 vehicles`
_APART = re.compile(
    rf"\b(?:taking|covering|comprising)\s+{COUNT}\s+{FILLER}(?:{_UNIT}|vehicles|tanks|jets|howitzers|launchers|missiles)\b", re.I
)
_QUANTITY = re.compile(rf"(?<![\w.,$€£-]){COUNT}\s+{FILLER}$", re.I)
_QUANTITY_OF = re.compile(rf"(?<![\w.,$€£-]){COUNT}\s+{_UNIT}\s+of\s+(?:the\s+)?$", re.I)
_PART_OF = re.compile(rf"\b(?:first|last|final|initial)\s+(?:{COUNT}\s+)?of\s+(?:\w+\s+)?(?:\d+|\w+)\s+{FILLER}$", re.I)


def quantity(before: str) -> int | None:
    """How many of a platform, from the text in front of it; None when it is not counted. A year is no count."""
    if part := _PART_OF.search(before):
        return number_of(part["n"]) if part["n"] else 1
    found = _QUANTITY.search(before) or _QUANTITY_OF.search(before)
    if not found:
        return None
    number = number_of(found["n"])
    return None if 1900 <= number <= 2100 and "," not in found["n"] else number


def counted_apart(after: str) -> int | None:
    """How many of a platform the text behind it says that the deal covers."""
    found = _APART.search(after)
    return number_of(found["n"]) if found else None


def pledged(masked: str) -> str:
    """`masked`, of the same length, with the future that a report puts into the past as a future."""
    return _PLEDGED.sub(r"\g<1>will ", masked)


def number_of(text: str) -> int:
    """The number that a match of `COUNT` spells. Raises KeyError for other words."""
    digits = text.replace(",", "")
    return int(digits) if digits.isdigit() else NUMBER_WORDS[text.lower()]
