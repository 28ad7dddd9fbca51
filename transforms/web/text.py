"""Text from strangers made safe to store and to show: no markup, no control characters, no direction overrides."""

import html
import re

# C0 and C1 controls but tab, line feed and carriage return; lone surrogates; byte-order mark, line and paragraph
# separators, and the bidirectional controls that make text read other than it is (Unicode TR 36, "Trojan Source").
_UNWANTED = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\u2028-\u202e\u2066-\u2069\u200e\u200f\u061c\ufeff\ufffe\uffff]"
)
_DROPPED_ELEMENT = re.compile(r"<(script|style|template|noscript)\b[^<>]*>.*?(?:</\1\s*>|\Z)", re.I | re.S)
_BLOCK_TAG = re.compile(r"</?(?:p|div|br|li|ul|ol|h[1-6]|tr|td|table|blockquote|section|article|figure)\b[^<>]*>", re.I)
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.S)
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>|<![^<>]*>")
_SPACE = re.compile(r"\s+")


def clean_text(text: str) -> str:
    """`text` without control characters, lone surrogates and direction overrides; runs of white space become one."""
    if text.isprintable() and "  " not in text:  # true of most texts, and far quicker than two regular expressions
        return text.strip(" ")
    return _SPACE.sub(" ", _UNWANTED.sub("", text)).strip()


def plain_text(markup: str) -> str:
    """The words of an HTML fragment on one line. For summaries and for counting, not for article extraction."""
    if "<" not in markup and "&" not in markup:
        return clean_text(markup)
    text = _DROPPED_ELEMENT.sub(" ", _COMMENT.sub(" ", markup))
    text = _TAG.sub("", _BLOCK_TAG.sub(" ", text))
    return clean_text(html.unescape(text))
