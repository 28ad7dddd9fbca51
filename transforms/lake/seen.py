"""What the lake has already seen: an index over the `sightings` files, and the decision about an entry.

A key is 128 bits. The index keeps sorted numpy arrays, 97 bytes a sighting: 1 million take 97 MB.
"""

import binascii
import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from schemas.records import Entry
from transforms.lake.reading import scan
from transforms.lake.snapshot import LiveFile
from transforms.lake.storage import Storage

Decision = Literal["new", "changed", "seen"]
LOOK_BACK = timedelta(days=7)
MAX_VERSIONS = 8  # a feed that changes an entry at every poll must not make us fetch its page for ever
_BATCH_ROWS = 32_768
_OUTCOMES = {"listed": 0, "reject": 1, "article": 2}
_COLUMNS = ["url_key", "article_id", "feed_url", "fingerprint", "outcome", "seen_at", "text_hash", "published_at"]
_DTYPE = np.dtype([
    ("hi", "<u8"), ("lo", "<u8"), ("id_hi", "<u8"), ("id_lo", "<u8"), ("fingerprint", "<u8"), ("feed", "<u8"), ("text", "<u8"),
    ("seen_us", "<i8"), ("published_us", "<i8"), ("outcome", "u1"),
])  # fmt: skip


@dataclass(frozen=True)
class Known:
    """What is known of one address. `outcome` is the best of its attempts, "" when it was only listed."""

    fingerprints: frozenset[str]
    feeds: frozenset[int]  # `feed_hash` of each feed that lists it
    first_seen_at: datetime
    article_id: str
    published_at: datetime | None  # of that article
    outcome: str


class SeenIndex:
    """The sightings of a lake, by `url_key`."""

    def __init__(self, records: npt.NDArray[np.void]) -> None:
        self._records = records
        self._by_key, self._keys = _ordered(records["hi"])
        self._by_id, self._ids = _ordered(records["id_hi"])

    def __len__(self) -> int:
        return len(self._records)

    def is_seen(self, url_key: str, fingerprint: str) -> bool:
        """Whether the address was dealt with in the version that the fingerprint tells."""
        known = self.known(url_key)
        return known is not None and bool(known.outcome) and fingerprint in known.fingerprints

    def known(self, url_key: str) -> Known | None:
        """All that is on record of an address; None when it has never been listed."""
        rows = self._records[self._by_key[_equal(self._keys, url_key)]]
        rows = rows[rows["lo"] == int(url_key[16:], 16)]
        if not len(rows):
            return None
        articles = rows[(rows["id_hi"] != 0) | (rows["id_lo"] != 0)]
        newest = articles[np.argmax(articles["seen_us"])] if len(articles) else None
        return Known(
            fingerprints=frozenset(f"{value:016x}" if value else "" for value in rows["fingerprint"]),
            feeds=frozenset(int(feed) for feed in rows["feed"]),
            first_seen_at=_time(rows["seen_us"].min()),
            article_id=f"{newest['id_hi']:016x}{newest['id_lo']:016x}" if newest is not None else "",
            published_at=_time(newest["published_us"]) if newest is not None and newest["published_us"] else None,
            outcome=("", "reject", "article")[int(rows["outcome"].max())],
        )

    def has_text(self, article_id: str, text_sha256: str) -> bool:
        """Whether the newest version of the article in the lake has this text."""
        rows = self._records[self._by_id[_equal(self._ids, article_id)]]
        rows = rows[(rows["id_lo"] == int(article_id[16:], 16)) & (rows["outcome"] == _OUTCOMES["article"])]
        newest = rows[rows["seen_us"] == rows["seen_us"].max()] if len(rows) else rows
        return bool(len(newest)) and bool((newest["text"] == np.uint64(int(text_sha256[:16], 16))).any())


def _ordered(values: npt.NDArray[np.uint64]) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.uint64]]:
    """The order that sorts `values`, and the sorted values."""
    order = np.argsort(values).astype(np.int32)
    return order, values[order]


def _equal(ordered: npt.NDArray[np.uint64], key: str) -> slice:
    """Where `ordered` equals the upper half of a key of 32 hex digits."""
    value = np.uint64(int(key[:16], 16))
    return slice(int(np.searchsorted(ordered, value, side="left")), int(np.searchsorted(ordered, value, side="right")))


