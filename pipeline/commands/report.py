"""`dibwatch report`: one self-contained page an analyst would open."""

import argparse
from datetime import UTC, datetime
from pathlib import Path

from pipeline.options import Commands, Parser, add_command, add_lake, whole_number


def add(commands: "Commands[Parser]") -> None:
    """Add the command's parser."""
    parser = add_command(
        commands, "report", "write one self-contained HTML page over the lake", "dibwatch report --lake lake --out report.html"
    )
    add_lake(parser)
    parser.add_argument("--out", required=True, metavar="FILE.html", help="the file to write")
    parser.add_argument(
        "--days", type=whole_number, default=30, metavar="N", help="how many days before the newest article (default 30)"
    )
    parser.set_defaults(execute=execute, parser=parser)


def execute(args: argparse.Namespace) -> int:
    """Write the page."""
    from pipeline.analytics.report import write_report
    from transforms.lake.lake import open_lake

    page = write_report(open_lake(args.lake, create=False), datetime.now(UTC), args.days)
    Path(args.out).write_text(page, encoding="utf-8")
    print(f"{args.out}: {len(page):,} characters")
    return 0
