"""`dibwatch`: reads the command line, runs one command, turns errors into one sentence and an exit code.

Exit codes: 0 done, 1 failed and nothing of it is visible, 2 bad usage, 3 no feed could be polled at all.
"""

import logging
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from pipeline.commands import COMMANDS
from pipeline.logs import set_up_logging
from pipeline.options import Parser, add_logging, check_beam_flags
from pipeline.signals import stop_on_signals, was_stopped
from schemas import __version__
from schemas.errors import DibwatchError, UsageError

_log = logging.getLogger("dibwatch")

_STOPPED = "stopped; what was not committed is not in the lake"


def build_parser() -> Parser:
    """The parser of `dibwatch` with every command."""
    parser = Parser(
        prog="dibwatch",
        description="A self-hosted watch on the defense industrial base: feeds in, a DuckDB-queryable lake of tagged articles out.",
        epilog="'dibwatch COMMAND --help' shows an example of each. Beam's own flags (--runner, …) go after those of run.",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"dibwatch {__version__}")
    add_logging(parser)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND", parser_class=Parser)
    for add in COMMANDS:
        add(commands)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the exit code. `argv` defaults to the process's own arguments."""
    _open_closed_streams()
    parser = build_parser()
    debug = False
    set_up_logging(verbose=False, log_format="text")  # for what is wrong with the command line itself
    stop_on_signals()
    try:
        args, rest = parser.parse_known_args(argv)
        debug = args.verbose
        set_up_logging(verbose=args.verbose, log_format=args.log_format)
        if rest and not getattr(args, "takes_beam_flags", False):
            raise UsageError(f"unknown argument {rest[0]!r} (see 'dibwatch {args.command} --help')")
        args.beam_flags = check_beam_flags(rest, args.parser) if rest else []
        return int(args.execute(args))
    except UsageError as error:
        return _fail(str(error), 2)
    except DibwatchError as error:
        return _fail(str(error), 1)
    except KeyboardInterrupt:
        return _fail(_STOPPED, 1)
    except BrokenPipeError:  # the reader of our output has gone, as in `dibwatch sql … | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        _log.debug("details", exc_info=error)
        return _fail(_os_sentence(error), 1)
    except Exception as error:  # noqa: BLE001  # a defect of ours must still be one sentence; -v shows where
        if was_stopped():  # a library that was interrupted, such as DuckDB in a query, may raise what it likes
            return _fail(_STOPPED, 1)
        _log.log(logging.ERROR if debug else logging.DEBUG, "details", exc_info=error)
        hint = "" if debug else "; run again with -v for details"
        return _fail(f"internal error, {type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}{hint}", 1)


def _open_closed_streams() -> None:
    """Send a standard stream that was closed (`2>&-`) nowhere: the next file to be opened, or a worker's, would take its place."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            stream = Path(os.devnull).open(mode)  # noqa: SIM115  # for as long as the process lives; the lowest free number, so its own
            os.set_inheritable(stream.fileno(), True)
            setattr(sys, name, stream)


def _os_sentence(error: OSError) -> str:
    what = error.strerror or type(error).__name__
    return f"{what}: {error.filename}" if error.filename else what


def _fail(sentence: str, code: int) -> int:
    _log.error("%s", sentence)
    return code
