"""The tables agree with themselves and with the gazetteer."""

import csv

import pytest

from transforms.tag.geo.cues import load_cues
from transforms.tag.geo.forms import COLUMNS, load_forms
from transforms.tag.geo.gazetteer import DATA, KINDS, key_of, load_gazetteer
from transforms.tag.geo.lexicon import load_lexicon

_LABELS = {"COUNTRY", "NATIONALITY", "METONYM", "ADMIN", "CITY", "REGION", "PLACE", "ALLIANCE"}


def _rows(name: str) -> list[list[str]]:
    return [line.split("\t") for line in (DATA / name).read_text("utf-8").splitlines() if line and not line.startswith("#")]


def test_every_country_has_a_name_and_a_code() -> None:
    lexicon = load_lexicon()
    assert {row[0] for row in _rows("countries.tsv")} >= set(lexicon.countries)
    assert all(len(c.iso3) == 3 and len(c.iso2) == 2 and c.name != c.iso3 for c in lexicon.countries.values())
    assert lexicon.forms["Kosovo"].iso3 == "XKX"
    assert lexicon.forms["Taiwan"].iso3 == "TWN"
    assert len(lexicon.countries) >= 249


def test_no_form_is_written_twice() -> None:
    seen: dict[str, str] = {}
    for name, columns in (("countries.tsv", (1, 2)), ("places.tsv", (2,))):
        for row in _rows(name):
            for column in columns:
                for form in row[column].split(";"):
                    form = form.strip().removesuffix("?")
                    if form and form != "-":
                        assert form not in seen, f"{form}: {seen.get(form)} and {row[0]}"
                        seen[form] = row[0]


def test_places_are_well_formed() -> None:
    countries = load_lexicon().countries
    for row in _rows("places.tsv"):
        entity, label, _names, iso3, lat, lon, gid, members = (*row, *[""] * 5)[:8]
        assert label in _LABELS, row
        assert entity.split(":")[0] in {"admin", "region", "place", "metonym", "alliance", "geonames"}, row
        assert not iso3 or iso3 in countries, row
        assert (lat == "") == (lon == ""), row
        if lat:
            assert -90 <= float(lat) <= 90 and -180 <= float(lon) <= 180, row
        assert not gid or int(gid) > 0, row
        assert all(m in countries for m in members.split()), row
        assert bool(lat) or label == "ALLIANCE", row


def test_seats_of_power_point_to_a_state() -> None:
    assert all(row[3] for row in _rows("places.tsv") if row[1] == "METONYM")


def test_capitals_are_in_the_gazetteer() -> None:
    lexicon, gazetteer = load_lexicon(), load_gazetteer()
    assert int(gazetteer.capital.sum()) == len(lexicon.capitals)
    assert lexicon.capitals[703448] == "UKR"


def test_gazetteer_columns_run_parallel() -> None:
    g = load_gazetteer()
    assert len(g.keys) == len(g.place) == len(g.flags)
    assert len(g.lat) == len(g.lon) == len(g.population) == len(g.kind) == len(g.names)
    assert bool((g.keys[:-1] <= g.keys[1:]).all())
    assert int(g.kind.max()) == len(KINDS) - 1
    assert set(load_lexicon().admin_ids) <= set(g.admin1_row)


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Côte-d’Or", "cote dor"),
        ("St. Petersburg", "saint petersburg"),
        ("Mt. Pleasant", "mount pleasant"),
        ("Łódź", "lodz"),
        ("N'Djamena", "ndjamena"),
        ("KYIV", "kyiv"),
    ],
)
def test_keys(name: str, key: str) -> None:
    assert key_of(name) == key


@pytest.mark.parametrize(
    ("name", "geonames_id"),
    [("Kyiv", 703448), ("Київ", 703448), ("Kiev", 703448), ("Qamishli", 173377), ("Rapides Parish", 4338356)],
)
def test_names_lead_to_places(name: str, geonames_id: int) -> None:
    g = load_gazetteer()
    low, high = g.find([key_of(name)])
    assert geonames_id in g.geonames_id[g.place[low[0] : high[0]]].tolist()


def test_a_name_that_is_no_place_has_an_empty_range() -> None:
    low, high = load_gazetteer().find([key_of("Qqzzxx")])
    assert low[0] == high[0]


def test_cues_are_lower_case_words() -> None:
    for line in (DATA / "cues.tsv").read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            _name, words = line.split("\t")
            assert words == words.casefold()
    assert load_cues().last["county"] == "admin"


def test_weights_are_numbers() -> None:
    with (DATA / "weights.tsv").open(encoding="utf-8") as file:
        rows = [row for row in csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE) if not row[0].startswith("#")]
    assert len(rows) > 300
    assert all(abs(float(weight)) < 10 for _, weight in rows)


@pytest.mark.parametrize("language", COLUMNS)
def test_every_language_names_every_country(language: str) -> None:
    forms = load_forms(language, load_lexicon(), load_gazetteer())
    named = {entry.iso3 for entry in forms.entries.values() if entry.label == "COUNTRY"}
    assert len(named) > 220
    assert {"UKR", "RUS", "USA", "CHN", "DEU", "TUR"} <= named
