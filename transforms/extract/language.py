"""Which language a text is in: py3langid (small, offline, no network) over the languages that news is written in."""

import functools

# Languages that are told apart. Near-twins without news of their own (Wu, Galician, Afrikaans) would only steal short texts.
LANGUAGES = (
    "ar az be bg bn bs ca cs da de el en es et fa fi fr he hi hr hu hy id it ja ka kk ko ky lt lv mk ms mn nl no pl ps pt ro ru "
    "sk sl sq sr sv sw ta te th tr uk ur uz vi zh"
).split()

_SAMPLE_CHARS = 2000  # a few paragraphs tell; more only costs time
_MIN_LETTERS = 8


@functools.cache
def _identifier() -> object:
    from py3langid import langid

    langid.set_languages(LANGUAGES)
    return langid


def detect_language(text: str, hint: str = "") -> str:
    """ISO 639-1 code of `text`; `hint` (a feed's or page's own claim, such as `en-US`) decides only for text too short to tell.

    Returns "" when neither the text nor the hint says anything.
    """
    sample = text[:_SAMPLE_CHARS]
    if sum(char.isalpha() for char in sample) < _MIN_LETTERS:
        return hint.strip().lower().replace("_", "-").split("-")[0][:2]
    code, _ = _identifier().classify(sample)  # type: ignore[attr-defined]  # py3langid has no type hints
    return str(code)
