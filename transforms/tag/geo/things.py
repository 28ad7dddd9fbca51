"""Whether a thing bears the name here: a dish, a disease, a car, a ship, a film, a street, a race, the games of a year."""

import re
from itertools import pairwise
from typing import Final

from transforms.tag.analysis import NerSpan
from transforms.tag.geo.cues import Cues
from transforms.tag.geo.neighbours import Neighbours
from transforms.tag.geo.scan import Candidate, Word

_NEAR: Final = 5
_YEAR: Final = re.compile(r" (?:19|20)\d\d\b")
_QUOTED: Final = (('"', '"'), ("“", "”"), ("«", "»"), ("„", "“"))
_AFLOAT: Final = 12  # words on either side
_ARTICLE: Final = frozenset("the a an your my his her their it them up off".split())
_OWN_ARTICLE: Final = frozenset("s d".split())  # last letters of names that take an article: "the Philippines", "the Netherlands"


class Things(Neighbours):
    """The things of one text that are called after places. `title_case` says for each word whether its capital means nothing."""

    def __init__(self, text: str, words: list[Word], ents: tuple[NerSpan, ...], cues: Cues, title_case: list[bool]) -> None:
        super().__init__(text, words, cues)
        self._title_case = title_case
        self._brands = {ent.end for ent in ents if ent.label in ("ORG", "PRODUCT") and " " not in text[ent.start : ent.end]}
        self._afloat = [word.text.casefold() in cues.afloat for word in words]

    def take(self, c: Candidate) -> bool:
        """Whether `c` names a thing here."""
        if c.entry is not None and c.entry.label == "NATIONALITY":
            return self._is_verb(c)
        return (
            self._renamed(c)
            or self._dish(c)
            or self._disease(c)
            or self._made(c)
            or self._titled(c)
            or self._ship(c)
            or self._road(c)
        )

    def _is_verb(self, c: Candidate) -> bool:
        """`Polish` in "Polish the brass"."""
        return self._after(c) in _ARTICLE and not self._before(c) and self._text[c.end - 1] != "s"

    def _dish(self, c: Candidate) -> bool:
        """Whether a town or region is what is in a bottle or on a plate: "a drop of Tabasco", "chicken Kiev"."""
        if not self._is_town(c):
            return False
        if self._before(c) in self._cues.dish:
            return True
        if self._before(c) not in ("of", "and", "or"):
            return False
        near = [self._before(c, k) for k in range(1, _NEAR + 1)]
        held = near.index("of") if "of" in near else -1
        return held >= 0 and held + 1 < len(near) and near[held + 1] in self._cues.container

    def _disease(self, c: Candidate) -> bool:
        """`Marburg` in "Marburg virus", `Lancaster` in "Lancaster bomber", `Java` among words of code."""
        if not self._is_town(c):
            return False
        if self._after(c) in self._cues.disease or (c.entry is None and self._after(c) in self._cues.ware):
            return True
        around = self._words[max(0, c.first - _AFLOAT) : c.last + _AFLOAT]
        return self._words[c.first].text == "Java" and any(w.text.casefold() in self._cues.coding for w in around)

    def _made(self, c: Candidate) -> bool:
        """`Tucson` in "Hyundai Tucson", `Russia` in "Greenpeace Russia": behind a firm's name of one word."""
        i = c.first - 1
        if i < 0 or self._title_case[c.first] or not self._words[i].capital or self._words[i].text.isupper():
            return False
        return self._words[i].end in self._brands and self._text[self._words[i].end : c.start] == " "

    def _titled(self, c: Candidate) -> bool:
        """A name alone in quotation marks: a film, a ship, a song."""
        if c.entry is not None and c.entry.label in ("METONYM", "ALLIANCE"):
            return False
        return (self._text[c.start - 1 : c.start], self._text[c.end : c.end + 1]) in _QUOTED and c.start > 0

    def _ship(self, c: Candidate) -> bool:
        """`Estonia` in "the wreck of the Estonia": a state or town with an article, among words of ships."""
        if (
            self._before(c) != "the"
            or self._text[c.end - 1] in _OWN_ARTICLE
            or (c.entry is not None and c.entry.label not in ("COUNTRY", "CITY"))
        ):
            return False
        if c.pattern or (self._after(c) and self._words[c.last].capital):
            return False
        return sum(self._afloat[max(0, c.first - _AFLOAT) : c.last + _AFLOAT]) > 1

    def _road(self, c: Candidate) -> bool:
        """`Baltimore` in "Baltimore Avenue": the street is another name."""
        return (
            self._is_town(c)
            and not c.pattern
            and c.last < len(self._words)
            and self._words[c.last].capital
            and not self._title_case[c.first]
            and self._after(c) in self._cues.way
        )

    def _renamed(self, c: Candidate) -> bool:
        """Whether the name is borrowed by a race, by games of a year, by a ship, by a firm or person in apposition."""
        words, text, cues = self._words, self._text, self._cues
        previous = words[c.first - 1].text.casefold() if c.first else ""
        if (
            previous in ("of", "de")
            and c.first > 1
            and words[c.first - 2].capital
            and words[c.first - 2].text.casefold() in cues.race
        ):
            return True
        if c.entry is None and c.hi and _YEAR.match(text, c.end) and cues.before.get(previous) != "place_prep":
            return True
        if words[c.first].text.casefold() in cues.ship and words[c.first].text.isupper() and c.last - c.first > 1:
            return True
        if text[c.end : c.end + 2] == ", " and not (c.entry is not None and c.entry.sure and c.entry.label != "REGION"):
            beside = words[c.last : c.last + 7]
            if beside and beside[0].text in ("the", "a", "an"):
                for left, right in pairwise(beside):
                    if text[left.end : right.start] != " ":
                        return left.text in cues.maker
        return False
