"""The door of the fetch room in a pipeline."""

from datetime import UTC, datetime

import apache_beam as beam
import pytest

from schemas.records import Entry
from tests.collect import Collected
from tests.loopback import Reply, Request, serve
from transforms.fetch.transform import FetchPages
from transforms.routing import local_tally
from transforms.web.config import WebConfig

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
CONFIG = WebConfig(allow_private_hosts=True, host_delay_s=0.0, max_attempts=1)


def _now() -> datetime:
    return NOW


def _answer(request: Request) -> Reply:
    if request.path == "/robots.txt" or request.path.endswith("7"):
        return Reply(404)
    return Reply(headers={"Content-Type": "text/html"}, body=b"<html>story</html>", hold_s=0.002)


def test_pages_rejects_sums_and_at_most_two_at_a_time_on_each_host() -> None:
    hosts = [f"127.0.0.{n}" for n in range(1, 6)]
    before = local_tally()
    pages, rejects = Collected(), Collected()
    with serve(_answer, hosts=hosts) as site:
        urls = [site.url(f"/{n}", host) for n in range(10) for host in hosts] + ["http://[/"]
        entries = [Entry(url=url, url_key=url, feed_urls=("f",)) for url in urls]
        with beam.Pipeline("FnApiRunner") as pipeline:
            fetched = pipeline | beam.Create(entries) | FetchPages(CONFIG, clock=_now)
            _ = fetched.ok | "Pages" >> beam.Map(pages.add)
            _ = fetched.rejects | "Rejects" >> beam.Map(rejects.add)
        assert max(site.peak.values()) == 2
        assert sorted(site.paths().count(f"/{n}") for n in range(10)) == [5] * 10
    assert {page.entry.url for page in pages.items} == {url for url in urls if not url.endswith("/7") and "[" not in url}
    assert sorted(reject.reason for reject in rejects.items) == ["bad_url"] + ["http_not_found"] * 5
    assert {reject.rejected_at for reject in rejects.items} | {page.fetched_at for page in pages.items} == {NOW}
    assert all(reject.stage == "fetch" and reject.entry is not None for reject in rejects.items)
    counted = {name: value - before.get((stage, name), 0) for (stage, name), value in local_tally().items() if stage == "fetch"}
    assert counted["in"] == 51 == counted["out"] + sum(value for name, value in counted.items() if name.startswith("rejected"))


def test_a_bad_configuration_is_refused_when_the_graph_is_built() -> None:
    with pytest.raises(ValueError, match="max_in_flight"):
        _ = [Entry(url="http://a/", url_key="", feed_urls=())] | FetchPages(CONFIG, max_in_flight=0)
