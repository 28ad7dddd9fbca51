"""Records to rows of the lake and back. Pure: a row is a plain dict with the columns of its table in `schemas.tables`.

Zstandard is the only thing done to a value: `Page.body_zstd` is compressed in memory, `pages.body` is the body as received
(Parquet compresses it).
"""

import bisect
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields
from typing import Any

import zstandard

from schemas.records import (
    Article,
    Entry,
    Feed,
    FeedState,
    Mention,
    Page,
    Poll,
    Reject,
    RunInfo,
    RunSummary,
    Sighting,
    Signature,
)  # fmt: skip
from schemas.sentences import sentence_starts
from schemas.tables import SCHEMA_VERSION

Row = dict[str, Any]


def _values(record: Any) -> Row:
    return {f.name: getattr(record, f.name) for f in fields(record)}


def _record(cls: type, row: Mapping[str, Any]) -> Any:
    """`cls` from the columns of `row` that it knows; a null or missing column becomes the field's default."""
    values: Row = {}
    for f in fields(cls):
        value = row.get(f.name)
        if value is not None:
            values[f.name] = tuple(value) if isinstance(value, list) else value
        elif f.default is MISSING and f.default_factory is MISSING:
            values[f.name] = () if f.type == tuple[str, ...] else 0 if f.type is int else ""
    return cls(**values)


def _stamp(run: RunInfo) -> Row:
    return {"run_id": run.run_id, "schema_version": SCHEMA_VERSION}


def article_row(article: Article, run: RunInfo) -> Row:
    """The row of `articles`. A mention's `sentence` is the ordinal of the sentence in which it starts."""
    row = _values(article)
    tags = row.pop("tags")
    starts = sentence_starts(article.text)

    def mention_row(mention: Mention) -> Row:
        return _values(mention) | {"sentence": bisect.bisect_right(starts, mention.start) - 1}

    return row | {
        "countries": [_values(country) for country in tags.countries],
        "focus_iso3": tags.focus_iso3,
        "mentions": [mention_row(mention) for mention in tags.mentions],
        "defense_score": tags.defense_score,
        "topics": tags.topics,
        "deals": [_values(deal) for deal in tags.deals],
        "code_version": run.code_version,
        "model": tags.model,
        "lexicon_version": tags.lexicon_version,
        **_stamp(run),
    }


def page_row(page: Page, run: RunInfo) -> Row:
    """The row of `pages`, with the body decompressed and the whole entry, so that nothing else is needed to reprocess."""
    row = _values(page)
    compressed = row.pop("body_zstd")
    body = zstandard.ZstdDecompressor().decompress(compressed) if compressed else b""
    return row | {"url": page.entry.url, "entry": _values(page.entry), "body": body, **_stamp(run)}


def page_from_row(row: Mapping[str, Any]) -> Page:
    """The page that `page_row` was given."""
    body_zstd = zstandard.ZstdCompressor().compress(row["body"])
    return _record(Page, {**row, "entry": entry_from_row(row["entry"]), "body_zstd": body_zstd})  # type: ignore[no-any-return]


def entry_from_row(entry: Mapping[str, Any]) -> Entry:
    """The entry in the struct column `entry` of `pages` and `rejects`."""
    return _record(Entry, entry)  # type: ignore[no-any-return]


def poll_row(poll: Poll, run: RunInfo) -> Row:
    """The row of `polls`: the feed, what the poll found, and the state that it leaves behind."""
    row = _values(poll)
    feed: Feed = row.pop("feed")
    state: FeedState = row.pop("state")
    about = {"feed_title": feed.title, "folder": feed.folder, "language": feed.language, "country": feed.country}
    return _values(state) | row | about | {"feed_url": feed.url, "publisher": feed.publisher, **_stamp(run)}


def feed_state_from_row(row: Mapping[str, Any]) -> FeedState:
    """The state of a feed after the poll of this row of `polls`."""
    return _record(FeedState, row)  # type: ignore[no-any-return]


def reject_row(reject: Reject, run: RunInfo) -> Row:
    """The row of `rejects`; `entry` is null when the failure was not that of an entry."""
    return _values(reject) | {"entry": _values(reject.entry) if reject.entry else None, **_stamp(run)}


def sighting_row(sighting: Sighting, run: RunInfo) -> Row:
    """The row of `sightings`."""
    return _values(sighting) | _stamp(run)


def signature_row(signature: Signature, run: RunInfo) -> Row:
    """The row of `signatures`."""
    return _values(signature) | _stamp(run)


def run_row(summary: RunSummary, sequence: int) -> Row:
    """The row of `runs`; `sequence` is the number of the snapshot in which the pass became visible."""
    row = _values(summary)
    return row | {
        "counts": [{"in": c.taken, **{k: v for k, v in _values(c).items() if k != "taken"}} for c in summary.counts],
        "reasons": [_values(reason) for reason in summary.reasons],
        "versions": {**summary.versions, "schema": SCHEMA_VERSION},
        "sequence": sequence,
        "schema_version": SCHEMA_VERSION,
    }


ROW_OF: dict[str, Callable[[Any, RunInfo], Row]] = {
    "articles": article_row, "pages": page_row, "polls": poll_row, "rejects": reject_row, "sightings": sighting_row,
    "signatures": signature_row,
}  # fmt: skip
