"""Feed bytes made into XML that a strict parser takes: encoding, document type, entities, prefixes, broken markup.

A feed reader must not be stopped by one bare ampersand, and must not do what a hostile document asks: the document type
goes, and with it every entity declaration, internal or external, before any parser sees the text. What is still broken
is mended by libxml2's recovery, without network, DTD or entity substitution.
"""

import codecs
import html
import html.entities
import re
from xml.parsers import expat

from schemas.errors import ItemError

_XML_DECLARATION = re.compile(r"\s*<\?xml\b[^>]{0,400}\?>")
_DECLARED = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9._:-]{1,40})[\"']")
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([A-Za-z0-9._:-]{1,40})", re.I)
_ROOT = re.compile(r"<[A-Za-z_]")
_NOT_XML = re.compile("[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\ud800-\\udfff\\ufffe\\uffff]")
_ENTITY = re.compile(r"&([A-Za-z][A-Za-z0-9]{1,31});")
_BARE_AMPERSAND = re.compile(r"&(?!(?:[A-Za-z][A-Za-z0-9]{1,31}|#[0-9]+|#[xX][0-9A-Fa-f]+);)")
_REFERENCE = re.compile(r"&#(?:0*([0-9]+)|[xX]0*([0-9A-Fa-f]+));")
_PREFIX = re.compile(r"</?([A-Za-z_][\w.-]{0,40}):[A-Za-z_]|\s([A-Za-z_][\w.-]{0,40}):[A-Za-z_][\w.-]*\s*=")
_NAMESPACE_VALUE = re.compile(r"""(\sxmlns(?::[\w.-]{1,40})?\s*=\s*)("[^"<]{0,300}"|'[^'<]{0,300}')""")
_TEXT_START = re.compile(r"<(title|description|content:encoded|summary)(?:\s[^<>]{0,300})?(?<!/)>")
_DECLARED_PREFIX = re.compile(r"\sxmlns:([\w.-]{1,40})\s*=")
_CDATA = re.compile(r"(<!\[CDATA\[.*?(?:\]\]>|\Z))", re.S)
_MAX_ATTRIBUTES = 200
_MAX_DEPTH = 250
_MAX_ELEMENTS = 300_000  # thirty for each of the 10,000 entries that are read at most
_MAX_PREFIXES = 50
_XML_ENTITIES = frozenset(("amp", "lt", "gt", "quot", "apos"))
_SINGLE_BYTE = ("iso8859", "cp125", "koi8", "mac", "ascii", "iso8859_1", "latin")
_NAMESPACES = {
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "media": "http://search.yahoo.com/mrss/",
    "atom": "http://www.w3.org/2005/Atom",
    "sy": "http://purl.org/rss/1.0/modules/syndication/",
    "slash": "http://purl.org/rss/1.0/modules/slash/",
    "wfw": "http://wellformedweb.org/CommentAPI/",
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "georss": "http://www.georss.org/georss",
    "feedburner": "http://rssnamespace.org/feedburner/ext/1.0",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "xhtml": "http://www.w3.org/1999/xhtml",
    "xlink": "http://www.w3.org/1999/xlink",
}


def narrowed(body: bytes) -> bytes:
    """`body` as it is, or as UTF-8 with its mark when it is UTF-16, so that ASCII can be looked for in it."""
    for mark, start, name in (
        (codecs.BOM_UTF16_LE, b"<\x00?\x00", "utf-16-le"),
        (codecs.BOM_UTF16_BE, b"\x00<\x00?", "utf-16-be"),
    ):
        if body.startswith((mark, start)):
            return codecs.BOM_UTF8 + body.removeprefix(mark).decode(name, "replace").encode("utf-8", "replace")
    return body


def decoded_text(body: bytes, content_type: str) -> str:
    """The characters of `body`, by its byte-order mark, else as UTF-8 when it is valid UTF-8, else as declared.

    Valid UTF-8 comes before a declared single-byte charset because servers declare those by default over UTF-8 files,
    while text of a single-byte charset is practically never valid UTF-8 by accident.
    """
    if body.startswith(codecs.BOM_UTF8):
        return body[3:].decode("utf-8", "replace")
    in_header, in_body = _CHARSET.search(content_type), _DECLARED.search(body[:1024])
    names = [in_header[1]] if in_header else []
    names += [in_body[1].decode("ascii")] if in_body else []
    known = [found for name in names if (found := _codec(name))]
    if not known or known[0].startswith(("utf", *_SINGLE_BYTE)):
        known.insert(0, "utf-8")
    for name in known:
        try:
            return body.decode(name)
        except (UnicodeDecodeError, LookupError):
            continue
    lenient = next((name for name in known if name != "utf-8"), "")
    return body.decode(lenient or "utf-8" if lenient or _mostly_utf8(body) else "cp1252", "replace")


def _codec(name: str) -> str:
    """Python's name of a text encoding, "" for unknown ones and for codecs that are no charset."""
    try:
        info = codecs.lookup("cp1252" if name.lower() in ("iso-8859-1", "latin1", "latin-1", "ascii", "us-ascii") else name)
    except (LookupError, ValueError):
        return ""
    return info.name if getattr(info, "_is_text_encoding", True) else ""


def _mostly_utf8(body: bytes) -> bool:
    sample = body[:200_000]
    return sample.decode("utf-8", "replace").count("\ufffd") * 50 < sum(byte > 127 for byte in sample) + 50


