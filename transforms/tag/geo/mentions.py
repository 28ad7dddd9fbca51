"""Kept candidates -> mentions: gathers the names for `resolve`, and writes out what each turned out to be."""

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from schemas.records import Mention
from transforms.tag.analysis import Analysis
from transforms.tag.geo.cues import Cues
from transforms.tag.geo.gazetteer import Gazetteer
from transforms.tag.geo.judge import Kept
from transforms.tag.geo.lexicon import Entry, Lexicon
from transforms.tag.geo.metonym import acts
from transforms.tag.geo.namesakes import beside_namesake, is_typed, region_of
from transforms.tag.geo.resolve import ADMIN1, ADMIN2, CITY, REGION, Name, Sense, resolve
from transforms.tag.geo.scan import Word

_LABELS: Final = {CITY: "CITY", ADMIN1: "ADMIN", ADMIN2: "ADMIN", REGION: "REGION"}
_TOGETHER: Final = 150  # names that decide together: their senses are compared each with each
_BRUSSELS: Final = 2800866  # as a government it is the European Union, no state
_SAID: Final = {"COUNTRY": 1.0, "METONYM": 1.0, "NATIONALITY": 0.7}


def mentions_of(
    analysis: Analysis, words: list[Word], kept: Sequence[Kept], lexicon: Lexicon, g: Gazetteer, cues: Cues
) -> list[Mention]:
    """The mentions of `kept`, in order, resolved."""
    text = analysis.text
    names: dict[tuple[int, bool], Name] = {}  # by the start of their range in the gazetteer, and whether a type word follows
    nations: defaultdict[int, float] = defaultdict(float)
    states: defaultdict[int, float] = defaultdict(float)
    states_proper = beside_namesake(analysis, words, kept, lexicon)
    for i, k in enumerate(kept):
        c = k.candidate
        if c.state:
            states[int(g.admin1_index[g.admin1_row[c.state]])] += 2
            nations[g.iso2_of[c.state[:2]]] += 1
            continue
        entry = c.entry
        if entry is not None and (not c.hi or entry.label != "COUNTRY" or c.start in states_proper):
            if entry.iso3 in lexicon.countries:
                nations[g.iso2_of.get(lexicon.countries[entry.iso3].iso2, -1)] += _SAID.get(entry.label, 0.7)
            continue
        if not c.hi:
            continue
        typed = is_typed(text, words, c.first, c.last, cues)
        name = names.setdefault((c.lo, typed), Name(c.lo, c.hi, entry))
        name.acting = name.acting or acts(text, words, c.first, c.last, cues)
        name.weight = min(name.weight + 0.25, 2.0)
        after = kept[i + 1].candidate if i + 1 < len(kept) else None
        if after is not None and text[c.end : after.start] in (", ", ",", " (", ", in "):
            if after.state:
                name.beside.append(int(g.admin1_index[g.admin1_row[after.state]]))
            elif (
                after.entry is not None
                and after.entry.label == "COUNTRY"
                and after.entry.iso3 in lexicon.countries
                and after.entry.sure
            ):
                name.beside_iso2.append(g.iso2_of.get(lexicon.countries[after.entry.iso3].iso2, -1))
            if after.hi:
                rows = g.place[after.lo : after.hi]
                name.beside.extend(g.admin1_index[rows[g.kind[rows] == ADMIN1]].tolist())
        if typed:
            name.typed = ADMIN1
    senses: dict[tuple[int, bool], Sense] = {}
    keys = list(names)
    for i in range(0, len(keys), _TOGETHER):
        some = keys[i : i + _TOGETHER]
        senses.update(zip(some, resolve([names[key] for key in some], nations, states, g, lexicon), strict=True))
    return _near_others(list(_written(text, words, kept, senses, states_proper, lexicon, g, cues)), analysis)


