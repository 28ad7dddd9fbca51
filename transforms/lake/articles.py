"""One article of several fetches, and what is remembered of each of them."""

from collections.abc import Sequence
from dataclasses import replace

from schemas.records import Article, Sighting


def merge_articles(versions: Sequence[Article]) -> Article:
    """The version that was fetched last (of equal ones the longest), with the feeds of all. All have the same `article_id`."""
    newest = max(versions, key=lambda a: (a.fetched_at, a.word_count, a.url))
    return replace(newest, feed_urls=tuple(sorted({url for version in versions for url in version.feed_urls})))


def article_sightings(versions: Sequence[Article], merged: Article) -> list[Sighting]:
    """One for each address and feed: a page that was found under several addresses is seen under each of them."""
    return [
        Sighting(
            version.url_key, merged.article_id, feed_url, version.fingerprint, "article", version.fetched_at, merged.published_at,
            merged.text_sha256[:16],
        )
        for version in versions
        for feed_url in version.feed_urls
    ]  # fmt: skip
