"""An hour in minutes: a clock that runs faster than the machine's, for a stream, its outlets, and whoever waits for them."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime

HOUR_S = 3600.0


@dataclass(frozen=True)
class FastClock:
    """Shows `first_s` (Unix seconds) when the machine's clock shows `began_s`, and goes on `pace` times as fast."""

    first_s: float
    began_s: float
    pace: float

    def __call__(self) -> datetime:
        return datetime.fromtimestamp(self.first_s + (time.time() - self.began_s) * self.pace, UTC)

    @property
    def passed_s(self) -> float:
        """Seconds of this clock since it began."""
        return (time.time() - self.began_s) * self.pace

    @property
    def arguments(self) -> list[str]:
        """The clock as the arguments of a command."""
        return [str(self.first_s), str(self.began_s), str(self.pace)]


def fast_clock(pace: float) -> FastClock:
    """A clock that begins now, with a time so long ago that nothing of a test is dated in the machine's future."""
    now_s = time.time()
    return FastClock(now_s - 12 * HOUR_S, now_s, pace)
