"""Records and passes to test the lake with. All texts are our own."""

import hashlib
import uuid
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import zstandard

from schemas.records import (
    Article,
    CountryCount,
    Deal,
    Entry,
    Feed,
    FeedState,
    Mention,
    Page,
    Poll,
    Reject,
    RunInfo,
    RunSummary,
    Sighting,
    Signature,
    StageCount,
    Tags,
)
from schemas.rows import ROW_OF
from transforms.lake.articles import article_sightings
from transforms.lake.lake import CommitResult, Lake, commit_pass, open_lake
from transforms.lake.staging import StagingWriter, write_manifest
from transforms.lake.stories import minhash

T0 = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
FEED = "https://news.example.org/rss.xml"
TEXT = (
    "Kyiv received four launchers of the Patriot system on Monday. Lockheed Martin said the order was worth $90 million.\n"
    "Poland will host the repair plant. Officials in Warsaw did not say when work number {n} would begin."
)


def hex32(value: str) -> str:
    return hashlib.sha256(value.encode()).hexdigest()[:32]


def entry(n: int, **changes: Any) -> Entry:
    url = f"https://news.example.org/{n}"
    base = Entry(
        url=url, url_key=hex32(url), feed_urls=(FEED,), feed_title="News", guid=f"g{n}", title=f"Title {n}", summary="A summary.",
        published_raw="Sun, 01 Mar 2026 09:00:00 GMT", published_at=T0 + timedelta(minutes=n), fingerprint=hex32(f"f{n}")[:16],
        polled_at=T0,
    )  # fmt: skip
    return replace(base, **changes)


def mentions(text: str) -> tuple[Mention, ...]:
    named = [
        ("geo", "CITY", "Kyiv", "geonames:703448", "UKR"), ("defense", "PLATFORM", "Patriot", "platform:patriot", "USA"),
        ("defense", "COMPANY", "Lockheed Martin", "company:lockheed-martin", "USA"),
        ("geo", "COUNTRY", "Poland", "country:POL", "POL"),
    ]  # fmt: skip
    return tuple(
        Mention(kind, label, name, start, start + len(name), entity_id, name, iso3=iso3, score=0.9, method="lexicon")
        for kind, label, name, entity_id, iso3 in named
        if (start := text.find(name)) >= 0
    )


def article(n: int, text: str = "", **changes: Any) -> Article:
    listed = entry(n)
    text = text or TEXT.format(n=n)
    tags = Tags(
        mentions=mentions(text), countries=(CountryCount("UKR", "Ukraine", 1, 0.5), CountryCount("POL", "Poland", 1, 0.5)),
        focus_iso3="UKR", defense_score=0.8, topics=("air_defense",), language="en", model="en_core_web_sm 3.8.0",
        deals=(Deal("contract", 0, 20, "POL", "company:lockheed-martin", quantity=4, amount=90e6, currency="USD"),),
        lexicon_version="1",
    )  # fmt: skip
    base = Article(
        article_id=hex32(f"canonical {n}"), url=listed.url, canonical_url=listed.url, source="example.org", feed_urls=(FEED,),
        feed_title="News", title=listed.title, authors=("A. Writer",), published_at=T0 + timedelta(minutes=n),
        published_at_source="feed", published_raw=listed.published_raw, fetched_at=T0 + timedelta(hours=1), language="en",
        text=text, text_source="page", summary="A summary.", image_url="", categories=("defense",), word_count=len(text.split()),
        text_sha256=hashlib.sha256(text.encode()).hexdigest(), url_key=listed.url_key, fingerprint=listed.fingerprint, tags=tags,
        story_id=hex32(f"canonical {n}"),
    )  # fmt: skip
    return replace(base, **changes)


def page(n: int, body: bytes = b"<html>body</html>") -> Page:
    listed = entry(n)
    return Page(
        entry=listed, article_id=hex32(f"canonical {n}"), final_url=listed.url, canonical_url=listed.url, status=200,
        content_type="text/html; charset=utf-8", body_zstd=zstandard.compress(body), body_bytes=len(body),
        body_sha256=hashlib.sha256(body).hexdigest(), fetched_at=T0 + timedelta(hours=1), fetch_ms=12,
    )  # fmt: skip


def poll(at: datetime = T0, feed_url: str = FEED, **state: Any) -> Poll:
    left = FeedState(
        feed_url, current_url=feed_url, etag='"1"', polled_at=at, next_poll_at=at + timedelta(hours=1), interval_s=3600.0
    )
    return Poll(
        Feed(feed_url, title="News"), replace(left, **state), at, "ok", 200, "rss20", entries=3, new=3, body_bytes=900, poll_ms=5
    )


def reject(n: int, **changes: Any) -> Reject:
    listed = entry(n)
    base = Reject(
        "fetch",
        "http_not_found",
        listed.url,
        FEED,
        "404",
        T0,
        url_key=listed.url_key,
        fingerprint=listed.fingerprint,
        entry=listed,
    )
    return replace(base, **changes)


def sightings(articles: Iterable[Article]) -> list[Sighting]:
    return [sighting for one in articles for sighting in article_sightings([one], one)]


def summary(run_id: str, at: datetime = T0, articles: int = 0) -> RunSummary:
    counts = (StageCount("lake", "articles", articles, articles, 0, 0),)
    return RunSummary(run_id, "run", at, at + timedelta(seconds=5), 5.0, "ok", counts, (), 1, articles, 0, {"code": "0.1.0"})


def stage(lake: Lake, run_id: str, **records: Iterable[Any]) -> None:
    """What a pipeline leaves in the staging folder."""
    files = []
    for table, rows in records.items():
        writer = StagingWriter(lake.storage, run_id, table, lambda: uuid.uuid4().hex)
        for record in rows:
            row = record if isinstance(record, dict) else ROW_OF[table](record, RunInfo(run_id, "0.1.0"))
            files += list(writer.add(row))
        files += list(writer.close())
    write_manifest(lake.storage, run_id, files)


def signatures(articles: Iterable[Article]) -> list[Signature]:
    return [Signature(a.article_id, a.story_id, a.source, *minhash(a.text), a.published_at) for a in articles]


def write_pass(
    location: str | Path, run_id: str, articles: Iterable[Article], at: datetime = T0, **others: Iterable[Any]
) -> CommitResult:
    """One whole pass with these articles, their sightings and signatures, and whatever `others` there are by table."""
    lake, articles = open_lake(str(location)), list(articles)
    with lake.begin_pass(run_id):
        seen = [*sightings(articles), *others.pop("sightings", ())]
        stage(lake, run_id, articles=articles, sightings=seen, signatures=signatures(articles), **others)
        return commit_pass(lake, summary(run_id, at, len(articles)), at)
