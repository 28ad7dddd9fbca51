"""Merging sorted files into one, a row group at a time: pages of a day do not fit into the memory of a laptop."""

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from schemas.tables import TABLES
from transforms.lake.reading import conform, read_file
from transforms.lake.snapshot import LiveFile
from transforms.lake.staging import StagedFile, row_group_rows, write_row_groups
from transforms.lake.storage import Storage

_READ_BYTES = 8 << 20  # of each file at a time, in memory
_NUMBER = "_file"


def merge_files(storage: Storage, table: str, files: Sequence[LiveFile], path: str) -> StagedFile:
    """Write the rows of sorted `files` to a new, sorted file at `path`.

    In memory: the sort keys of all, one row group, some MB of each file. Raises FileNotFoundError when a file has been replaced
    meanwhile.
    """
    rows = [_Rows(storage, table, file.path) for file in files]
    memory_bytes = sum(one.memory_bytes for one in rows)
    count = sum(file.rows for file in files)
    groups = _merged(rows, _order(storage, table, files), row_group_rows(count, memory_bytes), TABLES[table].sort)
    return write_row_groups(storage, table, groups, count, memory_bytes, path)


def _order(storage: Storage, table: str, files: Sequence[LiveFile]) -> npt.NDArray[np.int32]:
    """The number of the file of which the next row is, for all rows in the order of the table."""
    sort = list(TABLES[table].sort)
    keys = [
        read_file(storage, table, file.path, sort).append_column(_NUMBER, pa.array([number] * file.rows, pa.int32()))
        for number, file in enumerate(files)
    ]
    order = pa.concat_tables(keys).sort_by([(name, "ascending") for name in [*sort, _NUMBER]])[_NUMBER]
    numbers: npt.NDArray[np.int32] = order.to_numpy()
    return numbers


def _merged(rows: Sequence["_Rows"], order: npt.NDArray[np.int32], size: int, sort: Sequence[str]) -> Iterator[pa.Table]:
    for start in range(0, len(order), size):
        counts = np.bincount(order[start : start + size], minlength=len(rows))  # the next rows of each file, as all are sorted
        parts = [part for one, count in zip(rows, counts.tolist(), strict=True) for part in one.take(count)]
        yield pa.concat_tables(parts).sort_by([(name, "ascending") for name in sort])


class _Rows:
    """The rows of a file, to be taken from its beginning on."""

    def __init__(self, storage: Storage, table: str, path: str) -> None:
        self._schema = TABLES[table].schema
        parquet = pq.ParquetFile(storage.full(path), filesystem=storage.fs)
        groups = [parquet.metadata.row_group(n) for n in range(parquet.metadata.num_row_groups)]
        self.memory_bytes = sum(group.total_byte_size for group in groups)
        at_once = max(1, _READ_BYTES * parquet.metadata.num_rows // max(1, self.memory_bytes))
        self._batches = parquet.iter_batches(batch_size=min(at_once, 65_536), use_threads=False)
        self._rest = self._schema.empty_table()

    def take(self, count: int) -> Iterator[pa.Table]:
        """The next `count` rows."""
        while count:
            if not len(self._rest):
                self._rest = conform(pa.Table.from_batches([next(self._batches)]), self._schema)
            part = self._rest.slice(0, count)
            self._rest = self._rest.slice(len(part))
            count -= len(part)
            yield part
