"""Is each feed alive: one unconditional poll of each, and what an editor of a feed list should know about it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from schemas.records import Feed, FeedState
from transforms.poll.discover import newest
from transforms.poll.poller import PollResult, poll_feed
from transforms.web.client import WebClient

_STALE_AFTER = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class FeedCheck:
    """How one feed answered. `problems` are short phrases, worst first; a feed can be alive and have some."""

    feed: Feed
    alive: bool
    status: int
    format: str
    entries: int
    newest_at: datetime | None
    moved_to: str  # where a permanent redirect leads, "" for none
    problems: tuple[str, ...]
    poll_ms: int

    def line(self) -> str:
        """One line for a person: status, format, entries, newest, address, problems."""
        day = self.newest_at.date().isoformat() if self.newest_at else "-"
        columns = ("ok  " if self.alive else "DEAD", f"{self.status or '-':>3}", f"{self.format or '-':<8}", f"{self.entries:>5}")
        return "  ".join((*columns, f"{day:<10}", self.feed.url, "; ".join(self.problems))).rstrip()


def judged(result: PollResult, now: datetime) -> FeedCheck:
    """What an unconditional poll at `now` says of its feed."""
    poll, entries = result.poll, result.entries
    newest_at = newest(entries)
    problems = [f"{poll.reason}: {poll.error}"] if poll.outcome == "error" else []
    if poll.outcome != "error":
        if poll.entries == 0:
            problems.append("no entries")
        if entries and newest_at is None:
            problems.append("no readable dates")
        elif newest_at is not None and now - newest_at > _STALE_AFTER:
            problems.append(f"nothing new for {(now - newest_at).days} days")
        if dropped := sum(reject.stage == "parse" for reject in result.rejects):
            problems.append(f"{dropped} unusable entries")
        if poll.problem and poll.problem != "no entries":
            problems.append(poll.problem)
    if poll.state.moved_to:
        problems.append(f"moved to {poll.state.moved_to}")
    return FeedCheck(
        feed=poll.feed, alive=poll.outcome != "error", status=poll.status, format=poll.format, entries=poll.entries,
        newest_at=newest_at, moved_to=poll.state.moved_to, problems=tuple(problems), poll_ms=poll.poll_ms,
    )  # fmt: skip


async def check_feed(client: WebClient, feed: Feed, now: datetime) -> FeedCheck:
    """Polls `feed` once, without validators, and judges the answer."""
    return judged(await poll_feed(client, feed, FeedState(feed.url), now), now)
