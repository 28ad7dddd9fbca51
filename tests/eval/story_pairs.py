"""Labelled texts: what becomes of agency copy on its way through newsrooms, and texts that only look alike.

Each story of `stories/wire.txt` is edited in the ways that wire copy is: cut from the end, given another lead or dateline, wrapped
in a site's standing lines, spelled and punctuated by another house style, a paragraph added, sentences dropped, and several of
these at once; each way is that of one site, which treats all stories so. Two versions of one story are a pair to be found. Two
different stories are not; among them are two accounts of one event in different words, daily reports from one template, and a
follow-up that repeats a paragraph. `stories/series.txt` has reports that come again in one frame (losses, markets, sanctions): of
two issues 56 to 65 of 100 shingles are the same, and they are different stories, while an issue at several sites is one, and so is
an issue that its site publishes again with more in it. The agency sends the beginning of each story of `wire.txt` ahead.
"""

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from schemas.records import Signature
from transforms.lake.stories import KnownSignatures, minhash, near_duplicates

_FOLDER = Path(__file__).with_name("stories")
_STYLE = {
    "defence": "defense", "programme": "program", "harbour": "harbor", "kilometres": "kilometers", "tonnes": "tons",
    "per cent": "percent", "whatever": "no matter what", "about": "around", "began": "started", "said": "told reporters",
    "four": "4", "seven": "7", "nine": "9", "eleven": "11", "sixty": "60", "more than": "over", "because": "since",
}  # fmt: skip
_INSERTED = (
    "For the region the news matters beyond the gate of the works, the mayor told this newspaper, since every second family has "
    "somebody who works there or at one of the firms around it, and the school has had to open another class."
)


@dataclass(frozen=True)
class Version:
    """What `site` made of `story`, `day` days after the first."""

    story: str
    site: str
    text: str
    day: int = 0


def _blocks(name: str) -> dict[str, str]:
    parts = re.split(r"^## (\w+)\n", (_FOLDER / name).read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    return dict(zip(parts[::2], parts[1::2], strict=True))


def _restyled(text: str) -> str:
    for word, other in _STYLE.items():
        text = re.sub(rf"\b{word}\b", other, text)
    return text.replace(",", "").replace(" - ", " — ")


def _thinned(paragraph: str, every: int) -> str:
    sentences = re.split(r"(?<=\.) ", paragraph)
    return " ".join(sentence for n, sentence in enumerate(sentences, start=1) if n % every or len(sentences) < every)


def _cut(paragraphs: list[str], share: float) -> list[str]:
    """The first paragraphs, up to `share` of the words."""
    words = sum(len(p.split()) for p in paragraphs)
    kept = list(itertools.accumulate(len(p.split()) for p in paragraphs))
    return [p for p, count in zip(paragraphs, kept, strict=True) if count <= share * words] or paragraphs[:1]


def edits(story: str, sites: dict[str, str]) -> dict[str, str]:
    """The text of a story as different newsrooms bring it, by the name of the edit."""
    body, _, lead = story.partition("\n~\n")
    paragraphs = body.strip().split("\n")
    gazette, portal = sites["gazette"], sites["portal"]
    with_lead = [lead.strip(), *paragraphs[1:]]
    middle = len(paragraphs) // 2
    made = {
        "agency": paragraphs,
        "dateline": ["VELLMAR, March 3 (Agency) - " + paragraphs[0], *paragraphs[1:]],
        "half": _cut(paragraphs, 0.6),
        "lead": with_lead,
        "gazette": [*paragraphs, gazette],
        "portal": [portal.splitlines()[0], *paragraphs, *portal.splitlines()[1:]],
        "restyled": [_restyled(p) for p in paragraphs],
        "inserted": [*paragraphs[:middle], _INSERTED, *paragraphs[middle:]],
        "thinned": [_thinned(p, 3) for p in paragraphs],
        "half_portal": [*_cut(paragraphs, 0.6), portal],
        "lead_half_gazette": [*_cut(with_lead, 0.7), gazette],
        "restyled_lead_inserted": [_restyled(p) for p in [*with_lead[:middle], _INSERTED, *with_lead[middle:]]],
    }
    return {name: "\n".join(part.strip() for part in parts) for name, parts in made.items()}


def _issues() -> Iterator[Version]:
    """Every issue of every series on a day of its own, as it comes from the agency, at two sites, and updated by one of them."""
    sites = _blocks("sites.txt")
    gazette, portal = sites["gazette"].strip(), sites["portal"].strip()
    for series, block in _blocks("series.txt").items():
        frame, _, values = block.partition("\n~\n")
        for day, line in enumerate(values.strip().splitlines()):
            text = frame.strip().format(*(value.strip() for value in line.split("|")))
            name = f"{series}{day}"
            yield Version(name, "agency", text, day)
            yield Version(name, "gazette", f"{text}\n{gazette}", day)
            yield Version(name, "portal", f"{portal}\n{text}", day)
            yield Version(name, "gazette", f"{text}\n{_INSERTED}\n{gazette}", day)


def versions() -> list[Version]:
    """Every story as every site brings it, by day."""
    sites = _blocks("sites.txt")
    blocks = _blocks("wire.txt").items()
    wire = [Version(story, site, text) for story, block in blocks for site, text in edits(block, sites).items()]
    flashes = [
        Version(story, "agency", "\n".join(_cut(block.partition("\n~\n")[0].strip().split("\n"), 0.4))) for story, block in blocks
    ]
    return sorted([*flashes, *wire, *_issues()], key=lambda version: version.day)


@dataclass(frozen=True)
class Measured:
    """Pairs of indices into `texts`: all, those labelled as one story, those found to be one."""

    texts: list[Version]
    pairs: int
    same: set[tuple[int, int]]
    found: set[tuple[int, int]]

    @property
    def precision(self) -> float:
        return len(self.found & self.same) / len(self.found)

    @property
    def recall(self) -> float:
        return len(self.found & self.same) / len(self.same)


def measure() -> Measured:
    """Near-duplicates among all versions, found in a pass a day, as it is with news."""
    texts = versions()
    known = KnownSignatures()
    found: set[tuple[int, int]] = set()
    for day, group in itertools.groupby(texts, key=lambda text: text.day):
        at = datetime(2026, 3, 1, tzinfo=UTC) + timedelta(days=day)
        first_new = len(known.article_ids)
        known = known.plus([Signature("", "", text.site, *minhash(text.text), at) for text in group])
        found |= {(a, b) for b, others in near_duplicates(known, first_new).items() for a, _ in others}
    pairs = list(itertools.combinations(range(len(texts)), 2))
    return Measured(texts, len(pairs), {(a, b) for a, b in pairs if texts[a].story == texts[b].story}, found)


if __name__ == "__main__":
    result = measure()
    print(
        f"{result.pairs:,} pairs, {len(result.same):,} of one story: precision {result.precision:.3f}, recall {result.recall:.3f}"
    )
