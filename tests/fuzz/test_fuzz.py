"""A short, repeatable run of the fuzzer; `python -m tests.fuzz` runs it for longer."""

import random

import pytest

from tests.fuzz.__main__ import TARGETS, check, mutated, seeds


@pytest.mark.parametrize("name", sorted(TARGETS))
def test_mutated_input_gives_an_answer_or_a_reason(name: str) -> None:
    source, corpus = random.Random(20260601), seeds()
    for _ in range(150):
        check(TARGETS[name], mutated(source, corpus))
