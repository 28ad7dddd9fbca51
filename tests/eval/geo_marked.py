"""Sentences of our own with the answers written into them: `python -m tests.eval.geo_marked [FILE…]`.

Each line is JSON: {"id", "kind", "language", "text"}. In the text `[[surface|LABEL|ISO3]]` is a mention that must be found with that label
and country ("" for none), `{{surface}}` is a trap: something that looks like a place and is none. Everything else must not be found either.

- **traps passed**: share of traps that no mention touches;
- **precision, recall, F1**: of exact spans; **label**, **country**: shares of the matched spans.
"""

import json
import re
import sys
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from transforms.tag.geo.tagger import GeoTagger
from transforms.tag.ner import analyse

FOLDER = Path(__file__).parents[1] / "data" / "geo"
_MARK = re.compile(r"\[\[([^|\]]+)\|([A-Z]+)\|([A-Z]*)\]\]|\{\{([^}]+)\}\}")


@dataclass
class Sentence:
    """A sentence without its marks: gold maps (start, end) to (label, iso3)."""

    id: str
    kind: str
    language: str
    text: str = ""
    gold: dict[tuple[int, int], tuple[str, str]] = field(default_factory=dict)
    traps: list[tuple[int, int]] = field(default_factory=list)


@dataclass
class Tally:
    """Counts over sentences."""

    traps: int = 0
    passed: int = 0
    found: int = 0
    gold: int = 0
    right: int = 0
    label: int = 0
    country: int = 0
    errors: list[str] = field(default_factory=list)

    @property
    def precision(self) -> float:
        """Of exact spans."""
        return self.right / max(1, self.found)

    @property
    def recall(self) -> float:
        """Of exact spans."""
        return self.right / max(1, self.gold)

    @property
    def f1(self) -> float:
        """Of exact spans."""
        return 2 * self.right / max(1, self.found + self.gold)

    @property
    def traps_passed(self) -> float:
        """Share of traps that no mention touches."""
        return self.passed / max(1, self.traps)

    @property
    def countries_right(self) -> float:
        """Share of matched spans with the right country."""
        return self.country / max(1, self.right)

    def row(self, name: str) -> str:
        """One line of the table."""
        return (
            f"{name:22} traps passed {self.passed}/{self.traps} | "
            f"P {self.precision:.3f} R {self.recall:.3f} F1 {self.f1:.3f} ({self.gold}) | "
            f"label {self.label / max(1, self.right):.3f} | country {self.countries_right:.3f}"
        )


def parse_marked(marked: str) -> tuple[str, dict[tuple[int, int], tuple[str, str]], list[tuple[int, int]]]:
    """The text without its marks, the mentions, the traps."""
    text, last = "", 0
    gold: dict[tuple[int, int], tuple[str, str]] = {}
    traps: list[tuple[int, int]] = []
    for mark in _MARK.finditer(marked):
        text += marked[last : mark.start()]
        start = len(text)
        text += mark[1] or mark[4]
        if mark[1]:
            gold[start, len(text)] = (mark[2], mark[3])
        else:
            traps.append((start, len(text)))
        last = mark.end()
    return text + marked[last:], gold, traps


def read_marked(path: Path) -> list[Sentence]:
    """The sentences of a file."""
    sentences = []
    for line in path.read_text("utf-8").splitlines():
        row = json.loads(line)
        text, gold, traps = parse_marked(row["text"])
        sentences.append(Sentence(row["id"], row["kind"], row["language"], text, gold, traps))
    return sentences


def tally(sentences: list[Sentence], tagger: GeoTagger) -> Tally:
    """Tags every sentence as a text of its own and counts."""
    by_language: dict[str, list[Sentence]] = defaultdict(list)
    for sentence in sentences:
        by_language[sentence.language].append(sentence)
    total = Tally()
    for language, group in by_language.items():
        for sentence, analysis in zip(group, analyse([("", s.text) for s in group], language), strict=True):
            mentions = {(m.start, m.end): m for m in tagger.find(analysis)}
            sprung = [t for t in sentence.traps if any(a < t[1] and t[0] < b for a, b in mentions)]
            total.traps += len(sentence.traps)
            total.passed += len(sentence.traps) - len(sprung)
            total.found += len(mentions)
            total.gold += len(sentence.gold)
            for span, (label, iso3) in sentence.gold.items():
                if span in mentions:
                    total.right += 1
                    total.label += mentions[span].label == label
                    total.country += mentions[span].iso3 == iso3
            wrong = [
                f"{m.text}/{m.label}/{m.iso3}" for span, m in mentions.items() if sentence.gold.get(span) != (m.label, m.iso3)
            ]
            missed = [sentence.text[a:b] for a, b in sentence.gold if (a, b) not in mentions]
            if wrong or missed:
                total.errors.append(
                    f"{sentence.id} {sentence.kind} {sentence.language}: wrong {wrong} missed {missed}: {sentence.text}"
                )
    return total


def main() -> None:
    """The table and the errors of the files given, or of all."""
    tagger = GeoTagger()
    for path in [Path(p) for p in sys.argv[1:]] or sorted(FOLDER.glob("*.jsonl")):
        total = tally(read_marked(path), tagger)
        print(total.row(path.stem))
        for error in total.errors:
            print("  " + error)


if __name__ == "__main__":
    main()
