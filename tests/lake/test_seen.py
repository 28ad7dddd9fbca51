"""What is seen, and what is done about an entry."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.records import Entry, Reject, Sighting
from tests.lake.examples import FEED, T0, article, entry, hex32, reject, write_pass
from transforms.lake.lake import open_lake
from transforms.lake.seen import MAX_VERSIONS, Known, SeenIndex, decide, feed_hash, load_seen
from transforms.lake.select import merge_entries, select, sightings_of_reject

OTHER = "https://other.example/feed"
DAY = timedelta(days=1)


def index(folder: Path) -> SeenIndex:
    lake = open_lake(str(folder))
    return load_seen(lake.storage, lake.snapshot().files("sightings"))


def known(**changes: object) -> Known:
    one = entry(1)
    base = Known(frozenset({one.fingerprint}), frozenset({feed_hash(FEED)}), T0, article(1).article_id, T0, "article")
    return replace(base, **changes)


def test_an_empty_lake_has_seen_nothing(tmp_path: Path) -> None:
    seen = index(tmp_path)
    assert len(seen) == 0
    assert seen.known(entry(1).url_key) is None
    assert not seen.has_text(article(1).article_id, article(1).text_sha256)


def test_the_index_is_made_of_the_lake(tmp_path: Path) -> None:
    listed = [Sighting(entry(5).url_key, "", OTHER, "ab" * 8, "listed", T0)]
    write_pass(tmp_path, "r1", [article(1), article(2)], sightings=[*sightings_of_reject(reject(3)), *listed])
    seen = index(tmp_path)
    assert seen.is_seen(entry(1).url_key, entry(1).fingerprint)
    assert not seen.is_seen(entry(1).url_key, "0" * 16)
    assert seen.is_seen(entry(3).url_key, entry(3).fingerprint)
    assert not seen.is_seen(entry(4).url_key, entry(4).fingerprint)
    assert not seen.is_seen(entry(5).url_key, "ab" * 8)  # only listed
    found = seen.known(entry(1).url_key)
    assert found == replace(known(), first_seen_at=article(1).fetched_at, published_at=article(1).published_at)


def test_the_index_knows_the_newest_text_of_an_article(tmp_path: Path) -> None:
    write_pass(tmp_path, "r1", [article(1)])
    newer = article(1, text="Quite another text.", fetched_at=T0 + DAY)
    write_pass(tmp_path, "r2", [newer], T0 + DAY)
    seen = index(tmp_path)
    assert seen.has_text(newer.article_id, newer.text_sha256)
    assert not seen.has_text(newer.article_id, article(1).text_sha256)


@settings(deadline=None, max_examples=40)
@given(st.lists(st.tuples(st.integers(0, 2**128 - 1), st.integers(0, 2**64 - 1)), max_size=20, unique_by=lambda p: p[0]))
def test_any_key_is_found_again(tmp_path_factory: pytest.TempPathFactory, keys: list[tuple[int, int]]) -> None:
    folder = tmp_path_factory.mktemp("lake")
    rows = [Sighting(f"{key:032x}", "", FEED, f"{print_:016x}", "reject", T0) for key, print_ in keys]
    write_pass(folder, "r1", [], sightings=rows)
    seen = index(folder)
    for row in rows:
        assert seen.known(row.url_key) is not None
        assert row.fingerprint == "0" * 16 or seen.is_seen(row.url_key, row.fingerprint)
        assert not seen.is_seen(row.url_key, f"{int(row.fingerprint, 16) ^ 1:016x}")


@pytest.mark.parametrize(
    ("record", "changes", "later", "decision"),
    [
        (None, {}, 0, "new"),
        (known(outcome=""), {}, 0, "new"),
        (known(), {}, 0, "seen"),
        (known(), {"fingerprint": "1" * 16}, 1, "changed"),
        (known(outcome="reject"), {"fingerprint": "1" * 16}, 1, "changed"),
        (known(), {"fingerprint": "1" * 16}, 8, "seen"),  # after the look-back
        (known(), {"fingerprint": "1" * 16, "feed_urls": (OTHER,)}, 1, "seen"),  # another feed's words for it
        (known(fingerprints=frozenset(str(n) for n in range(MAX_VERSIONS))), {"fingerprint": "1" * 16}, 1, "seen"),
    ],
)
def test_decisions(record: Known | None, changes: dict[str, object], later: int, decision: str) -> None:
    assert decide(record, entry(1, **changes), T0 + later * DAY) == decision


def test_entries_of_one_address_become_the_fullest_one() -> None:
    thin = entry(1, feed_urls=(OTHER,), image_url="https://x.example/i.png", published_at=T0 - DAY, published_raw="yesterday")
    full = entry(1, content_html="<p>All of it.</p>", published_at=None, published_raw="", summary="")
    merged = merge_entries([thin, full])
    assert merged == merge_entries([full, thin])
    assert merged.feed_urls == tuple(sorted((FEED, OTHER)))
    assert (merged.content_html, merged.image_url, merged.summary) == (full.content_html, thin.image_url, thin.summary)
    assert (merged.published_at, merged.published_raw) == (thin.published_at, thin.published_raw)


def test_a_new_entry_is_chosen_and_other_fingerprints_are_kept() -> None:
    mine, theirs = entry(1), entry(1, feed_urls=(OTHER,), fingerprint="2" * 16, summary="")
    chosen = select([theirs, mine], None, T0)
    assert chosen.entry is not None
    assert chosen.entry.fingerprint == mine.fingerprint
    assert [(s.feed_url, s.fingerprint, s.outcome) for s in chosen.sightings] == [(OTHER, "2" * 16, "listed")]


def test_a_seen_entry_leaves_only_a_new_feed() -> None:
    assert select([entry(1)], known(), T0) == select([entry(1)], known(), T0 + DAY)
    assert select([entry(1)], known(), T0).sightings == ()
    late = select([entry(1), entry(1, feed_urls=(OTHER,), fingerprint="3" * 16)], known(), T0 + DAY)
    assert late.entry is None
    (sighting,) = late.sightings
    assert (sighting.feed_url, sighting.article_id, sighting.published_at) == (OTHER, article(1).article_id, T0)


def test_the_fingerprint_that_made_us_fetch_is_remembered() -> None:
    changed = entry(1, fingerprint="4" * 16, summary="")
    chosen = select([entry(1), changed], known(), T0 + DAY)
    assert chosen.entry is not None
    assert chosen.entry.fingerprint == "4" * 16


@given(st.permutations([entry(1), entry(1, feed_urls=(OTHER,), fingerprint="5" * 16), entry(1, title="", feed_urls=("z",))]))
def test_the_order_of_entries_says_nothing(entries: list[Entry]) -> None:
    assert select(entries, None, T0) == select(entries[::-1], None, T0)


@pytest.mark.parametrize(
    ("failed", "count"),
    [
        (reject(1), 1),
        (reject(1, transient=True), 0),
        (reject(1, url_key="", entry=None), 0),
        (reject(1, entry=entry(1, feed_urls=(FEED, OTHER))), 2),
        (reject(1, entry=None), 1),
    ],
)
def test_only_lasting_rejects_are_seen(failed: Reject, count: int) -> None:
    left = sightings_of_reject(failed)
    assert len(left) == count
    assert all(s.outcome == "reject" and s.article_id == "" for s in left)


def test_feed_hashes_are_the_same_everywhere() -> None:
    assert feed_hash("https://a.example/feed") == 6214101068496521909
    assert len({feed_hash(hex32(str(n))) for n in range(1000)}) == 1000
