"""Results of queries as a table for people, CSV, JSON or Parquet."""

import contextlib
import csv
import io
import json
import math
import re
from collections.abc import Iterator
from typing import Any, BinaryIO

import duckdb
import pyarrow as pa

from schemas.errors import UsageError

_TABLE_ROWS = 1000
_HIDDEN = re.compile(r"columns \(\d+ shown\)\s*$")  # DuckDB's last line under a table that is wider than the terminal


def write_result(result: pa.Table, output_format: str, out: BinaryIO) -> None:
    """Write a table to `out`, text as UTF-8. JSON is one array with an object a line; CSV holds nested values as JSON.

    Columns of one name are numbered, `a` and `a_1`. Raises UsageError, with nothing written, for types that Parquet has not.
    """
    if output_format != "table":
        result = result.rename_columns(_unique(result.column_names))
    if output_format == "parquet":
        import pyarrow.parquet as pq

        for field in result.schema:
            try:
                pq.write_table(pa.schema([field]).empty_table(), pa.BufferOutputStream())
            except (pa.ArrowNotImplementedError, pa.ArrowInvalid):
                raise UsageError(
                    f'Parquet has no type for the column "{field.name}" ({field.type}): cast it, as in CAST("{field.name}" AS VARCHAR).'
                ) from None
        pq.write_table(result, out, compression="zstd")
    elif output_format == "table":
        out.write(_table(result).encode())
    else:
        text = io.TextIOWrapper(out, encoding="utf-8", newline="", write_through=True)
        try:
            (_write_csv if output_format == "csv" else _write_json)(result, text)
        finally:
            text.detach()


def _unique(names: list[str]) -> list[str]:
    """`names` with numbers added to those that come again."""
    unique: dict[str, None] = {}
    for name in names:
        numbered = (f"{name}_{n}" for n in range(1, len(names) + 1))
        unique[next(other for other in numbered if other not in unique and other not in names) if name in unique else name] = None
    return list(unique)


def _table(result: pa.Table) -> str:
    shown = io.StringIO()
    with duckdb.connect() as connection, contextlib.redirect_stdout(shown):
        connection.execute("SET TimeZone = 'UTC'")
        connection.from_arrow(result).show(max_rows=_TABLE_ROWS)
    table = shown.getvalue()
    return f"{table.rstrip()}\n  --format csv or json has all columns\n\n" if _HIDDEN.search(table) else table


def _write_csv(result: pa.Table, text: io.TextIOWrapper) -> None:
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(result.column_names)
    for row in _rows(result):
        writer.writerow([_json(v) if isinstance(v, (list, dict)) else v if isinstance(v, float) else _plain(v) for v in row])


def _write_json(result: pa.Table, text: io.TextIOWrapper) -> None:
    text.write("[")
    separator = "\n"
    for row in _rows(result):
        text.write(separator + _json(dict(zip(result.column_names, row, strict=True))))
        separator = ",\n"
    text.write("\n]\n")


def _rows(result: pa.Table) -> Iterator[tuple[Any, ...]]:
    for batch in result.to_batches(max_chunksize=10_000):
        yield from zip(*map(_values, batch.columns), strict=True)


def _values(column: pa.Array) -> list[Any]:
    """The values of a column; those that Python has no value for, as dates after the year 9999, as DuckDB's text."""
    try:
        return list(column.to_pylist())
    except (OverflowError, ValueError):
        with duckdb.connect() as connection:
            connection.execute("SET TimeZone = 'UTC'")
            texts = connection.from_arrow(pa.table({"value": column})).project("CAST(value AS VARCHAR)").fetchall()
        return [_value(scalar, text) for scalar, (text,) in zip(column, texts, strict=True)]


def _value(scalar: pa.Scalar, text: str) -> Any:
    try:
        return scalar.as_py()
    except (OverflowError, ValueError):
        return text


def _json(value: Any) -> str:
    return json.dumps(_plain(value), ensure_ascii=False, allow_nan=False)


def _plain(value: Any) -> Any:
    """`value` as JSON has it: times in ISO 8601, bytes in hex, null for a number that is none or infinite."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, bytes):
        return value.hex()
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return value if value is None or isinstance(value, (str, int, float, bool)) else str(value)
