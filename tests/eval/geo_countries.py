"""The sets of countries of short articles of our own: `python -m tests.eval.geo_countries`.

Each line of the file is JSON: {"id", "language", "title", "text", "countries": [ISO3, …]}. The measure is precision, recall and F1 over
pairs (article, country) of what the whole tagger answers; `exact` is the share of articles whose set is right.
"""

import json
from dataclasses import dataclass, field
from pathlib import Path

from transforms.tag.tagger import Tagger

FILE = Path(__file__).parents[1] / "data" / "geo" / "articles" / "countries.jsonl"


@dataclass
class Sets:
    """Counts over articles."""

    articles: int = 0
    exact: int = 0
    right: int = 0
    found: int = 0
    gold: int = 0
    errors: list[str] = field(default_factory=list)

    @property
    def f1(self) -> float:
        """Over pairs of article and country."""
        return 2 * self.right / max(1, self.found + self.gold)

    def row(self) -> str:
        """One line."""
        return (
            f"{self.articles} articles | P {self.right / max(1, self.found):.3f} R {self.right / max(1, self.gold):.3f} "
            f"F1 {self.f1:.3f} ({self.gold}) | exact {self.exact / max(1, self.articles):.3f}"
        )


def compare(tagger: Tagger, path: Path = FILE) -> Sets:
    """Tags every article and compares the countries."""
    sets = Sets()
    for line in path.read_text("utf-8").splitlines():
        row = json.loads(line)
        found = {c.iso3 for c in tagger.tag(row["text"], title=row["title"], language=row["language"]).countries}
        gold = set(row["countries"])
        sets.articles += 1
        sets.exact += found == gold
        sets.right += len(found & gold)
        sets.found += len(found)
        sets.gold += len(gold)
        if found != gold:
            sets.errors.append(f"{row['id']} wrong {sorted(found - gold)} missed {sorted(gold - found)}: {row['title']}")
    return sets


def main() -> None:
    """The figures and the errors."""
    sets = compare(Tagger())
    print(sets.row(), *sets.errors, sep="\n  ")


if __name__ == "__main__":
    main()
