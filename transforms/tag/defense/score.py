"""How much an article is about the defense industrial base (`defense_score`), and which sides of it (`topics`).

A sum anyone can redo by hand: points for distinct entities and cue words, damped by the length of the text, through a logistic
curve. Weights and their calibration: `data/defense_weights.txt`, docs/quality.md.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path

from schemas.records import Deal, Mention
from transforms.tag.defense.cues import TOPICS, Cue

_OF_DEALS = {
    "contract": "procurement", "order": "procurement", "delivery": "procurement", "production_start": "production",
    "plant": "production", "sanction": "sanctions",
}  # fmt: skip
WEIGHTS_FILE = Path(__file__).parent.parent / "data" / "defense_weights.txt"


def read_weights(path: Path = WEIGHTS_FILE) -> Mapping[str, float]:
    """`name | value` lines. Raises ValueError for a line that is not one."""
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line.strip() and not line.startswith("#")]
    return {name.strip(): float(value) for name, _, value in (line.partition("|") for line in lines)}


def defense_score(mentions: Iterable[Mention], cues: Iterable[Cue], word_count: int, weights: Mapping[str, float]) -> float:
    """0..1 for the mentions of kind `defense` and the cue words of a text of `word_count` words."""
    entities = Counter((m.label, m.entity_id or m.text) for m in mentions if m.kind == "defense")
    points = sum(weights[label] * (1 + weights["repeat"] * min(n - 1, 3)) for (label, _), n in entities.items())
    seen = {(cue.section, cue.phrase) for cue in cues}
    points += sum(weights[section] for section, _ in seen if section in ("strong", "weak", "civil", "crime"))
    if points <= 0:  # nothing speaks for arms
        return 0.0
    exponent = weights["slope"] * points / (1 + weights["length"] * word_count / 100) + weights["offset"]
    return round(1 / (1 + math.exp(-max(-30.0, min(30.0, exponent)))), 3)


def topics_of(cues: Iterable[Cue], score: float, weights: Mapping[str, float]) -> tuple[str, ...]:
    """The topics whose phrases are frequent enough, strongest first; none for a text with a low defense score."""
    if score < weights["topic_min_score"]:
        return ()
    counts = Counter((cue.section, cue.phrase, cue.weight) for cue in cues if cue.section in TOPICS)
    points: Counter[str] = Counter()
    for (topic, _, weight), n in counts.items():
        points[topic] += weight * min(n, 3)
    most = max(points.values(), default=0)
    floor = max(weights["topic_min"], weights["topic_share"] * most)
    return tuple(topic for topic, value in sorted(points.items(), key=lambda item: (-item[1], item[0])) if value >= floor)


def with_deals(topics: tuple[str, ...], deals: Iterable[Deal]) -> tuple[str, ...]:
    """The topics and those of the deals that the text states, however few its words of the trade."""
    return tuple(dict.fromkeys((*topics, *(_OF_DEALS[deal.kind] for deal in deals))))
