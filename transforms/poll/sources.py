"""What a user may name as feeds: a feed URL, an OPML file or URL, a text file, or a list that ships."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

from schemas.errors import ItemError, UsageError
from schemas.records import Feed
from transforms.poll.opml import read_opml
from transforms.web.urls import split_http, url_key

_MAX_FILE_BYTES = 50 * 1024 * 1024

Download = Callable[[str], bytes]


def read_feeds(srcs: Sequence[str], download: Download | None = None, builtin: Mapping[str, Path] | None = None) -> list[Feed]:
    """The feeds that `srcs` name, each address once, in order.

    A SRC is a feed URL; the URL of an OPML document (its path ends in `.opml`), which `download` fetches; an OPML file; a
    text file with one URL a line and `#` comments; or `builtin:NAME`, a list that `builtin` has the file of. Raises
    `UsageError` with one sentence that names the source and the line.
    """
    feeds: dict[str, Feed] = {}
    for src in srcs:
        for feed in _read_source(src.strip(), download, builtin or {}):
            feeds.setdefault(feed.url, feed)
    if not feeds:
        raise UsageError(f"no feeds in {', '.join(srcs)}" if srcs else "no feeds given")
    return list(feeds.values())


def _read_source(src: str, download: Download | None, builtin: Mapping[str, Path]) -> list[Feed]:
    if not src:
        raise UsageError("an empty feed source was given")
    scheme, colon, name = src.partition(":")
    if scheme == "builtin" and colon:
        if name not in builtin:
            known = ", ".join(f"builtin:{known}" for known in builtin) or "none"
            raise UsageError(f"there is no feed list builtin:{name}; known: {known}")
        return _checked_opml(builtin[name].read_bytes(), src)
    if re.match(r"(?:https?|feed):", src, re.I):
        url = _feed_url(src, src)
        if not urlsplit(url).path.lower().endswith(".opml"):
            return [Feed(url)]
        if download is None:
            raise UsageError(f"{src} is an OPML list; download it and give the file")
        try:
            return _checked_opml(download(url), src)
        except ItemError as error:
            raise UsageError(f"the list {src} could not be had: {error}") from None
    if re.match(r"[a-z][a-z0-9+.-]+://", src, re.I):
        raise UsageError(f"{src} is neither an http(s) address nor a file")
    return _read_file(Path(src).expanduser())


def _read_file(path: Path) -> list[Feed]:
    try:
        if path.is_dir():
            raise UsageError(f"{path} is a folder, not a feed list")
        with path.open("rb") as file:
            data = file.read(_MAX_FILE_BYTES + 1)
    except FileNotFoundError:
        hint = f"; for an address write https://{path}" if re.match(r"[\w-]+(\.[\w-]+)+(/|$)", str(path)) else ""
        raise UsageError(f"there is no feed list {path}{hint}") from None
    except OSError as error:
        raise UsageError(f"the feed list {path} cannot be read: {error.strerror}") from None
    if len(data) > _MAX_FILE_BYTES:
        raise UsageError(f"the feed list {path} is larger than {_MAX_FILE_BYTES} bytes")
    start = data[:1000].lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n\x00")
    if path.suffix.lower() in (".opml", ".xml") or start.startswith((b"<", b"\x00<")):
        return _checked_opml(data, str(path))
    return _read_lines(data, path)


def _read_lines(data: bytes, path: Path) -> list[Feed]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UsageError(f"the feed list {path} is not UTF-8 text") from None
    feeds = []
    for number, line in enumerate(text.splitlines(), 1):
        address = re.sub(r"(?:^|\s)#.*", "", line).strip()
        if address:
            feeds.append(Feed(_feed_url(address, f"{path} line {number}")))
    return feeds


def _checked_opml(data: bytes, name: str) -> list[Feed]:
    return [replace(feed, url=_feed_url(feed.url, name)) for feed in read_opml(data, name)]


def _feed_url(address: str, where: str) -> str:
    """`address` without the `feed:` scheme of browsers past; a `UsageError` that names `where` if it is unusable."""
    url = re.sub(r"^feed:(?://)?(?=https?:)", "", address, flags=re.I)
    url = re.sub(r"^feed:(?://)?", "http://", url, flags=re.I)
    try:
        split_http(url)
        url_key(url)
    except ItemError as error:
        said = "" if where == address else f"{where}: "
        raise UsageError(f"{said}{address[:200]!r} is not a usable http(s) address ({error})") from None
    return url
