from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.records import Mention
from tests.tag.geo.conftest import plain
from transforms.tag.analysis import Analysis, NerSpan
from transforms.tag.geo.lexicon import load_lexicon
from transforms.tag.geo.tagger import GeoTagger
from transforms.tag.ner import analyse

Tag = Callable[..., dict[str, Mention]]


def test_an_article(tag: Tag) -> None:
    found = tag(
        "Russian President Vladimir Putin met his Belarusian counterpart outside Moscow. The Kremlin said Minsk would build parts. "
        "NATO allies watched from Ukraine.",
        title="Belarus moves closer",
    )
    assert {s: (m.label, m.iso3, m.entity_id) for s, m in found.items()} == {
        "Belarus": ("COUNTRY", "BLR", "country:BLR"),
        "Russian": ("NATIONALITY", "RUS", "country:RUS"),
        "Belarusian": ("NATIONALITY", "BLR", "country:BLR"),
        "Moscow": ("CITY", "RUS", "geonames:524901"),
        "Kremlin": ("METONYM", "RUS", "metonym:kremlin"),
        "Minsk": ("CITY", "BLR", "geonames:625144"),
        "NATO": ("ALLIANCE", "", "alliance:nato"),
        "Ukraine": ("COUNTRY", "UKR", "country:UKR"),
    }
    assert {m.method for m in found.values()} == {"name", "demonym", "gazetteer", "metonym", "alliance"}
    assert all(0.5 <= m.score <= 1 and m.kind == "geo" for m in found.values())


@pytest.mark.parametrize(
    ("text", "surface", "iso3", "entity"),
    [
        ("A fire in Paris, Texas, destroyed two homes in Lamar County.", "Paris", "USA", "geonames:4717560"),
        ("The minister flew to Paris to meet French officials.", "Paris", "FRA", "geonames:2988507"),
        ("Police in London, Ontario, arrested a man.", "London", "CAN", "geonames:6058560"),
        ("The plant in Marietta, Georgia, builds wings.", "Georgia", "USA", "admin:US-GA"),
        ("Georgia borders Russia and Armenia, and its capital is Tbilisi.", "Georgia", "GEO", "country:GEO"),
        ("Shells fell on Donetsk oblast, Ukraine.", "Donetsk", "UKR", "geonames:709716"),
        ("The base is near Tucson, Ariz., officials said.", "Ariz.", "USA", "admin:US-AZ"),
        ("Troops entered Crimea and the Donbas.", "Crimea", "UKR", "admin:UA-43"),
        ("The ship crossed the Black Sea on Monday.", "Black Sea", "", "region:black-sea"),
        ("Taiwan's defence ministry reported aircraft.", "Taiwan", "TWN", "country:TWN"),
    ],
)
def test_resolves(tag: Tag, text: str, surface: str, iso3: str, entity: str) -> None:
    assert (tag(text)[surface].iso3, tag(text)[surface].entity_id) == (iso3, entity)


@pytest.mark.parametrize(
    ("text", "surface", "label"),
    [
        ("Beijing accused Washington of interference.", "Beijing", "METONYM"),
        ("Beijing accused Washington of interference.", "Washington", "METONYM"),
        ("Officials met in Beijing on Tuesday with Chinese generals.", "Beijing", "CITY"),
        ("Moscow's invasion of Ukraine continues.", "Moscow", "METONYM"),
        ("He was born in Moscow in 1961.", "Moscow", "CITY"),
        ("WARSAW, March 3 - Poland signed the deal.", "WARSAW", "CITY"),
        ("Fighters from the Moscow-backed militia left Ukraine.", "Moscow", "METONYM"),
    ],
)
def test_capitals_act_or_are_places(tag: Tag, text: str, surface: str, label: str) -> None:
    assert tag(text)[surface].label == label


def test_brussels_as_the_union_has_no_country(tag: Tag) -> None:
    mention = tag("Brussels said it would impose tariffs on China.")["Brussels"]
    assert (mention.label, mention.entity_id, mention.iso3) == ("METONYM", "alliance:eu", "")


