"""Near-duplicates: reprints and edited wire copy of one text share a story.

MinHash over word shingles (Broder 1997) in 16-bit form (Li and König 2010), candidates by locality-sensitive hashing in bands of
two values. Wire copy is cut as often as it is edited, so what counts is containment, the share of the shorter text that is in the
longer one, which follows from the resemblance of the two and their numbers of shingles. What a site repeats in its texts is
left out of it. The thresholds separate the labelled pairs of tests/eval/stories.
"""

import hashlib
import re
import zlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import numpy as np
import numpy.typing as npt

from schemas.records import Signature

PERMUTATIONS = 128
SHINGLE_WORDS = 3
LOOK_BACK = timedelta(days=14)  # reprints appear within days; older signatures need not be read
MIN_CONTAINMENT = 0.4
MIN_MATCHES = 6  # of 128: fewer are chance
MIN_COUNTED = 24  # values that say something, of 128, for an estimate
MIN_SHINGLES = 20
SAME_TEXT = 0.8  # resemblance at which two texts are one, whatever their sites repeat
ALIKE = 0.8  # share of the shorter of two texts of one site at which they are one article, brought up to date perhaps
BOILERPLATE_TEXTS = 1  # other texts of a site that have a value too
_SIBLINGS = 500  # texts of a site that are looked at for what it repeats
_CROWD = 40  # in a band, so many texts with one value are compared with its first only

_WORD = re.compile(r"\w+")
# Numbers that are the same in every version of every library, because signatures are kept in the lake.
_NUMBERS = np.frombuffer(hashlib.shake_256(b"minhash").digest(8 * (2 * PERMUTATIONS + SHINGLE_WORDS)), dtype="<u8")
_FACTORS, _OFFSETS, _WEIGHTS = np.split(_NUMBERS | np.uint64(1), [PERMUTATIONS, 2 * PERMUTATIONS])


def minhash(text: str) -> tuple[int, bytes]:
    """(number of distinct shingles, 128 little-endian uint16) of a text; the same on every machine."""
    words = _WORD.findall(text.casefold())
    hashes = np.array([zlib.crc32(word.encode()) for word in words], dtype=np.uint64)
    if len(hashes) < SHINGLE_WORDS:
        hashes = np.concatenate([hashes, np.zeros(SHINGLE_WORDS - len(hashes), np.uint64)])
    count = len(hashes) - SHINGLE_WORDS + 1
    mixed = sum((hashes[i : i + count] + np.uint64(1)) * _WEIGHTS[i] for i in range(SHINGLE_WORDS))
    shingles = np.unique(mixed ^ (mixed >> np.uint64(29)))
    lowest = np.full(PERMUTATIONS, np.iinfo(np.uint64).max)
    for part in np.array_split(shingles, range(4096, len(shingles), 4096)):  # bounds the memory that a very long text takes
        lowest = np.minimum(lowest, (part[:, None] * _FACTORS + _OFFSETS).min(axis=0))
    return len(shingles), ((lowest >> np.uint64(32)) % np.uint64(65521)).astype("<u2").tobytes()


@dataclass(frozen=True)
class KnownSignatures:
    """Signatures of articles that have a story, as columns: `values` is (n, 128) uint16, `times_us` since 1970."""

    article_ids: Sequence[str] = ()
    story_ids: Sequence[str] = ()
    sources: Sequence[str] = ()
    shingles: npt.NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))
    values: npt.NDArray[np.uint16] = field(default_factory=lambda: np.empty((0, PERMUTATIONS), np.uint16))
    times_us: npt.NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))

    def plus(self, new: Sequence[Signature]) -> "KnownSignatures":
        values = np.frombuffer(b"".join(s.minhash for s in new), dtype="<u2").reshape(-1, PERMUTATIONS)
        return KnownSignatures(
            article_ids=[*self.article_ids, *(s.article_id for s in new)],
            story_ids=[*self.story_ids, *(s.story_id for s in new)],
            sources=[*self.sources, *(s.source for s in new)],
            shingles=np.concatenate([self.shingles, np.array([s.shingles for s in new], np.int64)]),
            values=np.concatenate([self.values, values]),
            times_us=np.concatenate([self.times_us, np.array([s.published_at.timestamp() * 1e6 for s in new], np.int64)]),
        )


def assign_stories(new: Sequence[Signature], known: KnownSignatures) -> list[Signature]:
    """`new` by time, with their `story_id`: that of the most similar text in `known` or before it in `new`, else the own id.

    An article that is in `known` keeps its story. Stories never merge or change their id, so they are stable as they grow.
    """
    ordered = sorted(new, key=lambda s: (s.published_at, s.article_id))
    everything = known.plus(ordered)
    stories = list(known.story_ids)
    kept = dict(zip(known.article_ids, known.story_ids, strict=True))
    similar = near_duplicates(everything, first_new=len(stories))
    done = []
    for index, signature in enumerate(ordered, start=len(stories)):
        others = [
            (likeness, -other)
            for other, likeness in similar.get(index, ())
            if everything.article_ids[other] != signature.article_id
        ]
        story = kept.get(signature.article_id) or (stories[-max(others)[1]] if others else signature.article_id)
        stories.append(story)
        done.append(replace(signature, story_id=story))
    return done


