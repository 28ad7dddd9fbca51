"""Text -> Tags: the model's entities, then defense mentions, then places, then what they say of the article as a whole."""

import dataclasses
import functools
import re
from collections.abc import Sequence

from schemas.records import Article, Mention, Tags
from transforms.tag.analysis import Analysis
from transforms.tag.defense.score import with_deals
from transforms.tag.defense.tagger import DefenseTagger
from transforms.tag.geo.tagger import GeoTagger
from transforms.tag.ner import analyse, load_model

_SURROGATE = re.compile("[\ud800-\udfff]")  # half a character, which the model cannot take
MAX_CHARS = 100_000  # of a text that are tagged: 17,000 words; what is longer is a data dump, or made to be slow

# A place inside one of these names is part of the name: no mention of its own (spans.md). The country in an agency's name is one.
_CLOSED_NAMES = frozenset({"COMPANY", "PLATFORM", "PROGRAM", "THINK_TANK"})


class Tagger:
    """Both taggers and their data. Build once a process (about 2 s, 400 MB); `tag` is then a pure function of its arguments."""

    def __init__(self) -> None:
        self._defense = DefenseTagger()
        self._geo = GeoTagger()

    @property
    def lexicon_version(self) -> str:
        """Content hash of the lexicon in use."""
        return self._defense.lexicon_version

    def tag(self, text: str, *, title: str = "", language: str = "en") -> Tags:
        """Tags of `text`, in `language` (ISO 639-1). The title is context: it counts, but only mentions in `text` are listed.

        Of a text longer than `MAX_CHARS` code points only the beginning is tagged.
        """
        whole = (_SURROGATE.sub("\ufffd", title[:1000]), _SURROGATE.sub("\ufffd", text[:MAX_CHARS]))
        analysis = next(iter(analyse([whole], language)))
        found = self._defense.find(analysis)
        defense = tuple(m for m in found if not self._geo.goes_on(analysis.text, m.start, m.end))
        vetoes = [(mention.start, mention.end) for mention in defense if mention.label in _CLOSED_NAMES]
        geo = self._geo.find(analysis, vetoes)
        countries = self._geo.countries(geo, analysis)
        mentions = sorted((*defense, *geo), key=lambda mention: (mention.start, mention.end))
        defense_score, topics = self._defense.score(defense, analysis)
        deals = self._defense.deals(mentions, analysis)
        return Tags(
            mentions=_body_mentions(mentions, analysis),
            countries=countries,
            focus_iso3=self._geo.focus_country(geo, analysis),
            defense_score=defense_score,
            topics=with_deals(topics, deals),
            deals=tuple(
                dataclasses.replace(deal, start=deal.start - analysis.body_start, end=deal.end - analysis.body_start)
                for deal in deals
                if deal.start >= analysis.body_start
            ),
            language=language,
            model=load_model(language).name,
            lexicon_version=self.lexicon_version,
        )


def _body_mentions(mentions: Sequence[Mention], analysis: Analysis) -> tuple[Mention, ...]:
    shift = analysis.body_start
    if not shift:
        return tuple(mentions)
    return tuple(
        dataclasses.replace(mention, start=mention.start - shift, end=mention.end - shift)
        for mention in mentions
        if mention.start >= shift
    )


@functools.cache
def shared_tagger() -> Tagger:
    """This process's tagger."""
    return Tagger()


def prepare() -> None:
    """Load the English model and all data, so that the first article does not wait for them."""
    load_model("en")
    shared_tagger()


def tag_article(article: Article) -> Article:
    """`article` with its tags."""
    tags = shared_tagger().tag(article.text, title=article.title, language=article.language or "xx")
    return dataclasses.replace(article, tags=tags)
