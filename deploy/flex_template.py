"""What the launcher of a Dataflow Flex Template runs: the template's parameters are flags of `dibwatch stream`."""

import sys

from pipeline.cli import main

if __name__ == "__main__":
    sys.exit(main(["stream", "--detach", *sys.argv[1:]]))
