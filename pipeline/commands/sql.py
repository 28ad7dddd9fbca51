"""`dibwatch sql`: the lake's views in DuckDB, read-only."""

import argparse

from pipeline.options import Commands, Parser, add_command, add_lake


def add(commands: "Commands[Parser]") -> None:
    """Add the command's parser."""
    parser = add_command(
        commands, "sql", "query the lake's views with DuckDB, read-only",
        "dibwatch sql \"SELECT name, count(*) FROM mentions WHERE label = 'COMPANY' GROUP BY 1 ORDER BY 2 DESC\" --lake lake",
    )  # fmt: skip
    parser.add_argument("query", metavar="SELECT", help="one SQL statement over the views")
    add_lake(parser)
    parser.add_argument("--format", choices=("table", "csv", "json", "parquet"), default="table", help="(default table)")
    parser.set_defaults(execute=execute, parser=parser)


def execute(args: argparse.Namespace) -> int:
    """Print the answer."""
    import sys

    from pipeline.analytics.query import run_sql
    from transforms.lake.lake import open_lake

    run_sql(open_lake(args.lake, create=False), args.query, args.format, sys.stdout.buffer)
    return 0
