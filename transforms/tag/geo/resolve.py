"""Which place each name means: all names of a text decide together.

Every name has senses: rows of the gazetteer, and the country where it is also a country's name. A sense starts from what speaks for it
alone: population, kind, whether the name is its main one, and what is written beside it ("Paris, Texas", "Lviv oblast"). Then, a few times
over, each sense is supported by the other names' likely senses: the same country, the same first-level region, and nearness. One name has
one sense in a text.
"""

import functools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

from transforms.tag.geo.gazetteer import ALTERNATE, KINDS, Gazetteer
from transforms.tag.geo.lexicon import Entry, Lexicon

CITY, ADMIN1, ADMIN2, REGION = range(len(KINDS))
COUNTRY: Final = len(KINDS)
_TOP: Final = 16  # senses kept of a name
_ROUNDS: Final = 3
_WIDE: Final = 3.0  # degrees
_GREAT: Final = 400_000  # people
_FAR_SMALLER: Final = 20
_MANY_NATIONS, _MANY_STATES = (
    2.0,
    3.0,
)  # more votes than these say no more: a dozen towns of one country do not make a village of a city

# Set on one half of the labelled news; the optimum is flat, a quarter more or less of any one moves no measure by more than a point
WEIGHTS: Final = {
    "population": 2.0, "capital": 4.2, "admin1": 1.0, "admin2": -2.0, "region": -1.7, "country": 2.0, "alternate": -2.9, "within": -0.7,
    "beside": 7.0, "typed": 2.8, "nation": 2.0, "neighbour": 0.3, "state": 2.4, "near": 5.0, "near_km": 50.0,
}  # fmt: skip


@dataclass(slots=True)
class Name:
    """A name of the text: its range in the gazetteer, its country's entry if it has one, how often it stands, and what stands beside it.

    `beside` are first-level regions (indexes of `Gazetteer.admin1`) and `beside_iso2` countries that follow the name after a comma;
    `typed` is the kind that a type word gives it, -1 for none; `acting` says that it stands for a government somewhere; `weight` is how
    much it counts as context for others.
    """

    lo: int
    hi: int
    entry: Entry | None = None
    weight: float = 1.0
    beside: list[int] = field(default_factory=list)
    beside_iso2: list[int] = field(default_factory=list)
    typed: int = -1
    acting: bool = False


@dataclass(frozen=True, slots=True)
class Sense:
    """What a name was taken for: a gazetteer row, or the country (row -1); with its probability among its senses and the second one."""

    row: int
    probability: float
    second: int  # row of the runner-up, -1 the country, -2 none


def resolve(
    names: Sequence[Name], nations: Mapping[int, float], states: Mapping[int, float], g: Gazetteer, lexicon: Lexicon
) -> list[Sense]:
    """Names -> their senses, same order.

    `nations` and `states` count what the text names outright (indexes of `Gazetteer.iso2`, `.admin1`).
    """
    if not names:
        return []
    w = WEIGHTS
    rows_of: list[npt.NDArray[np.int64]] = []
    base_of: list[npt.NDArray[np.float64]] = []
    for name in names:
        rows, base = _senses(name, g, lexicon)
        rows_of.append(rows)
        base_of.append(base)
    sizes = [len(rows) for rows in rows_of]
    bounds = np.concatenate(([0], np.cumsum(sizes)))
    owner = np.repeat(np.arange(len(names)), sizes)
    rows, base = np.concatenate(rows_of), np.concatenate(base_of)
    is_country = rows < 0
    safe = np.where(is_country, 0, rows)
    nation = g.iso2_index[safe].astype(np.int64)
    for i in np.flatnonzero(is_country).tolist():
        entry = names[int(owner[i])].entry
        nation[i] = g.iso2_of.get(lexicon.countries[entry.iso3].iso2, -1) if entry else -1
    state = np.where(is_country, -1, g.admin1_index[safe])
    weight = np.array([name.weight for name in names])[owner]
    kernel = _nearness(g, safe, is_country, owner, w["near_km"])
    said_nations = np.zeros(len(g.iso2) + 1)
    for i, n in nations.items():
        said_nations[i] += n
    said_states = np.zeros(len(g.admin1) + 1)
    borders = _borders(g, lexicon)
    for i, n in states.items():
        said_states[i] += n
    own = owner[:, None] == owner[None, :]
    own_nation = (own & (nation[:, None] == nation[None, :])).astype(np.float64)
    own_state = (own & (state[:, None] == state[None, :])).astype(np.float64)
    score = base
    p = _softmax(score, bounds)
    for _ in range(_ROUNDS):
        voted = p * weight
        nation_votes = said_nations + np.bincount(nation[nation >= 0], voted[nation >= 0], len(said_nations))
        state_votes = said_states + np.bincount(state[state >= 0], voted[state >= 0], len(said_states))
        others_n = np.maximum(nation_votes[nation] - own_nation @ voted, 0.0) + w["neighbour"] * (borders @ nation_votes)[nation]
        others_s = np.where(state >= 0, np.maximum(state_votes[state] - own_state @ voted, 0.0), 0.0)
        total = max(float(nation_votes.sum()), 1.0)
        total_s = max(float(state_votes.sum()), 1.0)
        near = kernel @ voted
        score = (
            base
            + w["nation"] * np.log1p(np.minimum(others_n, _MANY_NATIONS)) * (0.5 + others_n / total)
            + w["state"] * np.log1p(np.minimum(others_s, _MANY_STATES)) * (1.0 + others_s / total_s)
            + w["near"] * np.log1p(near)
        )
        p = _softmax(score, bounds)
    senses = []
    for i in range(len(names)):
        lo, hi = int(bounds[i]), int(bounds[i + 1])
        order = np.argsort(-score[lo:hi])
        second = int(rows[lo + order[1]]) if hi - lo > 1 else -2
        senses.append(Sense(int(rows[lo + order[0]]), float(p[lo + order[0]]), second))
    return senses


