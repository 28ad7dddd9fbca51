"""One module a command: its arguments and what it does."""

from collections.abc import Callable

from pipeline.commands import compact, export, extract, feeds, lexicon, report, reprocess, run, sql, stream, tag
from pipeline.options import Commands, Parser

COMMANDS: tuple[Callable[["Commands[Parser]"], None], ...] = (
    run.add,
    stream.add,
    tag.add,
    extract.add,
    sql.add,
    feeds.add,
    lexicon.add,
    compact.add,
    reprocess.add,
    report.add,
    export.add,
)
