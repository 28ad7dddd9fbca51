"""Measure the defense tagger on the labelled text in tests/data/defense: `python -m tests.eval.defense [--errors] [--set held_out]`.

Mentions count when span and label are both exactly right. A hard negative is a sentence that must stay free of false mentions; its
precision is the share of such sentences that do. Deals are right when the kind and every labelled part of them are; `kind` alone is
measured too. Places in the deal sentences are given, mentions of firms and platforms are the tagger's own; of the sets
from `deals_fifth` on, where a deal may reach over several sentences, places are too.
"""

import argparse
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Any

from schemas.records import Deal, Mention
from tests.eval.markup import Span, parse_markup, read_jsonl
from transforms.tag.analysis import Analysis
from transforms.tag.defense.lexicon import LABELS
from transforms.tag.defense.score import with_deals
from transforms.tag.defense.tagger import DefenseTagger
from transforms.tag.ner import analyse
from transforms.tag.tagger import Tagger

DATA = Path(__file__).parent.parent / "data" / "defense"
MENTION_SETS = (
    "english",
    "mixed",
    "paragraphs",
    "variants",
    "hard",
    "second",
    "third",
    "fourth",
    "held_out",
    "outside_a",
    "outside_b",
    "outside_c",
    "outside_d",
    "hard_d",
    "hard_e",
)
DEAL_SETS = {
    "deal": ("deals", "deals_second", "deals_third"),
    "fourth deal": ("deals_fourth",),
    "fifth deal": ("deals_fifth",),
    "sixth deal": ("deals_sixth",),
    "seventh deal": ("deals_seventh",),
}


@dataclass
class Report:
    """Figures by name and the errors behind them."""

    figures: dict[str, float] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)


def analyses(items: Iterable[tuple[str, str, str]]) -> list[Analysis]:
    """(language, title, text) -> analyses in the same order; consecutive items of a language are one batch."""
    return [
        analysis
        for language, group in groupby(items, key=lambda item: item[0])
        for analysis in analyse([(title, text) for _, title, text in group], language)
    ]


def ratio(part: float, whole: float) -> float:
    return part / whole if whole else 1.0


def evaluate_mentions(tagger: DefenseTagger, report: Report, sets: tuple[str, ...] = MENTION_SETS) -> None:
    """Strict F1, id accuracy, hard negatives, variants of the named sets, and precision and recall of each label over all of them."""
    right = found = wanted = ids = hard = clean = 0
    of_label: dict[str, Counter[str]] = {label: Counter() for label in LABELS}  # label -> right, found, wanted
    for name in sets:
        rows = [(row, *parse_markup(row["markup"])) for row in read_jsonl(DATA / f"{name}.jsonl")]
        analysed = analyses((row["language"], "", text) for row, text, _ in rows)
        of_set = [0, 0, 0]
        for (row, text, gold), analysis in zip(rows, analysed, strict=True):
            mentions = tagger.find(analysis)
            have = {(m.start, m.end, m.label): m for m in mentions}
            want = {(s.start, s.end, s.label): s for s in gold}
            hits = have.keys() & want.keys()
            wrong_ids = [k for k in hits if have[k].entity_id != want[k].entity_id]
            of_set = [of_set[0] + len(hits), of_set[1] + len(have), of_set[2] + len(want)]
            ids += len(hits) - len(wrong_ids)
            for what, keys in (("right", hits), ("found", have.keys()), ("wanted", want.keys())):
                for *_, label in keys:
                    of_label[label][what] += 1
            if not gold:
                hard += 1
                clean += not have
            report.errors += _errors(row["id"], text, have, want)
            report.errors += [
                f"{row['id']} id {text[k[0] : k[1]]!r}: {have[k].entity_id} not {want[k].entity_id}" for k in wrong_ids
            ]
        report.figures[f"{name} precision"] = ratio(of_set[0], of_set[1])
        report.figures[f"{name} recall"] = ratio(of_set[0], of_set[2])
        right, found, wanted = right + of_set[0], found + of_set[1], wanted + of_set[2]
    precision, recall = ratio(right, found), ratio(right, wanted)
    report.figures |= {
        "mention precision": precision,
        "mention recall": recall,
        "mention f1": ratio(2 * precision * recall, precision + recall),
        "entity id": ratio(ids, right),
        "hard negatives": ratio(clean, hard),
    }
    for label, n in of_label.items():
        report.figures[f"{label} precision"] = ratio(n["right"], n["found"])
        report.figures[f"{label} recall"] = ratio(n["right"], n["wanted"])
    if "variants" in sets:
        report.figures["variant recall"] = report.figures["variants recall"]


def _errors(item: str, text: str, have: dict[Any, Mention], want: dict[Any, Span]) -> list[str]:
    lost = [f"{item} missed {text[k[0] : k[1]]!r} {k[2]} | {text[:110]}" for k in sorted(want.keys() - have.keys())]
    extra = [
        f"{item} false {text[k[0] : k[1]]!r} {k[2]} {have[k].entity_id} | {text[:110]}" for k in sorted(have.keys() - want.keys())
    ]
    return lost + extra


