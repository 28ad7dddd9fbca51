"""Towns and regions in texts of other languages where no language model is installed, if the gazetteer knows them in a country that the
text names, or where the language is at home: a capital word behind a preposition of place; a region's name of six letters and more
anywhere; a region's adjective before the word for it ("Харківській області", "województwo lubelskie").

Facts: `data/geo/languages_towns.tsv`.
"""

import functools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple, TypeAlias

from transforms.tag.geo.gazetteer import DATA, GIVEN, KINDS, SURNAME, WORD, Gazetteer, key_of
from transforms.tag.geo.scan import Word
from transforms.tag.intervals import Intervals

_CITY, _ADMIN1 = KINDS.index("city"), KINDS.index("admin1")
_MAX_WORDS: Final = 4
_LEAST: Final = 4  # letters
_LINKS: Final = frozenset("de la le les del do da dos sur am an der im sous en lès upon al nad na на y et e".split())
_AND: Final = frozenset("und et y e i і та и oraz ve ou o oder".split())
_FAMOUS: Final = 1_000_000  # people: a first name that is such a town too is the town behind a preposition
_UNLED: Final = 6  # letters of a region's name that needs no preposition
# Adjectives of regions and what their nominative adds to the stem; lists share one noun ("Миколаївської та Херсонської областей")
_ADJECTIVES: Final = {
    "uk": (
        re.compile(
            r"\b([А-ЯІЇЄҐ][\w’'-]*?[сцз]ьк)(?:а|ої|ій|у|ою)\b(?=(?:,? (?:та |і |й )?[А-ЯІЇЄҐ][\w’'-]*[сцз]ьк\w{1,2}){0,6} ?обл)"
        ),
        "а область",
    ),
    "ru": (re.compile(r"\b([А-Я][\w-]*[сцз]к)(?:ая|ой|ую|ою)\b(?=(?:,? (?:и )?[А-Я][\w-]*[сцз]к\w{2}){0,6} ?обл)"), "ая область"),
    "pl": (
        re.compile(r"(?<=[Ww]ojewództw[aoeu] )(\w[\w-]*?[sc]k)(?:ie|iego|iemu|im)\b|(?<=[Ww]ojewództwie )(\w[\w-]*?[sc]k)im\b"),
        "ie",
    ),
}
_ELIDED: Final = re.compile(r"(?:[LlDd]|[Qq]u|[Dd]ell|[Nn]ell|[Aa]ll|[Ss]ull|[Dd]all)['’](?=[A-ZÀ-Þ])")
_KRAI: Final = re.compile(r"\b([А-Я][\w-]*[сцз]к)(?:ий|ого|ому|им|ом)\b(?= кра[йяюе])")
_KRAI_ENDING: Final = "ий край"
_SUFFIX: Final = re.compile(r"[dt][ae]n?|y?[ae]|n?[ıiuü]n|l[ae]|deki|daki|teki|taki")


_Endings: TypeAlias = tuple[tuple[str, tuple[str, ...]], ...]


class Town(NamedTuple):
    """A name at `start`..`end` with its range in the gazetteer, or the GeoNames admin1 that it stands for."""

    start: int
    end: int
    lo: int
    hi: int
    state: str = ""


@dataclass(frozen=True)
class _Rules:
    """Prepositions of place, those of regions; endings, and those of an adjective before a name, -> what the name ends in; home countries,
    least population, no towns."""

    before: frozenset[str]
    before_region: frozenset[str]
    endings: _Endings
    adjectives: _Endings
    home: frozenset[str]
    people: int
    words: frozenset[str]


@functools.cache
def _rules() -> dict[str, _Rules]:
    rows: dict[str, dict[str, str]] = {}
    for line in (DATA / "languages_towns.tsv").read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            kind, language, cell = line.split("\t")
            rows.setdefault(language, {})[kind] = cell
    return {
        language: _Rules(
            frozenset(cells.get("before", "").split()),
            frozenset(cells.get("before_region", "").split()),
            _endings(cells.get("endings", "")),
            _endings(cells.get("adjectives", "")),
            frozenset(cells["home"].split()),
            int(cells["people"]),
            frozenset(cells.get("words", "").split()),
        )
        for language, cells in rows.items()
    }


def _endings(cell: str) -> _Endings:
    parts = (entry.partition("=") for entry in cell.split())
    return tuple((end, tuple(base.replace("-", "") for base in into.split(","))) for end, _, into in parts)


@functools.cache
def _states() -> dict[tuple[str, str], str]:
    """(language, stem of an adjective) -> GeoNames admin1."""
    lines = (DATA / "languages_regions.tsv").read_text("utf-8").splitlines()
    rows = (line.split("\t") for line in lines if line and not line.startswith("#"))
    return {(language, stem): admin1 for language, stem, admin1 in rows}


def find_towns(
    text: str, words: Sequence[Word], language: str, taken: Intervals, nations: set[str], g: Gazetteer
) -> Iterator[Town]:
    """The towns and regions of `text`, in order; none that touches `taken`. `nations` are the countries (iso2) that the text names."""
    rules = _rules().get(language)
    if rules is None:
        return
    allowed = {g.iso2_of[iso2] for iso2 in nations | rules.home if iso2 in g.iso2_of}
    regions = {town.start: town for town in _regions(text, language, g)}
    i, listed = 0, False
    while i < len(words):
        region_only = _is_led(text, words, i, language, rules, listed=listed)
        found = None
        if words[i].start in regions:
            found = i + 1, regions[words[i].start]
        elif not (words[i].text.islower() or text[words[i].end - 1].isdigit()) and not taken.touch(words[i].start, words[i].end):
            found = _longest(text, words, i, rules, allowed, language, g, region_only=region_only)
        if found is None:
            listed = listed and words[i].text in _AND
            i += 1
            continue
        last, town = found
        if not taken.touch(town.start, town.end):
            yield town
        i, listed = last, True


