"""`dibwatch tag`: texts in, mentions out, without a lake."""

import argparse
import collections
import functools
import itertools
import json
import re
import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from contextlib import nullcontext
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

from pipeline.options import Commands, Parser, add_command
from schemas.errors import UsageError
from schemas.records import Deal, Tags

_LIMIT_S = 120.0  # for one text, where several processes tag
# What steers a terminal: all controls but tab and newline, and the marks that reorder text
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_FEW = 16  # texts that one process tags before more processes would have started


@dataclass(frozen=True, slots=True)
class _Text:
    id: Any
    text: str
    title: str
    language: str


@dataclass(frozen=True, slots=True)
class _Problem:
    """A line without tags: what is wrong with it, and its id where it has one."""

    sentence: str
    id: Any = None


def add(commands: "Commands[Parser]") -> None:
    """Add the command's parser."""
    parser = add_command(
        commands, "tag", "tag texts given as JSON lines with their places and defense mentions",
        """echo '{"id": 1, "text": "Rheinmetall delivered Leopard 2A7 tanks to Hungary."}' | dibwatch tag""",
    )  # fmt: skip
    parser.add_argument(
        "file",
        nargs="?",
        default="-",
        metavar="FILE",
        help='JSON lines {"id","text"[,"title","language"]}; - or nothing: standard input',
    )
    parser.add_argument("--format", choices=("json", "text"), default="json", help="text: highlighted, for a person")
    parser.set_defaults(execute=execute, parser=parser)


def execute(args: argparse.Namespace) -> int:
    """Tag each line of the input; 1 when a line could not be read or tagged (its output line says why), else 0."""
    write = _print_text if args.format == "text" else _print_json
    bad = 0
    with _open(args.file) as lines:
        for item, tags in _tagged(lines):
            if isinstance(item, _Problem):
                bad += 1
                print(f"dibwatch: {item.sentence}", file=sys.stderr)
                if args.format == "json":
                    print(json.dumps({"id": item.id, "error": item.sentence}))
            else:
                assert tags is not None  # only a bad line has none
                write(item, tags)
    return 1 if bad else 0


def _open(name: str) -> Any:
    if name == "-":
        return nullcontext(sys.stdin.buffer)
    if not Path(name).is_file():
        raise UsageError(f"there is no file {name}")
    return Path(name).open("rb")


def _read(numbered: tuple[int, bytes]) -> _Text | _Problem:
    """A line as a text to tag, or a sentence about what is wrong with it."""
    number, line = numbered
    try:
        value = json.loads(line)
    except (ValueError, RecursionError) as error:
        return _Problem(f'line {number} is not JSON like {{"id": 1, "text": "…"}}: {str(error)[:200]}')
    if not isinstance(value, dict) or not isinstance(value.get("text"), str):
        return _Problem(f'line {number} needs a "text" that is a string')
    title, language = value.get("title") or "", value.get("language") or ""
    if not isinstance(title, str) or not isinstance(language, str):
        return _Problem(f'line {number}: "title" and "language" must be strings')
    return _Text(value.get("id"), *(_encodable(part) for part in (value["text"], title, language.lower()[:2])))


def _encodable(text: str) -> str:
    """`text` with a question mark, which keeps offsets, for each lone surrogate, which no output can carry."""
    return text.encode("utf-8", "replace").decode()


def _tag(item: _Text | _Problem) -> Tags | None:
    from transforms.extract.language import detect_language
    from transforms.tag.tagger import shared_tagger

    if isinstance(item, _Problem):
        return None
    language = item.language or detect_language(f"{item.title}\n{item.text}") or "xx"
    return shared_tagger().tag(item.text, title=item.title, language=language)


def _tagged(lines: IO[bytes]) -> Iterator[tuple[_Text | _Problem, Tags | None]]:
    """Input order; a few texts are tagged here, more by a process a core with a bounded number ahead."""
    items: Iterable[_Text | _Problem] = map(_read, ((n, line) for n, line in enumerate(lines, 1) if line.strip()))
    items = iter(items)
    first = list(itertools.islice(items, _FEW))
    if len(first) < _FEW:
        yield from ((item, _tag(item)) for item in first)
        return
    from transforms.processes import PoolConfig, available_cores, connect_pool, preload

    preload("transforms.preload")
    from transforms.tag.tagger import prepare

    cores = available_cores()
    submit = connect_pool(PoolConfig(prepare, cores, timeout_s=_LIMIT_S), _tag)
    ahead: collections.deque[tuple[_Text | _Problem, Future[Tags | None]]] = collections.deque()
    for item in itertools.chain(first, items):
        ahead.append((item, submit(item)))
        if len(ahead) >= 8 * cores:
            yield _landed(*ahead.popleft())
    yield from itertools.starmap(_landed, ahead)


def _landed(item: _Text | _Problem, future: "Future[Tags | None]") -> tuple[_Text | _Problem, Tags | None]:
    from transforms.routing import as_item_error

    error = future.exception()
    if error is None:
        return item, future.result()
    assert isinstance(item, _Text)  # what is wrong with a line takes no time
    return _Problem(
        f"the text with the id {json.dumps(item.id)[:100]} is not tagged: {as_item_error('tag', error)}", item.id
    ), None


def _print_json(item: _Text, tags: Tags) -> None:
    row = {"id": item.id, **asdict(tags)}
    print(_encodable(json.dumps(row, ensure_ascii=False)))


def _print_text(item: _Text, tags: Tags) -> None:
    from rich.table import Table
    from rich.text import Text

    console = _console()
    text = Text(_CONTROLS.sub("\ufffd", item.text))
    for mention in tags.mentions:
        text.stylize("bold cyan" if mention.kind == "geo" else "bold yellow", mention.start, mention.end)
    if item.title:
        console.print(Text(_CONTROLS.sub("\ufffd", item.title), style="bold underline"))
    console.print(text)
    table = Table(box=None, pad_edge=False)
    for column in ("mention", "label", "is", "country", "how", "score"):
        table.add_column(column)
    for mention in tags.mentions:
        label = f"{mention.label} {mention.category}".strip()
        table.add_row(
            Text(_CONTROLS.sub("\ufffd", mention.text)), label, mention.name, mention.iso3, mention.method, f"{mention.score:.2f}"
        )
    console.print(table)
    for deal in tags.deals:
        console.print(f"deal: {_deal_line(deal)}", markup=False)
    countries = ", ".join(f"{country.name} {country.salience:.0%}" for country in tags.countries)
    topics = ", ".join(tags.topics)
    console.print(f"countries: {countries or 'none'} · defense score {tags.defense_score:.2f} · topics: {topics or 'none'}\n")


def _deal_line(deal: Deal) -> str:
    """`order · buyer EST · supplier knds · 12 × caesar · 50,000,000 EUR`: the parts that the sentence states."""
    amount = "" if deal.amount is None else f"{deal.amount:,.0f} {deal.currency}".strip()
    what = " × ".join(filter(None, ("" if deal.quantity is None else f"{deal.quantity:,}", deal.platform_id)))  # some have no id
    buyer, supplier = deal.buyer_iso3 and f"buyer {deal.buyer_iso3}", deal.supplier_id and f"supplier {deal.supplier_id}"
    return " · ".join(part for part in (deal.kind.replace("_", " "), buyer, supplier, what, amount) if part)


@functools.cache
def _console() -> Any:
    from rich.console import Console

    return Console(highlight=False)
