"""Fits the weights by which the geo tagger judges candidates.

`python -m tests.eval.fit_geo --data ../shared/data/geo --write` makes the weights that ship, from all articles.

Logistic regression with an L2 penalty on the features of `transforms.tag.geo.evidence`, over the candidates of labelled news; a candidate
is a mention when a gold place has its exact span. Candidates that the rules veto take no part, nor do demonyms of a set that labels none.
A set's candidates weigh the less the more places it has (by the square root), so that the largest does not set the taste alone. The
features name classes of words and endings of two or three letters, so no names of the texts get into the weights.
"""

import argparse
import math
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tests.eval.geo_sets import SETS, analyses_of, read_set
from transforms.tag.geo.cues import load_cues
from transforms.tag.geo.evidence import Evidence
from transforms.tag.geo.gazetteer import DATA, load_gazetteer
from transforms.tag.geo.judge import merge
from transforms.tag.geo.lexicon import load_lexicon
from transforms.tag.geo.scan import candidates_of, words_of

_RARE = 8
_PENALTY = 4.0


@dataclass
class Text:
    """The candidates of one labelled text: features, whether each is a mention."""

    features: list[list[str]]
    right: list[int]
    weight: float


def examples(data: Path, half: int | None, cache: Path | None) -> list[Text]:
    """All candidates of the labelled sets."""
    lexicon, gazetteer, cues = load_lexicon(), load_gazetteer(), load_cues()
    texts = []
    for name in SETS:
        articles = read_set(data / f"{name}.jsonl.gz", 0, half)
        analyses, _ = analyses_of(articles, cache, name)
        weight = 30.0 / math.sqrt(sum(len(article["places"]) for article in articles))
        for article, analysis in zip(articles, analyses, strict=True):
            gold = {(p["start"], p["end"]) for p in article["places"]}
            words = words_of(analysis.text)
            candidates = merge(candidates_of(analysis, words, lexicon, gazetteer, cues))
            evidence = Evidence(analysis, words, candidates, gazetteer, lexicon, cues)
            text = Text([], [], weight)
            for c in candidates:
                label = c.entry.label if c.entry is not None else ""
                if evidence.vetoed(c) or label in ("ALLIANCE", "METONYM") or (name == "geovirus" and label == "NATIONALITY"):
                    continue
                text.features.append(evidence.features(c))
                text.right.append(int((c.start, c.end) in gold))
            texts.append(text)
    return texts


def fit(texts: list[Text]) -> dict[str, float]:
    """Weights of the features, the constant under "always"."""
    rows = [f for text in texts for f in text.features]
    right = [y for text in texts for y in text.right]
    share = np.array([text.weight for text in texts for _ in text.right], dtype=np.float32)
    counts = Counter(name for row in rows for name in set(row))
    names = sorted(name for name, n in counts.items() if n >= _RARE)
    index = {name: i + 1 for i, name in enumerate(names)}
    x = np.zeros((len(rows), len(names) + 1), dtype=np.float32)
    x[:, 0] = 1.0
    for i, row in enumerate(rows):
        for name in row:
            if name in index:
                x[i, index[name]] = 1.0
    y = np.array(right, dtype=np.float32)
    beta = np.zeros(x.shape[1])
    penalty = np.full(x.shape[1], _PENALTY)
    penalty[0] = 0.01
    for _ in range(25):
        p = 1.0 / (1.0 + np.exp(-np.clip(x @ beta, -30, 30)))
        gradient = x.T @ (share * (p - y)) + penalty * beta
        hessian = (x * (share * p * (1 - p))[:, None]).T @ x + np.diag(penalty)
        step = np.linalg.solve(hessian, gradient)
        beta -= step
        if float(np.abs(step).max()) < 1e-4:
            break
    return {"always": float(beta[0])} | {name: float(beta[i]) for name, i in index.items()}


def main() -> None:
    """Fits, writes with --write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--half", type=int, choices=(0, 1), default=None)
    parser.add_argument("--cache", type=Path, default=None)
    parser.add_argument("--write", action="store_true")
    args = parser.parse_args()
    texts = examples(args.data, args.half, args.cache)
    weights = fit(texts)
    print(f"{sum(len(t.right) for t in texts)} candidates, {sum(sum(t.right) for t in texts)} mentions, {len(weights)} weights")
    if args.write:
        lines = [
            "# feature\tweight; written by `python -m tests.eval.fit_geo`",
            *(f"{name}\t{weights[name]:.3f}" for name in sorted(weights)),
        ]
        (DATA / "weights.tsv").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
