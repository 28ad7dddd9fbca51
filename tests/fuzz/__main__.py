"""Fuzzing of everything that strangers' bytes reach: `python -m tests.fuzz [--seconds 60] [--target NAME]`.

Starts from the golden feeds and hand-made seeds, mutates and splices them (`random`, seeded, so that a run can be repeated), and
fails on anything that is not an answer or an `ItemError`/`UsageError`, and on any input that takes unreasonably long. With
atheris installed, `python -m tests.fuzz --atheris --target NAME` lets it guide the mutations by coverage instead.
"""

import argparse
import random
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from schemas.errors import ItemError, UsageError
from transforms.fetch.sniff import page_type, refresh_target, rel_canonical
from transforms.poll.dates import parse_date
from transforms.poll.discover import linked_feeds
from transforms.poll.opml import read_opml
from transforms.poll.parse import parse_feed
from transforms.web.decode import BodyDecoder
from transforms.web.retry import http_date, retry_after_s
from transforms.web.robots import rules_from_answer
from transforms.web.text import clean_text, plain_text
from transforms.web.urls import canonical_url, plausible_canonical, request_url, url_key
from transforms.web.wire import cookies_of, header_map

NOW = datetime(2026, 6, 1, tzinfo=UTC)
FEEDS = Path(__file__).parent.parent / "data" / "feeds"
LIMIT_S = 5.0  # for one input of some kilobytes; hostile ones grow quadratically long before
TOKENS = [
    b"<!DOCTYPE x [<!ENTITY a 'b'>]>", b"<![CDATA[", b"]]>", b"<!--", b"-->", b"&nbsp;", b"&#0;", b"&#x110000;", b"<item>", b"</item>",
    b"<entry", b"xmlns:a='b'", b"xml:base='//x'", b"<?xml version='1.1' encoding='utf-7'?>", b"\x00", b"\xff\xfe", b"\xef\xbb\xbf",
    b"http://[::1]/", b"//", b"%", b"%00", b"utm_source=", b"/amp", b"javascript:", b"\r\n",
    b"Mon, 01 Jan 2026 00:00:00 IST", b"{", b"[", b'"',
]  # fmt: skip


def _feed(data: bytes) -> None:
    headers = {"content-type": "text/xml; charset=" + data[:12].decode("latin-1")}
    parsed = parse_feed(data, headers, "https://ex.com/feed", NOW, max_entries=50)
    assert len(parsed.entries) <= 50
    for entry in parsed.entries:
        "".join((entry.url, entry.title, entry.summary, entry.content_html, *entry.authors, entry.image_url)).encode()
        assert entry.url_key == url_key(entry.url)


def _url(data: bytes) -> None:
    text = data.decode("utf-8", "surrogateescape")
    canonical = canonical_url(text)
    assert canonical_url(canonical) == canonical
    request_url(text).encode("ascii")
    plausible_canonical("https://ex.com/news/story-of-a-deal", text)


def _headers(data: bytes) -> None:
    text = data.decode("latin-1")
    headers = header_map([(b"Retry-After", data), (b"Set-Cookie", data), (b"X", data)])
    retry_after_s(headers, NOW)
    http_date(text)
    assert not any(char in value for value in cookies_of(text).values() for char in "\r\n;,")
    rel_canonical(b"", {"link": text})


def _page(data: bytes) -> None:
    page_type("", data)
    rel_canonical(data, {})
    refresh_target(data)
    linked_feeds(data.decode("utf-8", "replace"), "https://ex.com/")
    plain_text(data.decode("utf-8", "surrogateescape")).encode()
    clean_text(data.decode("utf-16", "surrogatepass")).encode() if len(data) % 2 == 0 else None


def _decode(data: bytes) -> None:
    decoder = BodyDecoder(("gzip", "deflate", "br", "zstd")[len(data) % 4], 100_000)
    assert sum(len(piece) for piece in decoder.feed(data)) <= 100_000
    decoder.close()


