"""Finds every stretch of a text that could name a place: forms of the lexicon, names of the gazetteer, entities of the model.

A candidate says only "these letters are a name of something"; whether they are a mention here is judged elsewhere.
"""

import re
from dataclasses import dataclass
from typing import Final

from transforms.tag.analysis import Analysis
from transforms.tag.geo.gazetteer import Gazetteer, key_of
from transforms.tag.geo.lexicon import Entry, Lexicon

_WORD = re.compile(r"(?:[^\W\d_]\.-?)+[^\W\d_]\b\.?|[^\W_]+(?:['’ʼ][^\W_]+)*")
_POSSESSIVE = re.compile(r"['’ʼ][sS]$")
_LINK: Final = frozenset(  # lower-case words inside names of places
    "of de la le del della di da do dos das du des el al am an der den im upon on the and sur en by in les las los ve i y e".split()
)
_DOTTED: Final = frozenset("St Ste Mt Ft Pt N S D C".split())
_MAX_WORDS: Final = 6
_MODEL_LABELS: Final = frozenset({"GPE", "LOC", "FAC"})
_EDGE_START = re.compile(r"(?:the|The|THE|a|an|A)\s+|[\"“”'‘’(\[#@\-–—]+")
_EDGE_END = re.compile(r"['’ʼ]s?$|[\"“”'’)\],;:\-–—]+$")


@dataclass(frozen=True, slots=True)
class Word:
    """A word at code points `start`..`end`, without a possessive ending; `stop` is where the ending ends."""

    text: str
    start: int
    end: int
    stop: int

    @property
    def capital(self) -> bool:
        """Whether it begins with an upper-case letter (or a letter of a script without case)."""
        first = self.text[0]
        return first.isupper() or (first.isalpha() and not first.islower())


@dataclass(frozen=True, slots=True)
class Candidate:
    """A possible mention: words `first`..`last` (exclusive), what the lexicon has for it, its range of gazetteer names, the model's label."""

    start: int
    end: int
    first: int
    last: int
    entry: Entry | None = None
    lo: int = 0
    hi: int = 0
    label: str = ""


def words_of(text: str) -> list[Word]:
    """The words of `text` in order."""
    found = []
    for match in _WORD.finditer(text):
        word = match[0]
        ending = _POSSESSIVE.search(word)
        bare = word[: ending.start()] if ending else word
        if bare:
            found.append(Word(bare, match.start(), match.start() + len(bare), match.end()))
    return found


def _joined(text: str, left: Word, right: Word) -> bool:
    """Whether two neighbouring words can be parts of one name."""
    gap = text[left.end : right.start]
    return gap in (" ", "-", "‑", " & ") or (gap == ". " and left.text in _DOTTED) or (gap == ", " and left.text == "Bonaire")


def candidates_of(analysis: Analysis, words: list[Word], lexicon: Lexicon, gazetteer: Gazetteer) -> list[Candidate]:
    """All candidates of a text, in no particular order; they overlap."""
    text = analysis.text
    found: list[Candidate] = []
    asked: list[tuple[int, int, str]] = []
    for i, word in enumerate(words):
        reach = lexicon.reach.get(word.text, 0)
        capital = word.capital
        if not reach and not capital:
            continue
        limit = max(reach, _MAX_WORDS if capital else 0)
        j = i
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
                    found.append(Candidate(word.start, end, i, j + 1, entry=entry))
            if capital and last.capital:
                key = key_of(text[word.start : last.end])
                if len(key) > 1:
                    asked.append((i, j + 1, key))
            elif capital and last.text not in _LINK and j - i >= reach - 1:
                break
            j += 1
    if asked:
        lows, highs = gazetteer.find([key for _, _, key in asked])
        for (i, j, _), lo, hi in zip(asked, lows.tolist(), highs.tolist(), strict=True):
            if lo < hi:
                found.append(Candidate(words[i].start, words[j - 1].end, i, j, lo=lo, hi=hi))
    found.extend(_of_model(analysis, words))
    return found


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
        if first is not None and last is not None and first < last and analysis.text[start].isupper() and "\n" not in analysis.text[start:end]:
            found.append(Candidate(start, end, first, last, label=ent.label))
    return found
