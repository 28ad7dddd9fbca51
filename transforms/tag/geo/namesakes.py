"""Names that a region shares with a town or a state: what says which one is meant, before all names of a text are weighed together."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import Final

from transforms.tag.analysis import Analysis
from transforms.tag.geo.cues import Cues
from transforms.tag.geo.gazetteer import Gazetteer, key_of
from transforms.tag.geo.judge import Kept
from transforms.tag.geo.lexicon import Lexicon
from transforms.tag.geo.resolve import CITY
from transforms.tag.geo.scan import Word

_ALIKE: Final = 5  # letters
_LONGEST_LIST: Final = 16  # words
_LIST_GAPS: Final = (", ", " ")
_TYPES: Final = frozenset("State Province Region Department District Oblast County Prefecture Governorate".split())


def is_typed(text: str, words: list[Word], first: int, last: int, cues: Cues) -> bool:
    """Whether a type word says that the name at words `first`..`last` is a region's: "Lviv oblast", "Donetsk and Kherson regions"."""
    i = last
    listed = first > 0 and (words[first - 1].text in ("and", "or") or text[words[first - 1].end : words[first].start] == ", ")
    while i < min(len(words), last + _LONGEST_LIST) and text[words[i - 1].end : words[i].start] in _LIST_GAPS:
        word = words[i]
        if word.text in cues.admin_after:
            return i == last
        if word.text in cues.admin_several:
            return listed
        if word.text in ("and", "or"):
            listed = True
        elif not word.capital:
            return False
        elif text[words[i - 1].end : word.start] == ", ":
            listed = True
        i += 1
    return False


def region_of(row: int, name: str, g: Gazetteer) -> int:
    """The first-level region around the town at `row` if it is called after it ("Zaporizhzhia region" is Zaporizka Oblast), else `row`."""
    region = g.admin1_row.get(g.admin1[g.admin1_index[row]], row)
    alike = key_of(str(g.names[region]))[:_ALIKE] == key_of(name)[:_ALIKE]
    return region if int(g.kind[row]) == CITY and alike else row


def beside_namesake(analysis: Analysis, words: list[Word], kept: Sequence[Kept], lexicon: Lexicon) -> frozenset[int]:
    """Where a state is named that a region of the text is called after ("Niger" beside "Niger State") and that is still meant itself:
    the text names its capital or its people, or it stands in one sentence with the region."""
    countries = [k.candidate for k in kept if k.candidate.entry is not None and k.candidate.entry.label == "COUNTRY"]
    if not countries:
        return frozenset()
    ends = [end for _, end in analysis.sentences]
    starts: dict[str, list[int]] = {}  # of the regions that bear a name: "Niger" -> those of "Niger State"
    for k in kept:
        name, _, kind = analysis.text[k.candidate.start : k.candidate.end].rpartition(" ")
        if kind in _TYPES:
            starts.setdefault(name, []).append(k.candidate.start)
    peoples = {k.candidate.entry.iso3 for k in kept if k.candidate.entry is not None and k.candidate.entry.label == "NATIONALITY"}
    found = set()
    for c in countries:
        entry, name = c.entry, analysis.text[c.start : c.end]
        regions = starts.get(name, [])
        if not regions or entry is None:
            continue
        here = bisect_right(ends, c.start)
        near = bisect_left(regions, ends[here - 1] if here else 0)
        beside = near < len(regions) and bisect_right(ends, regions[near]) == here
        if entry.iso3 in peoples or beside:
            found.add(c.start)
    return frozenset(found)
