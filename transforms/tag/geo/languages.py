"""Countries, capitals and demonyms in texts of other languages: exact matching of the language's own word forms.

Served are uk ru pl de fr es tr zh ko ar fa. Names: CLDR (Unicode License) and tables of this project, `data/geo/languages_*.tsv`. Where
the language has a model, its places are looked up in the gazetteer too.
"""

import functools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from transforms.tag.analysis import Analysis
from transforms.tag.geo.gazetteer import DATA, Gazetteer, key_of
from transforms.tag.geo.inflect import demonym_forms, place_forms
from transforms.tag.geo.judge import Kept
from transforms.tag.geo.lexicon import Entry, Lexicon
from transforms.tag.geo.scan import Candidate, Word

COLUMNS: Final = ("uk", "ru", "pl", "de", "fr", "es", "tr", "zh", "ko", "ar", "fa")
_DEMONYM_COLUMNS: Final = ("uk", "ru", "pl", "de", "fr", "es", "tr", "ar", "fa")
_SURE, _MODEL = 0.95, 0.8
_PLACES: Final = frozenset({"LOC", "GPE", "FAC", "placeName", "geogName", "LC", "LCP_COUNTRY", "LCP_CITY"})
_PERSONS: Final = frozenset({"PER", "PERSON", "persName", "PS"})
_WORD = re.compile(r"[^\W_]+(?:[-’'ʼ\u200c.][^\W_]+)*")
_MAX_WORDS: Final = 5
_OPEN, _CLOSE = tuple('«„“"「《'), tuple('»“”"」》')
_AR_PREFIX = re.compile(r"^[وف]?[بكل]?")
_AR_DEMONYM = re.compile(r"^(ال)?(.+?)(?:ون|ين|ان|تين|ات|ة|ا)?$")
_TR_SUFFIX = re.compile(r"(?:l[ae]r)?(?:[ıiuü]n?|[yn]?[aeıiuü]|d[ae]n?|n[ae]|l[ae]|nd[ae]n?)?$")
_FA_SUFFIX = re.compile(r"(?:\u200c?ها(?:ی|یی)?|ان|\u200cای)?$")
_FOLD: Final = str.maketrans({"أ": "ا", "إ": "ا", "آ": "ا", "ى": "ي", "ة": "ه", "ي": "ی", "ك": "ک", "ٔ": None, "ً": None, "ّ": None})


@dataclass(frozen=True)
class Forms:
    """The forms of one language. `particles` are what may follow a Korean name, `speech` the words that make a demonym a language."""

    entries: dict[str, Entry]
    first: frozenset[str]  # first words of forms of several words
    longest: int  # characters of the longest form
    particles: frozenset[str]
    speech: frozenset[str]


def _cells(name: str) -> Iterator[list[str]]:
    for line in (DATA / f"languages_{name}").read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            yield line.split("\t")


def _parts(cell: str) -> Iterator[tuple[str, bool]]:
    for part in cell.split(";"):
        part = part.strip()
        if part and part != "-":
            yield part.removeprefix("="), not part.startswith("=")


def _fold(form: str, language: str) -> str:
    if language in ("ar", "fa"):
        return form.translate(_FOLD)
    form = form.replace("’", "'").replace("ʼ", "'")
    return form.replace("ё", "е").replace("Ё", "Е") if language == "ru" else form


@functools.lru_cache(maxsize=16)
def load_forms(language: str, lexicon: Lexicon, g: Gazetteer) -> Forms:
    """The forms of `language`, once a process; ValueError for a language that is not served."""
    column = COLUMNS.index(language)
    listed = {(kind, lang): [part for part, _ in _parts(cell)] for kind, lang, cell in _cells("words.tsv")}
    banned = frozenset(listed.get(("word", language), ()))
    entries: dict[str, Entry] = {}

    def add(entry: Entry, parts: Iterable[tuple[str, bool]]) -> None:
        for base, inflected in parts:
            if base in banned:
                continue
            if not inflected:
                forms = {base}
            elif entry.label == "NATIONALITY":
                forms = demonym_forms(base, language)
            else:
                forms = place_forms(base, language)
            for form in forms:
                entries.setdefault(_fold(form, language), entry)

    def country(iso3: str, label: str, method: str) -> Entry:
        c = lexicon.countries[iso3]
        return Entry(f"country:{iso3}", label, c.name, iso3, c.lat, c.lon, c.geonames_id, True, method)

    variants = {(iso3, lang): cell for iso3, lang, cell in _cells("country_variants.tsv")}
    for row in _cells("countries.tsv"):
        names = [*_parts(variants.get((row[0], language), "")), *_parts(row[1 + column])]
        add(country(row[0], "COUNTRY", "name"), names)
        if language in ("zh", "ko"):
            suffix = "人" if language == "zh" else "인"
            for base, _ in names:
                if base not in banned:
                    entries[base + suffix] = country(row[0], "NATIONALITY", "demonym")
    known = {entry.entity_id: entry for entry in lexicon.forms.values() if entry.label != "NATIONALITY"}
    for row in _cells("places.tsv"):
        add(_place(row[0], row[1], lexicon, g, known), _parts(row[2 + column]))
    if language in _DEMONYM_COLUMNS:  # last: of one spelling the country goes before the demonym
        for row in _cells("demonyms.tsv"):
            add(country(row[0], "NATIONALITY", "demonym"), _parts(row[1 + _DEMONYM_COLUMNS.index(language)]))
    return Forms(
        entries=entries,
        first=frozenset(form.split(" ")[0] for form in entries if " " in form),
        longest=max(map(len, entries)),
        particles=frozenset(listed.get(("particle", language), ())),
        speech=frozenset(listed.get(("language", language), ())),
    )


