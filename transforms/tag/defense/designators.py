"""Families by rule: what may follow or precede a designator and belongs to its span (`Su-25` -> `Sukhoi Su-25SM3`).

Sources of the patterns: the US designation system (DoD 4120.15-L: series letter, block, AN/ nomenclature), the Soviet and Russian
habit of bureau prefix + number + modification letters, NATO member practice (Mk, Batch, Block, Tranche, A-steps as in 2A8).
"""

import dataclasses
import re

from transforms.tag.defense.atoms import DASHES, QUOTES, is_cyrillic, is_wide, words
from transforms.tag.defense.forms import PLACE_NOUNS
from transforms.tag.defense.matcher import Match, Text

# Bureau names that merely spell out the prefix of a designator: part of the span.
_BUREAUS = {
    "su": "sukhoi", "mig": "mikoyan gurevich", "tu": "tupolev", "il": "ilyushin", "an": "antonov", "ka": "kamov",
    "mi": "mil", "yak": "yakovlev", "be": "beriev", "су": "сухой сухого", "миг": "микоян", "ту": "туполев туполева",
    "ми": "миль миля", "ка": "камов камова", "ил": "ильюшин ильюшина", "ан": "антонов", "як": "яковлев",
}  # fmt: skip
_SUFFIX_WORDS = words("Block Blk Mk MK Mark Mod Batch Flight Tranche Increment Baseline Version Variant Standard Step Phase")
# Letter groups that are written apart from the designator and still name a variant of it.
_LOOSE = words("MKI MKM MKK SM BVM BV BM UPG MLU MSE ER LR NG XL XLR HM SMT OVT UB KUB EX EPAWSS SEP ADV PL GF GE SMTK UG NLOS")
_EXPORT = words("E ME M Э МЭ М Е МЕ")  # `Lancet-E`, «Полонез-М»
_ROLES = words("DVH CRV ECR IDS ICV IDF CRV FGA AFV ARV MRTT")  # of names without a designator too: `Boxer CRV`
_ROMAN = re.compile(r"^(?:I{1,3}|IV|VI{0,3}|IX|X)[A-Z]?$")
_TIGHT = re.compile(r"^(?:[A-Z][A-Za-z]{0,4}|[А-ЯЇІЄ][А-Яа-яЇїІіЄє]{0,4}|bis|v|e|c|x)$")
_CODE = re.compile(
    r"^(?:[A-Z]{1,5}\d{0,3}[A-Z]{0,3}\d?|\d{1,4}[A-Z]{0,3}\d?|[А-ЯІЇЄ]{1,4}\d{0,2}[А-ЯІЇЄ]{0,2}|[A-Z]{1,2}[a-z]{1,3}\d{0,2})$"
)
_SPACED = re.compile(r"^(?:[A-Z]{1,4}\d{1,3}[A-Z]{0,3}|[A-Z]|\d[A-Z]\d{0,2}|[A-Z]{1,4}v\d|M[Kk](?:\d|I{1,3}|IV|VI{0,2})[A-Z]?)$")
_MAX_ATOMS = 8


def extend(text: Text, match: Match) -> Match | None:
    """The match with plural, variant and bureau name inside its span; None if it ends within a longer word."""
    if match.form.entity.label == "FACILITY":
        return _without_noun(text, match)
    platform = match.form.entity.label == "PLATFORM"
    last, variant = match.last, False
    ahead = text.gap(last)
    if ahead in (",", ".") and match.form.designator and text.atoms[last + 1].text[0].isdigit():
        return None  # `P500,000`
    if match.form.entity.category == "naval" and ahead in ("-", " ") and text.atoms[last + 1].key == "clas":
        return dataclasses.replace(match, last=last + 1, end=text.atoms[last + 1].end, joined=True)
    if ahead == "" and not is_wide(text.atoms[last + 1].text) and not is_wide(text.atoms[last].text):
        run_end = _tight_run(text, last)
        run = text.text[text.atoms[last].end : text.atoms[run_end].end]
        if run == "s" and (platform or match.form.entity.label == "TERM"):
            return dataclasses.replace(_spelled(text, match, run_end), inflected=True)
        first = text.atoms[last + 1].text
        if not platform or not (match.form.designator or len(match.form.atoms[-1]) > 1) or not _starts_variant(first, match):
            return None
        last, variant = run_end, True
    if platform and not match.inflected:
        further = _further(text, match, last, variant)
        variant = variant or further > last
        last = further
    if not variant:
        return _spelled(text, match, match.last) if platform else match
    grown = _spelled(text, match, last)
    written = text.text[match.start : grown.end]
    if written.endswith("s") and len(written) > 2 and (written[-2].isupper() or written[-2].isdigit()):
        written = written[:-1]
    return dataclasses.replace(grown, variant=written)


def _without_noun(text: Text, match: Match) -> Match:
    """`Ukrainka` of `Ukrainka air base`: a type word in small letters is no part of the name."""
    last = match.last
    while last > match.first and text.atoms[last].text in PLACE_NOUNS and text.gap(last - 1) == " ":
        last -= 1
    return dataclasses.replace(match, last=last, end=text.atoms[last].end) if last < match.last else match


def _starts_variant(first: str, match: Match) -> bool:
    if first.isdigit():
        return match.form.designator or match.form.atoms[-1].isupper()
    return match.form.designator and bool(_TIGHT.match(first[:-1] if first.endswith("s") and len(first) > 1 else first))


def _tight_run(text: Text, last: int) -> int:
    """Index of the last atom that hangs on `last` without any gap."""
    while text.gap(last) == "" and not is_wide(text.atoms[last + 1].text):
        last += 1
    return last


