"""Measures the geo tagger on labelled news: `python -m tests.eval.geo --data ../shared/data/geo`.

The weights that ship saw all articles. With `--fit` weights are fitted on the other half first (`tests.eval.fit_geo`), and the half that
is measured is unseen by them; without `--half` each half is measured with the weights of the other, and the counts are added.

The sets: `tests.eval.geo_sets`. The measures, per set:

- **exact-span P, R, F1**: a mention counts when a gold place has the same start and end, whatever the label. Left out of the mentions are
  ALLIANCE (no set labels organisations) and, for GeoVirus, NATIONALITY (it labels no demonyms).
- **by our rules**: the same F1 without gold places that the rules for spans do not count: organisations and events whole or places inside
  their names, languages, homonyms (the kinds `Embedded_*`, `Coercion`, `Language`, `Homonym` of GeoWebNews), and adjectives of several
  countries' peoples (`European`). What touches one of these is neither right nor wrong.
- **model alone**: the same F1 for what the language model calls GPE, LOC, FAC or NORP, articles and possessives cut off.
- **country**: share of matched pairs with the gold's country, of those whose gold country is known: given, or looked up by GeoNames id.
  A mention without a country is wrong.
- **161 km**: share of matched pairs no farther than 161 km (100 miles) from the gold's point, great circle, of those whose gold has a point
  and is not a country. A mention without a point is wrong.
- **country set F1**: over all articles, pairs (article, country) of the mentions against those of the gold.
- **score bands**: of the mentions of all sets with countries, by score, the share that is right in span and country.
- **time**: CPU seconds of `GeoTagger.find`, and of its resolution part alone, as a share of the model's, same articles, same process.
"""

import argparse
import dataclasses
import math
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from schemas.records import Mention
from tests.eval.fit_geo import examples, fit
from tests.eval.geo_sets import SETS, analyses_of, read_set
from transforms.tag.analysis import NerSpan
from transforms.tag.geo import tagger as tagger_module
from transforms.tag.geo.gazetteer import load_gazetteer
from transforms.tag.geo.lexicon import load_lexicon
from transforms.tag.geo.tagger import GeoTagger

NEAR_KM = 161.0
_UNCOUNTED_KINDS = frozenset({"Embedded_Non_Lit", "Embedded_Literal", "Coercion", "Language", "Homonym"})
_PEOPLES = frozenset(
    "EU European Europeans Western West African Africans Asian Asians Arab Arabs Latin African-American".split()
) | {"African American", "African Americans", "Latin American", "North American", "South American", "Middle Eastern"}


@dataclass
class Score:
    """Counts of one set."""

    articles: int = 0
    right: int = 0
    found: int = 0
    gold: int = 0
    ruled_right: int = 0
    ruled_found: int = 0
    ruled_gold: int = 0
    model_right: int = 0
    model_found: int = 0
    country_right: int = 0
    country_known: int = 0
    near: int = 0
    placed: int = 0
    set_right: int = 0
    set_found: int = 0
    set_gold: int = 0
    ner_s: float = 0.0
    find_s: float = 0.0
    resolve_s: float = 0.0
    bands: Counter[tuple[int, bool]] = field(default_factory=Counter)
    errors: list[tuple[str, str]] = field(default_factory=list)

    def __iadd__(self, other: "Score") -> "Score":
        """Counts of both."""
        for part in dataclasses.fields(Score):
            setattr(self, part.name, getattr(self, part.name) + getattr(other, part.name))
        return self

    @property
    def f1(self) -> float:
        """Exact-span F1."""
        return 2 * self.right / max(1, self.found + self.gold)

    @property
    def ruled_f1(self) -> float:
        """Exact-span F1 over what the rules for spans count."""
        return 2 * self.ruled_right / max(1, self.ruled_found + self.ruled_gold)

    @property
    def country(self) -> float:
        """Country accuracy of the matched."""
        return self.country_right / max(1, self.country_known)

    @property
    def within(self) -> float:
        """Share within 161 km of the matched with coordinates, countries left out."""
        return self.near / max(1, self.placed)

    @property
    def set_f1(self) -> float:
        """F1 of the sets of countries."""
        return 2 * self.set_right / max(1, self.set_found + self.set_gold)

    def row(self, name: str) -> str:
        """One line of the table."""
        ner = max(self.ner_s, 1e-9)
        return (
            f"{name:9} {self.articles:4} | "
            f"P {self.right / max(1, self.found):.3f} R {self.right / max(1, self.gold):.3f} F1 {self.f1:.3f} "
            f"(by our rules {self.ruled_f1:.3f}, model alone {2 * self.model_right / max(1, self.model_found + self.gold):.3f}) | "
            f"country {self.country:.3f} ({self.country_known}) | 161 km {self.within:.3f} ({self.placed}) | set F1 {self.set_f1:.3f} | "
            f"find {self.find_s / ner:.0%} resolve {self.resolve_s / ner:.0%} of NER"
        )


