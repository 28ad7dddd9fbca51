"""What a lake of a million articles costs: `python -m tests.bench.bench_lake [--articles N] [--lake DIR]`.

1. The incremental cost: one pass of 500 new entries (and 10 revisions) over the big lake against the same over an empty one, both
   as processes of their own: the lake's part of a pass, from lock to commit, in Beam's DirectRunner.
2. Each standard view answering questions, in DuckDB with a thread a core. CPU seconds are of all threads: on a machine with other
   work they tell what the wall clock cannot.

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
LATELY = "'2025-12-01'"  # the last month of the lake
VIEWS = (
    "articles", "mentions", "article_countries", "stories", "company_country", "co_mentions", "trends", "feed_health", "rejects", "runs",
)  # fmt: skip
_COUNTED = {f"{view}: how many": f"SELECT count(*) FROM {view}" for view in VIEWS}
_LOOKED_AT = {f"{view}: some rows": f"SELECT * FROM {view} LIMIT 20" for view in VIEWS}
_ASKED = {
    "articles: newest": "SELECT title, source, published_at FROM articles ORDER BY published_at DESC LIMIT 20",
    "articles: by day": "SELECT published_date, count(*) FROM articles GROUP BY ALL ORDER BY 1 DESC LIMIT 30",
    "articles: by month and source": "SELECT date_trunc('month', published_at) AS m, source, count(*) FROM articles GROUP BY ALL LIMIT 20",
    "articles: one": "SELECT * FROM articles WHERE article_id = '00000000000000000000000000000000'",
    "articles: a month's sources": f"SELECT source, count(*) FROM articles WHERE published_at >= {LATELY} GROUP BY ALL ORDER BY 2 DESC",
    "mentions: by label": "SELECT label, count(*) FROM mentions GROUP BY ALL",
    "mentions: companies": "SELECT name, count(*) FROM mentions WHERE label = 'COMPANY' GROUP BY ALL ORDER BY 2 DESC LIMIT 20",
    "mentions: companies by article": "SELECT name, iso3, count(DISTINCT article_id) FROM mentions WHERE label = 'COMPANY' "
    "GROUP BY ALL ORDER BY 3 DESC LIMIT 20",
    "mentions: a month's platforms": "SELECT name, count(*) FROM mentions WHERE label = 'PLATFORM' "
    f"AND published_at >= {LATELY} GROUP BY ALL ORDER BY 2 DESC LIMIT 20",
    "mentions: of one": "SELECT title, url FROM mentions WHERE entity_id = 'company:3' ORDER BY published_at DESC LIMIT 20",
    "mentions: newest": "SELECT * FROM mentions ORDER BY published_at DESC LIMIT 20",
    "article_countries: all": "SELECT iso3, count(*), sum(salience) FROM article_countries GROUP BY ALL ORDER BY 2 DESC LIMIT 20",
    "article_countries: titles of one": "SELECT title, url FROM article_countries WHERE iso3 = 'AAA' AND is_focus "
    "ORDER BY published_at DESC LIMIT 20",
    "stories: most told": "SELECT * FROM stories ORDER BY independent_sources DESC LIMIT 20",
    "stories: of a month": f"SELECT title, independent_sources FROM stories WHERE first_published_at >= {LATELY} ORDER BY 2 DESC LIMIT 20",
    "stories: by sources": "SELECT independent_sources, count(*) FROM stories GROUP BY ALL ORDER BY 1",
    "company_country: top": "SELECT * FROM company_country ORDER BY articles DESC LIMIT 20",
    "company_country: all days": "SELECT company, iso3, sum(articles) FROM company_country GROUP BY ALL ORDER BY 3 DESC LIMIT 20",
    "co_mentions: top": "SELECT * FROM co_mentions ORDER BY articles DESC LIMIT 20",
    "co_mentions: of one": "SELECT b_name, sum(articles) FROM co_mentions WHERE a_id = 'company:3' GROUP BY ALL ORDER BY 2 DESC LIMIT 20",
    "co_mentions: of a month": f"SELECT a_name, b_name, sum(articles) FROM co_mentions WHERE day >= {LATELY} "
    "GROUP BY ALL ORDER BY 3 DESC LIMIT 20",
    "co_mentions: companies and platforms": "SELECT a_name, b_name, sum(articles_one_sentence) FROM co_mentions "
    "WHERE a_label = 'COMPANY' AND b_label = 'PLATFORM' GROUP BY ALL ORDER BY 3 DESC LIMIT 20",
    "co_mentions: all pairs, all days": "SELECT a_name, b_name, sum(articles) FROM co_mentions GROUP BY ALL ORDER BY 3 DESC LIMIT 20",
    "trends: of one": "SELECT * FROM trends WHERE entity_id = 'company:3' ORDER BY day",
    "trends: busiest": "SELECT name, sum(articles) FROM trends GROUP BY ALL ORDER BY 2 DESC LIMIT 20",
    "feed_health: ailing": "SELECT * FROM feed_health ORDER BY failures DESC LIMIT 20",
    "rejects: reasons": "SELECT reason, count(*) FROM rejects GROUP BY ALL",
    "runs: newest": "SELECT * FROM runs ORDER BY started_at DESC LIMIT 20",
    "who is named with a country": "SELECT m.name, count(DISTINCT m.article_id) FROM mentions m JOIN article_countries c "
    "USING (article_id) WHERE m.label = 'COMPANY' AND c.iso3 = 'AAA' GROUP BY ALL ORDER BY 2 DESC LIMIT 5",
}
QUESTIONS = {**_COUNTED, **_LOOKED_AT, **_ASKED}


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
    started, spent = time.perf_counter(), time.process_time()
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
    seconds, cpu = time.perf_counter() - started, time.process_time() - spent
    status = Path("/proc/self/status").read_text()  # getrusage would tell the peak of the parent too
    print(json.dumps({"seconds": seconds, "cpu": cpu, "megabytes": int(re.findall(r"VmHWM:\s+(\d+)", status)[0]) / 1024}))


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
    for name, unit in (("seconds", "s"), ("cpu", "s of CPU"), ("megabytes", "MB")):
        least = {kind: min(run[name] for run in measured) for kind, measured in runs.items()}
        more = least["big"] - least["empty"]
        print(f"pass of {NEW}: empty {least['empty']:.1f} {unit}, big {least['big']:.1f} {unit}, more {more:.1f} {unit}")


def views(big: Path) -> None:
    from pipeline.analytics.query import open_views

    started, spent = time.perf_counter(), time.process_time()
    connection = open_views(open_lake(str(big), create=False))
    print(f"{time.perf_counter() - started:6.2f} s {time.process_time() - spent:6.2f} s of CPU  opening the views")
    for name, sql in QUESTIONS.items():
        times, cpu = [], []
        for _ in range(3):
            started, spent = time.perf_counter(), time.process_time()
            connection.sql(sql).fetchall()
            times.append(time.perf_counter() - started)
            cpu.append(time.process_time() - spent)
        print(f"{min(times):6.2f} s {min(cpu):6.2f} s of CPU  {name}  (first {times[0]:.2f} s, {cpu[0]:.2f})", flush=True)


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
