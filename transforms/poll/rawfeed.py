"""A feed as its format says it, before anything is judged: what both readers, XML and JSON, hand on."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class RawItem:
    """One item; markup and dates as written, URLs perhaps relative. "" and () mean absent."""

    links: tuple[str, ...] = ()  # candidates for the page, best first
    guid: str = ""
    title: str = ""
    authors: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    summary_html: str = ""
    content_html: str = ""
    images: tuple[str, ...] = ()
    language: str = ""
    source_title: str = ""
    source_url: str = ""
    published_raw: str = ""
    updated_raw: str = ""
    base_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedHints:
    """What a feed says about when to come back."""

    ttl_s: float | None = None  # RSS <ttl>, minutes there
    update_period_s: float | None = None  # sy:updatePeriod / sy:updateFrequency
    skip_hours: frozenset[int] = frozenset()  # 0..23, UTC
    skip_days: frozenset[int] = frozenset()  # 0 is Monday, UTC


@dataclass(frozen=True, slots=True, kw_only=True)
class RawFeed:
    """A feed; `listed` counts the items in it, of which `items` holds those within the cap."""

    format: str
    title: str
    language: str
    items: tuple[RawItem, ...]
    listed: int
    hints: FeedHints = FeedHints()
    problem: str = ""
