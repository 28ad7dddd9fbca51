"""Whether a name is only borrowed here: by a person, a club that plays, a firm."""

import functools
import re
from collections import Counter
from itertools import pairwise
from typing import Final

from transforms.tag.geo.cues import Cues
from transforms.tag.geo.firms import Firms
from transforms.tag.geo.gazetteer import ALTERNATE, GIVEN, Gazetteer, key_of
from transforms.tag.geo.lexicon import Lexicon
from transforms.tag.geo.neighbours import Neighbours
from transforms.tag.geo.scan import Candidate, Word

_GREAT: Final = 150_000  # people: a first name that is also such a town ("Sydney Australia") makes no surname of what follows
_AROUND: Final = (20, 25)  # words before and after that say what is spoken of
_NEAR: Final = 5
_SCORE: Final = re.compile(r"(?<![\d/–-])\d{1,2}[-–]\d{1,2}(?![\d/%–-])(?! (?:vote|majority|ruling|decision|percent|per cent))")
_INITIAL: Final = re.compile(r" [A-Z]\.? ")
_LOST_TO: Final = frozenset("lost lose loses losing defeat defeats home away".split())
_KIN: Final = frozenset(
    "wife husband brother sister son daughter mother father girlfriend boyfriend fiancé fiancée uncle aunt cousin niece nephew "
    "grandmother grandfather grandson granddaughter stepson stepdaughter twin widow widower mom mum dad".split()
)
_SAINTS: Final = frozenset("San Santa Santo Saint St São Sant".split())
_SETS_OUT: Final = frozenset("left leaves leave departed departs bound prayers prayed money heading headed".split())
_MOVED: Final = frozenset(
    "joined signed arrived transfer loan striker midfielder defender winger keeper draw win defeat loss".split()
)
_DREW_WITH: Final = frozenset("draw draws drew drawn level tie ties tied match game".split())


