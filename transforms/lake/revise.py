"""Replacing rows of `articles`: files are never changed, so the ones that hold superseded rows are written anew without them."""

from collections.abc import Sequence
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
    """What makes room for new rows: live files to remove, staged files to add in their stead, and how many rows went."""

    remove: tuple[str, ...] = ()
    add: tuple[StagedFile, ...] = ()
    rows: int = 0


def supersede(
    storage: Storage, snapshot: Snapshot, staged: Sequence[StagedFile], run_id: str, at: datetime, keep_revisions: bool
) -> Supersession:
    """Stage `articles` without the rows whose article_id comes anew in `staged`; the old rows go to `revisions` if they are kept.

    One file at a time is in memory. `at` is when the new rows became visible.
    """
    ids: set[str] = set()
    for file in staged:
        if file.table == "articles":
            ids.update(read_file(storage, "articles", file.path, ["article_id"])["article_id"].to_pylist())
    remove: list[str] = []
    add: list[StagedFile] = []
    superseded: list[pa.Table] = []
    wanted = pa.array(sorted(ids), pa.string())
    for n, (live, _) in enumerate(files_holding(storage, "articles", snapshot.files("articles"), ids)):
        rows = read_file(storage, "articles", live.path)
        old = pc.is_in(rows["article_id"], value_set=wanted)
        superseded.append(rows.filter(old))
        rest = rows.filter(pc.invert(old))
        remove.append(live.path)
        if len(rest):
            folder = f"{staging_folder(run_id)}/articles/{TABLES['articles'].partition}={live.partition}"
            add.append(write_parquet(storage, "articles", rest, f"{folder}/rest-{n:05d}.parquet"))
    count = sum(map(len, superseded))
    if count and keep_revisions:
        add.append(_stage_revisions(storage, pa.concat_tables(superseded), run_id, at))
    return Supersession(tuple(remove), tuple(add), count)


def _stage_revisions(storage: Storage, rows: pa.Table, run_id: str, at: datetime) -> StagedFile:
    spec = TABLES["revisions"]
    stamped = rows.append_column("superseded_at", pa.array([at] * len(rows), spec.schema.field("superseded_at").type))
    stamped = stamped.append_column("superseded_by", pa.array([run_id] * len(rows), pa.string()))
    folder = f"{staging_folder(run_id)}/revisions/{spec.partition}={at.date().isoformat()}"
    return write_parquet(storage, "revisions", conform(stamped, spec.schema), f"{folder}/superseded.parquet")
