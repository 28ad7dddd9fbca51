"""What a stream lets through while the lake does not know it yet."""

from datetime import timedelta

from tests.lake.examples import T0, entry
from transforms.lake.seen import LOOK_BACK
from transforms.lake.select import select
from transforms.lake.streaming.flight import Flight, taken_off, with_flight

LASTS = timedelta(hours=1)


def _passes(flight: Flight | None, candidate: object, after: timedelta) -> bool:
    now = T0 + after
    known = with_flight(None, flight, now, LASTS)
    return select([candidate], known, now, LOOK_BACK).entry is not None  # type: ignore[list-item]


def test_an_entry_passes_once_while_it_is_under_way() -> None:
    flight = taken_off(None, entry(1), T0, LASTS)
    assert _passes(None, entry(1), timedelta(0))
    assert not _passes(flight, entry(1), timedelta(minutes=59))


def test_what_has_not_arrived_in_time_may_be_tried_again() -> None:
    flight = taken_off(None, entry(1), T0, LASTS)
    assert _passes(flight, entry(1), timedelta(minutes=61))
    assert taken_off(flight, entry(1), T0 + 2 * LASTS, LASTS) == taken_off(None, entry(1), T0 + 2 * LASTS, LASTS)


def test_the_same_feed_may_change_it_and_another_feed_may_not() -> None:
    flight = taken_off(None, entry(1), T0, LASTS)
    other = "https://other.example.org/feed"
    assert _passes(flight, entry(1, fingerprint="0" * 16), timedelta(minutes=1))
    assert not _passes(flight, entry(1, fingerprint="0" * 16, feed_urls=(other,)), timedelta(minutes=1))


def test_another_feed_is_remembered() -> None:
    flight = taken_off(None, entry(1), T0, LASTS)
    other = entry(1, feed_urls=("https://other.example.org/feed",))
    selection = select([other], with_flight(None, flight, T0, LASTS), T0, LOOK_BACK)
    assert [(s.feed_url, s.outcome) for s in selection.sightings] == [(other.feed_urls[0], "listed")]


def test_two_versions_under_way_are_both_remembered() -> None:
    changed = entry(1, fingerprint="0" * 16)
    flight = taken_off(taken_off(None, entry(1), T0, LASTS), changed, T0 + timedelta(minutes=5), LASTS)
    assert flight.fingerprints == {entry(1).fingerprint, "0" * 16}
    assert not _passes(flight, entry(1), timedelta(minutes=62))  # the newest version keeps the address in flight
