"""Cue words: what says that a text, or a sentence, is about arms, or about something else, and which topic it touches.

Read from `data/defense_cues.txt` into pseudo entities, so that the matcher finds names and cues in the same pass.
"""

from pathlib import Path

from transforms.tag.defense.lexicon import Alias, Entity, Rule

CUES_FILE = Path(__file__).parent.parent / "data" / "defense_cues.txt"
TOPICS = (
    "procurement", "production", "export", "sanctions", "conflict_use", "r_and_d", "maintenance", "industry_finance", "policy",
)  # fmt: skip
SECTIONS = ("strong", "weak", "civil", "homonym", *TOPICS)
CUE_ID = "cue:"
_NONE = Rule()


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


def section_of(entity_id: str) -> str:
    """`cue:export:2` -> `export`."""
    return entity_id.split(":")[1]


def weight_of(entity_id: str) -> int:
    """`cue:export:2` -> 2, without a number 1."""
    parts = entity_id.split(":")
    return int(parts[2]) if len(parts) > 2 else 1
