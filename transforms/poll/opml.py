"""OPML 1.0 and 2.0 (opml.org/spec2.opml) in and out, with folders; safe for files from anybody.

Besides the usual `xmlUrl` and `text`/`title`, three attributes of ours say what a feed is: `language` (BCP 47),
`country` (ISO 3166 alpha-2, lower case) and `publisher`.
"""

from collections.abc import Iterable

from schemas.errors import UsageError
from schemas.records import Feed
from transforms.web.text import clean_text

_MAX_FEEDS = 100_000


def read_opml(data: bytes, name: str) -> list[Feed]:
    """The feeds of an OPML document, in order; the folder of a nested one is written `outer/inner`.

    Raises `UsageError`, a sentence that names the file, when `data` is no OPML or declares entities.
    """
    from lxml import etree

    if b"<!ENTITY" in data.upper() or b"<\x00!\x00E\x00N" in data.upper():
        raise UsageError(f"{name} declares XML entities, which a feed list has no use for; remove them")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=True)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise UsageError(f"{name} is not readable as OPML: {error}") from None
    if root is None or not isinstance(root.tag, str) or root.tag.lower() != "opml":
        raise UsageError(f"{name} is not OPML: its first element is not <opml>")
    feeds: list[Feed] = []
    todo = [(child, "") for child in reversed(root) if child.tag == "body"]
    while todo:
        element, folder = todo.pop()
        attributes = {str(key).lower(): clean_text(str(value)) for key, value in element.attrib.items()}
        title = attributes.get("text") or attributes.get("title", "")
        if attributes.get("xmlurl"):
            language, country, publisher = (attributes.get(name, "") for name in ("language", "country", "publisher"))
            feeds.append(Feed(attributes["xmlurl"], title, folder, language, country.lower(), publisher))
            if len(feeds) > _MAX_FEEDS:
                raise UsageError(f"{name} lists more than {_MAX_FEEDS} feeds")
        elif element.tag == "outline" and title:
            folder = f"{folder}/{title}" if folder else title
        todo.extend((child, folder) for child in reversed(element) if child.tag == "outline")
    return feeds


def write_opml(feeds: Iterable[Feed], title: str = "dibwatch") -> bytes:
    """An OPML 2.0 document, UTF-8, of `feeds` in their folders; `read_opml` gives the same feeds back."""
    from lxml import etree

    root = etree.Element("opml", version="2.0")
    etree.SubElement(etree.SubElement(root, "head"), "title").text = clean_text(title)
    body = etree.SubElement(root, "body")
    folders = {"": body}
    for feed in feeds:
        path = ""
        for part in filter(None, clean_text(feed.folder).split("/")):
            parent, path = folders[path], f"{path}/{part}" if path else part
            if path not in folders:
                folders[path] = etree.SubElement(parent, "outline", text=part)
        optional = {"language": feed.language, "country": feed.country, "publisher": feed.publisher}
        etree.SubElement(
            folders[path], "outline", type="rss", text=clean_text(feed.title or feed.url), xmlUrl=clean_text(feed.url),
            **{key: clean_text(value) for key, value in optional.items() if value},
        )  # fmt: skip
    document: bytes = etree.tostring(root, xml_declaration=True, encoding="utf-8", pretty_print=True)
    return document