def _near_others(mentions: list[Mention], analysis: Analysis) -> list[Mention]:
    """Gives a feature that the gazetteer does not know the country and point of the town it is named with: the nearest one in its sentence,
    else the one the text names most, else only the country that all of the text's towns share."""
    towns = [m for m in mentions if m.label in ("CITY", "ADMIN") and m.iso3 and m.lat is not None]
    usual = Counter(m.entity_id for m in towns if m.label == "CITY").most_common(1)
    common = next((m for m in towns if usual and m.entity_id == usual[0][0]), None)
    nations = {m.iso3 for m in towns}
    ends = [end for _, end in analysis.sentences]
    found = []
    for m in mentions:
        if m.method != "ner":
            found.append(m)
            continue
        sentence = bisect_right(ends, m.start)
        beside = [t for t in towns if bisect_right(ends, t.start) == sentence]
        anchor = min(beside, key=lambda t: max(t.start - m.end, m.start - t.end), default=common)
        if anchor is not None:
            point = (
                (anchor.lat, anchor.lon) if anchor.label == "CITY" or anchor.entity_id.startswith("geonames:") else (None, None)
            )
            found.append(
                replace(m, iso3=anchor.iso3, lat=point[0], lon=point[1], score=round(m.score * 0.7, 3), method="context")
            )
        elif len(nations) == 1:
            found.append(replace(m, iso3=next(iter(nations)), score=round(m.score * 0.7, 3), method="context"))
        else:
            found.append(m)
    return found


def _written(
    text: str,
    words: list[Word],
    kept: Sequence[Kept],
    senses: dict[tuple[int, bool], Sense],
    states_proper: frozenset[int],
    lexicon: Lexicon,
    g: Gazetteer,
    cues: Cues,
) -> Iterator[Mention]:
    for k in kept:
        c = k.candidate
        span = text[c.start : c.end]
        if c.state:
            yield _of_row(c.start, span, g.admin1_row[c.state], k.score, "name", "", lexicon, g)
            continue
        of_gazetteer = c.hi and (c.entry is None or (c.entry.label == "COUNTRY" and c.start not in states_proper))
        sense = senses.get((c.lo, is_typed(text, words, c.first, c.last, cues))) if of_gazetteer else None
        if sense is None or sense.row < 0:
            if c.entry is not None:
                second = _entity(sense.second, None, lexicon, g) if sense is not None else ""
                yield _of_entry(c.start, span, c.entry, k.score, second)
            else:
                yield Mention("geo", "PLACE", span, c.start, c.end, name=span, score=round(k.score, 3), method="ner")
            continue
        row = region_of(sense.row, span, g) if is_typed(text, words, c.first, c.last, cues) else sense.row
        mention = _of_row(
            c.start,
            span,
            row,
            k.score * (0.5 + 0.5 * sense.probability),
            "gazetteer",
            _entity(sense.second, c.entry, lexicon, g),
            lexicon,
            g,
        )
        if int(g.geonames_id[sense.row]) in lexicon.capitals and acts(text, words, c.first, c.last, cues):
            mention = replace(mention, label="METONYM", method="metonym")
            if mention.geonames_id == _BRUSSELS:
                mention = replace(mention, entity_id="alliance:eu", name="European Union", iso3="")
        yield mention


def _of_entry(start: int, span: str, e: Entry, score: float, second: str) -> Mention:
    return Mention(
        "geo", e.label, span, start, start + len(span), entity_id=e.entity_id, name=e.name, iso3=e.iso3, lat=e.lat, lon=e.lon,
        geonames_id=e.geonames_id, score=round(score, 3), method=e.method, runner_up=second,
    )  # fmt: skip


def _of_row(start: int, span: str, row: int, score: float, method: str, second: str, lexicon: Lexicon, g: Gazetteer) -> Mention:
    return Mention(
        "geo", _LABELS[int(g.kind[row])], span, start, start + len(span), entity_id=_entity(row, None, lexicon, g), name=str(g.names[row]),
        iso3=lexicon.iso3_of.get(g.iso2[g.iso2_index[row]], ""), lat=round(float(g.lat[row]), 3), lon=round(float(g.lon[row]), 3),
        geonames_id=int(g.geonames_id[row]) or None, score=round(score, 3), method=method, runner_up=second,
    )  # fmt: skip


def _entity(row: int, entry: Entry | None, lexicon: Lexicon, g: Gazetteer) -> str:
    """The entity id of a sense, "" where it has none; -1 is the country of `entry`, -2 nothing."""
    if row < 0:
        return entry.entity_id if row == -1 and entry is not None else ""
    admin1 = g.admin1[g.admin1_index[row]]
    if g.kind[row] == ADMIN1 and admin1 in lexicon.admin_ids:
        return f"admin:{lexicon.admin_ids[admin1]}"
    number = int(g.geonames_id[row])
    return f"geonames:{number}" if number else ""  # the packages give some regions no number
