"""Deals that a sentence states. Placeholder rules are in `deal_rules`; unknown parts stay empty."""

from collections.abc import Sequence

from schemas.records import Deal, Mention
from transforms.tag.analysis import Analysis


def find_deals(mentions: Sequence[Mention], analysis: Analysis) -> tuple[Deal, ...]:
    return ()
