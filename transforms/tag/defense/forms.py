"""The written forms of names, cut into atoms once when the lexicon is loaded.

Between the atoms of a form stand gaps of some kind: a hyphen may be written as a blank, between letters and digits as nothing. What a
form holds for context alone (a type noun, the maker, a legal form) is left out of the span.
"""

import itertools
from collections.abc import Collection, Iterator
from typing import NamedTuple

from transforms.tag.defense.atoms import APOSTROPHES, DASHES, Atom, atomise, is_cyrillic, is_wide, plain, words
from transforms.tag.defense.lexicon import Alias, Entity, Rule

_BLANKS = frozenset((" ", "\u00a0", "\u202f", "\u2009", "  "))
_JOINS = _BLANKS | frozenset(DASHES) | {""}
_WORDS = _BLANKS | frozenset(DASHES)
_DOTS = frozenset("·・‧•- \u00a0")  # what stands between the parts of a foreign name in Chinese and Japanese
TYPE_NOUNS = words(
    """tank tanks howitzer howitzers missile missiles rocket rockets launcher launchers system systems gun guns rifle pistol carbine
    drone drones helicopter helicopters aircraft jet fighter bomber trainer frigate frigates corvette destroyer submarine carrier ship
    boat vehicle vehicles truck radar torpedo bomb mine engine satellite mortar interceptor munition turret artillery kit kits
    guidance icebreaker program programme initiative project family air defense defence
    전차 자주포 전투기 장갑차 헬기 미사일 잠수함 호위함 구축함"""
)
_LEGAL_FORMS = words(
    "GmbH AG SE KG SA SAS SpA Spa PLC Plc plc AB ASA AS AD EAD Oy Oyj Inc Corp Ltd LLC BV NV PJSC JSC OJSC OAO PAO AO Co KK"
)
_LEADING_FORMS = words(
    "PT JSC PJSC OJSC LLC OAO PAO AO ПАО ОАО АО ООО ТОВ ДП КБ ОКБ ЦКБ НВП НПО НПП"
)  # the Russian ones only before a quote
PLACE_NOUNS = words("air base airbase airfield aerodrome naval shipyard dockyard range depot arsenal plant station")


class Form(NamedTuple):
    """One alias, cut into plain atoms (case kept) and the kinds of gap between them."""

    entity: Entity
    alias: Alias
    atoms: tuple[str, ...]
    gaps: tuple[str, ...]
    designator: bool  # a platform name with a digit in it
    weak: bool  # letters and digits so few that another spacing may be another thing
    lead: int = 0  # atoms in front that are context and not name (`tank T-90`, `South Korea's ...`, the maker)
    tail: int = 0  # atoms at the end that are context and not name (`K2 tank`, `ARTEC GmbH`)
    companion: bool = False  # a popular name that only counts beside the designator (`Orion` of `P-3 Orion`)
    raw: tuple[str, ...] = ()  # the gaps as the lexicon writes them


def _gap_kind(gap: str, left: str, right: str) -> str:
    """How a gap of a name is compared: j join, w word, else the literal without blanks."""
    if is_wide(left[-1]) or is_wide(right[0]):
        return "?" if gap in _DOTS else ""
    if gap in _JOINS and left[-1].isdigit() != right[0].isdigit():
        return "j"
    if gap.strip(" \u00a0") in frozenset(DASHES) | {""}:
        return "w" if gap else ""
    return "".join("'" if c in APOSTROPHES else c for c in gap if not c.isspace())


def gap_fits(kind: str, gap: str) -> bool:
    """Does what stands between two atoms of the text match what `_gap_kind` made of the name's?"""
    if kind == "j":
        return gap in _JOINS
    if kind == "w":
        return gap in _WORDS
    if kind == "":
        return not gap
    if kind == "?":
        return not gap or gap in _DOTS
    if kind == "'":
        return not gap or gap in APOSTROPHES
    bare = "".join("'" if c in APOSTROPHES else c for c in gap if not c.isspace())
    return bare == kind or (kind == "." and bare == "")


Cut = tuple[Alias, list[Atom], tuple[str, ...]]  # an alias, its atoms, their plain texts


def cut_aliases(entity: Entity) -> list[Cut]:
    """The aliases of an entity that hold a letter or digit, cut into atoms."""
    cuts = [(alias, atomise(alias.text)) for alias in entity.aliases]
    return [(alias, atoms, tuple([plain(atom.text) for atom in atoms])) for alias, atoms in cuts if _long_enough(atoms)]


