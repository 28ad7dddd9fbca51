"""News that goes on: four outlets on loopback addresses of their own, whose feeds list more with every second.

Outlet 0 is hot (it brings ten times what the others do), outlet 3 is slow (each page takes its time). Stories appear by the clock
that the site is given, so a stream sees them come, and a pass at the end sees them all.
"""

import json
import time
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from tests.loopback import Reply, Request, Site, serve
from tests.stream.clock import FastClock

HOSTS = ("127.0.0.1", "127.0.0.2", "127.0.0.3", "127.0.0.4")
_EVERY_S = (0.5, 5.0, 5.0, 5.0)  # seconds between two stories of an outlet
_SLOW_S = 3.0  # a page of outlet 3, by the machine's clock
_HOUR_EVERY_S = (30.0, 300.0, 300.0, 300.0)
_HOUR_BEFORE_S = 3600.0  # as long the outlets have been there: it tells a stream how often they bring news
_TOWNS = ("Gdynia", "Bergen", "Toulouse", "Adelaide", "Ankara", "Nagoya", "Haifa", "Pune", "Huntsville", "Kassel")
_MAKERS = ("Rheinmetall", "Saab", "Leonardo", "Hanwha Aerospace", "BAE Systems", "Kongsberg", "Elbit Systems", "Thales")


class News:
    """The outlets: `passed_s()` seconds after `began_at` they have published for `before_s` more seconds than that.

    After `lasts_s` they stay as they are. `every_s`: seconds between two stories of each outlet. `slow_s`: what a page of outlet 3
    takes, by the machine's clock.
    """

    def __init__(
        self, passed_s: Callable[[], float], began_at: datetime, lasts_s: float, every_s: Sequence[float], before_s: float,
        slow_s: float,
    ) -> None:  # fmt: skip
        self._passed_s, self._lasts_s, self._every_s, self._before_s, self._slow_s = passed_s, lasts_s, every_s, before_s, slow_s
        self._first_at = began_at - timedelta(seconds=before_s)

    def listed(self, outlet: int) -> int:
        """How many stories the outlet has published so far."""
        return self._by(outlet, min(self._passed_s(), self._lasts_s))

    def published_s(self, outlet: int, n: int) -> float:
        """When a story appeared, in seconds since the outlets began."""
        return n * self._every_s[outlet] - self._before_s

    def close(self) -> None:
        """Publish nothing more."""
        self._lasts_s = min(self._passed_s(), self._lasts_s)

    def total(self, outlets: Iterable[int] = range(len(HOSTS))) -> int:
        """How many stories there will have been."""
        return sum(self._by(outlet, self._lasts_s) for outlet in outlets)

    def _by(self, outlet: int, passed_s: float) -> int:
        return 1 + int((self._before_s + passed_s) / self._every_s[outlet])

    def answer(self, request: Request) -> Reply:
        """The feed, or a story that has been published."""
        outlet = HOSTS.index(request.host)
        if request.path == "/feed.json":
            return _tagged(request, self._feed(outlet))
        if request.path.startswith("/story/"):
            n = int(request.path.rpartition("/")[2])
            if n < self.listed(outlet):
                return Reply(
                    200, {"Content-Type": "text/html; charset=utf-8"}, _page(outlet, n), hold_s=self._slow_s if outlet == 3 else 0
                )
        return Reply(404)

    def _feed(self, outlet: int) -> bytes:
        items = [
            {
                "id": str(n),
                "url": f"/story/{n}",
                "title": _title(outlet, n),
                "date_published": (self._first_at + timedelta(seconds=n * self._every_s[outlet])).isoformat(),
            }
            for n in reversed(range(self.listed(outlet)))
        ]
        return json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": f"Outlet {outlet}", "items": items}).encode()


def _tagged(request: Request, body: bytes) -> Reply:
    tag = f'"{zlib.crc32(body):08x}"'
    headers = {"Content-Type": "application/feed+json", "ETag": tag, "Date": format_datetime(datetime.now(UTC))}
    return Reply(304, headers) if request.headers.get("if-none-match") == tag else Reply(200, headers, body)


def _title(outlet: int, n: int) -> str:
    return f"{_MAKERS[(outlet + n) % len(_MAKERS)]} opens line {n} in {_TOWNS[(3 * outlet + n) % len(_TOWNS)]}"


def _page(outlet: int, n: int) -> bytes:
    town, maker = _TOWNS[(3 * outlet + n) % len(_TOWNS)], _MAKERS[(outlet + n) % len(_MAKERS)]
    paragraphs = [
        f"{maker} opened production line {n} in {town} on behalf of outlet {outlet}, with {100 + 7 * n} workers in {2 + n % 5} halls.",
        f"The plant will deliver {40 + n} vehicles a year, the company said, and train apprentices numbered {n} to {n + 12}.",
        f"Local officials of {town} had argued for months about road {outlet}-{n} and about who would pay for its bridges.",
    ]
    body = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    head, title = "<html><head><title>", _title(outlet, n)
    return f"{head}{title}</title></head><body><article><h1>{title}</h1>{body}</article></body></html>".encode()


@contextmanager
def news(lasts_s: float, clock: FastClock | None = None, slow_s: float = _SLOW_S) -> Iterator[tuple[News, Site, list[str]]]:
    """The outlets, served while the block runs, and the addresses of their feeds. With a clock, they bring what an hour brings."""
    if clock:
        outlets = News(lambda: clock.passed_s, clock(), lasts_s, _HOUR_EVERY_S, _HOUR_BEFORE_S, slow_s)
    else:
        start_s = time.monotonic()
        outlets = News(lambda: time.monotonic() - start_s, datetime.now(UTC), lasts_s, _EVERY_S, 0.0, slow_s)
    with serve(outlets.answer, hosts=HOSTS) as site:
        yield outlets, site, [site.url("/feed.json", host) for host in HOSTS]
