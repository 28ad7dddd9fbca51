"""When an article was published: the feed's date when it is plausible, else the page's, else when it was fetched."""

from datetime import UTC, datetime, timedelta

from schemas.records import PublishedSource

EARLIEST = datetime(1995, 1, 1, tzinfo=UTC)  # no news site is older; earlier dates are parser accidents
_FUTURE_ALLOWANCE = timedelta(hours=36)  # an embargoed or mis-zoned date may run ahead; more than that is wrong


def is_plausible(moment: datetime, fetched_at: datetime) -> bool:
    """Whether `moment` can be the publication time of a page fetched at `fetched_at`."""
    return EARLIEST <= moment <= fetched_at + _FUTURE_ALLOWANCE


def parse_page_date(value: str | None) -> datetime | None:
    """The page's `YYYY-MM-DD` as midnight UTC, None when absent or not a date."""
    try:
        return datetime.strptime(value or "", "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        return None


def choose_published(feed: datetime | None, page: datetime | None, fetched_at: datetime) -> tuple[datetime, PublishedSource]:
    """The publication time and where it came from.

    A feed date wins over a page date because it carries a time of day and date search on pages latches on stray strings;
    both are bounded by `is_plausible`. A date ahead of the fetch becomes the time of the fetch, so that no partition lies in the future.
    """
    if feed is not None and is_plausible(feed, fetched_at):
        return min(feed, fetched_at), "feed"
    if page is not None and is_plausible(page, fetched_at):
        return min(page, fetched_at), "page"
    return fetched_at, "fetched"
