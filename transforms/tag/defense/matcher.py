"""One pass over the text: where are names of the lexicon written, and in what manner.

The names stand in a trie of atom keys (`atoms.key`); a key that fits is only a candidate, decided by comparing the atoms as
written (case, inflection) and what stands between them. All candidates come out, nested ones too: gates decide later.
"""

import itertools
import re
from dataclasses import dataclass
from typing import Any

from transforms.tag.defense.atoms import DASHES, QUOTES, Atom, atomise, is_hangul, is_semitic, is_wide, key, plain
from transforms.tag.defense.forms import Form, companions, compile_form, cut_aliases, gap_fits, short_classes
from transforms.tag.defense.inflect import agrees, inflecting, korean_tail, other_keys
from transforms.tag.defense.lexicon import Lexicon

_END = ""  # trie key of the forms that end at a node
_UKRAINIAN = re.compile("[іїєґІЇЄҐ]")
_DASHES = frozenset(DASHES)
_MAX_GAP = 3
_CLOSES = {"»": "«", "”": "“", "“": "„"}


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
    exact: bool = False  # letter by letter as the lexicon has it: tells 国防部 from 國防部, Förs- from Forsvarsdepartementet
    lowered: bool = False  # small letters where the lexicon has capitals
    spread: bool = False  # a blank stands where the lexicon has a hyphen or nothing
    accented: bool = False  # a diacritic that the lexicon's form lacks: `Andúril`, a sword
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
                forms += [*companions(entity, forms), *short_classes(entity, forms)]
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
    if text.language == "ru" and _UKRAINIAN.search(form.alias.text):
        return None  # the Ukrainian name's rule is not that of the Russian one, which may be a first name
    start, end = atoms[first].start + prefix, atoms[last].end
    if first and text.gaps[first - 1] == "" and not _may_touch_left(atoms[first - 1], atoms[first]):
        return None
    if first and text.gaps[first - 1] in _DASHES and len(form.atoms) == 1 and len(atoms[first - 1].text) < 3:
        return None  # the `ACE` of `H-ACE`
    closing = ""  # of quotation marks around the popular name: `Т-90М «Прорыв»`
    for kind, gap in zip(form.gaps, text.gaps[first:last], strict=True):
        if form.designator and kind == "w" and gap in QUOTES and source.startswith(QUOTES[gap], end):
            closing = QUOTES[gap]
        elif not gap_fits(kind, gap):
            return None
    gaps = ["-" if gap and gap in DASHES else gap for gap in text.gaps[first:last]]
    respaced = any(kind == "j" and gap != raw for kind, gap, raw in zip(form.gaps, gaps, form.raw, strict=True))
    spread = respaced and any(gap.isspace() and raw in ("", "-") for gap, raw in zip(gaps, form.raw, strict=True))
    term = form.entity.label == "TERM"
    inflected = recased = lowered = accented = False
    for number, (want, atom) in enumerate(zip(form.atoms, atoms[first : last + 1], strict=True)):
        have = plain(atom.text[prefix:] if prefix and not number else atom.text)
        accented = accented or (want.isascii() and form.alias.text.isascii() and not atom.text[: len(want)].isascii())
        if term and form.alias.text.isascii() and have.isascii() and not atom.text.isascii():
            return None  # Turkish `füze` is a missile and no `fuze`
        if have == want:
            if form.entity.label == "AGENCY" and len(form.atoms) == 1 and form.alias.text.isascii() > atom.text.isascii():
                return None  # the Czech Armáda is an army, the Spanish Armada a navy
            continue
        if have[0].isdigit():
            return None
        if term:
            inflected = True
            accented = want.isascii() and not atom.text.isascii()  # Turkish `füzeler` are no `fuze`
            if accented or not _term_agrees(want, have, text.language):
                return None
            continue
        if agrees(want, have, text.language):
            if not (is_inflectable(form) or not want.isascii() or inflecting(text.language)):
                return None
            inflected = True
        elif _case_agrees(form, number, want, have):
            recased = True
            lowered = lowered or have.islower()
        else:
            return None
    if lowered and respaced:
        return None  # `at 2` is not AT-2
    exact = source[start:end] == form.alias.text
    if form.lead or form.tail:
        first, last, prefix = first + form.lead, last - form.tail, 0 if form.lead else prefix
        start, end = atoms[first].start + prefix, atoms[last].end
    if is_hangul(source[end - 1]) and not korean_tail(_hangul_run(source, end)):
        return None
    if source[end - 1] == "." and not source[end : end + 1].isspace():
        end -= 1
    if form.alias.text.endswith(")") and source.startswith(")", end):
        end += 1
    if (
        not form.designator
        and source[end : end + 1] in _CLOSES
        and (opened := _CLOSES[source[end : end + 1]]) in source[start:end]
    ):
        first = next(i for i in range(first, last + 1) if atoms[i].start > source.index(opened, start))
        start = atoms[first].start  # `Концерн «Калашников»`: what stands in the marks is the name
    capitals = recased and source[start:end].isupper()
    end += len(closing) if not form.tail else 0
    return Match(
        form,
        first,
        last,
        start,
        end,
        respaced,
        recased,
        inflected,
        capitals=capitals,
        exact=exact,
        spread=spread,
        lowered=lowered,
        accented=accented,
    )


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
    if have.islower() and form.designator and have.isascii():  # `su-25`: gates ask for a cue
        return number > 0 or len(want) > 1
    if have.isupper():
        if want.isupper():  # `CNAS` is no plural of CNA
            return False
        return len(want) > 1 or len(form.atoms) > 1
    if form.designator:
        return have[0].isupper() or (number > 0 and len(want) == 1)
    if want.isupper():
        return len(want) >= 4 and have[0].isupper() and have[1:].islower() and have.lower() != f"{want.lower()}es"
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
