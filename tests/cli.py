"""Running `dibwatch` as a user does: a process of its own."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent


@dataclass(frozen=True)
class Done:
    """A finished command."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, object]:
        return dict(json.loads(self.out.strip().splitlines()[-1]))


def dibwatch(*arguments: str, stdin: str = "", timeout_s: float = 240) -> Done:
    """Run `dibwatch` with these arguments."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-m", "pipeline", *arguments], input=stdin, capture_output=True, text=True, timeout=timeout_s, env=environment,
        encoding="utf-8", check=False,
    )  # fmt: skip
    return Done(done.returncode, done.stdout, done.stderr)
