"""How much of an article is about which country.

A mention counts once, weighted by what it is (a country or what acts for it 1, a place in it 0.8, a demonym 0.7) and where: three times in
the title, twice in the first two paragraphs' worth of text. Salience is a country's share of all that weight.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Final

from schemas.records import CountryCount, Mention
from transforms.tag.analysis import Analysis
from transforms.tag.geo.lexicon import Lexicon

_WEIGHT: Final = {"COUNTRY": 1.0, "METONYM": 1.0, "NATIONALITY": 0.7}
_PLACE_WEIGHT: Final = 0.8
_LEAD_CHARS: Final = 500
_TITLE, _LEAD = 3.0, 2.0
_ENOUGH: Final = 0.3
_LEAD_OVER_SECOND: Final = 1.5


def count_countries(mentions: Sequence[Mention], analysis: Analysis, lexicon: Lexicon) -> tuple[CountryCount, ...]:
    """The countries of `mentions`, most salient first; saliences sum to 1."""
    weight: defaultdict[str, float] = defaultdict(float)
    number: Counter[str] = Counter()
    for mention in mentions:
        if mention.kind == "geo" and mention.iso3:
            place = (
                _TITLE
                if mention.start < analysis.body_start
                else _LEAD
                if mention.start < analysis.body_start + _LEAD_CHARS
                else 1.0
            )
            weight[mention.iso3] += place * _WEIGHT.get(mention.label, _PLACE_WEIGHT) * max(mention.score, 0.1)
            number[mention.iso3] += 1
    total = sum(weight.values())
    return tuple(
        CountryCount(iso3, lexicon.countries[iso3].name if iso3 in lexicon.countries else iso3, number[iso3], w / total)
        for iso3, w in sorted(weight.items(), key=lambda item: (-item[1], item[0]))
    )


def focus_of(countries: Sequence[CountryCount]) -> str:
    """The first country's ISO 3166-1 alpha-3 where its salience is 0.3 or more and half as much again as the second's; else ""."""
    if not countries:
        return ""
    first = countries[0].salience
    second = countries[1].salience if len(countries) > 1 else 0.0
    return countries[0].iso3 if first >= _ENOUGH and first >= _LEAD_OVER_SECOND * second else ""
