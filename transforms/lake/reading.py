"""Reading rows back from the files of a snapshot, whatever version of the schema wrote them."""

from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from schemas.tables import TABLES
from transforms.lake.snapshot import LiveFile
from transforms.lake.storage import Storage

_FILES_AT_ONCE = 8  # an object store takes its time to answer


# Columns of today that are made of others in files of version 1: column -> (its source, how).
_SINCE_VERSION_1: dict[str, tuple[str, Callable[[pa.ChunkedArray], pa.ChunkedArray]]] = {
    "text_hash": ("text_sha256", lambda column: pc.utf8_slice_codeunits(column, 0, 16)),
}


def read_file(storage: Storage, table: str, path: str, columns: Sequence[str] | None = None) -> pa.Table:
    """The rows of one file with today's columns; those that an older file lacks are null.

    Raises FileNotFoundError when a commit has replaced the file meanwhile.
    """
    wanted = TABLES[table].schema if columns is None else pa.schema([TABLES[table].schema.field(name) for name in columns])
    sources = {_SINCE_VERSION_1[name][0] for name in wanted.names if name in _SINCE_VERSION_1}
    with pq.ParquetFile(storage.full(path), filesystem=storage.fs) as parquet:
        present = parquet.schema_arrow.names
        rows = parquet.read([name for name in present if name in wanted.names or name in sources], use_threads=False)
    return conform(rows, wanted)


def conform(rows: pa.Table, schema: pa.Schema) -> pa.Table:
    """`rows` with exactly the columns and types of `schema`; what is missing, also inside structs, becomes null."""

    def column(field: pa.Field) -> pa.ChunkedArray | pa.Array:
        if field.name in rows.column_names:
            return rows[field.name].cast(field.type)
        source, make = _SINCE_VERSION_1.get(field.name, ("", None))
        if make is not None and source in rows.column_names:
            return make(rows[source]).cast(field.type)
        return pa.nulls(len(rows), field.type)

    return pa.Table.from_arrays([column(field) for field in schema], schema=schema)


def scan(storage: Storage, table: str, files: Sequence[LiveFile], columns: Sequence[str]) -> Iterator[tuple[LiveFile, pa.Table]]:
    """Each of many files with its rows, for a look at few columns of them; a few files are read at a time.

    Raises FileNotFoundError when a commit has replaced one of them meanwhile.
    """
    with ThreadPoolExecutor(_FILES_AT_ONCE) as pool:
        for start in range(0, len(files), _FILES_AT_ONCE):
            part = files[start : start + _FILES_AT_ONCE]
            yield from zip(part, pool.map(lambda file: read_file(storage, table, file.path, columns), part), strict=True)


def texts_of(storage: Storage, files: Sequence[LiveFile], article_ids: Collection[str]) -> set[tuple[str, str]]:
    """(article_id, text_sha256) of the rows of `articles` that are of one of `article_ids`. Raises as `scan`."""
    wanted = pa.array(sorted(article_ids), pa.string())
    found = (
        rows.filter(pc.is_in(rows["article_id"], value_set=wanted))
        for _, rows in scan(storage, "articles", files if article_ids else (), ["article_id", "text_sha256"])
    )
    return {(row["article_id"], row["text_sha256"]) for rows in found for row in rows.to_pylist()}


def files_holding(storage: Storage, files: Sequence[LiveFile], article_ids: Collection[str]) -> list[LiveFile]:
    """Those `files` of `articles` that have a row of one of `article_ids`. Raises as `scan`."""
    wanted = pa.array(sorted(article_ids), pa.string())
    looked_at = scan(storage, "articles", files if article_ids else (), ["article_id"])
    return [file for file, rows in looked_at if pc.any(pc.is_in(rows["article_id"], value_set=wanted)).as_py()]
