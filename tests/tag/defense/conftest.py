"""A tiny lexicon and a plain analysis, so that rules are tested apart from the real lexicon and from any language model."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from schemas.records import Mention
from transforms.tag.analysis import Analysis, NerSpan
from transforms.tag.defense.lexicon import read_lexicon
from transforms.tag.defense.tagger import DefenseTagger

PLATFORMS = """# label: PLATFORM
su-25 | Su-25 | Frogfoot {cue}; Грач {near}; Су-25 | RUS | aircraft | sukhoi |  | mod
f-16 | F-16 | F-16 Fighting Falcon; Fighting Falcon | USA | aircraft | lockheed-martin |  | usdod
c-130 | C-130 Hercules | C-130; Hercules {word:transport,aircraft} | USA | aircraft | lockheed-martin |  | usdod
m1-abrams | M1 Abrams | M1A2; Abrams {word:tank}; M1 {word:tank} | USA | armor |  |  | usdod
t-90 | T-90 | T-90M Proryv | RUS | armor |  |  | mod
leopard-2 | Leopard 2 | Leopard {word:tank not:zoo} | DEU | armor |  |  | maker
patriot | Patriot | MIM-104; PAC-3 {cue} | USA | air_defense | raytheon | near | usdod
boxer | Boxer |  | DEU | armor | artec | maker | maker
iskander | Iskander | 9K720; 9M723; Искандер | RUS | missile |  |  | mod
an-tpy-2 | AN/TPY-2 |  | USA | sensor_ew | raytheon |  | usdod
type-055 | Type 055 | 055型驱逐舰 | CHN | naval |  |  | mod
k2 | K2 Black Panther | K2 {cue}; K2 전차; 흑표 | KOR | armor |  |  | maker
155mm-ammunition | 155 mm ammunition |  |  | munition |  |  | mod
bayraktar-tb2 | Bayraktar TB2 | TB2 {-} | TUR | uav | baykar |  | maker
"""
COMPANIES = """# label: COMPANY
lockheed-martin | Lockheed Martin | Lockheed {cue} | USA |  |  |  | sipri
sukhoi | Sukhoi | Сухой {near} | RUS |  |  |  | maker
raytheon | Raytheon |  | USA |  |  |  | sipri
artec | ARTEC | ARTEC GmbH | DEU |  |  |  | maker
kamaz | KAMAZ | КАМАЗ | RUS |  |  |  | register
maz | Minsk Automobile Plant | MAZ {cue}; Минский автомобильный завод | BLR |  |  |  | register
baykar | Baykar |  | TUR |  |  |  | maker
rostec | Rostec | Ростех | RUS |  |  |  | register
heckler-koch | Heckler & Koch | H&K {cue} | DEU |  |  |  | maker
hanwha-ocean | Hanwha Ocean | 한화오션 | KOR |  |  |  | maker
"""
OTHERS = """# label: TERM
dib | defense industrial base | DIB {cue} |  |  |  |  | mod
licensed-production | licensed production |  |  |  |  |  | press
# label: THINK_TANK
isw | Institute for the Study of War | ISW | USA |  |  |  | press
"""


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> DefenseTagger:
    folder: Path = tmp_path_factory.mktemp("lexicon")
    for name, lines in (("companies.txt", COMPANIES), ("others.txt", OTHERS), ("platforms.txt", PLATFORMS)):
        (folder / name).write_text(lines, encoding="utf-8")
    return DefenseTagger(read_lexicon(folder))


def plain_analysis(text: str, language: str = "en", ents: tuple[NerSpan, ...] = ()) -> Analysis:
    """Sentences end at `. `; there is no model."""
    ends = [m.end() for m in re.finditer(r"[.!?。](?:\s|$)|$", text)]
    starts = [0, *ends[:-1]]
    sentences = tuple((s, e) for s, e in zip(starts, ends, strict=True) if e > s)
    return Analysis(text, 0, language, (), sentences, ents)


@pytest.fixture
def found(tiny: DefenseTagger) -> Callable[..., list[tuple[str, str, str]]]:
    """text -> [(span, entity id, variant)]."""

    def find(text: str, language: str = "en", ents: tuple[NerSpan, ...] = ()) -> list[tuple[str, str, str]]:
        mentions: tuple[Mention, ...] = tiny.find(plain_analysis(text, language, ents))
        assert all(text[m.start : m.end] == m.text for m in mentions)
        return [(m.text, m.entity_id, m.variant) for m in mentions]

    return find
