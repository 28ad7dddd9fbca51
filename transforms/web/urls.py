"""What a URL is the same as: the canonical form that gives an article its identity. No network, no state.

The raw URL is always kept beside it; a canonical URL is for comparing and showing, a page is fetched from the raw one.
"""

import functools
import hashlib
import ipaddress
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import SplitResult, unquote, unquote_to_bytes, urljoin, urlsplit

import idna

from schemas.errors import ItemError
from transforms.web.tracking import is_tracking

_TAB_OR_NEWLINE = re.compile(r"[\t\r\n]+")
_HOST = re.compile(r"[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?\Z")
_INDEX_PAGE = re.compile(r"/(?:index|default|home)\.(?:html?|shtml|php\d?|aspx?|jsp|cfm)\Z", re.I)
_AMP_PATH = re.compile(r"\A/amp(?=/.)|(?:/amp/?|\.amp)\Z|\.amp(?=\.html?\Z)", re.I)
_SESSION_IN_PATH = re.compile(r";(?:jsessionid|phpsessid)=[^/;?]*", re.I)
_MOBILE_LABELS = frozenset(("m", "mobile", "amp", "wap", "touch"))
_DEFAULT_PORTS = {"http": 80, "https": 443}
_KEEP_IN_PATH = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~!$&'()*+,;=:@/")
_UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_KEEP_IN_QUERY = _KEEP_IN_PATH | frozenset(b"?")
_PLAIN = re.compile(r"[A-Za-z0-9._~/=-]*\Z")
_PERCENT_OR_TEXT = re.compile(rb"%[0-9A-Fa-f]{2}|.", re.S)


def _bad(url: str, why: str) -> ItemError:
    return ItemError("bad_url", f"{why}: {url[:200]!r}")


@functools.lru_cache(maxsize=8192)  # one URL is looked at several times on its way through a stage
def split_http(url: str, *, max_chars: int = 4096) -> SplitResult:
    """The parts of an http(s) URL with a host that can be looked up: ASCII, lower case, no trailing dot.

    Raises `ItemError`: `scheme_refused` for another scheme, `bad_url` for anything that is no usable address.
    """
    text = _TAB_OR_NEWLINE.sub("", url.strip("\x00\t\n\r\x0b\x0c \xa0\ufeff"))
    if len(text) > max_chars:
        raise ItemError("bad_url", f"the address has {len(text)} characters, more than {max_chars}")
    if text.startswith("//"):
        text = "https:" + text
    try:
        parts = urlsplit(text)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise _bad(url, f"not a valid address ({error})") from error
    if parts.scheme not in ("http", "https"):
        if not parts.scheme or not re.match(r"[a-z][a-z0-9+.-]*:", text, re.I):
            raise _bad(url, "not an absolute address")
        raise ItemError("scheme_refused", f"the scheme {parts.scheme[:20]!r} is not http or https")
    if not host or port == 0:
        raise _bad(url, "no host in the address")
    netloc = _ascii_host(host, url)
    if port is not None and port != _DEFAULT_PORTS[parts.scheme]:
        netloc += f":{port}"
    return parts._replace(netloc=netloc)


@functools.lru_cache(maxsize=8192)
def _ascii_host(host: str, url: str) -> str:
    if ":" in host:
        try:
            return f"[{ipaddress.IPv6Address(host).compressed}]"
        except ValueError as error:
            raise _bad(url, "not a valid IPv6 address") from error
    host = unquote(host)
    if not host.isascii():
        try:
            host = idna.encode(host, uts46=True).decode("ascii")
        except (idna.IDNAError, UnicodeError) as error:
            raise _bad(url, "not a valid host name") from error
    host = host.lower().rstrip(".")
    if not _HOST.match(host) or len(host) > 253 or ".." in host or any(len(label) > 63 for label in host.split(".")):
        raise _bad(url, "not a valid host name")
    return host


