"""When a feed is asked again: (old state, answer, now) -> state, with times that the test makes up."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.records import Entry, FeedState
from transforms.poll.rawfeed import FeedHints
from transforms.poll.schedule import (
    MAX_INTERVAL_S,
    MIN_INTERVAL_S,
    Answer,
    after_entries,
    after_error,
    after_unchanged,
    freshness_s,
    is_due,
    new_entries,
    polling_url,
    trusts_validators,
)

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
URL = "https://ex.com/feed"
FRESH = FeedState(URL)
OK = Answer(status=200, headers={})
HINTS = FeedHints()


def _entry(at: datetime | None) -> Entry:
    return Entry(url="https://ex.com/a", url_key="k", feed_urls=(URL,), published_at=at)


def _every(hours: float, n: int = 20) -> list[Entry]:
    return [_entry(NOW - timedelta(hours=hours * k)) for k in range(n)]


def _after(
    state: FeedState, answer: Answer = OK, entries: list[Entry] | None = None, hints: FeedHints = HINTS, now: datetime = NOW
) -> FeedState:
    return after_entries(state, answer, _every(6) if entries is None else entries, "sha", hints, now)


def _wait_s(state: FeedState, now: datetime = NOW) -> float:
    assert state.next_poll_at is not None
    return (state.next_poll_at - now).total_seconds()


def test_a_new_feed_is_due_and_one_just_asked_is_not() -> None:
    assert is_due(FRESH, NOW)
    state = _after(FRESH)
    assert not is_due(state, NOW + timedelta(seconds=MIN_INTERVAL_S - 1))
    assert is_due(state, NOW + timedelta(days=1))


def test_busy_feeds_are_asked_often_and_quiet_ones_seldom() -> None:
    waits = [_wait_s(_after(FRESH, entries=_every(hours))) for hours in (0.001, 0.25, 2, 12, 24 * 30)]
    assert waits == sorted(waits)
    assert MIN_INTERVAL_S <= waits[0] <= 1.1 * MIN_INTERVAL_S
    assert waits[-1] == MAX_INTERVAL_S
    assert _wait_s(_after(FRESH, entries=[])) <= MAX_INTERVAL_S


def test_a_feed_that_falls_silent_is_asked_ever_less() -> None:
    state, now = _after(FRESH, entries=_every(0.5)), NOW
    waits = []
    while now < NOW + timedelta(days=5):
        assert state.next_poll_at is not None
        now = state.next_poll_at
        state = after_unchanged(state, Answer(status=304, headers={}), now)
        waits.append(state.interval_s)
    assert waits == sorted(waits)
    assert waits[-1] > 10 * waits[0]


@pytest.mark.parametrize(
    ("headers", "hints", "least_s"),
    [
        ({"retry-after": "7200"}, HINTS, 7200),
        ({"cache-control": "public, max-age=7200"}, HINTS, 7200),
        ({"cache-control": "max-age=9000", "age": "1800"}, HINTS, 7200),
        ({"expires": "Mon, 01 Jun 2026 14:00:00 GMT"}, HINTS, 7200),
        ({"expires": "Mon, 01 Jun 2026 16:00:00 GMT", "date": "Mon, 01 Jun 2026 14:00:00 GMT"}, HINTS, 7200),
        ({}, FeedHints(ttl_s=7200), 7200),
        ({}, FeedHints(update_period_s=7200), 7200),
        ({}, FeedHints(ttl_s=10_000_000), MAX_INTERVAL_S),
        ({"retry-after": "10000000"}, HINTS, MAX_INTERVAL_S),
    ],
)
def test_wishes_of_the_server_and_the_feed_are_floors_within_a_day(
    headers: dict[str, str], hints: FeedHints, least_s: float
) -> None:
    state = _after(FRESH, Answer(status=200, headers=headers), _every(0.01), hints)
    assert least_s <= _wait_s(state) <= min(1.1 * least_s, MAX_INTERVAL_S)


@pytest.mark.parametrize("control", ["no-cache", "no-store, max-age=9999", "private", "max-age=", "max-age=-5", ""])
def test_useless_cache_headers_say_nothing(control: str) -> None:
    assert freshness_s({"cache-control": control}, NOW) is None


def test_skipped_hours_and_days_are_skipped() -> None:
    hints = FeedHints(skip_hours=frozenset({12, 13, 14}))
    state = _after(FRESH, entries=_every(0.001), hints=hints)
    assert state.next_poll_at == datetime(2026, 6, 1, 15, tzinfo=UTC)
    all_but_sunday = FeedHints(skip_days=frozenset(range(6)))
    assert _after(FRESH, entries=_every(0.001), hints=all_but_sunday).next_poll_at == datetime(2026, 6, 7, tzinfo=UTC)
    never = FeedHints(skip_hours=frozenset(range(24)))
    assert _wait_s(_after(FRESH, entries=_every(0.001), hints=never)) <= 1.1 * MIN_INTERVAL_S


def test_errors_slow_a_feed_down_and_never_drop_it() -> None:
    state, now, waits = _after(FRESH), NOW, []
    for _ in range(12):
        state = after_error(state, None, "timeout", now)
        waits.append(_wait_s(state, now))
        assert state.next_poll_at is not None
        now = state.next_poll_at
    assert state.failures == 12
    assert not state.retired
    assert waits[-1] == MAX_INTERVAL_S
    assert waits[0] < waits[2] <= waits[-1]
    assert _after(state, now=now).failures == 0


def test_retry_after_of_an_error_is_heeded_within_a_day() -> None:
    for asked, least_s in (("7200", 7200), ("864000", MAX_INTERVAL_S)):
        state = after_error(FRESH, Answer(status=429, headers={"retry-after": asked}), "http_rate_limited", NOW)
        assert least_s <= _wait_s(state) <= MAX_INTERVAL_S


def test_validators_and_hash_are_kept_and_not_sent_after_an_error() -> None:
    state = _after(FRESH, Answer(status=200, headers={"etag": '"x"', "last-modified": "yesterday"}))
    assert (state.etag, state.last_modified, state.body_sha256) == ('"x"', "yesterday", "sha")
    assert trusts_validators(state, NOW)
    assert after_unchanged(state, Answer(status=304, headers={}), NOW).etag == '"x"'
    assert not trusts_validators(after_error(state, None, "timeout", NOW), NOW)
    assert not trusts_validators(FRESH, NOW)


def test_a_busy_feed_that_says_unchanged_for_days_is_asked_without_validators() -> None:
    state = _after(FRESH, entries=_every(1))
    assert trusts_validators(state, NOW + timedelta(hours=2))
    assert not trusts_validators(state, NOW + timedelta(days=6))


def test_a_permanent_redirect_is_believed_when_it_held_twice() -> None:
    moved = Answer(status=200, headers={}, redirects=((301, "https://new.com/feed"),))
    once = _after(FRESH, moved)
    assert (polling_url(once), once.moved_to, once.moved_count) == (URL, "https://new.com/feed", 1)
    twice = _after(once, moved)
    assert (polling_url(twice), twice.feed_url, twice.moved_to) == ("https://new.com/feed", URL, "")
    changed_its_mind = _after(_after(once, OK), moved)
    assert polling_url(changed_its_mind) == URL


@pytest.mark.parametrize(
    ("redirects", "target"),
    [
        (((302, "https://tmp.com/f"),), ""),
        (((307, "https://tmp.com/f"),), ""),
        (((308, "https://new.com/f"),), "https://new.com/f"),
        (((301, "https://a.com/f"), (308, "https://b.com/f")), "https://b.com/f"),
        (((301, "https://a.com/f"), (302, "https://b.com/f")), "https://a.com/f"),
        (((302, "https://a.com/f"), (301, "https://b.com/f")), ""),
        (((301, URL),), ""),
    ],
)
def test_only_the_permanent_start_of_a_chain_moves_a_feed(redirects: tuple[tuple[int, str], ...], target: str) -> None:
    assert _after(FRESH, Answer(status=200, headers={}, redirects=redirects)).moved_to == target


def test_a_304_behind_a_redirect_counts_for_the_move_too() -> None:
    moved = Answer(status=304, headers={}, redirects=((301, "https://new.com/feed"),))
    assert polling_url(after_unchanged(after_unchanged(_after(FRESH), moved, NOW), moved, NOW)) == "https://new.com/feed"


def test_a_move_that_led_nowhere_is_taken_back() -> None:
    state = replace(_after(FRESH), current_url="https://new.com/feed")
    for _ in range(3):
        assert polling_url(state) == "https://new.com/feed"
        state = after_error(state, None, "dns_failed", NOW)
    assert polling_url(state) == URL


def test_410_retires_a_feed_which_is_looked_at_monthly_and_can_come_back() -> None:
    gone = after_error(_after(FRESH), Answer(status=410, headers={}), "feed_gone", NOW)
    assert gone.retired
    assert _wait_s(gone) >= 30 * 86400
    back = _after(gone, now=NOW + timedelta(days=30))
    assert not back.retired
    assert back.failures == 0


def test_new_entries_are_those_dated_after_the_newest_known() -> None:
    assert new_entries(FRESH, _every(6)) == 20
    state = _after(FRESH)
    assert new_entries(state, _every(6)) == 0
    later = NOW + timedelta(hours=1)
    assert new_entries(state, [_entry(later), *_every(6)]) == 1
    assert new_entries(state, [_entry(None)] * 5) == 1
    assert new_entries(state, []) == 0


def test_dates_in_the_future_do_not_hide_what_comes_before_them() -> None:
    state = _after(FRESH, entries=[_entry(NOW + timedelta(hours=20)), _entry(NOW - timedelta(hours=1))])
    assert state.newest_entry_at == NOW - timedelta(hours=1)


statuses = st.sampled_from([200, 304, 404, 410, 429, 500, 503])
headers = st.dictionaries(
    st.sampled_from(["retry-after", "cache-control", "expires", "date", "etag", "age"]),
    st.sampled_from(["0", "60", "max-age=60", "max-age=99999999", "Mon, 01 Jun 2026 13:00:00 GMT", "x"]) | st.text(max_size=20),
)


@given(st.lists(st.tuples(statuses, headers, st.integers(0, 5)), min_size=1, max_size=12), st.sets(st.integers(0, 23)))
def test_whatever_happens_a_feed_is_asked_again_neither_too_soon_nor_never(
    history: list[tuple[int, dict[str, str], int]], skipped: set[int]
) -> None:
    state, now = FRESH, NOW
    for status, told, entries in history:
        answer = Answer(status=status, headers=told)
        if status == 200:
            state = after_entries(state, answer, _every(3, entries), "sha", FeedHints(skip_hours=frozenset(skipped)), now)
        elif status == 304:
            state = after_unchanged(state, answer, now)
        else:
            state = after_error(state, answer, "feed_gone" if status == 410 else "http_error", now)
        wait_s = _wait_s(state, now)
        assert wait_s >= MIN_INTERVAL_S
        assert wait_s <= (31 * 86400 if state.retired else 2 * MAX_INTERVAL_S)
        assert state.next_poll_at is not None
        now = state.next_poll_at
