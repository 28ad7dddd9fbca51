"""`dibwatch run`: one bounded pass over the feeds, or one every interval."""

import argparse
import json
import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from pipeline.options import Commands, Parser, add_command, add_lake, add_web, duration_s, web_config, whole_number
from schemas.errors import REASONS, DibwatchError, UsageError
from transforms.processes import available_cores, preload

if TYPE_CHECKING:
    from pipeline.run import PassConfig, PassOutcome

_log = logging.getLogger("dibwatch")


def add(commands: "Commands[Parser]") -> None:
    """Add the command's parser."""
    parser = add_command(
        commands, "run", "poll what is due, fetch, extract, tag and commit: one pass, or one every interval",
        "dibwatch run --feeds builtin:defense --lake lake --contact https://example.org/about",
    )  # fmt: skip
    parser.add_argument(
        "--feeds", nargs="+", metavar="SRC", default=[],
        help="feed URLs, OPML files or URLs, text files with one URL a line, or builtin:defense",
    )  # fmt: skip
    add_lake(parser)
    parser.add_argument(
        "--every",
        type=duration_s,
        metavar="10m",
        help="go on until stopped, one pass each interval, and compact the lake once a day",
    )
    parser.add_argument("--poll_all", action="store_true", help="poll feeds that are not due yet as well")
    parser.add_argument("--retry_rejects", action="store_true", help="instead of polling, fetch again what was rejected")
    parser.add_argument(
        "--reason",
        action="append",
        choices=sorted(REASONS),
        metavar="CODE",
        help="with --retry_rejects: only this reason; may be repeated",
    )
    parser.add_argument("--no_keep_pages", action="store_true", help="do not store page bodies; reprocess needs them")
    parser.add_argument("--min_chars", type=whole_number, default=200, metavar="N", help="least text of an article (default 200)")
    parser.add_argument(
        "--processes", type=whole_number, metavar="N", help="processes for extraction and for tagging (default: cores)"
    )
    parser.add_argument(
        "--lock_wait", type=duration_s, default=60.0, metavar="1m", help="wait for another pass to end (default 1m)"
    )
    parser.add_argument("--json", action="store_true", help="print the summary as one JSON object")
    add_web(parser)
    parser.set_defaults(execute=execute, parser=parser, takes_beam_flags=True)


def execute(args: argparse.Namespace) -> int:
    """Run the pass or passes; the exit code of the last one."""
    _check(args)
    preload("transforms.preload")  # the models load beside everything else that a pass imports, reads and polls
    from pipeline.run import run_pass

    config = _config(args)
    compacted = ""

    def one_pass() -> int:
        outcome = run_pass(config)
        _print(outcome, as_json=args.json)
        return outcome.exit_code

    def pass_of_many() -> None:
        nonlocal compacted
        one_pass()
        if (day := f"{datetime.now(UTC):%Y-%m-%d}") != compacted:
            compacted = day
            _compact(args.lake)

    return one_pass() if args.every is None else repeat(pass_of_many, args.every)


def repeat(one_pass: Callable[[], None], every_s: float, sleep: Callable[[float], object] = time.sleep) -> int:
    """`one_pass` each `every_s` seconds until Ctrl-C in a pause, which is exit code 0. A pass that fails is said, and the next one tried.

    Bad usage ends it (`UsageError`) only in the first pass: later on it is a feed list that is being edited, or its server away.
    """
    first = True
    while True:
        started_s = time.monotonic()
        try:
            one_pass()
        except DibwatchError as error:
            if first and isinstance(error, UsageError):
                raise
            _log.error("%s", error)
        first = False
        try:
            sleep(max(0.0, every_s - (time.monotonic() - started_s)))
        except KeyboardInterrupt:
            return 0


def _compact(location: str) -> None:
    """Keep a lake that only this command writes to quick to query. Raises LakeError: `repeat` says it, the next day tries again."""
    from transforms.lake.compact import compact
    from transforms.lake.lake import open_lake

    compact(open_lake(location, create=False), lambda: datetime.now(UTC))


def _check(args: argparse.Namespace) -> None:
    if args.retry_rejects == bool(args.feeds):
        raise UsageError("give --feeds SRC... to poll, or --retry_rejects to fetch again what was rejected; one of the two")
    if args.reason and not args.retry_rejects:
        raise UsageError("--reason goes with --retry_rejects")


def _config(args: argparse.Namespace) -> "PassConfig":
    from pipeline.run import PassConfig

    return PassConfig(
        lake=args.lake,
        feeds=tuple(args.feeds),
        retry_reasons=tuple(args.reason or ()) if args.retry_rejects else None,
        web=web_config(args),
        poll_all=args.poll_all,
        keep_pages=not args.no_keep_pages,
        min_chars=args.min_chars,
        processes=args.processes or available_cores(),
        lock_wait_s=args.lock_wait,
        beam_flags=tuple(args.beam_flags),
        json_log=args.log_format == "json",
    )


def _print(outcome: "PassOutcome", *, as_json: bool) -> None:
    if as_json:
        text = json.dumps(outcome.row, default=lambda value: value.isoformat() if isinstance(value, datetime) else str(value))
        print(text, flush=True)  # a reader at the end of a pipe has each pass as it ends
        return
    from rich.console import Console
    from rich.table import Table

    row = outcome.row
    table = Table(box=None, pad_edge=False)
    table.add_column("stage")
    for column in ("in", "out", "rejected", "dropped"):
        table.add_column(column, justify="right")
    table.add_column("why", style="dim")
    for count in row["counts"]:
        why = ", ".join(
            f"{reason['n']:,} {reason['reason'].partition('_')[2]}"
            for reason in row["reasons"]
            if reason["stage"] == count["stage"]
        )
        numbers = (f"{count[name]:,}" for name in ("in", "out", "rejected", "dropped"))
        table.add_row(f"{count['stage']} ({count['unit']})", *numbers, why)
    console = Console(highlight=False)
    console.print(table)
    console.print(outcome.sentence, soft_wrap=True)
