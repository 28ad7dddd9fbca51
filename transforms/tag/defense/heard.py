"""The cue words of a text, counted by sentence."""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable

from schemas.sentences import sentence_starts
from transforms.tag.analysis import Analysis
from transforms.tag.defense.around import Around
from transforms.tag.defense.cues import Cue
from transforms.tag.defense.matcher import Match, Text
from transforms.tag.defense.standing import apart

_LONGEST_CUE = 80  # code points
_RESULT = re.compile(
    r"(?<![\w.,:/–-])\d{1,2}[-–]\d{1,2}(?=[,.;)!?]|\s+(?:win|victory|defeat|loss|lead|draw|against|over|to)\b|$)"
)  # of a match


class Heard(Around):
    """Cues of one text by section: strong, weak, hint, civil, and everyday, which says less and which results of matches are too."""

    def __init__(self, text: Text, analysis: Analysis, cues: Iterable[Cue]) -> None:
        super().__init__(text)
        self._starts = sentence_starts(analysis.text)
        self._cues: dict[str, list[Cue]] = {"strong": [], "weak": [], "civil": [], "everyday": [], "hint": []}
        results = (Cue("everyday", "2-0", m.start(), m.end()) for m in _RESULT.finditer(analysis.text))
        heard: set[tuple[str, int]] = set()  # one word is one cue, in however many languages or inflections it is listed
        for cue in sorted((*cues, *results), key=lambda cue: (cue.start, cue.first < 0)):
            section = "civil" if cue.section == "abroad" and text.language != "en" else cue.section
            if section in self._cues and (section, cue.start) not in heard:
                heard.add((section, cue.start))
                self._cues[section].append(cue)
        # of a section in a sentence (None: in the text): how often each
        self._phrases: dict[tuple[str, int | None], Counter[str]] = {}
        for section, found in self._cues.items():
            for cue in found:
                for place in (None, self.sentence(cue.start)):
                    self._phrases.setdefault((section, place), Counter())[cue.phrase] += 1
        self._cue_starts = {section: [cue.start for cue in found] for section, found in self._cues.items()}
        self._cued = {i for key in ("strong", "weak", "civil") for cue in self._cues[key] for i in range(cue.first, cue.last + 1)}

    def sentence(self, position: int) -> int:
        """Index of the sentence that holds `position`."""
        return max(0, bisect_right(self._starts, position) - 1)

    def _outside(self, section: str, match: Match, here: int | None = None) -> int:
        """How many different cue phrases of the section the sentence `here` (or the text) has outside the span."""
        phrases = self._phrases.get((section, here))
        if not phrases:
            return 0
        inside: Counter[str] = Counter()
        at = bisect_right(self._cue_starts[section], match.end - 1) - 1
        while at >= 0 and self._cues[section][at].start > match.start - _LONGEST_CUE:
            if not apart(self._cues[section][at], match):
                inside[self._cues[section][at].phrase] += 1
            at -= 1
        return len(phrases) - sum(phrases[phrase] == n for phrase, n in inside.items())