def evaluate_deals(tagger: DefenseTagger, report: Report, name: str, sets: tuple[str, ...]) -> None:
    """Precision and recall of the deals of the sets, as figures that begin with `name`: every labelled part, and kind alone."""
    read = [row for part in sets for row in read_jsonl(DATA / f"{part}.jsonl")]
    if "text" in read[0]:
        _evaluate_whole(report, name, read)
        return
    rows = [(row, *parse_markup(row["markup"])) for row in read]
    full = kinds = found = wanted = 0
    for (row, text, spans), analysis in zip(rows, analyses((r["language"], "", t) for r, t, _ in rows), strict=True):
        places = [Mention("geo", "COUNTRY", text[s.start : s.end], s.start, s.end, iso3=s.entity_id) for s in spans]
        mentions = sorted((*tagger.find(analysis), *places), key=lambda m: m.start)
        deals = tagger.deals(mentions, analysis)
        found, wanted = found + len(deals), wanted + len(row["deals"])
        have, want = [_deal_parts(deal) for deal in deals], [_gold_parts(deal) for deal in row["deals"]]
        full += sum(part in want for part in have)
        kinds += sum(any(part[0] == other[0] for other in want) for part in have)
        if have != want:
            report.errors.append(f"{row['id']} deals {have} not {want} | {text}")
    report.figures |= _deal_figures(name, full, kinds, found, wanted)


def _evaluate_whole(report: Report, name: str, rows: list[dict[str, Any]]) -> None:
    """The same for rows of plain text, in which the whole tagger finds places too."""
    tagger = Tagger()
    full = kinds = found = wanted = 0
    for row in rows:
        have = [_deal_parts(deal) for deal in tagger.tag(row["text"], language=row["language"]).deals]
        want = [_gold_parts(deal) for deal in row["deals"]]
        found, wanted = found + len(have), wanted + len(want)
        full += sum(part in want for part in have)
        kinds += sum(any(part[0] == other[0] for other in want) for part in have)
        if have != want:
            report.errors.append(f"{row['id']} deals {have} not {want} | {row['text']}")
    report.figures |= _deal_figures(name, full, kinds, found, wanted)


def _deal_figures(name: str, full: int, kinds: int, found: int, wanted: int) -> dict[str, float]:
    return {
        f"{name} precision": ratio(full, found),
        f"{name} recall": ratio(full, wanted),
        f"{name} kind precision": ratio(kinds, found),
        f"{name} kind recall": ratio(kinds, wanted),
    }


def _deal_parts(deal: Deal) -> tuple[object, ...]:
    return (deal.kind, deal.buyer_iso3, deal.supplier_id, deal.platform_id, deal.quantity, deal.amount, deal.currency)


def _gold_parts(deal: dict[str, Any]) -> tuple[object, ...]:
    parts = (deal["kind"], deal["buyer"], deal["supplier"], deal["platform"])
    return (*parts, deal.get("quantity"), deal.get("amount"), deal.get("currency", ""))


def evaluate_scores(tagger: DefenseTagger, report: Report) -> None:
    """Area under the curve and accuracy at 0.5 of `defense_score`; precision and recall of topics."""
    rows = read_jsonl(DATA / "articles.jsonl")
    scored: list[tuple[float, bool]] = []
    right = found = wanted = 0
    for row, analysis in zip(rows, analyses((r["language"], r["title"], r["text"]) for r in rows), strict=True):
        mentions = tagger.find(analysis)
        score, topics = tagger.score(mentions, analysis)
        topics = with_deals(topics, tagger.deals(mentions, analysis))
        scored.append((score, row["defense"]))
        right, found, wanted = right + len(set(topics) & set(row["topics"])), found + len(topics), wanted + len(row["topics"])
        if (score >= 0.5) != row["defense"] or set(topics) != set(row["topics"]):
            report.errors.append(
                f"{row['id']} score {score} {row['defense']} topics {topics} not {row['topics']} | {row['title']}"
            )
    high, low = [s for s, defense in scored if defense], [s for s, defense in scored if not defense]
    report.figures |= {
        "score auc": ratio(sum((h > n) + 0.5 * (h == n) for h in high for n in low), len(high) * len(low)),
        "score accuracy": ratio(sum((s >= 0.5) == defense for s, defense in scored), len(scored)),
        "topic precision": ratio(right, found),
        "topic recall": ratio(right, wanted),
    }


def evaluate(tagger: DefenseTagger | None = None) -> Report:
    """All figures on the labelled text."""
    report = Report()
    tagger = tagger or DefenseTagger()
    evaluate_mentions(tagger, report)
    for name, sets in DEAL_SETS.items():
        evaluate_deals(tagger, report, name, sets)
    evaluate_scores(tagger, report)
    return report


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure the defense tagger on labelled text")
    parser.add_argument("--errors", action="store_true", help="list what was wrong")
    parser.add_argument("--set", choices=MENTION_SETS, help="measure the mentions of one set alone")
    args = parser.parse_args()
    shown = Report()
    if args.set:
        evaluate_mentions(DefenseTagger(), shown, (args.set,))
    else:
        shown = evaluate()
    if args.errors:
        print("\n".join(shown.errors))
    print("\n".join(f"{name:<24} {value:.3f}" for name, value in shown.figures.items()))


if __name__ == "__main__":
    main()
