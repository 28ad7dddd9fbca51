"""What `dibwatch lexicon check` and `show` say: each kind of problem is found, and the lexicon that ships has none."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from transforms.tag.defense.checks import check, close_names, counts, explain
from transforms.tag.defense.lexicon import Lexicon, Rule, parse_alias, parse_lines, parse_rule, read_lexicon
from transforms.tag.defense.tagger import DefenseTagger

Find = Callable[..., list[tuple[str, str, str]]]

SOUND = """# label: COMPANY
acme | Acme | Acme Arms {cue}; Акме | USA |  |  |  | maker
acme-yard | Acme Yard |  | USA |  | acme |  | maker
"""
SOURCES = "maker | what a firm says of itself\n"


def lexicon_of(tmp_path: Path, lines: str) -> Lexicon:
    (tmp_path / "a.txt").write_text(lines, encoding="utf-8")
    (tmp_path / "sources.txt").write_text(SOURCES, encoding="utf-8")
    return read_lexicon(tmp_path)


def test_the_readme_has_the_counts() -> None:
    lexicon = read_lexicon()
    labels = ", ".join(f"{n:,} {label}" for label, n in counts(lexicon).items())
    readme = " ".join((Path(__file__).parents[3] / "README.md").read_text(encoding="utf-8").split())
    assert f"{len(lexicon.entities):,} entities, of them {labels}." in readme


def test_a_sound_lexicon_has_no_problem(tmp_path: Path) -> None:
    lexicon = lexicon_of(tmp_path, SOUND)
    assert check(lexicon) == []
    assert counts(lexicon)["COMPANY"] == 2
    assert len(lexicon.version) == 12


PROBLEMS = [
    ("# label: FIRM\nx | X1 |  | USA |  |  |  | maker", "unknown label 'FIRM'"),
    (SOUND + "acme | Acme Two |  | USA |  |  |  | maker", "is taken by a.txt:2"),
    (SOUND + "other | Other | USA |  |  |  | maker", "7 columns instead of 8"),
    (SOUND + "Other | Other |  | USA |  |  |  | maker", "not a slug"),
    (SOUND + "other | Other |  | USA |  | nobody |  | maker", "parent 'nobody' does not exist"),
    (SOUND + "other | Other |  | USB |  |  |  | maker", "unknown country 'USB'"),
    (SOUND + "other | Other |  | USA |  |  |  | hearsay", "unknown source 'hearsay'"),
    (SOUND + "other | Other |  | USA | aircraft |  |  | maker", "a category on a COMPANY"),
    (SOUND + "other | Other | Oth {cue | USA |  |  |  | maker", "bad braces"),
    (SOUND + "other | Other | Oth {sometimes} | USA |  |  |  | maker", "unknown rule part 'sometimes'"),
    (SOUND + "other | Other | Oth {maker} | USA |  |  |  | maker", "there is no parent"),
    (SOUND + "other | Other | Oth; Oth | USA |  |  |  | maker", "listed 2 times"),
    (SOUND + "other | Acme Yard |  | USA |  |  |  | maker", "has no rule"),
    (SOUND + "other | Other | Acme Arms {cue} | USA |  |  |  | maker", "has the same rule"),
    (SOUND + "self | Self |  | USA |  | self |  | maker", "its own ancestor"),
    ("# label: PLATFORM\nx1 | X-1 |  | USA | spaceship |  |  | maker", "unknown category 'spaceship'"),
]


@pytest.mark.parametrize(("lines", "want"), PROBLEMS)
def test_problems_name_the_line(tmp_path: Path, lines: str, want: str) -> None:
    problems = check(lexicon_of(tmp_path, lines))
    assert any(want in problem for problem in problems), problems
    assert all(problem.startswith("a.txt:") for problem in problems)


def test_rules_and_aliases() -> None:
    assert parse_rule("near word:tank,MBT not:zoo") == Rule(near=True, words=("tank", "MBT"), nots=("zoo",))
    assert not parse_rule("not:zoo").gated
    column = parse_rule("cue")
    assert parse_alias("Leopard {-}", column).rule == Rule(free=True)
    assert parse_alias("Leopard", column).rule == column
    assert parse_alias("a{b}c", column).rule.problem


def test_lines_of_a_file_carry_their_place() -> None:
    entities, problems = parse_lines(SOUND.splitlines(), "a.txt")
    assert [entity.where for entity in entities] == ["a.txt:2", "a.txt:3"]
    assert problems == []


def test_explain_finds_by_id_and_by_any_spelling(tmp_path: Path) -> None:
    lexicon = lexicon_of(tmp_path, SOUND + "# label: PLATFORM\nsu-25 | Su-25 | Акме {near} | RUS | aircraft |  |  | maker")
    (yard,) = explain(lexicon, "acme-yard")
    assert [entity.id for entity in yard.ancestors] == ["acme"]
    (acme,) = explain(lexicon, "ACME ARMS")
    assert [entity.id for entity in acme.children] == ["acme-yard"]
    assert acme.shared == {"Акме": ("su-25",)}
    assert [found.entity.id for found in explain(lexicon, "su 25")] == ["su-25"]
    assert explain(lexicon, "nothing") == ()


# (how it is written, an entity's id, part of what `text_needs` says, a text without what is needed, one with it)
ASKED = [
    ("F-16", "f-16", "a word of arms", "He saw an F-16 in the shop.", "An F-16 dropped its missile."),
    ("F-16", "f-16", "another name", "He saw an F-16 in the shop.", "He saw an F-16 and a Bayraktar TB2 in the shop."),
    ("F-16", "f-16", "a count before it", "An F-16 was there.", "14 F-16s were there."),
    ("Su-25", "su-25", "not about something else", "The Su-25 tram serves a museum.", "The Su-25 was there."),
    ("Iskander", "iskander", "a word of arms, a place", "The Iskander is there.", "The Iskander is in Croatia."),
]


@pytest.mark.parametrize(("written", "entity_id", "says", "without", "with_it"), ASKED)
def test_what_a_name_without_a_rule_needs_is_what_the_tagger_asks(
    tiny: DefenseTagger, found: Find, written: str, entity_id: str, says: str, without: str, with_it: str
) -> None:
    (explained,) = explain(tiny.lexicon, entity_id)
    assert says in explained.text_needs[written]
    assert not explained.rules[written].gated
    assert [entity_id in [mention[1] for mention in found(text)] for text in (without, with_it)] == [False, True]


def test_a_short_designator_is_explained_with_the_rule_that_the_tagger_gives_it(tmp_path: Path) -> None:
    line = "# label: PLATFORM\nk2 | K2 | K2 Panther | KOR | armor |  |  | maker"
    (found,) = explain(lexicon_of(tmp_path, line), "k2")
    assert found.rules == {"K2": Rule(cue=True), "K2 Panther": Rule()}
    assert "K2" not in found.text_needs


def test_the_lexicon_that_ships_is_sound() -> None:
    assert check(read_lexicon()) == []


def test_the_lexicon_that_ships_has_the_promised_size() -> None:
    found = counts(read_lexicon())
    least = {"COMPANY": 900, "PLATFORM": 2500, "PROGRAM": 250, "AGENCY": 300, "THINK_TANK": 80, "FACILITY": 150, "TERM": 250}
    assert {label: found[label] for label in least if found[label] < least[label]} == {}


def test_a_variant_is_explained_by_its_family_and_a_near_miss_by_names_like_it() -> None:
    lexicon = read_lexicon()
    assert "leopard-2" in [found.entity.id for found in explain(lexicon, "leopard 2a7")]
    assert explain(lexicon, "rheinmetal") == ()
    assert "Rheinmetall" in close_names(lexicon, "rheinmetal")


def test_the_readme_counts_what_is_there() -> None:
    readme = (Path(__file__).parents[3] / "README.md").read_text(encoding="utf-8")
    said = re.search(
        r"over ([\d,]+) firms, ([\d,]+)\s+systems, ([\d,]+) programmes, ([\d,]+) agencies and forces, ([\d,]+) think tanks, "
        r"([\d,]+) bases and yards and ([\d,]+) terms",
        readme,
    )
    assert said
    numbers = [int(number.replace(",", "")) for number in said.groups()]
    found = counts(read_lexicon())
    labels = ("COMPANY", "PLATFORM", "PROGRAM", "AGENCY", "THINK_TANK", "FACILITY", "TERM")
    assert all(0.9 * found[label] <= number <= found[label] for label, number in zip(labels, numbers, strict=True)), found
