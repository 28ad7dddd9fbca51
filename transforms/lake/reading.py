"""Reading rows back from the files of a snapshot, whatever version of the schema wrote them."""

from collections.abc import Callable, Collection, Iterator, Sequence

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from schemas.tables import TABLES
from transforms.lake.snapshot import LiveFile
from transforms.lake.storage import Storage

_FILES_AT_ONCE = 64  # a dataset keeps the footers of all its files in memory


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


def scan(
    storage: Storage, table: str, files: Sequence[LiveFile], columns: Sequence[str], only: pc.Expression | None = None
) -> Iterator[pa.RecordBatch]:
    """The rows of many files, for a look at few columns of them. What older files lack is null.

    Raises FileNotFoundError when a commit has replaced one of them meanwhile.
    """
    import pyarrow.dataset as ds

    for start in range(0, len(files), _FILES_AT_ONCE):
        paths = [storage.full(file.path) for file in files[start : start + _FILES_AT_ONCE]]
        dataset = ds.dataset(paths, TABLES[table].schema, format="parquet", filesystem=storage.fs)
        yield from dataset.to_batches(columns=list(columns), filter=only, batch_readahead=1, fragment_readahead=2)


def texts_of(storage: Storage, files: Sequence[LiveFile], article_ids: Collection[str]) -> set[tuple[str, str]]:
    """(article_id, text_sha256) of the rows of `articles` that are of one of `article_ids`. Raises as `scan`."""
    if not article_ids:
        return set()
    wanted = pc.field("article_id").isin(pa.array(sorted(article_ids), pa.string()))
    batches = scan(storage, "articles", files, ["article_id", "text_sha256"], wanted)
    return {(row["article_id"], row["text_sha256"]) for batch in batches for row in batch.to_pylist()}


def files_holding(storage: Storage, files: Sequence[LiveFile], article_ids: Collection[str]) -> list[LiveFile]:
    """Those `files` of `articles` that have a row of one of `article_ids`. Raises as `scan`."""
    if not article_ids:
        return []
    wanted = pc.field("article_id").isin(pa.array(sorted(article_ids), pa.string()))
    paths = {path for batch in scan(storage, "articles", files, ["__filename"], wanted) for path in batch[0].to_pylist()}
    return [file for file in files if storage.full(file.path) in paths]
