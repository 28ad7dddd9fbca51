"""Countries, capitals and demonyms in texts of other languages: exact matching of the language's own word forms.

Served are uk ru pl de fr es tr zh ko ar fa with demonyms and their own word forms, and with the names of countries and capitals alone
those of `forms.MORE`, some with case endings by rule of thumb. Names: CLDR (Unicode License) and tables of this project,
`data/geo/languages_*.tsv`. Where the language has a model, its places are looked up in the gazetteer too.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from transforms.tag.analysis import Analysis
from transforms.tag.geo.forms import STEM, Forms, fold, load_forms
from transforms.tag.geo.gazetteer import Gazetteer, key_of
from transforms.tag.geo.judge import Kept
from transforms.tag.geo.language_context import LanguageContext
from transforms.tag.geo.lexicon import Entry, Lexicon
from transforms.tag.geo.scan import Candidate, Word, word_range
from transforms.tag.geo.towns import find_towns
from transforms.tag.intervals import Intervals

_ENDING: Final = 4  # letters: the most of an ending
_ELIDED = re.compile(r"(?:[ld]|qu|s|n|un|(?:d|n)ell|[ad]all|all|sull)'", re.IGNORECASE)
_HE_PREFIX = re.compile(r"^ו?[בלמהכש]?")
_SURE, _MODEL, _TOWN = 0.95, 0.8, 0.8
_PLACES: Final = frozenset({"LOC", "GPE", "FAC", "placeName", "geogName", "LC", "LCP_COUNTRY", "LCP_CITY"})
_PERSONS: Final = frozenset({"PER", "PERSON", "persName", "PS"})
_WORD = re.compile(r"[^\W_]+(?:(?:[-’'ʼ·״\u200c.]|(?<=[א-ת])\"(?=[א-ת]))[^\W_]+)*")
_KATAKANA = re.compile(r"[ァ-ヺー]|.[ァ-ヺー]")  # words of it are not parts of longer ones
_NO_SIGN, _NO_PAIR = ("其", "方"), ("洲", "事")  # 其中日…, 方法中…; 中美洲, 以军事…
_MAX_WORDS: Final = 5
_OPEN, _CLOSE = tuple('«„“"「《'), tuple('»“”"」》')
_AR_PREFIX = re.compile(r"^[وف]?[بكل]?")
_AR_DEMONYM = re.compile(r"^(ال)?(.+?)(?:ون|ين|ان|تين|ات|ة|ا)?$")
_TR_SUFFIX = re.compile(r"(?:l[ae]r)?(?:[ıiuü]n?|[yn]?[aeıiuü]|d[ae]n?|n[ae]|l[ae]|nd[ae]n?)?$")
_FA_SUFFIX = re.compile(r"(?:\u200c?ها(?:ی|یی)?|ان|\u200cای)?$")


def find_in_language(
    analysis: Analysis, lexicon: Lexicon, g: Gazetteer, vetoes: Sequence[tuple[int, int]]
) -> tuple[list[Word], list[Kept]]:
    """The words of a text in one of `COLUMNS` and what of them are mentions, in order."""
    forms = load_forms(analysis.language, lexicon, g)
    text = analysis.text
    words = [Word(m[0], m.start(), m.end(), m.end(), True) for m in _WORD.finditer(text)]
    spans = list(
        _in_running_text(text, forms) if analysis.language in ("zh", "ja") else _in_words(text, words, forms, analysis.language)
    )
    persons = [(e.start, e.end) for e in analysis.ents if e.label in _PERSONS and " " in text[e.start : e.end]]
    not_places = Intervals([*vetoes, *persons])
    kept: list[Kept] = []
    context = LanguageContext(text, words, analysis.language, lexicon)
    for start, end, entry in spans:
        if context.borrowed(start, end, entry.label):
            continue
        if (
            text[start - 1 : start] in _OPEN
            and text[end : end + 1] in _CLOSE
            and start
            and entry.label not in ("ALLIANCE", "METONYM")
        ):
            continue  # a ship, a hotel, a paper called so
        if not not_places.touch(start, end):
            kept.append(Kept(_candidate(start, end, words, context.acting(start, end, entry)), _SURE))
    if not analysis.ents:
        taken = Intervals([*((start, end) for start, end, _ in spans), *vetoes])
        nations = {lexicon.iso2_of.get(entry.iso3, "") for _, _, entry in spans}
        for town in find_towns(text, words, analysis.language, taken, nations, g):
            if not context.borrowed(town.start, town.end, "CITY"):
                kept.append(Kept(_candidate(town.start, town.end, words, None, town.lo, town.hi, town.state), _TOWN))
    found = Intervals([*((k.candidate.start, k.candidate.end) for k in kept), *vetoes])
    for ent in analysis.ents:
        if ent.label in _PLACES and not found.touch(ent.start, ent.end):
            low, high = g.find([key_of(text[ent.start : ent.end])])
            kept.append(Kept(_candidate(ent.start, ent.end, words, None, int(low[0]), int(high[0])), _MODEL))
    return words, sorted(kept, key=lambda k: k.candidate.start)


def _candidate(
    start: int, end: int, words: list[Word], entry: Entry | None, lo: int = 0, hi: int = 0, state: str = ""
) -> Candidate:
    first, last = word_range(words, start, end)
    return Candidate(start, end, first, max(last, first + 1), entry=entry, lo=lo, hi=hi if hi > lo else 0, state=state)


def _in_running_text(text: str, forms: Forms) -> Iterator[tuple[int, int, Entry]]:
    """Longest forms first, in a script without blanks."""
    i = 0
    while i < len(text):
        for length in range(min(forms.longest, len(text) - i), 1, -1):
            entry = forms.entries.get(text[i : i + length])
            if entry is not None and not (
                _KATAKANA.match(text[i]) and _KATAKANA.match(text[i - 1 : i] + text[i + length : i + length + 1])
            ):
                yield i, i + length, entry
                i += length - 1
                break
        else:
            for length in (4, 3, 2):
                run = text[i : i + length]
                if (
                    run in forms.together
                    and text[i - 1 : i] not in _NO_SIGN
                    and text[i + length : i + length + 1] not in _NO_PAIR
                ) and not any(
                    forms.entries.get(text[i + k : i + k + n]) for k in range(1, length) for n in (2, 3, 4) if k + n > length
                ):
                    yield from _signs(i, run, forms)
                    i += length - 1
                    break
        i += 1


def _signs(start: int, run: str, forms: Forms) -> Iterator[tuple[int, int, Entry]]:
    for k, sign in enumerate(run):
        if sign in forms.signs:
            yield start + k, start + k + 1, forms.signs[sign]


def _in_words(text: str, words: list[Word], forms: Forms, language: str) -> Iterator[tuple[int, int, Entry]]:
    i = 0
    while i < len(words):
        for n in range(min(_MAX_WORDS, len(words) - i), 0, -1):
            last = words[i + n - 1]
            if n > 1 and (text[words[i].start : last.end].count("\n") or not _starts(words[i].text, forms, language)):
                continue
            if language == "ko" and n == 1 and (run := _pair(last.text, forms)):
                yield from _signs(last.start, run, forms)
                break
            dot = text[last.end : last.end + 1] == "." and "." in text[words[i].start : last.end]  # EE.UU.
            found = _match(text[words[i].start : last.end + dot], forms, language) or _match(
                text[words[i].start : last.end], forms, language
            )
            if found is None:
                continue
            skip, length, entry = found
            if entry.label == "NATIONALITY" and _of_speech(words, i, n, forms):
                continue
            yield words[i].start + skip, words[i].start + skip + length, entry
            i += n - 1
            break
        i += 1


def _pair(word: str, forms: Forms) -> str:
    """The run of signs that a Korean word is, or begins with before a particle."""
    return next(
        (
            word[:n]
            for n in range(len(word), 1, -1)
            if word[:n] in forms.together and (n == len(word) or word[n:] in forms.particles)
        ),
        "",
    )


def _starts(word: str, forms: Forms, language: str) -> bool:
    folded = fold(word, language)
    if language == "he" and (prefix := _HE_PREFIX.match(word)) and word[prefix.end() :] in forms.first:
        return True
    return folded in forms.first or (
        language == "ar" and any(folded[k:] in forms.first or "ال" + folded[2:] in forms.first for k in (1, 2))
    )


def _of_speech(words: list[Word], i: int, n: int, forms: Forms) -> bool:
    return (i + n < len(words) and words[i + n].text in forms.speech) or any(
        w.text in forms.speech for w in words[max(0, i - 3) : i]
    )


def _match(form: str, forms: Forms, language: str) -> tuple[int, int, Entry] | None:
    """How many characters of `form` to skip, how many are the name, and what it stands for."""
    folded = fold(form, language)
    entry = forms.entries.get(folded)
    if entry is not None:
        return 0, len(form), entry
    if language == "tr":
        return _match_tr(form, forms)
    if forms.stems:
        return _match_stem(form, forms)
    if language == "he":
        prefix = _HE_PREFIX.match(form)
        skip = prefix.end() if prefix else 0
        entry = forms.entries.get(form[skip:]) if skip else None
        return (skip, len(form) - skip, entry) if entry is not None else None
    if language == "ko":
        for length in range(len(form) - 1, 1, -1):
            entry = forms.entries.get(form[:length])
            if entry is not None and form[length:] in forms.particles:
                return 0, length, entry
    elif language == "ar":
        return _match_ar(form, folded, forms)
    elif language == "fa":
        suffix = _FA_SUFFIX.search(folded)
        if (
            suffix
            and suffix[0]
            and (entry := forms.entries.get(folded[: suffix.start()])) is not None
            and entry.label == "NATIONALITY"
        ):
            return 0, len(form), entry
    elif language in ("fr", "es", "it", "ca") and (elided := _ELIDED.match(folded)):
        entry = forms.entries.get(folded[elided.end() :])
        if entry is not None:
            return elided.end(), len(form) - elided.end(), entry
    elif "-" in folded and language in ("de", "fr", "es", "pl", "uk", "ru"):
        head = folded.split("-")[0]
        entry = forms.entries.get(head)
        if entry is not None and entry.label in ("COUNTRY", "CITY", "ALLIANCE", "METONYM", "REGION") and len(head) > 1:
            return 0, len(head), entry
    return None


def _match_stem(form: str, forms: Forms) -> tuple[int, int, Entry] | None:
    if not form[0].isalpha() or form.islower() != form[0].islower():
        return None
    for length in range(len(form), max(STEM, len(form) - _ENDING) - 1, -1):
        entry = forms.stems.get(form[:length])
        if entry is not None:
            return 0, len(form), entry
    return None


def _match_tr(form: str, forms: Forms) -> tuple[int, int, Entry] | None:
    for mark in ("'", "’"):
        head, found, _ = form.partition(mark)
        if found and (entry := forms.entries.get(head)) is not None:
            return 0, len(head), entry
    for length in range(len(form) - 1, 2, -1):
        entry = forms.entries.get(form[:length])
        if entry is not None and entry.label == "NATIONALITY" and _TR_SUFFIX.fullmatch(form[length:]):
            return 0, len(form), entry
    return None


def _match_ar(form: str, folded: str, forms: Forms) -> tuple[int, int, Entry] | None:
    """Conjunctions and prepositions are written onto the name, "ل" swallows the article's alif, adjectives take article and endings."""
    prefix = _AR_PREFIX.match(folded)
    for skip in range((prefix.end() if prefix else 0) + 1):
        rest = folded[skip:]
        entry = forms.entries.get(rest)
        if entry is None and skip and folded[skip - 1] == "ل" and rest.startswith("ل"):
            entry = forms.entries.get("ا" + rest)
        if entry is not None:
            return skip, len(form) - skip, entry
        shape = _AR_DEMONYM.match(form[skip:])
        if shape:
            base = forms.entries.get(fold(shape[2], "ar"))
            if base is not None and base.label == "NATIONALITY":
                return skip, len(form) - skip, base
    return None
