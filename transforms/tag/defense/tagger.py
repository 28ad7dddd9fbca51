"""The defense tagger: built once a process, then asked for the mentions, the score and the deals of analysed texts."""

import contextlib
import gc
import itertools
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from pathlib import Path

from schemas.records import Deal, Mention
from transforms.tag.analysis import Analysis
from transforms.tag.defense.agencies import Agencies, read_places
from transforms.tag.defense.choose import Judged
from transforms.tag.defense.cues import CUE_ID, CUES_FILE, TOPICS, Cue, Everyday, Prefixes, cue_of, read_cues
from transforms.tag.defense.deals import find_deals
from transforms.tag.defense.designators import extend, join
from transforms.tag.defense.evidence import Evidence
from transforms.tag.defense.gating import judge
from transforms.tag.defense.lexicon import LEXICON_DIR, Lexicon, read_lexicon
from transforms.tag.defense.matcher import Match, Matcher, Text
from transforms.tag.defense.patterns import Patterns
from transforms.tag.defense.score import defense_score, read_weights, topics_of


@contextlib.contextmanager
def _no_collecting() -> Iterator[None]:
    """Nothing of a lexicon or a trie is garbage; looking for some while they grow adds half to the time."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


class DefenseTagger:
    """Finds defense mentions. `lexicon_version` is the short content hash of the files it was built from."""

    def __init__(self, lexicon: Lexicon | None = None, cues: Path = CUES_FILE) -> None:
        with _no_collecting():
            self.lexicon = lexicon or read_lexicon(LEXICON_DIR)
            self.lexicon_version = self.lexicon.version
            entities = dict(self.lexicon.entities)
            places = read_places()
            found = (*(cue for cue in read_cues(cues) if cue.id != "cue:prefix"), *places)
            entities.update((entity.id, entity) for entity in found)
            self._agencies = Agencies(self.lexicon, places)
            self._matcher = Matcher(Lexicon(entities, ""))
            self._patterns = Patterns(self.lexicon)
            self._weights = read_weights()
            self._prefixes = Prefixes(cues)
            self._everyday = Everyday()
        self._last: tuple[str, str, list[Cue]] = ("", "", [])  # cues of the text that was asked for last

    def find(self, analysis: Analysis) -> tuple[Mention, ...]:
        """Mentions of the whole text, title included, in text order, none overlapping."""
        text = Text(analysis.text, analysis.language)
        names, cues, places, swallowed = self._candidates(text)
        self._last = (analysis.text, analysis.language, cues)
        evidence = Evidence(text, analysis, cues, [*names, *places], swallowed)
        judged = self._agencies.resolve(judge(self.lexicon, names, evidence), places, evidence.sentence, analysis.language)
        return tuple(_mention(text, item) for item in judged)

    def score(self, mentions: Sequence[Mention], analysis: Analysis) -> tuple[float, tuple[str, ...]]:
        """(`defense_score` 0..1, topics strongest first) of the text whose mentions these are."""
        if self._last[:2] != (analysis.text, analysis.language):
            self.find(analysis)
        cues = self._last[2]
        score = defense_score(mentions, cues, max(len(analysis.tokens), 1), self._weights)
        names = sorted(
            (m.start, m.end) for m in mentions if m.kind == "defense" and m.label != "TERM"
        )  # the `Strike` of a missile
        said = [cue for cue in cues if cue.section not in TOPICS or not _is_inside(cue, names)]
        return score, topics_of(said, score, self._weights)

    def deals(self, mentions: Sequence[Mention], analysis: Analysis) -> tuple[Deal, ...]:
        """Deals stated in single sentences; `mentions` are those of both kinds."""
        return find_deals(mentions, analysis)

    def _candidates(self, text: Text) -> tuple[list[Match], list[Cue], list[Match], list[tuple[int, int]]]:
        """(names, cues, countries, homonyms): names grown to their whole span, without those inside a homonym."""
        names: list[Match] = []
        places: list[Match] = []
        cues = self._everyday.cues(text.atoms) if text.language == "en" else self._prefixes.cues(text.text)
        swallowed: list[tuple[int, int]] = []
        for match in self._matcher.matches(text):
            grown = extend(text, match)
            if grown is None:
                continue
            if grown.form.entity.label == "NOT":
                swallowed.append((grown.start, grown.end))
            elif grown.form.entity.id.startswith(CUE_ID):
                cue = cue_of(grown)
                if text.language != "en" or cue.phrase.isascii():  # `defence` is not the French `défense`
                    cues.append(cue)
            elif grown.form.entity.label == "PLACE":
                places.append(grown)
            else:
                names.append(grown)
        names = [m for m in join(text, names) if m.joined or not m.form.companion] + self._patterns.matches(text)
        if swallowed:
            swallowed.sort()
            ends = list(itertools.accumulate((end for _, end in swallowed), max))  # the furthest end so far
            before = [bisect_right(swallowed, m.start, key=lambda span: span[0]) for m in names]
            names = [m for m, n in zip(names, before, strict=True) if not n or ends[n - 1] < m.end]
        return names, cues, places, swallowed


def _is_inside(cue: Cue, spans: Sequence[tuple[int, int]]) -> bool:
    """Whether one of the sorted `spans` holds the cue."""
    at = bisect_right(spans, cue.start, key=lambda span: span[0]) - 1
    return at >= 0 and cue.end <= spans[at][1]


def _mention(text: Text, judged: Judged) -> Mention:
    match = judged.match
    entity = match.form.entity
    bare = match.form.alias.text
    acronym = bare.isupper() and bare.isalpha() and len(bare) <= 6
    return Mention(
        kind="defense",
        label=entity.label,
        text=text.text[match.start : match.end],
        start=match.start,
        end=match.end,
        entity_id=entity.id,
        name=entity.name or match.form.alias.text,
        category=entity.category,
        iso3=entity.iso3,
        score=round(judged.score, 3),
        method="designator" if match.variant or match.form.designator else "acronym" if acronym else "lexicon",
        variant=match.variant or _listed_variant(match),
        runner_up=judged.runner_up,
    )


def _listed_variant(match: Match) -> str:
    """A listed form that goes on where the family's own designator ends (`T-90M Proryv` of T-90) is a variant too."""
    form = match.form
    written = form.alias.text
    for other in form.entity.aliases if form.designator else ():
        rest = written.removeprefix(other.text)
        if rest and rest != written and other.text[-1].isdigit() and (rest[0].isalpha() or rest[0] in "-/"):
            return written
    return ""
