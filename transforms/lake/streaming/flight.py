"""What a stream knows of an address before the lake does: the entries that were let through and are still under way."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from schemas.records import Entry
from transforms.lake.seen import Known, feed_hash


@dataclass(frozen=True, slots=True)
class Flight:
    """The versions of an address that were let through since `since`, and `feed_hash` of the feeds that listed them."""

    since: datetime
    fingerprints: frozenset[str]
    feeds: frozenset[int]


def with_flight(known: Known | None, flight: Flight | None, now: datetime, lasts: timedelta) -> Known | None:
    """What the lake knows (`known`) together with what is under way.

    After `lasts` the lake is believed alone: what has not arrived by then has failed in passing and may be tried again.
    """
    if flight is None or now - flight.since > lasts:
        return known
    if known is None:
        return Known(flight.fingerprints, flight.feeds, flight.since, "", None, "article")
    return replace(
        known,
        fingerprints=known.fingerprints | flight.fingerprints,
        feeds=known.feeds | flight.feeds,
        outcome=known.outcome or "article",
    )


def taken_off(flight: Flight | None, entry: Entry, now: datetime, lasts: timedelta) -> Flight:
    """`flight` after `entry` was let through at `now`."""
    feeds = frozenset(map(feed_hash, entry.feed_urls))
    if flight is None or now - flight.since > lasts:
        return Flight(now, frozenset({entry.fingerprint}), feeds)
    return Flight(now, flight.fingerprints | {entry.fingerprint}, flight.feeds | feeds)