def _further(text: Text, match: Match, last: int, variant: bool) -> int:
    """Grow over `-7`, `/B`, `Block 70/72`, `SEPv3`; the index of the last atom that belongs to the name."""
    begin = last
    named = match.form.designator
    while last - match.last < _MAX_ATOMS:
        gap = text.gap(last)
        if gap is None:
            break
        if gap == "(" and re.fullmatch("[A-Z]{1,2}", text.atoms[last + 1].text) and (text.gap(last + 1) or "").startswith(")"):
            last += 2 if text.gap(last + 1) == ")" else 1  # AN/SPY-6(V)1, SH-2G(I)
            variant = True
            continue
        end = _tight_run(text, last + 1) if not is_wide(text.atoms[last + 1].text) else last
        run = text.text[text.atoms[last + 1].start : text.atoms[end].end] if end > last else ""
        if not run:
            break
        single = run[:-1] if run.endswith("s") and run[:-1].isupper() else run
        capitals = match.form.atoms[-1].isupper() and single in _LOOSE  # `AMRAAM-ER`
        if len(gap) == 1 and gap in DASHES:
            if not (
                _CODE.match(single)
                and (named or capitals or single in _EXPORT or any(c.isdigit() for c in run))
                and not _word_goes_on(text, end)
            ):
                break
        elif gap == "/":
            model = named and single.isdigit() and len(single) < 4 and _counts_models(match, text.atoms[last].text)
            if not model and (not (variant or last > begin) or len(single) > 4 or not _CODE.match(single)):
                break
        elif gap == " ":
            after = text.gap(end)
            if run in _SUFFIX_WORDS:
                if after not in (" ", ". ", "-") or not _is_number(text.atoms[end + 1].text):
                    break
                end = _tight_run(text, end + 1)
            elif not _spaced_variant(run, after or "", named):
                break
        else:
            break
        last, variant = end, True
    return last


def _counts_models(match: Match, last: str) -> bool:
    """`Kh-59`, `Mi-8`, `Х-59`, after which `/69` is the other model; `T-64/22` is a file."""
    head = match.form.atoms[0]
    return last.isdigit() and (len(head) > 1 or is_cyrillic(head))


def _spaced_variant(run: str, after: str, named: bool) -> bool:
    """`Gripen E`, `Rafale F4`, `Mirage III`, `Su-30 MKI`; not an initial (`J. Smith`), an article or a pronoun."""
    if len(run) == 1 and (run in "AI" or after.startswith((".", "'"))):
        return False
    run = _singular(run)
    return bool(_SPACED.match(run) or _ROMAN.match(run)) or (named and run in _LOOSE) or run in _ROLES


def _word_goes_on(text: Text, end: int) -> bool:
    """`F-16-US deal`, `T-90-based`: the hyphenated part is the beginning of something else."""
    gap = text.gap(end)
    return gap is not None and len(gap) == 1 and gap in DASHES and text.atoms[end + 1].text.islower()


def _singular(run: str) -> str:
    """`B1NTs` -> `B1NT`: the plural of a code."""
    return run[:-1] if len(run) > 2 and run.endswith("s") and (run[-2].isupper() or run[-2].isdigit()) else run


def _is_number(word: str) -> bool:
    word = _singular(word)
    return word.isdigit() or bool(_ROMAN.match(word)) or (len(word) <= 2 and word.isupper())


def _spelled(text: Text, match: Match, last: int) -> Match:
    """The match up to atom `last`, with the bureau's name in front when it spells out the prefix."""
    first, start = match.first, match.start
    bureau = _BUREAUS.get(text.atoms[first].text.lower()) if match.form.designator else None
    while bureau and first and (text.gap(first - 1) or "x") in " -" and text.atoms[first - 1].text.lower() in bureau.split():
        if not text.atoms[first - 1].text[0].isupper():
            break
        first -= 1
        start = text.atoms[first].start
    end = max(match.end, text.atoms[last].end)
    written = text.text[start:end]
    end += written.count("(") > written.count(")") and text.text.startswith(")", end)
    plus = text.text[end : end + 1] == "+" and not text.text[end + 1 : end + 2].isalnum()  # Block 52+, A330 MRTT+
    return dataclasses.replace(match, first=first, start=start, last=last, end=end + plus)


def join(text: Text, matches: list[Match]) -> list[Match]:
    """Add the spans in which two names of one system stand together: `M1A2 SEPv3 Abrams`, `Buk/SA-17`, `С-400 «Триумф»`."""
    by_first: dict[int, list[Match]] = {}
    for match in matches:
        if match.form.entity.label == "PLATFORM":
            by_first.setdefault(match.first, []).append(match)
    joined = list(matches)
    for left in matches:
        gap = (text.gap(left.last) or "").removeprefix(")")
        quote = QUOTES.get(gap or "", "") if left.form.designator else ""
        if left.form.entity.label != "PLATFORM" or not (gap in (" ", "/", "-", "\u00a0") or quote):
            continue
        for right in by_first.get(left.last + 1, ()):
            same = right.form.entity.id == left.form.entity.id
            if quote and not text.text.startswith(quote, right.end):
                continue
            if same and (gap != "-" or right.form.designator):
                variant = left.variant or right.variant
                if left.form.companion:
                    left = dataclasses.replace(left, form=right.form)
                grown = dataclasses.replace(left, last=right.last, end=right.end + len(quote), variant=variant, joined=True)
                joined.append(grown)
                by_first.setdefault(grown.first, []).append(grown)
    return joined
