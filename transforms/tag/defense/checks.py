"""Is the lexicon sound, and what does it say of a name? The logic of `dibwatch lexicon check` and `dibwatch lexicon show NAME`."""

import difflib
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from transforms.tag.defense.atoms import atomise, plain
from transforms.tag.defense.designators import extend
from transforms.tag.defense.forms import Form, compile_form, cut_aliases
from transforms.tag.defense.gating import effective_rule
from transforms.tag.defense.lexicon import CATEGORIES, LABELS, Alias, Entity, Lexicon, Rule
from transforms.tag.defense.matcher import Match, Matcher, Text

_SLUG = re.compile(r"^[a-z0-9]+(?:-[a-z0-9]+)*$")
_USER_ASSIGNED = {"XKX"}  # Kosovo: in use with the EU and others, not in ISO 3166


@dataclass(frozen=True)
class Explanation:
    """An entry as it is used: who is above and below it, its written forms with their rules, and who shares a form with it."""

    entity: Entity
    ancestors: tuple[Entity, ...]
    children: tuple[Entity, ...]
    shared: Mapping[str, tuple[str, ...]]  # form -> ids of the others that have it
    rules: Mapping[str, Rule]  # form -> what is asked of it where it is written just so: more than the entry's own for short ones
    text_needs: Mapping[str, str]  # form without such a rule -> what an English text needs all the same


def check(lexicon: Lexicon) -> list[str]:
    """All problems as `file:line: what`; an empty list means sound."""
    problems = list(lexicon.problems)
    countries = _countries()
    for entity in lexicon.entities.values():
        problems += [f"{entity.where}: {entity.id}: {problem}" for problem in _problems(entity, lexicon, countries)]
    problems += _ambiguous(lexicon)
    return sorted(problems, key=_place)


def counts(lexicon: Lexicon) -> dict[str, int]:
    """Entities by label, in the order of the labels."""
    found = Counter(entity.label for entity in lexicon.entities.values())
    return {label: found[label] for label in LABELS}


def explain(lexicon: Lexicon, name: str) -> tuple[Explanation, ...]:
    """The entries with this id, or with this written form in any case and spacing, or of which it is a variant (`leopard 2a7`)."""
    owners = _owners(lexicon, fold=True)
    if name in lexicon.entities:
        found = [lexicon.entities[name]]
    else:
        found = list({entity.id: entity for entity, _ in owners.get(_form(name, fold=True), ())}.values())
    return tuple(_explanation(lexicon, entity, owners) for entity in found or _of_variant(lexicon, name))


def close_names(lexicon: Lexicon, name: str, most: int = 5) -> tuple[str, ...]:
    """Written forms of the lexicon that look like `name`, the most alike first."""
    written = {_form(alias.text, fold=True): alias.text for entity in lexicon.entities.values() for alias in entity.aliases}
    return tuple(written[form] for form in difflib.get_close_matches(_form(name, fold=True), written, most, 0.75))


def _of_variant(lexicon: Lexicon, name: str) -> list[Entity]:
    """The entities that the matcher finds under the whole of `name`, as written or with the capitals of a designator."""
    matcher = Matcher(lexicon)
    for written in (name, name.title(), name.upper()):
        text = Text(written)
        grown = [extend(text, match) for match in matcher.matches(text)]
        found = {m.form.entity.id: m.form.entity for m in grown if m and (m.start, m.end) == (0, len(written))}
        if found:
            return list(found.values())
    return []


def _explanation(lexicon: Lexicon, entity: Entity, owners: Mapping[str, list[tuple[Entity, Alias]]]) -> Explanation:
    shared = {}
    for alias in entity.aliases:
        others = tuple({other.id for other, _ in owners[_form(alias.text, fold=True)]} - {entity.id})
        if others:
            shared[alias.text] = tuple(sorted(others))
    ancestors = tuple(lexicon.entities[parent] for parent in lexicon.ancestors(entity.id) if parent in lexicon.entities)
    children = tuple(other for other in lexicon.entities.values() if other.parent == entity.id)
    forms = [compile_form(entity, cut, (), ()) for cut in cut_aliases(entity)]
    rules = {form.alias.text: effective_rule(_written(form)) for form in forms}
    text_needs = {
        form.alias.text: asked for form in forms if not rules[form.alias.text].gated and (asked := _asked_of_text(form))
    }
    return Explanation(entity, ancestors, children, shared, rules, text_needs)


