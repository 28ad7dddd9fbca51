"""`python -m tests.stream.launch LAKE SECONDS FEED... -- BEAM_FLAG...`: a stream at the pace of a test.

The command line keeps feeds at the pace that is polite on the web; on a site of one's own the clock may tick every second.
"""

import sys

from pipeline.signals import stop_on_signals
from pipeline.stream import StreamConfig, run_stream
from transforms.web.config import WebConfig


def main(lake: str, seconds: str, *rest: str) -> None:
    """Run until the time is over or SIGTERM."""
    stop_on_signals()
    split = rest.index("--")
    config = StreamConfig(
        feeds=rest[:split], lake=lake, web=WebConfig(allow_private_hosts=True, host_delay_s=0, requests_per_host=4), commit_every_s=5,
        run_for_s=float(seconds), tick_s=1, min_gap_s=3, poll_all=True, relist_s=1, processes=1, beam_flags=rest[split + 1 :],
    )  # fmt: skip
    print(run_stream(config))


if __name__ == "__main__":
    main(*sys.argv[1:])