def _place(entity: str, label: str, lexicon: Lexicon, g: Gazetteer, known: dict[str, Entry]) -> Entry:
    kind, _, value = entity.partition(":")
    if kind not in ("capital", "city"):
        return known[entity]
    gid = lexicon.countries[value].capital_id if kind == "capital" else int(value)
    row = int(np.flatnonzero(g.geonames_id == gid)[0])
    iso3 = lexicon.iso3_of[g.iso2[g.iso2_index[row]]]
    return Entry(
        f"geonames:{gid}",
        label,
        str(g.names[row]),
        iso3,
        round(float(g.lat[row]), 3),
        round(float(g.lon[row]), 3),
        gid,
        True,
        "gazetteer",
    )


def find_in_language(
    analysis: Analysis, lexicon: Lexicon, g: Gazetteer, vetoes: Sequence[tuple[int, int]]
) -> tuple[list[Word], list[Kept]]:
    """The words of a text in one of `COLUMNS` and what of them are mentions, in order."""
    forms = load_forms(analysis.language, lexicon, g)
    text = analysis.text
    words = [Word(m[0], m.start(), m.end(), m.end(), True) for m in _WORD.finditer(text)]
    spans = list(_in_running_text(text, forms) if analysis.language == "zh" else _in_words(text, words, forms, analysis.language))
    persons = [(e.start, e.end) for e in analysis.ents if e.label in _PERSONS and " " in text[e.start : e.end]]
    kept: list[Kept] = []
    for start, end, entry in spans:
        if text[start - 1 : start] in _OPEN and text[end : end + 1] in _CLOSE and start and entry.label in ("COUNTRY", "CITY"):
            continue  # a ship, a hotel, a paper called so
        if not any(a < end and start < b for a, b in (*vetoes, *persons)):
            kept.append(Kept(_candidate(start, end, words, entry), _SURE))
    for ent in analysis.ents:
        if ent.label in _PLACES and not any(k.candidate.start < ent.end and ent.start < k.candidate.end for k in kept):
            if any(a < ent.end and ent.start < b for a, b in vetoes):
                continue
            low, high = g.find([key_of(text[ent.start : ent.end])])
            kept.append(Kept(_candidate(ent.start, ent.end, words, None, int(low[0]), int(high[0])), _MODEL))
    return words, sorted(kept, key=lambda k: k.candidate.start)


def _candidate(start: int, end: int, words: list[Word], entry: Entry | None, lo: int = 0, hi: int = 0) -> Candidate:
    first = next((i for i, w in enumerate(words) if w.end > start), 0)
    last = next((i for i, w in enumerate(words) if w.start >= end), len(words))
    return Candidate(start, end, first, max(last, first + 1), entry=entry, lo=lo, hi=hi if hi > lo else 0)


def _in_running_text(text: str, forms: Forms) -> Iterator[tuple[int, int, Entry]]:
    """Longest forms first, in a script without blanks."""
    i = 0
    while i < len(text):
        for length in range(min(forms.longest, len(text) - i), 1, -1):
            entry = forms.entries.get(text[i : i + length])
            if entry is not None:
                yield i, i + length, entry
                i += length - 1
                break
        i += 1


def _in_words(text: str, words: list[Word], forms: Forms, language: str) -> Iterator[tuple[int, int, Entry]]:
    i = 0
    while i < len(words):
        for n in range(min(_MAX_WORDS, len(words) - i), 0, -1):
            last = words[i + n - 1]
            if n > 1 and (text[words[i].start : last.end].count("\n") or not _starts(words[i].text, forms, language)):
                continue
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


def _starts(word: str, forms: Forms, language: str) -> bool:
    folded = _fold(word, language)
    return folded in forms.first or (
        language == "ar" and any(folded[k:] in forms.first or "ال" + folded[2:] in forms.first for k in (1, 2))
    )


def _of_speech(words: list[Word], i: int, n: int, forms: Forms) -> bool:
    return (i + n < len(words) and words[i + n].text in forms.speech) or any(
        w.text in forms.speech for w in words[max(0, i - 3) : i]
    )


def _match(form: str, forms: Forms, language: str) -> tuple[int, int, Entry] | None:
    """How many characters of `form` to skip, how many are the name, and what it stands for."""
    folded = _fold(form, language)
    entry = forms.entries.get(folded)
    if entry is not None:
        return 0, len(form), entry
    if language == "tr":
        return _match_tr(form, forms)
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
    elif language in ("fr", "es") and form[:2] in ("l'", "d'", "L'", "D'", "l’", "d’", "L’", "D’"):
        entry = forms.entries.get(folded[2:])
        if entry is not None:
            return 2, len(form) - 2, entry
    elif "-" in folded and language in ("de", "fr", "es", "pl", "uk", "ru"):
        head = folded.split("-")[0]
        entry = forms.entries.get(head)
        if entry is not None and entry.label in ("COUNTRY", "CITY", "ALLIANCE", "METONYM", "REGION") and len(head) > 1:
            return 0, len(head), entry
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
            base = forms.entries.get(_fold(shape[2], "ar"))
            if base is not None and base.label == "NATIONALITY":
                return skip, len(form) - skip, base
    return None
