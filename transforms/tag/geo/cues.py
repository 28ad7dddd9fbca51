"""Classes of words that stand beside names, and phrases that only look like places. Facts: `cues.tsv`, `not_places.tsv`."""

import functools
import re
from dataclasses import dataclass

from transforms.tag.geo.gazetteer import DATA


@dataclass(frozen=True)
class Cues:
    """`before` and `after` give the class of a lower-case word beside a name, `part` of a capitalised word that belongs to a larger name,
    `last` of the last word of a name itself; all are keyed by the case-folded word."""

    before: dict[str, str]
    after: dict[str, str]
    part: dict[str, str]
    last: dict[str, str]
    lead: dict[str, str]
    admin_after: frozenset[str]
    admin_several: frozenset[str]
    speaks: frozenset[str]
    tongue: frozenset[str]  # demonyms that are languages
    honorific: frozenset[str]
    ship: frozenset[str]
    trade: frozenset[str]
    relation: frozenset[str]
    acts: frozenset[str]  # verbs of governments
    policy: frozenset[str]  # what governments have
    dealt: frozenset[str]  # words before the one that is dealt with
    dealt_with: dict[str, frozenset[str]]  # preposition before it -> words before that
    helper: frozenset[str]
    sided: frozenset[str]  # "Moscow-backed"
    vanished: re.Pattern[str]  # states that are no more
    race: frozenset[str]
    maker: frozenset[str]
    sport_verb: frozenset[str]
    sport_noun: frozenset[str]
    brand: frozenset[str]  # better known than the town of that name
    sport_before: frozenset[str]
    sport_role: frozenset[str]
    firm_staff: frozenset[str]
    firm_has: frozenset[str]
    container: frozenset[str]
    tongue_noun: frozenset[str]
    noble: frozenset[str]
    dish: frozenset[str]
    disease: frozenset[str]
    afloat: frozenset[str]
    way: frozenset[str]
    ware: frozenset[str]
    coding: frozenset[str]
    family: frozenset[str]
    calendar: frozenset[str]
    work: frozenset[str]  # before the name of a film, a book
    organ_staff: frozenset[str]  # who serves a state: "Ohio State police"
    work_part: frozenset[str]  # before "of" and such a name
    given: frozenset[str]  # first names
    phrases: dict[str, tuple[str, ...]]  # first word(s), case folded -> what may follow


@functools.cache
def load_cues() -> Cues:
    """The classes, once a process."""
    classes: dict[str, list[str]] = {}
    for line in (DATA / "cues.tsv").read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            name, words = line.split("\t")
            classes.setdefault(name, []).extend(words.split())
    phrases = {}
    for line in (DATA / "not_places.tsv").read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            first, rest = line.split("\t")
            phrases[first] = tuple(part.strip() for part in rest.split(";"))

    def table(*names: str) -> dict[str, str]:
        return {word: name for name in names for word in classes[name]}

    return Cues(
        before=table("place_prep", "of", "to", "the", "and", "person_title", "kin"),
        after=table("says", "acts", "local", "and"),
        part=table("edifice", "club", "event", "organ", "firm"),
        last=table("edifice", "organ", "firm", "water", "relief", "road", "transit", "admin"),
        lead=table("lead_water", "lead_relief"),
        admin_after=frozenset(classes["admin_after"]),
        admin_several=frozenset(classes["admin_several"]),
        speaks=frozenset(classes["speaks"]),
        tongue=frozenset(classes["tongue"]),
        honorific=frozenset(classes["honorific"]),
        ship=frozenset(classes["ship"]),
        trade=frozenset(classes["trade"]),
        relation=frozenset(classes["relation"]),
        acts=frozenset(classes["acts"]) | {"says", "said", "told"},
        policy=frozenset(classes["policy"]),
        dealt=frozenset(classes["dealt"]),
        dealt_with={word: frozenset(classes[f"dealt_{word}"]) for word in ("to", "from", "of", "in")},
        helper=frozenset(classes["helper"]),
        sided=frozenset(classes["sided"]),
        vanished=re.compile(
            r"\b(?:" + "|".join(word.replace("_", "[ -]") for word in classes["vanished"]) + r")\b", re.IGNORECASE
        ),
        race=frozenset(classes["race"]),
        maker=frozenset(classes["maker"]),
        sport_verb=frozenset(classes["sport_verb"]),
        sport_noun=frozenset(classes["sport_noun"]),
        brand=frozenset(classes["brand"]),
        sport_before=frozenset(classes["sport_before"]),
        sport_role=frozenset(classes["sport_role"]),
        firm_staff=frozenset(classes["firm_staff"]),
        firm_has=frozenset(classes["firm_has"]),
        container=frozenset(classes["container"]),
        tongue_noun=frozenset(classes["tongue_noun"]),
        noble=frozenset(classes["noble"]),
        dish=frozenset(classes["dish"]),
        disease=frozenset(classes["disease"]),
        afloat=frozenset(classes["afloat"]),
        way=frozenset(classes["way"]),
        ware=frozenset(classes["ware"]),
        coding=frozenset(classes["coding"]),
        family=frozenset(classes["family"]),
        calendar=frozenset(classes["calendar"]),
        work=frozenset(classes["work"]),
        work_part=frozenset(classes["work_part"]),
        organ_staff=frozenset(classes["organ_staff"]),
        given=_given_names(),
        phrases=phrases,
    )


def _given_names() -> frozenset[str]:
    lines = (DATA / "given_names.tsv").read_text("utf-8").splitlines()
    return frozenset(name for line in lines if not line.startswith("#") for name in line.split("\t")[1].split())
