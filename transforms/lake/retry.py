"""Which rejected entries are worth another try."""

from collections.abc import Collection
from datetime import datetime

from schemas.records import Entry
from schemas.rows import entry_from_row
from transforms.lake.lake import Lake
from transforms.lake.reading import read_file
from transforms.lake.seen import load_seen
from transforms.lake.snapshot import Snapshot, with_current


def rejected_entries(lake: Lake, reasons: Collection[str] = ()) -> list[Entry]:
    """The newest rejected entry of each address that was rejected for one of `reasons` (empty: any) and is no article by now."""

    def read(snapshot: Snapshot) -> list[Entry]:
        newest: dict[str, tuple[datetime, Entry]] = {}
        for file in snapshot.files("rejects"):
            for row in read_file(lake.storage, "rejects", file.path, ["rejected_at", "reason", "url_key", "entry"]).to_pylist():
                key, at = row["url_key"], row["rejected_at"]
                wanted = row["entry"] and (not reasons or row["reason"] in reasons)
                if wanted and (key not in newest or newest[key][0] < at):
                    newest[key] = (at, entry_from_row(row["entry"]))
        seen = load_seen(lake.storage, snapshot.files("sightings"))
        known = {key: seen.known(key) for key in newest}
        return [entry for key, (_, entry) in sorted(newest.items()) if (k := known[key]) is None or k.outcome != "article"]

    return with_current(lake.storage, read)