def document_text(text: str) -> tuple[str, str]:
    """(what precedes the root element, the document from there on); the document is "" when there is no element."""
    head_end = _XML_DECLARATION.match(text)
    position = head_end.end() if head_end else 0
    while True:  # comments before the root may hold what looks like an element
        root = _ROOT.search(text, position)
        if root is None:
            return text[:2000], ""
        comment = text.find("<!--", position, root.start())
        if comment < 0:
            break
        end = text.find("-->", comment + 4)
        if end < 0:
            return text[:2000], ""
        position = end + 3
    start = root.start()
    if "<!DOCTYPE" in text[:start].upper() and "[" in text[:start]:
        # an internal subset may hold quoted markup: the root is what follows its end
        end = text.find("]", text.index("["))
        after = _ROOT.search(text, end) if end > start else root
        start = after.start() if after else start
    return text[: min(start, 2000)], text[start:]


def is_well_formed(document: bytes) -> bool:
    """Whether a namespace-aware parser takes `document`.

    Raises `ItemError` `feed_unparseable` for one that no feed writer makes and that costs parsers quadratic time: hundreds of
    attributes in one element, elements nested hundreds deep, or hundreds of thousands of elements.
    """
    depth = elements = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth, elements
        depth += 1
        elements += 1
        if len(attributes) > _MAX_ATTRIBUTES or depth > _MAX_DEPTH or elements > _MAX_ELEMENTS:
            raise ItemError("feed_unparseable", "the XML has too many elements, too deep, or with too many attributes")

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler, parser.EndElementHandler = start, end
    try:
        parser.Parse(document, True)
    except expat.ExpatError:
        return False
    return True


def mended(document: str) -> tuple[bytes, str]:
    """`document` as well-formed UTF-8, and a note of what was done to it, "" for nothing. b"" when nothing helps."""
    document = _NOT_XML.sub("", document)
    as_is = document.encode()
    if is_well_formed(as_is):
        return as_is, ""
    parts = _CDATA.split(document)
    parts[::2] = [_with_references(part) for part in parts[::2]]
    document = _NAMESPACE_VALUE.sub(lambda found: found[1] + re.sub(r"\s", "", found[2]), "".join(parts))
    document = _with_prefixes(document)
    simple = document.encode()
    if is_well_formed(simple):
        return simple, "entities or prefixes repaired"
    simple = _with_markup_as_text(document).encode()
    if is_well_formed(simple):
        return simple, "broken markup in texts repaired"
    from lxml import etree

    parser = etree.XMLParser(
        recover=True, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, strip_cdata=False,
        remove_pis=True, remove_comments=True, encoding="utf-8",
    )  # fmt: skip
    try:
        root = etree.fromstring(simple, parser)
    except etree.XMLSyntaxError:
        return b"", "not XML"
    if root is None:
        return b"", "not XML"
    recovered: bytes = etree.tostring(root, encoding="utf-8")
    return (recovered, "broken XML repaired") if is_well_formed(recovered) else (b"", "not XML")


def _with_markup_as_text(document: str) -> str:
    """The document with what looks like markup inside RSS text elements escaped: `<title>An <b>unclosed tag</title>`."""
    pieces, position = [], 0
    ends_at_last = {name: document.rfind(f"</{name}>") for name in ("title", "description", "content:encoded", "summary")}
    while start := _TEXT_START.search(document, position):
        pieces.append(document[position : start.end()])
        position = start.end()
        if position <= ends_at_last[start[1]]:
            end = document.index(f"</{start[1]}>", position)
            inner = document[position:end]
            keep = "<" not in inner or inner.lstrip().startswith("<![CDATA[") or "xhtml" in start[0]
            pieces.append(inner if keep else inner.replace("<", "&lt;").replace(">", "&gt;"))
            position = end
    return "".join(pieces) + document[position:]


def _with_references(text: str) -> str:
    """`text` with no `&` but those of references that XML allows."""
    # bare ampersands before numbers are dropped: what is dropped then cannot bring the halves of a reference together
    return _REFERENCE.sub(_numbered, _BARE_AMPERSAND.sub("&amp;", _ENTITY.sub(_character, text)))


def _numbered(match: re.Match[str]) -> str:
    """A reference to a character by its number; "" for a number that XML forbids: `&#1;`, `&#xD800;`, `&#xFFFE;`."""
    digits, base = (match[1], 10) if match[1] else (match[2], 16)
    code = int(digits, base) if len(digits) <= 7 else 0  # without leading zeros, none that is longer is a character
    return f"&#{code};" if 0 < code <= 0x10FFFF and not _NOT_XML.match(chr(code)) else ""


def _character(match: re.Match[str]) -> str:
    """The character that an HTML entity names; the entity as text when nobody knows it."""
    if match[1] in _XML_ENTITIES:
        return match[0]
    return html.escape(html.entities.html5.get(f"{match[1]};", match[0]))


def _with_prefixes(document: str) -> str:
    """The document with every prefix that it uses and does not declare declared on its root element."""
    used = {one or two for one, two in _PREFIX.findall(document)} - {"xml", "xmlns"}
    missing = sorted(used - set(_DECLARED_PREFIX.findall(document)))[:_MAX_PREFIXES]
    declared = "".join(f' xmlns:{prefix}="{_NAMESPACES.get(prefix, "urn:undeclared:" + prefix)}"' for prefix in missing)
    name = re.match(r"<[^\s/>]+", document)
    return document[: name.end()] + declared + document[name.end() :] if name and declared else document