def decide(known: Known | None, entry: Entry, now: datetime, look_back: timedelta = LOOK_BACK) -> Decision:
    """Whether an entry of one feed is to be fetched (`new`), fetched again as a possible revision (`changed`), or left (`seen`).

    An address that was only listed, or whose rejects were all transient, is new. It is changed when a feed that is known to
    list it gives it a fingerprint that is not on record, while it is younger than `look_back` and has been seen in fewer than
    `MAX_VERSIONS` versions. Another feed that lists it in its own words says nothing of a change.
    """
    if known is None or not known.outcome:
        return "new"
    if entry.fingerprint in known.fingerprints or len(known.fingerprints) >= MAX_VERSIONS:
        return "seen"
    if now - known.first_seen_at > look_back:
        return "seen"
    return "changed" if any(feed_hash(feed_url) in known.feeds for feed_url in entry.feed_urls) else "seen"


def load_seen(storage: Storage, files: Sequence[LiveFile]) -> SeenIndex:
    """The index over `files` of `sightings`. Raises FileNotFoundError when one has been replaced meanwhile."""
    records = np.empty(sum(file.rows for file in files), _DTYPE)
    filled = 0
    for rows in _read(storage, files) if files else ():
        part = records[filled : filled + len(rows)]
        part["hi"], part["lo"] = hex_words(rows["url_key"], 2).T
        part["id_hi"], part["id_lo"] = hex_words(rows["article_id"], 2).T
        part["fingerprint"] = hex_words(rows["fingerprint"], 1)[:, 0]
        part["text"] = hex_words(rows["text_hash"], 1)[:, 0]
        part["feed"] = _mapped(rows["feed_url"], feed_hash, "<u8")
        part["outcome"] = _mapped(rows["outcome"], _OUTCOMES.__getitem__, "u1")
        part["seen_us"] = rows["seen_at"].cast(pa.int64()).to_numpy()
        part["published_us"] = rows["published_at"].cast(pa.int64()).fill_null(0).to_numpy()
        filled += len(rows)
    pa.default_memory_pool().release_unused()
    return SeenIndex(records)


def _read(storage: Storage, files: Sequence[LiveFile]) -> Iterator[pa.Table]:
    """The rows of `files`, many at a time: of small files the work for each would otherwise outweigh that for its rows."""
    waiting: list[pa.Table] = []
    for _, rows in scan(storage, "sightings", files, _COLUMNS):
        waiting.append(rows)
        if sum(map(len, waiting)) >= _BATCH_ROWS:
            yield pa.concat_tables(waiting).combine_chunks()
            waiting = []
    if waiting:
        yield pa.concat_tables(waiting).combine_chunks()


def feed_hash(feed_url: str) -> int:
    """64 bits of a feed's address, the same in every process."""
    return int.from_bytes(hashlib.blake2b(feed_url.encode(), digest_size=8).digest(), "little")


def _time(micros: int) -> datetime:
    return datetime.fromtimestamp(0, UTC) + timedelta(microseconds=int(micros))


def _mapped(column: pa.ChunkedArray, value_of: Callable[[str], int], dtype: str) -> npt.NDArray[Any]:
    (chunk,) = column.dictionary_encode().chunks
    values = np.array([value_of(value) for value in chunk.dictionary.to_pylist()], dtype=dtype)
    mapped: npt.NDArray[Any] = values[chunk.indices.to_numpy()]
    return mapped


def hex_words(column: pa.ChunkedArray, count: int) -> npt.NDArray[np.uint64]:
    """(rows, `count`) 64-bit numbers of a column, in one chunk, of hex strings of 16 * `count` digits; an empty string is 0."""
    column = column.fill_null("")
    empty = pc.equal(pc.binary_length(column), 0)
    (chunk,) = pc.if_else(empty, "0" * 16 * count, column).cast(pa.binary()).cast(pa.binary(16 * count)).chunks
    digits = memoryview(chunk.buffers()[1])[: 16 * count * len(column)]
    return np.frombuffer(binascii.unhexlify(digits), dtype=">u8").astype("<u8").reshape(-1, count)
