"""What each feed has done lately, from the rows of `polls`: which are silent, failing, slow, moved, gone, or double."""

import contextlib
import itertools
import statistics
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from schemas.errors import ItemError
from transforms.web.urls import url_key

_FAILING_AFTER = 3  # polls in a row
_SILENT_GAPS = 5.0  # times the usual gap between entries
_SILENT_AT_LEAST = timedelta(days=7)
_SILENT_AT_MOST = timedelta(days=30)
_SLOW_MS = 10_000
_SAME_AT_LEAST = 5  # addresses, of which
_SAME_SHARE = 0.9  # are in another feed too
_MOST_FEEDS = 20  # with one address: what every section feed of a house lists tells none of them apart


@dataclass(frozen=True, slots=True)
class FeedHealth:
    """One feed. `verdicts` may hold `retired`, `failing`, `never_worked`, `silent`, `slow`, `moving`, `moved`, `duplicate`,
    `empty`; none of them means healthy."""

    feed_url: str
    title: str
    verdicts: tuple[str, ...]
    polls: int
    failures: int  # polls in a row that failed, now
    last_polled_at: datetime
    last_good_at: datetime | None
    newest_entry_at: datetime | None
    entries_per_day: float
    new_entries: int
    median_ms: int
    current_url: str  # where it is polled now
    moved_to: str  # where a permanent redirect points that has not been believed yet
    next_poll_at: datetime | None
    last_reason: str
    last_error: str
    duplicate_of: str  # another watched feed with the same content or address, or that lists what this one lists


def feed_health(rows: Iterable[Mapping[str, Any]], now: datetime, listed: Iterable[tuple[str, str]] = ()) -> list[FeedHealth]:
    """The health of every feed in `rows`, which have the columns of the table `polls`; by address.

    `listed` has (feed_url, url_key) of what feeds have listed lately; without it only feeds with the same body or address are double.
    """
    polls: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for row in rows:
        polls[row["feed_url"]].append(row)
    for history in polls.values():
        history.sort(key=lambda row: row["polled_at"])
    latest = [polls[url][-1] for url in sorted(polls)]
    doubles = _listing_the_same(listed) | _duplicates(latest)
    return [_health(polls[row["feed_url"]], doubles.get(row["feed_url"], ""), now) for row in latest]


def _health(history: list[Mapping[str, Any]], duplicate_of: str, now: datetime) -> FeedHealth:
    last = history[-1]
    good = [row["polled_at"] for row in history if row["outcome"] != "error"]
    times = [row["poll_ms"] for row in history if row["outcome"] != "error"]
    median_ms = int(statistics.median(times)) if times else 0
    url = last["current_url"] or last["feed_url"]
    title = next((row["feed_title"] for row in reversed(history) if row["feed_title"]), "")  # 304 tells none
    entries = next((row["entries"] for row in reversed(history) if row["outcome"] == "ok"), None)
    verdicts = {
        "retired": last["retired"],
        "never_worked": not good and last["newest_entry_at"] is None,
        "failing": last["failures"] >= _FAILING_AFTER,
        "silent": _is_silent(last, now),
        "empty": entries == 0,
        "slow": median_ms >= _SLOW_MS,
        "moving": bool(last["moved_to"]),
        "moved": url != last["feed_url"],
        "duplicate": bool(duplicate_of),
    }
    return FeedHealth(
        feed_url=last["feed_url"], title=title, verdicts=tuple(name for name, holds in verdicts.items() if holds),
        polls=len(history), failures=last["failures"], last_polled_at=last["polled_at"], last_good_at=max(good, default=None),
        newest_entry_at=last["newest_entry_at"], entries_per_day=last["entries_per_day"],
        new_entries=sum(row["new"] for row in history), median_ms=median_ms, current_url=url, moved_to=last["moved_to"],
        next_poll_at=last["next_poll_at"], last_reason=last["reason"], last_error=last["error"], duplicate_of=duplicate_of,
    )  # fmt: skip


def _is_silent(last: Mapping[str, Any], now: datetime) -> bool:
    """Nothing new for five times the usual gap between entries, but for a week at least and a month at most."""
    newest_at, rate = last["newest_entry_at"], last["entries_per_day"]
    if newest_at is None:
        return False
    usual_gap = timedelta(days=1.0 / max(rate, 0.01))
    return bool(now - newest_at > min(_SILENT_AT_MOST, max(_SILENT_AT_LEAST, _SILENT_GAPS * usual_gap)))


def _listing_the_same(listed: Iterable[tuple[str, str]]) -> dict[str, str]:
    """feed_url -> the feed that lists nearly all of what it lists; of two equal ones the first in the alphabet is the original."""
    feeds: dict[str, set[str]] = defaultdict(set)  # of an address
    size: Counter[str] = Counter()
    for feed_url, key in set(listed):
        feeds[key].add(feed_url)
        size[feed_url] += 1
    few = (sorted(urls) for urls in feeds.values() if len(urls) <= _MOST_FEEDS)
    shared = Counter(pair for urls in few for pair in itertools.permutations(urls, 2))
    found: dict[str, str] = {}
    for (feed_url, other), count in sorted(shared.items()):
        same = size[feed_url] >= _SAME_AT_LEAST and count >= _SAME_SHARE * size[feed_url]
        if same and (size[other], feed_url) > (size[feed_url], other):
            found.setdefault(feed_url, other)
    return found


def _duplicates(latest: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """feed_url -> an earlier feed that is polled at the same address or had the same body at its last full answer."""
    first: dict[str, str] = {}
    found: dict[str, str] = {}
    for row in latest:
        marks = [row["body_sha256"]] if row["body_sha256"] else []
        with contextlib.suppress(ItemError):  # a row from a list with a broken address is nobody's double
            marks.append(url_key(row["current_url"] or row["feed_url"]))
        for mark in marks:
            other = first.setdefault(mark, row["feed_url"])
            if other != row["feed_url"]:
                found.setdefault(row["feed_url"], other)
    return found