def _percent_encoded(text: str, keep: frozenset[int]) -> str:
    """RFC 3986 section 6.2.2: unreserved characters plain, all else that is not in `keep` as upper-case %XX."""
    if _PLAIN.match(text):
        return text
    out = bytearray()
    for match in _PERCENT_OR_TEXT.finditer(text.encode("utf-8", "surrogatepass")):
        token = match.group()
        if len(token) == 3:
            byte = int(token[1:], 16)
            out += bytes((byte,)) if byte in _UNRESERVED else b"%%%02X" % byte
        else:
            out += token if token[0] in keep else b"%%%02X" % token[0]
    return out.decode("ascii")


def request_url(url: str, *, max_chars: int = 4096) -> str:
    """`url` as it goes over the wire: ASCII host, percent-encoded path and query, no fragment, no user name.

    Raises `ItemError` as `split_http` does.
    """
    parts = split_http(url, max_chars=max_chars)
    encoded = f"{parts.scheme}://{parts.netloc}{_wire(parts.path) or '/'}"
    encoded += f"?{_wire(parts.query)}" if parts.query else ""
    if len(encoded) > 3 * max_chars:
        raise ItemError("bad_url", f"the encoded address has {len(encoded)} characters")
    return encoded


def _wire(text: str) -> str:
    """As the site wrote it, with what may not stand in a request encoded."""
    return "".join(
        chr(byte) if 0x21 <= byte <= 0x7E and byte not in b'"<>\\^`{|}' else f"%{byte:02X}"
        for byte in text.encode("utf-8", "surrogatepass")
    )


def _unwrapped_amp(parts: SplitResult) -> SplitResult:
    """The publisher's address inside that of a public AMP cache (google.com/amp/s/…, *.cdn.ampproject.org/c/s/…)."""
    pattern = ""
    if re.match(r"(?:www\.)?google\.[a-z.]{2,6}\Z", parts.netloc):
        pattern = r"/amp/(s/)?([^/]+\.[^/]+)(/.*)?\Z"
    elif parts.netloc.endswith(".cdn.ampproject.org"):
        pattern = r"/[a-z]/(s/)?([^/]+\.[^/]+)(/.*)?\Z"
    found = re.match(pattern, parts.path) if pattern else None
    if found is None:
        return parts
    scheme = "https" if found[1] else "http"
    query = f"?{parts.query}" if parts.query else ""
    try:
        return split_http(f"{scheme}://{found[2]}{found[3] or '/'}{query}")
    except ItemError:
        return parts


def _desktop_host(netloc: str) -> str:
    host, colon, port = netloc.partition(":")
    labels = host.split(".")
    if netloc.startswith("[") or len(labels) < 3:
        return netloc
    own = len(registered_domain(host).split("."))
    kept = [label for label in labels[:-own] if label not in _MOBILE_LABELS] + labels[-own:]
    return ".".join(kept) + colon + port


def _clean_query(query: str) -> str:
    kept = []
    for pair in query.split("&"):
        name, _, value = pair.partition("=")
        if pair and not is_tracking(unquote(name), unquote(value)):
            kept.append(_percent_encoded(pair, _KEEP_IN_QUERY))
    return "&".join(sorted(kept))


def _clean_path(path: str) -> str:
    path = _SESSION_IN_PATH.sub("", _percent_encoded(path, _KEEP_IN_PATH))
    path = re.sub(r"//+", "/", urlsplit(urljoin("http://h/", "/" + path.lstrip("/"))).path) if "." in path else path
    path = re.sub(r"//+", "/", path) or "/"
    return path if path.startswith("/") else "/" + path


