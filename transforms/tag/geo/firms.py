"""Whether a firm bears the name here: "Santander raised its guidance", "Delta said the airline's lounges"."""

from itertools import pairwise
from typing import Final

from transforms.tag.geo.cues import Cues
from transforms.tag.geo.gazetteer import Gazetteer
from transforms.tag.geo.neighbours import Neighbours
from transforms.tag.geo.scan import Candidate, Word

_NEAR: Final = 5
_BEHIND: Final = 20  # words
_STAKES: Final = frozenset("share shares stake stakes stock invested investors holding".split())
_FIRMS: Final = frozenset("company firm airline lender bank carrier retailer insurer carmaker maker chain group".split())
_CUSTOMERS: Final = frozenset("customers clients depositors shareholders subscribers policyholders".split())


class Firms(Neighbours):
    """The firms of one text that are called after places."""

    def __init__(self, text: str, words: list[Word], gazetteer: Gazetteer, cues: Cues) -> None:
        super().__init__(text, words, cues)
        self._g = gazetteer

    def take(self, c: Candidate, model: str) -> bool:
        """Whether a town or region is a firm: "Iberia pilots", "Santander raised its guidance", "Halifax another 61" branches."""
        if self._before(c) in self._cues.maker and not (c.entry is not None and c.entry.label in ("NATIONALITY", "COUNTRY")):
            return True  # "clothing maker Patagonia"
        if not self._is_town(c):
            return False
        if self._speaks_as_firm(c):
            return True
        if self._before(c) == "of" and self._before(c, 2) in _CUSTOMERS:
            return model not in ("=GPE", "=LOC")
        if self._before(c) == "in" and self._before(c, 2) in _STAKES and model == "=ORG":
            return True
        if self._cues.before.get(self._before(c)) == "place_prep":
            return False
        if self._after(c) in self._cues.firm_staff or (self._possessed(c) and self._word_at(c.last) in self._cues.firm_has):
            return True
        following = [self._after(c, k) for k in range(_NEAR)]
        if "" in following:
            following = following[: following.index("")]
        owns = any(word in self._cues.firm_has for word in following[1:]) and not self._is_capital(c)
        if owns and ("its" in following[1:3] or model == "=ORG"):
            return True
        return following[:1] == ["another"] and any(
            w.text.casefold() in self._cues.firm_has for w in self._words[max(0, c.first - 8) : c.first]
        )

    def _is_capital(self, c: Candidate) -> bool:
        """Whether the name is a capital's, whose government owns and speaks."""
        return bool(self._g.capital[self._g.place[c.lo : c.hi]].any())

    def _speaks_as_firm(self, c: Candidate) -> bool:
        """`Delta` in "Delta said the airline's lounges would close"; a capital that speaks is its government."""
        if (
            c.entry is not None
            or self._cues.before.get(self._before(c)) == "place_prep"
            or self._cues.after.get(self._after(c)) != "says"
            or self._is_capital(c)
        ):
            return False
        following = self._words[c.last : c.last + _BEHIND]
        return any(left.text == "the" and right.text.removesuffix("'s") in _FIRMS for left, right in pairwise(following))
