"""Text extraction never gets worse than this. Floors only go up."""

from tests.eval.data import eval_data
from tests.eval.extraction import compare, evaluate

FLOOR_F1 = 0.964


def test_extraction_floor() -> None:
    score = evaluate(eval_data("pages"))
    assert score.pages >= 80
    assert score.f1 >= FLOOR_F1


def test_measure_counts_what_it_says() -> None:
    gold = "one two three four five six"
    assert compare(gold, gold) == (1.0, 1.0)
    assert compare(gold, "") == (1.0, 0.0)
    assert compare(gold, "one two three four nine") == (0.5, 1 / 3)