class Borrowed(Neighbours):
    """The borrowed names of one text. `title_case` says for each word whether its capital means nothing, `surnames`
    (case folded) and `first_names` are those of persons whom the model saw with more than one word."""

    def __init__(
        self,
        text: str,
        words: list[Word],
        gazetteer: Gazetteer,
        lexicon: Lexicon,
        cues: Cues,
        title_case: list[bool],
        surnames: set[str],
        first_names: set[str],
    ) -> None:
        super().__init__(text, words, cues)
        self._g, self._lexicon, self._title_case = gazetteer, lexicon, title_case
        self._firms = Firms(text, words, gazetteer, cues)
        self._sport = [word.text.casefold() in cues.sport_noun for word in words]
        self._surnames, self._first_names = surnames, first_names
        self._whole_names = self._persons()
        self._scores = [match.start() for match in _SCORE.finditer(text)] if any(self._sport) else []

    def takes(self, c: Candidate, model: str) -> bool:
        """Whether `c`, which the language model calls `model`, is not the place's here."""
        return self._person(c, model) or self._club(c) or self._firms.take(c, model)

    # persons

    def _persons(self) -> dict[str, list[int]]:
        """Surnames that the text gives with a first name, and where the first names stand: "Helen Holland"."""
        found: dict[str, list[int]] = {}
        for i, (given, surname) in enumerate(pairwise(self._words)):
            if (
                surname.capital
                and given.text.casefold() in self._cues.given
                and given.capital
                and self._text[given.stop : surname.start] == " "
                and not self._title_case[i]
                and not (i and self._words[i - 1].text in _SAINTS)  # "San Jose California"
            ):
                found.setdefault(surname.text, []).append(i)
        return found

    def _famous_town(self, name: str) -> bool:
        return name not in self._lexicon.forms and self._famous(name.casefold())

    @functools.cached_property
    def _located(self) -> frozenset[str]:
        """Words behind a preposition of place."""
        return frozenset(
            word.text
            for before, word in pairwise(self._words)
            if word.capital and word.stop == word.end and self._cues.before.get(before.text.casefold()) == "place_prep"
        )

    @functools.cached_property
    def _speakers(self) -> Counter[str]:
        """How often each capital word says something: "said Noma", "Noma said"."""
        found: Counter[str] = Counter()
        for left, right in pairwise(self._words):
            if self._text[left.end : right.start] == " " and left.capital != right.capital:
                name, verb = (left, right) if left.capital else (right, left)
                found[name.text] += self._cues.after.get(verb.text) == "says"
        return found

    def _is_known(self, c: Candidate) -> bool:
        """Whether the text has given the whole name of the person, or lets the name speak, and never stands in or near it."""
        name = self._words[c.first].text
        placed = name in self._located or self._before(c) == "to"
        if c.last - c.first > 1 or placed:
            return False
        if c.entry is not None and c.entry.label == "NATIONALITY":  # "Rose French … French said"; an adjective else
            alone = self._possessed(c) or self._cues.after.get(self._after(c)) == "says"
            return alone and name in self._whole_names
        whole = [i for i in self._whole_names.get(name, ()) if not self._famous(self._words[i].text.casefold())]
        if whole:
            return True
        if c.entry is None and self._before(c) in _KIN:
            return True  # "his girlfriend Olivia"
        first = name in self._first_names and name.casefold() in self._cues.given
        if first and not self._famous_town(name):
            return True  # "Novelist Georgia Pennington … Georgia, 34"
        known = self._speakers[name] > 1 or name.casefold() in self._surnames
        return c.entry is None and known and not self._famous(name.casefold())

    def _person(self, c: Candidate, model: str) -> bool:
        if c.entry is not None and c.entry.label in ("METONYM", "ALLIANCE"):
            return False
        return not self._title_case[c.first] and (
            self._is_surname(c, model)
            or self._is_known(c)
            or self._is_given(c, model)
            or self._of_title(c)
            or self._among_names(c)
        )

    def _is_surname(self, c: Candidate, model: str) -> bool:
        """`Ireland` in "Kevin Ireland", `London` in "Jack R. London"."""
        i = c.first - 1
        if (
            c.last - c.first == 2
            and c.entry is None
            and c.hi
            and i >= 0
            and self._text[self._words[i].end : c.start] == " "
            and self._words[i].text.casefold() in self._cues.given
            and not self._famous(self._words[i].text.casefold())
        ):
            return True  # "Roque Santa Cruz"
        if c.last - c.first > 1:
            first = c.entry is None and not c.pattern and c.last - c.first == 2 and self._words[c.first].text.casefold()
            return bool(first) and not c.hi and first in self._cues.given and not self._famous(str(first))
        i = c.first - 1
        if i > 0 and _INITIAL.fullmatch(self._text, self._words[i - 1].end, c.start):
            i -= 1
        elif i < 0 or self._text[self._words[i].end : c.start] != " ":
            return False
        given = self._words[i].text.casefold()
        known = "PERSON" in model or not self._famous(given)  # "Irving Berlin", not "Paris France"
        return self._words[i].capital and given in self._cues.given and known

    def _famous(self, name: str) -> bool:
        """Whether a first name is a state's or a large town's too."""
        if name.title() in self._lexicon.forms:
            return True
        low, high = self._g.find([key_of(name)])
        main = (self._g.flags[low[0] : high[0]] & ALTERNATE) == 0
        rows = self._g.place[low[0] : high[0]][main]
        return bool((self._g.population[rows] > _GREAT).any())

    def _is_given(self, c: Candidate, model: str) -> bool:
        """`Sydney` in "Sydney Sweeney": a place that is also a first name, before a capital word that is no part of a place's name."""
        if c.last - c.first > 1 or c.last >= len(self._words) or model == "=GPE":
            return False
        name = self._words[c.first].text.casefold()
        if name not in self._cues.given and not (c.hi and self._g.flags[c.lo] & GIVEN):
            return False
        following = self._words[c.last]
        if not following.capital or self._words[c.first].stop != c.end or self._text[c.end : following.start] != " ":
            return False
        word = following.text.casefold()
        return not (
            following.text.isupper()
            or not following.text[0].isalpha()
            or word in self._cues.part
            or word in self._cues.last
            or word in self._cues.calendar
            or self._cues.before.get(word) == "person_title"
            or following.text in self._lexicon.reach
        )

    def _among_names(self, c: Candidate) -> bool:
        """`Clarence` in "Helen, Clarence, Irene and Marie": in a list of first names, and no large town itself."""
        family = any(w.text.casefold() in self._cues.family for w in self._words[max(0, c.first - _NEAR) : c.first])
        if c.last - c.first > 1 or not (family or self._words[c.first].text.casefold() in self._cues.given):
            return False
        listed = 1
        for step in (-1, 1):
            i = c.first + step
            while 0 <= i < len(self._words):
                word, other = self._words[i], self._words[i - step]
                gap = self._text[word.stop : other.start] if step < 0 else self._text[other.stop : word.start]
                if gap not in (", ", " ") or (word.text.casefold() not in self._cues.given and word.text not in ("and", "or")):
                    break
                listed += word.capital
                i += step
        return (listed > 2 or (listed == 2 and family)) and not self._famous(self._words[c.first].text.casefold())

    def _of_title(self, c: Candidate) -> bool:
        """`Sussex` in "the Duke of Sussex", `French Hill` in "Rep. French Hill": persons by their titles."""
        if self._before(c) == "of" and self._before(c, 2) in self._cues.noble:
            return c.entry is None or c.entry.label == "ADMIN"
        i = c.first - 1
        title = i >= 0 and self._cues.before.get(self._words[i].text.casefold()) == "person_title"
        follows = self._words[c.last] if c.last < len(self._words) and self._after(c) else None
        if (
            title
            and i >= 0
            and self._words[i].capital
            and c.last - c.first == 1
            and c.entry is None
            and follows
            and follows.capital
        ):
            known = self._cues.part.get(self._after(c)) or self._cues.last.get(self._after(c))
            return not known and c.start - self._words[i].end <= 2  # "Chef Brooklyn Tate"
        return (
            title and bool(c.pattern) and c.last - c.first == 2 and self._words[i].capital and c.start - self._words[i].end <= 2
        )

    # clubs

    def _club(self, c: Candidate) -> bool:
        """Whether a town is its club: it plays, is played against, has a striker, where matches are spoken of; "Mumbai Indians"."""
        if self._of_team(c):
            return True
        if not any(self._sport) or not self._is_town(c):
            return False
        before, after = self._before(c), self._after(c)
        if before in ("from", "at") and self._before(c, 2) in _MOVED and self._level(c) > 1:
            return True
        if (
            self._cues.before.get(before) == "place_prep"
            or self._text[c.end : c.end + 1] in ("/", "(")
            or self._text[c.start : c.end].isupper()
        ):
            return False
        level = self._level(c)
        if after in self._cues.sport_role or (self._possessed(c) and self._word_at(c.last) in self._cues.sport_role):
            return level > 1
        if level < 2:
            return False
        second = self._before(c, 2)
        if (
            before in self._cues.sport_before
            or (before == "to" and second in _LOST_TO)
            or (before == "with" and second in _DREW_WITH)
        ):
            return True
        if (
            before == "for"
            and level > 2
            and second not in _SETS_OUT
            and not (c.last < len(self._words) and self._words[c.last].capital and self._after(c))
        ):
            return True  # "bad news for Sunderland, who"
        if _SCORE.match(self._text, c.end + 1) or (c.start > 4 and _SCORE.fullmatch(self._text[c.start - 4 : c.start - 1])):
            return True
        if after in self._cues.sport_verb:
            hosts = after.startswith("host") and not (c.last + 1 < len(self._words) and self._words[c.last + 1].capital)
            return not hosts
        return False

    def _of_team(self, c: Candidate) -> bool:
        """Whether a town and a people in the plural stand side by side."""
        i = c.last if self._is_town(c) else c.first
        placed = i > 1 and self._cues.before.get(self._words[i - 2].text.casefold()) == "place_prep"
        if placed or not any(self._sport):
            return False
        if not 0 < i < len(self._words) or self._text[self._words[i - 1].end : self._words[i].start] != " ":
            return False
        people = self._lexicon.forms.get(self._words[i].text)
        if people is None or people.label != "NATIONALITY" or self._words[i].text[-1] != "s" or self._title_case[i]:
            return False
        town = self._words[i - 1].text
        return self._words[i - 1].capital and self._famous_town(town)

    def _level(self, c: Candidate) -> int:
        """How many words around `c` speak of matches; a score counts as two."""
        low, high = max(0, c.first - _AROUND[0]), min(len(self._words), c.last + _AROUND[1])
        nouns = {self._words[i].text.casefold() for i in range(low, high) if self._sport[i]}
        start, end = self._words[low].start, self._words[high - 1].end
        return len(nouns) + 2 * any(start <= at < end for at in self._scores)