def canonical_url(url: str) -> str:
    """The canonical form of an http(s) URL: equal for all the addresses under which one article travels.

    Drops tracking parameters, the fragment, user names, default ports and session ids; unwraps AMP caches, AMP paths
    and mobile hosts; takes index pages to their folder; orders the query; one spelling for case, IDN and percent signs.
    `canonical_url(canonical_url(u)) == canonical_url(u)`. Raises `ItemError` as `split_http` does.
    """
    parts = split_http(url)
    for _ in range(3):  # an AMP cache inside an AMP cache is somebody's joke, but it must still be stable
        parts = _unwrapped_amp(parts)
    path, query = _clean_path(parts.path), _clean_query(parts.query)
    while True:
        shorter = path if path == "/amp" else (_AMP_PATH.sub("", path) or "/")
        if not query:
            shorter = _INDEX_PAGE.sub("/", shorter)
        if shorter == path:
            break
        path = shorter
    fragment = "#" + _percent_encoded(parts.fragment, _KEEP_IN_QUERY) if parts.fragment.startswith("!") else ""
    return f"{parts.scheme}://{_desktop_host(parts.netloc)}{path}" + (f"?{query}" if query else "") + fragment


def url_key(url: str) -> str:
    """32 hex of the canonical form of `url` without its scheme, a leading `www.` and trailing slashes.

    http and https, with and without `www.`, are one article on every site that matters; a canonical URL keeps them so
    that it can still be opened. Raises `ItemError` as `split_http` does.
    """
    rest = canonical_url(url).partition("://")[2].removeprefix("www.")
    address, question, query = rest.partition("?")
    return hashlib.sha256((address.rstrip("/") + question + query).encode()).hexdigest()[:32]


def host_key(url: str) -> str:
    """What politeness counts as one host: the host name, and the port unless it is 80 or 443."""
    netloc = split_http(url).netloc
    return netloc.removesuffix(":80").removesuffix(":443") if not netloc.startswith("[") else netloc


@functools.cache
def _suffixes() -> Callable[[str], Any]:
    import tldextract

    return tldextract.TLDExtract(cache_dir=None, suffix_list_urls=(), fallback_to_snapshot=True, include_psl_private_domains=True)


@functools.lru_cache(maxsize=65536)
def registered_domain(url: str) -> str:
    """The domain that somebody registered: `bbc.co.uk` of `news.bbc.co.uk`; the host itself for addresses of machines.

    `url` is a URL or a bare host name. The public suffix list, its private part included (`name.blogspot.com`), is the one
    in the `tldextract` package; nothing is fetched. "" when there is no host in it.
    """
    if "/" in url or ":" in url:
        try:
            netloc = split_http(url).netloc
        except ItemError:
            return ""
        host = netloc if netloc.startswith("[") else netloc.partition(":")[0]
    else:
        host = url.lower().rstrip(".")
    if host.startswith("["):
        return host
    return str(_suffixes()(host).top_domain_under_public_suffix) or host


def _identifies(query: str) -> bool:
    return any(re.search(r"\d|.{12}", pair.partition("=")[2]) for pair in query.split("&") if pair)


def plausible_canonical(page_url: str, rel_canonical: str) -> str | None:
    """The canonical form of what a page names as `rel=canonical`, or None when the page cannot be believed.

    Not believed: another registered domain (a page may not take the identity of another site's article), the home page
    or a mere folder above the page, and a template that dropped the query by which the page is known.
    """
    try:
        page = canonical_url(page_url)
        named = canonical_url(urljoin(page_url, rel_canonical.strip()))
    except (ItemError, ValueError):
        return None
    if registered_domain(named) != registered_domain(page):
        return None
    page_parts, named_parts = urlsplit(page), urlsplit(named)
    page_path, named_path = page_parts.path.rstrip("/"), named_parts.path.rstrip("/")
    if page_path == named_path:
        dropped = bool(page_parts.query) and not named_parts.query and _identifies(page_parts.query)
        return None if dropped else named
    if named_path == "" and not named_parts.query:
        return None
    if page_path.startswith(named_path + "/") and not _identifies_path(named_path):
        return None
    return named


def _identifies_path(path: str) -> bool:
    """Whether the last part of a path looks like an article (a number or a slug of several words), not a section."""
    last = unquote_to_bytes(path.rpartition("/")[2]).decode("utf-8", "replace")
    return bool(re.search(r"\d{4}", last)) or last.count("-") >= 2 or last.count("_") >= 2
