"""Which candidates are mentions: the lexicon's rules against the evidence of the document, then one span per place.

Ungated names stand first and are evidence. Gated names are judged against cue words and ungated names only, so two doubtful
names never prove each other; a name that passed somewhere in the document carries its other occurrences, unless something
speaks against them.
"""

import re
from collections import Counter
from collections.abc import Iterable

from transforms.tag.defense.acronyms import spelled_out, stands_for
from transforms.tag.defense.choose import BY_ITS_NOUN, Judged, select
from transforms.tag.defense.classes import CLASS_WORDS, TYPE_HEADS
from transforms.tag.defense.evidence import Evidence
from transforms.tag.defense.lexicon import Lexicon, Rule
from transforms.tag.defense.matcher import Match
from transforms.tag.defense.namesakes import HOMES, is_namesake
from transforms.tag.defense.shortnames import short_names
from transforms.tag.defense.standing import Standing

_NUMBER = re.compile(r"\d| Mk [IVX]+\b")
_THINGS = ("PLATFORM", "PROGRAM")
# Scores are the share of right mentions of that kind of evidence on the labelled sentences, rounded (docs/quality.md).
_UNGATED, _MAKER, _NEAR, _CUE, _ELSEWHERE = 0.97, 0.93, 0.92, 0.88, 0.8


def judge(lexicon: Lexicon, candidates: list[Match], evidence: Evidence) -> list[Judged]:
    """The candidates that are mentions, in text order, no two overlapping."""
    standing: list[Judged] = []
    gated: list[Match] = []
    longer = _longer_names(candidates)
    written = Standing(candidates, evidence.sentence)
    rivals = Counter((match.start, match.end) for match in candidates)

    spoken = evidence.countries(
        {m for m in candidates if not effective_rule(m).gated and m.form.entity.label in ("AGENCY", "COMPANY")}
    )

    def judged(match: Match, score: float) -> Judged:
        classes = CLASS_WORDS.get(match.form.entity.category, ())
        fit = 0
        if rivals[match.start, match.end] > 1:
            fit = evidence.fit(match, classes + match.form.alias.rule.words)
            fit += match.form.entity.iso3 in spoken
            fit += 3 * written.with_ids(match, lexicon.ancestors(match.form.entity.id))
        return Judged(match, score, fit=fit)

    meanings = spelled_out(evidence.text.text)
    for match in candidates:
        rule = effective_rule(match)
        meaning = meanings.get(match.form.alias.text) if meanings else None
        if meaning and not stands_for(match.form.entity, meaning):
            continue
        if rule.nots and evidence.spoken_against(match, rule.nots):
            continue
        if rule.gated and match.form.alias.text.isupper() and match.form.alias.text.isalpha() and evidence.shouted(match):
            continue  # `FRIGATE PLAN`: in a line of capitals an acronym that asks for proof is a word
        if match.recased and not match.capitals and match.form.alias.rule.gated and evidence.opens_sentence(match):
            continue  # `Extra tanks` are no EXTRA: a word that asks for proof, written as any word is at the start of a sentence
        if _is_word_of(match, longer):
            continue
        if not match.joined and is_namesake(evidence.text, match, _maker_words(lexicon, match)):
            continue
        if rule.gated:
            gated.append(match)
        elif not _contradicted(match, evidence, ungated=True):
            standing.append(judged(match, _UNGATED - 0.05 * match.recased))
    firm = Standing((item.match for item in select(standing)), evidence.sentence)
    passed = list(standing)
    waiting: list[Match] = []
    for match in gated:
        score = _gate(match, evidence, firm, lexicon, firm.ids)
        if score:
            passed.append(judged(match, score))
        else:
            waiting.append(match)
    # A name that its maker or its class word has proved is no longer doubtful: it is evidence for those that still wait.
    proven = Standing((item.match for item in select(passed) if item.score >= _MAKER), evidence.sentence)
    waiting, again = [], waiting
    for match in again:
        score = _gate(match, evidence, proven, lexicon, proven.ids)
        if score:
            passed.append(judged(match, min(score, _CUE)))
        else:
            waiting.append(match)
    accepted = [item.match for item in select(passed)]
    passed += [Judged(match, _ELSEWHERE) for match in short_names(evidence, accepted)]
    known = Standing(accepted, evidence.sentence)
    for match in waiting:
        rule = effective_rule(match)
        if match.recased or rule.typed or _contradicted(match, evidence, ungated=False):
            continue
        carried = evidence.military(proven) and known.elsewhere(match)
        if carried or (rule.maker and _gate(match, evidence, firm, lexicon, known.ids)):
            passed.append(judged(match, _ELSEWHERE))
    return _without_type_terms(select(passed), evidence)


