"""Where labelled data that does not ship lies: `DIBWATCH_EVAL_DATA`, else `../shared/data` beside the checkout."""

import os
from pathlib import Path

import pytest


def eval_data(*parts: str) -> Path:
    """The path of shared evaluation data; skips the test, saying what is missing, where there is none."""
    root = Path(os.environ.get("DIBWATCH_EVAL_DATA") or Path(__file__).parents[3] / "shared" / "data")
    path = root.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"no evaluation data at {path}; set DIBWATCH_EVAL_DATA to run this floor")
    return path
