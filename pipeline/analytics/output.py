"""Results of queries as a table for people, CSV, JSON or Parquet."""

import contextlib
import csv
import io
import json
from typing import TYPE_CHECKING, Any, BinaryIO

import duckdb

if TYPE_CHECKING:
    import pyarrow as pa

_TABLE_ROWS = 1000


def write_result(result: "pa.Table", output_format: str, out: BinaryIO) -> None:
    """Write a table to `out`, text as UTF-8. JSON is one array with an object a line; CSV holds nested values as JSON."""
    if output_format == "parquet":
        import pyarrow.parquet as pq

        pq.write_table(result, out, compression="zstd")
    elif output_format == "table":
        out.write(_table(result).encode())
    else:
        text = io.TextIOWrapper(out, encoding="utf-8", newline="", write_through=True)
        try:
            (_write_csv if output_format == "csv" else _write_json)(result, text)
        finally:
            text.detach()


def _table(result: "pa.Table") -> str:
    shown = io.StringIO()
    with duckdb.connect() as connection, contextlib.redirect_stdout(shown):
        connection.execute("SET TimeZone = 'UTC'")
        connection.from_arrow(result).show(max_rows=_TABLE_ROWS)
    return shown.getvalue()


def _write_csv(result: "pa.Table", text: io.TextIOWrapper) -> None:
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(result.column_names)
    for batch in result.to_batches(max_chunksize=10_000):
        for row in zip(*(column.to_pylist() for column in batch.columns), strict=True):
            writer.writerow(
                [json.dumps(_plain(v), ensure_ascii=False) if isinstance(v, (list, dict)) else _plain(v) for v in row]
            )


def _write_json(result: "pa.Table", text: io.TextIOWrapper) -> None:
    text.write("[")
    separator = "\n"
    for batch in result.to_batches(max_chunksize=10_000):
        for row in batch.to_pylist():
            text.write(separator + json.dumps(_plain(row), ensure_ascii=False))
            separator = ",\n"
    text.write("\n]\n")


def _plain(value: Any) -> Any:
    """`value` as JSON has it: times in ISO 8601, bytes in hex."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, bytes):
        return value.hex()
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return value if value is None or isinstance(value, (str, int, float, bool)) else str(value)