def _long_enough(atoms: list[Atom]) -> bool:
    """A single letter is no name."""
    return bool(atoms) and (len(atoms) > 1 or len(atoms[0].text) > 1 or is_wide(atoms[0].text))


def compile_form(entity: Entity, cut: Cut, makers: Collection[tuple[str, ...]], own: Collection[tuple[str, ...]]) -> Form:
    """An alias as atoms and gaps. `makers` are the forms of the parent, `own` those of the entity: `Maker X` beside `X` is two names."""
    alias, pieces, atoms = cut
    text = alias.text
    gaps = tuple([_gap_kind(text[a.end : b.start], a.text, b.text) for a, b in itertools.pairwise(pieces)])
    digits = any(atom[0].isdigit() for atom in atoms)
    weak = digits and text.isascii() and sum(map(len, atoms)) <= 3
    lead, tail = surplus(entity.label, atoms, gaps)
    for size in range(1, len(atoms)):
        owner = size > 1 and atoms[size - 1] == "s" and gaps[size - 2] == "'" and entity.label == "AGENCY"  # `South Korea's`
        if (atoms[:size] in makers or owner) and atoms[size:] in own and atoms[:size] not in own:
            lead = size
    raw = tuple(["-" if (gap := text[a.end : b.start]) in DASHES else gap for a, b in itertools.pairwise(pieces)])
    return Form(entity, alias, atoms, gaps, digits and entity.label == "PLATFORM", weak, lead, tail, False, raw)


def companions(entity: Entity, forms: list[Form]) -> Iterator[Form]:
    """Popular names out of forms that hold designator and name: beside the designator they are one span with it."""
    own = {form.atoms for form in forms}
    seen = set(own)
    for form in forms:
        for size in range(2, len(form.atoms)):
            rest = form.atoms[size:]
            if (
                form.atoms[:size] in own
                and form.atoms[size - 1][0].isdigit()
                and rest not in seen
                and rest[0].istitle()
                and len(rest[0]) > 2
            ):
                seen.add(rest)
                alias = Alias(" ".join(rest), Rule())
                yield Form(entity, alias, rest, form.gaps[size:], False, False, 0, 0, True, form.raw[size:])


def short_classes(entity: Entity, forms: list[Form]) -> Iterator[Form]:
    """The class of a ship without the word *class*: `Virginia submarine`. It needs the type noun at once, for most are also places."""
    own = {form.atoms for form in forms}
    for form in forms if entity.category == "naval" else ():
        rest = form.atoms[:-1]
        named = rest and rest not in own and rest[0].istitle() and len(rest[0]) > 2 and not form.designator
        if form.atoms[-1] == "class" and named:
            own.add(rest)
            alias = Alias(" ".join(rest), Rule(typed=True))
            yield Form(entity, alias, rest, form.gaps[:-1], False, False, raw=form.raw[:-1])


def surplus(label: str, atoms: tuple[str, ...], gaps: tuple[str, ...]) -> tuple[int, int]:
    """(atoms in front, atoms at the end) that an alias lists for context and that are outside the span by spans.md."""
    lead = tail = 0
    if label in ("PLATFORM", "PROGRAM") and not (atoms[0].isdigit() and atoms[1:2] == ("mm",)):
        while tail + 1 < len(atoms) and atoms[-1 - tail] in TYPE_NOUNS and gaps[-1 - tail] in ("w", "j", "?"):
            tail += 1
        if label == "PROGRAM" and tail and atoms[-1 - tail][0].islower():  # `Czech ammunition initiative` is no name without it
            tail = 0
        syllables = len(atoms) - 1 - max((n for n, gap in enumerate(gaps) if gap == "?"), default=len(atoms))
        if 0 < syllables < len(atoms) and "".join(atoms[-syllables:]) in TYPE_NOUNS:
            tail = syllables
        while lead + tail + 1 < len(atoms) and atoms[lead].islower() and (is_cyrillic(atoms[lead]) or atoms[lead] in TYPE_NOUNS):
            lead += 1
    elif label == "COMPANY":
        while tail + 1 < len(atoms) and atoms[-1 - tail] in _LEGAL_FORMS:
            tail += 1
        if len(atoms) > 1 and atoms[0] in _LEADING_FORMS and (atoms[0].isascii() or "«" in gaps[0]) and gaps[0] != "-":
            lead = 1
    elif label == "FACILITY":
        while tail + 1 < len(atoms) and atoms[-1 - tail] in PLACE_NOUNS and gaps[-1 - tail] == "w":
            tail += 1
    return lead, tail
