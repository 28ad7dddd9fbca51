"""The names of countries, capitals, demonyms in other languages, as looked up: from the tables `data/geo/languages_*.tsv`."""

import functools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from transforms.tag.geo.gazetteer import DATA, Gazetteer
from transforms.tag.geo.inflect import demonym_forms, place_forms
from transforms.tag.geo.lexicon import Entry, Lexicon

COLUMNS: Final = ("uk", "ru", "pl", "de", "fr", "es", "tr", "zh", "ko", "ar", "fa")
MORE: Final = tuple("it pt nl ro ca da sv no el he ja cs sk sl hr bs sr bg mk lt lv fi et hu hy ka az kk id vi hi".split())
SERVED: Final = frozenset((*COLUMNS, *MORE))
_ENDINGS: Final = frozenset(
    "cs sk sl hr bs sr bg mk lt lv fi et hu el hy ka az kk ro".split()
)  # languages with cases or articles behind
_DEMONYM_COLUMNS: Final = ("uk", "ru", "pl", "de", "fr", "es", "tr", "ar", "fa")
_FOLD: Final = str.maketrans({"أ": "ا", "إ": "ا", "آ": "ا", "ى": "ي", "ة": "ه", "ي": "ی", "ك": "ک", "ٔ": None, "ً": None, "ّ": None})
STEM: Final = 4  # letters: the least of a stem


@dataclass(frozen=True)
class Forms:
    """The forms of one language. `particles` are what may follow a Korean name, `speech` the words that make a demonym a language."""

    entries: dict[str, Entry]
    first: frozenset[str]  # first words of forms of several words
    longest: int  # characters of the longest form
    particles: frozenset[str]
    speech: frozenset[str]
    signs: dict[str, Entry]  # one sign for a country, in `together` alone
    together: frozenset[str]
    stems: dict[str, Entry]  # names of countries without their last vowel, in languages with endings


def _cells(name: str) -> Iterator[list[str]]:
    for line in (DATA / f"languages_{name}").read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            yield line.split("\t")


def _parts(cell: str) -> Iterator[tuple[str, bool]]:
    for part in cell.split(";"):
        part = part.strip()
        if part and part != "-":
            yield part.removeprefix("="), not part.startswith("=")


def fold(form: str, language: str) -> str:
    """`form` with the spellings that do not matter made one."""
    if language in ("ar", "fa"):
        return form.translate(_FOLD)
    form = form.replace("’", "'").replace("ʼ", "'")
    return form.replace("ё", "е").replace("Ё", "Е") if language == "ru" else form


@functools.lru_cache(maxsize=16)
def load_forms(language: str, lexicon: Lexicon, g: Gazetteer) -> Forms:
    """The forms of `language`, once a process; ValueError for a language that is not served."""
    if language not in SERVED:
        raise ValueError(f"{language} is not served")
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
                entries.setdefault(fold(form, language), entry)

    def country(iso3: str, label: str, method: str) -> Entry:
        c = lexicon.countries[iso3]
        return Entry(f"country:{iso3}", label, c.name, iso3, c.lat, c.lon, c.geonames_id, True, method)

    variants = {(iso3, lang): cell for iso3, lang, cell in _cells("country_variants.tsv")}
    known = {entry.entity_id: entry for entry in lexicon.forms.values() if entry.label != "NATIONALITY"}
    more = [(kind, iso3, name) for lang, kind, iso3, name in _cells("more.tsv") if lang == language]
    if language in COLUMNS:
        column = COLUMNS.index(language)
        names_of = {row[0]: row[1 + column] for row in _cells("countries.tsv")}
    else:
        names_of = {iso3: name for kind, iso3, name in more if kind == "country"}
    for iso3, cell in names_of.items():
        names = [*_parts(variants.get((iso3, language), "")), *_parts(cell)]
        add(country(iso3, "COUNTRY", "name"), names)
        if language in ("zh", "ko", "ja"):
            suffix = "인" if language == "ko" else "人"
            for base, _ in names:
                if base not in banned:
                    entries[base + suffix] = country(iso3, "NATIONALITY", "demonym")
    if language in COLUMNS:
        for row in _cells("places.tsv"):
            add(_place(row[0], row[1], lexicon, g, known), _parts(row[2 + column]))
    for (key, lang), cell in variants.items():
        if lang == language and key.startswith("capital:"):
            add(_place(key, "CITY", lexicon, g, known), _parts(cell))
    for kind, iso3, name in more:
        if kind == "capital" and (language != "zh" or len(name) > 2):  # two signs are too often part of something else
            add(_place(f"capital:{iso3}", "CITY", lexicon, g, known), [(name, True)])
    if language in _DEMONYM_COLUMNS:  # last: of one spelling the country goes before the demonym
        for row in _cells("demonyms.tsv"):
            add(country(row[0], "NATIONALITY", "demonym"), _parts(row[1 + _DEMONYM_COLUMNS.index(language)]))
    stems = {
        form.rstrip("aeiouyáéíýаеиоуяіαηος"): entry
        for form, entry in entries.items()
        if entry.label == "COUNTRY" and " " not in form
    }
    return Forms(
        entries=entries,
        first=frozenset(form.split(" ")[0].rstrip(".") for form in entries if " " in form),
        longest=max(map(len, entries)),
        particles=frozenset(listed.get(("particle", language), ())),
        speech=frozenset(listed.get(("language", language), ())),
        signs={
            sign: country(iso3, "COUNTRY", "name")
            for sign, _, iso3 in (s.partition("=") for s in listed.get(("sign", language), ()))
        },
        together=frozenset((*listed.get(("pair", language), ()), *listed.get(("owned", language), ()))),
        stems={stem: entry for stem, entry in stems.items() if len(stem) >= STEM} if language in _ENDINGS else {},
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
