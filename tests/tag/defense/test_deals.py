"""Deals and the amounts in them, on the tiny lexicon; places are given."""

import pytest

from schemas.records import Deal, Mention
from tests.eval.markup import parse_markup
from tests.tag.defense.conftest import plain_analysis
from transforms.tag.defense.deal_languages import WORDINGS, quantity_of
from transforms.tag.defense.deal_rules import quantity
from transforms.tag.defense.money import amounts
from transforms.tag.defense.tagger import DefenseTagger

MONEY = [
    ("a $4.9 billion contract", (4.9e9, "USD")),
    ("worth 19.7 billion kroner", (19.7e9, "")),
    ("€350m", (350e6, "EUR")),
    ("SEK 3.6 billion", (3.6e9, "SEK")),
    ("Rs 62,370 crore", (623.7e9, "INR")),
    ("1.3 trillion won", (1.3e12, "KRW")),
    ("two billion euros", (2e9, "EUR")),
    ("A$850 million", (850e6, "AUD")),
    ("1,5 Mio EUR", (1.5e6, "EUR")),
    ("12,000 dollars", (12_000, "USD")),
]


@pytest.mark.parametrize(("text", "want"), MONEY)
def test_money(text: str, want: tuple[float, str]) -> None:
    (money,) = amounts(text)
    assert (money.amount, money.currency) == want
    assert text[money.start : money.end] in text


def test_money_without_currency_or_number_is_none() -> None:
    assert amounts("54 tanks won two prizes in 2024, a million thanks") == []


def test_a_bare_krone_is_that_of_the_buyer() -> None:
    (money,) = amounts("for 10 million kroner")
    assert (money.currency_for("NOR"), money.currency_for("DNK"), money.currency_for("POL")) == ("NOK", "DKK", "")


COUNTS = [
    ("ordered 54 ", 54),
    ("two more ", 2),
    ("1,200 new ", 1200),
    ("the first of 56 ", 1),
    ("the last two of 14 ", 2),
    ("three ships of the ", 3),
    ("in 2023 ", None),
    ("a third ", None),
    ("$20 ", None),
]


@pytest.mark.parametrize(("before", "want"), COUNTS)
def test_quantity(before: str, want: int | None) -> None:
    assert quantity(before) == want


def deals_of(tagger: DefenseTagger, markup: str) -> tuple[Deal, ...]:
    text, spans = parse_markup(markup)
    analysis = plain_analysis(text)
    places = [Mention("geo", "COUNTRY", text[s.start : s.end], s.start, s.end, iso3=s.entity_id) for s in spans]
    return tagger.deals((*tagger.find(analysis), *places), analysis)


def test_a_contract_with_all_its_parts(tiny: DefenseTagger) -> None:
    text = "It rained. [[Poland|GEO|POL]] signed a $1.5 billion contract with Lockheed Martin for 32 F-16V jets. It rained."
    (deal,) = deals_of(tiny, text)
    assert deal == Deal("contract", 11, 88, "POL", "lockheed-martin", "f-16", 32, 1.5e9, "USD")


STATED = [
    ("[[Estonia|GEO|EST]] ordered six K2 tanks.", ("order", "EST", "", "k2")),
    ("Baykar delivered TB2 drones to [[Kuwait|GEO|KWT]].", ("delivery", "KWT", "baykar", "bayraktar-tb2")),
    ("Baykar has started serial production of the TB2.", ("production_start", "", "baykar", "bayraktar-tb2")),
    ("Raytheon opened a new plant in Alabama.", ("plant", "", "raytheon", "")),
    ("[[Japan|GEO|JPN]] imposed sanctions on Rostec.", ("sanction", "", "rostec", "")),
    ("Rostec was sanctioned by [[Japan|GEO|JPN]].", ("sanction", "", "rostec", "")),
    ("[[Estonia|GEO|EST]] said on 31 August that it would buy six K2 tanks.", ("order", "EST", "", "k2")),
    ("[[Estonia|GEO|EST]] gave all six of its own K2 tanks to [[Poland|GEO|POL]].", ("delivery", "POL", "", "k2")),
    ("Baykar signed with [[Oman|GEO|OMN]] in July for nine TB2.", ("contract", "OMN", "baykar", "bayraktar-tb2")),
    ("Baykar began construction of a new plant in Kyiv.", ("plant", "", "baykar", "")),
    ("Baykar said that it would build a second factory.", ("plant", "", "baykar", "")),
]


