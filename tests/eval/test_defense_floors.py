"""Floors under the defense tagger's figures on the labelled text. They only go up: raise one when a change lifts its figure for good."""

import pytest

from tests.eval.defense import Report, evaluate

FLOORS = {
    "mention f1": 0.982,
    "mention precision": 0.985,
    "second precision": 0.98,
    "third precision": 0.95,
    "fourth precision": 0.95,
    "held_out precision": 0.98,
    "outside_a precision": 0.985,
    "outside_a recall": 0.97,
    "outside_b precision": 0.98,
    "outside_b recall": 0.955,
    "outside_c precision": 0.97,
    "outside_c recall": 0.965,
    "outside_d precision": 0.97,
    "outside_d recall": 0.945,
    "entity id": 0.99,
    "hard negatives": 0.985,
    "variant recall": 0.98,
    "deal precision": 0.985,
    "deal recall": 0.94,
    "deal kind precision": 0.98,
    "fourth deal precision": 0.94,
    "fourth deal recall": 0.9,
    "fourth deal kind precision": 0.99,
    "fifth deal precision": 0.72,
    "fifth deal recall": 0.49,
    "fifth deal kind precision": 0.97,
    "sixth deal precision": 0.9,
    "sixth deal recall": 0.84,
    "sixth deal kind precision": 0.98,
    "seventh deal precision": 0.96,
    "seventh deal recall": 0.94,
    "seventh deal kind precision": 0.98,
    "score auc": 0.99,
    "score accuracy": 0.95,
    "topic precision": 0.96,
    "topic recall": 0.92,
}


@pytest.fixture(scope="module")
def report() -> Report:
    return evaluate()


@pytest.mark.parametrize("figure", FLOORS)
def test_floor(report: Report, figure: str) -> None:
    assert report.figures[figure] >= FLOORS[figure], "\n".join(report.errors)
