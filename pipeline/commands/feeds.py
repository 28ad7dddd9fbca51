"""`dibwatch feeds`: look after a feed list."""

import argparse
import dataclasses
import json
import sys
from collections.abc import Iterable
from concurrent.futures import as_completed
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from pipeline.options import Commands, Parser, add_command, add_lake, add_web, web_config
from schemas.errors import DibwatchError, ItemError, UsageError
from schemas.records import Feed

if TYPE_CHECKING:
    from transforms.web.client import WebClient


_LISTED_LATELY = (
    "SELECT DISTINCT feed_url, url_key FROM sightings WHERE seen_at > (SELECT max(seen_at) FROM sightings) - INTERVAL 30 DAY"
)


def add(commands: "Commands[Parser]") -> None:
    """Add the command's parsers."""
    summary = "is each feed alive, what feeds has a site, what has each feed done lately"
    parser = add_command(commands, "feeds", summary, "dibwatch feeds check builtin:defense")
    parts = parser.add_subparsers(dest="feeds_command", required=True, metavar="check|discover|health|opml", parser_class=Parser)
    check = add_command(
        parts,
        "check",
        "poll each feed once and say how it is; exit code 1 if any is dead",
        "dibwatch feeds check builtin:defense",
    )
    _add_sources(check)
    _add_json(check)
    add_web(check)
    check.set_defaults(execute=_check, parser=check)
    discover = add_command(parts, "discover", "find the feeds of a site", "dibwatch feeds discover https://example.org/")
    discover.add_argument("url", metavar="URL", help="a page of the site, best its front page")
    _add_json(discover)
    add_web(discover)
    discover.set_defaults(execute=_discover, parser=discover)
    health = add_command(
        parts, "health", "what each feed of a lake has done lately, the ailing first", "dibwatch feeds health --lake lake"
    )
    add_lake(health)
    _add_json(health)
    health.set_defaults(execute=_health, parser=health)
    opml = add_command(
        parts, "opml", "write feed lists as one OPML document, folders kept", "dibwatch feeds opml builtin:defense > my.opml"
    )
    _add_sources(opml)
    add_web(opml)
    opml.set_defaults(execute=_opml, parser=opml)


def _add_sources(parser: Parser) -> None:
    parser.add_argument("feeds", nargs="+", metavar="SRC", help="as for dibwatch run --feeds")


def _add_json(parser: Parser) -> None:
    parser.add_argument("--json", action="store_true", help="one JSON object a line")


def _check(args: argparse.Namespace) -> int:
    from pipeline.feeds import named_feeds
    from transforms.poll.check import FeedCheck, check_feed
    from transforms.web.shared import shared_client

    web = web_config(args)
    now = datetime.now(UTC)

    async def check(client: "WebClient", feed: Feed) -> FeedCheck:
        return await check_feed(client, feed, now)

    dead = 0
    for done in as_completed([shared_client(web).submit(check, feed) for feed in named_feeds(args.feeds, web)]):
        answer = done.result()
        dead += not answer.alive
        print(_json(answer) if args.json else answer.line(), flush=True)
    if dead:
        print(f"dibwatch: {dead:,} dead feed{'s' if dead > 1 else ''}", file=sys.stderr)
    return 1 if dead else 0


def _discover(args: argparse.Namespace) -> int:
    from transforms.poll.discover import discover_feeds
    from transforms.web.shared import shared_client

    now = datetime.now(UTC)
    try:
        found = shared_client(web_config(args)).submit(lambda client, url: discover_feeds(client, url, now), args.url).result()
    except ItemError as error:
        if error.reason in ("bad_url", "scheme_refused"):
            raise UsageError(f"{args.url} is not an http or https address; write https://…") from None
        raise DibwatchError(f"{args.url} could not be had: {error} ({error.reason})") from None
    for feed in found:
        newest = f"{feed.newest_at:%Y-%m-%d}" if feed.newest_at else "-"
        print(_json(feed) if args.json else f"{feed.url}  {feed.format}  {feed.entries} entries  newest {newest}  {feed.title}")
    if not found:
        print(f"dibwatch: no feeds found at {args.url}", file=sys.stderr)
    return 0 if found else 1


def _health(args: argparse.Namespace) -> int:
    from pipeline.analytics.query import query
    from transforms.lake.lake import open_lake
    from transforms.poll.health import feed_health

    lake = open_lake(args.lake, create=False)
    rows: Iterable[dict[str, Any]] = query(lake, "SELECT * FROM polls").to_pylist()
    seen = query(lake, _LISTED_LATELY).to_pydict()
    listed = zip(seen["feed_url"], seen["url_key"], strict=True)
    healths = sorted(feed_health(rows, datetime.now(UTC), listed), key=lambda health: (not health.verdicts, health.feed_url))
    if args.json:
        for health in healths:
            print(_json(health))
        return 0
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    for column in ("feed", "verdict", "polls", "failed", "new", "a day", "newest", "next poll", "why"):
        table.add_column(column, overflow="fold")
    for health in healths:
        times = (f"{at:%Y-%m-%d %H:%M}" if at else "-" for at in (health.newest_entry_at, health.next_poll_at))
        numbers = (f"{health.polls}", f"{health.failures}", f"{health.new_entries}", f"{health.entries_per_day:.1f}")
        why = health.last_error or (f"same as {health.duplicate_of}" if health.duplicate_of else "")
        table.add_row(health.feed_url, ", ".join(health.verdicts) or "healthy", *numbers, *times, why)
    width = None if sys.stdout.isatty() else 10_000  # a pipe has no edge at which to fold addresses
    Console(highlight=False, width=width).print(table)
    return 0


def _opml(args: argparse.Namespace) -> int:
    from pipeline.feeds import named_feeds
    from transforms.poll.opml import write_opml

    sys.stdout.buffer.write(write_opml(named_feeds(args.feeds, web_config(args))))
    return 0


def _json(record: Any) -> str:
    return json.dumps(dataclasses.asdict(record), ensure_ascii=False, default=lambda value: value.isoformat())
