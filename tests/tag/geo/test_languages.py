import pytest

from tests.tag.geo.conftest import plain
from transforms.tag.analysis import Analysis, NerSpan
from transforms.tag.geo.inflect import demonym_forms, place_forms
from transforms.tag.geo.tagger import GeoTagger


@pytest.mark.parametrize(
    ("name", "language", "forms"),
    [
        ("Россия", "ru", {"России", "Россию", "Россией"}),
        ("Украина", "ru", {"Украины", "Украине", "Украину", "Украиной"}),
        ("Южная Корея", "ru", {"Южной Кореи", "Южную Корею"}),
        ("Китай", "ru", {"Китая", "Китаю", "Китаем", "Китае"}),
        ("Україна", "uk", {"України", "Україні", "Україну", "Україною"}),
        ("Київ", "uk", {"Києва", "Києві", "Києвом", "Києву"}),
        ("Харків", "uk", {"Харкова", "Харкові", "Харковом"}),
        ("Америка", "uk", {"Америці", "Америки"}),
        ("Polska", "pl", {"Polski", "Polsce", "Polskę", "Polską"}),
        ("Kijów", "pl", {"Kijowa", "Kijowie", "Kijowem"}),
        ("Białoruś", "pl", {"Białorusi", "Białorusią"}),
        ("Russland", "de", {"Russlands"}),
    ],
)
def test_cases_of_places(name: str, language: str, forms: set[str]) -> None:
    assert forms | {name} <= place_forms(name, language)


@pytest.mark.parametrize(
    ("base", "language", "forms"),
    [
        ("российский", "ru", {"российского", "российская", "российские", "Российских"}),
        ("украинцы", "ru", {"украинцев", "украинец", "украинцами"}),
        ("український", "uk", {"українська", "українських", "Українські"}),
        ("українці", "uk", {"українців", "українець", "українцям"}),
        ("rosyjski", "pl", {"rosyjskie", "rosyjskich", "rosyjscy"}),
        ("Ukraińcy", "pl", {"Ukraińców", "Ukraińcom"}),
        ("russisch", "de", {"russische", "russischen", "russischer"}),
        ("ukrainien", "fr", {"ukrainienne", "ukrainiens", "ukrainiennes"}),
        ("français", "fr", {"française", "françaises"}),
        ("alemán", "es", {"alemanes", "alemana"}),
        ("ruso", "es", {"rusa", "rusos", "rusas"}),
    ],
)
def test_forms_of_demonyms(base: str, language: str, forms: set[str]) -> None:
    assert forms <= demonym_forms(base, language)


def test_a_german_demonym_without_ending_is_the_language() -> None:
    assert "russisch" not in demonym_forms("russisch", "de")


def test_a_model_of_the_language_adds_towns(tagger: GeoTagger) -> None:
    text = "Das Werk in Unterlüß liegt in Niedersachsen, Deutschland."
    start = text.index("Unterlüß")
    analysis = Analysis(text, 0, "de", (), ((0, len(text)),), (NerSpan(start, start + 8, "LOC"),))
    found = {m.text: m for m in tagger.find(analysis)}
    assert found["Unterlüß"].geonames_id == 2819117
    assert found["Deutschland"].entity_id == "country:DEU"


def test_a_persons_name_holds_no_place(tagger: GeoTagger) -> None:
    text = "Frau Anna Berlin sprach in Polen."
    analysis = Analysis(text, 0, "de", (), ((0, len(text)),), (NerSpan(5, 16, "PER"),))
    assert [m.text for m in tagger.find(analysis)] == ["Polen"]


def test_vetoes_hold_in_other_languages(tagger: GeoTagger) -> None:
    text = "Die Deutsche Bank in Polen"
    assert [m.text for m in tagger.find(plain(text, language="de"), [(4, 17)])] == ["Polen"]
