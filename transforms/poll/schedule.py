"""When a feed is asked again and what is remembered of it: pure functions of (old state, what happened, now).

The rules, in the order in which they bind: a feed is asked at the pace at which it brings news, between 5 minutes and
24 hours; never sooner than its server or its own text asks (Cache-Control, Expires, Retry-After, ttl, sy:updatePeriod,
skipHours, skipDays), where no wish beyond 24 hours is followed; after errors ever more slowly, but always again. 410
retires a feed to one look every 30 days; a feed that comes back is back. All times are spread by a tenth, by a hash of
the feed and the time, so that feeds of one pass do not return in one burst.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from schemas.records import Entry, FeedState
from transforms.poll.rawfeed import FeedHints
from transforms.web.retry import http_date, retry_after_s

MIN_INTERVAL_S = 300.0
MAX_INTERVAL_S = 86400.0
_RETIRED_INTERVAL_S = 30 * 86400.0
_FIRST_ERROR_INTERVAL_S = 900.0
_ENTRIES_PER_POLL = 0.5  # asked about twice for each new entry
_RATE_WEIGHT = 0.3  # of the newest observation in the smoothed rate
_MOVES_TO_BELIEVE = 2
_FAILURES_TO_GO_BACK = 3  # of a moved feed, before its first address is tried again
_SUSPICIOUS_SILENCE = 5.0  # times the usual gap between entries without one: validators are not sent
_SPREAD = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the network said: the final status, its headers, the redirects that led there as (status, target)."""

    status: int
    headers: Mapping[str, str]
    redirects: Sequence[tuple[int, str]] = ()


def is_due(state: FeedState, now: datetime) -> bool:
    """Whether the feed may be asked at `now`; one never asked always."""
    return state.next_poll_at is None or state.next_poll_at <= now


def polling_url(state: FeedState) -> str:
    """Where the feed is asked: its own address, or where it moved to."""
    return state.current_url or state.feed_url


def trusts_validators(state: FeedState, now: datetime) -> bool:
    """Whether ETag and Last-Modified are sent: not after errors, nor to a busy feed that has been silent suspiciously."""
    if state.failures or state.polled_at is None:
        return False
    if state.newest_entry_at is None or state.entries_per_day <= 0:
        return True
    usual_gap = timedelta(days=max(1.0, 1.0 / state.entries_per_day))
    return now - state.newest_entry_at < _SUSPICIOUS_SILENCE * usual_gap


def new_entries(state: FeedState, entries: Sequence[Entry]) -> int:
    """How many of `entries` the feed has brought since its last poll: all at first, then those dated after the newest."""
    if state.polled_at is None:
        return len(entries)
    dated = [entry.published_at for entry in entries if entry.published_at is not None]
    if not dated:
        return 1 if entries else 0  # something changed, more cannot be told
    since = state.newest_entry_at or state.polled_at
    return sum(at > since for at in dated)


def after_entries(
    state: FeedState, answer: Answer, entries: Sequence[Entry], body_sha256: str, hints: FeedHints, now: datetime
) -> FeedState:
    """The state after a poll that brought a feed."""
    dates = [entry.published_at for entry in entries if entry.published_at is not None and entry.published_at <= now]
    newest = max([*dates, *([state.newest_entry_at] if state.newest_entry_at else [])], default=None)
    rate = _smoothed_rate(state, new_entries(state, entries), dates, now)
    state = replace(
        _moved(state, answer),
        etag=answer.headers.get("etag", "")[:500],
        last_modified=answer.headers.get("last-modified", "")[:100],
        body_sha256=body_sha256,
        newest_entry_at=newest,
        entries_per_day=rate,
    )
    return _succeeded(state, answer, hints, now)


def after_unchanged(state: FeedState, answer: Answer, now: datetime) -> FeedState:
    """The state after a 304 or the same body again."""
    rate = _smoothed_rate(state, 0, [], now)
    headers = answer.headers
    state = replace(
        _moved(state, answer),
        etag=headers.get("etag", state.etag)[:500],
        last_modified=headers.get("last-modified", state.last_modified)[:100],
        entries_per_day=rate,
    )
    # a 304 has no feed text: what the feed asked for is in the interval that it was last given
    return _succeeded(state, answer, FeedHints(), now, floor_s=state.interval_s)


