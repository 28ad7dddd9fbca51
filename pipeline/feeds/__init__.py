"""The feed lists that ship, and the reading of what a user names as feeds."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from schemas.records import Feed
from transforms.web.client import WebClient
from transforms.web.config import WebConfig

BUILTIN = {path.stem: path for path in Path(__file__).parent.glob("*.opml")}


def named_feeds(srcs: Sequence[str], web: WebConfig) -> list[Feed]:
    """The feeds that `srcs` name (see `transforms.poll.sources.read_feeds`); OPML addresses are fetched as `web` says."""
    from transforms.poll.sources import read_feeds
    from transforms.web.shared import shared_client

    async def get(client: WebClient, url: str) -> bytes:
        return (await client.get(url, now=datetime.now(UTC), max_bytes=web.max_feed_bytes)).body

    return read_feeds(srcs, lambda url: shared_client(web).submit(get, url).result(), BUILTIN)
