"""Names that persons, clubs, firms and things bear are no places; the place itself beside them is."""

import pytest

from transforms.tag.geo.tagger import GeoTagger
from transforms.tag.ner import analyse


@pytest.fixture(scope="module")
def tagger() -> GeoTagger:
    return GeoTagger()


def _found(tagger: GeoTagger, text: str, language: str = "en") -> list[str]:
    analysis = next(iter(analyse([("", text)], language)))
    return [f"{m.text}/{m.label}" for m in tagger.find(analysis)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Kevin Ireland flew from Dublin to Ireland.", ["Dublin/CITY", "Ireland/COUNTRY"]),
        ("Sydney Sweeney's film opened in Sydney.", ["Sydney/CITY"]),
        ("Liverpool beat Chelsea 2-1 in the league, the coach said in Berlin.", ["Berlin/CITY"]),
        ("Germany beat France 2-1 in the cup.", ["Germany/COUNTRY", "France/COUNTRY"]),
        ("The clothing maker Patagonia sued a rival in Chile.", ["Chile/COUNTRY"]),
        ("He ate chicken Kiev in Kyiv.", ["Kyiv/CITY"]),
        ("Two cases of Marburg virus were found in Rwanda.", ["Rwanda/COUNTRY"]),
        ("Divers reached the wreck of the Estonia, the ferry that sank off Finland.", ["Finland/COUNTRY"]),
        ("The Duke of Sussex left Canada.", ["Canada/COUNTRY"]),
        ("A silver Hyundai Tucson was found in Poland.", ["Poland/COUNTRY"]),
    ],
)
def test_borrowed_names(tagger: GeoTagger, text: str, expected: list[str]) -> None:
    assert _found(tagger, text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Beijing sanctioned three firms.", ["Beijing/METONYM"]),
        ("Cairo and Doha are pressing both sides.", ["Cairo/METONYM", "Doha/METONYM"]),
        ("Somalia protested to Addis Ababa.", ["Somalia/COUNTRY", "Addis Ababa/METONYM"]),
        ("The train to Canberra was late.", ["Canberra/CITY"]),
        ("Russia claims the Zaporizhzhia and Kherson regions.", ["Russia/COUNTRY", "Zaporizhzhia/ADMIN", "Kherson/ADMIN"]),
        ("Gunmen from Niger crossed into Niger State.", ["Niger/COUNTRY", "Niger State/ADMIN"]),
    ],
)
def test_capitals_and_regions(tagger: GeoTagger, text: str, expected: list[str]) -> None:
    assert _found(tagger, text) == expected


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("ru", "Москва обвинила Киев. В Москве тихо.", ["Москва/METONYM", "Киев/CITY", "Москве/CITY"]),
        ("ru", "«Динамо» Киев сыграло вничью.", []),
        ("es", "Pekín rechazó la propuesta. El acta se tradujo al inglés.", ["Pekín/METONYM"]),
        ("fr", "France Gall chante en allemand avec un berger allemand.", []),
        ("pl", "Legia Warszawa wygrała w Radomiu.", ["Radomiu/CITY"]),
        ("de", "Die Deutsche Bank eröffnet in Rostock.", ["Rostock/CITY"]),
        ("tr", "Mısır fiyatları arttı.", []),
        ("zh", "北京警告东京。巴黎圣日耳曼获胜。", ["北京/METONYM", "东京/CITY"]),
        ("ko", "베이징은 이를 비난했다.", ["베이징/METONYM"]),
        ("ar", "اتهمت طهران واشنطن بالتصعيد.", ["طهران/METONYM", "واشنطن/CITY"]),
    ],
)
def test_other_languages(tagger: GeoTagger, language: str, text: str, expected: list[str]) -> None:
    assert _found(tagger, text, language) == expected
