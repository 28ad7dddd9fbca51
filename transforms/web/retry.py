"""What an answer means and whether to ask again: pure functions of what happened, how often, and how long it took."""

import email.utils
import re
from collections.abc import Mapping
from datetime import UTC, datetime

from schemas.errors import ItemError
from transforms.web.config import WebConfig

RETRY_STATUSES = frozenset((408, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524))
_FINAL_5XX = frozenset((501, 505, 506, 510))


def status_error(status: int) -> ItemError | None:
    """The error that a final HTTP status amounts to; None for 2xx and 304."""
    if 200 <= status < 300 or status == 304:
        return None
    detail = f"the server answered {status}"
    if status == 404:
        return ItemError("http_not_found", detail)
    if status == 410:
        return ItemError("http_gone", detail)
    if status in (401, 402, 403, 407, 451):
        return ItemError("http_forbidden", detail)
    if status == 429:
        return ItemError("http_rate_limited", detail, transient=True)
    if status >= 500:
        return ItemError("http_server_error", detail, transient=status not in _FINAL_5XX)
    return ItemError("http_error", detail, transient=status in RETRY_STATUSES)


def retry_after_s(headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds that `Retry-After` asks for, as a number or a date (RFC 9110 section 10.2.3); None without a usable one."""
    value = headers.get("retry-after", "").strip()
    if re.fullmatch(r"\d{1,9}", value):
        return float(value)
    at = http_date(value)
    return None if at is None else max(0.0, (at - now).total_seconds())


def http_date(value: str) -> datetime | None:
    """The time of an HTTP date header, or None."""
    try:
        at = email.utils.parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def retry_delay_s(
    outcome: int | ItemError, attempt: int, spent_s: float, asked_s: float | None, rand: float, config: WebConfig
) -> float | None:
    """Seconds to wait before the next attempt, or None to leave it.

    `outcome` is the status or the error of attempt number `attempt` (1 is the first), `spent_s` the time used so far,
    `asked_s` the server's Retry-After, `rand` a number in 0..1. Full jitter after Brooker, "Exponential Backoff And
    Jitter" (AWS Architecture Blog, 2015); a Retry-After is a floor, and one that does not fit the deadline is final.
    """
    may_pass = outcome.transient if isinstance(outcome, ItemError) else outcome in RETRY_STATUSES
    if not may_pass or attempt >= config.max_attempts:
        return None
    wait_s = rand * min(config.retry_cap_s, config.retry_base_s * 2.0 ** (attempt - 1))
    if asked_s is not None:
        wait_s += asked_s
    return wait_s if spent_s + wait_s < config.deadline_s else None