def _senses(name: Name, g: Gazetteer, lexicon: Lexicon) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    """A name's senses and what speaks for each alone."""
    w = WEIGHTS
    rows = g.place[name.lo : name.hi].astype(np.int64)
    alternate = (g.flags[name.lo : name.hi] & ALTERNATE) > 0
    if not (name.beside or name.beside_iso2):  # another spelling of a small place is not what a great one's name means
        people = g.population[rows].astype(np.int64)
        meant = ~(alternate & (people * _FAR_SMALLER < people.max(initial=0)))
        rows, alternate = rows[meant], alternate[meant]
    kind = g.kind[rows]
    nation, state = g.iso2_index[rows], g.admin1_index[rows]
    score = w["population"] * np.log10(g.population[rows] + 100.0)
    peopled = np.clip(np.log10(g.population[rows] + 1.0) - 5.0, 0.0, 1.0)  # a parish of Jamaica is not what comes to mind first
    score += np.array([0.0, w["admin1"], w["admin2"], w["region"]])[kind] * np.where(kind == ADMIN1, peopled, 1.0)
    score += w["alternate"] * alternate
    if name.typed < 0:  # a bare name is the town's, not its region's; states of the US are named so too
        score += w["within"] * np.where(nation == g.iso2_of["US"], 1.0, 8.0) * _around_namesake(rows, kind, nation, g)
    large = np.clip(np.log10(g.population[rows] + 1.0) - 4.5, 0.0, 1.0)  # the seats of islands are not what first comes to mind
    other = alternate & bool((~alternate & (g.population[rows] >= _GREAT)).any())  # Philadelphia was a name of Amman once
    score += w["capital"] * (g.capital[rows] & ~other) * (2.0 if name.acting else large)
    if name.beside:
        score += w["beside"] * (np.isin(state, name.beside) & (kind != ADMIN1))
    if name.beside_iso2:
        score += w["beside"] * np.isin(nation, name.beside_iso2)
    if name.typed >= 0:
        score += w["typed"] * np.where(kind == name.typed, 1.0, 0.5 * (kind == ADMIN2))
    if name.entry is not None and name.entry.iso3 in lexicon.countries:
        country = lexicon.countries[name.entry.iso3]
        abroad = nation != g.iso2_of.get(country.iso2, -1)  # what bears the country's name inside it is not meant
        rows, score = rows[abroad], score[abroad]
        rows = np.append(rows, -1)
        score = np.append(score, w["population"] * math.log10(country.population + 100.0) + w["country"])
    if len(rows) > _TOP:
        best = np.argpartition(-score, _TOP)[:_TOP]
        rows, score = rows[best], score[best]
    return rows, score


def _around_namesake(
    rows: npt.NDArray[np.int64], kind: npt.NDArray[np.uint8], nation: npt.NDArray[np.int16], g: Gazetteer
) -> npt.NDArray[np.bool_]:
    """Which rows are regions around a town of the same name: of one country, their points no farther apart than a region is wide."""
    town = (kind == CITY) & (g.population[rows] > 0)
    region = (kind == ADMIN1) | (kind == ADMIN2)
    near = (np.abs(g.lat[rows][:, None] - g.lat[rows]) < _WIDE) & (np.abs(g.lon[rows][:, None] - g.lon[rows]) < 1.5 * _WIDE)
    pairs = region[:, None] & town & near & (nation[:, None] == nation)
    found: npt.NDArray[np.bool_] = pairs.any(axis=1)
    return found


def _nearness(
    g: Gazetteer, rows: npt.NDArray[np.int64], is_country: npt.NDArray[np.bool_], owner: npt.NDArray[np.int64], scale_km: float
) -> npt.NDArray[np.float64]:
    """How near the senses of different names are: 1 at the same point, 1/e at `scale_km`; 0 within a name and for countries."""
    lat, lon = np.radians(g.lat[rows]), np.radians(g.lon[rows])
    xyz = np.stack((np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)), axis=1)
    chord = np.sqrt(np.maximum(2.0 - 2.0 * (xyz @ xyz.T), 0.0)) * 6371.0
    kernel: npt.NDArray[np.float64] = np.exp(-chord / scale_km)
    kernel[owner[:, None] == owner[None, :]] = 0.0
    kernel[is_country] = 0.0
    kernel[:, is_country] = 0.0
    return kernel


@functools.cache
def _borders(g: Gazetteer, lexicon: Lexicon) -> npt.NDArray[np.float64]:
    """1 where two countries (indexes of `Gazetteer.iso2`) share a border."""
    matrix = np.zeros((len(g.iso2) + 1, len(g.iso2) + 1))
    for country in lexicon.countries.values():
        for other in country.neighbours:
            if country.iso2 in g.iso2_of and other in g.iso2_of:
                matrix[g.iso2_of[country.iso2], g.iso2_of[other]] = 1.0
    return matrix


def _softmax(score: npt.NDArray[np.float64], bounds: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    top = np.repeat(np.maximum.reduceat(score, bounds[:-1]), np.diff(bounds))
    e = np.exp(score - top)
    result: npt.NDArray[np.float64] = e / np.repeat(np.add.reduceat(e, bounds[:-1]), np.diff(bounds))
    return result
