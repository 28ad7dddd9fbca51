"""What the lake has already seen: an index over the `sightings` files, and the decision about an entry.

A key is 128 bits. The index keeps sorted numpy arrays, 73 bytes a sighting: 1 million take 73 MB.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from schemas.records import Entry
from transforms.lake.snapshot import LiveFile
from transforms.lake.storage import Storage

Decision = Literal["new", "changed", "seen"]
LOOK_BACK = timedelta(days=7)
MAX_VERSIONS = 8  # a feed that changes an entry at every poll must not make us fetch its page for ever
_BATCH_ROWS = 131_072
_OUTCOMES = {"listed": 0, "reject": 1, "article": 2}
_COLUMNS = ["url_key", "article_id", "feed_url", "fingerprint", "outcome", "seen_at", "text_sha256", "published_at"]
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
        self._records = records[np.argsort(records["hi"], kind="stable")]
        self._by_id: npt.NDArray[np.int64] | None = None

    def __len__(self) -> int:
        return len(self._records)

    def is_seen(self, url_key: str, fingerprint: str) -> bool:
        """Whether the address was dealt with in the version that the fingerprint tells."""
        known = self.known(url_key)
        return known is not None and bool(known.outcome) and fingerprint in known.fingerprints

    def known(self, url_key: str) -> Known | None:
        """All that is on record of an address; None when it has never been listed."""
        hi, lo = int(url_key[:16], 16), int(url_key[16:], 16)
        first, last = (np.searchsorted(self._records["hi"], np.uint64(hi), side=side) for side in ("left", "right"))
        rows = self._records[first:last]
        rows = rows[rows["lo"] == lo]
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
        if self._by_id is None:
            self._by_id = np.argsort(self._records["id_hi"], kind="stable")
        ids = self._records["id_hi"][self._by_id]
        hi, lo = int(article_id[:16], 16), int(article_id[16:], 16)
        first, last = (np.searchsorted(ids, np.uint64(hi), side=side) for side in ("left", "right"))
        rows = self._records[self._by_id[first:last]]
        rows = rows[(rows["id_lo"] == lo) & (rows["outcome"] == _OUTCOMES["article"])]
        newest = rows[rows["seen_us"] == rows["seen_us"].max()] if len(rows) else rows
        return bool(len(newest)) and bool((newest["text"] == np.uint64(int(text_sha256[:16], 16))).all())


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


def load_seen(storage: Storage, files: Iterable[LiveFile]) -> SeenIndex:
    """The index over `files` of `sightings`. Raises FileNotFoundError when one has been replaced meanwhile."""
    parts = [np.empty(0, _DTYPE), *(part for file in files for part in _read(storage, file))]
    return SeenIndex(np.concatenate(parts))


def _read(storage: Storage, file: LiveFile) -> Iterator[npt.NDArray[np.void]]:
    with pq.ParquetFile(storage.full(file.path), filesystem=storage.fs, read_dictionary=["feed_url", "outcome"]) as parquet:
        for batch in parquet.iter_batches(batch_size=_BATCH_ROWS, columns=_COLUMNS, use_threads=False):
            records = np.empty(batch.num_rows, _DTYPE)
            records["hi"], records["lo"] = _words(batch["url_key"], 2).T
            records["id_hi"], records["id_lo"] = _words(batch["article_id"], 2).T
            records["fingerprint"] = _words(batch["fingerprint"], 1)[:, 0]
            records["text"] = _words(pc.utf8_slice_codeunits(batch["text_sha256"], 0, 16), 1)[:, 0]
            records["feed"] = _mapped(batch["feed_url"], feed_hash, "<u8")
            records["outcome"] = _mapped(batch["outcome"], _OUTCOMES.__getitem__, "u1")
            records["seen_us"] = batch["seen_at"].cast(pa.int64()).to_numpy()
            records["published_us"] = batch["published_at"].cast(pa.int64()).fill_null(0).to_numpy()
            yield records


def _time(micros: int) -> datetime:
    return datetime.fromtimestamp(0, UTC) + timedelta(microseconds=int(micros))


def feed_hash(feed_url: str) -> int:
    """64 bits of a feed's address, the same in every process."""
    return int.from_bytes(hashlib.blake2b(feed_url.encode(), digest_size=8).digest(), "little")


def _mapped(column: pa.DictionaryArray, value_of: Callable[[str], int], dtype: str) -> npt.NDArray[Any]:
    values = np.array([value_of(value) for value in column.dictionary.to_pylist()], dtype=dtype)
    mapped: npt.NDArray[Any] = values[column.indices.to_numpy()]
    return mapped


def _words(column: pa.StringArray, count: int) -> npt.NDArray[np.uint64]:
    """(rows, `count`) 64-bit numbers of a column of hex strings of 16 * `count` digits; an empty string is 0."""
    empty = pc.equal(pc.binary_length(column), 0)
    filled = pc.if_else(empty, "0" * 16 * count, column)
    digits = np.frombuffer(filled.cast(pa.binary()).cast(pa.binary(16 * count)).buffers()[1], dtype="u1")
    digits = digits[: 16 * count * len(column)]
    nibbles = np.where(digits >= ord("a"), digits - (ord("a") - 10), digits - ord("0"))
    octets = (nibbles[0::2] << 4) | nibbles[1::2]
    return octets.view(">u8").astype("<u8").reshape(-1, count)
