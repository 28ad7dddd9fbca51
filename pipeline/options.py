"""The command line as data: argument types, the groups that several commands share, and the check of Beam's own flags.

argparse, since Beam's options are argparse parsers too: one mechanism, and `SRC...` takes many values.
"""

import argparse
import difflib
import re
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, NoReturn

from schemas.errors import UsageError

if TYPE_CHECKING:
    from transforms.web.config import WebConfig

_DURATION = re.compile(r"(\d+(?:\.\d+)?)(s|m|h|d)")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}

# Flags that Beam's Flink job server knows and Beam's Python does not; they pass through to it.
_JOB_SERVER_FLAGS = (
    "--checkpointing_interval", "--savepoint_path", "--shutdown_sources_after_idle_ms", "--max_bundle_size", "--max_bundle_time_mills",
)  # fmt: skip

Commands = argparse._SubParsersAction  # argparse has no public name for what add_subparsers returns


class Parser(argparse.ArgumentParser):
    """argparse whose errors are one raised sentence instead of a usage text and an exit."""

    def error(self, message: str) -> NoReturn:
        """Raise `UsageError`; the command line turns it into exit code 2."""
        raise UsageError(f"{message} (see '{self.prog} --help')")


def add_command(commands: "Commands[Parser]", name: str, summary: str, example: str) -> Parser:
    """A command's parser: its summary, an example that works, and the flags every command has."""
    parser = commands.add_parser(
        name,
        help=summary,
        description=f"{summary[0].upper()}{summary[1:]}.",
        epilog=f"example:\n  {example}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    add_logging(parser, default=argparse.SUPPRESS)  # what stands before the command counts unless it is said again
    return parser


def add_logging(parser: argparse.ArgumentParser, default: str | None = None) -> None:
    """`-v` and `--log_format`, which may stand before and after the command."""
    parser.add_argument("-v", "--verbose", action="store_true", default=default or False, help="show more of what happens")
    parser.add_argument(
        "--log_format", choices=("text", "json"), default=default or "text", help="json: one object a line, for machines"
    )


def add_lake(parser: argparse.ArgumentParser) -> None:
    """`--lake DIR`."""
    parser.add_argument("--lake", required=True, metavar="DIR", help="the lake: a folder, or a URL such as s3://bucket/lake")


def add_web(parser: argparse.ArgumentParser) -> None:
    """The flags that say how dibwatch behaves on other people's servers."""
    web = parser.add_argument_group("the web")
    web.add_argument(
        "--contact", default="", metavar="TEXT", help="address or URL for the User-Agent, so that sites can reach you"
    )
    web.add_argument("--per_host", type=whole_number, default=2, metavar="N", help="requests at a time to one host (default 2)")
    web.add_argument(
        "--host_delay", type=seconds, default=1.0, metavar="S", help="seconds between requests to one host (default 1)"
    )
    web.add_argument("--allow_private_hosts", action="store_true", help="let loopback and private addresses be fetched")


def web_config(args: argparse.Namespace) -> "WebConfig":
    """What `add_web`'s flags say. Raises `UsageError`."""
    from transforms.web.config import WebConfig

    try:
        return WebConfig(
            contact=args.contact,
            allow_private_hosts=args.allow_private_hosts,
            requests_per_host=args.per_host,
            host_delay_s=args.host_delay,
        )
    except ValueError as error:
        raise UsageError(str(error)) from None


def duration_s(text: str) -> float:
    """Seconds of a duration such as `90s`, `10m`, `1h30m`, `1d`. Raises `argparse.ArgumentTypeError`."""
    compact = text.replace(" ", "").lower()
    parts = _DURATION.findall(compact)
    total = sum(float(number) * _SECONDS[unit] for number, unit in parts)
    if "".join(number + unit for number, unit in parts) != compact or total <= 0:
        raise argparse.ArgumentTypeError(f"{text!r} is not a duration; write it like 90s, 10m or 1h30m")
    return total


def day(text: str) -> date:
    """A date `YYYY-MM-DD`. Raises `argparse.ArgumentTypeError`."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a date; write it like 2025-03-31") from None


def whole_number(text: str) -> int:
    """A whole number of 1 or more. Raises `argparse.ArgumentTypeError`."""
    if not (text.isascii() and text.isdigit()) or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number of 1 or more")
    return int(text)


def seconds(text: str) -> float:
    """A number of seconds from 0 to 3600. Raises `argparse.ArgumentTypeError`."""
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 3600:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of seconds from 0 to 3600")
    return value


def check_beam_flags(flags: Sequence[str], ours: argparse.ArgumentParser) -> list[str]:
    """`flags`, if Beam knows each of them. Beam itself only warns about unknown flags, which hides typing errors.

    Raises `UsageError` that names the first unknown one and the nearest flag of `ours` or Beam's.
    """
    if not flags:
        return []
    from apache_beam.options.pipeline_options import PipelineOptions

    parser: Any = Parser(prog="dibwatch", add_help=False, allow_abbrev=False)
    for options in PipelineOptions.__subclasses__():
        options._add_argparse_args(parser)
    for name in _JOB_SERVER_FLAGS:
        parser.add_argument(name)
    _, unknown = parser.parse_known_args(list(flags))
    if unknown:
        word = unknown[0].split("=")[0]
        known = [name for action in (*ours._actions, *parser._actions) for name in action.option_strings]
        near = difflib.get_close_matches(word, known, n=1)
        raise UsageError(f"unknown argument {word!r}" + (f"; did you mean {near[0]}?" if near else ""))
    return list(flags)
