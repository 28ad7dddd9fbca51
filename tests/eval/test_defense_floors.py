"""Floors under the defense tagger's figures on the labelled text. They only go up: raise one when a change lifts its figure for good."""

import pytest

from tests.eval.defense import Report, evaluate

FLOORS = {
    "mention f1": 0.96,
    "mention precision": 0.97,
    "second precision": 0.95,
    "entity id": 0.97,
    "hard negatives": 0.97,
    "variant recall": 0.97,
    "deal precision": 0.95,
    "deal recall": 0.92,
    "deal kind precision": 0.98,
    "score auc": 0.98,
    "score accuracy": 0.93,
    "topic precision": 0.90,
    "topic recall": 0.88,
}


@pytest.fixture(scope="module")
def report() -> Report:
    return evaluate()


@pytest.mark.parametrize("figure", FLOORS)
def test_floor(report: Report, figure: str) -> None:
    assert report.figures[figure] >= FLOORS[figure], "\n".join(report.errors)


def test_matching_is_cheap_beside_the_model(report: Report) -> None:
    assert report.figures["find share of ner time"] <= 0.10
