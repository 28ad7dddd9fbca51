from schemas.records import Mention
from tests.tag.geo.conftest import plain
from transforms.tag.analysis import Analysis
from transforms.tag.geo.lexicon import load_lexicon
from transforms.tag.geo.salience import count_countries, focus_of


def mention(iso3: str, start: int, label: str = "COUNTRY") -> Mention:
    return Mention("geo", label, iso3, start, start + 3, iso3=iso3, score=1.0)


def test_title_and_lead_weigh_more() -> None:
    analysis = Analysis("x" * 2000, 20, "en", (), (), ())
    counts = count_countries(
        [mention("UKR", 0), mention("POL", 100), mention("FRA", 1000), mention("FRA", 1100)], analysis, load_lexicon()
    )
    assert [(c.iso3, c.mentions) for c in counts] == [("UKR", 1), ("FRA", 2), ("POL", 1)]
    assert abs(sum(c.salience for c in counts) - 1) < 1e-9
    assert counts[0].name == "Ukraine"


def test_a_demonym_weighs_less_than_a_country() -> None:
    counts = count_countries([mention("UKR", 600, "NATIONALITY"), mention("POL", 700)], plain("x" * 2000), load_lexicon())
    assert [c.iso3 for c in counts] == ["POL", "UKR"]


def test_mentions_without_a_country_do_not_count() -> None:
    assert count_countries([mention("", 5)], plain("x" * 20), load_lexicon()) == ()


def test_focus_needs_a_lead() -> None:
    analysis, lexicon = plain("x" * 2000), load_lexicon()
    assert focus_of(count_countries([mention("UKR", 600), mention("POL", 700)], analysis, lexicon)) == ""
    assert focus_of(count_countries([mention("UKR", 600), mention("UKR", 650), mention("POL", 700)], analysis, lexicon)) == "UKR"
    assert focus_of(()) == ""
