"""Where sentences begin: the one definition that mentions, deals and the rows of an article share."""

import re

# A sentence ends at . ! ? … (with closing quotes or brackets) before white space and a capital, a letter of a script without capitals
# (Hebrew, Arabic, Hangul), a digit or an opening quote, at 。！？ anywhere, and at every line break. Single capitals (initials) and a few
# titles before the dot do not end one.
_BREAK = re.compile(
    r"""(?<!\b[A-ZА-Я\u05d0-\u06ff])(?<!\b(?:Mr|Ms|Dr|Lt|St|No|vs))(?<!\b(?:Mrs|Gen|Col|Maj|Sgt|Adm|Gov|Sen|Rep))"""
    r"""(?<![.!?…؟])[.!?…؟]+["'”’»)\]]*[ \t\xa0]+(?=["'“‘«(\[]?[A-ZÀ-ÞА-ЯЁІЇЄҐ\u05d0-\u06ff\uac00-\ud7a3\d])"""
    r"""|[。！？][」』”]*\s*|(?<![ \t])[ \t]*\n\s*"""
)


def sentence_starts(text: str) -> list[int]:
    """Code point offsets at which the sentences of `text` start; the first is 0."""
    return [0, *(match.end() for match in _BREAK.finditer(text) if 0 < match.end() < len(text))]
