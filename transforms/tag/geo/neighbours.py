"""The words beside a candidate, as the judges of borrowed names read them."""

from transforms.tag.geo.cues import Cues
from transforms.tag.geo.scan import Candidate, Word


class Neighbours:
    """What stands before and after the candidates of one text."""

    def __init__(self, text: str, words: list[Word], cues: Cues) -> None:
        self._text, self._words, self._cues = text, words, cues

    def _before(self, c: Candidate, back: int = 1) -> str:
        """The word `back` words before `c`, case folded, "" where something else than blanks parts it from the next one."""
        i = c.first - back
        if i < 0 or self._text[self._words[i].end : self._words[i + 1].start] != " ":
            return ""
        return self._words[i].text.casefold()

    def _after(self, c: Candidate, on: int = 0) -> str:
        """The word `on` words after `c`, case folded, "" where something else than blanks parts it from the one before."""
        i = c.last + on
        if i >= len(self._words):
            return ""
        gap = self._text[self._words[i - 1].end : self._words[i].start]
        if gap != " " and not (on and gap == "-"):
            return ""
        return self._words[i].text.casefold()

    def _is_town(self, c: Candidate) -> bool:
        """Whether `c` is no state, people or seat of power: those play, sell and are eaten under their own name."""
        return c.entry is None or c.entry.label in ("REGION", "PLACE", "CITY")

    def _possessed(self, c: Candidate) -> bool:
        """Whether a possessive ending follows."""
        return self._words[c.last - 1].stop > self._words[c.last - 1].end

    def _word_at(self, i: int) -> str:
        """Word `i`, case folded, "" behind the last one."""
        return self._words[i].text.casefold() if i < len(self._words) else ""
