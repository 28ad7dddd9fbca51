"""Stories: what is one, and that they stay what they are."""

import random
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from schemas.records import Signature
from tests.lake.examples import T0, article, signatures, write_pass
from transforms.lake.lake import open_lake
from transforms.lake.signatures import load_signatures
from transforms.lake.stories import PERMUTATIONS, KnownSignatures, assign_stories, minhash

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WORDS = [f"word{n}" for n in range(3000)]


def text(seed: int, words: int = 200) -> str:
    return " ".join(random.Random(seed).choices(WORDS, k=words))


def signed(name: str, content: str, at: timedelta = timedelta(), source: str = "a.example") -> Signature:
    return Signature(name, "", source, *minhash(content), T0 + at)


def stories(new: list[Signature], known: KnownSignatures | None = None) -> dict[str, str]:
    return {s.article_id: s.story_id for s in assign_stories(new, known or KnownSignatures())}


def known(*told: Signature) -> KnownSignatures:
    return KnownSignatures().plus(told)


def test_a_signature_is_the_same_everywhere() -> None:
    shingles, values = minhash("The quick brown fox jumps over the lazy dog.")
    assert (shingles, len(values)) == (7, 2 * PERMUTATIONS)
    assert values[:4].hex() == "38fb51c2"


@given(st.text(max_size=200))
def test_any_text_has_a_signature(content: str) -> None:
    shingles, values = minhash(content)
    assert shingles >= 1
    assert len(values) == 2 * PERMUTATIONS


def test_reprints_share_the_story_of_the_first() -> None:
    new = [signed("late", text(1) + " " + text(9, 30), HOUR, "b.example"), signed("first", text(1)), signed("other", text(2))]
    assert stories(new) == {"first": "first", "late": "first", "other": "other"}


def test_a_cut_is_a_reprint() -> None:
    whole = text(1, 400)
    cut = " ".join(whole.split()[:200])
    assert stories([signed("whole", whole), signed("cut", cut, HOUR, "b.example")]) == {"whole": "whole", "cut": "whole"}


def test_stories_are_stable_as_they_grow() -> None:
    one, other = text(1), text(2)
    told = [replace(signed("a", one), story_id="a"), replace(signed("b", other, HOUR), story_id="b")]
    bridge = signed("c", f"{one} {other}", 2 * HOUR, "c.example")  # resembles both
    assert stories([bridge], known(*told))["c"] in ("a", "b")
    assert stories([signed("a", text(7), DAY)], known(*told)) == {"a": "a"}  # a revision keeps its story
    earlier = signed("0", one, -HOUR, "z.example")
    assert stories([earlier], known(*told)) == {"0": "a"}  # what was first in the lake names the story


def test_a_story_ends_after_the_look_back() -> None:
    first = replace(signed("a", text(1)), story_id="a")
    assert stories([signed("b", text(1), 13 * DAY)], known(first)) == {"b": "a"}
    assert stories([signed("c", text(1), 15 * DAY)], known(first)) == {"c": "c"}


def test_what_a_site_repeats_makes_no_story() -> None:
    frame = text(99, 160)
    daily = [signed(str(n), f"{frame} {text(n, 100)}", n * HOUR) for n in range(6)]
    assert len(set(stories(daily).values())) == 6
    elsewhere = signed("copy", f"{text(3, 100)} {text(98, 60)}", 9 * HOUR, "b.example")  # a reprint without the frame
    assert stories([*daily, elsewhere])["copy"] == "3"


def test_one_article_under_many_addresses_of_a_site_is_one_story() -> None:
    assert set(stories([signed(str(n), text(1), n * HOUR) for n in range(8)]).values()) == {"0"}


def test_many_copies_of_one_text_are_one_story() -> None:
    copies = [signed(f"{n:03d}", text(1), n * timedelta(minutes=1), f"s{n}.example") for n in range(150)]
    assert set(stories(copies).values()) == {"000"}


@given(st.permutations([signed(str(n), text(n // 2), n * HOUR, f"s{n}.example") for n in range(6)]))
def test_the_order_of_arrival_in_a_pass_says_nothing(new: list[Signature]) -> None:
    assert stories(new) == {"0": "0", "1": "0", "2": "2", "3": "2", "4": "4", "5": "4"}


def test_only_the_days_around_are_read(tmp_path: Path) -> None:
    told = [article(n, text=text(n), published_at=T0 - n * 10 * DAY) for n in range(4)]
    write_pass(tmp_path, "r1", told)
    lake = open_lake(str(tmp_path))
    (new,) = signatures([article(9, published_at=T0)])
    loaded = load_signatures(lake.storage, lake.snapshot(), [new])
    assert loaded.article_ids == [told[1].article_id, told[0].article_id]
    assert loaded.values.shape == (2, PERMUTATIONS)
    assert stories([replace(new, minhash=signatures(told)[0].minhash)], loaded) == {new.article_id: told[0].article_id}
    assert load_signatures(lake.storage, lake.snapshot(), []).article_ids == ()
