"""The sample news site: four small outlets on loopback, written for this project, with what real ones put around their news.

Six feeds in four formats list the articles of `articles/*.txt`. On purpose one page is in Windows-1251, one has moved, one is
gone, one story is a reprint of another, one feed is broken XML, and everything carries navigation, advertising, related links and
a cookie banner. Two host names (127.0.0.1 and localhost) make two publishers of it.
"""

import functools
import html
import json
import re
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from string import Template
from xml.sax.saxutils import escape

_HERE = Path(__file__).parent
_OUTLETS = {
    "harbor": ("Harbor Gazette", "127.0.0.1"),
    "ledger": ("Inland Ledger", "localhost"),
    "signal": ("Signal Weekly", "127.0.0.1"),
    "visnyk": ("Visnyk International", "localhost"),
}


@dataclass(frozen=True, slots=True)
class Story:
    """One article of the site; `path` is its address below the host."""

    slug: str
    outlet: str
    title: str
    at: datetime
    section: str
    language: str
    encoding: str
    paragraphs: tuple[str, ...]
    gone: bool
    moved: bool

    @property
    def path(self) -> str:
        return f"/{self.outlet}/{self.at:%Y/%m}/{self.slug}"


@functools.cache
def stories() -> tuple[Story, ...]:
    """All stories, newest first."""
    found = [_read(path) for path in (_HERE / "articles").glob("*.txt")]
    return tuple(sorted(found, key=lambda story: story.at, reverse=True))


def _read(path: Path) -> Story:
    head, _, body = path.read_text(encoding="utf-8").partition("\n\n")
    values = dict(re.findall(r"^(\w+): (.*)$", head, flags=re.M))
    return Story(
        slug=path.stem, outlet=values["outlet"], title=values["title"], at=datetime.fromisoformat(values["date"]),
        section=values["section"], language=values.get("lang", "en"), encoding=values.get("encoding", "utf-8"),
        paragraphs=tuple(body.strip().split("\n\n")), gone="gone" in values, moved="moved" in values,
    )  # fmt: skip


def feed_addresses(port: int) -> list[str]:
    """The six feeds of the site."""
    return [f"http://{_OUTLETS[path.split('/')[1]][1]}:{port}{path}" for path in _FEEDS]


def _base(outlet: str, port: int) -> str:
    return f"http://{_OUTLETS[outlet][1]}:{port}"


def render(story: Story, port: int) -> bytes:
    """The page of a story as the server on `port` sends it."""
    others = [other for other in stories() if other.outlet == story.outlet and other is not story][:4]
    related = "".join(f'<li><a href="{other.path}">{html.escape(other.title)}</a></li>' for other in others)
    template = Template((_HERE / "page.html").read_text(encoding="utf-8"))
    text = template.substitute(
        language=story.language, encoding=story.encoding, title=html.escape(story.title), outlet=_OUTLETS[story.outlet][0],
        home=f"/{story.outlet}/", section=html.escape(story.section), iso=story.at.isoformat(), day=f"{story.at:%d.%m.%Y}",
        url=f"{_base(story.outlet, port)}{story.path}", lead=html.escape(story.paragraphs[0][:160]),
        body="\n".join(f"<p>{html.escape(paragraph)}</p>" for paragraph in story.paragraphs), related=related,
    )  # fmt: skip
    return text.encode(story.encoding, "xmlcharrefreplace")


def _listed(outlet: str) -> list[Story]:
    return [story for story in stories() if story.outlet == outlet]


def _link(story: Story, port: int) -> str:
    return f"{_base(story.outlet, port)}{'/old' if story.moved else ''}{story.path}?utm_source=feed"


def _rss_items(outlet: str, port: int) -> str:
    return "".join(
        f"<item><title>{escape(story.title)}</title><link>{escape(_link(story, port))}</link><guid>{story.slug}</guid>"
        f"<pubDate>{format_datetime(story.at)}</pubDate><category>{escape(story.section)}</category>"
        f"<description>{escape(story.paragraphs[0])}</description></item>"
        for story in _listed(outlet)
    )


def _rss(outlet: str, port: int) -> tuple[str, bytes]:
    name, home = _OUTLETS[outlet][0], f"{_base(outlet, port)}/{outlet}/"
    text = f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>{name}</title><link>{home}</link>'
    text += f"<description>{name}</description>{_rss_items(outlet, port)}</channel></rss>"
    return "application/rss+xml", text.encode()


