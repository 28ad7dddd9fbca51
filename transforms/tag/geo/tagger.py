"""Places, countries and demonyms of a text: the door of the room. See `GeoTagger`."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from schemas.records import CountryCount, Mention
from transforms.tag.analysis import Analysis
from transforms.tag.geo.cues import load_cues
from transforms.tag.geo.forms import SERVED
from transforms.tag.geo.gazetteer import key_of, load_gazetteer
from transforms.tag.geo.judge import judge, load_weights
from transforms.tag.geo.languages import find_in_language
from transforms.tag.geo.lexicon import load_lexicon
from transforms.tag.geo.mentions import mentions_of
from transforms.tag.geo.salience import count_countries, focus_of
from transforms.tag.geo.scan import candidates_of, words_of

_REST: Final = re.compile(r"-[A-Z]\w+")


class GeoTagger:
    """Finds and resolves mentions of places. Built once a process (0.3 s); `find` is pure and safe to call from threads.

    `weights` of the evidence are those that ship, or others to be measured.
    """

    def __init__(self, weights: dict[str, float] | None = None) -> None:
        self._weights = load_weights() if weights is None else weights
        self._lexicon = load_lexicon()
        self._gazetteer = load_gazetteer()
        self._cues = load_cues()

    def find(self, analysis: Analysis, vetoes: Sequence[tuple[int, int]] = ()) -> tuple[Mention, ...]:
        """The geo mentions of `analysis.text`, in order, not overlapping. `vetoes` are spans in which no place is a mention."""
        if analysis.language in SERVED:
            words, kept = find_in_language(analysis, self._lexicon, self._gazetteer, vetoes)
        elif analysis.text.islower() and len(analysis.text.upper()) == len(analysis.text):
            # nothing shows what is a name: what has one meaning in a line of capitals has it here
            shouted = replace(analysis, text=analysis.text.upper(), ents=())
            words = words_of(shouted.text)
            candidates = candidates_of(shouted, words, self._lexicon, self._gazetteer, self._cues)
            kept = judge(shouted, words, candidates, vetoes, self._gazetteer, self._lexicon, self._cues, self._weights)
            kept = [
                k
                for k in kept
                if k.candidate.entry is not None and k.candidate.entry.sure and k.candidate.end - k.candidate.start > 3
            ]
        else:
            words = words_of(analysis.text)
            candidates = candidates_of(analysis, words, self._lexicon, self._gazetteer, self._cues)
            kept = judge(analysis, words, candidates, vetoes, self._gazetteer, self._lexicon, self._cues, self._weights)
            if (
                analysis.language not in ("en", "") and not analysis.ents
            ):  # a language whose words are not known: only what has one meaning
                kept = [k for k in kept if k.candidate.entry is not None and k.candidate.entry.sure]
        return tuple(mentions_of(analysis, words, kept, self._lexicon, self._gazetteer, self._cues))

    def goes_on(self, text: str, start: int, end: int) -> bool:
        """Whether a hyphen behind `start`..`end` goes on to the name of a place: `Ulan` in "Ulan-Ude"."""
        rest = _REST.match(text, end)
        if not rest:
            return False
        low, high = self._gazetteer.find([key_of(text[start : rest.end()])])
        return bool(low[0] < high[0])

    def countries(self, mentions: Sequence[Mention], analysis: Analysis) -> tuple[CountryCount, ...]:
        """The countries that `mentions` point to, most salient first; saliences sum to 1."""
        return count_countries(mentions, analysis, self._lexicon)

    def focus_country(self, mentions: Sequence[Mention], analysis: Analysis) -> str:
        """ISO 3166-1 alpha-3 of the country that the text is about, "" when none dominates."""
        return focus_of(self.countries(mentions, analysis))
