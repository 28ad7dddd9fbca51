"""The frozen dataclasses that travel through the graph. Plain values only: they pickle, and compare by value.

Times are aware UTC datetimes. URLs are as the site wrote them unless a field says canonical. Hashes are lower-case hex.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

PublishedSource = Literal["feed", "page", "fetched"]
TextSource = Literal["page", "feed"]
MentionKind = Literal["geo", "defense"]


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed to watch: its address as the user gave it, and what an OPML outline said about it."""

    url: str
    title: str = ""
    folder: str = ""
    language: str = ""
    country: str = ""
    publisher: str = ""


@dataclass(frozen=True, slots=True)
class FeedState:
    """What is remembered of a feed between polls; the newest row of `polls` for `feed_url` holds it."""

    feed_url: str
    current_url: str = ""  # where it is polled: `feed_url`, or where a permanent redirect that held twice leads
    moved_to: str = ""  # target of the last permanent redirect, candidate for `current_url`
    moved_count: int = 0  # how many polls in a row named `moved_to`
    etag: str = ""
    last_modified: str = ""
    body_sha256: str = ""
    polled_at: datetime | None = None
    next_poll_at: datetime | None = None
    interval_s: float = 0.0
    failures: int = 0  # polls in a row that failed
    newest_entry_at: datetime | None = None
    entries_per_day: float = 0.0  # smoothed rate of new entries
    retired: bool = False


@dataclass(frozen=True, slots=True)
class Poll:
    """One poll of one feed: the row of `polls`, with the state it leaves behind."""

    feed: Feed
    state: FeedState
    polled_at: datetime
    outcome: str  # ok, unchanged (304 or same body), error
    status: int = 0  # HTTP status, 0 when there was none
    format: str = ""  # rss20, atom10, json1, … as feedparser names them
    entries: int = 0
    new: int = 0  # entries that this feed had not listed at its previous poll, as far as the poll can tell
    body_bytes: int = 0
    poll_ms: int = 0
    problem: str = ""  # what was repaired or odd in a feed that could be used
    reason: str = ""  # reason code when outcome is error
    error: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One item of a feed. After merging, one article candidate with all the feeds that list it."""

    url: str
    url_key: str  # 32 hex of the canonical form of `url`: what "seen" means before the page is fetched
    feed_urls: tuple[str, ...]
    feed_title: str = ""
    guid: str = ""
    title: str = ""
    authors: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    summary: str = ""  # plain text
    content_html: str = ""  # the feed's own full text, "" when it has none
    image_url: str = ""
    language: str = ""
    source_title: str = ""  # publisher named by <source>, for aggregators
    source_url: str = ""
    published_raw: str = ""
    published_at: datetime | None = None
    published_method: str = ""  # how the raw date was read: rfc822, iso8601, repaired_…
    updated_at: datetime | None = None
    fingerprint: str = ""  # 16 hex over title, dates, text: changes when the feed says the article changed
    polled_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """A fetched page, body as received (after transfer and content decoding), zstd-compressed in memory.

    When the page could not be had and the feed carried the full text, `text_source` is `feed`, `body_zstd` holds the
    feed's HTML, and `fetch_reason` says why.
    """

    entry: Entry
    article_id: str  # 32 hex of `canonical_url`
    final_url: str
    canonical_url: str
    status: int
    content_type: str  # header value, with its charset when it has one
    body_zstd: bytes
    body_bytes: int
    body_sha256: str
    fetched_at: datetime
    fetch_ms: int
    text_source: TextSource = "page"
    fetch_reason: str = ""


@dataclass(frozen=True, slots=True)
class Mention:
    """A span of `Article.text`; `start` and `end` are Unicode code points, end exclusive."""

    kind: MentionKind
    label: str
    text: str
    start: int
    end: int
    entity_id: str = ""  # geo: `country:UKR`, `geonames:706483`, `region:donbas`, `alliance:nato`; defense: lexicon id
    name: str = ""
    category: str = ""
    iso3: str = ""
    lat: float | None = None
    lon: float | None = None
    geonames_id: int | None = None
    score: float = 0.0
    method: str = ""
    variant: str = ""  # the written variant of a platform family, "" when it is the family's own name
    runner_up: str = ""  # the entity_id that came second, "" when nothing else was possible


@dataclass(frozen=True, slots=True)
class CountryCount:
    """A country of an article: `salience` is 0..1 and sums to 1 over an article's countries."""

    iso3: str
    name: str
    mentions: int
    salience: float


