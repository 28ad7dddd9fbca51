"""Replacing rows of `articles`: files are never changed, so the ones that hold superseded rows are written anew without them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa
import pyarrow.compute as pc

from schemas.tables import TABLES
from transforms.lake.reading import conform, files_holding, read_file
from transforms.lake.snapshot import Snapshot
from transforms.lake.staging import StagedFile, staging_folder, write_parquet
from transforms.lake.storage import Storage


@dataclass(frozen=True)
class Supersession:
    """A pass whose articles take the place of older rows: all files to add, live ones to remove, and how many rows went."""

    add: tuple[StagedFile, ...]
    remove: tuple[str, ...] = ()
    rows: int = 0


def supersede(
    storage: Storage, snapshot: Snapshot, staged: Sequence[StagedFile], run_id: str, at: datetime, keep_revisions: bool
) -> Supersession:
    """Stage `articles` without the rows whose article_id comes anew in `staged`; the old rows go to `revisions` if they are kept.

    The feeds of an old row are added to the new one: its staged file is written again. One file at a time is in memory.
    `at` is when the new rows became visible.
    """
    ids: set[str] = set()
    for file in staged:
        if file.table == "articles":
            ids.update(read_file(storage, "articles", file.path, ["article_id"])["article_id"].to_pylist())
    remove: list[str] = []
    rest: list[StagedFile] = []
    old: list[pa.Table] = []
    wanted = pa.array(sorted(ids), pa.string())
    for n, live in enumerate(files_holding(storage, snapshot.files("articles"), ids)):
        rows = read_file(storage, "articles", live.path)
        hits = pc.is_in(rows["article_id"], value_set=wanted)
        old.append(rows.filter(hits))
        remove.append(live.path)
        if len(old[-1]) < len(rows):
            folder = f"{staging_folder(run_id)}/articles/{TABLES['articles'].partition}={live.partition}"
            path = f"{folder}/rest-{n:05d}.parquet"
            rest.append(write_parquet(storage, "articles", rows.filter(pc.invert(hits)), path))
    if not old:
        return Supersession(tuple(staged))
    superseded = pa.concat_tables(old)
    feeds = dict(zip(superseded["article_id"].to_pylist(), superseded["feed_urls"].to_pylist(), strict=True))
    if keep_revisions:
        rest.append(_stage_revisions(storage, superseded, run_id, at))
    new = [_staged_with_feeds(storage, file, feeds) if file.table == "articles" else file for file in staged]
    return Supersession((*new, *rest), tuple(remove), len(superseded))


def _staged_with_feeds(storage: Storage, file: StagedFile, feeds: Mapping[str, Iterable[str]]) -> StagedFile:
    merged = with_feeds(read_file(storage, "articles", file.path), feeds)
    return file if merged is None else write_parquet(storage, "articles", merged, file.path)


def with_feeds(articles: pa.Table, feeds: Mapping[str, Iterable[str]]) -> pa.Table | None:
    """`articles` with these feeds, by article_id, added to their `feed_urls`; None when they have them all."""
    before = articles["feed_urls"].to_pylist()
    ids = articles["article_id"].to_pylist()
    after = [sorted({*urls, *feeds.get(key, ())}) for key, urls in zip(ids, before, strict=True)]
    if after == [sorted(urls) for urls in before]:
        return None
    column = articles.schema.get_field_index("feed_urls")
    return articles.set_column(column, articles.schema.field(column), pa.array(after, articles.schema.field(column).type))


def _stage_revisions(storage: Storage, rows: pa.Table, run_id: str, at: datetime) -> StagedFile:
    spec = TABLES["revisions"]
    stamped = rows.append_column("superseded_at", pa.array([at] * len(rows), spec.schema.field("superseded_at").type))
    stamped = stamped.append_column("superseded_by", pa.array([run_id] * len(rows), pa.string()))
    folder = f"{staging_folder(run_id)}/revisions/{spec.partition}={at.date().isoformat()}"
    return write_parquet(storage, "revisions", conform(stamped, spec.schema), f"{folder}/superseded.parquet")
