"""Values and names that the formats have no place for."""

import csv
import io
import json

import duckdb
import pyarrow.parquet as pq
import pytest

from pipeline.analytics.output import write_result
from schemas.errors import UsageError


def written(sql: str, output_format: str) -> bytes:
    out = io.BytesIO()
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        write_result(connection.sql(sql).to_arrow_table(), output_format, out)
    return out.getvalue()


def test_json_has_no_number_that_is_none() -> None:
    rows = json.loads(written("SELECT 'nan'::DOUBLE AS a, ['inf'::FLOAT, 1.5] AS b", "json"), parse_constant=pytest.fail)
    assert rows == [{"a": None, "b": [None, 1.5]}]
    assert written("SELECT 'nan'::DOUBLE AS a, ['-inf'::FLOAT] AS b", "csv") == b"a,b\nnan,[null]\n"


@pytest.mark.parametrize("output_format", ["json", "csv", "parquet"])
def test_columns_of_one_name_are_all_there(output_format: str) -> None:
    out = written("SELECT 1 AS a, 2 AS a, 3 AS a_1, 4 AS a", output_format)
    if output_format == "json":
        names = list(json.loads(out)[0])
    elif output_format == "csv":
        names = next(csv.reader(io.StringIO(out.decode())))
    else:
        names = pq.read_table(io.BytesIO(out)).column_names
    assert names == ["a", "a_2", "a_1", "a_3"]


def test_times_beyond_python_are_text() -> None:
    sql = (
        "SELECT * FROM (VALUES (DATE '10000-01-01', 'infinity'::TIMESTAMP, '-infinity'::TIMESTAMPTZ), "
        "(DATE '2026-03-01', TIMESTAMP '2026-03-01', NULL)) t(a, b, c)"
    )
    assert json.loads(written(sql, "json")) == [
        {"a": "10000-01-01", "b": "infinity", "c": "-infinity"},
        {"a": "2026-03-01", "b": "2026-03-01T00:00:00", "c": None},
    ]
    assert written(sql, "csv") == b"a,b,c\n10000-01-01,infinity,-infinity\n2026-03-01,2026-03-01T00:00:00,\n"


@pytest.mark.parametrize("value", ["INTERVAL 1 MONTH", "union_value(n := 1)", "[INTERVAL 1 DAY]"])
def test_what_parquet_has_no_type_for_is_to_be_cast(value: str) -> None:
    with pytest.raises(UsageError, match=r'"odd".*cast it'):
        written(f"SELECT 1 AS n, {value} AS odd", "parquet")


def test_a_table_says_when_it_hides_columns() -> None:
    wide = ", ".join(f"'{'x' * 30}' AS column_{n}" for n in range(40))
    assert b"--format csv or json has all columns" in written(f"SELECT {wide}", "table")
    assert b"--format" not in written("SELECT 1 AS a", "table")
