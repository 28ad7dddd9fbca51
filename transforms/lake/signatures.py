"""The signatures of earlier articles that new ones may be near-duplicates of."""

from collections.abc import Sequence
from datetime import UTC, timedelta

from schemas.records import Signature
from transforms.lake.reading import read_file
from transforms.lake.snapshot import Snapshot
from transforms.lake.storage import Storage
from transforms.lake.stories import LOOK_BACK

_COLUMNS = ["article_id", "story_id", "shingles", "minhash", "published_at"]


def load_signatures(storage: Storage, snapshot: Snapshot, new: Sequence[Signature]) -> list[Signature]:
    """Those published within the look-back of one of `new`, oldest first; only the partitions of these days are read.

    Raises FileNotFoundError when a file has been replaced meanwhile.
    """
    days = {signature.published_at.astimezone(UTC).date() for signature in new}
    reach = range(-LOOK_BACK.days, LOOK_BACK.days + 1)
    wanted = {(day + timedelta(days=step)).isoformat() for day in days for step in reach}
    known: list[Signature] = []
    for file in snapshot.files("signatures"):
        if file.partition in wanted:
            rows = read_file(storage, "signatures", file.path, _COLUMNS)
            known += [Signature(**row) for row in rows.to_pylist()]
    return sorted(known, key=lambda s: (s.published_at, s.article_id))
