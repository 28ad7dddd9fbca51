"""What stands beside a candidate: classes of words before and after it, the larger name it may be part of, and what rules it out."""

from typing import Final

from transforms.tag.analysis import Analysis
from transforms.tag.geo.cues import Cues
from transforms.tag.geo.gazetteer import GIVEN, Gazetteer, key_of
from transforms.tag.geo.scan import Candidate, Word

_TITLE_CASE: Final = 0.75
_TAIL: Final = 5
_GENERAL: Final = frozenset(  # a name of such words alone names nothing in particular
    "north south east west northern southern eastern western central northeast northwest southeast southwest upper lower coastal gulf "
    "downtown uptown midtown district districts coast region province division area zone side end city town village islands valley metro "
    "metropolitan new old federal national capital street road avenue highway interstate lake lakes river rivers mountain mountains hills "
    "woods waters county counties park airport".split()
)
_MORE_OFTEN: Final = frozenset(  # heavenly bodies and words that are towns only beside their state ("Mars, Pa.")
    "earth mars jupiter venus saturn mercury pluto neptune uranus titan moon sun congress senate many most more other such police commerce "
    "industry union alliance defiance independence enterprise liberty justice hope victory".split()
)
_PACTS: Final = frozenset(
    "agreement agreements accord accords protocol protocols treaty convention conventions format memorandum".split()
)
_BEFORE_US: Final = ("", "the", "in", "to", "of", "from", "by", "with", "and", "vs", "for", "on", "against", "at")
_IN: Final = ("in", "into", "from", "through", "fluent", "broken", "perfect", "poor", "bad", "good", "conversational")
_SPOKEN: Final = ("speak", "language")
_FUNCTION: Final = frozenset(
    "only but without instead rather first too again also then if so before through with for on at to as by because when while before "
    "after than is was are were from in into".split()
)
_JOINED: Final = ("the", "and", "or")
_STOPS: Final = frozenset(".;:!?")
_BAD_PARTS: Final = ("firm", "event", "club")


