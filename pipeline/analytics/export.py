"""Copies of the lake's tables in an open table format, for engines that want one.

Delta Lake, because `deltalake` (delta-rs) writes it from Arrow in one call, with neither a catalogue nor Java nor a download at run
time. Iceberg's Python writer needs a catalogue service or database to commit to, and DuckLake an extension that no well-kept package
of the Python index carries.
"""

import duckdb

from pipeline.analytics.query import with_views
from schemas.errors import LakeError, UsageError
from schemas.tables import TABLES
from transforms.lake.lake import Lake

EXPORTED = ("articles", "mentions", "revisions", "polls", "rejects", "runs")
_ROWS = 10_000


def export_delta(lake: Lake, into: str, tables: tuple[str, ...] = EXPORTED) -> dict[str, int]:
    """Write each of `tables` as a Delta table below the folder or URI `into`, partitioned as in the lake; returns rows by table.

    All are of one snapshot of the lake. A table that is there already is replaced in one Delta commit. Raises UsageError when the
    package `deltalake` is not installed, LakeError when something cannot be read or written.
    """
    try:
        from deltalake import DeltaTable, write_deltalake
        from deltalake.exceptions import DeltaError
    except ImportError:
        raise UsageError(
            "Delta Lake tables need one more package: pip install -e '.[export]' in the folder of dibwatch; --format duckdb needs none."
        ) from None

    def write(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
        rows = {}
        for table in tables:
            target = f"{into.rstrip('/')}/{table}"
            reader = connection.sql(f"SELECT * FROM files.{table}").to_arrow_reader(_ROWS)  # noqa: S608 - a name of ours
            write_deltalake(target, reader, partition_by=[TABLES[table].partition], mode="overwrite", schema_mode="overwrite")
            rows[table] = sum(DeltaTable(target).get_add_actions(flatten=True)["num_records"].to_pylist())
        return rows

    try:
        return with_views(lake, write)
    except DeltaError as error:
        raise LakeError(f"Cannot export to {into}: {' '.join(str(error).split())}") from error