def after_error(state: FeedState, answer: Answer | None, reason: str, now: datetime) -> FeedState:
    """The state after a poll that brought nothing to use; `answer` is None when there was no HTTP answer."""
    failures = state.failures + 1
    back_off_s = min(MAX_INTERVAL_S, max(_FIRST_ERROR_INTERVAL_S, state.interval_s) * 2.0 ** min(failures - 1, 20))
    asked_s = (retry_after_s(answer.headers, now) or 0.0) if answer else 0.0
    interval_s = max(back_off_s, min(asked_s, MAX_INTERVAL_S))
    gone = reason == "feed_gone"
    moved = state.current_url not in ("", state.feed_url)
    state = replace(
        state,
        polled_at=now,
        failures=failures,
        interval_s=state.interval_s or _FIRST_ERROR_INTERVAL_S,
        retired=gone or state.retired,
        moved_to="",
        moved_count=0,
        current_url="" if moved and failures >= _FAILURES_TO_GO_BACK else state.current_url,
    )
    wait_s, most_s = (_RETIRED_INTERVAL_S,) * 2 if state.retired else (interval_s, MAX_INTERVAL_S)
    return replace(state, next_poll_at=now + _spread(wait_s, most_s, state, now))


def _succeeded(state: FeedState, answer: Answer, hints: FeedHints, now: datetime, floor_s: float = 0.0) -> FeedState:
    pace_s = MAX_INTERVAL_S if state.entries_per_day <= 0 else 86400.0 * _ENTRIES_PER_POLL / state.entries_per_day
    wishes = [hints.ttl_s, hints.update_period_s, freshness_s(answer.headers, now), retry_after_s(answer.headers, now)]
    interval_s = max(min(MAX_INTERVAL_S, max(MIN_INTERVAL_S, pace_s)), floor_s)
    interval_s = min(MAX_INTERVAL_S, max([interval_s, *(wish for wish in wishes if wish is not None)]))
    next_at = now + _spread(interval_s, MAX_INTERVAL_S, state, now)
    return replace(
        state,
        polled_at=now,
        failures=0,
        retired=False,
        interval_s=interval_s,
        next_poll_at=_outside_skipped(next_at, hints),
    )


def _moved(state: FeedState, answer: Answer) -> FeedState:
    """Follows the permanent redirects (301, 308) at the start of the chain; believed when two polls in a row say so."""
    target = ""
    for status, url in answer.redirects:
        if status not in (301, 308):
            break
        target = url
    if not target or target == polling_url(state):
        return replace(state, moved_to="", moved_count=0)
    count = state.moved_count + 1 if target == state.moved_to else 1
    if count >= _MOVES_TO_BELIEVE:
        return replace(state, current_url=target, moved_to="", moved_count=0)
    return replace(state, moved_to=target, moved_count=count)


def freshness_s(headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds for which an answer is fresh, by Cache-Control max-age or else Expires (RFC 9111 section 4.2.1)."""
    control = headers.get("cache-control", "").lower()
    if re.search(r"\bno-(?:cache|store)\b", control):
        return None
    if found := re.search(r"(?:^|[\s,])max-age\s*=\s*\"?(\d{1,9})", control):
        age = headers.get("age", "")
        return max(0.0, float(found[1]) - (float(age) if re.fullmatch(r"\d{1,9}", age) else 0.0))
    expires = http_date(headers.get("expires", ""))
    if expires is None:
        return None
    sent = http_date(headers.get("date", "")) or now
    return max(0.0, (expires - sent).total_seconds())


def _smoothed_rate(state: FeedState, new: int, dates: Sequence[datetime], now: datetime) -> float:
    """Entries a day: from the dates of the first listing, then an exponential average over what each poll brought."""
    if state.polled_at is None or (state.entries_per_day == 0 and dates):
        if len(dates) < 2:
            return 1.0 if dates else 0.0
        # from the oldest to now, so that a feed that has fallen silent counts as slow
        return len(dates) / max((now - min(dates)).total_seconds() / 86400.0, 1.0 / 24.0)
    days = max((now - state.polled_at).total_seconds() / 86400.0, 1.0 / 288.0)
    weight: float = 1 - (1 - _RATE_WEIGHT) ** min(days / 0.25, 3.0)  # a longer look weighs more
    return (1 - weight) * state.entries_per_day + weight * new / days


def _outside_skipped(at: datetime, hints: FeedHints) -> datetime:
    """The first time from `at` on that skipHours and skipDays allow; `at` when they allow none."""
    moved = at
    for _ in range(24 * 8):
        if moved.hour not in hints.skip_hours and moved.weekday() not in hints.skip_days:
            return moved
        moved = moved.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    return at


def _spread(interval_s: float, most_s: float, state: FeedState, now: datetime) -> timedelta:
    digest = hashlib.sha256(f"{state.feed_url}\0{now.isoformat()}".encode("utf-8", "ignore")).digest()
    fraction = int.from_bytes(digest[:4], "big") / 2**32
    return timedelta(seconds=min(most_s, interval_s * (1 + _SPREAD * fraction)))
