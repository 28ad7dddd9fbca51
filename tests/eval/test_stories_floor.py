"""Stories: the floors that near-duplicate detection must keep on the labelled pairs. They only go up."""

import itertools
from datetime import UTC, datetime

from schemas.records import Signature
from tests.eval.story_pairs import versions
from transforms.lake.stories import KnownSignatures, minhash, near_duplicates

PRECISION, RECALL = 0.98, 0.9
AT = datetime(2026, 3, 1, tzinfo=UTC)


def test_precision_and_recall_over_all_pairs() -> None:
    texts = versions()
    signatures = [Signature(str(n), "", text.site, *minhash(text.text), AT) for n, text in enumerate(texts)]
    found = {(a, b) for b, others in near_duplicates(KnownSignatures().plus(signatures)).items() for a, _ in others}
    labelled = {pair: texts[pair[0]].story == texts[pair[1]].story for pair in itertools.combinations(range(len(texts)), 2)}
    same = {pair for pair, is_same in labelled.items() if is_same}
    assert len(same) > 900
    assert len(labelled) > 10_000

    def names(pairs: set[tuple[int, int]]) -> list[str]:
        return [f"{texts[a].story} ({texts[a].site}), {texts[b].story} ({texts[b].site})" for a, b in sorted(pairs)]

    assert len(found & same) / len(found) >= PRECISION, names(found - same)
    assert len(found & same) / len(same) >= RECALL, names(same - found)
