from hypothesis import given
from hypothesis import strategies as st

from transforms.tag.intervals import Intervals

SPANS = st.lists(st.tuples(st.integers(0, 40), st.integers(1, 6)).map(lambda s: (s[0], s[0] + s[1])), max_size=8)


@given(SPANS, st.integers(0, 44), st.integers(1, 6))
def test_touch_is_what_comparing_all_says(spans: list[tuple[int, int]], start: int, length: int) -> None:
    end = start + length
    assert Intervals(spans).touch(start, end) == any(a < end and start < b for a, b in spans)
