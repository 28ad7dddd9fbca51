"""Finds every stretch of a text that could name a place: forms of the lexicon, names of the gazetteer, entities of the model.

A candidate says only "these letters are a name of something"; whether they are a mention here is judged elsewhere.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from transforms.tag.analysis import Analysis
from transforms.tag.geo.cues import Cues
from transforms.tag.geo.gazetteer import Gazetteer, key_of
from transforms.tag.geo.lexicon import Entry, Lexicon

_WORD = re.compile(r"(?:[^\W\d_]\.-?)+[^\W\d_]\b\.?|[^\W_]+(?:['’ʼ][^\W_]+)*")
_STOP: Final = frozenset(
    "the a an in on at of and or but by for from to with as his her their its our my your he she it they we this that these those when "
    "while after before".split()
)
_LINK: Final = frozenset(  # lower-case words inside names of places
    "of de la le del della di da do dos das du des el al am an der den im upon on the and sur en es by in les las los ve i y e ez az as ad "
    "ash ar at bin au aux sous nad pod".split()
)
_DOTTED: Final = frozenset("St Ste Mt Ft Pt N S D C ST STE MT FT PT".split())
_SAINTS: Final = frozenset("St ST Saint SAINT Ste Sainte".split())
_SHORTENED: Final = frozenset("st rd ave dr ln blvd hwy".split())
_ORDINAL = re.compile(r"\d+(?:st|nd|rd|th)")
_MAX_WORDS: Final = 6
_MAX_RUN: Final = 12  # words before a type word; a page of capitals would give a candidate for each of its words
_LONG_LINK: Final = 5  # letters of the longest small word inside a name
_MODEL_LABELS: Final = frozenset({"GPE", "LOC", "FAC"})
_PATTERNS: Final = frozenset({"water", "relief", "road", "transit", "admin", "edifice"})
_EDGE_START = re.compile(r"(?:the|The|THE|a|an|A)\s+|[\"“”'‘’(\[#@\-–—]+")
_EDGE_END = re.compile(r"['’ʼ]s?$|[\"“”'’)\],;:\-–—]+$")


class Word(NamedTuple):
    """A word at code points `start`..`end`, without a possessive ending; `stop` is where the ending ends. `capital`: it begins with an
    upper-case letter, a letter of a script without case, or is an ordinal (`42nd`)."""

    text: str
    start: int
    end: int
    stop: int
    capital: bool


@dataclass(frozen=True, slots=True)
class Candidate:
    """A possible mention: words `first`..`last` (exclusive), its entry in the lexicon, its range of gazetteer names, the model's label."""

    start: int
    end: int
    first: int
    last: int
    entry: Entry | None = None
    lo: int = 0
    hi: int = 0
    label: str = ""
    state: str = ""  # GeoNames admin1 that a short form ("Fla.", "FL") stands for
    pattern: str = ""  # class of the type word that makes it a name of a feature ("water", "road", …)


def words_of(text: str) -> list[Word]:
    """The words of `text` in order."""
    found = []
    for match in _WORD.finditer(text):
        word = match[0]
        start, stop = match.span()
        end = stop
        if word[-1] in "sS" and len(word) > 2 and word[-2] in "'’ʼ":
            word = word[:-2]
            end -= 2
        first = word[0]
        capital = first.isupper() if first.isascii() and first.isalpha() else _is_capital(word)
        found.append(Word(word, start, end, stop, capital))
    return found


def word_range(words: Sequence[Word], start: int, end: int) -> tuple[int, int]:
    """The words that `start`..`end` touches: the first, and the one behind the last."""
    first = bisect_right(words, start, key=lambda word: word.end)
    return first, bisect_left(words, end, lo=first, key=lambda word: word.start)


def _is_capital(word: str) -> bool:
    first = word[0]
    return (
        first.isupper() or (first.isalpha() and not first.islower()) or (first.isdigit() and _ORDINAL.fullmatch(word) is not None)
    )


def _joined(text: str, left: Word, right: Word) -> bool:
    """Whether two neighbouring words can be parts of one name."""
    gap = text[left.stop : right.start]
    return gap in (" ", "-", "‑", " & ") or (gap == ". " and left.text in _DOTTED) or (gap == ", " and left.text == "Bonaire")


def candidates_of(analysis: Analysis, words: list[Word], lexicon: Lexicon, gazetteer: Gazetteer, cues: Cues) -> list[Candidate]:
    """All candidates of a text, in no particular order; they overlap."""
    text = analysis.text
    found: list[Candidate] = []
    asked: list[tuple[int, int, int, str]] = []  # words from, to, where the name ends, key
    for i, word in enumerate(words):
        reach = lexicon.reach.get(word.text, 0)
        capital = word.capital
        if not reach and not capital:
            continue
        limit = max(reach, _MAX_WORDS if capital else 0)
        j, possessed = i, False
        while j < len(words) and j - i < limit:
            last = words[j]
            if j > i and not _joined(text, words[j - 1], last):
                break
            if j - i < reach:
                form = text[word.start : last.end]
                if "’" in form:
                    form = form.replace("’", "'")
                entry, end = lexicon.forms.get(form), last.end
                if entry is None and text[end : end + 1] == ".":
                    entry = lexicon.forms.get(form + ".")
                    end += entry is not None
                if entry is not None:
                    start = word.start + 4 if form[:4] in ("the ", "The ") else word.start
                    found.append(Candidate(start, end, i + (start > word.start), j + 1, entry=entry))
            possessed = possessed or (j > i and words[j - 1].stop > words[j - 1].end)
            if capital and last.capital and not possessed:  # "People's Republic" is one name, "Kyiv's Podil" are two
                key = key_of(text[word.start : last.end])
                if len(key) > 1:
                    asked.append((i, j + 1, last.end, key))
                    if last.stop > last.end and word.text in _SAINTS:  # St. John's
                        asked.append((i, j + 1, last.stop, key_of(text[word.start : last.stop])))
            elif capital and last.text not in _LINK and j - i >= reach - 1:
                break
            j += 1
    asked.extend(_listed_counties(text, words))
    if asked:
        lows, highs = gazetteer.find([key for *_, key in asked])
        for (i, j, end, _), lo, hi in zip(asked, lows.tolist(), highs.tolist(), strict=True):
            if lo < hi:
                found.append(Candidate(words[i].start, end, i, j, lo=lo, hi=hi))
    found.reverse()  # of two readings of one span the later, more special one is first
    found.extend(_of_model(analysis, words))
    found.extend(_short_states(text, words, lexicon))
    found.extend(_features(text, words, cues))
    return found