class Surroundings:
    """What stands beside the candidates of one text."""

    def __init__(self, analysis: Analysis, words: list[Word], gazetteer: Gazetteer, cues: Cues) -> None:
        self._text, self._words, self._g, self._cues = analysis.text, words, gazetteer, cues
        self._vanished = [match.span() for match in cues.vanished.finditer(analysis.text)]
        self.title_case = self._lines_in_title_case(analysis)

    def _lines_in_title_case(self, analysis: Analysis) -> list[bool]:
        """For each word whether its sentence is written in title case or capitals, so that a capital says nothing."""
        flags = [False] * len(self._words)
        bounds = [end for _, end in analysis.sentences] or [len(analysis.text)]
        i = 0
        for end in bounds:
            first = i
            while i < len(self._words) and self._words[i].start < end:
                i += 1
            long = [w for w in self._words[first:i] if len(w.text) > 3 and w.text[0].isalpha()]
            stopped = self._text[max(0, end - 4) : end].rstrip().endswith(".")  # headlines have no full stop
            if len(long) >= (7 if stopped else 4) and sum(w.capital for w in long) >= (0.95 if stopped else _TITLE_CASE) * len(
                long
            ):
                flags[first:i] = [True] * (i - first)
        return flags

    def before(self, c: Candidate) -> str:
        if not c.first:
            return "start"
        previous = self._words[c.first - 1]
        gap = self._text[previous.end : c.start]
        if "\n" in gap or any(mark in gap for mark in ".!?;:"):
            known = self._cues.before.get(previous.text.casefold()) if gap.strip() == "." else None
            return known if known == "person_title" else "start"
        if gap.strip():
            return (
                "comma"
                if gap.strip() == ","
                else "possessive"
                if gap.strip() in ("'s", "’s")
                else "hyphen"
                if gap == "-"
                else "mark"
            )
        known = self._cues.before.get(previous.text.casefold())
        if known:
            return known + (
                "+of"
                if known == "the" and c.first > 1 and self._words[c.first - 2].text.casefold() in ("of", "in", "to", "from")
                else ""
            )
        if previous.capital:
            flags = self.flags_of(previous.text)
            return "given" if flags & GIVEN else "capital"
        return "lower"

    def flags_of(self, word: str) -> int:
        """The gazetteer's flags of a one-word name."""
        low, high = self._g.find([key_of(word)])
        return int(self._g.flags[low[0]]) if low[0] < high[0] else 0

    def after(self, c: Candidate) -> str:
        if c.last >= len(self._words):
            return "end"
        following = self._words[c.last]
        gap = self._text[c.end : following.start]
        if gap.startswith(("'s", "’s", "'", "’")):
            return "possessive"
        if gap == "-":
            return "hyphen"
        if gap.strip():
            return {",": "comma", ".": "stop", "(": "bracket", ")": "bracket"}.get(gap.strip()[0], "mark")
        if "\n" in gap:
            return "end"
        known = self._cues.after.get(following.text.casefold())
        if known and not following.capital:
            return known
        return "capital" if following.capital else "digit" if following.text[0].isdigit() else "lower"

    def part(self, c: Candidate) -> tuple[str, str]:
        """The class of the larger name that `c` is part of, and the side on which the rest stands; ("", "") when it stands alone."""
        words, cues = self._words, self._cues
        last = c.last
        listed = last < len(words) and words[last].text == "and" and self._is_own(c)
        while not listed and last < len(words) and last - c.last < _TAIL and self._continues(words[last - 1], words[last]):
            last += 1
        tail = [words[i].text.casefold() for i in range(c.last, last)]
        if c.entry is None and len(tail) == 1 and tail[0] in cues.trade:
            return ("firm", "after")
        while tail and tail[-1] in ("of", "and", "the", "for"):
            tail.pop()
        if tail:
            known = cues.part.get(tail[-1]) or next((cues.part[w] for w in tail if w in cues.part), "")
            return (known or "other", "after")
        if c.first >= 2 and words[c.first - 1].text.casefold() in (
            "of",
            "the",
            "for",
        ):  # a college "in" a town is one thing, the town another
            i = c.first - 1
            while i > 0 and words[i].text in ("of", "the", "for") and c.first - i <= 2:
                i -= 1
            if words[i].capital and self._text[words[i].end : c.start].replace(" ", "").isalpha():
                head = words[i].text.casefold()
                previous = words[i - 1].text.casefold() if i and words[i - 1].capital else ""
                known = cues.part.get(head) or cues.part.get(previous, "")
                return (known or "other", "of")
        if c.first and words[c.first - 1].capital and self._text[words[c.first - 1].end : c.start] == " ":
            known = cues.part.get(words[c.first - 1].text.casefold(), "")
            return (known or "other", "before")
        return ("", "")

    def _is_own(self, c: Candidate) -> bool:
        """Whether `c` begins no firm's name: "in Norway and Finland and BAE Systems"."""
        country = c.entry is not None and c.entry.sure and c.entry.label == "COUNTRY"
        return country or (c.first > 0 and self._cues.before.get(self._words[c.first - 1].text.casefold()) == "place_prep")

    def _continues(self, left: Word, right: Word) -> bool:
        gap = self._text[left.end : right.start]
        if gap in ("'s ", "’s ", "s' ", "' ", "’ "):
            return right.capital and self._cues.part.get(left.text.casefold(), "") == "organ"
        return gap == " " and (right.capital or (right.text in ("of", "and", "for", "the") and left.capital))

    def vetoed(self, c: Candidate) -> bool:
        """Whether the text around `c` makes it part of the name of a firm, a club, an event or of a fixed phrase."""
        if any(start < c.end and c.start < end for start, end in self._vanished):
            return True
        part, side = self.part(c)
        if part in _BAD_PARTS and not self.title_case[c.first]:
            return True
        if self._text[c.end : c.end + 1] in ("$", "@") or self._text[c.start - 1 : c.start] in ("@", "#"):
            return True
        if (
            c.entry is not None
            and c.entry.label in ("REGION", "PLACE")
            and part
            and part != "other"
            and side == "after"
            and not self.title_case[c.first]
        ):
            return True
        if c.entry is None and c.last < len(self._words) and self._words[c.last].text in _PACTS and self._text[c.end] == " ":
            return True
        if c.entry is None and not c.state and all(w.text.casefold() in _GENERAL for w in self._words[c.first : c.last]):
            return True
        second = self._words[c.first + 1].text if c.last - c.first > 1 else ""
        if (
            second == "of" and self._cues.part.get(self._words[c.first].text.casefold()) == "firm"
        ):  # "University of Texas" is a town too
            return True
        name = self._text[c.start : c.end].casefold()
        if c.entry is None and (name in _MORE_OFTEN or name in self._cues.brand) and self._text[c.end : c.end + 1] != ",":
            return True
        if c.entry is None and (self._ends_a_compound(c) or self._is_acronym(c)):
            return True
        if self._in_phrase(c.start, c.end) or (
            c.last - c.first > 1 and c.entry is None and self._in_phrase(c.start, self._words[c.first].end)
        ):
            return True
        previous = self._words[c.first - 1].text.casefold() if c.first else ""
        if self._text[c.end : c.end + 6] in ("-class", " class") or (
            previous in self._cues.ship and self._text[self._words[c.first - 1].stop : c.start] == " "
        ):
            return not (c.entry is not None and c.entry.label == "NATIONALITY")
        ranked = c.entry is not None and c.entry.label == "COUNTRY" and self._cues.before.get(previous) == "person_title"
        if (
            ranked
            and self._words[c.first - 1].capital
            and self.after(c) in ("lower", "says", "possessive", "comma", "stop", "end")
        ):
            return self._text[self._words[c.first - 1].end : c.start].strip(".") == " "  # "Admiral Togo led"
        if previous in self._cues.honorific and self._text[self._words[c.first - 1].end : c.start].strip(".") == " ":
            return True
        if c.entry is not None and c.entry.label == "NATIONALITY":
            return (previous in ("african", "native") and self._text[c.start : c.end].startswith("American")) or self._is_tongue(
                c, previous
            )
        if self._text[c.start : c.end] == "US" and previous not in _BEFORE_US:  # "TELL US"
            return (
                self._words[c.first - 1].text.isupper()
                and len(previous) > 1
                and self._text[self._words[c.first - 1].end : c.start] == " "
            )
        return False

    def _is_acronym(self, c: Candidate) -> bool:
        """Whether a short word in capitals stands inside a line of small letters: "TASS reported". A dateline opens its line."""
        word = self._words[c.first]
        if c.state or c.last - c.first > 1 or len(word.text) > _TAIL or not word.text.isupper() or self.title_case[c.first]:
            return False
        return c.first > 0 and "\n" not in self._text[self._words[c.first - 1].end : c.start]

    def _ends_a_compound(self, c: Candidate) -> bool:
        """Whether a hyphen ties the name to one that is no place: "Scientific-Atlanta", but not "Kyiv-Odesa", "anti-Moscow"."""
        if not c.first or self._text[self._words[c.first - 1].end : c.start] != "-":
            return False
        left = self._words[c.first - 1]
        low, high = self._g.find([key_of(left.text)])
        is_place = bool(low[0] < high[0]) or left.text.casefold() in _GENERAL
        return left.capital and len(left.text) > _TAIL and not is_place and not c.last - c.first > 1

    def _in_phrase(self, start: int, end: int) -> bool:
        """Whether what follows the words at `start`..`end` makes them a fixed phrase."""
        rest = self._cues.phrases.get(self._text[start:end].casefold())
        following = self._text[end : end + 24].replace("-", " ").strip().casefold() if rest else ""
        return any(following.startswith(p) and not following[len(p) : len(p) + 1].isalpha() for p in rest or ())

    def _is_tongue(self, c: Candidate, previous: str) -> bool:
        """Whether a demonym stands for the language: "spoke Russian", "fluent in Arabic and French", "said in Turkish."."""
        if self._text[c.start : c.end].casefold() not in self._cues.tongue:
            return False
        following = self._text[c.end : c.end + 2]
        alone = not following[:1].isalpha() and not (following[:1] in " -’'" and following[1:].isalpha())
        joined = c.last < len(self._words) and self._words[c.last].text in ("and", "or", "at", "on", "to", "with", "as")
        beside = self._words[c.last].text if c.last < len(self._words) else ""
        if (beside in self._cues.tongue_noun and following[:1] == " ") or (following[:1] == "-" and beside.startswith(_SPOKEN)):
            return True
        if previous in _IN and (alone or self._phrase_ends(c.last)):
            return True
        near = {w.text.casefold() for w in self._words[max(0, c.first - 5) : c.first] if not _parted(self._text[w.end : c.start])}
        if not near & self._cues.speaks:
            return False
        return previous in self._cues.speaks or alone or joined or (previous in _JOINED and self._phrase_ends(c.last))

    def _phrase_ends(self, i: int) -> bool:
        """Whether nothing that a demonym could describe follows: "in Welsh only", "in Japanese and the room", "into French and Greek."."""
        if i >= len(self._words):
            return True
        word, gap = self._words[i], self._text[self._words[i - 1].stop : self._words[i].start]
        if gap != " ":
            return gap.strip() != "" and gap != "-"
        if word.text in ("and", "or") and i + 1 < len(self._words):
            other = self._words[i + 1]
            return self._phrase_ends(i + 2) if other.text.casefold() in self._cues.tongue else not other.capital
        return word.text in _FUNCTION


def _parted(between: str) -> bool:
    return not _STOPS.isdisjoint(between)
