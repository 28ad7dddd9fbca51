"""What the language model sees of a text: tokens, sentences, named entities, as plain code-point offsets.

English (and any language whose spaCy model is installed) gets named entities; other languages get tokens and sentences only.
"""

from dataclasses import dataclass
from typing import NamedTuple


class NerSpan(NamedTuple):
    """A named entity of the model: code points `start`..`end` (end exclusive) and the model's own label (GPE, ORG, …)."""

    start: int
    end: int
    label: str


@dataclass(frozen=True, slots=True)
class Analysis:
    """A text as the taggers get it: the title, a newline, the body; or the body alone.

    `body_start` is the code point at which the body begins: mentions before it are the title's. `tokens` and `sentences`
    are (start, end) pairs in ascending order; `ents` never overlap.
    """

    text: str
    body_start: int
    language: str  # ISO 639-1, "" when not known
    tokens: tuple[tuple[int, int], ...]
    sentences: tuple[tuple[int, int], ...]
    ents: tuple[NerSpan, ...]
