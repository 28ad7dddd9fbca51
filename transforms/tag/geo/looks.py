"""How a candidate and its neighbours are written: features that need no knowledge of names."""

from collections.abc import Sequence
from typing import Final

from transforms.tag.geo.scan import Candidate, Word

_ENDINGS: Final = (2, 3)  # letters: "-ville", "-burg", "-stan" end in them
_LONG: Final = 12


def looks(c: Candidate, coarse: str, text: str, words: Sequence[Word]) -> list[str]:
    """Ending, length, hyphens, accents and capitals of `c`, and the capitals of the two words on either side; `coarse` is its kind."""
    name, n = text[c.start : c.end], c.last - c.first
    before = "".join("C" if w.capital else "l" for w in words[max(0, c.first - 2) : c.first])
    after = "".join("C" if w.capital else "l" for w in words[c.last : c.last + 2])
    found = [
        f"{coarse}|words={min(n, 4)}", f"{coarse}|letters={min(len(name), _LONG) // 2}",
        f"{coarse}|capitals-before={before}", f"{coarse}|capitals-after={after}",
    ]  # fmt: skip
    if c.entry is None:
        last = words[c.last - 1].text.casefold()
        found.extend(f"ending={last[-k:]}" for k in _ENDINGS)
    if "-" in name:
        found.append(f"{coarse}|hyphenated")
    if not name.isascii():
        found.append(f"{coarse}|accents")
    if name.isupper() and len(name) > 3:
        found.append(f"{coarse}|upper")
    return found


def bare(name: str) -> str:
    """`name` without article, possessive ending and marks, case folded."""
    for article in ("the ", "The "):
        name = name.removeprefix(article)
    return name.removesuffix("'s").removesuffix("’s").strip(" \"'“”‘’(").casefold()
