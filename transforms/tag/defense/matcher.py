"""One pass over the text: where are names of the lexicon written, and in what manner.

The names stand in a trie of atom keys (`atoms.key`); a key that fits is only a candidate, decided by comparing the atoms as
written (case, inflection) and what stands between them. All candidates come out, nested ones too: gates decide later.
"""

import itertools
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from transforms.tag.defense.atoms import (
    APOSTROPHES,
    DASHES,
    Atom,
    atomise,
    is_cyrillic,
    is_hangul,
    is_semitic,
    is_wide,
    key,
    plain,
    words,
)
from transforms.tag.defense.inflect import agrees, inflecting, korean_tail, other_keys
from transforms.tag.defense.lexicon import Alias, Entity, Lexicon, Rule

_END = ""  # trie key of the forms that end at a node
_BLANKS = frozenset((" ", "\u00a0", "\u202f", "\u2009", "  "))
_JOINS = _BLANKS | frozenset(DASHES) | {""}
_WORDS = _BLANKS | frozenset(DASHES)
_DOTS = frozenset("·・‧•- \u00a0")  # what stands between the parts of a foreign name in Chinese and Japanese
_MAX_GAP = 3


TYPE_NOUNS = words(
    """tank tanks howitzer howitzers missile missiles rocket rockets launcher launchers system systems gun guns rifle pistol carbine
    drone drones helicopter helicopters aircraft jet fighter bomber trainer frigate frigates corvette destroyer submarine carrier ship
    boat vehicle vehicles truck radar torpedo bomb mine engine satellite mortar interceptor munition turret artillery program programme
    initiative project family air defense defence 전차 자주포 전투기 장갑차 헬기 미사일 잠수함 호위함 구축함"""
)
_LEGAL_FORMS = words(
    "GmbH AG SE KG SA SAS SpA Spa PLC Plc plc AB ASA AS Oy Oyj Inc Corp Ltd LLC BV NV PJSC JSC OJSC OAO PAO AO Co KK"
)


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


@dataclass(frozen=True, slots=True)
class Match:
    """A name found: atoms `first`..`last` of the text, code points `start`..`end`.

    `respaced`: another spacing than the lexicon's; `recased`: another case, `capitals`: all of them; `inflected`: an ending was added.
    """

    form: Form
    first: int
    last: int
    start: int
    end: int
    respaced: bool = False
    recased: bool = False
    inflected: bool = False
    variant: str = ""
    capitals: bool = False
    joined: bool = False  # two names of the system, or designator and variant, stand together


class Text:
    """A text cut once into atoms, with what is asked of it again and again."""

    def __init__(self, text: str, language: str = "") -> None:
        self.text = text
        self.language = language
        self.atoms = atomise(text)
        self.gaps = [text[a.end : b.start] for a, b in itertools.pairwise(self.atoms)]

    def gap(self, index: int) -> str | None:
        """What stands between atoms `index` and `index + 1`; None at the end of the text."""
        return self.gaps[index] if 0 <= index < len(self.gaps) else None


def _gap_kind(gap: str, left: str, right: str) -> str:
    """How a gap of a name is compared: j join, w word, else the literal without blanks."""
    if is_wide(left[-1]) or is_wide(right[0]):
        return "?" if gap in _DOTS else ""
    if gap in _JOINS and left[-1].isdigit() != right[0].isdigit():
        return "j"
    if gap.strip(" \u00a0") in frozenset(DASHES) | {""}:
        return "w" if gap else ""
    return "".join("'" if c in APOSTROPHES else c for c in gap if not c.isspace())


def _gap_fits(kind: str, gap: str) -> bool:
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


def surplus(label: str, atoms: tuple[str, ...], gaps: tuple[str, ...]) -> tuple[int, int]:
    """(atoms in front, atoms at the end) that an alias lists for context and that are outside the span by spans.md."""
    lead = tail = 0
    if label in ("PLATFORM", "PROGRAM") and not (atoms[0].isdigit() and atoms[1:2] == ("mm",)):
        while tail + 1 < len(atoms) and atoms[-1 - tail] in TYPE_NOUNS and gaps[-1 - tail] in ("w", "j", "?"):
            tail += 1
        syllables = len(atoms) - 1 - max((n for n, gap in enumerate(gaps) if gap == "?"), default=len(atoms))
        if 0 < syllables < len(atoms) and "".join(atoms[-syllables:]) in TYPE_NOUNS:
            tail = syllables
        while lead + tail + 1 < len(atoms) and is_cyrillic(atoms[lead]) and atoms[lead].islower():
            lead += 1
    elif label == "COMPANY":
        while tail + 1 < len(atoms) and atoms[-1 - tail] in _LEGAL_FORMS:
            tail += 1
    return lead, tail