def _listed_counties(text: str, words: list[Word]) -> Iterator[tuple[int, int, int, str]]:
    """`Harper` and `Kingman` in "Harper and Kingman counties": each with the key of its county."""
    for k, word in enumerate(words):
        if word.text not in ("counties", "parishes"):
            continue
        i = k - 1
        while i >= 0 and words[i].end + 20 > word.start - 60 and (words[i].capital or words[i].text == "and"):
            if text[words[i].stop : words[i + 1].start] not in (" ", ", "):
                break
            if words[i].capital:
                first = i
                while first > 0 and words[first - 1].capital and text[words[first - 1].stop : words[first].start] == " ":
                    first -= 1
                name = text[words[first].start : words[i].end]
                yield first, i + 1, words[i].end, key_of(f"{name} {'county' if word.text == 'counties' else 'parish'}")
                i = first
            i -= 1


def _short_states(text: str, words: list[Word], lexicon: Lexicon) -> Iterator[Candidate]:
    """`Fla.` anywhere, `FL` and undotted `Fla` after a comma that follows a name."""
    for i, word in enumerate(words):
        if not word.capital or len(word.text) > 5:
            continue
        end = word.end + (text[word.end : word.end + 1] == ".")
        form = text[word.start : end]
        admin1, last = lexicon.state_codes.get(form), i + 1
        if admin1 is None and i + 1 < len(words) and form == "W." and words[i + 1].text == "Va":
            end, last = words[i + 1].end + 1, i + 2
            admin1 = lexicon.state_codes.get(text[word.start : end])
        if admin1 is None:
            end = word.end
            admin1 = lexicon.state_codes.get(word.text) or lexicon.state_codes.get(word.text + ".")
        if admin1 is not None and (
            text[end - 1] == "." or (i and words[i - 1].capital and text[words[i - 1].end : word.start] in (", ", ","))
        ):
            yield Candidate(word.start, end, i, last, state=admin1)


def _features(text: str, words: list[Word], cues: Cues) -> Iterator[Candidate]:
    """Runs of capitalised words that end in a type word (`Broad Street`) or begin with one (`Lake Bistineau`)."""
    i = 0
    while i < len(words):
        if not words[i].capital:
            i += 1
            continue
        j = i + 1
        while (
            j < len(words)
            and words[j].capital
            and words[j - 1].stop == words[j - 1].end
            and _joined(text, words[j - 1], words[j])
        ):
            j += 1
        while i < j and words[i].text.casefold() in _STOP:
            i += 1
        for k in range(i + 1, min(j, i + _MAX_RUN)):
            pattern = cues.last.get(words[k].text.casefold(), "")
            if pattern in _PATTERNS:
                dot = words[k].text.casefold() in _SHORTENED and text[words[k].end : words[k].end + 1] == "."
                yield Candidate(words[i].start, words[k].end + dot, i, k + 1, pattern=pattern)
        if i + 1 < j and (lead := cues.lead.get(words[i].text.casefold())):
            yield Candidate(words[i].start, words[i + 1].end, i, i + 2, pattern=lead)
        i = max(j, i + 1)


def _is_common(word: Word) -> bool:
    """Whether a word of small letters ends no name: a long adjective or a type noun, not `Dar es Salaam`'s `es`."""
    return not word.capital and len(word.text) > _LONG_LINK and word.text[0].isalpha()


def _of_model(analysis: Analysis, words: list[Word]) -> list[Candidate]:
    """The model's places with articles, quotes and possessives cut off."""
    found = []
    at_start = {word.start: i for i, word in enumerate(words)}
    at_end = {word.end: i + 1 for i, word in enumerate(words)}
    for ent in analysis.ents:
        if ent.label not in _MODEL_LABELS:
            continue
        start, end = ent.start, ent.end
        while (edge := _EDGE_START.match(analysis.text, start, end)) is not None:
            start = edge.end()
        while (edge := _EDGE_END.search(analysis.text[start:end])) is not None:
            end = start + edge.start()
        dot = 1 if analysis.text[end - 1 : end] == "." and end not in at_end else 0
        first, last = at_start.get(start), at_end.get(end - dot)
        while first is not None and last is not None and last - first > 1 and _is_common(words[last - 1]):
            last -= 1  # "Pacific equatorial"
            end, dot = words[last - 1].end, 0
        if (
            first is not None
            and last is not None
            and first < last
            and analysis.text[start].isupper()
            and "\n" not in analysis.text[start:end]
        ):
            found.append(Candidate(start, end, first, last, label=ent.label))
    return found
