"""Whether a thing bears the name here: a dish, a disease, a car, a ship, a film, a street, a race, the games of a year."""

import re
from bisect import bisect_left
from itertools import pairwise
from typing import Final

from transforms.tag.analysis import NerSpan
from transforms.tag.geo.cues import Cues
from transforms.tag.geo.gazetteer import KINDS, Gazetteer
from transforms.tag.geo.neighbours import Neighbours
from transforms.tag.geo.scan import Candidate, Word

_NEAR: Final = 5
_ADMIN1: Final = KINDS.index("admin1")
_YEAR: Final = re.compile(r" (?:19|20)\d\d\b")
_QUOTED: Final = (('"', '"'), ("“", "”"), ("«", "»"), ("„", "“"))
_AFLOAT: Final = 12  # words on either side
_ARTICLE: Final = frozenset("the a an your my his her their it them up off".split())
_TITLE: Final = re.compile(
    r"[\"“«„]([A-Z][\w’']*(?:[ :–-]+(?:[A-Z\d][\w’']*|of|in|the|a|an|and|to|for|on|at|from|with|de|la|le))+)[\"”»“]"
)
_LONGEST_TITLE: Final = 60  # code points
_WORK_BEFORE: Final = 20
_STATES_CALLED_SO: Final = frozenset(("Washington", "New York"))  # "Washington State" is the state
_SHOPS: Final = frozenset(
    "chain supermarket retailer airline bank lender carmaker brand label band singer font typeface insurer".split()
)
_RELATIVE: Final = ("that", "which", "who", "is", "was", "has", "had", "needs")
_FUNCTION: Final = frozenset(  # "a font the publisher uses"
    "that which who whose the a an no is was are were has had will can and or but by from with without of in on at for to because "
    "when".split()
)
_OWN_ARTICLE: Final = frozenset("s d".split())  # last letters of names that take an article: "the Philippines", "the Netherlands"


class Things(Neighbours):
    """The things of one text that are called after places. `title_case` says for each word whether its capital means nothing."""

    def __init__(
        self, text: str, words: list[Word], ents: tuple[NerSpan, ...], gazetteer: Gazetteer, cues: Cues, title_case: list[bool]
    ) -> None:
        super().__init__(text, words, cues)
        self._g, self._title_case = gazetteer, title_case
        self._brands = {ent.end for ent in ents if ent.label in ("ORG", "PRODUCT") and " " not in text[ent.start : ent.end]}
        self._titles = [m.span() for m in _TITLE.finditer(text) if len(m[0]) <= _LONGEST_TITLE and self._is_work(m.start(), m[1])]
        self._afloat = [word.text.casefold() in cues.afloat for word in words]

    def take(self, c: Candidate) -> bool:
        """Whether `c` names a thing here."""
        if c.entry is not None and c.entry.label == "NATIONALITY":
            return self._is_verb(c) or self._in_title(c)
        return (
            self._renamed(c)
            or self._college(c)
            or self._one_of(c)
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
        """A name alone in quotation marks or in a title there ("Emily in Paris"), behind the word for a work: a film, a ship, a song."""
        if c.entry is not None and c.entry.label in ("METONYM", "ALLIANCE"):
            return False
        if self._in_title(c):
            return True
        if self._is_town(c) and (
            self._before(c) in self._cues.work or (self._before(c) == "of" and self._before(c, 2) in self._cues.work_part)
        ):
            return True
        if self._before(c) == "of" and self._is_town(c) and self._is_headed(c.first - 2):
            return True
        return (self._text[c.start - 1 : c.start], self._text[c.end : c.end + 1]) in _QUOTED and c.start > 0

    def _is_work(self, start: int, title: str) -> bool:
        """Whether the quotation is the title of a work: a person is somewhere ("Emily in Paris"), or the word for one stands before."""
        if title.split()[0].casefold() in self._cues.given and " in " in title:
            return True
        before = self._text[max(0, start - _WORK_BEFORE) : start].split()
        return bool(before) and before[-1].casefold() in (*self._cues.work, "with", "book", "play", "painting")

    def _in_title(self, c: Candidate) -> bool:
        at = bisect_left(self._titles, (c.start, 0)) - 1  # the last that begins before it; they do not overlap
        return at >= 0 and c.end < self._titles[at][1] and not self._title_case[c.first]

    def _one_of(self, c: Candidate) -> bool:
        """`Labrador` in "a Labrador that size", `California` in "1,200 units of the California because": things of a kind."""
        if not c.hi or c.entry is not None or c.pattern or self._title_case[c.first]:
            return False
        article, after = self._before(c), self._after(c)
        if article not in ("a", "an") and not (article == "the" and self._before(c, 2) == "of" and self._before(c, 3) == "units"):
            return False
        return self._text[c.end : c.end + 1] in (".", ";", "!", "?", "") or after in (*_RELATIVE, "because")

    def _is_headed(self, i: int) -> bool:
        """Whether word `i` ends what begins with a capital article inside a sentence: "put on The Merchant of Venice"."""
        words, text = self._words, self._text
        while i > 0 and words[i].capital and words[i].text.casefold() not in self._cues.part:
            if text[words[i - 1].end : words[i].start] != " " or self._title_case[i]:
                return False
            i -= 1
            if words[i].text == "The":
                return i > 0 and not words[i - 1].capital and text[words[i - 1].end : words[i].start] == " "
        return False

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

    def _college(self, c: Candidate) -> bool:
        """`Ohio` in "Ohio State has won": a state of the USA, "State", and no further part of a name; "Phoenix-like"."""
        if self._text.startswith(("-like", "-esque"), c.end):
            return True
        if self._after(c) != "state" or self._words[c.last].text != "State" or self._title_case[c.first]:
            return False
        following = self._words[c.last + 1] if c.last + 1 < len(self._words) else None
        goes_on = following is not None and following.capital and self._text[self._words[c.last].end : following.start] == " "
        name = self._text[c.start : c.end]
        rows = self._g.place[c.lo : c.hi]
        american = bool(((self._g.kind[rows] == _ADMIN1) & (self._g.iso2_index[rows] == self._g.iso2_of["US"])).any())
        ruled = self._after(c, 1) in self._cues.organ_staff
        return american and name not in _STATES_CALLED_SO and not goes_on and not ruled

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
        return self._in_apposition(c)

    def _in_apposition(self, c: Candidate) -> bool:
        """`Patagonia` in "Patagonia, the clothing maker,", `Texas` in "Texas Roadhouse, the steak chain,"."""
        words, text = self._words, self._text
        surely = c.entry is not None and c.entry.sure and c.entry.label != "REGION"
        if surely and not (c.entry is not None and c.entry.label == "COUNTRY"):
            return False
        end, last = c.end, c.last
        while not surely and last < min(len(words), c.last + 3) and words[last].capital and text[end : words[last].start] == " ":
            end, last = words[last].end, last + 1
        if last - c.last > 2 or text[end : end + 2] != ", ":
            return False
        beside = words[last : last + 7]
        if not beside or beside[0].text not in ("the", "a", "an"):
            return False
        for left, right in pairwise(beside):
            gap = text[left.end : right.start]
            if gap not in (" ", "-") or (beside[0].text != "the" and right.text in _FUNCTION):
                return left.text in (_SHOPS if surely or last > c.last else self._cues.maker)
        return False