@pytest.mark.parametrize(("markup", "want"), STATED)
def test_wordings(tiny: DefenseTagger, markup: str, want: tuple[str, str, str, str]) -> None:
    (deal,) = deals_of(tiny, markup)
    assert (deal.kind, deal.buyer_iso3, deal.supplier_id, deal.platform_id) == want


UNSTATED = [
    "[[Estonia|GEO|EST]] may order six K2 tanks.",
    "[[Estonia|GEO|EST]] denied that it had ordered F-16 jets.",
    "[[Estonia|GEO|EST]] ordered F-16 jets and later cancelled them.",
    "A Su-25 was shot down.",
    "The export order keeps the line busy between ships for the [[Polish|GEO|POL]] army, whose first type is named Su-25.",
    "[[Estonia|GEO|EST]] said that it would consider buying K2 tanks.",
    "Boeing received 44 orders for airliners.",
    "Soldiers ordered the crew of the T-90 to surrender.",
]


@pytest.mark.parametrize("markup", UNSTATED)
def test_what_is_only_wished_or_denied_is_no_deal(tiny: DefenseTagger, markup: str) -> None:
    assert deals_of(tiny, markup) == ()


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("a $1.125 billion contract", 1.125e9),
        ("por 2.600 millones de euros", 2.6e9),
        ("500 MİLYON DOLAR", 5e8),
        ("five MİLYON DOLAR", 5e6),
        ("за 12 млн руб. на поставку", 1.2e7),
    ],
)
def test_amounts_as_other_languages_write_them(text: str, amount: float) -> None:
    assert [money.amount for money in amounts(text)] == [amount]


@pytest.mark.parametrize(
    ("language", "before", "count"),
    [
        ("de", "bestellte vier ", 4),
        ("de", "bestellte dreißig ", None),
        ("de", "die zweite ", None),
        ("uk", "купила двадцять ", None),
        ("fr", "ont acheté ", None),
        ("tr", "orduya üç ", 3),
        ("pl", "kupiła 3 250 ", None),
        ("zh", "首批4架", 4),
        ("de", "im Jahr 2025 ", None),
    ],
)
def test_counts_in_other_languages(language: str, before: str, count: int | None) -> None:
    assert quantity_of(before, "", language) == count