def _without_type_terms(judged: list[Judged], evidence: Evidence) -> list[Judged]:
    """Drop a term that is only the type noun of a system: `Patriot [air defense] system`; in front of it outside English."""
    kept: list[Judged] = []
    for item in judged:
        before = kept[-1].match if kept else None
        label = item.match.form.entity.label
        if before and evidence.text.text[before.end : item.match.start] == " ":
            if label == "TERM" and before.form.entity.label in ("PLATFORM", "PROGRAM"):
                continue
            if label == "PLATFORM" and before.form.entity.label == "TERM" and evidence.text.language != "en":
                kept.pop()
        kept.append(item)
    return kept


def _longer_names(candidates: Iterable[Match]) -> dict[int, set[str]]:
    """Ids of the systems and programmes whose names of several words hold an atom, by the atom's index."""
    found: dict[int, set[str]] = {}
    for match in candidates:
        if match.last > match.first and not match.form.alias.rule.typed and match.form.entity.label in ("PLATFORM", "PROGRAM"):
            for index in range(match.first, match.last + 1):
                found.setdefault(index, set()).add(match.form.entity.id)
    return found


def _is_word_of(match: Match, longer: dict[int, set[str]]) -> bool:
    """Is a one-word name with a rule only a word of a longer name: the `Shark` of Ghost Shark, whether that stands or not?"""
    one = (
        match.first == match.last
        and match.form.entity.label in ("PLATFORM", "PROGRAM")
        and match.form.alias.rule.gated
        and not match.variant
    )
    return one and bool(longer.get(match.first, set()) - {match.form.entity.id})


def effective_rule(match: Match) -> Rule:
    """The alias's rule, loosened where the words written around prove it, tightened where only a rough form was found."""
    rule, form = match.form.alias.rule, match.form
    if match.joined:
        return Rule(nots=rule.nots)
    if match.respaced and form.weak:  # `M4` is not `M-4`, `H5N1` no variant of H-5
        return Rule(near=True, words=rule.words or CLASS_WORDS.get(form.entity.category, ()), nots=rule.nots)
    if match.accented and not rule.gated and match.first == match.last:
        return Rule(cue=True, nots=rule.nots)
    if match.lowered:
        return Rule(near=True, words=rule.words, nots=rule.nots)
    if match.spread and not rule.gated and not match.variant and sum(map(len, form.atoms)) <= 5:  # `CV 90`, `Mi 28`, `BMP 2`
        return Rule(cue=True, nots=rule.nots)
    if match.recased and match.respaced and not match.capitals:  # `At 16`, `Rs 24` are not AT-16, RS-24
        return Rule(near=True, words=rule.words or CLASS_WORDS.get(form.entity.category, ()), nots=rule.nots)
    told = form.designator or any(word in match.variant for word in (" Block ", " Mk ", " Tranche ", " Batch ", " Flight "))
    if match.variant and rule.gated and told and _NUMBER.search(match.variant) and len(match.variant) > 3:
        return Rule(nots=rule.nots)
    if form.weak and not rule.gated and not rule.free and not match.variant and "-" not in form.alias.text:
        return Rule(cue=True, nots=rule.nots)
    mixed = not (form.atoms[0].isupper() or form.atoms[0].istitle())  # `MoD` is hardly anything else
    if form.entity.id.endswith("-generic") and len(form.atoms) == 1 and not (mixed and match.exact):
        return Rule(cue=True, nots=rule.nots)
    if match.recased and not rule.gated and len(form.atoms) == 1 and not match.capitals:
        size = len(form.atoms[0])
        short = size < 5 or form.atoms[0][0].islower()  # `Pang` of PANG, `Neuron` of nEUROn
        return Rule(near=short, cue=form.entity.label == "PLATFORM" and size < 6, nots=rule.nots)
    if match.recased and min(map(len, form.atoms)) == 1 and not form.designator:  # `Iris T.` is not `IRIS-T`
        return Rule(near=True, words=rule.words, nots=rule.nots)
    return rule


