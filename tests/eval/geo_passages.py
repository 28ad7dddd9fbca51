"""Passages by another hand, every place in them marked: `python -m tests.eval.geo_passages [FILE] [--errors]`.

Each line is JSON: {"id", "language", "title", "markup", "countries": [ISO3, …]}; `markup` holds `[[surface|LABEL|ISO3]]` as in
`geo_marked`. What is measured is the whole tagger. Spans are those of the body; the countries are those of title and body.

- **precision, recall, F1**: of exact spans; **label**, **country**: shares of the matched spans;
- **set of countries**: precision, recall and F1 over pairs of passage and country.
"""

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.eval.geo_marked import parse_marked
from transforms.tag.tagger import Tagger

FILE = Path(__file__).parents[1] / "data" / "geo" / "articles" / "passages.jsonl"
LATIN = frozenset("de fr es pl it pt tr nl ro cs".split())


@dataclass
class Passages:
    """Counts over passages."""

    passages: int = 0
    found: int = 0
    gold: int = 0
    right: int = 0
    label: int = 0
    country: int = 0
    set_found: int = 0
    set_gold: int = 0
    set_right: int = 0
    errors: list[str] = field(default_factory=list)

    @property
    def f1(self) -> float:
        """Of exact spans."""
        return 2 * self.right / max(1, self.found + self.gold)

    @property
    def set_f1(self) -> float:
        """Over pairs of passage and country."""
        return 2 * self.set_right / max(1, self.set_found + self.set_gold)

    def row(self, name: str) -> str:
        """One line of the table."""
        return (
            f"{name:12} {self.passages:3} | spans P {self.right / max(1, self.found):.3f} R {self.right / max(1, self.gold):.3f} "
            f"F1 {self.f1:.3f} ({self.gold}) | label {self.label / max(1, self.right):.3f} "
            f"country {self.country / max(1, self.right):.3f} | set of countries P {self.set_right / max(1, self.set_found):.3f} "
            f"R {self.set_right / max(1, self.set_gold):.3f} F1 {self.set_f1:.3f} ({self.set_gold})"
        )


def group_of(language: str) -> str:
    """English, languages in Latin letters, in others."""
    return "English" if language == "en" else "Latin" if language in LATIN else "other"


def measure(tagger: Tagger, rows: Sequence[dict[str, object]]) -> Passages:
    """Tags every passage and counts."""
    total = Passages()
    for row in rows:
        text, gold, _ = parse_marked(str(row["markup"]))
        tags = tagger.tag(text, title=str(row["title"]), language=str(row["language"]))
        mentions = {(m.start, m.end): m for m in tags.mentions if m.kind == "geo"}
        matched = [span for span in gold if span in mentions]
        total.passages += 1
        total.found += len(mentions)
        total.gold += len(gold)
        total.right += len(matched)
        total.label += sum(mentions[span].label == gold[span][0] for span in matched)
        total.country += sum(mentions[span].iso3 == gold[span][1] for span in matched)
        listed = row["countries"]
        countries, found = set(listed) if isinstance(listed, list) else set(), {c.iso3 for c in tags.countries}
        total.set_found += len(found)
        total.set_gold += len(countries)
        total.set_right += len(found & countries)
        wrong = [f"{m.text}/{m.label}/{m.iso3}" for s, m in sorted(mentions.items()) if gold.get(s) != (m.label, m.iso3)]
        missed = [
            f"{text[s[0] : s[1]]}/{'/'.join(gold[s])}"
            for s in sorted(gold)
            if s not in mentions or (mentions[s].label, mentions[s].iso3) != gold[s]
        ]
        if wrong or missed or found != countries:
            sets = f" | countries + {sorted(found - countries)} - {sorted(countries - found)}" if found != countries else ""
            total.errors.append(
                f"{row['id']} {row['language']}: found {wrong} gold {missed}{sets}\n      {row['title']} || {text}"
            )
    return total


def read_passages(path: Path = FILE) -> list[dict[str, object]]:
    """The lines of a file."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def main() -> None:
    """The table, by language group, and the errors."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", nargs="?", type=Path, default=FILE)
    parser.add_argument("--errors", action="store_true", help="print every error")
    arguments = parser.parse_args()
    tagger, rows = Tagger(), read_passages(arguments.file)
    print(measure(tagger, rows).row("all"))
    for group in ("English", "Latin", "other"):
        total = measure(tagger, [row for row in rows if group_of(str(row["language"])) == group])
        print(total.row(group))
        if arguments.errors:
            print(*total.errors, sep="\n")


if __name__ == "__main__":
    main()
