"""Reading rows back from the files of a snapshot, whatever version of the schema wrote them."""

from collections.abc import Collection, Iterator, Sequence

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from schemas.tables import TABLES
from transforms.lake.snapshot import LiveFile
from transforms.lake.storage import Storage

_FILES_AT_ONCE = 64  # a dataset keeps the footers of all its files in memory


def read_file(storage: Storage, table: str, path: str, columns: Sequence[str] | None = None) -> pa.Table:
    """The rows of one file with today's columns; those that an older file lacks are null.

    Raises FileNotFoundError when a commit has replaced the file meanwhile.
    """
    with pq.ParquetFile(storage.full(path), filesystem=storage.fs) as parquet:
        present = set(parquet.schema_arrow.names)
        wanted = TABLES[table].schema if columns is None else pa.schema([TABLES[table].schema.field(name) for name in columns])
        rows = parquet.read([name for name in wanted.names if name in present], use_threads=False)
    return conform(rows, wanted)


def conform(rows: pa.Table, schema: pa.Schema) -> pa.Table:
    """`rows` with exactly the columns and types of `schema`; what is missing, also inside structs, becomes null."""
    columns = [
        rows[field.name].cast(field.type) if field.name in rows.column_names else pa.nulls(len(rows), field.type)
        for field in schema
    ]
    return pa.Table.from_arrays(columns, schema=schema)


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