def distance_km(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Great-circle distance of two (latitude, longitude) in degrees."""
    la, lb = math.radians(a[0]), math.radians(b[0])
    h = math.sin((lb - la) / 2) ** 2 + math.cos(la) * math.cos(lb) * math.sin(math.radians(b[1] - a[1]) / 2) ** 2
    return 2 * 6371.0088 * math.asin(math.sqrt(h))


class _Gold:
    """Countries of GeoNames ids, for gold places whose country is not given."""

    def __init__(self) -> None:
        self.lexicon = load_lexicon()
        gazetteer = load_gazetteer()
        self.iso2 = {int(i): gazetteer.iso2[c] for i, c in zip(gazetteer.geonames_id, gazetteer.iso2_index, strict=True) if i}
        self.country_ids = {c.geonames_id: c.iso2 for c in self.lexicon.countries.values()}

    def country(self, place: dict[str, Any]) -> str:
        """ISO 3166-1 alpha-3, "" when not known."""
        gid = int(place["geonameid"] or 0)
        iso2 = place["country"] or self.country_ids.get(gid) or self.iso2.get(gid) or ""
        return self.lexicon.iso3_of.get(iso2, "")

    def is_country(self, place: dict[str, Any]) -> bool:
        """Whether the gold place is a state or territory."""
        return int(place["geonameid"] or 0) in self.country_ids or str(place["kind"]).startswith("A.PCL")


def counted(mention: Mention, set_name: str) -> bool:
    """Whether a mention takes part in the comparison with that set."""
    return (
        mention.kind == "geo" and mention.label != "ALLIANCE" and not (set_name == "geovirus" and mention.label == "NATIONALITY")
    )


def evaluate(name: str, articles: list[dict[str, Any]], tagger: GeoTagger, cache: Path | None = None) -> Score:
    """Tags the articles and compares."""
    score, gold = Score(articles=len(articles)), _Gold()
    analyses, score.ner_s = analyses_of(articles, cache, name)
    tagger.find(analyses[0])
    inner = _timed_resolution()
    with inner:
        begin = time.process_time()
        tagged = [tagger.find(analysis) for analysis in analyses]
        score.find_s = time.process_time() - begin
    score.resolve_s = inner.seconds
    for article, analysis, mentions in zip(articles, analyses, tagged, strict=True):
        alone = {_cut(ent, analysis.text) for ent in analysis.ents if ent.label in ("GPE", "LOC", "FAC", "NORP")}
        score.model_found += len(alone)
        score.model_right += len(alone & {(p["start"], p["end"]) for p in article["places"]})
        _compare(name, article, [m for m in mentions if counted(m, name)], gold, score)
    return score


def _cut(ent: NerSpan, text: str) -> tuple[int, int]:
    name = text[ent.start : ent.end]
    return ent.start + 4 * name.startswith(("the ", "The ")), ent.end - 2 * name.endswith(("'s", "’s"))


class _timed_resolution:  # noqa: N801 - a context manager
    seconds = 0.0

    def __enter__(self) -> None:
        original = tagger_module.mentions_of

        def timed(*args: Any) -> list[Mention]:
            begin = time.process_time()
            found = original(*args)
            self.seconds += time.process_time() - begin
            return found

        self._restore = lambda: setattr(tagger_module, "mentions_of", original)
        tagger_module.mentions_of = timed

    def __exit__(self, *_: object) -> None:
        self._restore()


def _compare(name: str, article: dict[str, Any], mentions: list[Mention], gold: _Gold, score: Score) -> None:
    places = {(p["start"], p["end"]): p for p in article["places"]}
    text = article["text"]

    def error(kind: str, start: int, end: int, note: str = "") -> None:
        score.errors.append(
            (
                kind,
                f"{article['id']}: …{text[max(0, start - 50) : start]}⟦{text[start:end]}⟧{text[end : end + 40]}… {note}".replace(
                    "\n", " "
                ),
            )
        )

    matched = [(m, places[m.start, m.end]) for m in mentions if (m.start, m.end) in places]
    score.right += len(matched)
    score.found += len(mentions)
    score.gold += len(places)
    for m in mentions if name != "geovirus" else ():
        found_as = gold.country(places[m.start, m.end]) if (m.start, m.end) in places else "-"
        score.bands[min(int(m.score * 10), 9), found_as in ("", m.iso3)] += 1
    hit = {(m.start, m.end) for m, _ in matched}
    uncounted = [span for span, p in places.items() if p["kind"] in _UNCOUNTED_KINDS or p["phrase"] in _PEOPLES]
    ruled = {m for m in mentions if not any(s < m.end and m.start < e for s, e in uncounted)}
    score.ruled_found += len(ruled)
    score.ruled_right += sum(m in ruled for m, _ in matched)
    score.ruled_gold += len(places) - len(uncounted)
    for m in mentions:
        if (m.start, m.end) not in hit:
            error(
                "span+" if any(s < m.end and m.start < e for s, e in places) else "extra",
                m.start,
                m.end,
                f"{m.label} {m.iso3} {m.score} {m.method}",
            )
    for (start, end), p in places.items():
        if (start, end) not in hit:
            error("span-" if any(m.start < end and start < m.end for m in mentions) else "missing", start, end, str(p["kind"]))
    for m, p in matched:
        country = gold.country(p)
        if country:
            score.country_known += 1
            score.country_right += m.iso3 == country
            if m.iso3 != country:
                error("country", m.start, m.end, f"{m.label} {m.entity_id} {m.iso3} for {country} {p['geonameid']}")
        if p["lat"] is not None and not gold.is_country(p):
            score.placed += 1
            near = m.lat is not None and m.lon is not None and distance_km((m.lat, m.lon), (p["lat"], p["lon"])) <= NEAR_KM
            score.near += near
            if not near:
                error(
                    "far",
                    m.start,
                    m.end,
                    f"{m.label} {m.entity_id} {m.iso3} {m.lat},{m.lon} for {p['geonameid']} {p['kind']} {p['lat']},{p['lon']}",
                )
    of_gold = {gold.country(p) for p in article["places"]} - {""}
    of_mentions = {m.iso3 for m in mentions} - {""}
    score.set_right += len(of_gold & of_mentions)
    score.set_found += len(of_mentions)
    score.set_gold += len(of_gold)


def main() -> None:
    """The table, and with --errors N the first N errors of each kind."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--sets", nargs="*", default=list(SETS))
    parser.add_argument("--sample", type=int, default=0)
    parser.add_argument("--half", type=int, choices=(0, 1), default=None)
    parser.add_argument("--fit", action="store_true")
    parser.add_argument("--errors", type=int, default=0)
    parser.add_argument("--kind", default="")
    parser.add_argument("--cache", type=Path, default=None)
    args = parser.parse_args()
    tagger = GeoTagger() if not args.fit else None
    halves = (args.half,) if args.half is not None else (0, 1) if args.fit else (None,)
    fitted = {half: GeoTagger(fit(examples(args.data, 1 - half, args.cache))) for half in halves if half is not None and args.fit}
    bands: Counter[tuple[int, bool]] = Counter()
    for name in args.sets:
        score = Score()
        for half in halves:
            articles = read_set(args.data / f"{name}.jsonl.gz", args.sample, half)
            score += evaluate(name, articles, tagger or fitted[half], args.cache)
        print(score.row(name))
        bands += score.bands
        seen: Counter[str] = Counter()
        for kind, line in score.errors:
            seen[kind] += 1
            if seen[kind] <= args.errors and (not args.kind or kind == args.kind):
                print(f"  {kind:8} {line}")
        if args.errors:
            print(" ", dict(seen))
    for band in sorted({band for band, _ in bands}, reverse=True):
        right, wrong = bands[band, True], bands[band, False]
        print(f"score {band / 10:.1f}: {right / (right + wrong):.2f} right of {right + wrong}")


if __name__ == "__main__":
    main()