def _is_led(text: str, words: Sequence[Word], i: int, language: str, rules: _Rules, *, listed: bool) -> bool | None:
    """Whether a preposition or an earlier town of a list leads to word `i`: True where only regions can follow, None for no."""
    if language == "tr":
        head, mark, suffix = words[i].text.replace("’", "'").partition("'")
        return False if mark and len(head) >= _LEAST and _SUFFIX.fullmatch(suffix) else None
    if not i:
        return None
    gap, before = text[words[i - 1].end : words[i].start], words[i - 1].text.casefold()
    if listed and (gap == ", " or (gap == " " and before in _AND)):
        return False
    if gap != " ":
        return None
    if before in rules.before:
        return False
    if before in rules.before_region:
        return True
    article = before in ("der", "den", "la") and i > 1 and words[i - 2].text.casefold() in rules.before | rules.before_region
    return True if article else None


def _longest(
    text: str,
    words: Sequence[Word],
    i: int,
    rules: _Rules,
    allowed: set[int],
    language: str,
    g: Gazetteer,
    *,
    region_only: bool | None,
) -> tuple[int, Town] | None:
    """The longest name from word `i` on that the gazetteer has in one of the countries `allowed`, and the word behind it. `region_only` is
    None where no preposition leads to it: then it must be the plain name of a region."""
    end = i + 1
    while end < len(words) and end - i < _MAX_WORDS and text[words[end - 1].end : words[end].start] in (" ", "-"):
        if words[end].text[0].islower() and words[end].text not in _LINKS:
            break
        end += 1
    for last in range(end, i, -1):
        if words[last - 1].text in _LINKS:
            continue
        elided = _ELIDED.match(words[i].text) if language in ("fr", "it") else None
        start, stop = words[i].start + (elided.end() if elided else 0), words[last - 1].end
        name = text[start:stop]
        if language == "tr":
            name = name.replace("’", "'").partition("'")[0]
        if len(name) < _LEAST or name.casefold() in rules.words or (name.isupper() and name.lower() != name):
            continue
        unled = region_only is None
        firm = language == "es" and i > 0 and words[i - 1].text.casefold() == "el"  # "El Santander ganó"
        if unled and (len(name) < _UNLED or firm or not name[0].isupper()):
            continue
        keys = [key_of(form) for form in ([name] if unled else _bases(name, rules))]
        lows, highs = g.find(keys)
        for lo, hi in zip(lows.tolist(), highs.tolist(), strict=True):
            ambiguous = unled and lo < hi and int(g.flags[lo]) & (GIVEN | SURNAME | WORD)
            if lo < hi and not ambiguous and _fits(lo, hi, rules, allowed, g, region_only=region_only is not False):
                return last, Town(start, start + len(name), lo, hi)
    return None


def _regions(text: str, language: str, g: Gazetteer) -> Iterator[Town]:
    """The regions that the text calls by their adjectives."""
    patterns = [_ADJECTIVES[language]] if language in _ADJECTIVES else []
    patterns += [(_KRAI, _KRAI_ENDING)] * (language == "ru")
    for pattern, nominative in patterns:
        for match in pattern.finditer(text):
            stem = match[1] or match[match.lastindex or 1]
            state = _states().get((language, stem.casefold()))
            if state in g.admin1_row and nominative != _KRAI_ENDING:
                yield Town(match.start(), match.end(), 0, 0, state or "")
                continue
            low, high = g.find([key_of(stem + nominative)])
            lo, hi = int(low[0]), int(high[0])
            if lo < hi and (g.kind[g.place[lo:hi]] == _ADMIN1).any():
                yield Town(match.start(), match.end(), lo, hi)


def _bases(name: str, rules: _Rules) -> list[str]:
    """What `name` may be a case of, itself first: `Ижевске`, `Нижнем Тагиле`, `Комсомольске-на-Амуре`."""
    head, river, rest = name.partition("-на-")
    found = [base + river + rest for base in [head, *_undone(head, rules.endings)]]
    first, _, second = name.partition(" ")
    if second and rules.adjectives:
        seconds = [second, *_undone(second, rules.endings)]
        found.extend(f"{a} {b}" for a in _undone(first, rules.adjectives) for b in seconds)
    return found


def _undone(word: str, endings: _Endings) -> Iterator[str]:
    for ending, bases in endings:
        if word.endswith(ending) and len(word) - len(ending) >= _LEAST - 1:
            yield from (word[: len(word) - len(ending)] + base for base in bases)


def _fits(lo: int, hi: int, rules: _Rules, allowed: set[int], g: Gazetteer, *, region_only: bool) -> bool:
    rows = g.place[lo:hi]
    kind, people = g.kind[rows], g.population[rows]
    at_home = [int(row) in allowed for row in g.iso2_index[rows].tolist()]
    least = _FAMOUS if int(g.flags[lo]) & GIVEN else rules.people
    fitting = (kind == _ADMIN1) | ((kind == _CITY) & (people >= least) & (not region_only))
    return bool((fitting & at_home).any())
