"""Which place a name means: population, kind, what the text names beside it and elsewhere."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from schemas.records import Mention
from transforms.tag.analysis import Analysis
from transforms.tag.geo.gazetteer import ALTERNATE, KINDS, Gazetteer, key_of
from transforms.tag.geo.judge import Kept
from transforms.tag.geo.lexicon import Lexicon
from transforms.tag.geo.scan import Word

_CITY, _ADMIN1, _ADMIN2, _REGION = range(len(KINDS))
_LABELS: Final = {_CITY: "CITY", _ADMIN1: "ADMIN", _ADMIN2: "ADMIN", _REGION: "REGION"}
_TOP: Final = 24  # candidates kept of a name, the most populous ones


@dataclass(slots=True)
class _Name:
    rows: npt.NDArray[np.int64]
    score: npt.NDArray[np.float64]
    mentions: int = 0


def resolve(analysis: Analysis, words: list[Word], kept: list[Kept], lexicon: Lexicon, g: Gazetteer) -> Iterator[Mention]:
    """Mentions of `kept`, in order."""
    text = analysis.text
    countries: Counter[str] = Counter()
    admins: Counter[str] = Counter()
    names: dict[str, _Name] = {}
    hints: dict[int, tuple[str, str]] = {}
    for i, k in enumerate(kept):
        c = k.candidate
        if c.entry is not None and c.entry.iso3 in lexicon.countries:
            countries[lexicon.countries[c.entry.iso3].iso2] += 1
        elif c.hi:
            key = key_of(text[c.start : c.end])
            name = names.get(key)
            if name is None:
                name = names[key] = _candidates(c.lo, c.hi, g)
            name.mentions += 1
            after = kept[i + 1].candidate if i + 1 < len(kept) else None
            if after is not None and text[c.end : after.start] in (", ", ","):
                if after.entry is not None and after.entry.iso3 in lexicon.countries:
                    name.score += 6.0 * (g.iso2_index[name.rows] == _index(g.iso2, lexicon.countries[after.entry.iso3].iso2))
                elif after.hi:
                    for row in g.place[after.lo : after.hi]:
                        if g.kind[row] == _ADMIN1:
                            name.score += 6.0 * ((g.admin1_index[name.rows] == g.admin1_index[row]) & (g.kind[name.rows] != _ADMIN1))
            short = re.match(r", ?((?:[A-Z]\. ?){2}|[A-Z][a-z]*\.|[A-Z]{2}\b)", text[c.end : c.end + 9])
            if short and short[1].strip() in lexicon.state_codes:
                code = lexicon.state_codes[short[1].strip()]
                name.score += 6.0 * (g.admin1_index[name.rows] == _index(g.admin1, code))
                admins[code] += 2
                countries[code[:2]] += 1
                hints[i] = (short[1].strip(), code)
    for _ in range(2):
        total_c, total_a = Counter(countries), Counter(admins)
        for name in names.values():
            p = np.exp(name.score - name.score.max())
            p /= p.sum()
            for row, share in zip(name.rows.tolist(), p.tolist(), strict=True):
                if share > 0.05:
                    total_c[g.iso2[g.iso2_index[row]]] += share * name.mentions
                    total_a[g.admin1[g.admin1_index[row]]] += share * name.mentions
        all_c, all_a = sum(total_c.values()) or 1.0, sum(total_a.values()) or 1.0
        for name in names.values():
            name.score = name.score + np.array([
                1.5 * total_c[g.iso2[g.iso2_index[r]]] / all_c + 1.5 * total_a[g.admin1[g.admin1_index[r]]] / all_a for r in name.rows.tolist()
            ])  # fmt: skip
    focus = countries.most_common(1)[0][0] if countries else ""
    for i, k in enumerate(kept):
        c = k.candidate
        span = text[c.start : c.end]
        if c.entry is not None:
            e = c.entry
            yield Mention("geo", e.label, span, c.start, c.end, e.entity_id, e.name, "", e.iso3, e.lat, e.lon, e.geonames_id, round(k.score, 3), e.method)
        elif c.hi:
            name = names[key_of(span)]
            order = np.argsort(-name.score)
            row = int(name.rows[order[0]])
            second = _entity(int(name.rows[order[1]]), g, lexicon) if len(order) > 1 else ""
            kind = int(g.kind[row])
            yield Mention("geo", _LABELS[kind], span, c.start, c.end, _entity(row, g, lexicon), str(g.names[row]), "", lexicon.iso3_of.get(g.iso2[g.iso2_index[row]], ""),
                          round(float(g.lat[row]), 3), round(float(g.lon[row]), 3), int(g.geonames_id[row]) or None, round(k.score, 3), "gazetteer", "", second)  # fmt: skip
        else:
            yield Mention("geo", "PLACE", span, c.start, c.end, "", span, "", lexicon.iso3_of.get(focus, ""), None, None, None, round(k.score * 0.7, 3), "ner")
        if i in hints:
            form, code = hints[i]
            start = text.index(form, c.end)
            row = next((r for r in np.flatnonzero(g.kind == _ADMIN1).tolist() if g.admin1[g.admin1_index[r]] == code), -1)
            yield Mention("geo", "ADMIN", form, start, start + len(form), _entity(row, g, lexicon), str(g.names[row]), "", lexicon.iso3_of[code[:2]],
                          round(float(g.lat[row]), 3), round(float(g.lon[row]), 3), int(g.geonames_id[row]), 0.95, "name")  # fmt: skip


def _index(values: tuple[str, ...], value: str) -> int:
    return values.index(value) if value in values else -1


def _candidates(lo: int, hi: int, g: Gazetteer) -> _Name:
    rows = g.place[lo:hi].astype(np.int64)
    population = g.population[rows]
    kind = g.kind[rows]
    score = np.log10(population + 10.0) * 1.5 + 1.5 * (kind == _ADMIN1) - 1.0 * (kind == _REGION) - 1.5 * ((g.flags[lo:hi] & ALTERNATE) > 0)
    order = np.argsort(-score)[:_TOP]
    return _Name(rows[order], score[order])


def _entity(row: int, g: Gazetteer, lexicon: Lexicon) -> str:
    if g.kind[row] == _ADMIN1 and g.admin1[g.admin1_index[row]] in lexicon.admin_ids:
        return f"admin:{lexicon.admin_ids[g.admin1[g.admin1_index[row]]]}"
    return f"geonames:{int(g.geonames_id[row])}"
