"""Stories: the floors that near-duplicate detection must keep on the labelled pairs. They only go up."""

from tests.eval.story_pairs import measure

PRECISION, RECALL = 0.98, 0.9


def test_precision_and_recall_over_all_pairs() -> None:
    measured = measure()
    assert len(measured.same) > 1_100
    assert measured.pairs > 25_000

    def names(pairs: set[tuple[int, int]]) -> list[str]:
        texts = measured.texts
        return [f"{texts[a].story} ({texts[a].site}), {texts[b].story} ({texts[b].site})" for a, b in sorted(pairs)]

    assert measured.precision >= PRECISION, names(measured.found - measured.same)
    assert measured.recall >= RECALL, names(measured.same - measured.found)
