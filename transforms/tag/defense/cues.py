"""Cue words: what says that a text, or a sentence, is about arms, or about something else, and which topic it touches.

Read from `data/defense_cues.txt` into pseudo entities, so that the matcher finds names and cues in the same pass.
"""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from transforms.tag.defense.atoms import Atom
from transforms.tag.defense.lexicon import Alias, Entity, Rule
from transforms.tag.defense.matcher import Match

CUES_FILE = Path(__file__).parent.parent / "data" / "defense_cues.txt"
EVERYDAY_FILE = Path(__file__).parent.parent / "data" / "everyday_words.txt"
TOPICS = (
    "procurement", "production", "export", "sanctions", "conflict_use", "r_and_d", "maintenance", "industry_finance", "policy",
)  # fmt: skip
SECTIONS = ("strong", "weak", "civil", "abroad", "everyday", "crime", "hint", "homonym", "prefix", *TOPICS)
CUE_ID = "cue:"
_NONE = Rule()


class Cue(NamedTuple):
    """A cue word found: code points `start`..`end`, atoms `first`..`last` (-1 when it was found by its beginning)."""

    section: str
    phrase: str
    start: int
    end: int
    weight: int = 1
    first: int = -1
    last: int = -1


class Prefixes:
    """Beginnings of words that are strong cues in languages which compound and inflect: `Panzer-`, `ракет-`, `missil-`."""

    def __init__(self, path: Path = CUES_FILE) -> None:
        words = [alias.text for entity in read_cues(path) if entity.id == "cue:prefix" for alias in entity.aliases]
        self._pattern = re.compile(rf"\b({'|'.join(map(re.escape, words))})\w*", re.I)

    def cues(self, text: str) -> list[Cue]:
        return [Cue("strong", m[1].lower(), m.start(), m.end()) for m in self._pattern.finditer(text)]


class Everyday:
    """English words of animals, food, clothes, games, music, films, home: they speak for another subject than arms."""

    def __init__(self, path: Path = EVERYDAY_FILE) -> None:
        lines = path.read_text(encoding="utf-8").splitlines()
        self._words = frozenset(line for line in lines if line and not line.startswith("#"))

    def cues(self, atoms: Sequence[Atom]) -> list[Cue]:
        """Singular or plural, in small letters: with a capital they may be names themselves."""
        return [
            Cue("everyday", atom.text, atom.start, atom.end, 1, i, i)
            for i, atom in enumerate(atoms)
            if atom.text.islower() and not self._words.isdisjoint(_singulars(atom.text))
        ]


def _singulars(word: str) -> tuple[str, ...]:
    y = word.removesuffix("ies") + "y" if word.endswith("ies") else word
    return (word, word.removesuffix("s"), word.removesuffix("es"), y)


def read_cues(path: Path = CUES_FILE) -> list[Entity]:
    """One pseudo entity per section and weight: id `cue:strong`, `cue:export:2`; label TERM, so any inflection is found.

    A line `section | a; 2 b`: phrases of `section`, a number in front is the weight. Raises ValueError for a bad section.
    """
    forms: dict[str, list[Alias]] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line.startswith("#") or not line.strip():
            continue
        section, _, phrases = (part.strip() for part in line.partition("|"))
        if section not in SECTIONS:
            raise ValueError(f"{path.name}:{number}: unknown section {section!r}")
        for phrase in phrases.split(";"):
            weight, _, rest = phrase.strip().partition(" ")
            if weight.isdigit() and rest:
                forms.setdefault(f"{CUE_ID}{section}:{weight}", []).append(Alias(rest, _NONE))
            else:
                forms.setdefault(f"{CUE_ID}{section}", []).append(Alias(phrase.strip(), _NONE))
    return [Entity(name, name, "NOT" if name == "cue:homonym" else "TERM", tuple(forms[name])) for name in sorted(forms)]


def cue_of(match: Match) -> Cue:
    """A match of a pseudo entity as a cue."""
    _, section, *weight = match.form.entity.id.split(":")
    return Cue(section, match.form.alias.text, match.start, match.end, int(weight[0]) if weight else 1, match.first, match.last)


def is_noun_of(cue: Cue, text: str) -> bool:
    """Whether the text has a thing where the cue of a topic is a participle: the `shells` that a factory makes are no `shelling`."""
    stem = cue.phrase.removesuffix("ing") if cue.phrase.endswith("ing") else cue.phrase.removesuffix("ed")
    return cue.section in TOPICS and stem != cue.phrase and text[cue.start : cue.end].lower() in (stem, stem + "s")
