"""Text made safe, for any text."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from transforms.web.text import clean_text, plain_text


def test_markup_goes_and_words_stay_apart() -> None:
    html = "<p>Saab&nbsp;sold <b>two</b> jets.</p><script>x()</script><p>Talks&amp;more &lt;b&gt;</p><!-- no -->"
    assert plain_text(html) == "Saab sold two jets. Talks&more <b>"
    assert plain_text("2 < 3 and 5 > 4") == "2 < 3 and 5 > 4"


def test_controls_overrides_and_lone_surrogates_go() -> None:
    assert clean_text("a\x00b\x1b[31mc\u202etxt.exe\u2066d\ud800e\ufefff\u200f") == "ab[31mctxt.exedef"
    assert clean_text("  two\n\twords  ") == "two words"
    assert clean_text("naïve 中文 עברית") == "naïve 中文 עברית"


@given(st.text())
def test_clean_text_can_be_stored_and_is_stable(text: str) -> None:
    cleaned = clean_text(text)
    cleaned.encode()
    assert clean_text(cleaned) == cleaned
    assert not [char for char in cleaned if unicodedata.category(char) == "Cc"]
    plain_text(text).encode()
