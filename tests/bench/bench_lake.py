"""What a lake of a million articles costs: `python -m tests.bench.bench_lake [--articles N] [--lake DIR]`.

1. The incremental cost: one pass of 500 new entries (and 10 revisions) over the big lake against the same over an empty one, both
   as processes of their own: the lake's part of a pass, from lock to commit, in Beam's DirectRunner.
2. Each standard view answering a question, in DuckDB with two threads.

A lake that `--lake` names is made when it is missing and kept; its passes are undone by working on a copy with hard links.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from schemas.records import RunInfo
from tests.bench.lake_rows import FIRST_DAY, make_lake
from tests.lake.examples import article, entry, hex32, poll, summary, write_pass
from transforms.lake.lake import commit_pass, open_lake

NEW = 500
QUESTIONS = {
    "articles": "SELECT title, source, published_at FROM articles ORDER BY published_at DESC LIMIT 20",
    "articles by day": "SELECT published_date, count(*) FROM articles GROUP BY ALL ORDER BY 1 DESC LIMIT 30",
    "one article": "SELECT * FROM articles WHERE article_id = '00000000000000000000000000000000'",
    "mentions": "SELECT label, count(*) FROM mentions GROUP BY ALL",
    "mentions of companies": "SELECT name, count(*) FROM mentions WHERE label = 'COMPANY' GROUP BY ALL ORDER BY 2 DESC LIMIT 20",
    "article_countries": "SELECT iso3, count(*), sum(salience) FROM article_countries GROUP BY ALL ORDER BY 2 DESC LIMIT 20",
    "stories": "SELECT * FROM stories ORDER BY independent_sources DESC LIMIT 20",
    "company_country": "SELECT * FROM company_country ORDER BY articles DESC LIMIT 20",
    "company_country, all days": "SELECT company, iso3, sum(articles) FROM company_country GROUP BY ALL ORDER BY 3 DESC LIMIT 20",
    "co_mentions": "SELECT * FROM co_mentions ORDER BY articles DESC LIMIT 20",
    "co_mentions of one": "SELECT b_name, sum(articles) FROM co_mentions WHERE a_id = 'company:3' GROUP BY ALL ORDER BY 2 DESC LIMIT 20",
    "trends": "SELECT * FROM trends WHERE entity_id = 'company:3' ORDER BY day",
    "trends, busiest": "SELECT name, sum(articles) FROM trends GROUP BY ALL ORDER BY 2 DESC LIMIT 20",
    "feed_health": "SELECT * FROM feed_health ORDER BY failures DESC LIMIT 20",
    "rejects": "SELECT reason, count(*) FROM rejects GROUP BY ALL",
    "runs": "SELECT * FROM runs ORDER BY started_at DESC LIMIT 20",
}


def one_pass(location: str) -> None:
    """The lake's part of a pass of `NEW` entries; prints seconds and peak memory as JSON."""
    import apache_beam as beam

    from transforms.lake.reading import read_file
    from transforms.lake.transform import AssignStories, SelectUnseen, StagePass

    at = FIRST_DAY + timedelta(days=730, hours=9)
    entries = [entry(n) for n in range(NEW)]
    articles = [
        article(n, published_at=at - timedelta(days=0 if n % 5 < 3 else n % 14), fetched_at=at, text=f"{hex32(str(n))} " * 100)
        for n in range(NEW)
    ]
    lake = open_lake(location)
    if files := lake.snapshot().files("articles"):
        ids = read_file(lake.storage, "articles", files[-3].path, ["article_id"])["article_id"].to_pylist()[:10]
        articles += [replace(article(n), article_id=key, fetched_at=at) for n, key in enumerate(ids)]
    started = time.perf_counter()
    with lake.begin_pass("bench"):
        lake.feed_states()
        with beam.Pipeline() as pipeline:
            selected = pipeline | "Entries" >> beam.Create(entries) | SelectUnseen(location, "bench", at)
            told = pipeline | "Articles" >> beam.Create(articles) | AssignStories(location, "bench")
            sightings = (told["sightings"], selected.sightings) | beam.Flatten()
            polls = pipeline | "Polls" >> beam.Create([poll(at)])
            rows = {**told, "sightings": sightings, "polls": polls}
            _ = rows | StagePass(location, RunInfo("bench", "0"))
        commit_pass(lake, summary("bench", at, NEW), at)
    seconds = time.perf_counter() - started
    status = Path("/proc/self/status").read_text()  # getrusage would tell the peak of the parent too
    print(json.dumps({"seconds": seconds, "megabytes": int(re.findall(r"VmHWM:\s+(\d+)", status)[0]) / 1024}))


def _in_process(location: Path) -> dict[str, float]:
    command = [sys.executable, "-m", "tests.bench.bench_lake", "--one_pass", str(location)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(done.stderr)
    measured: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return measured


def incremental(big: Path, rounds: int) -> None:
    with tempfile.TemporaryDirectory(dir=big.parent) as folder:
        runs: dict[str, list[dict[str, float]]] = {"empty": [], "big": []}
        for n in range(rounds):
            copy = Path(folder) / f"big{n}"
            shutil.copytree(big, copy, copy_function=os.link)
            shutil.copy(big / "_lake" / "snapshot.json", Path(folder) / "snapshot.json")
            (copy / "_lake" / "snapshot.json").unlink()
            shutil.move(Path(folder) / "snapshot.json", copy / "_lake" / "snapshot.json")
            runs["empty"].append(_in_process(Path(folder) / f"empty{n}"))
            runs["big"].append(_in_process(copy))
            shutil.rmtree(copy)
    for name, unit in (("seconds", "s"), ("megabytes", "MB")):
        least = {kind: min(run[name] for run in measured) for kind, measured in runs.items()}
        more = least["big"] - least["empty"]
        print(f"pass of {NEW}: empty {least['empty']:.1f} {unit}, big {least['big']:.1f} {unit}, more {more:.1f} {unit}")


def views(big: Path) -> None:
    from pipeline.analytics.query import open_views

    started = time.perf_counter()
    connection = open_views(open_lake(str(big), create=False))
    print(f"{time.perf_counter() - started:6.2f} s  opening the views")
    for name, sql in QUESTIONS.items():
        times = []
        for _ in range(3):
            started = time.perf_counter()
            connection.sql(sql).fetchall()
            times.append(time.perf_counter() - started)
        print(f"{min(times):6.2f} s  {name}  (first {times[0]:.2f} s)", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=1_000_000)
    parser.add_argument("--days", type=int, default=730)
    parser.add_argument("--lake", type=Path)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--one_pass", metavar="DIR", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.one_pass:
        one_pass(args.one_pass)
        return
    with tempfile.TemporaryDirectory() as folder:
        big = args.lake or Path(folder) / "lake"
        if not (big / "_lake" / "snapshot.json").exists():
            started = time.perf_counter()
            make_lake(open_lake(str(big)), args.articles, args.days)
            write_pass(big, "first", [], FIRST_DAY, polls=[poll(FIRST_DAY)])  # leaves the states of the feeds, as any pass does
            print(f"{args.articles:,} articles over {args.days} days made in {time.perf_counter() - started:.0f} s")
        views(big)
        incremental(big, args.rounds)


if __name__ == "__main__":
    main()
