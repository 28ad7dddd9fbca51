"""Countries, demonyms, alliances, world regions, seats of power: the names that point to one thing, matched as written.

Facts: `countries.tsv`, `places.tsv`, `states.tsv` (written for this project) and `country_facts.tsv` (GeoNames, CC BY 4.0).
"""

import functools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from transforms.tag.geo.gazetteer import DATA


@dataclass(frozen=True, slots=True)
class Country:
    """What is known of a state or territory; `lat`/`lon` is a point inside it, None for the few uninhabited ones without."""

    iso3: str
    iso2: str
    name: str
    geonames_id: int
    lat: float | None
    lon: float | None
    population: int
    capital_id: int  # GeoNames id of the capital, 0 when it has none
    neighbours: tuple[str, ...]  # iso2


@dataclass(frozen=True, slots=True)
class Entry:
    """What a written form of the lexicon stands for. `sure` is False when the form is also a word, a person or another place."""

    entity_id: str
    label: str
    name: str
    iso3: str
    lat: float | None
    lon: float | None
    geonames_id: int | None
    sure: bool
    method: str


@dataclass(frozen=True, eq=False)
class Lexicon:
    """Forms as written -> entries. `reach` gives for the first word of a form how many words the longest such form has."""

    forms: dict[str, Entry]
    reach: dict[str, int]
    countries: dict[str, Country]  # by iso3
    iso3_of: dict[str, str]  # iso2 -> iso3
    iso2_of: dict[str, str]  # iso3 -> iso2
    capitals: dict[int, str]  # GeoNames id -> iso3
    state_codes: dict[str, str]  # short form ("Fla.", "FL") -> GeoNames admin1 ("US.FL")
    members: dict[str, tuple[str, ...]]  # entity id of an alliance -> iso3 of its members, where they are known
    admin_ids: dict[str, str]  # GeoNames admin1 -> ISO 3166-2, where it is known


def _rows(name: str) -> Iterator[list[str]]:
    for line in (DATA / name).read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            yield line.split("\t")


def _forms(cell: str) -> Iterator[tuple[str, bool]]:
    for form in cell.split(";"):
        form = form.strip()
        if form and form != "-":
            yield form.removesuffix("?"), not form.endswith("?")


def _degrees(cell: str) -> float | None:
    return float(cell) if cell else None


def word_count(form: str) -> int:
    """How many words the scanner sees in `form`: letters and digits, parted by blanks or hyphens."""
    return len(form.replace("-", " ").split())


_SHORT_CAPITALS: Final = (
    4  # shorter names in capitals are read as acronyms of something else ("CHAD", "IRAN" pass, "UAE" is its own form)
)


@functools.cache
def load_lexicon() -> Lexicon:
    """The English lexicon, once a process."""
    countries: dict[str, Country] = {}
    display = {row[0]: next(_forms(row[1]))[0] for row in _rows("countries.tsv")}
    for iso3, iso2, gid, lat, lon, population, capital, neighbours in _rows("country_facts.tsv"):
        countries[iso3] = Country(
            iso3, iso2, display.get(iso3, iso3), int(gid), _degrees(lat), _degrees(lon), int(population), int(capital or 0),
            tuple(filter(None, neighbours.split(","))),
        )  # fmt: skip
    forms: dict[str, Entry] = {}
    for iso3, names, demonyms in _rows("countries.tsv"):
        if iso3 not in countries:
            continue
        c = countries[iso3]
        for cell, label, method in ((names, "COUNTRY", "name"), (demonyms, "NATIONALITY", "demonym")):
            for form, sure in _forms(cell):
                forms[form] = Entry(f"country:{iso3}", label, c.name, iso3, c.lat, c.lon, c.geonames_id, sure, method)
    methods = {"METONYM": "metonym", "ALLIANCE": "alliance"}
    members: dict[str, tuple[str, ...]] = {}
    for row in _rows("places.tsv"):
        entity_id, label, names, iso3, lat, lon, gid, allies = (*row, *[""] * 5)[:8]
        if allies:
            members[entity_id] = tuple(allies.split())
        name = next(_forms(names))[0]
        for form, sure in _forms(names):
            forms[form] = Entry(
                entity_id,
                label,
                name,
                iso3,
                _degrees(lat),
                _degrees(lon),
                int(gid) if gid else None,
                sure,
                methods.get(label, "name"),
            )
    for form, entry in list(forms.items()):
        if len(form) >= _SHORT_CAPITALS and not form.isupper():
            forms.setdefault(form.upper(), entry)
    reach: dict[str, int] = {}
    for form in forms:
        first = form.replace("-", " ").split()[0].rstrip(",").removesuffix("'s")
        reach[first] = max(reach.get(first, 0), word_count(form))
    states = list(_rows("states.tsv"))
    return Lexicon(
        forms=forms,
        reach=reach,
        countries=countries,
        iso3_of={c.iso2: c.iso3 for c in countries.values()},
        iso2_of={c.iso3: c.iso2 for c in countries.values()},
        capitals={c.capital_id: c.iso3 for c in countries.values() if c.capital_id},
        state_codes={form: admin1 for _, admin1, cell in states for form, _ in _forms(cell)},
        members=members,
        admin_ids={admin1: iso for iso, admin1, _ in states},
    )
