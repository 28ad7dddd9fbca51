"""What a page's first bytes and its headers say it is, and what it names as its own address."""

import html
import re
from collections.abc import Mapping

_HEAD_BYTES = 512 * 1024
_LINK = re.compile(r"<link\b([^<>]{1,3000})>", re.I)
_META_REFRESH = re.compile(r"<meta\b[^<>]{0,200}http-equiv\s*=\s*[\"']?refresh[\"']?([^<>]{1,2500})>", re.I)
_REFRESH_TARGET = re.compile(r"content\s*=\s*[\"']?\s*(\d{1,3})(?:\.\d*)?\s*[;,]\s*url\s*=\s*[\"']?([^\"'>\s]{1,2000})", re.I)
_REL = re.compile(r"\brel\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>]+))", re.I)
_HREF = re.compile(r"\bhref\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>]+))", re.I)
_HTML_TYPES = ("text/html", "application/xhtml+xml", "application/vnd.wap.xhtml+xml")
_UNSURE_TYPES = ("", "text/plain", "application/octet-stream", "text/xml", "application/xml", "unknown/unknown")
# PDF, zip and office files, PNG, JPEG, GIF, WebP/WAV, gzip, old office files, MP3
_BINARY_STARTS = (
    b"%PDF-", b"PK\x03\x04", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"RIFF", b"\x1f\x8b", b"\xd0\xcf\x11\xe0", b"ID3",
)  # fmt: skip
_HTML_START = re.compile(
    rb"(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?(?:\s|\x00|(?><!--.{0,2000}?-->)|<\?xml[^<>]{0,300}\?>)*+"  # atomic: no way back
    rb"<\x00?(?:!\x00?d|h\x00?t|h\x00?e|b\x00?o|d\x00?i|p|a\x00?r|m\x00?e|t\x00?i|s\x00?c|s\x00?e|h1|t\x00?a|l\x00?i)",
    re.I | re.S,
)


def page_type(content_type: str, body: bytes) -> str:
    """`html`, `text`, or "" for what no article can be read from.

    A declared HTML type is believed unless the first bytes are those of a known binary format; a vague or missing one is
    decided by the first bytes, in the manner of the WHATWG MIME Sniffing Standard.
    """
    declared = content_type.partition(";")[0].strip().lower()
    start = body[:3000]
    if start.startswith(_BINARY_STARTS):
        return ""
    if declared in _HTML_TYPES:
        return "html"
    if declared in _UNSURE_TYPES:
        if _HTML_START.match(start):
            return "" if re.match(rb"\s*<\?xml[^>]*>\s*<(?:rss|feed)\b", start) else "html"
        plain = declared in ("", "text/plain") and not re.search(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]", start)
        return "text" if plain else ""
    return ""


def _head(body: bytes) -> str:
    encoding = "utf-16" if body[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8"
    text = body[:_HEAD_BYTES].decode(encoding, "replace")
    end = re.search(r"</head\s*>|<body\b", text, re.I)
    return re.sub(r"<!--.*?(?:-->|\Z)", "", text[: end.start()] if end else text, flags=re.S)


def _value(pattern: re.Pattern[str], attributes: str) -> str:
    found = pattern.search(attributes)
    return html.unescape(next((group for group in found.groups() if group is not None), "")) if found else ""


def rel_canonical(body: bytes, headers: Mapping[str, str]) -> str:
    """What an HTML page, or its Link header, names as its canonical address; "" for nothing. Perhaps relative."""
    for attributes in _LINK.findall(_head(body)):
        if "canonical" in _value(_REL, attributes).lower().split():
            return _value(_HREF, attributes).strip()
    header = re.search(r"<([^<>]{1,2000})>\s*;[^,]{0,200}\brel\s*=\s*\"?canonical\b", headers.get("link", ""), re.I)
    return header[1].strip() if header else ""


def refresh_target(body: bytes) -> str:
    """Where a page that only forwards (an immediate `<meta http-equiv=refresh>`, hardly any text) leads; "" if it stays."""
    if len(body) > 20_000:
        return ""
    for attributes in _META_REFRESH.findall(_head(body)):
        found = _REFRESH_TARGET.search(html.unescape(attributes))
        if found and int(found[1]) <= 5:
            return found[2]
    return ""
