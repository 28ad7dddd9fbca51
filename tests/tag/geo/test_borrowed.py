"""Names that persons, clubs, firms and things bear are no places; the place itself beside them is."""

import sys

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
        ("Minister Helen Holland resigned. Holland, 54, lives in Leeds.", ["Leeds/CITY"]),
        ("Minister Helen Holland flew to Holland.", ["Holland/COUNTRY"]),
        ('Rights to "Emily in Paris" were sold in Berlin.', ["Berlin/CITY"]),
        ("The last episode of Fargo was seen in Norway.", ["Norway/COUNTRY"]),
        ("Ohio State has suspended a club in Ohio.", ["Ohio/ADMIN"]),
        ("The vet said a Labrador that size needs Spain.", ["Spain/COUNTRY"]),
        ("A Paris court fined a Toronto-based firm.", ["Paris/CITY", "Toronto/CITY"]),
        ("The report was set in Georgia, a typeface no lawyer in Kenya likes.", ["Kenya/COUNTRY"]),
        ("Customers of Santander in Spain were locked out.", ["Spain/COUNTRY"]),
        ("Mumbai Indians won the toss in Kandy.", ["Kandy/CITY"]),
        ("Many Turks and most Greenlanders stayed in Oslo.", ["Turks/NATIONALITY", "Greenlanders/NATIONALITY", "Oslo/CITY"]),
        ("Bulgaria shopped. Sofia signed for 183 vehicles.", ["Bulgaria/COUNTRY", "Sofia/METONYM"]),
        ("The fleet that Admiral Togo led was off Togo.", ["Togo/COUNTRY"]),
        ("“Russia and China,” he said, “are partners.”", ["Russia/COUNTRY", "China/COUNTRY"]),
        ("A Huntsville, Alabama-based company left a Kharkiv in ruins.", ["Huntsville/CITY", "Alabama/ADMIN", "Kharkiv/CITY"]),
        ("In Istanbul Syrians queued for passports.", ["Istanbul/CITY", "Syrians/NATIONALITY"]),
        ("A single Kyiv hospital treated 300 people.", ["Kyiv/CITY"]),
        ("The team left for Zaporizhzhia; the goal is peace, the captain said.", ["Zaporizhzhia/CITY"]),
        ("In San Jose California sued; California won.", ["San Jose/CITY", "California/ADMIN"]),
        ("Ohio State police said a man was shot.", ["Ohio/ADMIN"]),
        ("The ship Iran seized in April sank.", ["Iran/COUNTRY"]),
        ("It went by lorry to Dar es Salaam.", ["Dar es Salaam/CITY"]),
        ("They speak 18 languages; Somali and Greek workers came.", ["Somali/NATIONALITY", "Greek/NATIONALITY"]),
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
        ("Rome raised its planned fleet from 90 to 115.", ["Rome/METONYM"]),
        ("New frigate\nNorway signed a contract.", ["Norway/COUNTRY"]),
        (
            "Nammo in Norway and Finland and BAE Systems in the United Kingdom grow.",
            ["Norway/COUNTRY", "Finland/COUNTRY", "United Kingdom/COUNTRY"],
        ),
        ("The Amur leopard had cubs.", []),
        ("Curators in Ohio said the company had lent it.", ["Ohio/ADMIN"]),
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


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("de", "Der Schauspieler Jochen Wien lebt in Wien.", ["Wien/CITY"]),
        ("pl", "Trener Marek Niemiec przegrał.", []),
        ("fr", "Les pilotes d'Air France ont voté.", []),
        ("de", "Die Hamburg Commercial Bank verdient in Bremen.", ["Bremen/CITY"]),
        ("zh", "记者马里奥·费尔南德斯感谢家人。", []),
        ("es", "El río Indio crece en España.", ["España/COUNTRY"]),
        ("es", "El Santander ganó más.", []),
        ("uk", "На межі Миколаївської та Херсонської областей.", ["Миколаївської/ADMIN", "Херсонської/ADMIN"]),
        ("uk", "Обстріляно Запорізьку та Дніпропетровську області.", ["Запорізьку/ADMIN", "Дніпропетровську/ADMIN"]),
        ("ru", "В Краснодарском крае и Оренбургской области.", ["Краснодарском/ADMIN", "Оренбургской/ADMIN"]),
        ("pl", "w województwie opolskim", ["opolskim/ADMIN"]),
        ("ru", "Танки делают в Нижнем Тагиле.", ["Нижнем Тагиле/CITY"]),
        ("ru", "Завод в Комсомольске-на-Амуре и в Сибири.", ["Комсомольске-на-Амуре/CITY", "Сибири/REGION"]),
        ("de", "Sachsen-Anhalt hält den Alarm aufrecht.", ["Sachsen-Anhalt/ADMIN"]),
        ("fr", "Le Canada et l'Ontario.", ["Canada/COUNTRY", "Ontario/ADMIN"]),
        ("zh", "新华社中国·上海电。英国凯尔·斯塔默首相说。", ["中国/COUNTRY", "上海/CITY", "英国/COUNTRY"]),
        ("es", "La Embajada Rusa en Chile.", ["Rusa/NATIONALITY", "Chile/COUNTRY"]),
    ],
)
def test_borrowed_names_and_regions_elsewhere(tagger: GeoTagger, language: str, text: str, expected: list[str]) -> None:
    assert _found(tagger, text, language) == expected


def test_another_spelling_of_a_small_place_is_not_the_great_one(tagger: GeoTagger) -> None:
    analysis = next(
        iter(analyse([("", "Commissioners in Loudoun County, Virginia, named halls in Ohio and in Frankfurt.")], "en"))
    )
    assert {m.text: m.iso3 for m in tagger.find(analysis)}["Frankfurt"] == "DEU"


def test_regions_without_a_number_share_no_id(tagger: GeoTagger) -> None:
    analysis = next(iter(analyse([("", "Вінницька область чекає.")], "uk")))
    assert [(m.label, m.iso3, m.entity_id, m.geonames_id) for m in tagger.find(analysis)] == [("ADMIN", "UKR", "", None)]


def test_a_hyphen_goes_on_to_a_town(tagger: GeoTagger) -> None:
    assert tagger.goes_on("made in Ulan-Ude", 8, 12)
    assert not tagger.goes_on("a Leopard-Panzer", 2, 9)


def _calls(tagger: GeoTagger, text: str) -> int:
    analysis, calls = next(iter(analyse([("", text)], "en"))), 0

    def count(_frame: object, event: str, _arg: object) -> None:
        nonlocal calls
        calls += event.endswith("call")

    sys.setprofile(count)
    try:
        tagger.find(analysis)
    finally:
        sys.setprofile(None)
    return calls


@pytest.mark.parametrize("unit", ["Alpha Bravo Charlie Delta ", "St. St. St. "])
def test_a_page_of_capitals_costs_what_its_length_costs(tagger: GeoTagger, unit: str) -> None:
    once, twice = (_calls(tagger, unit * n) for n in (300, 600))
    assert twice < 2.5 * once


def test_marks_without_end_are_no_text() -> None:
    (analysis,) = analyse([("", "Paris " + "«" * 5000 + " Berlin")], "en")
    assert [analysis.text[start:end] for start, end in analysis.tokens] == ["Paris", "Berlin"]
