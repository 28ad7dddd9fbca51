"""What a stream has done so far: the sums of the rows of `runs` that its windows have left in the lake.

The same on every runner, and only what is committed counts.
"""

from collections import Counter
from datetime import datetime
from typing import TYPE_CHECKING, Any

from schemas.records import RunInfo

if TYPE_CHECKING:
    from transforms.lake.lake import Lake
    from transforms.lake.snapshot import Snapshot

_COLUMNS = ("run_id", "counts", "reasons")


class WindowCounts:
    """The counters of a stream, as `pipeline.counts` has them; `commits` is the number of commits. Zero until `read`."""

    def __init__(self, lake: "Lake", stream: RunInfo, since: datetime) -> None:
        """`since`: no window of the stream starts earlier."""
        self._lake, self._prefix, self._since = lake, f"{stream.run_id}-", since.isoformat()
        self._paths: set[str] = set()
        self._runs: set[str] = set()  # a compaction writes rows again
        self.counters: Counter[tuple[str, str]] = Counter()

    @property
    def commits(self) -> int:
        """How many commits the windows, and late parts of them, have made."""
        return len(self._runs)

    def read(self) -> None:
        """Add what was committed since the last time. Raises LakeError."""
        from transforms.lake.snapshot import with_current

        with_current(self._lake.storage, self._read)

    def _read(self, snapshot: "Snapshot") -> None:
        from transforms.lake.reading import read_file

        for file in snapshot.files("runs"):
            if file.path in self._paths or file.max_time < self._since:
                continue
            for row in read_file(self._lake.storage, "runs", file.path, _COLUMNS).to_pylist():
                if row["run_id"].startswith(self._prefix) and row["run_id"] not in self._runs:
                    self._runs.add(row["run_id"])
                    self._add(row["counts"], row["reasons"])
            self._paths.add(file.path)

    def _add(self, counts: list[dict[str, Any]], reasons: list[dict[str, Any]]) -> None:
        for count in counts:
            for name in ("in", "out"):
                self.counters[count["stage"], name] += count[name]
        for reason in reasons:
            self.counters[reason["stage"], reason["reason"]] += reason["n"]
