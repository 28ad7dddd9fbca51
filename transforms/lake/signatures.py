"""The signatures of earlier articles that new ones may be near-duplicates of."""

from collections.abc import Sequence
from datetime import UTC, timedelta

import numpy as np
import pyarrow as pa

from schemas.records import Signature
from transforms.lake.reading import read_file
from transforms.lake.snapshot import Snapshot
from transforms.lake.storage import Storage
from transforms.lake.stories import LOOK_BACK, PERMUTATIONS, KnownSignatures

_COLUMNS = ["article_id", "story_id", "source", "shingles", "minhash", "published_at"]


def load_signatures(storage: Storage, snapshot: Snapshot, new: Sequence[Signature]) -> KnownSignatures:
    """Those published within the look-back of one of `new`, oldest first; only the partitions of these days are read.

    Raises FileNotFoundError when a file has been replaced meanwhile.
    """
    days = {signature.published_at.astimezone(UTC).date() for signature in new}
    reach = range(-LOOK_BACK.days, LOOK_BACK.days + 1)
    wanted = {(day + timedelta(days=step)).isoformat() for day in days for step in reach}
    files = [file for file in snapshot.files("signatures") if file.partition in wanted]
    if not files:
        return KnownSignatures()
    rows = pa.concat_tables([read_file(storage, "signatures", file.path, _COLUMNS) for file in files])
    rows = rows.sort_by([("published_at", "ascending"), ("article_id", "ascending")]).combine_chunks()
    return KnownSignatures(
        article_ids=rows["article_id"].to_pylist(),
        story_ids=rows["story_id"].to_pylist(),
        sources=rows["source"].fill_null("").to_pylist(),
        shingles=rows["shingles"].to_numpy().astype(np.int64),
        values=np.frombuffer(b"".join(rows["minhash"].to_pylist()), dtype="<u2").reshape(-1, PERMUTATIONS),
        times_us=rows["published_at"].cast(pa.int64()).to_numpy(),
    )
