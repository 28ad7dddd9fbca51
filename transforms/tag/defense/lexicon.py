"""The defense lexicon: plain text files, one entity a line, read into frozen dataclasses.

Eight columns separated by ` | `: id, name, aliases, country, category, parent, context, source. The first line of a file
names its label (`# label: PLATFORM`); `data/lexicon/sources.txt` explains the source codes. `checks.py` proves a lexicon sound;
reading is lenient, so that a check can report every problem at once.
"""

import functools
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

LEXICON_DIR = Path(__file__).parent.parent / "data" / "lexicon"
LABELS = ("COMPANY", "PLATFORM", "PROGRAM", "AGENCY", "THINK_TANK", "FACILITY", "TERM")
CATEGORIES = (
    "aircraft", "helicopter", "uav", "missile", "air_defense", "armor", "artillery",
    "naval", "munition", "sensor_ew", "small_arms", "space", "engine", "vehicle",
)  # fmt: skip
COLUMNS = 8
_ALIAS = re.compile(r"^(?P<text>[^{}]*?)\s*(?:\{(?P<rule>[^{}]*)\})?$")


@dataclass(frozen=True, slots=True)
class Rule:
    """What a name needs before it counts as a mention; all the parts must hold. The default needs nothing."""

    cue: bool = False  # a defense cue in the document
    near: bool = False  # a defense cue in the sentence
    maker: bool = False  # the parent or an ancestor is mentioned in the document
    words: tuple[str, ...] = ()  # one of these within six tokens
    nots: tuple[str, ...] = ()  # none of these in the sentence
    typed: bool = False  # the type noun of its category follows at once: `Mirage jet`
    free: bool = False  # `{-}`: needs nothing, even where a rough form would be asked for a cue
    problem: str = ""  # what could not be read

    @property
    def gated(self) -> bool:
        """True if something positive is asked for (`not:` alone lets a name stand until it is contradicted)."""
        return bool(self.cue or self.near or self.maker or self.words or self.typed)


@dataclass(frozen=True, slots=True)
class Alias:
    """One written form of an entity with the rule that holds for it."""

    text: str
    rule: Rule


@dataclass(frozen=True, slots=True)
class Entity:
    """A line of the lexicon. `aliases[0]` is the name itself; `iso3` and `parent` are "" when unknown."""

    id: str
    name: str
    label: str
    aliases: tuple[Alias, ...]
    iso3: str = ""
    category: str = ""
    parent: str = ""
    context: str = ""
    source: str = ""
    where: str = ""  # file:line


@dataclass(frozen=True)
class Lexicon:
    """All entities by id, the short hash of the files they came from, and what could not be read."""

    entities: Mapping[str, Entity]
    version: str
    sources: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[str, ...] = ()

    def ancestors(self, entity_id: str) -> tuple[str, ...]:
        """Ids of the parent, its parent and so on; a cycle ends the walk."""
        found: list[str] = []
        entity = self.entities.get(entity_id)
        while entity and entity.parent and entity.parent not in found:
            found.append(entity.parent)
            entity = self.entities.get(entity.parent)
        return tuple(found)


@functools.cache
def parse_rule(text: str) -> Rule:
    """A `context` column or an alias's braces -> Rule. Unknown parts are named in `problem` and gate the name (`near`)."""
    cue = near = maker = typed = free = False
    words: list[str] = []
    nots: list[str] = []
    problem = ""
    for part in text.split():
        key, colon, value = part.partition(":")
        if part == "cue":
            cue = True
        elif part == "near":
            near = True
        elif part == "maker":
            maker = True
        elif key == "word" and colon and value:
            words += [word for word in value.split(",") if word]
        elif key == "not" and colon and value:
            nots += [word for word in value.split(",") if word]
        elif part == "typed":
            typed = True
        elif part == "-":
            free = True
        else:
            problem, near = f"unknown rule part {part!r}", True
    return Rule(cue, near, maker, tuple(words), tuple(nots), typed, free, problem)


def parse_alias(text: str, column: Rule) -> Alias:
    """`MAZ {cue}` -> Alias; without braces the column's rule holds. Odd braces are named in the rule's `problem`."""
    match = _ALIAS.match(text)
    if not match or not match["text"]:
        return Alias(text.partition("{")[0].strip(), Rule(near=True, problem=f"bad braces in {text!r}"))
    return Alias(match["text"], column if match["rule"] is None else parse_rule(match["rule"]))


def parse_lines(lines: list[str], file: str) -> tuple[list[Entity], list[str]]:
    """The lines of one file -> its entities and its problems (`file:line: what`)."""
    entities: list[Entity] = []
    problems: list[str] = []
    label = ""
    for number, line in enumerate(lines, 1):
        if line.startswith("#"):
            if line.startswith("# label:"):
                label = line.removeprefix("# label:").strip()
                if label not in LABELS:
                    problems.append(f"{file}:{number}: unknown label {label!r}")
            continue
        if not line.strip():
            continue
        where = f"{file}:{number}"
        columns = [column.strip() for column in line.split("|")]
        if len(columns) != COLUMNS or "\t" in line:
            problems.append(f"{where}: {len(columns)} columns instead of {COLUMNS}")
            continue
        entity_id, name, aliases, iso3, category, parent, context, source = columns
        rule = parse_rule(context)
        forms = [Alias(name, rule)]
        forms += [parse_alias(alias.strip(), rule) for alias in aliases.split(";") if alias.strip()]
        problems += [f"{where}: {form.rule.problem}" for form in forms if form.rule.problem]
        entities.append(Entity(entity_id, name, label, tuple(forms), iso3, category, parent, context, source, where))
    return entities, problems


def lexicon_version(folder: Path = LEXICON_DIR) -> str:
    """The short content hash of the `*.txt` of `folder`: names and bytes, in the order of the names."""
    digest = hashlib.sha256()
    for path in sorted(folder.glob("*.txt")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]


def read_lexicon(folder: Path = LEXICON_DIR) -> Lexicon:
    """Read all `*.txt` of `folder`. Of lines with the same id the first is kept and the others are problems."""
    entities: dict[str, Entity] = {}
    sources: dict[str, str] = {}
    problems: list[str] = []
    for path in sorted(folder.glob("*.txt")):
        lines = path.read_bytes().decode().splitlines()
        if path.name == "sources.txt":
            for line in lines:
                if line.strip() and not line.startswith("#"):
                    code, _, meaning = line.partition("|")
                    sources[code.strip()] = meaning.strip()
            continue
        found, bad = parse_lines(lines, path.name)
        problems += bad
        for entity in found:
            if entity.id in entities:
                problems.append(f"{entity.where}: id {entity.id!r} is taken by {entities[entity.id].where}")
            else:
                entities[entity.id] = entity
    return Lexicon(entities, lexicon_version(folder), sources, tuple(problems))
