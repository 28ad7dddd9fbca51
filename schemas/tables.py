"""The pyarrow schemas of the lake's tables, and how each is partitioned.

Times are `timestamp[us, tz=UTC]`; offsets count Unicode code points; ids and hashes are lower-case hex; an unknown
string is "" and an unknown number null. `SCHEMA_VERSION` rises whenever a column is added, dropped or changes its type or
meaning; it is stored in the metadata of every file, and a reader of version N reads files of version N-1 (a column that an
old file lacks comes back null, which `schemas.rows` turns into the default of the record).
"""

from collections.abc import Iterable
from dataclasses import dataclass

import pyarrow as pa

SCHEMA_VERSION = 2
_VERSION_KEY = b"dibwatch.schema_version"
_TABLE_KEY = b"dibwatch.table"

TIME = pa.timestamp("us", tz="UTC")
_TEXT, _INT, _REAL, _BIGINT, _BOOL = pa.string(), pa.int32(), pa.float64(), pa.int64(), pa.bool_()
_TEXTS = pa.list_(_TEXT)


def _struct(**fields: pa.DataType) -> pa.StructType:
    return pa.struct(list(fields.items()))


def _columns(**types: pa.DataType) -> dict[str, pa.DataType]:
    return types


MENTION = _struct(
    kind=_TEXT, label=_TEXT, text=_TEXT, start=_INT, end=_INT, entity_id=_TEXT, name=_TEXT, category=_TEXT, iso3=_TEXT,
    lat=_REAL, lon=_REAL, geonames_id=_BIGINT, score=_REAL, method=_TEXT, variant=_TEXT, runner_up=_TEXT,
    sentence=_INT,  # ordinal of its sentence in `text`, from 0
)  # fmt: skip
COUNTRY = _struct(iso3=_TEXT, name=_TEXT, mentions=_INT, salience=_REAL)
DEAL = _struct(
    kind=_TEXT, start=_INT, end=_INT, buyer_iso3=_TEXT, supplier_id=_TEXT, platform_id=_TEXT, quantity=_BIGINT, amount=_REAL,
    currency=_TEXT,
)  # fmt: skip
ENTRY = _struct(
    url=_TEXT, url_key=_TEXT, feed_urls=_TEXTS, feed_title=_TEXT, guid=_TEXT, title=_TEXT, authors=_TEXTS, categories=_TEXTS,
    summary=_TEXT, content_html=_TEXT, image_url=_TEXT, language=_TEXT, source_title=_TEXT, source_url=_TEXT,
    published_raw=_TEXT, published_at=TIME, published_method=_TEXT, updated_at=TIME, fingerprint=_TEXT, polled_at=TIME,
)  # fmt: skip
STAGE_COUNT = pa.struct([
    ("stage", _TEXT), ("unit", _TEXT), ("in", _BIGINT), ("out", _BIGINT), ("rejected", _BIGINT), ("dropped", _BIGINT),
])  # fmt: skip
REASON_COUNT = _struct(stage=_TEXT, reason=_TEXT, n=_BIGINT)
VERSIONS = _struct(code=_TEXT, python=_TEXT, beam=_TEXT, spacy=_TEXT, trafilatura=_TEXT, model=_TEXT, lexicon=_TEXT, schema=_INT)

_ARTICLE_COLUMNS = _columns(
    article_id=_TEXT, url=_TEXT, canonical_url=_TEXT, source=_TEXT, feed_urls=_TEXTS, feed_title=_TEXT, title=_TEXT,
    authors=_TEXTS, published_at=TIME, published_at_source=_TEXT, published_raw=_TEXT, fetched_at=TIME, language=_TEXT,
    text=_TEXT, text_source=_TEXT, summary=_TEXT, image_url=_TEXT, categories=_TEXTS, word_count=_INT, text_sha256=_TEXT,
    url_key=_TEXT, fingerprint=_TEXT, story_id=_TEXT, countries=pa.list_(COUNTRY), focus_iso3=_TEXT,
    mentions=pa.list_(MENTION), defense_score=_REAL, topics=_TEXTS, deals=pa.list_(DEAL), run_id=_TEXT, code_version=_TEXT,
    model=_TEXT, lexicon_version=_TEXT, schema_version=_INT,
)  # fmt: skip


@dataclass(frozen=True)
class Table:
    """A table of the lake: partitioned by the UTC day of `time`, as `partition=YYYY-MM-DD`; files sorted by `sort`.

    Files of a derived table belong each to one file of `articles`, of the same partition and name, and say no more than it.
    """

    name: str
    partition: str
    time: str  # "" when rows have none
    schema: pa.Schema
    sort: tuple[str, ...]
    bloom: tuple[str, ...] = ()  # columns that get a bloom filter
    derived: bool = False


def _table(
    name: str,
    partition: str,
    time: str,
    columns: dict[str, pa.DataType],
    *,
    sort: tuple[str, ...] = (),
    bloom: tuple[str, ...] = (),
    derived: bool = False,
) -> Table:
    metadata = {_VERSION_KEY: str(SCHEMA_VERSION).encode(), _TABLE_KEY: name.encode()}
    schema = pa.schema(list(columns.items()), metadata=metadata)
    return Table(name, partition, time, schema, (time, *sort) if time else sort, bloom, derived)