class Matcher:
    """The trie over all forms of a lexicon. `matches` finds every candidate in a text."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._trie: dict[str, Any] = {}
        cuts = {entity.id: cut_aliases(entity) for entity in lexicon.entities.values()}
        for entity in lexicon.entities.values():
            own = {cut[2] for cut in cuts[entity.id]}
            makers = {cut[2] for cut in cuts.get(entity.parent, ())} if entity.label == "PLATFORM" else own
            forms = [compile_form(entity, cut, makers if makers is not own else (), own) for cut in cuts[entity.id]]
            if entity.label == "PLATFORM":
                forms += companions(entity, forms)
            for form in forms:
                self._add(form)

    def _add(self, form: Form) -> None:
        node = self._trie
        for atom in form.atoms:
            node = node.setdefault(key(atom), {})
        node.setdefault(_END, []).append(form)

    def matches(self, text: Text) -> list[Match]:
        """All candidates in the order of their start, longer ones first."""
        found: list[Match] = []
        trie = self._trie
        alternates = inflecting(text.language)
        for i, atom in enumerate(text.atoms):
            node = trie.get(atom.key)
            if node is not None:
                self._walk(text, i, i, node, 0, found)
            if alternates or is_semitic(atom.text):
                for other, prefix in other_keys(atom.text, text.language):
                    node = trie.get(other)
                    if node is not None:
                        self._walk(text, i, i, node, prefix, found)
        found.sort(key=lambda m: (m.start, -m.end))
        return found

    def _walk(self, text: Text, first: int, at: int, node: dict[str, Any], prefix: int, found: list[Match]) -> None:
        for form in node.get(_END, ()):
            match = _verify(text, form, first, at, prefix)
            if match:
                found.append(match)
        gap = text.gap(at)
        if gap is None or len(gap) > _MAX_GAP or (len(node) == 1 and _END in node):
            return
        atom = text.atoms[at + 1]
        step = node.get(atom.key)
        if step is not None:
            self._walk(text, first, at + 1, step, prefix, found)
        if inflecting(text.language) or is_semitic(atom.text):
            for other, more in other_keys(atom.text, text.language):
                step = node.get(other)
                if step is not None and not more:
                    self._walk(text, first, at + 1, step, prefix, found)


def _verify(text: Text, form: Form, first: int, last: int, prefix: int) -> Match | None:
    """Compare a candidate with the form as written: borders, gaps, case, endings."""
    atoms, source = text.atoms, text.text
    start, end = atoms[first].start + prefix, atoms[last].end
    if first and text.gaps[first - 1] == "" and not _may_touch_left(atoms[first - 1], atoms[first]):
        return None
    for kind, gap in zip(form.gaps, text.gaps[first:last], strict=True):
        if not _gap_fits(kind, gap):
            return None
    gaps = ["-" if gap and gap in DASHES else gap for gap in text.gaps[first:last]]
    respaced = any(kind == "j" and gap != raw for kind, gap, raw in zip(form.gaps, gaps, form.raw, strict=True))
    term = form.entity.label == "TERM"
    inflected = recased = False
    for number, (want, atom) in enumerate(zip(form.atoms, atoms[first : last + 1], strict=True)):
        have = plain(atom.text[prefix:] if prefix and not number else atom.text)
        if have == want:
            continue
        if have[0].isdigit():
            return None
        if term:
            inflected = True
            if not _term_agrees(want, have, text.language):
                return None
            continue
        if agrees(want, have, text.language):
            if not (is_inflectable(form) or not want.isascii() or inflecting(text.language)):
                return None
            inflected = True
        elif _case_agrees(form, number, want, have):
            recased = True
        else:
            return None
    if form.lead or form.tail:
        first, last, prefix = first + form.lead, last - form.tail, 0 if form.lead else prefix
        start, end = atoms[first].start + prefix, atoms[last].end
    if is_hangul(source[end - 1]) and not korean_tail(_hangul_run(source, end)):
        return None
    if source[end - 1] == "." and not source[end : end + 1].isspace():
        end -= 1
    capitals = recased and source[start:end].isupper()
    return Match(form, first, last, start, end, respaced, recased, inflected, capitals=capitals)


def is_inflectable(form: Form) -> bool:
    """Names that take a plural in English: platforms (`two Leopards`), not firms or offices."""
    return form.entity.label == "PLATFORM"


def _term_agrees(want: str, have: str, language: str) -> bool:
    lower, form = have.lower(), want.lower()
    if want.isupper() and len(want) <= 5 and want.isascii():  # an acronym stays one (IED, not "ied")
        return have in (want, want + "s")
    return lower == form or (key(lower) == key(form) and want.isascii()) or agrees(form, lower, language)


def _case_agrees(form: Form, number: int, want: str, have: str) -> bool:
    """Other casings that are still the name: all capitals, `Himars`, `Mig-29`, `Institute For`, `Minsk automobile plant`."""
    bare = have[:-1] if have.endswith("s") and have[:-1].isupper() else have
    if bare.lower() != want.lower() and not agrees(want.lower(), have.lower(), ""):
        return False
    if have.isupper():
        return len(want) > 1 or len(form.atoms) > 1
    if form.designator:
        return have[0].isupper() or (number > 0 and len(want) == 1)
    if want.isupper():
        return len(want) >= 4 and have[0].isupper() and have[1:].islower()
    if want[0].islower():
        return have[0].isupper()
    if have[0].isupper():
        return len(want) >= 5
    return number > 0 and len(form.atoms) >= 3 and form.entity.label in ("COMPANY", "FACILITY")


def _may_touch_left(before: Atom, atom: Atom) -> bool:
    """May a name begin right after `before` without a gap? Where scripts without blanks meet anything else."""
    if is_hangul(atom.text[0]):
        return not is_hangul(before.text[-1])
    return is_wide(atom.text[0]) or is_wide(before.text[-1])


_HANGUL_RUN = re.compile("[\uac00-\ud7a3]*")


def _hangul_run(source: str, start: int) -> str:
    match = _HANGUL_RUN.match(source, start)
    return match.group() if match else ""