def _gate(match: Match, evidence: Evidence, firm: Standing, lexicon: Lexicon, known: set[str]) -> float:
    """How sure a gated candidate is, 0.0 when a part of its rule does not hold."""
    rule = effective_rule(match)
    entity = match.form.entity
    if _contradicted(match, evidence, ungated=False):
        return 0.0
    makers = lexicon.ancestors(entity.id)
    if (not match.recased or match.capitals) and evidence.headed(match, TYPE_HEADS.get(entity.category or entity.label, ())):
        return BY_ITS_NOUN
    if rule.typed:
        return 0.0
    if entity.label == "PLATFORM" and firm.with_ids(match, makers):
        return _MAKER
    if (
        entity.label in _THINGS
        and evidence.fit(match, CLASS_WORDS.get(entity.category, ())) < 2
        and evidence.outweighed(match, firm)
    ):
        return 0.0
    if entity.label in ("PROGRAM", "COMPANY") and firm.with_ids(match, (entity.parent,)):
        return _CUE
    if entity.label == "PLATFORM" and evidence.listed(match, firm):
        return _NEAR
    alone = rule.cue or (rule.near and not evidence.person(match))
    if entity.label == "COMPANY" and alone and not rule.words and _in_company(match, firm):
        return _CUE
    if entity.label in ("COMPANY", "FACILITY") and evidence.coordinated(match, firm):
        return _CUE
    if entity.label == "AGENCY" and not rule.words and evidence.speaks(match):
        return _MAKER
    town = entity.category == "naval" and not match.form.designator
    town = town or (
        evidence.located(match) and evidence.text.gap(match.last) != " " and evidence.person(match)
    )  # `over the Negev`
    if entity.label == "PLATFORM" and not town and not match.recased and evidence.at_home(match, firm):
        return _CUE
    if evidence.owned(match, entity.iso3) and (entity.label == "COMPANY" or entity.id.endswith("-generic")):
        return _MAKER
    if entity.label == "PLATFORM" and not match.recased and evidence.near(match, firm):
        if evidence.counted(match) or (evidence.traded(match) and not evidence.person(match)):
            return _NEAR
        if entity.category == "naval" and (evidence.sails(match) or evidence.called_ship(match)):
            return _NEAR
    if rule.words and not _has_word(match, rule, evidence, firm):
        return 0.0
    arms = entity.label in ("COMPANY", "AGENCY", "PROGRAM", "THINK_TANK") and evidence.about_arms(match, firm)
    if rule.near and not arms and not evidence.near(match, firm) and not _typed(match, rule, evidence):
        return 0.0
    if rule.cue and not evidence.document(match, firm, named=bool(rule.words)):
        return 0.0
    if rule.maker and not known.intersection(makers):
        return 0.0
    if len(match.form.atoms) == 1 and evidence.person(match) and not (rule.words or evidence.near(match, firm)):
        return 0.0
    return BY_ITS_NOUN if rule.words else _MAKER if rule.maker else _NEAR if rule.near else _CUE


def _has_word(match: Match, rule: Rule, evidence: Evidence, firm: Standing) -> bool:
    """One of the rule's words, or of those of the category, beside the name. The words are English: elsewhere a cue is enough."""
    words = rule.words + CLASS_WORDS.get(match.form.entity.category, ())
    if evidence.has_word(match, words):
        return True
    if match.form.entity.label != "PLATFORM":
        if match.form.entity.label != "TERM" and evidence.about_arms(match, firm) and evidence.text_has(match, rule.words):
            return True
        home = HOMES.get(evidence.text.language) == match.form.entity.iso3  # `Analitycy OSW`
        return home and match.form.entity.label == "THINK_TANK" and evidence.text.language != "en"
    if match.recased:
        return False
    foreign = evidence.text.language != "en" and match.form.entity.category != "naval"  # ships are named after cities
    town = match.form.entity.category == "naval" and match.first == match.last and evidence.bare(match)  # `drones hit Saratov`
    return (evidence.military_company(match, firm) and not town) or (foreign and evidence.near(match, firm))


def _typed(match: Match, rule: Rule, evidence: Evidence) -> bool:
    """Does the type noun follow at once, in the plural, which ends the phrase: `Patriot launchers`?"""
    nouns = tuple(word for word in rule.words if word.islower()) + CLASS_WORDS.get(match.form.entity.category, ())
    return match.form.entity.label in ("PLATFORM", "PROGRAM") and evidence.plural_follows(match, nouns)


def _maker_words(lexicon: Lexicon, match: Match) -> frozenset[str]:
    """The words of the names of the maker and of those above it."""
    makers = (lexicon.entities.get(key) for key in lexicon.ancestors(match.form.entity.id))
    return frozenset(word for maker in makers if maker for word in maker.name.split())


def _in_company(match: Match, firm: Standing) -> bool:
    """Does another firm, a system or a force stand in the sentence?"""
    return any(key != match.form.entity.id for key in firm.of_labels(match, ("COMPANY", "PLATFORM", "AGENCY")))


def _contradicted(match: Match, evidence: Evidence, *, ungated: bool) -> bool:
    """Do the words around make the name part of another name, or the text one of another subject?"""
    if match.form.entity.label == "TERM":  # `Gun Barrel City`: a common word inside a name
        title = match.form.alias.text.islower() and all(
            a.text[0].isupper() for a in evidence.text.atoms[match.first : match.last + 1]
        )
        return title and evidence.part_of_other_name(match)
    if match.joined or match.variant:
        return False
    if match.form.entity.label in ("PLATFORM", "COMPANY", "PROGRAM") and evidence.place_named_after(match):
        return True
    if match.form.entity.label == "COMPANY" and evidence.model_number(match):
        return True
    if ungated:
        if evidence.before_surname(match):
            return True
        if match.form.entity.label == "COMPANY":
            return len(match.form.atoms) == 1 and evidence.surname(match)
        short = len(match.form.atoms) <= 2 or match.form.designator
        return (
            short
            and match.form.entity.label in ("PLATFORM", "PROGRAM")
            and (
                bool(match.form.atoms[-1]) or match.form.entity.category == "naval"
            )  # found by pattern: calibres are never foreign
            and evidence.foreign(match)
        )
    named = evidence.part_of_other_name(match) or evidence.before_surname(match)
    return len(match.form.atoms) == 1 and (named or evidence.model_number(match))
