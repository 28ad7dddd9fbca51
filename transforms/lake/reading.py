"""Reading rows back from the files of a snapshot, whatever version of the schema wrote them."""

from collections.abc import Collection, Iterable, Iterator, Sequence

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from schemas.tables import TABLES
from transforms.lake.snapshot import LiveFile
from transforms.lake.storage import Storage


def read_file(storage: Storage, table: str, path: str, columns: Sequence[str] | None = None) -> pa.Table:
    """The rows of one file with today's columns; those that an older file lacks are null.

    Raises FileNotFoundError when a commit has replaced the file meanwhile.
    """
    with pq.ParquetFile(storage.full(path), filesystem=storage.fs) as parquet:
        present = set(parquet.schema_arrow.names)
        wanted = TABLES[table].schema if columns is None else pa.schema([TABLES[table].schema.field(name) for name in columns])
        rows = parquet.read([name for name in wanted.names if name in present], use_threads=False)
    return conform(rows, wanted)


def read_batches(storage: Storage, table: str, path: str, rows: int) -> Iterator[pa.Table]:
    """The rows of one file as `read_file` gives them, `rows` at a time, for tables whose files do not fit into memory."""
    with pq.ParquetFile(storage.full(path), filesystem=storage.fs) as parquet:
        for batch in parquet.iter_batches(batch_size=rows):
            yield conform(pa.Table.from_batches([batch]), TABLES[table].schema)


def conform(rows: pa.Table, schema: pa.Schema) -> pa.Table:
    """`rows` with exactly the columns and types of `schema`; what is missing, also inside structs, becomes null."""
    columns = [
        rows[field.name].cast(field.type) if field.name in rows.column_names else pa.nulls(len(rows), field.type)
        for field in schema
    ]
    return pa.Table.from_arrays(columns, schema=schema)


def files_holding(storage: Storage, files: Iterable[LiveFile], article_ids: Collection[str]) -> list[LiveFile]:
    """Those `files` of `articles` that have a row of one of `article_ids`.

    Raises FileNotFoundError when a commit has replaced one of them meanwhile.
    """
    import pyarrow.dataset as ds

    by_path = {storage.full(file.path): file for file in files}
    if not article_ids or not by_path:
        return []
    dataset = ds.dataset(list(by_path), TABLES["articles"].schema, format="parquet", filesystem=storage.fs)
    wanted = pc.field("article_id").isin(pa.array(sorted(article_ids), pa.string()))
    hits = dataset.to_table(columns=["__filename"], filter=wanted)["__filename"]
    return [by_path[path] for path in sorted(set(hits.to_pylist()))]
