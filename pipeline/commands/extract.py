"""`dibwatch extract`: one saved page to one JSON article."""

import argparse
import dataclasses
import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path

from pipeline.options import Commands, Parser, add_command
from schemas.errors import DibwatchError, ItemError, UsageError
from schemas.records import Entry, Page


def add(commands: "Commands[Parser]") -> None:
    """Add the command's parser."""
    parser = add_command(
        commands, "extract", "extract text and metadata of one saved page as a JSON article",
        "dibwatch extract page.html --url https://example.org/news/page",
    )  # fmt: skip
    parser.add_argument("file", metavar="FILE.html", help="the page as the server sent it")
    parser.add_argument("--url", required=True, help="the address the page came from")
    parser.set_defaults(execute=execute, parser=parser)


def execute(args: argparse.Namespace) -> int:
    """Print the article; raises `UsageError` for a bad file or address, `DibwatchError` when there is no article in it."""
    from transforms.extract.transform import extract_isolated
    from transforms.web.urls import canonical_url, request_url

    try:
        request_url(args.url)
    except ItemError:
        raise UsageError(f"--url {args.url[:200]} is not an http or https address") from None
    path = Path(args.file)
    if not path.is_file():
        raise UsageError(f"there is no file {args.file}")
    try:
        page = _page(path.read_bytes(), args.url, canonical_url(args.url))
    except ItemError as error:
        raise UsageError(f"--url {args.url}: {error}") from None
    try:
        article = extract_isolated(page)
    except ItemError as error:
        raise DibwatchError(f"no article in {args.file}: {error} ({error.reason})") from None
    row = {k: v for k, v in dataclasses.asdict(article).items() if k not in ("tags", "story_id", "fingerprint", "url_key")}
    print(json.dumps(row, ensure_ascii=False, default=lambda value: value.isoformat()))
    return 0


def _page(body: bytes, url: str, canonical: str) -> Page:
    import zstandard

    from transforms.web.urls import url_key

    entry = Entry(url=url, url_key=url_key(url), feed_urls=())
    return Page(
        entry=entry,
        article_id=url_key(canonical),
        final_url=url,
        canonical_url=canonical,
        status=200,
        content_type="text/html",
        body_zstd=zstandard.compress(body),
        body_bytes=len(body),
        body_sha256=hashlib.sha256(body).hexdigest(),
        fetched_at=datetime.now(UTC),
        fetch_ms=0,
    )
