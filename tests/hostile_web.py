"""A web that misbehaves in every way that is known, with the outcome that each of its pages and feeds must have.

`HostileWeb(feeds, items, hosts)` is the same web every time. Its `answer` serves it (`tests.loopback.serve`); `expected` says
what must become of each link: `page`, `feed` (the feed's own text), or a reason code.
"""

import collections
import gzip
import html
import json
import re
import zlib
from collections.abc import Callable

import brotli
import zstandard

from tests.loopback import Reply, Request

HTML = {"Content-Type": "text/html; charset=utf-8"}
STORY = "The ministry signed the contract on Monday, and the yard will deliver the first ship in two years. " * 12
ROBOTS = b"User-agent: *\nDisallow: /private/\nCrawl-delay: 0.01\n"


def _page(path: str, **headers: str) -> Reply:
    title = html.escape(path)
    body = f"<!DOCTYPE html><html><head><title>{title}</title></head><body><article><h1>{title}</h1><p>{STORY}</p></article></body></html>"
    return Reply(headers={**HTML, **headers}, body=body.encode())


def _encoded(path: str, name: str, encode: Callable[[bytes], bytes]) -> Reply:
    page = _page(path)
    return Reply(headers={**HTML, "Content-Encoding": name}, body=encode(page.body))


def _chunked(path: str) -> Reply:
    body = _page(path).body
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n"
    pieces = (body[start : start + 500] for start in range(0, len(body), 500))
    return Reply(raw=head + b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n")


# kind -> (outcome, what is answered the first time, what later; None: the page)
Answer = Callable[[str], Reply]
PAGES: dict[str, tuple[str, Answer, Answer | None]] = {
    "plain": ("page", _page, _page),
    "gzip": ("page", lambda p: _encoded(p, "gzip", gzip.compress), None),
    "br": ("page", lambda p: _encoded(p, "br", brotli.compress), None),
    "zstd": ("page", lambda p: _encoded(p, "zstd", zstandard.compress), None),
    "deflate": ("page", lambda p: _encoded(p, "deflate", zlib.compress), None),
    "chunked": ("page", _chunked, None),
    "moved": ("page", lambda p: Reply(302, {"Location": p.replace("/moved/", "/plain/") + "?utm_source=move"}), None),
    "busy": ("page", lambda p: Reply(503, {"Retry-After": "0"}), _page),
    "rated": ("page", lambda p: Reply(429), _page),
    "reset": ("page", lambda p: Reply(reset=True), _page),
    "cut": ("page", lambda p: Reply(headers=HTML, body=_page(p).body, cut_at=100), _page),
    "walled": ("feed", lambda p: Reply(403), None),
    "missing": ("http_not_found", lambda p: Reply(404), None),
    "gone": ("http_gone", lambda p: Reply(410), None),
    "forbidden": ("http_forbidden", lambda p: Reply(403), None),
    "failing": ("http_server_error", lambda p: Reply(500), None),
    "limited": ("http_rate_limited", lambda p: Reply(429), None),
    "silent": ("timeout", lambda p: Reply(hold_s=60), None),
    "dripping": ("too_slow", lambda p: Reply(headers=HTML, body=b"x" * 10_000, drip=(1, 0.05)), None),
    "bomb": ("body_too_large", lambda p: _BOMB, None),
    "brbomb": ("body_too_large", lambda p: _BR_BOMB, None),
    "notgzip": ("bad_encoding", lambda p: Reply(headers={"Content-Encoding": "gzip"}, body=b"no"), None),
    "headers": ("headers_too_large", lambda p: Reply(headers={"X": "a" * 90_000}), None),
    "circle": ("too_many_redirects", lambda p: Reply(302, {"Location": p}), None),
    "metadata": ("address_refused", lambda p: Reply(302, {"Location": "http://169.254.169.254/latest"}), None),
    "tofile": ("scheme_refused", lambda p: Reply(302, {"Location": "file:///etc/passwd"}), None),
    "nohttp": ("protocol_error", lambda p: Reply(raw=b"220 mail ready\r\n\r\n"), None),
    "pdf": ("unsupported_type", lambda p: Reply(headers={"Content-Type": "application/pdf"}, body=b"%PDF-1.7"), None),
    "empty": ("empty_page", lambda p: Reply(headers=HTML), None),
    "cutalways": ("connection_reset", lambda p: Reply(headers=HTML, body=b"x" * 500, cut_at=100), None),
    "private": ("robots_disallowed", _page, None),
}
_BOMB = Reply(headers={**HTML, "Content-Encoding": "gzip"}, body=gzip.compress(bytes(60_000_000)))
_BR_BOMB = Reply(headers={**HTML, "Content-Encoding": "br"}, body=brotli.compress(bytes(60_000_000), quality=5))
FIRST_TIME_ONLY = frozenset(kind for kind, (_, _, later) in PAGES.items() if later is not None and kind != "plain")
# links that lead nowhere by themselves
DEAD_LINKS = {
    "http://169.254.169.254/{n}": "address_refused",
    "http://host{n}.invalid/a": "dns_failed",
    "http://{host}:1/{n}": "connect_failed",
    "javascript:alert({n})": "entry_bad_link",
    "": "entry_without_link",
}
FEEDS: dict[str, str] = {
    "rss": "ok", "atom": "ok", "json": "ok", "rdf": "ok", "rssgzip": "ok", "broken": "ok", "cyrillic": "ok", "entities": "ok",
    "movedfeed": "ok", "busyfeed": "ok", "feed404": "http_not_found", "feed410": "feed_gone", "feed500": "http_server_error",
    "feedhtml": "not_a_feed", "feedbomb": "body_too_large", "feedempty": "empty_feed",
}  # fmt: skip


class HostileWeb:
    """`feeds` feeds of `items` items each on `hosts` hosts; the last host answers 500 for robots.txt."""

    def __init__(self, feeds: int, items: int, hosts: int) -> None:
        self.hosts = [f"127.0.2.{n + 1}" for n in range(hosts)]
        self._feeds, self._items = feeds, items
        self._seen: collections.Counter[tuple[str, str]] = collections.Counter()

    def _feed_kind(self, feed: int) -> str:
        # two in three feeds are good ones of the main formats, the others go through all kinds in turn
        return ("rss", "atom", "json", "rdf")[feed % 4] if feed % 3 else list(FEEDS)[feed // 3 % len(FEEDS)]

    def _host(self, feed: int) -> str:
        return self.hosts[feed % len(self.hosts)]

    def feed_urls(self, port: int) -> dict[str, str]:
        """The address of each feed, and its outcome: `ok` or a reason code."""
        kinds = ((feed, self._feed_kind(feed)) for feed in range(self._feeds))
        return {f"http://{self._host(feed)}:{port}/feeds/{kind}/{feed}": FEEDS[kind] for feed, kind in kinds}

    def _links(self, feed: int, port: int) -> list[tuple[str, str, str]]:
        """(link, outcome, kind) of each item of a feed."""
        host, links = self._host(feed), []
        kinds, dead = list(PAGES), list(DEAD_LINKS)
        for item in range(self._items):
            n = feed * self._items + item
            root = f"http://{host}:{port}"
            if item == 0:  # one article of the host that all its feeds list, each with its own tracking
                links.append((f"{root}/plain/shared?utm_source=feed{feed}", "page", "plain"))
            elif item == 1:
                template = dead[feed // len(self.hosts) % len(dead)]
                links.append((template.format(n=n, host=host), DEAD_LINKS[template], "dead"))
            else:
                kind = kinds[n % len(kinds)] if n % 2 else kinds[n // 2 % 6]
                links.append((f"{root}/{kind}/{n}", PAGES[kind][0], kind))
        if host == self.hosts[-1]:  # where robots.txt fails, what is not in the feed itself must wait
            waits = {"feed": "feed"}
            mine = (host in link and ":1/" not in link for link, _, _ in links)
            return [
                (li, waits.get(out, "robots_unavailable") if m else out, k) for (li, out, k), m in zip(links, mine, strict=True)
            ]
        return links

    def expected(self, port: int) -> dict[str, str]:
        """What must become of each link of every feed that can be read; parse rejects by link, "" counted once."""
        readable = [feed for feed in range(self._feeds) if FEEDS[self._feed_kind(feed)] == "ok"]
        return {link: outcome for feed in readable for link, outcome, _ in self._links(feed, port)}

    def answer(self, request: Request) -> Reply:
        """The reply to `request`."""
        port = int(request.headers["host"].rpartition(":")[2])
        path = request.path.partition("?")[0]
        if path == "/robots.txt":
            return Reply(500) if request.host == self.hosts[-1] else Reply(body=ROBOTS)
        kind, _, name = path.lstrip("/").partition("/")
        if kind == "feeds":
            return self._feed_answer(request, name.split("/")[0], int(path.rpartition("/")[2]), port)
        if kind not in PAGES:
            return Reply(404)
        _, first, later = PAGES[kind]
        self._seen[request.host, path] += 1
        again = kind in FIRST_TIME_ONLY and self._seen[request.host, path] > 1
        return (later if again and later else first)(path)

    def _feed_answer(self, request: Request, kind: str, feed: int, port: int) -> Reply:
        etag = f'"{kind}-{feed}"'
        if kind == "movedfeed" and "moved=1" not in request.path:
            return Reply(301, {"Location": f"{request.path}?moved=1"})
        if kind == "busyfeed" and (self._seen.update([("busy", request.path)]) or self._seen["busy", request.path] == 1):
            return Reply(503)
        if kind in ("feed404", "feed410", "feed500"):
            return Reply(int(kind[4:]))
        if kind == "feedbomb":
            return _BOMB
        if kind in ("feedhtml", "feedempty"):
            return Reply(headers=HTML, body=b"<html><body>No feed</body></html>" if kind == "feedhtml" else b"")
        if request.headers.get("if-none-match") == etag:
            return Reply(304)
        body = feed_body(kind, feed, self._links(feed, port))
        headers = {"ETag": etag, "Content-Type": "application/xml" if kind != "json" else "application/feed+json"}
        return Reply(headers={**headers, "Content-Encoding": "gzip"} if kind == "rssgzip" else headers,
                     body=gzip.compress(body) if kind == "rssgzip" else body)  # fmt: skip


def feed_body(kind: str, feed: int, links: list[tuple[str, str, str]]) -> bytes:
    """A feed in the format and with the fault of `kind`; pages behind a wall have their text in it."""
    texts = [f"<p>{STORY}</p>" if page == "walled" else "" for _, _, page in links]
    if kind == "json":
        items = [{"id": str(n), "url": link, "title": f"Item {n}", "content_html": text} for n, ((link, _, _), text) in
                 enumerate(zip(links, texts, strict=True))]  # fmt: skip
        return json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": f"Feed {feed}", "items": items}).encode()
    if kind == "atom":
        entries = "".join(
            f"<entry><id>{n}</id><title>Item {n}</title>{f'<link href={chr(34)}{html.escape(link)}{chr(34)}/>' if link else ''}"
            f'<updated>2026-06-01T0{n % 10}:00:00Z</updated><content type="html">{html.escape(text)}</content></entry>'
            for n, ((link, _, _), text) in enumerate(zip(links, texts, strict=True))
        )
        return f'<feed xmlns="http://www.w3.org/2005/Atom"><title>Feed {feed}</title>{entries}</feed>'.encode()
    title = "Новости" if kind == "cyrillic" else f"Feed {feed}"
    amp = "R&D & more" if kind == "broken" else "Item"
    items_xml = "".join(
        f"<item><title>{amp} {n}</title><link>{html.escape(link)}</link><pubDate>Mon, 01 Jun 2026 0{n % 10}:00:00</pubDate>"
        f"<content:encoded><![CDATA[{text}]]></content:encoded></item>"
        for n, ((link, _, _), text) in enumerate(zip(links, texts, strict=True))
    )
    modules = "" if kind == "broken" else ' xmlns:content="http://purl.org/rss/1.0/modules/content/"'
    if kind == "rdf":
        rdf = 'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"'
        items_xml = re.sub("<pubDate>.*?</pubDate>", "", items_xml)
        return f"<rdf:RDF {rdf}{modules}><channel><title>{title}</title></channel>{items_xml}</rdf:RDF>".encode()
    laughs = "".join(f'<!ENTITY a{n + 1} "{f"&a{n};" * 10}">' for n in range(12)) if kind == "entities" else ""
    doctype = f'<!DOCTYPE rss [<!ENTITY a0 "ha">{laughs}<!ENTITY f SYSTEM "file:///etc/passwd">]>' if laughs else ""
    title = "&a12;&f;" if laughs else title
    rss = f'{doctype}<rss version="2.0"{modules}><channel><title>{title}</title>{items_xml}</channel></rss>'
    return f'<?xml version="1.0" encoding="windows-1251"?>{rss}'.encode("cp1251") if kind == "cyrillic" else rss.encode()