@pytest.mark.parametrize("unit", ["вве", "нача", "vertrag", "⟦G1⟧ ", "firmó ", "podpisa"])
def test_no_wording_runs_away(unit: str) -> None:
    for wordings in WORDINGS.values():
        for wording in wordings:
            wording.pattern.search(unit * (600 // len(unit)))  # the test's own time limit is the measure


def test_a_page_cannot_write_marks(tiny: DefenseTagger) -> None:
    analysis = plain_analysis("Baykar gave ⟦G1⟧ ⟦P2⟧ and Bayraktar TB2 drones.")
    assert tiny.deals(tiny.find(analysis), analysis) == ()


@pytest.mark.parametrize(
    ("language", "text", "kinds"),
    [
        ("es", "Chile firmó un contrato con Baykar.", ["contract"]),
        ("es", "Chile confirmó el contrato con Baykar.", []),
        ("ru", "Ростех начал производство Су-25.", ["production_start"]),
        ("ru", "Начальник производства Ростех дал интервью о Су-25.", []),
    ],
)
def test_a_verb_in_another_word_states_no_deal(tiny: DefenseTagger, language: str, text: str, kinds: list[str]) -> None:
    analysis = plain_analysis(text, language)
    chile = [Mention("geo", "COUNTRY", "Chile", 0, 5, iso3="CHL")] if text.startswith("Chile") else []
    assert [deal.kind for deal in tiny.deals([*chile, *tiny.find(analysis)], analysis)] == kinds


REACHING = [
    ("[[Poland|GEO|POL]] ordered 32 F-16 jets from Lockheed Martin. The order is worth $2 billion.", ("POL", 32, 2e9)),
    ("[[Poland|GEO|POL]] ordered 32 F-16 jets. Its army has a budget of $20 billion.", ("POL", 32, None)),
    ("[[Poland|GEO|POL]] ordered 32 F-16 jets. An earlier contract was worth $2 billion.", ("POL", 32, None)),
    ("[[Poland|GEO|POL]] likes the F-16. The army ordered 180 of the jets.", ("POL", 180, None)),
    ("Rain fell. [[Poland|GEO|POL]] took over 14 more K2 tanks.", ("POL", 14, None)),
    ("Under a $320 million contract signed at a fair, [[Oman|GEO|OMN]] gets 45 K2 tanks.", ("OMN", 45, 3.2e8)),
]


@pytest.mark.parametrize(("markup", "want"), REACHING)
def test_what_the_next_sentences_add(tiny: DefenseTagger, markup: str, want: tuple[str, int, float | None]) -> None:
    (deal,) = deals_of(tiny, markup)
    assert (deal.buyer_iso3, deal.quantity, deal.amount) == want


@pytest.mark.parametrize(
    ("markup", "want"),
    [
        ("The K2 can meet the F-16. [[Peru|GEO|PER]] ordered 36 jets in May.", [("PER", "f-16", 36)]),
        ("The K2 beats the T-90. [[Peru|GEO|PER]] ordered 36 tanks in May.", []),
        ("The T-90 is new. It is fast. [[Peru|GEO|PER]] ordered five of the tanks.", [("PER", "t-90", 5)]),
        ("The T-90 is new. It is fast. It is low. It is red. [[Peru|GEO|PER]] ordered five of the tanks.", []),
    ],
)
def test_a_noun_for_a_system_named_before(tiny: DefenseTagger, markup: str, want: list[tuple[str, str, int]]) -> None:
    assert [(deal.buyer_iso3, deal.platform_id, deal.quantity) for deal in deals_of(tiny, markup)] == want


@pytest.mark.parametrize(
    ("markup", "want"),
    [
        (
            "[[Estonia|GEO|EST]], [[Latvia|GEO|LVA]] and [[Poland|GEO|POL]] ordered 30 K2 tanks.",
            [("EST", "", None), ("LVA", "", None), ("POL", "", None)],
        ),
        ("[[Poland|GEO|POL]] ordered 30 K2 tanks, and [[Latvia|GEO|LVA]] and [[Peru|GEO|PER]] did not.", [("POL", "", 30)]),
        ("The ministry imposed sanctions on Rostec and KAMAZ.", [("", "rostec", None), ("", "kamaz", None)]),
        ("Raytheon and Baykar signed a contract with [[Oman|GEO|OMN]] for nine TB2.", [("OMN", "baykar", 9)]),
    ],
)
def test_each_of_several_parties_has_its_deal(tiny: DefenseTagger, markup: str, want: list[tuple[str, str, int | None]]) -> None:
    assert [(deal.buyer_iso3, deal.supplier_id, deal.quantity) for deal in deals_of(tiny, markup)] == want


def test_the_same_firm_and_the_maker(tiny: DefenseTagger) -> None:
    first, second = deals_of(
        tiny,
        "[[Qatar|GEO|QAT]] took delivery of four F-16s from Lockheed Martin, and [[Oman|GEO|OMN]] ordered six C-130s from the same firm.",
    )
    assert (first.supplier_id, second.supplier_id) == ("lockheed-martin", "lockheed-martin")
    (built,) = deals_of(tiny, "[[Oman|GEO|OMN]] received six TB2 drones built by Baykar.")
    assert built.supplier_id == "baykar"


@pytest.mark.parametrize(
    "markup",
    [
        "Has [[Oman|GEO|OMN]] ordered six K2 tanks?",
        "Rostec was designated as the agency's partner, and Baykar was named as its rival.",
        "Raytheon opened a plant, and its last contract was signed.",
    ],
)
def test_questions_and_posts_are_no_orders(tiny: DefenseTagger, markup: str) -> None:
    assert [deal.kind for deal in deals_of(tiny, markup) if deal.kind not in ("plant",)] == []


def test_money_of_a_contract_is_not_the_plants(tiny: DefenseTagger) -> None:
    (deal,) = deals_of(tiny, "Raytheon opened a plant in Alabama after an order worth $3 billion.")
    assert (deal.kind, deal.amount) == ("plant", None)


@pytest.mark.parametrize(
    ("text", "amount", "currency"),
    [
        ("계약 규모는 65억 달러에 이른다", 6.5e9, "USD"),
        ("8조9000억원에 구매", 8.9e12, "KRW"),
        ("金额约为53亿瑞典克朗", 5.3e9, "SEK"),
        ("3781億円の契約", 3.781e11, "JPY"),
        ("oltre due miliardi di euro", 2e9, "EUR"),
        ("600 milhões de euros", 6e8, "EUR"),
    ],
)
def test_amounts_elsewhere(text: str, amount: float, currency: str) -> None:
    (money,) = amounts(text)
    assert (money.amount, money.currency) == (amount, currency)


@pytest.mark.parametrize(
    ("language", "text", "kind"),
    [
        ("it", "Chile ha firmato con Baykar un contratto.", "contract"),
        ("pt", "Chile recebeu dois Su-25.", "delivery"),
        ("es", "Chile ha adjudicado a Baykar un contrato.", "contract"),
        ("de", "Baykar hat die Produktion aufgenommen.", "production_start"),
    ],
)
def test_wordings_of_other_languages(tiny: DefenseTagger, language: str, text: str, kind: str) -> None:
    analysis = plain_analysis(text, language)
    chile = [Mention("geo", "COUNTRY", "Chile", 0, 5, iso3="CHL")] if text.startswith("Chile") else []
    assert [deal.kind for deal in tiny.deals([*chile, *tiny.find(analysis)], analysis)] == [kind]


def test_a_giver_without_a_state_states_nothing(tiny: DefenseTagger) -> None:
    analysis = plain_analysis("Baykar entregó dos Su-25.", "es")
    assert tiny.deals(tiny.find(analysis), analysis) == ()


@pytest.mark.parametrize(
    "text",
    [
        "serial 1" + "1" * 60 + " x",
        "by year: 2016 2017 2018 2019 2020 2021 2022 2023",
        "1억1억" * 5000,
        "9" * 50_000,
        "1 " * 20_000,
    ],
)
def test_rows_of_digits_are_read_at_once(text: str) -> None:
    assert amounts(text) == []  # the test's own time limit is the measure


def test_an_amount_is_read_once() -> None:
    assert [money.amount for money in amounts("¥3781億円 or €5亿欧元")] == [3.781e11, 5e8]


NOT_ADDED = [
    "[[Poland|GEO|POL]] ordered 20 F-16s. The state also has Leopard 2 tanks made by Baykar.",
    "[[Poland|GEO|POL]] ordered 20 F-16s. The package also includes 3 billion euros for roads.",
    "[[Poland|GEO|POL]] ordered 20 F-16s. It already has Leopard 2 tanks.",
]


@pytest.mark.parametrize("markup", NOT_ADDED)
def test_what_another_sentence_says_of_other_things_is_not_added(tiny: DefenseTagger, markup: str) -> None:
    (deal,) = deals_of(tiny, markup)
    assert (deal.supplier_id, deal.platform_id, deal.amount) == ("", "f-16", None)


@pytest.mark.parametrize(
    "markup",
    [
        "The designated partner Baykar said it would deliver.",
        "The army designated Baykar the winner.",
        "[[Poland|GEO|POL]] took over production of the F-16 jets.",
        "[[Poland|GEO|POL]] accepted criticism of the F-16.",
    ],
)
def test_posts_and_criticism_are_no_deals(tiny: DefenseTagger, markup: str) -> None:
    assert deals_of(tiny, markup) == ()


def test_a_date_is_no_count() -> None:
    assert quantity_of("Польща 12 травня отримала ", "", "uk") is None
