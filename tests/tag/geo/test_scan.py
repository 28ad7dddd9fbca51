import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tag.geo.conftest import plain
from transforms.tag.analysis import NerSpan
from transforms.tag.geo.cues import load_cues
from transforms.tag.geo.gazetteer import load_gazetteer
from transforms.tag.geo.lexicon import load_lexicon
from transforms.tag.geo.scan import Candidate, candidates_of, words_of


def scan(text: str, ents: tuple[NerSpan, ...] = ()) -> list[Candidate]:
    return candidates_of(plain(text, ents), words_of(text), load_lexicon(), load_gazetteer(), load_cues())


def surfaces(text: str, ents: tuple[NerSpan, ...] = ()) -> set[str]:
    return {text[c.start : c.end] for c in scan(text, ents)}


def test_words_leave_possessives_out() -> None:
    words = words_of("Kyiv's St. John’s U.S.-led 42nd Xi'an")
    assert [w.text for w in words] == ["Kyiv", "St", "John", "U.S.", "led", "42nd", "Xi'an"]
    assert (words[0].end, words[0].stop) == (4, 6)
    assert [w.capital for w in words] == [True, True, True, True, False, True, True]


@pytest.mark.parametrize(
    ("text", "surface"),
    [
        ("troops in the Democratic People's Republic of Korea", "Democratic People's Republic of Korea"),
        ("the People’s Republic of China", "People’s Republic of China"),
        ("a U.S.-led force", "U.S."),
        ("in St. John's on Friday", "St. John's"),
        ("near Frankfurt am Main", "Frankfurt am Main"),
        ("in Fairbanks, Alaska", "Alaska"),
        ("of Charleston, W.Va.", "W.Va."),
        ("of Dallas, TX 75001", "TX"),
        ("on Broad Street", "Broad Street"),
        ("at 14th St. on", "14th St."),
        ("over Lake Bistineau", "Lake Bistineau"),
        ("KYIV, Ukraine", "KYIV"),
        ("an Iranian drone", "Iranian"),
    ],
)
def test_finds(text: str, surface: str) -> None:
    assert surface in surfaces(text)


@pytest.mark.parametrize(
    ("text", "surface"),
    [
        ("give us time", "us"),
        ("a nice day", "nice"),
        ("tell OK people", "OK"),
        ("Kyiv's Podil", "Kyiv's Podil"),
        ("Lviv\nOblast", "Lviv\nOblast"),
    ],
)
def test_leaves_alone(text: str, surface: str) -> None:
    assert surface not in surfaces(text)


def test_the_models_places_lose_article_quote_and_possessive() -> None:
    text = "They left the “Gorno-Xyz”’s"
    assert "Gorno-Xyz" in surfaces(text, (NerSpan(10, 25, "GPE"),))


def test_counties_in_a_list_are_counties() -> None:
    text = "storms in Harper and Kingman counties"
    g = load_gazetteer()
    places = {text[c.start : c.end]: g.place[c.lo : c.hi].tolist() for c in reversed(scan(text)) if c.hi}
    assert {str(g.names[row]) for row in places["Kingman"]} == {"Kingman County"}
    assert {str(g.names[row]) for row in places["Harper"]} == {"Harper County"}


@given(st.text(max_size=200))
def test_candidates_lie_in_the_text(text: str) -> None:
    words = words_of(text)
    for c in scan(text):
        assert 0 <= c.start < c.end <= len(text)
        assert 0 <= c.first < c.last <= len(words)
        assert words[c.first].start <= c.start and c.end <= words[c.last - 1].stop + 1
