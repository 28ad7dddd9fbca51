"""Labelled sentences as they stand in the repository: `The [[Su-25|PLATFORM|su-25]] flew.`"""

import json
import re
from pathlib import Path
from typing import Any, NamedTuple

_MARK = re.compile(r"\[\[(?P<text>[^|\]]+)\|(?P<label>[A-Z_]+)\|(?P<id>[^|\]]*)\]\]")


class Span(NamedTuple):
    """A labelled span; `start` and `end` are code points of the plain text, end exclusive."""

    start: int
    end: int
    label: str
    entity_id: str


def parse_markup(markup: str) -> tuple[str, tuple[Span, ...]]:
    """Marked text -> (plain text, spans in order). Raises ValueError when brackets are left over."""
    parts: list[str] = []
    spans: list[Span] = []
    length = at = 0
    for mark in _MARK.finditer(markup):
        before = markup[at : mark.start()]
        parts += [before, mark["text"]]
        start = length + len(before)
        length = start + len(mark["text"])
        spans.append(Span(start, length, mark["label"], mark["id"]))
        at = mark.end()
    text = "".join(parts) + markup[at:]
    if "[[" in text or "]]" in text:
        raise ValueError(f"bad markup: {markup}")
    return text, tuple(spans)


def read_jsonl(path: Path) -> list[dict[str, Any]]:
    """One JSON object a line."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
