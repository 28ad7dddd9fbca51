"""One bounded pass: what happens around the graph. Locks the lake, reads the state of the feeds, runs, counts, commits."""

import logging
import platform
import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib import metadata
from typing import Any

from pipeline.counts import disagreement, read_counters, reason_counts, stage_counts
from pipeline.progress import Progress
from schemas import __version__
from schemas.errors import DibwatchError, UsageError
from schemas.records import Feed, FeedState, RunInfo, RunSummary
from schemas.rows import Row, run_row
from transforms.web.config import WebConfig

_log = logging.getLogger("dibwatch")


@dataclass(frozen=True, kw_only=True)
class PassConfig:
    """What a user can say about a pass; times in seconds, `processes` for each of extraction and tagging."""

    feeds: tuple[str, ...]
    lake: str
    web: WebConfig = field(default_factory=WebConfig)
    poll_all: bool = False
    keep_pages: bool = True
    min_chars: int = 200
    processes: int = 1
    lock_wait_s: float = 60.0
    beam_flags: tuple[str, ...] = ()
    json_log: bool = False


@dataclass(frozen=True)
class PassOutcome:
    """A committed pass: its row of `runs`, one sentence for a person, and the exit code (3: no feed could be polled)."""

    row: Row
    sentence: str
    exit_code: int


def new_run_id(now: datetime) -> str:
    """A run's id: sortable by start, unique among machines, safe in a file name."""
    return f"{now:%Y%m%dT%H%M%S}-{secrets.token_hex(4)}"
