"""`dibwatch lexicon`: validate the defense lexicon, explain an entry."""

import argparse
import dataclasses
import json
import sys
from typing import TYPE_CHECKING

from pipeline.options import Commands, Parser, add_command
from schemas.errors import DibwatchError

if TYPE_CHECKING:
    from transforms.tag.defense.checks import Explanation


def add(commands: "Commands[Parser]") -> None:
    """Add the command's parsers."""
    summary = "validate the defense lexicon, explain an entry"
    parser = add_command(commands, "lexicon", summary, 'dibwatch lexicon show "Leopard 2"')
    parts = parser.add_subparsers(dest="lexicon_command", required=True, metavar="check|show", parser_class=Parser)
    check = add_command(
        parts, "check", "prove that ids are unique, parents exist, names are unambiguous or gated (else exit code 1)",
        "dibwatch lexicon check",
    )  # fmt: skip
    check.add_argument("--json", action="store_true", help="one JSON object")
    check.set_defaults(execute=_check, parser=check)
    show = add_command(parts, "show", "say what the lexicon knows under a name or an id", 'dibwatch lexicon show "Leopard 2"')
    show.add_argument("name", metavar="NAME", help="an id, a name or an alias")
    show.add_argument("--json", action="store_true", help="one JSON object a line")
    show.set_defaults(execute=_show, parser=show)


def _check(args: argparse.Namespace) -> int:
    from transforms.tag.defense.checks import check, counts
    from transforms.tag.defense.lexicon import read_lexicon

    lexicon = read_lexicon()
    problems, numbers = check(lexicon), counts(lexicon)
    names = sum(len(entity.aliases) for entity in lexicon.entities.values())
    if args.json:
        report = {"version": lexicon.version, "counts": numbers, "names": names, "problems": problems}
        print(json.dumps(report, ensure_ascii=False))
    else:
        for problem in problems:
            print(problem)
        labels = ", ".join(f"{n:,} {label}" for label, n in numbers.items())
        print(f"version {lexicon.version}: {len(lexicon.entities):,} entities under {names:,} names: {labels}")
    if problems:
        print(f"dibwatch: {len(problems):,} problems in the lexicon", file=sys.stderr)
    return 1 if problems else 0


def _show(args: argparse.Namespace) -> int:
    from transforms.tag.defense.checks import close_names, explain
    from transforms.tag.defense.lexicon import read_lexicon

    lexicon = read_lexicon()
    found = explain(lexicon, args.name)
    if not found:
        close = ", ".join(map(repr, close_names(lexicon, args.name)))
        raise DibwatchError(f"the lexicon knows nothing under {args.name!r}" + (f"; close to it: {close}" if close else ""))
    for explanation in found:
        print(json.dumps(dataclasses.asdict(explanation), ensure_ascii=False) if args.json else _text(explanation))
    return 0


def _text(explanation: "Explanation") -> str:
    entity = explanation.entity
    kind = " ".join(part for part in (entity.label, entity.category, entity.iso3) if part)
    lines = [f"{entity.name}  ({entity.id})  {kind}"]
    lines += [f"  under: {' > '.join(above.name for above in explanation.ancestors)}"] if explanation.ancestors else []
    lines += [f"  above: {', '.join(below.name for below in explanation.children)}"] if explanation.children else []
    for alias in entity.aliases:
        rule = explanation.rules.get(alias.text, alias.rule)
        needs = [name for name, held in (("a cue in the document", rule.cue), ("a cue in the sentence", rule.near)) if held]
        needs += ["its maker in the document"] if rule.maker else []
        needs += ["its type noun right behind it"] if rule.typed else []
        needs += [f"one of {', '.join(rule.words)} nearby"] if rule.words else []
        needs += [f"none of {', '.join(rule.nots)} in the sentence"] if rule.nots else []
        also = f"; also {', '.join(explanation.shared[alias.text])}" if alias.text in explanation.shared else ""
        needs += [explanation.text_needs[alias.text]] if alias.text in explanation.text_needs else []
        lines.append(f"  written {alias.text!r}: {'needs ' + ' and '.join(needs) if needs else 'always'}{also}")
    return "\n".join([*lines, f"  published by: {entity.source or 'not said'}; defined in {entity.where}"])
