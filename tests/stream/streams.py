"""A stream as a process of its own, for whoever checks what it does and what is left when it dies."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from tests.cli import ROOT


class Stream:
    """A running `python -m tests.stream.launch`. What it says goes to `log`: a pipe stays open as long as any process it has started.

    As a context manager it is dead at the end of the block.
    """

    def __init__(self, log: Path, *arguments: str) -> None:
        self._log = log
        with log.open("w") as output:
            command = [sys.executable, "-m", "tests.stream.launch", *arguments]
            self._process = subprocess.Popen(command, cwd=ROOT, start_new_session=True, stdout=output, stderr=output)

    def __enter__(self) -> "Stream":
        return self

    def __exit__(self, *error: object) -> None:
        self.kill()

    @property
    def said(self) -> str:
        """Its output and errors so far."""
        return self._log.read_text()

    @property
    def is_running(self) -> bool:
        return self._process.poll() is None

    def ended(self, seconds: float) -> str:
        """What it has said, once it has ended; AssertionError when it fails or takes longer."""
        try:
            code = self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            code = None
        assert code == 0, f"exit code {code}: {self.said}"
        return self.said

    def stop(self) -> None:
        """SIGTERM to the command alone."""
        self._process.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """kill -9 of the command and of all that it has started."""
        if self.is_running:
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
