"""`decode` finds the entities that spaCy's own parser finds: on news, on labelled text, on odd tokens, on a pipe of another make."""

import json
from pathlib import Path

import pytest
import spacy

from pipeline.sample.site import stories
from transforms.tag.analysis import NerSpan
from transforms.tag.decode import recogniser
from transforms.tag.ner import installed_model

LABELLED = Path(__file__).parents[1] / "data" / "geo" / "hard_negatives.jsonl"


def _texts() -> list[str]:
    marked = [json.loads(line)["text"] for line in LABELLED.read_text(encoding="utf-8").splitlines()]
    odd = [
        "", " ", "\n\n", "Paris", "Paris\n", "Lockheed\n Martin  Corp. won", "New York. New York", "the\tUnited\u00a0States of",
        "🚀🚀 Kyiv 🚀", "A" * 3000, "On Monday, " * 400, "Ministry of Defence of the Republic of Poland",
    ]  # fmt: skip
    return [*("\n".join(story.paragraphs) for story in stories()), *marked, *odd]


@pytest.fixture(scope="module")
def nlp() -> spacy.Language:
    loaded = spacy.load(installed_model("en"), exclude=["tok2vec", "tagger", "parser", "attribute_ruler", "lemmatizer"])
    loaded.add_pipe("sentencizer", first=True)
    return loaded


def _both(nlp: spacy.Language, text: str) -> tuple[list[NerSpan], list[NerSpan]]:
    doc = nlp.get_pipe("sentencizer")(nlp.make_doc(text))
    ours = recogniser(nlp.get_pipe("ner"))(doc)
    return ours, [NerSpan(ent.start_char, ent.end_char, ent.label_) for ent in nlp.get_pipe("ner")(doc).ents]


def test_the_entities_are_those_of_spacy(nlp: spacy.Language) -> None:
    found = 0
    for text in _texts():
        ours, theirs = _both(nlp, text)
        assert ours == theirs, text
        found += len(ours)
    assert found > 1000  # of all kinds, many of several words


def test_a_pipe_of_another_make_is_asked_itself(nlp: spacy.Language) -> None:
    model = nlp.get_pipe("ner").model
    model.attrs["unseen_classes"] = {1}
    try:
        ours, theirs = _both(nlp, "Poland bought tanks from Hyundai Rotem of South Korea on Monday for $6.5 billion.")
    finally:
        model.attrs["unseen_classes"] = set()
    assert ours == theirs
    assert len(ours) >= 4
