"""Spans, variants, gates and scripts on the tiny lexicon."""

from collections.abc import Callable

import pytest

from transforms.tag.analysis import NerSpan

Find = Callable[..., list[tuple[str, str, str]]]

SPANS = [
    ("Minsk will build Sukhoi Su-25 ground attack aircraft.", [("Sukhoi Su-25", "su-25", "")]),
    ("Extra Su-25s may not be crucial.", [("Su-25s", "su-25", "")]),
    ("Extra Su-25s may not be crucial to the war effort of the Kremlin.", [("Su-25s", "su-25", "")]),
    ("Four Su-25SM3 jets took off.", [("Su-25SM3", "su-25", "Su-25SM3")]),
    ("The Su 25 and the Su25 and the Su‑25.", [("Su 25", "su-25", ""), ("Su25", "su-25", ""), ("Su‑25", "su-25", "")]),
    ("Slovakia got the F-16V Block 70/72.", [("F-16V Block 70/72", "f-16", "F-16V Block 70/72")]),
    ("The F-16C/D Block 50 was offered.", [("F-16C/D Block 50", "f-16", "F-16C/D Block 50")]),
    ("An F-16 Fighting Falcon crashed.", [("F-16 Fighting Falcon", "f-16", "")]),
    ("The F-16-equipped wing left.", [("F-16", "f-16", "")]),
    ("The first M1A2 SEPv3 Abrams arrived.", [("M1A2 SEPv3 Abrams", "m1-abrams", "M1A2 SEPv3")]),
    ("The Lockheed Martin C-130J-30 flew.", [("Lockheed Martin", "lockheed-martin", ""), ("C-130J-30", "c-130", "C-130J-30")]),
    ("A T-90M Proryv was hit.", [("T-90M Proryv", "t-90", "T-90M Proryv")]),
    ("Norway ordered 54 Leopard 2A8 tanks.", [("Leopard 2A8", "leopard-2", "Leopard 2A8")]),
    ("Leopard 2s were seen.", [("Leopard 2s", "leopard-2", "")]),
    ("The 9M723 and the AN/TPY-2 radar.", [("9M723", "iskander", ""), ("AN/TPY-2", "an-tpy-2", "")]),
    ("Its Bayraktar TB2 drones and Baykar's plant.", [("Bayraktar TB2", "bayraktar-tb2", ""), ("Baykar", "baykar", "")]),
    ("Heckler and Koch sued.", [("Heckler and Koch", "heckler-koch", "")]),
    ("The Institute For The Study Of War (ISW) said.", [("Institute For The Study Of War", "isw", ""), ("ISW", "isw", "")]),
    (
        "Belarus' defence industrial base and defense industrial bases.",
        [("defence industrial base", "dib", ""), ("defense industrial bases", "dib", "")],
    ),
    ("Kamaz trucks and the Minsk automobile plant.", [("Kamaz", "kamaz", ""), ("Minsk automobile plant", "maz", "")]),
    ("The Su-257 does not exist, nor the KAMAZ7 or the F-16th.", []),
]  # fmt: skip


@pytest.mark.parametrize(("text", "want"), SPANS)
def test_spans(found: Find, text: str, want: list[tuple[str, str, str]]) -> None:
    assert found(text) == want


GATES = [
    ("Germany sent Leopard tanks.", ["leopard-2"]),
    ("The Leopard escaped from the zoo.", []),
    ("The leopard tanks on water.", []),
    ("A Patriot battery shot down a missile.", ["patriot"]),
    ("He called himself a Patriot.", []),
    ("The Patriot Act covers missile exports.", []),
    ("The Boxer barked.", []),
    ("ARTEC builds the Boxer.", ["artec", "boxer"]),
    ("A MAZ stood in the yard.", []),
    ("A MAZ carried the missile.", ["maz"]),
    ("Abrams spoke to voters.", []),
]


@pytest.mark.parametrize(("text", "want"), GATES)
def test_gates(found: Find, text: str, want: list[str]) -> None:
    assert [entity for _, entity, _ in found(text)] == want


def test_a_name_that_passed_carries_its_other_occurrences(found: Find) -> None:
    text = "A Patriot battery fired a missile. Each Patriot costs a billion."
    assert [entity for _, entity, _ in found(text)] == ["patriot", "patriot"]


def test_doubtful_names_do_not_prove_each_other(found: Find) -> None:
    assert found("The Patriot met the Boxer and Hercules.") == []


def test_a_longer_name_around_speaks_against(found: Find) -> None:
    text = "In the missile army film Golden Patriot won."
    assert found(text) == []
    ents = (NerSpan(0, 12, "PERSON"),)
    assert found("Mike Patriot was on a missile warship.", "en", ents) == []


SCRIPTS = [
    ("ru", "Истребители и Су-25СМ3 ударили.", [("Су-25СМ3", "su-25")]),
    ("ru", "Поставки Ростеха и Ростехом.", [("Ростеха", "rostec"), ("Ростехом", "rostec")]),
    ("uk", "Ракети Искандером.", [("Искандером", "iskander")]),
    ("ru", "На Минском автомобильном заводе.", [("Минском автомобильном заводе", "maz")]),
    ("zh", "中国海军055型驱逐舰下水。", [("055型驱逐舰", "type-055")]),
    ("ko", "한화오션은 잠수함을 수주했다.", [("한화오션", "hanwha-ocean")]),
    ("tr", "Baykar'ın TB2'leri.", [("Baykar", "baykar"), ("TB2", "bayraktar-tb2")]),
    ("pl", "Zakup Abramsów M1A2 oraz F-16V.", [("Abramsów M1A2", "m1-abrams"), ("F-16V", "f-16")]),
]


@pytest.mark.parametrize(("language", "text", "want"), SCRIPTS)
def test_scripts(found: Find, language: str, text: str, want: list[tuple[str, str]]) -> None:
    assert [(span, entity) for span, entity, _ in found(text, language)] == want


def test_the_town_of_a_firm_is_not_its_short_name(found: Find) -> None:
    text = "Minsk Automobile Plant makes trucks. Firms such as Integral in Minsk and Peleng help."
    assert [span for span, _, _ in found(text)] == ["Minsk Automobile Plant"]
