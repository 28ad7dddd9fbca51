"""`python -m tests.stream.launch --lake DIR --feeds URL... [--clock FIRST BEGAN PACE] [--run_for S] [BEAM_FLAG...]`: a stream of a test.

With a clock, everything is as the command has it, at the pace of the clock: feeds when they are due, a tick every 15 seconds, windows
of a minute. Without one, the machine's clock ticks every second and all feeds are asked every 3: a pace for a site of one's own.
"""

import argparse
import dataclasses
import sys

from pipeline.signals import stop_on_signals
from pipeline.stream import StreamConfig, run_stream
from tests.stream.clock import FastClock
from transforms.web.config import WebConfig


def main(arguments: list[str]) -> None:
    """Run until the time is over or SIGTERM."""
    stop_on_signals()
    parser = argparse.ArgumentParser(allow_abbrev=False)
    parser.add_argument("--lake", required=True)
    parser.add_argument("--feeds", required=True, nargs="+")
    parser.add_argument("--clock", type=float, nargs=3)
    parser.add_argument("--run_for", type=float, default=0.0)
    parser.add_argument("--metrics_file", default="")
    args, beam_flags = parser.parse_known_args(arguments)
    config = StreamConfig(
        feeds=tuple(args.feeds), lake=args.lake, web=WebConfig(allow_private_hosts=True, host_delay_s=0, requests_per_host=4),
        run_for_s=args.run_for, metrics_file=args.metrics_file, processes=1, beam_flags=tuple(beam_flags),
    )  # fmt: skip
    if args.clock:
        clock = FastClock(*args.clock)
        config = dataclasses.replace(config, clock=clock, pace=clock.pace)
    else:
        config = dataclasses.replace(config, commit_every_s=5, tick_s=1, min_gap_s=3, poll_all=True, relist_s=1)
    print(run_stream(config))


if __name__ == "__main__":
    main(sys.argv[1:])
