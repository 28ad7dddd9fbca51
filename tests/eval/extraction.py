"""Text extraction against hand-made article bodies: `python -m tests.eval.extraction --data ../shared/data/pages`.

The measure is the one of the article-extraction benchmark from which the pages come: 4-word shingles as multisets; precision and
recall of each page; their means over all pages; F1 of the two means.
"""

import argparse
import gzip
import json
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

_WORD = re.compile(r"\w+")
_SHINGLE = 4


@dataclass(frozen=True)
class Score:
    """Means over `pages` pages."""

    precision: float
    recall: float
    pages: int

    @property
    def f1(self) -> float:
        return 2 * self.precision * self.recall / (self.precision + self.recall) if self.precision + self.recall else 0.0


def shingles(text: str) -> Counter[tuple[str, ...]]:
    """The 4-word shingles of `text`; a shorter text is one shingle."""
    words = _WORD.findall(text)
    count = max(1, len(words) - _SHINGLE + 1)
    return Counter(tuple(words[i : i + _SHINGLE]) for i in range(count)) if words else Counter()


def compare(gold: str, found: str) -> tuple[float, float]:
    """Precision and recall of one page; nothing found has precision 1 and recall 0."""
    want, have = shingles(gold), shingles(found)
    shared = sum((want & have).values())
    return (shared / have.total() if have else 1.0, shared / want.total() if want else 1.0)


def evaluate(data: Path) -> Score:
    """Extract every page of `data` with dibwatch's own settings and compare with `gold.json`."""
    import dataclasses
    from datetime import UTC, datetime

    import zstandard

    from schemas.errors import ItemError
    from schemas.records import Entry, Page
    from transforms.extract.article import extract_article

    gold = json.loads((data / "gold.json").read_text(encoding="utf-8"))
    template = Page(
        entry=Entry(url="", url_key="", feed_urls=()), article_id="", final_url="", canonical_url="", status=200,
        content_type="text/html", body_zstd=b"", body_bytes=0, body_sha256="", fetched_at=datetime(2026, 1, 1, tzinfo=UTC), fetch_ms=0,
    )  # fmt: skip
    scores = []
    for name, truth in gold.items():
        body = gzip.decompress((data / f"{name}.html.gz").read_bytes())
        page = dataclasses.replace(
            template, final_url=truth["url"], canonical_url=truth["url"], body_zstd=zstandard.compress(body), body_bytes=len(body)
        )
        try:
            text = extract_article(page).text
        except ItemError:
            text = ""
        scores.append(compare(truth["body"], text))
    return Score(sum(p for p, _ in scores) / len(scores), sum(r for _, r in scores) / len(scores), len(scores))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    score = evaluate(parser.parse_args().data)
    print(f"precision {score.precision:.3f}  recall {score.recall:.3f}  F1 {score.f1:.3f}  ({score.pages} pages)")


if __name__ == "__main__":
    main()
