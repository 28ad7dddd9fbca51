"""What spaCy takes for the named entities of texts: the time that shares of time are measured against.

It is spaCy as it comes: its small English model, the `ner` pipe alone. What dibwatch does instead is in `transforms/tag/decode.py`.
"""

import functools
import time
from collections.abc import Iterable
from typing import TYPE_CHECKING

import spacy
from threadpoolctl import threadpool_limits

from transforms.tag.ner import installed_model

if TYPE_CHECKING:
    from spacy.language import Language


@functools.cache
def _ner_alone() -> "Language":
    others = ["tok2vec", "tagger", "parser", "attribute_ruler", "lemmatizer"]
    nlp = spacy.load(installed_model("en"), exclude=others)
    nlp("Warm up.")
    return nlp


def spacy_ner_s(texts: Iterable[str]) -> float:
    """CPU seconds of one core."""
    nlp = _ner_alone()
    with threadpool_limits(limits=1):
        begin = time.process_time()
        for _ in nlp.pipe(texts, batch_size=16):
            pass
        return time.process_time() - begin
