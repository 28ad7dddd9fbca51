from collections.abc import Callable

import pytest

from schemas.records import Mention
from transforms.tag.analysis import Analysis, NerSpan
from transforms.tag.geo.tagger import GeoTagger
from transforms.tag.ner import analyse


@pytest.fixture(scope="session")
def tagger() -> GeoTagger:
    return GeoTagger()


@pytest.fixture(scope="session")
def tag(tagger: GeoTagger) -> Callable[..., dict[str, Mention]]:
    """Text (and language) -> its mentions by surface, through the model; a surface that repeats keeps its last mention."""

    def tag(text: str, language: str = "en", title: str = "") -> dict[str, Mention]:
        return {m.text: m for m in tagger.find(next(analyse([(title, text)], language)))}

    return tag


def plain(text: str, ents: tuple[NerSpan, ...] = (), language: str = "en") -> Analysis:
    """An analysis as the model would give it, written by hand: one sentence, no tokens."""
    return Analysis(text, 0, language, (), ((0, len(text)),) if text else (), ents)
