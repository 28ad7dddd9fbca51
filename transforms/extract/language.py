"""Which language a text is in: py3langid (small, offline, no network) over the languages that news is written in."""

import functools
import re

# Languages that are told apart. Near-twins without news of their own (Wu, Galician, Afrikaans) would only steal short texts.
LANGUAGES = (
    "ar az be bg bn bs ca cs da de el en es et fa fi fr he hi hr hu hy id it ja ka kk ko ky lt lv mk ms mn nl no pl ps pt ro ru "
    "sk sl sq sr sv sw ta te th tr uk ur uz vi zh"
).split()

_SAMPLE_CHARS = 2000  # a few paragraphs tell; more only costs time
_MIN_LETTERS = 8
_UNSURE = 0.2  # share of the likeliest language below which a text says nothing: names, a headline of three words
_SCRIPTS = {"ko": re.compile("[가-힣]"), "ja": re.compile("[ぁ-ヺ]"), "zh": re.compile("[一-鿿]{2}")}


@functools.cache
def _identifier() -> object:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(LANGUAGES)
    return identifier


def detect_language(text: str, hint: str = "") -> str:
    """ISO 639-1 code of `text`; `hint` (a feed's or page's own claim, such as `en-US`) decides only for text too short to tell.

    A short text that fits no language and is all ASCII is taken for English; returns "" when neither the text nor the hint says anything.
    """
    sample = text[:_SAMPLE_CHARS]
    claimed = hint.strip().lower().replace("_", "-").split("-")[0][:2]
    if sum(char.isalpha() for char in sample) < _MIN_LETTERS:
        written = next((language for language, script in _SCRIPTS.items() if script.search(sample)), "")
        return written or claimed or ("en" if sample.isascii() and any(map(str.isalpha, sample)) else "")
    code, share = _identifier().classify(sample)  # type: ignore[attr-defined]  # py3langid has no type hints
    if share < _UNSURE and sample.isascii():
        return claimed or "en"
    return str(code)