def _written(form: Form) -> Match:
    """The form found letter by letter, and nothing beside it."""
    return Match(form, 0, len(form.atoms) - 1, 0, len(form.alias.text), exact=True)


def _asked_of_text(form: Form) -> str:
    """What an English text needs around the name of a system or programme that has no rule (`gating`, `Evidence.foreign`)."""
    bare = not form.lead and not form.tail  # the type noun of `Patriot missile` is a word of arms itself
    if form.entity.label not in ("PLATFORM", "PROGRAM") or not (form.designator or (bare and len(form.atoms) < 3)):
        return ""
    if form.weak:
        return "a word of arms or another name in the text, or a count before it"
    if form.designator:
        return "a text that is not about something else"
    return "a word of arms, a place or another name in the text"


def _problems(entity: Entity, lexicon: Lexicon, countries: frozenset[str]) -> Iterator[str]:
    if not _SLUG.match(entity.id):
        yield "the id is not a slug"
    if not entity.name:
        yield "no name"
    if entity.label == "PLATFORM" and entity.category not in CATEGORIES:
        yield f"unknown category {entity.category!r}"
    if entity.label != "PLATFORM" and entity.category:
        yield f"a category on a {entity.label}"
    if entity.iso3 and entity.iso3 not in countries:
        yield f"unknown country {entity.iso3!r}"
    if entity.source not in lexicon.sources:
        yield f"unknown source {entity.source!r}"
    if entity.parent and entity.parent not in lexicon.entities:
        yield f"parent {entity.parent!r} does not exist"
    if entity.id in lexicon.ancestors(entity.id):
        yield "is its own ancestor"
    for alias in entity.aliases:
        if not atomise(alias.text):
            yield f"alias {alias.text!r} has no letter or digit"
        if alias.rule.maker and not entity.parent:
            yield f"alias {alias.text!r} asks for a maker, but there is no parent"
    for text, n in Counter(alias.text for alias in entity.aliases).items():
        if n > 1:
            yield f"alias {text!r} is listed {n} times"


def _ambiguous(lexicon: Lexicon) -> Iterator[str]:
    """Forms that two entities have: each must be gated, and by rules that differ."""
    for owners in _owners(lexicon, fold=False).values():
        by_id = {entity.id: (entity, alias) for entity, alias in owners}
        if len(by_id) < 2:
            continue
        names = ", ".join(by_id)
        rules = [alias.rule for _, alias in by_id.values()]
        for entity, alias in by_id.values():
            if not (alias.rule.gated or alias.rule.nots):
                yield f"{entity.where}: {entity.id}: {alias.text!r} is also another's ({names}) and has no rule"
            elif rules.count(alias.rule) > 1:
                yield f"{entity.where}: {entity.id}: {alias.text!r} has the same rule in {names}"


def _owners(lexicon: Lexicon, *, fold: bool) -> dict[str, list[tuple[Entity, Alias]]]:
    owners: dict[str, list[tuple[Entity, Alias]]] = {}
    for entity in lexicon.entities.values():
        for alias in entity.aliases:
            owners.setdefault(_form(alias.text, fold=fold), []).append((entity, alias))
    return owners


def _form(text: str, *, fold: bool) -> str:
    """A name with spacing and hyphens evened out; `fold` also evens out case, diacritics and the two ways to write Chinese."""
    pieces = [atom.text for atom in atomise(text)]
    return " ".join(map(plain, pieces)).casefold() if fold else " ".join(pieces)


def _countries() -> frozenset[str]:
    import pycountry

    return frozenset(country.alpha_3 for country in pycountry.countries) | _USER_ASSIGNED


def _place(problem: str) -> tuple[str, int]:
    file, _, rest = problem.partition(":")
    number = rest.partition(":")[0]
    return file, int(number) if number.isdigit() else 0