def near_duplicates(signatures: KnownSignatures, first_new: int = 0) -> dict[int, list[tuple[int, float]]]:
    """For each row from `first_new` on: the earlier rows that tell the same story within the look-back, and how alike they are."""
    informative = _Informative(signatures)
    look_back_us = LOOK_BACK / timedelta(microseconds=1)
    found: dict[int, list[tuple[int, float]]] = defaultdict(list)
    for earlier, later in _candidates(signatures.values, first_new):
        equal = signatures.values[earlier] == signatures.values[later]
        matches = int(np.count_nonzero(equal))
        if matches < MIN_MATCHES or abs(signatures.times_us[earlier] - signatures.times_us[later]) > look_back_us:
            continue
        own, other = informative.of(later), informative.of(earlier)
        likeness = _containment(
            equal, own & other, signatures.shingles[later] * own.mean(), signatures.shingles[earlier] * other.mean()
        )
        if likeness >= MIN_CONTAINMENT or matches >= SAME_TEXT * PERMUTATIONS:
            found[later].append((earlier, matches / PERMUTATIONS))
    return found


def _containment(equal: npt.NDArray[np.bool_], counted: npt.NDArray[np.bool_], shingles_a: float, shingles_b: float) -> float:
    """The share of the shorter text that is in the longer one, by the values that count; 0 when these are too few to tell."""
    if np.count_nonzero(counted) < MIN_COUNTED or min(shingles_a, shingles_b) < MIN_SHINGLES:
        return 0.0
    return float(_shared(np.count_nonzero(equal & counted) / np.count_nonzero(counted), shingles_a, shingles_b))


def _shared(resemblance: Any, shingles_a: Any, shingles_b: Any) -> Any:
    """The share of the shorter text that is in the longer one, of numbers or of arrays of them."""
    return resemblance / (1 + resemblance) * (shingles_a + shingles_b) / np.minimum(shingles_a, shingles_b)


class _Informative:
    """Which values of a signature say something about its text: not those that its site has in other texts as well.

    A newsletter box, a copyright line or the frame of a daily report repeats a site's shingles, and so their hash values at the
    same place, in texts that are otherwise different. Texts that are alike as a whole (one article under two addresses) do not
    count as others.
    """

    def __init__(self, signatures: KnownSignatures) -> None:
        self._signatures = signatures
        self._by_source: dict[str, list[int]] = defaultdict(list)
        for index, source in enumerate(signatures.sources):
            self._by_source[source].append(index)
        self._done: dict[int, npt.NDArray[np.bool_]] = {}

    def of(self, index: int) -> npt.NDArray[np.bool_]:
        """(128,) bool for the signature in row `index`."""
        if index not in self._done:
            source = self._signatures.sources[index]
            siblings = np.array(self._by_source[source][-_SIBLINGS:] if source else [index])  # "" is not known
            equal = self._signatures.values[siblings] == self._signatures.values[index]
            shared = _shared(equal.mean(axis=1), self._signatures.shingles[siblings], self._signatures.shingles[index])
            others = equal[shared < ALIKE]
            self._done[index] = others.sum(axis=0) < BOILERPLATE_TEXTS
        return self._done[index]


def _candidates(values: npt.NDArray[np.uint16], first_new: int) -> list[tuple[int, int]]:
    """(earlier, later) pairs of rows that agree in one band at least, `later` being `first_new` or above."""
    pairs: list[npt.NDArray[np.int64]] = [np.empty((0, 2), np.int64)]
    bands = np.ascontiguousarray(values).view("<u4")  # two values of 16 bits are one band
    for band in range(bands.shape[1]):
        order = np.argsort(bands[:, band], kind="stable")
        keys = bands[order, band]
        starts = np.flatnonzero(np.concatenate([[True], keys[1:] != keys[:-1]]))
        ends = np.append(starts[1:], len(keys))
        for start, end in zip(starts[ends - starts > 1], ends[ends - starts > 1], strict=True):
            members = order[start:end]  # ascending, because the sort is stable
            if members[-1] < first_new:
                continue
            left, right = np.triu_indices(len(members), 1) if len(members) <= _CROWD else _with_first(len(members))
            both = np.stack([members[left], members[right]], axis=1)
            pairs.append(both[both[:, 1] >= first_new])
    return [(int(a), int(b)) for a, b in np.unique(np.concatenate(pairs), axis=0)]


def _with_first(count: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    return np.zeros(count - 1, np.int64), np.arange(1, count)
