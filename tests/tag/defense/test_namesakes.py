"""What touches a name refutes or proves it: cars, bus lines, teams, towns, lists, ships without prefix, quoted popular names."""

import pytest

from tests.tag.defense.conftest import plain_analysis
from transforms.tag.defense.tagger import DefenseTagger

NONE = [
    "A stolen Mercedes S 400 was found near the border.",
    "The Renault Rafale is a plug-in hybrid coupe.",
    "The B-52 bus stops at the missile museum.",
    "The Midshipmen ran for 380 yards against Air Force on Saturday.",
    "The Raider bomber jacket sold out.",
    "The S-300 fridge keeps milk fresh for two weeks.",
    "An AK 47 is a cocktail of nine spirits.",
    "My CV 90 days ago was shorter.",
    "Smerch means tornado in Russian.",
    "The Storm Shadow ride was the fastest at the fair.",
    "Air Force hosts Boise State on Saturday.",
    "Call sign Phoenix, a drone pilot of the brigade, lost a leg.",
    "Soldiers of the brigade crossed the Orion river.",
    "Bill C-295 on care homes passed its second reading.",
    "DAPA-CKD was a trial of a pill, the army hospital said.",
    "The Virginia submarine museum opens at ten.",
    "The Commemorative Air Force flew a restored bomber.",
    "The regional carrier took two E195-E2 jets.",
    "The shop had a queue for the white Air Force Ones.",
    "The town of Kongsberg paid for a new roof and a road to the missile works.",
    "В кино идёт старый фильм «Искандер-наме», билеты по двести рублей.",
    "The fire in Gun Barrel City, not far from the missile range, is out.",
]
SOME = [
    ("uk", "Данія передала гаубиці CAESAR, і Дана теж стріляє.", ["CAESAR", "Дана"]),
    ("en", "NAVY TRIMS FRIGATE PLAN AFTER DESIGN SLIPS", ["NAVY"]),
    ("en", "SEVERODVINSK: The submarine Knyaz Pozharsky raised her flag.", ["Knyaz Pozharsky"]),
    ("en", "HIMARS: how the launcher is used.", ["HIMARS"]),
    ("en", "Leidos, Inc. won a missile contract.", ["Leidos"]),
    ("en", "The submarine Kim Jong Un inspected carries missiles.", []),
    ("en", "Work on the trucks of Oshkosh Defense will be performed in Oshkosh, Wisconsin.", ["Oshkosh Defense"]),
    ("de", "Die Fregatte „Sachsen-Anhalt“ ist zurück.", ["Sachsen-Anhalt"]),
    ("ru", "На воду спустили большой десантный корабль «Владимир Андреев».", ["Владимир Андреев"]),
    ("zh", "编队中还有一艘补给舰可可西里湖号。", ["可可西里湖号"]),
    ("en", "The yard christened the destroyer Jeremiah Denton (DDG 129).", ["Jeremiah Denton"]),
    ("en", "The railgun was fired from the test ship Asuka.", ["Asuka"]),
    ("de", "Die Fregatte Baden-Württemberg lief aus.", ["Baden-Württemberg"]),
    ("en", "Its tables list CV90, PT-91 Twardy and Marder deliveries.", ["CV90", "PT-91 Twardy", "Marder"]),
    ("en", "Workers refurbish Patriot launchers.", ["Patriot"]),
    ("ru", "Войска получили С-400 «Триумф» и Т-90М «Прорыв».", ["С-400 «Триумф»", "Т-90М «Прорыв»"]),
    ("en", "A Patriot battery went to Kyiv.", ["Patriot"]),
    ("en", "Constellation frigate cancelled", ["Constellation"]),
    ("en", "Mirage fighters arrive in Kyiv", ["Mirage"]),
    ("tr", "Türk füze testi.", []),
    ("en", "The brigade saw two su-25s at 2 am.", ["su-25s"]),
    ("en", "Four jets flew to Harar Meda airfield.", ["Harar Meda"]),
    ("en", "The brigade still has 400 Bradleys.", ["Bradleys"]),
    ("en", "It retires the SH-2G(I) Seasprite and buys CV90 MkIIIC hulls.", ["SH-2G(I) Seasprite", "CV90 MkIIIC"]),
    ("en", "Lithuania buys 7.62x39mm ammunition.", ["7.62x39mm ammunition"]),
    ("en", "Aero Vodochody builds the L-39NG; Aero hopes for more.", ["Aero Vodochody", "L-39NG", "Aero"]),
    ("ru", "Фрегат «Адмирал Головко» вышел в море, сообщил флот.", ["Адмирал Головко"]),
    ("ru", "Адвокат Искандер Гайнутдинов подал апелляцию.", []),
    ("en", "HMS Glasgow (F88) is a Type 26 frigate.", ["HMS Glasgow", "Type 26"]),
    ("en", "The Bundeswehr and the Luftwaffe wait. Spare parts for the Puma are late.", ["Bundeswehr", "Luftwaffe", "Puma"]),
    ("en", "Colombia's Navy believes it.", ["Navy"]),
    ("en", "FA-50 jets and KF-21 drones hit Saratov.", ["FA-50", "KF-21"]),
    ("en", "The Pentagon told Congress.", ["Pentagon"]),
    ("en", "The MoD cancelled the trials.", ["MoD"]),
    ("en", "Italy got Aster 30 B1NTs, A400Ms and AMRAAM-ERs.", ["Aster 30 B1NTs", "A400Ms", "AMRAAM-ERs"]),
    ("en", "Rapids stand at Larissa Air Base.", ["Larissa Air Base"]),
    ("en", "The Czech ammunition initiative bought shells.", ["Czech ammunition initiative"]),
    ("uk", "Партнери передадуть снаряди калібру 155 мм.", ["снаряди калібру 155 мм"]),
    ("es", "La Armada recibió misiles.", ["Armada"]),
]


@pytest.fixture(scope="module")
def tagger() -> DefenseTagger:
    return DefenseTagger()


@pytest.mark.parametrize("text", NONE)
def test_what_touches_the_name_refutes_it(tagger: DefenseTagger, text: str) -> None:
    assert [m.text for m in tagger.find(plain_analysis(text)) if m.label != "TERM" or m.text[0].isupper()] == []


@pytest.mark.parametrize(("language", "text", "want"), SOME)
def test_what_touches_the_name_proves_it(tagger: DefenseTagger, language: str, text: str, want: list[str]) -> None:
    assert [m.text for m in tagger.find(plain_analysis(text, language)) if m.label != "TERM"] == want


def test_a_bare_ministry_is_that_of_the_language(tagger: DefenseTagger) -> None:
    for language, text, body in (
        ("ru", "Ракеты есть, сообщили в Министерстве обороны.", "russia-mod"),
        ("uk", "Ракети є, повідомило Міністерство оборони.", "ukraine-mod"),
    ):
        assert [m.entity_id for m in tagger.find(plain_analysis(text, language)) if m.label == "AGENCY"] == [body]