_RUN = _columns(run_id=_TEXT, schema_version=_INT)
_ALL: Iterable[Table] = (
    _table("articles", "published_date", "published_at", _ARTICLE_COLUMNS, sort=("article_id",), bloom=("article_id",)),
    _table(
        "revisions", "superseded_date", "superseded_at",
        {**_ARTICLE_COLUMNS, "superseded_at": TIME, "superseded_by": _TEXT},  # the run that replaced the row
        sort=("article_id",), bloom=("article_id",),
    ),
    _table(
        "pages", "fetched_date", "fetched_at",
        _columns(
            article_id=_TEXT, url=_TEXT, final_url=_TEXT, canonical_url=_TEXT, status=_INT, content_type=_TEXT,
            body=pa.binary(), body_bytes=_BIGINT, body_sha256=_TEXT, fetched_at=TIME, fetch_ms=_INT, text_source=_TEXT,
            fetch_reason=_TEXT, entry=ENTRY, **_RUN,
        ),
        sort=("article_id",), bloom=("article_id",),
    ),
    _table(
        "polls", "polled_date", "polled_at",
        _columns(
            feed_url=_TEXT, feed_title=_TEXT, folder=_TEXT, language=_TEXT, country=_TEXT, publisher=_TEXT, polled_at=TIME,
            outcome=_TEXT, status=_INT, format=_TEXT, entries=_INT, new=_INT, body_bytes=_BIGINT, poll_ms=_INT, problem=_TEXT,
            reason=_TEXT, error=_TEXT, current_url=_TEXT, moved_to=_TEXT, moved_count=_INT, etag=_TEXT, last_modified=_TEXT,
            body_sha256=_TEXT, next_poll_at=TIME, interval_s=_REAL, failures=_INT, newest_entry_at=TIME,
            entries_per_day=_REAL, retired=_BOOL, **_RUN,
        ),
        sort=("feed_url",),
    ),
    _table(
        "rejects", "rejected_date", "rejected_at",
        _columns(
            stage=_TEXT, reason=_TEXT, url=_TEXT, feed_url=_TEXT, error=_TEXT, rejected_at=TIME, transient=_BOOL,
            url_key=_TEXT, fingerprint=_TEXT, entry=ENTRY, **_RUN,
        ),
        sort=("url",),
    ),
    _table(
        "runs", "started_date", "started_at",
        _columns(
            run_id=_TEXT, command=_TEXT, started_at=TIME, finished_at=TIME, duration_s=_REAL, outcome=_TEXT,
            counts=pa.list_(STAGE_COUNT), reasons=pa.list_(REASON_COUNT), feeds=_BIGINT, articles=_BIGINT, rejects=_BIGINT,
            versions=VERSIONS, sequence=_BIGINT, schema_version=_INT,
        ),
    ),
    _table(
        "sightings", "seen_date", "seen_at",
        _columns(url_key=_TEXT, article_id=_TEXT, feed_url=_TEXT, fingerprint=_TEXT, outcome=_TEXT, published_at=TIME,
             text_hash=_TEXT, seen_at=TIME, **_RUN),
        sort=("url_key",),
    ),
    _table(
        "signatures", "published_date", "published_at",
        _columns(article_id=_TEXT, story_id=_TEXT, source=_TEXT, shingles=_INT, minhash=pa.binary(), published_at=TIME, **_RUN),
        sort=("article_id",),
    ),
    _table(
        "mentions", "published_date", "published_at",
        _columns(
            article_id=_TEXT, published_at=TIME, source=_TEXT, title=_TEXT, url=_TEXT, language=_TEXT, story_id=_TEXT,
            **{field.name: field.type for field in MENTION},
        ),
        sort=("article_id", "start"), derived=True,
    ),
    _table(  # articles that are not the first of their story
        "reprints", "published_date", "published_at",
        _columns(article_id=_TEXT, story_id=_TEXT, published_at=TIME, source=_TEXT, title=_TEXT, url=_TEXT, defense_score=_REAL),
        sort=("article_id",), derived=True,
    ),
    _table(
        "trends", "published_date", "",
        _columns(entity_id=_TEXT, kind=_TEXT, label=_TEXT, name=_TEXT, category=_TEXT, iso3=_TEXT, articles=_BIGINT,
                 mentions=_BIGINT),
        sort=("entity_id",), derived=True,
    ),
    _table(
        "co_mentions", "published_date", "",
        _columns(a_id=_TEXT, a_label=_TEXT, a_name=_TEXT, b_id=_TEXT, b_label=_TEXT, b_name=_TEXT, articles=_BIGINT,
                 articles_one_sentence=_BIGINT),
        sort=("a_id", "b_id"), derived=True,
    ),
    _table(
        "company_country", "published_date", "",
        _columns(company_id=_TEXT, company=_TEXT, company_iso3=_TEXT, iso3=_TEXT, country=_TEXT, articles=_BIGINT,
                 salience=_REAL),
        sort=("company_id", "iso3"), derived=True,
    ),
)  # fmt: skip
TABLES: dict[str, Table] = {table.name: table for table in _ALL}


def version_of(schema: pa.Schema) -> int:
    """The `SCHEMA_VERSION` with which a file was written; 0 when the file is none of ours."""
    return int((schema.metadata or {}).get(_VERSION_KEY, b"0"))
