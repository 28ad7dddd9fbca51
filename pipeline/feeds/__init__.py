"""Feed lists that ship: `builtin:NAME` on the command line."""

from pathlib import Path

BUILTIN = {"defense": Path(__file__).with_name("defense.opml")}
