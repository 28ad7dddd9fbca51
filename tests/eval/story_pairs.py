"""Labelled texts: what becomes of agency copy on its way through newsrooms, and texts that only look alike.

Each story of `stories/wire.txt` is edited in the ways that wire copy is: cut from the end, given another lead or dateline, wrapped
in a site's standing lines, spelled and punctuated by another house style, a paragraph added, sentences dropped, and several of
these at once; each way is that of one site, which treats all stories so. Two versions of one story are a pair to be found. Two
different stories are not; among them are two accounts of one event in different words, daily reports from one template, and a
follow-up that repeats a paragraph.
"""

import itertools
import re
from dataclasses import dataclass
from pathlib import Path

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
    """What `site` made of `story`."""

    story: str
    site: str
    text: str


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


def versions() -> list[Version]:
    """Every story as every site brings it."""
    sites = _blocks("sites.txt")
    blocks = _blocks("wire.txt").items()
    return [Version(story, site, text) for story, block in blocks for site, text in edits(block, sites).items()]
