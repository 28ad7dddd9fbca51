"""The sets of labelled news that the geo tagger is measured on, and what the language model says of them.

Each set is a file NAME.jsonl.gz, one article a line: {"id", "text", "places": [{start, end, phrase, geonameid, lat, lon, country, kind}]};
offsets are code points of `text`, which is given to the tagger as a body without title.
"""

import gzip
import json
import pickle
from pathlib import Path
from typing import Any

from tests.bench.spacy_time import spacy_ner_s
from transforms.tag.analysis import Analysis
from transforms.tag.ner import analyse

SETS = ("trnews", "gwn", "lgl", "geovirus")


def read_set(path: Path, sample: int = 0, half: int | None = None) -> list[dict[str, Any]]:
    """The articles of a set: all, the first `sample`, or every other one beginning with `half`."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        articles = [json.loads(line) for line in file]
    if half is not None:
        articles = articles[half::2]
    return articles[:sample] if sample else articles


def analyses_of(articles: list[dict[str, Any]], cache: Path | None, name: str) -> tuple[list[Analysis], float]:
    """What the model says of the articles, and the CPU seconds that spaCy's own takes; kept under `cache` when that is given."""
    path = cache / f"{name}-{len(articles)}-{articles[0]['id'].replace('/', '_')}.pickle" if cache else None
    if path and path.exists():
        rows, seconds = pickle.loads(path.read_bytes())
    else:
        found = list(analyse([("", article["text"]) for article in articles], "en"))
        seconds = spacy_ner_s(article["text"] for article in articles)
        rows = [(a.text, a.body_start, a.language, a.tokens, a.sentences, a.ents) for a in found]
        if path:
            path.write_bytes(pickle.dumps((rows, seconds)))
    return [Analysis(*row) for row in rows], seconds
