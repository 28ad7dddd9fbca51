"""`dibwatch reprocess`: a new lexicon or model over the whole history."""

import argparse
import dataclasses
import json
from datetime import UTC, datetime, time, timedelta

from pipeline.options import Commands, Parser, add_command, add_lake, day, duration_s, whole_number
from schemas.errors import UsageError
from transforms.processes import available_cores, preload


def add(commands: "Commands[Parser]") -> None:
    """Add the command's parser."""
    parser = add_command(
        commands, "reprocess", "extract and tag again from the stored pages, replacing the rows of those articles",
        "dibwatch reprocess --lake lake --since 2026-01-01",
    )  # fmt: skip
    add_lake(parser)
    parser.add_argument("--since", type=day, metavar="D", help="pages fetched from this day on (UTC)")
    parser.add_argument("--until", type=day, metavar="D", help="pages fetched up to and on this day (UTC)")
    parser.add_argument("--into", metavar="DIR", help="write to this lake instead, to compare the two side by side")
    parser.add_argument("--min_chars", type=whole_number, default=200, metavar="N", help="least text of an article (default 200)")
    parser.add_argument(
        "--processes", type=whole_number, metavar="N", help="processes for extraction and for tagging (default: cores)"
    )
    parser.add_argument("--lock_wait", type=duration_s, default=60.0, metavar="1m", help="wait so long for a pass to end")
    parser.add_argument("--json", action="store_true", help="print the outcome as one JSON object")
    parser.set_defaults(execute=execute, parser=parser, takes_beam_flags=True)


def execute(args: argparse.Namespace) -> int:
    """Reprocess and print what changed. Raises `UsageError` for a time that ends before it begins."""
    if args.since and args.until and args.since > args.until:
        raise UsageError(f"--since {args.since} is after --until {args.until}: no day lies between them")
    preload("transforms.preload")
    from pipeline.reprocess import reprocess
    from pipeline.run import PassConfig

    config = PassConfig(
        lake=args.into or args.lake, keep_pages=False, min_chars=args.min_chars, processes=args.processes or available_cores(),
        lock_wait_s=args.lock_wait, beam_flags=tuple(args.beam_flags), json_log=args.log_format == "json",
    )  # fmt: skip
    since = datetime.combine(args.since, time(), UTC) if args.since else datetime(1970, 1, 1, tzinfo=UTC)
    until = datetime.combine(args.until, time(), UTC) + timedelta(days=1) if args.until else datetime.now(UTC)
    outcome = reprocess(config, args.lake, since, until)
    if args.json:
        changes = [dataclasses.asdict(change) for change in outcome.changes]
        print(json.dumps({"run": outcome.row, "compared": outcome.compared, "changes": changes}, default=str))
        return 0
    from rich.console import Console
    from rich.table import Table

    console = Console(highlight=False)
    if outcome.changes:
        table = Table(box=None, pad_edge=False)
        for column in ("label", "entity", "id"):
            table.add_column(column)
        for column in ("gained", "lost"):
            table.add_column(column, justify="right")
        for change in outcome.changes[:50]:
            table.add_row(change.label, change.name, change.entity_id, f"+{change.gained:,}", f"-{change.lost:,}")
        console.print(table)
        if len(outcome.changes) > 50:
            console.print(f"and {len(outcome.changes) - 50:,} more entities (--json lists them all)")
    gained, lost = (sum(getattr(change, name) for change in outcome.changes) for name in ("gained", "lost"))
    console.print(
        f"{outcome.row['articles']:,} articles written to {config.lake}, {outcome.compared:,} of them compared with their rows before: "
        f"{gained:,} mentions gained, {lost:,} lost; {outcome.row['rejects']:,} rejects; {outcome.row['duration_s']:.1f} s",
        soft_wrap=True,
    )
    return 0