@dataclass(frozen=True, slots=True)
class Deal:
    """A stated deal; `start`/`end` is its sentence in `Article.text`. Unknown parts are "" or None, never guessed."""

    kind: str  # contract, order, delivery, production_start, plant, sanction
    start: int
    end: int
    buyer_iso3: str = ""
    supplier_id: str = ""
    platform_id: str = ""
    quantity: int | None = None
    amount: float | None = None
    currency: str = ""  # ISO 4217


@dataclass(frozen=True, slots=True)
class Tags:
    """What the tagger says of one text."""

    mentions: tuple[Mention, ...] = ()
    countries: tuple[CountryCount, ...] = ()
    focus_iso3: str = ""
    defense_score: float = 0.0
    topics: tuple[str, ...] = ()
    deals: tuple[Deal, ...] = ()
    language: str = ""
    model: str = ""  # spaCy model and version that was used, "" when the language has none installed
    lexicon_version: str = ""


@dataclass(frozen=True, slots=True)
class Article:
    """An article: text and metadata from the page, and later its tags and its story."""

    article_id: str
    url: str
    canonical_url: str
    source: str  # registered domain of the publisher
    feed_urls: tuple[str, ...]
    feed_title: str
    title: str
    authors: tuple[str, ...]
    published_at: datetime
    published_at_source: PublishedSource
    published_raw: str
    fetched_at: datetime
    language: str
    text: str
    text_source: TextSource
    summary: str
    image_url: str
    categories: tuple[str, ...]
    word_count: int
    text_sha256: str
    url_key: str = ""
    fingerprint: str = ""
    tags: Tags = field(default_factory=Tags)
    story_id: str = ""


@dataclass(frozen=True, slots=True)
class Reject:
    """Something that did not become an article."""

    stage: str  # poll, fetch, extract, tag
    reason: str
    url: str
    feed_url: str
    error: str
    rejected_at: datetime
    transient: bool = False
    url_key: str = ""
    fingerprint: str = ""
    entry: Entry | None = None  # what a retry needs


@dataclass(frozen=True, slots=True)
class Sighting:
    """That a feed listed an address: what makes a later pass skip it.

    `outcome`: `article`, `reject` (a lasting one), or `listed` (one more feed or fingerprint of an address, which alone does
    not make it seen). `published_at` and `text_hash`, 16 hex of `text_sha256`, are the article's.
    """

    url_key: str
    article_id: str
    feed_url: str
    fingerprint: str
    outcome: str
    seen_at: datetime
    published_at: datetime | None = None
    text_hash: str = ""


@dataclass(frozen=True, slots=True)
class Signature:
    """What is kept of an article's text to find its near-duplicates: `minhash` is 128 little-endian uint16."""

    article_id: str
    story_id: str
    source: str  # of the article: what a site repeats on all its pages makes no story
    shingles: int  # how many distinct word shingles the text has
    minhash: bytes
    published_at: datetime


@dataclass(frozen=True, slots=True)
class RunInfo:
    """Who writes: what every row of a pass is stamped with."""

    run_id: str
    code_version: str


@dataclass(frozen=True, slots=True)
class StageCount:
    """What went into a stage and what became of it: `taken` = `out` + `rejected` + `dropped`, in `unit`s (feeds, …)."""

    stage: str
    unit: str
    taken: int
    out: int
    rejected: int
    dropped: int


@dataclass(frozen=True, slots=True)
class ReasonCount:
    """How often `reason` (a counter such as `rejected_timeout`, `dropped_seen`) occurred in `stage`."""

    stage: str
    reason: str
    n: int


@dataclass(frozen=True, slots=True)
class RunSummary:
    """A pass that is over, as its row of `runs` tells it. `versions`: code, python, beam, spacy, trafilatura, model, lexicon."""

    run_id: str
    command: str
    started_at: datetime
    finished_at: datetime
    duration_s: float
    outcome: str
    counts: tuple[StageCount, ...]
    reasons: tuple[ReasonCount, ...]
    feeds: int
    articles: int
    rejects: int
    versions: dict[str, str]
