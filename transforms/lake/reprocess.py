"""Which stored pages to extract and tag again: of each article the page that was fetched last."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from schemas.records import Page
from schemas.rows import page_from_row
from schemas.tables import TABLES
from transforms.lake.reading import conform, read_file
from transforms.lake.seen import hex_words
from transforms.lake.snapshot import LiveFile
from transforms.lake.storage import Storage

_ROWS_AT_ONCE = 64  # pages are up to some megabytes each


@dataclass(frozen=True)
class PageRows:
    """Some rows, counted from 0 and ascending, of a file of `pages`."""

    path: str
    rows: tuple[int, ...]


def newest_pages(storage: Storage, files: Sequence[LiveFile], since: datetime, until: datetime) -> list[PageRows]:
    """The rows of `files` (all of `pages`) to reprocess: the newest of each article, if it was fetched from `since` up to `until`.

    So an older page never takes the place of what a newer one said. Reads two columns; some 40 bytes a page in memory.
    """
    keys, times, places = [np.empty((0, 2), np.uint64)], [np.empty(0, np.int64)], [np.empty((0, 2), np.int32)]
    for number, file in enumerate(files):
        rows = read_file(storage, "pages", file.path, ["article_id", "fetched_at"]).combine_chunks()
        keys.append(hex_words(rows["article_id"], 2))
        times.append(rows["fetched_at"].cast(pa.int64()).to_numpy())
        places.append(np.stack([np.full(len(rows), number), np.arange(len(rows))], axis=1).astype(np.int32))
    key, time, place = np.concatenate(keys), np.concatenate(times), np.concatenate(places)
    order = np.lexsort((time, key[:, 1], key[:, 0]))
    last = np.append((key[order][1:] != key[order][:-1]).any(axis=1), True)[: len(order)]
    newest = order[last]
    inside = (time[newest] >= since.timestamp() * 1e6) & (time[newest] < until.timestamp() * 1e6)
    chosen = place[newest[inside]]
    return [
        PageRows(file.path, tuple(sorted(chosen[chosen[:, 0] == number, 1].tolist())))
        for number, file in enumerate(files)
        if (chosen[:, 0] == number).any()
    ]


def read_pages(storage: Storage, chosen: PageRows) -> Iterator[Page]:
    """The pages in these rows, few at a time in memory."""
    wanted = set(chosen.rows)
    with pq.ParquetFile(storage.full(chosen.path), filesystem=storage.fs) as parquet:
        start = 0
        for batch in parquet.iter_batches(batch_size=_ROWS_AT_ONCE):
            here = [row - start for row in range(start, start + len(batch)) if row in wanted]
            start += len(batch)
            table = conform(pa.Table.from_batches([batch]).take(here), TABLES["pages"].schema)
            yield from map(page_from_row, table.to_pylist())
