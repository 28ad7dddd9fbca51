"""`dibwatch stream`: the same graph without an end, on a runner that can stream."""

import argparse

from pipeline.options import Commands, Parser, add_command, add_lake, add_web, duration_s, web_config, whole_number
from transforms.processes import available_cores


def add(commands: "Commands[Parser]") -> None:
    """Add the command's parser."""
    parser = add_command(
        commands, "stream", "poll, fetch, extract, tag and commit without an end, on a runner that can stream",
        "dibwatch stream --feeds builtin:defense --lake lake --contact https://example.org/about --runner PrismRunner",
    )  # fmt: skip
    parser.add_argument(
        "--feeds", required=True, nargs="+", metavar="SRC",
        help="feed URLs, OPML files or URLs, text files with one URL a line, or builtin:defense; read again every 5 minutes",
    )  # fmt: skip
    add_lake(parser)
    parser.add_argument(
        "--commit_every", type=duration_s, default=60.0, metavar="1m", help="make what came visible so often (default 1m)"
    )
    parser.add_argument(
        "--run_for", type=duration_s, default=0.0, metavar="1h", help="end after so long, with all windows committed"
    )
    parser.add_argument(
        "--writers", type=whole_number, default=1, metavar="N", help="files a table and commit, at least (default 1)"
    )
    parser.add_argument("--no_keep_pages", action="store_true", help="do not store page bodies; reprocess needs them")
    parser.add_argument("--min_chars", type=whole_number, default=200, metavar="N", help="least text of an article (default 200)")
    parser.add_argument(
        "--processes",
        type=whole_number,
        metavar="N",
        help="processes for extraction and for tagging, each worker (default: cores)",
    )
    parser.add_argument("--metrics_file", default="", metavar="FILE", help="keep the counters in a textfile for Prometheus")
    parser.add_argument("--detach", action="store_true", help="submit the stream to a cluster and leave it there")
    add_web(parser)
    parser.set_defaults(execute=execute, parser=parser, takes_beam_flags=True)


def execute(args: argparse.Namespace) -> int:
    """Run the stream; 0 when it ended, or was stopped, in order."""
    from pipeline.stream import StreamConfig, run_stream

    config = StreamConfig(
        feeds=tuple(args.feeds), lake=args.lake, web=web_config(args), keep_pages=not args.no_keep_pages, min_chars=args.min_chars,
        processes=args.processes or available_cores(), commit_every_s=args.commit_every, writers=args.writers, run_for_s=args.run_for,
        metrics_file=args.metrics_file, detach=args.detach, beam_flags=tuple(args.beam_flags),
    )  # fmt: skip
    print(run_stream(config))
    return 0
