"""Named entities of a spaCy `ner` pipe, decided as spaCy decides them, in a third of the time its parser takes.

spaCy's greedy parser asks every one of its 74 actions at every token whether it is valid, and each answer takes Python's global lock;
that is half of the time of its small models. What an action scores depends on the token, and inside an entity also on where
it began. So the scores outside of entities are one matrix product for a whole text, and only the tokens inside of entities are
decided one by one. The rules of validity are those of spaCy's BILUO transition system for a text without preset entities
(`spacy/pipeline/_parser_internals/ner.pyx`); `tests/tag/test_decode.py` holds the two side by side.
"""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from transforms.tag.analysis import NerSpan

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from spacy.pipeline import EntityRecognizer
    from spacy.tokens import Doc

Recogniser = Callable[["Doc"], list[NerSpan]]


def recogniser(ner: "EntityRecognizer") -> Recogniser:
    """A function from a tokenized `Doc` with sentence starts to its entities, in order; the `Doc` is left as it is.

    A pipe of another make (beam search, other features of a state, classes that were never trained) is asked itself.
    """
    layers, attrs = ner.model.layers, ner.model.attrs
    plain = attrs["has_upper"] and not attrs["unseen_classes"] and ner.cfg["beam_width"] == 1
    if plain and layers[1].get_dim("nF") == 3 and layers[1].get_dim("nP") > 1:
        return _Decoder(ner)
    return lambda doc: [NerSpan(ent.start_char, ent.end_char, ent.label_) for ent in ner(doc).ents]


class _Decoder:
    def __init__(self, ner: "EntityRecognizer") -> None:
        self._tok2vec, self._lower, upper = ner.model.layers
        self._bias: NDArray[Any] = self._lower.get_param("b")
        self._weights: NDArray[Any] = upper.get_param("W")
        self._upper_bias: NDArray[Any] = upper.get_param("b")
        names = (ner.moves.get_class_name(number) for number in range(ner.moves.n_moves))
        self._actions = [tuple(name.partition("-")[::2]) for name in names]
        index = {action: number for number, action in enumerate(self._actions)}
        self._inside = {label: [index["I", label], index["L", label]] for move, label in self._actions if move == "B"}
        moves = np.array([move if label or move == "O" else "" for move, label in self._actions])
        self._begins = moves == "B"
        self._never = ~np.isin(moves, ["B", "U", "O"])  # outside of an entity
        self._names = self._begins | (moves == "U")

    def __call__(self, doc: "Doc") -> list[NerSpan]:
        if not len(doc):
            return []
        columns = doc.to_array(["IDX", "LENGTH", "IS_SPACE", "SENT_START"]).astype("int64")
        last = np.append(columns[1:, 3] == 1, True)  # tokens that end a sentence: no entity goes on behind them
        # (1 + tokens, 3, hidden, pieces): what a token adds to a state as its next token, as the first and as the last of an entity;
        # row 0 stands for "there is none"
        features = self._lower.predict(self._tok2vec.predict([doc]))
        outside = self._best(self._scores(features[1:, 0] + features[0, 1] + features[0, 2]), columns[:, 2] == 1, last)
        return [
            NerSpan(int(columns[start, 0]), int(columns[end, 0] + columns[end, 1]), label)
            for start, end, label in self._walk(features, outside, last.tolist())
        ]

    def _scores(self, summed: "NDArray[Any]", rows: list[int] | slice = slice(None)) -> "NDArray[Any]":
        hidden = (summed + self._bias).max(axis=-1)
        scores: NDArray[Any] = hidden @ self._weights[rows].T + self._upper_bias[rows]
        return scores

    def _best(self, scores: "NDArray[Any]", is_space: "NDArray[Any]", last: "NDArray[Any]") -> list[int]:
        """The best valid action at each token, were no entity open there."""
        scores[:, self._never] = -np.inf
        scores[np.ix_(is_space, self._names)] = -np.inf
        scores[np.ix_(last, self._begins)] = -np.inf
        best: list[int] = scores.argmax(axis=1).tolist()
        return best

    def _walk(self, features: "NDArray[Any]", outside: list[int], last: list[bool]) -> Iterator[tuple[int, int, str]]:
        """(first token, last token, label) of each entity."""
        start, label = -1, ""
        for token, action in enumerate(outside):
            if start >= 0:
                summed = features[token + 1, 0] + features[start + 1, 1] + features[token, 2]
                goes_on, ends = (0.0, 1.0) if last[token] else self._scores(summed, self._inside[label])
                if goes_on < ends:
                    yield start, token, label
                    start = -1
                continue
            move, name = self._actions[action]
            if move == "U":
                yield token, token, name
            elif move == "B":
                start, label = token, name
