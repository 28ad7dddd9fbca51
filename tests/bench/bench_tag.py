"""What tagging costs, in one process: `python -m tests.bench.bench_tag [--data ../shared/data/geo]`.

First loading, then a row for each set of texts: CPU seconds of spaCy's own `ner` pipe, and as shares of them the entities as dibwatch
finds them (the same ones), places and countries with their resolution, and defense mentions.
"""

import argparse
import gc
import gzip
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pipeline.sample.site import stories
from tests.bench.spacy_time import spacy_ner_s
from transforms.tag.defense.tagger import DefenseTagger
from transforms.tag.geo.tagger import GeoTagger
from transforms.tag.ner import analyse, load_model


def cpu_s(work: Callable[[], Any]) -> float:
    """CPU seconds of `work()`."""
    begin = time.process_time()
    work()
    return time.process_time() - begin


def measure(name: str, texts: list[str], defense: DefenseTagger, geo: GeoTagger) -> str:
    """One row."""
    pairs = [("", text) for text in texts]
    spacy_s = spacy_ner_s(texts)
    entities_s = cpu_s(lambda: list(analyse(pairs, "en")))
    analyses = list(analyse(pairs, "en"))
    for analysis in analyses:  # a pass is long: what is loaded and cached at first use is no part of it
        defense.find(analysis)
        geo.find(analysis)
    places_s = cpu_s(lambda: [geo.find(analysis) for analysis in analyses])
    defense_s = cpu_s(lambda: [defense.find(analysis) for analysis in analyses])
    return (
        f"{name:11} {len(texts):4} texts {sum(len(text.split()) for text in texts):7,} words | spaCy's ner {spacy_s:5.2f} s | "
        f"entities {entities_s / spacy_s:.0%}, places {places_s / spacy_s:.1%}, defense {defense_s / spacy_s:.1%}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, help="a folder of news (*.jsonl.gz with a column text) to measure too")
    folder = parser.parse_args().data
    sets = {"sample site": ["\n".join(story.paragraphs) for story in stories() if story.language == "en"]}
    for path in sorted(folder.glob("*.jsonl.gz")) if folder else ():
        with gzip.open(path, "rt", encoding="utf-8") as file:
            sets[path.name.partition(".")[0]] = [json.loads(line)["text"] for line in file]
    loads = {"model": lambda: load_model("en"), "lexicon and its trie": DefenseTagger, "gazetteer": GeoTagger}
    print("loading, CPU seconds: " + ", ".join(f"{name} {cpu_s(load):.2f}" for name, load in loads.items()))
    defense, geo = DefenseTagger(), GeoTagger()
    gc.collect()
    gc.freeze()  # as in the processes of a pass (transforms/preload.py)
    for name, texts in sets.items():
        print(measure(name, texts, defense, geo))


if __name__ == "__main__":
    main()