def _broken_rss(outlet: str, port: int) -> tuple[str, bytes]:
    """The same feed with a bare ampersand, an unclosed element and its end cut off, as half of the web serves it."""
    kind, body = _rss(outlet, port)
    broken = body.replace(b"<description>", b"<description>Sea & land: <br>", 2)
    return kind, broken[: broken.rindex(b"</channel>")]


def _atom(outlet: str, port: int) -> tuple[str, bytes]:
    name = _OUTLETS[outlet][0]
    entries = "".join(
        f'<entry><id>urn:sample:{story.slug}</id><title>{escape(story.title)}</title><link href="{escape(_link(story, port))}"/>'
        f"<published>{story.at.isoformat()}</published><updated>{story.at.isoformat()}</updated>"
        f"<summary>{escape(story.paragraphs[0])}</summary></entry>"
        for story in _listed(outlet)
    )
    text = f'<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom"><title>{name}</title>'
    return (
        "application/atom+xml",
        f"{text}<id>urn:sample:{outlet}</id><updated>2026-01-20T00:00:00Z</updated>{entries}</feed>".encode(),
    )


def _rdf(outlet: str, port: int) -> tuple[str, bytes]:
    items = "".join(
        f'<item rdf:about="{escape(_link(story, port))}"><title>{escape(story.title)}</title><link>{escape(_link(story, port))}</link>'
        f"<dc:date>{story.at.isoformat()}</dc:date><description>{escape(story.paragraphs[0])}</description></item>"
        for story in _listed(outlet)
    )
    text = (
        '<?xml version="1.0" encoding="utf-8"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
        'xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f'<channel rdf:about="{_base(outlet, port)}/{outlet}/"><title>{_OUTLETS[outlet][0]}</title>'
        f"<link>{_base(outlet, port)}/{outlet}/</link><description>News</description></channel>{items}</rdf:RDF>"
    )
    return "application/rdf+xml", text.encode()


def _json_feed(outlet: str, port: int) -> tuple[str, bytes]:
    items = [
        {
            "id": story.slug, "url": _link(story, port), "title": story.title, "date_published": story.at.isoformat(),
            "summary": story.paragraphs[0], "language": story.language,
        }
        for story in _listed(outlet)
    ]  # fmt: skip
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": _OUTLETS[outlet][0], "items": items}
    return "application/feed+json", json.dumps(feed, ensure_ascii=False).encode()


_FEEDS: dict[str, Callable[[int], tuple[str, bytes]]] = {
    "/harbor/rss.xml": functools.partial(_rss, "harbor"),
    "/harbor/atom.xml": functools.partial(_atom, "harbor"),
    "/ledger/index.rdf": functools.partial(_rdf, "ledger"),
    "/signal/feed.json": functools.partial(_json_feed, "signal"),
    "/signal/broken.xml": functools.partial(_broken_rss, "signal"),
    "/visnyk/rss.xml": functools.partial(_rss, "visnyk"),
}


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: ThreadingHTTPServer

    def do_GET(self) -> None:
        port, path = self.server.server_address[1], self.path.split("?")[0]
        story = next((story for story in stories() if path.removeprefix("/old") == story.path), None)
        if path in _FEEDS:
            kind, body = _FEEDS[path](port)
            tag = f'"{zlib.crc32(body):08x}"'
            if self.headers.get("If-None-Match") == tag:
                self._send(304, "", b"", ETag=tag)
            else:
                self._send(200, f"{kind}; charset=utf-8", body, ETag=tag)
        elif path == "/robots.txt":
            self._send(200, "text/plain", b"User-agent: *\nDisallow: /private/\n")
        elif story is None:
            self._send(404, "text/html", b"<h1>Not found</h1>")
        elif story.gone:
            self._send(410, "text/html", b"<h1>Gone</h1>")
        elif path.startswith("/old"):
            self._send(301, "text/html", b"", Location=story.path)
        else:
            self._send(200, f"text/html; charset={story.encoding}", render(story, port))

    def _send(self, status: int, kind: str, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: the pass reports what it fetched."""


def serve(port: int) -> ThreadingHTTPServer:
    """A server bound to `port` of 127.0.0.1 (0: any free one), not yet serving. Raises `OSError` when the port is taken."""
    return ThreadingHTTPServer(("127.0.0.1", port), _Handler)
