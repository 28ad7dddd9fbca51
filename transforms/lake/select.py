"""Which entries of a pass are new: entries of one address become one, and what the lake has seen is left out."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta

from schemas.records import Entry, Reject, Sighting
from transforms.lake.seen import LOOK_BACK, Known, decide, feed_hash

_FILLED_FROM_OTHERS = [
    f.name for f in fields(Entry)
    if f.name not in {"url", "url_key", "feed_urls", "fingerprint", "published_raw", "published_at", "published_method"}
]  # fmt: skip


@dataclass(frozen=True)
class Selection:
    """What became of the entries of one address: `entry` to fetch or None when it is seen, and what is to be remembered."""

    entry: Entry | None
    sightings: tuple[Sighting, ...]


def merge_entries(entries: Sequence[Entry]) -> Entry:
    """One entry of several with the same `url_key`: the fullest one, its gaps filled from the others, all feeds united."""
    ranked = sorted(
        entries, key=lambda e: (not e.content_html, e.published_at is None, -len(e.summary), e.feed_urls, e.fingerprint)
    )
    best = ranked[0]
    feed_urls = tuple(sorted({url for entry in entries for url in entry.feed_urls}))
    gaps = {
        name: next((value for entry in ranked if (value := getattr(entry, name))), getattr(best, name))
        for name in _FILLED_FROM_OTHERS
    }
    dated = next((entry for entry in ranked if entry.published_at is not None), best)
    return replace(
        best, feed_urls=feed_urls, published_raw=dated.published_raw, published_at=dated.published_at,
        published_method=dated.published_method, **gaps,
    )  # fmt: skip


def select(entries: Sequence[Entry], known: Known | None, now: datetime, look_back: timedelta = LOOK_BACK) -> Selection:
    """Decide about all entries of one address. Sightings have outcome `listed`: feeds and fingerprints not on record yet."""
    entries = sorted(entries, key=lambda e: (e.feed_urls, e.fingerprint, e.url))  # whatever order the runner had
    wanted = [entry for entry in entries if decide(known, entry, now, look_back) != "seen"]
    chosen = merge_entries(entries) if wanted else None
    if chosen is not None and all(entry.fingerprint != chosen.fingerprint for entry in wanted):
        chosen = replace(chosen, fingerprint=wanted[0].fingerprint)  # the version that made us fetch is the one to remember
    article_id, published_at = (known.article_id, known.published_at) if known else ("", None)
    sightings = {
        (feed_url, entry.fingerprint): Sighting(
            entry.url_key, article_id, feed_url, entry.fingerprint, "listed", now, published_at
        )
        for entry in entries
        if chosen is None or entry.fingerprint != chosen.fingerprint
        for feed_url in entry.feed_urls
        if known is None or feed_hash(feed_url) not in known.feeds or (chosen and entry.fingerprint not in known.fingerprints)
    }
    return Selection(chosen, tuple(sightings.values()))


def sightings_of_reject(reject: Reject) -> list[Sighting]:
    """What a lasting reject leaves behind so that its address is not tried again; a transient one leaves nothing."""
    if reject.transient or not reject.url_key:
        return []
    feed_urls = reject.entry.feed_urls if reject.entry else (reject.feed_url,)
    return [Sighting(reject.url_key, "", url, reject.fingerprint, "reject", reject.rejected_at) for url in feed_urls]