def _rest(data: bytes) -> None:
    rules_from_answer((200, data), "dibwatch", 0.0, 60.0).check("https://ex.com/a?b", "dibwatch")
    parse_date(data.decode("utf-8", "replace"), now=NOW, language=data[:2].decode("latin-1"))
    read_opml(data, "x")


TARGETS: dict[str, Callable[[bytes], None]] = {
    "feed": _feed, "url": _url, "headers": _headers, "page": _page, "decode": _decode, "rest": _rest,
}  # fmt: skip


def seeds() -> list[bytes]:
    """What mutation starts from."""
    extra = [
        b"https://www.m.ex.com:443/a/./b/../amp/index.html?utm_source=x&id=1#f",
        b"User-agent: *\nDisallow: /*a$\nCrawl-delay: 1",
    ]
    page = b"<!doctype html><head><link rel=canonical href='/a'><meta http-equiv=refresh content='0;url=/b'></head><p>text</p>"
    opml = b"<opml version='2.0'><body><outline text='a'><outline xmlUrl='http://a/'/></outline></body></opml>"
    return [path.read_bytes() for path in sorted(FEEDS.iterdir())] + [
        *extra,
        page,
        opml,
        b"Mon, 01 Jun 2026 10:00:00 +0200",
        b"a=b; Path=/",
    ]


def mutated(source: random.Random, corpus: Sequence[bytes]) -> bytes:
    """A seed cut, repeated, spliced with others and with tokens that mean something to parsers."""
    data = bytearray(source.choice(corpus))
    for _ in range(source.randint(1, 8)):
        at = source.randrange(len(data) + 1)
        end = min(len(data), at + source.choice((1, 2, 8, 64, 1024)))
        match source.randrange(6):
            case 0:
                del data[at:end]
            case 1:
                data[at:at] = data[at:end] * source.choice((1, 2, 50))
            case 2:
                data[at:at] = source.choice(TOKENS) * source.choice((1, 1, 3, 300))
            case 3:
                data[at:end] = source.randbytes(end - at)
            case 4:
                other = source.choice(corpus)
                start = source.randrange(len(other) + 1)
                data[at:at] = other[start : start + 200]
            case _:
                if data:
                    data[at % len(data)] ^= 1 << source.randrange(8)
    return bytes(data[:200_000])


def check(target: Callable[[bytes], None], data: bytes) -> None:
    """Runs one input; raises what must not happen."""
    started_s = time.perf_counter()
    try:
        target(data)
    except (ItemError, UsageError) as error:
        assert "\n" not in str(error) or len(str(error)) < 1000
    took_s = time.perf_counter() - started_s
    assert took_s < LIMIT_S, f"{took_s:.1f} s for {len(data)} bytes"


def run(names: Sequence[str], seconds: float, seed: int) -> int:
    """Fuzzes the targets in turn for so long; the number of inputs. A failure names the seed and shows the input."""
    source, corpus, inputs = random.Random(seed), seeds(), 0
    until_s = time.monotonic() + seconds
    while time.monotonic() < until_s:
        name = names[inputs % len(names)]
        data = mutated(source, corpus)
        inputs += 1
        try:
            check(TARGETS[name], data)
        except Exception:
            print(f"target {name}, seed {seed}, input {inputs}: {data[:2000]!r}", file=sys.stderr)
            Path(f"fuzz-{name}-{seed}-{inputs}.bin").write_bytes(data)
            raise
    return inputs


def main(arguments: Sequence[str] | None = None) -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--target", choices=sorted(TARGETS), action="append")
    parser.add_argument("--atheris", action="store_true")
    args = parser.parse_args(arguments)
    names = args.target or sorted(TARGETS)
    if args.atheris:
        import atheris  # type: ignore[import-not-found]

        atheris.instrument_all()
        atheris.Setup([sys.argv[0]], lambda data: check(TARGETS[names[0]], data))
        atheris.Fuzz()
    print(f"{run(names, args.seconds, args.seed)} inputs, no defect")
    return 0


if __name__ == "__main__":
    sys.exit(main())
