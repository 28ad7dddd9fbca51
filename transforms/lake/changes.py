"""What a reprocessing changed: mentions that rows have and their predecessors had not, and the other way round."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from transforms.lake.reading import read_file
from transforms.lake.snapshot import LiveFile
from transforms.lake.staging import StagedFile
from transforms.lake.storage import Storage

_Key = tuple[str, str, str]  # label, entity_id, name


@dataclass(frozen=True)
class MentionChange:
    """How many mentions of one entity under one label were gained and lost over all articles that were compared."""

    label: str
    entity_id: str
    name: str
    gained: int
    lost: int


def mention_changes(
    old: Storage, old_files: Iterable[LiveFile], new: Storage, new_files: Iterable[StagedFile]
) -> tuple[int, list[MentionChange]]:
    """How many articles of `new_files` have a row in `old_files`, and their changes, largest first. One file is in memory at a time.

    A mention is the same when its article, label, entity and position are.
    """
    fresh: dict[str, set[tuple[_Key, int]]] = {}
    for file in new_files:
        fresh.update(_mentions(read_file(new, "articles", file.path, ["article_id", "mentions"])))
    wanted = pa.array(list(fresh), pa.string())
    gained: Counter[_Key] = Counter()
    lost: Counter[_Key] = Counter()
    compared = 0
    for live in old_files:
        rows = read_file(old, "articles", live.path, ["article_id", "mentions"])
        for article_id, before in _mentions(rows.filter(pc.is_in(rows["article_id"], value_set=wanted))).items():
            compared += 1
            gained.update(key for key, _ in fresh[article_id] - before)
            lost.update(key for key, _ in before - fresh[article_id])
    changes = [MentionChange(*key, gained[key], lost[key]) for key in gained | lost]
    return compared, sorted(changes, key=lambda change: (-(change.gained + change.lost), change.label, change.name))


def _mentions(rows: pa.Table) -> dict[str, set[tuple[_Key, int]]]:
    return {
        row["article_id"]: {((m["label"], m["entity_id"], m["name"]), m["start"]) for m in row["mentions"] or ()}
        for row in rows.to_pylist()
    }