def test_one_sense_in_a_text(tag: Tag, tagger: GeoTagger) -> None:
    text = "A Paris man was charged Friday. Deputies in Lamar County, Texas, said he left Paris, Texas, by car. Paris police found him."
    found = tagger.find(next(analyse([("", text)], "en")))
    assert {m.geonames_id for m in found if m.text == "Paris"} == {4717560}


def test_runner_up_is_kept(tag: Tag) -> None:
    assert tag("The minister flew to Paris to meet French officials.")["Paris"].runner_up.startswith("geonames:")


def test_spans_vetoed_by_the_caller_hold_no_place(tagger: GeoTagger) -> None:
    text = "Workers at Kongsberg Defence in Norway"
    analysis = next(analyse([("", text)], "en"))
    start = text.index("Kongsberg")
    assert [m.text for m in tagger.find(analysis, [(start, start + len("Kongsberg Defence"))])] == ["Norway"]


def test_offsets_are_code_points(tagger: GeoTagger) -> None:
    analysis = next(analyse([("🚀 Zürich 🛰️", "𝔘nit left Kyiv — for Łódź, Poland.")], "en"))
    mentions = tagger.find(analysis)
    assert all(analysis.text[m.start : m.end] == m.text for m in mentions)
    assert {"Kyiv", "Poland"} <= {m.text for m in mentions}


def test_a_feature_takes_the_place_of_its_town(tag: Tag) -> None:
    mention = tag("The parade closed Kamenné Square in Bratislava, Slovakia.").get("Kamenné Square")
    assert mention is not None
    assert (mention.label, mention.iso3, mention.method) == ("PLACE", "SVK", "context")


@pytest.mark.parametrize("text", ["", " ", "\n\n", ".", "'s", "St.", "of the and"])
def test_texts_without_places(tagger: GeoTagger, text: str) -> None:
    assert tagger.find(plain(text)) == ()
    assert tagger.countries((), plain(text)) == ()
    assert tagger.focus_country((), plain(text)) == ""


def test_a_language_not_served_gets_only_what_has_one_meaning(tagger: GeoTagger) -> None:
    text = "Roma: waziri atembelea Iran na Vietnam, Georgia na Nice"
    assert [m.text for m in tagger.find(plain(text, language="sw"))] == ["Iran", "Vietnam"]


def test_a_very_long_list_of_places(tagger: GeoTagger) -> None:
    text = ". ".join(["He went from Springfield, Illinois, to Odesa, Ukraine, and Lima, Peru"] * 400)
    mentions = tagger.find(plain(text))
    assert {"UKR", "PER", "USA"} == {m.iso3 for m in mentions}
    assert len(mentions) >= 400 * 4


_WORDS = st.sampled_from(
    [
        "Paris",
        "in",
        "Texas",
        ",",
        "US",
        "Kyiv's",
        "St.",
        "John's",
        "the",
        "Lake",
        "Street",
        "Mr.",
        "of",
        "Georgia",
        "\n",
        "’s",
        "-",
        "Fla.",
    ]
)


@settings(deadline=None, max_examples=60)
@given(
    st.one_of(st.lists(_WORDS, max_size=30).map(" ".join), st.text(max_size=120)),
    st.sampled_from(["en", "ru", "zh", "ar", "tr", "ko", "fa", "it", ""]),
)
def test_mentions_are_well_formed(text: str, language: str) -> None:
    ents = (NerSpan(0, min(5, len(text)), "GPE"),) if text.strip() else ()
    analysis = Analysis(text, 0, language, (), ((0, len(text)),) if text else (), ents)
    tagger = GeoTagger()
    mentions = tagger.find(analysis)
    countries = load_lexicon().countries
    last = 0
    for m in mentions:
        assert last <= m.start < m.end <= len(text)
        last = m.end
        assert m.text == text[m.start : m.end]
        assert not m.iso3 or m.iso3 in countries
        assert 0 <= m.score <= 1
    assert abs(sum(c.salience for c in tagger.countries(mentions, analysis)) - (1 if any(m.iso3 for m in mentions) else 0)) < 1e-9
