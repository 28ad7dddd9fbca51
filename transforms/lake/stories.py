"""Near-duplicates: reprints and edited wire copy of one text share a story.

MinHash over word shingles (Broder 1997) in 16-bit form (Li and König 2010), candidates by locality-sensitive hashing in bands of
two values. Wire copy is cut as often as it is edited, so besides the resemblance of two texts their containment counts: the
share of the shorter one that is in the longer one, which follows from the resemblance and the two numbers of shingles.
The thresholds are those that separate the labelled pairs of tests/eval/stories best.
"""

import re
import zlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

import numpy as np
import numpy.typing as npt

from schemas.records import Signature

PERMUTATIONS = 128
SHINGLE_WORDS = 4
LOOK_BACK = timedelta(days=14)  # reprints appear within days; older signatures need not be read
MIN_RESEMBLANCE = 0.35
MIN_CONTAINMENT = 0.5  # of the shorter text, where it has enough shingles for the estimate to hold
MIN_CONTAINED_RESEMBLANCE = 0.12
MIN_CONTAINED_SHINGLES = 40
_CROWD = 40  # in a band, so many texts with one value are compared with its first only

_WORD = re.compile(r"\w+")
_random = np.random.default_rng(20240229)
_FACTORS = _random.integers(1, 2**64, PERMUTATIONS, dtype=np.uint64) | np.uint64(1)
_OFFSETS = _random.integers(0, 2**64, PERMUTATIONS, dtype=np.uint64)
_WEIGHTS = _random.integers(1, 2**64, SHINGLE_WORDS, dtype=np.uint64) | np.uint64(1)


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


def same_story(resemblance: float, shingles_a: int, shingles_b: int) -> bool:
    """Whether two texts with this estimated resemblance (Jaccard index of their shingles) tell one story in the same words."""
    if resemblance >= MIN_RESEMBLANCE:
        return True
    shorter = min(shingles_a, shingles_b)
    if shorter < MIN_CONTAINED_SHINGLES or resemblance < MIN_CONTAINED_RESEMBLANCE:
        return False
    return resemblance / (1 + resemblance) * (shingles_a + shingles_b) / shorter >= MIN_CONTAINMENT


@dataclass(frozen=True)
class KnownSignatures:
    """Signatures of articles that have a story, as columns: `values` is (n, 128) uint16, `times_us` since 1970."""

    article_ids: Sequence[str] = ()
    story_ids: Sequence[str] = ()
    shingles: npt.NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))
    values: npt.NDArray[np.uint16] = field(default_factory=lambda: np.empty((0, PERMUTATIONS), np.uint16))
    times_us: npt.NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))


def assign_stories(new: Sequence[Signature], known: KnownSignatures) -> list[Signature]:
    """`new` by time, with their `story_id`: that of the most similar text in `known` or before it in `new`, else the own id.

    An article that is in `known` keeps its story. Stories never merge or change their id, so they are stable as they grow.
    """
    ordered = sorted(new, key=lambda s: (s.published_at, s.article_id))
    ids = [*known.article_ids, *(signature.article_id for signature in ordered)]
    stories = list(known.story_ids)
    kept = dict(zip(known.article_ids, known.story_ids, strict=True))
    similar = _neighbours(ordered, known)
    done = []
    for index, signature in enumerate(ordered, start=len(known.article_ids)):
        others = [(resemblance, -other) for other, resemblance in similar.get(index, []) if ids[other] != signature.article_id]
        story = kept.get(signature.article_id) or (stories[-max(others)[1]] if others else signature.article_id)
        stories.append(story)
        done.append(replace(signature, story_id=story))
    return done


def _neighbours(new: Sequence[Signature], known: KnownSignatures) -> dict[int, list[tuple[int, float]]]:
    """For each index of `known` and then `new` that is new: earlier indexes of near-duplicates, with the resemblance."""
    values = np.frombuffer(b"".join(s.minhash for s in new), dtype="<u2").reshape(-1, PERMUTATIONS)
    values = np.concatenate([known.values, values])
    shingles = [*known.shingles.tolist(), *(s.shingles for s in new)]
    times_us = [*known.times_us.tolist(), *(int(s.published_at.timestamp() * 1e6) for s in new)]
    found: dict[int, list[tuple[int, float]]] = defaultdict(list)
    for earlier, later in _candidates(values, first_new=len(known.article_ids)):
        if abs(times_us[earlier] - times_us[later]) > LOOK_BACK / timedelta(microseconds=1):
            continue
        resemblance = float(np.count_nonzero(values[earlier] == values[later])) / PERMUTATIONS
        if same_story(resemblance, shingles[earlier], shingles[later]):
            found[later].append((earlier, resemblance))
    return found


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
