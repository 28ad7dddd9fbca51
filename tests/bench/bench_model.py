"""The constants of the model in docs/deploy.md: what one more article costs. `python -m tests.bench.bench_model`.

Two passes over the labelled news pages, the second over four addresses of each: the difference is free of the start. CPU seconds are
counted, not those of the clock, so another load on the machine tells little.
"""

import gzip
import json
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

import duckdb

from tests.bench.__main__ import DATA, timed
from tests.loopback import Reply, Request, serve

_COPIES = (1, 4)


def _pass(pages: Mapping[str, bytes], copies: int, lake: Path) -> tuple[float, int]:
    """CPU seconds of a pass over so many addresses of each page, with all its processes; how many articles it brought."""

    def answer(request: Request) -> Reply:
        name = request.path.rpartition("/")[2]
        if name in pages:
            return Reply(200, {"Content-Type": "text/html"}, pages[name])
        if name != "feed.json":
            return Reply(404)
        items = [{"id": f"{n}/{page}", "url": f"/{n}/{page}", "title": page} for n in range(copies) for page in pages]
        feed = {"version": "https://jsonfeed.org/version/1.1", "title": "Bench", "items": items}
        return Reply(200, {"Content-Type": "application/feed+json"}, json.dumps(feed).encode())

    with serve(answer) as site:
        arguments = ("--allow_private_hosts", "--host_delay", "0", "--per_host", "8")
        wall_s, cpu_s = timed(
            [sys.executable, "-m", "pipeline", "run", "--feeds", site.url("/feed.json"), "--lake", str(lake), *arguments]
        )
    articles = duckdb.sql(f"SELECT count(*) FROM read_parquet('{lake}/articles/**/*.parquet')").fetchall()[0][0]
    print(f"{articles} articles: {wall_s:.1f} s, {cpu_s:.1f} s of CPU")
    return cpu_s, articles


def main() -> None:
    pages = {path.name.removesuffix(".html.gz"): gzip.decompress(path.read_bytes()) for path in sorted(DATA.glob("*.html.gz"))}
    if not pages:
        raise SystemExit(f"no news pages at {DATA} (DIBWATCH_EVAL_DATA names another place)")
    with tempfile.TemporaryDirectory() as folder:
        lakes = [Path(folder) / str(copies) for copies in _COPIES]
        (few_s, few), (many_s, many) = (_pass(pages, copies, lake) for copies, lake in zip(_COPIES, lakes, strict=True))
        kept = {table: _bytes(lakes[0] / table) / few for table in ("pages", "articles", "sightings")}
    each_s = (many_s - few_s) / (many - few)
    print(f"an article: {each_s:.3f} s of CPU, {1 / each_s:.1f} a core and second")
    print(f"a page: {sum(map(len, pages.values())) / len(pages) / 1e3:.0f} kB as received")
    print("in the lake, bytes an article: " + ", ".join(f"{table} {size:,.0f}" for table, size in kept.items()))


def _bytes(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*.parquet"))


if __name__ == "__main__":
    main()
