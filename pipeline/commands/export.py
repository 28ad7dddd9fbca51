"""`dibwatch export`: the lake's tables in an open table format."""

import argparse
from pathlib import Path

from pipeline.options import Commands, Parser, add_command, add_lake


def add(commands: "Commands[Parser]") -> None:
    """Add the command's parser."""
    parser = add_command(
        commands, "export", "copy the lake's tables into an open table format", "dibwatch export --lake lake --into lake-delta"
    )  # fmt: skip
    add_lake(parser)
    parser.add_argument(
        "--format", choices=("delta", "duckdb"), default="delta",
        help="delta: Delta Lake tables (default), which need the extra [export]: pip install -e '.[export]' in the folder of dibwatch; "
        "duckdb: one database file with the views over the files of today's snapshot, which needs nothing more",
    )  # fmt: skip
    parser.add_argument(
        "--into",
        required=True,
        metavar="DIR",
        help="folder or URI, or the file for duckdb; what is there is replaced in one step",
    )
    parser.set_defaults(execute=execute, parser=parser)


def execute(args: argparse.Namespace) -> int:
    """Export and say how much."""
    from pipeline.analytics.export import export_delta
    from pipeline.analytics.query import write_database
    from transforms.lake.lake import open_lake

    if args.format == "duckdb":
        write_database(open_lake(args.lake, create=False), Path(args.into))
        print(f"{args.into} has the views of {args.lake} as it is now")
        return 0
    rows = export_delta(open_lake(args.lake, create=False), args.into)
    print(f"{', '.join(f'{count:,} {table}' for table, count in rows.items())} written to {args.into}")
    return 0
