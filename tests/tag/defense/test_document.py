"""What concerns a whole document: patterns, whose ministry it is, the score and its topics, offsets on any text."""

import itertools
from collections.abc import Callable

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tag.defense.conftest import plain_analysis
from transforms.tag.defense.cues import Cue, read_cues
from transforms.tag.defense.lexicon import read_lexicon
from transforms.tag.defense.score import defense_score, read_weights, topics_of
from transforms.tag.defense.tagger import DefenseTagger

Find = Callable[..., list[tuple[str, str, str]]]


def test_calibres_ships_and_electronics_need_no_list(tiny: DefenseTagger) -> None:
    text = "HMS Glasgow (F88) and USS Gerald R. Ford carry 120mm mortar rounds and the AN/ABC-99(V)2."
    mentions = tiny.find(plain_analysis(text))
    assert [(m.text, m.category, m.iso3) for m in mentions] == [
        ("HMS Glasgow", "naval", "GBR"),
        ("USS Gerald R. Ford", "naval", "USA"),
        ("120mm mortar rounds", "munition", ""),
        ("AN/ABC-99(V)2", "sensor_ew", "USA"),
    ]
    assert all(m.entity_id == "" and m.name for m in mentions)


def test_a_calibre_keeps_its_decimal_point() -> None:
    mentions = DefenseTagger().find(
        plain_analysis("The army bought 12.7mm ammunition, 127mm shells, 6.8mm rounds and 68mm rockets.")
    )
    assert [m.name for m in mentions] == ["12.7mm cartridge", "127mm round", "6.8mm cartridge", "68mm rocket"]


def test_a_word_that_opens_a_sentence_is_no_acronym() -> None:
    text = "Extra Su-25s may follow. Pulse rates fell. The EXTRA rocket of Elbit is longer ranged."
    assert [m.text for m in DefenseTagger().find(plain_analysis(text))] == ["Su-25s", "EXTRA", "Elbit"]


def test_a_bare_ministry_is_that_of_the_country_spoken_of() -> None:
    real = DefenseTagger()
    text = "Poland's Ministry of National Defence ordered F-16 jets. The Navy of Peru watched."
    found = {m.text: m.iso3 for m in real.find(plain_analysis(text)) if m.label == "AGENCY"}
    assert found["Ministry of National Defence"] == "POL"
    assert real.lexicon_version == read_lexicon().version


def test_score_grows_with_names_and_falls_with_length_and_civil_words(tiny: DefenseTagger) -> None:
    weights = read_weights()
    mentions = tiny.find(plain_analysis("The Su-25 and the F-16 met."))
    strong, civil = Cue("strong", "missile", 0, 7), Cue("civil", "zoo", 0, 3)
    base = defense_score(mentions, [], 50, weights)
    assert defense_score(mentions, [strong], 50, weights) > base > defense_score(mentions, [civil], 50, weights)
    assert base > defense_score(mentions, [], 800, weights)
    assert defense_score((), [], 50, weights) < 0.1


def test_topics_are_those_spoken_of_most_and_none_off_the_subject() -> None:
    weights = read_weights()
    cues = [Cue("export", "export", 0, 6, 2), Cue("export", "customer", 9, 17), Cue("policy", "bill", 20, 24)]
    assert topics_of(cues, 0.9, weights) == ("export",)
    assert topics_of(cues, 0.1, weights) == ()


def test_the_title_counts_and_is_listed(tiny: DefenseTagger) -> None:
    text = "Minsk builds Su-25\nThe Leopard tank came."
    assert [m.text for m in tiny.find(plain_analysis(text))] == ["Su-25", "Leopard"]


def test_cue_words_are_read() -> None:
    ids = {entity.id for entity in read_cues()}
    assert {"cue:strong", "cue:weak", "cue:civil", "cue:homonym", "cue:export:2"} <= ids


_NAMES = [
    "Su-25",
    "F-16V",
    "Block 70/72",
    "Leopard",
    "tank",
    "Ростеха",
    "055型驱逐舰",
    "한화오션은",
    "M1A2",
    "AN/TPY-2",
    "155 mm",
]
_PIECES = st.sampled_from([*_NAMES, "s", "-", "/", " ", "(V)", "é", "ı", "\u0301", "\n", "."])


@settings(max_examples=150, deadline=None)
@given(st.lists(st.one_of(_PIECES, st.text(max_size=3)), max_size=14), st.sampled_from(["en", "ru", "pl", "tr", "zh", "ar", ""]))
def test_offsets_hold_on_any_text(tiny: DefenseTagger, pieces: list[str], language: str) -> None:
    text = " ".join(pieces)
    mentions = tiny.find(plain_analysis(text, language))
    assert all(text[m.start : m.end] == m.text and m.text.strip() == m.text for m in mentions)
    assert all(left.end <= right.start for left, right in itertools.pairwise(mentions))
