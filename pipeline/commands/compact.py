"""`dibwatch compact`: few, sorted, right-sized files."""

import argparse
import dataclasses
import json
from datetime import UTC, datetime

from pipeline.options import Commands, Parser, add_command, add_lake


def add(commands: "Commands[Parser]") -> None:
    """Add the command's parser."""
    parser = add_command(
        commands, "compact", "merge small files into few, sorted ones; safe beside a running pass", "dibwatch compact --lake lake"
    )  # fmt: skip
    add_lake(parser)
    parser.add_argument("--drop_revisions", action="store_true", help="forget superseded versions of articles as well")
    parser.add_argument("--json", action="store_true", help="print the outcome as one JSON object")
    parser.set_defaults(execute=execute, parser=parser)


def execute(args: argparse.Namespace) -> int:
    """Compact and say what it did."""
    from transforms.lake.compact import compact
    from transforms.lake.lake import open_lake

    result = compact(open_lake(args.lake, create=False), lambda: datetime.now(UTC), drop_revisions=args.drop_revisions)
    if args.json:
        print(json.dumps(dataclasses.asdict(result)))
    else:
        left = f"; {result.left:,} groups left for the next time, a pass replaced a file of theirs" if result.left else ""
        groups = f"{result.merged:,} group{'' if result.merged == 1 else 's'} merged"
        print(f"{result.files_before:,} files before, {result.files_after:,} after, {groups}{left}")
    return 0
