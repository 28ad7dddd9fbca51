"""What happens to a lake after passes: retries, revisions, reprocessing, compaction, the report. Real server, real processes."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import duckdb
import pytest

from tests.cli import Done, dibwatch
from tests.extract.pages import PARAGRAPH, article_html


@dataclass
class Site:
    """A site whose pages and feed the test sets: path -> (status, body)."""

    pages: dict[str, tuple[int, str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    port: int = 0

    def publish(self, **stories: str) -> None:
        """Put articles online and list them in the feed; a story of several lines is several paragraphs."""
        for name, text in stories.items():
            self.pages[f"/{name}"] = (200, article_html(*text.split("\n")))
        items = "".join(
            f"<item><title>{name}</title><link>http://127.0.0.1:{self.port}/{name}</link><description>{len(text)}</description></item>"
            for name, text in stories.items()
        )
        self.pages["/feed"] = (200, f"<rss version='2.0'><channel><title>Site</title>{items}</channel></rss>")


@pytest.fixture
def site() -> Iterator[Site]:
    state = Site()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, text = state.pages.get(self.path, (404, "gone"))
            state.asked.append(self.path)
            body = text.encode()
            self.send_response(status)
            self.send_header("Content-Type", "text/xml" if self.path == "/feed" else "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    state.port = int(server.server_address[1])
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield state
    server.shutdown()
    server.server_close()


def run(site: Site, lake: Path, *flags: str) -> Done:
    source = () if "--retry_rejects" in flags else ("--feeds", f"http://127.0.0.1:{site.port}/feed", "--poll_all")
    done = dibwatch("run", *source, "--lake", str(lake), "--allow_private_hosts", "--host_delay", "0", "--json", *flags)
    assert done.code == 0, done.err
    return done


def rows(lake: Path, sql: str) -> list[tuple[object, ...]]:
    """Plain DuckDB over a glob of `articles`."""
    return duckdb.connect().execute(sql.format(articles=f"read_parquet('{lake}/articles/**/*.parquet')")).fetchall()


def test_a_changed_page_is_a_revision_and_the_old_row_is_kept(site: Site, tmp_path: Path) -> None:
    lake = tmp_path / "lake"
    site.publish(one=PARAGRAPH, two=PARAGRAPH.replace("Saab", "Thales"))
    run(site, lake)
    site.publish(
        one=f"{PARAGRAPH}\nThe first aircraft left the line on Friday, the firm said.", two=PARAGRAPH.replace("Saab", "Thales")
    )
    assert run(site, lake).json["articles"] == 1
    assert rows(lake, "SELECT count(*), count(DISTINCT article_id) FROM {articles}") == [(2, 2)]
    assert rows(lake, "SELECT count(*) FROM {articles} WHERE text LIKE '%on Friday%'") == [(1,)]
    done = dibwatch("sql", "SELECT text FROM revisions", "--lake", str(lake), "--format", "csv")
    assert "Saab" in done.out
    assert "on Friday" not in done.out


def test_rejects_are_fetched_again_when_asked(site: Site, tmp_path: Path) -> None:
    lake = tmp_path / "lake"
    site.publish(one=PARAGRAPH, two=PARAGRAPH.replace("Saab", "Thales"))
    good = site.pages["/two"]
    site.pages["/two"] = (404, "not yet")
    assert run(site, lake).json["rejects"] == 1
    site.pages["/two"] = good
    assert run(site, lake).json["articles"] == 0
    done = dibwatch("run", "--retry_rejects", "--reason", "timeout", "--lake", str(lake))
    assert done.code == 0, done.err
    assert "no rejected page is left to fetch again" in done.out
    assert run(site, lake, "--retry_rejects", "--reason", "http_not_found").json["articles"] == 1
    assert site.asked.count("/one") == 1
    assert rows(lake, "SELECT count(*) FROM {articles}") == [(2,)]


def test_reprocess_and_compact_leave_the_articles_as_they_were(site: Site, tmp_path: Path) -> None:
    lake, other = tmp_path / "lake", tmp_path / "other"
    site.publish(**{f"story{n}": PARAGRAPH.replace("thirty-six", str(n)) for n in range(6)})
    run(site, lake)
    columns = "SELECT article_id, text_sha256, story_id, mentions, countries FROM {articles} ORDER BY ALL"
    before, asked = rows(lake, columns), len(site.asked)
    for arguments in (("--into", str(other)), (), ("--since", "2020-01-01")):
        done = dibwatch("reprocess", "--lake", str(lake), *arguments)
        assert done.code == 0, done.err
        assert "6 of them compared with their rows before: 0 mentions gained, 0 lost" in done.out
    assert len(site.asked) == asked
    assert rows(lake, columns) == before
    assert rows(other, columns) == before
    site.publish(later=PARAGRAPH.replace("Saab", "Leonardo"))
    run(site, lake)
    before = rows(lake, columns)
    done = dibwatch("compact", "--lake", str(lake))
    assert done.code == 0, done.err
    assert rows(lake, columns) == before
    assert len(list((lake / "articles").rglob("*.parquet"))) == 1


def test_reprocess_without_pages_says_so(site: Site, tmp_path: Path) -> None:
    site.publish(one=PARAGRAPH)
    run(site, tmp_path / "lake", "--no_keep_pages")
    done = dibwatch("reprocess", "--lake", str(tmp_path / "lake"))
    assert done.code == 1
    assert "no stored pages" in done.err


def test_the_report_names_what_it_found_and_escapes_what_pages_say(site: Site, tmp_path: Path) -> None:
    text = PARAGRAPH + " Sweden ordered 20 Gripen fighters from Saab for 5 million dollars."
    site.publish(one=text)
    site.pages["/feed"] = (200, site.pages["/feed"][1].replace("<title>one", "<title>&lt;script&gt;alert(1)&lt;/script&gt; Saab"))
    run(site, tmp_path / "lake")
    done = dibwatch("report", "--lake", str(tmp_path / "lake"), "--out", str(tmp_path / "report.html"))
    assert done.code == 0, done.err
    page = (tmp_path / "report.html").read_text()
    deals = page[page.index("<h2>Deals") : page.index("<h2>Feeds")]
    assert "<td>Saab</td>" in deals
    assert "<td>Sweden</td>" in deals
    assert "at most 1 a day" in page
    assert "<script" not in page
