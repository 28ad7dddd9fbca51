"""A big lake of made-up but realistic rows: vectorised, so that a million articles take minutes, not hours.

Realistic means: some 2.5 kB of text in sentences, 16 mentions on average of 9 entities as unevenly named as in the
news (Zipf), 3 countries, 400 sources, reprints, two years of days, 200 feeds polled every hour, and the other tables that go with it,
but for the bodies of pages, which no view and no pass reads.
"""

import multiprocessing
import os
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime, timedelta

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from schemas.tables import COUNTRY, MENTION, SCHEMA_VERSION, TABLES, TIME
from transforms.lake.derive import derive
from transforms.lake.lake import Lake, open_lake
from transforms.lake.snapshot import SNAPSHOT, LiveFile, Snapshot
from transforms.lake.staging import write_parquet

FIRST_DAY = datetime(2024, 1, 1, tzinfo=UTC)
FEEDS = 200
PASSES = 24  # a day
_LABELS = np.array(["COUNTRY", "NATIONALITY", "CITY", "METONYM", "COMPANY", "PLATFORM", "AGENCY", "TERM"])
_SHARES = [0.22, 0.12, 0.16, 0.05, 0.12, 0.15, 0.1, 0.08]
_STAGES = ("poll", "parse", "select", "fetch", "extract", "tag", "lake")
_DISTINCT = [190, 190, 3000, 60, 700, 1500, 300, 350]
_SYLLABLES = np.array(
    ["ka", "ro", "min", "ster", "vel", "ta", "nor", "di", "pra", "lon", "sky", "mar", "beth", "ul", "gor", "en"]
)


class Rows:
    """Makes the rows of days; `seed` decides all of them."""

    def __init__(self, seed: int = 1) -> None:
        self._seed = seed
        self._random = np.random.default_rng(seed)
        words = ["".join(self._random.choice(_SYLLABLES, self._random.integers(1, 5))) for _ in range(4000)]
        self._sentences = [
            (" ".join(self._random.choice(words, self._random.integers(12, 28))).capitalize() + ".") for _ in range(6000)
        ]
        self._countries = [f"{chr(65 + i // 26 % 26)}{chr(65 + i % 26)}{chr(65 + i * 7 % 26)}" for i in range(190)]
        self._ranks = [_zipf(distinct) for distinct in _DISTINCT]
        self._sources = np.array([f"news{i}.example.org" for i in range(400)])

    def day(self, day: int, count: int) -> dict[str, pa.Table]:
        """The rows of one day by table; day 0 is `FIRST_DAY`."""
        random = self._random = np.random.default_rng([self._seed, day])
        at = FIRST_DAY + timedelta(days=day)
        ids = _hex(random.integers(0, 2**63, (count, 2)))
        keys = _hex(random.integers(0, 2**63, (count, 2)))
        times = pa.array(_micros(at) + np.sort(random.integers(0, 86_400_000_000, count)), pa.int64()).cast(TIME)
        texts = [" ".join(self._sentences[i] for i in picks) for picks in random.integers(0, 6000, (count, 18))]
        source = self._sources[np.minimum(random.zipf(1.3, count), 400) - 1]
        urls = [f"https://{host}/2024/{key[:10]}/{key[10:24]}" for host, key in zip(source, keys, strict=True)]
        fingerprints = [key[:16] for key in keys]
        first = np.where(random.random(count) < 0.15, random.integers(0, count, count), np.arange(count))
        stories = [ids[i] for i in first]
        feeds = [f"https://feeds.example.org/{i}.xml" for i in random.integers(0, FEEDS, count)]
        hashes = [key + key for key in ids]
        run_id = f"run{day:05d}"
        stamp = {"run_id": [run_id] * count, "schema_version": [SCHEMA_VERSION] * count}
        mentions = self._mentions(count)
        articles = {
            "article_id": ids, "url": urls, "canonical_url": urls, "source": source, "feed_urls": [[feed] for feed in feeds],
            "feed_title": [f"Feed {feed[-7:]}" for feed in feeds], "title": [text[:70] for text in texts],
            "authors": [[] for _ in ids], "published_at": times, "published_at_source": ["feed"] * count,
            "published_raw": [at.isoformat()] * count, "fetched_at": times, "language": ["en"] * count, "text": texts,
            "text_source": ["page"] * count, "summary": [text[:200] for text in texts], "image_url": [""] * count,
            "categories": [[] for _ in ids], "word_count": [360] * count, "text_sha256": hashes, "url_key": keys,
            "fingerprint": fingerprints, "story_id": stories, "countries": self._country_lists(count),
            "focus_iso3": random.choice(self._countries, count), "mentions": mentions,
            "defense_score": random.random(count), "topics": [["air_defense"]] * count, "code_version": ["0.1.0"] * count,
            "model": ["en_core_web_sm 3.8.0"] * count, "lexicon_version": ["1"] * count, **stamp,
        }  # fmt: skip
        sightings = {
            "url_key": keys, "article_id": ids, "feed_url": feeds, "fingerprint": fingerprints, "outcome": ["article"] * count,
            "published_at": times, "text_hash": fingerprints, "seen_at": times, **stamp,
        }  # fmt: skip
        values = random.integers(0, 65521, (count, 128), dtype=np.uint16)
        signatures = {
            "article_id": ids, "story_id": stories, "source": source, "shingles": [350] * count,
            "minhash": [row.tobytes() for row in values],
            "published_at": times, **stamp,
        }  # fmt: skip
        polls = FEEDS * PASSES
        poll_times = pa.array(_micros(at) + np.sort(random.integers(0, 86_400_000_000, polls)), pa.int64()).cast(TIME)
        poll_rows = {
            "feed_url": [f"https://feeds.example.org/{i % FEEDS}.xml" for i in range(polls)], "polled_at": poll_times,
            "outcome": random.choice(["ok", "unchanged", "error"], polls, p=[0.6, 0.37, 0.03]), "status": [200] * polls,
            "new": random.integers(0, 5, polls), "poll_ms": random.integers(20, 900, polls), "run_id": [run_id] * polls,
        }  # fmt: skip
        failed = max(1, count // 20)
        rejects = {
            "stage": ["fetch"] * failed, "reason": random.choice(["http_not_found", "timeout", "no_text"], failed),
            "url": urls[:failed], "feed_url": feeds[:failed], "error": ["404"] * failed, "rejected_at": times[:failed],
            "transient": [False] * failed, "url_key": keys[:failed], "fingerprint": fingerprints[:failed], "run_id": [run_id] * failed,
        }  # fmt: skip
        started = pa.array(_micros(at) + np.arange(PASSES) * (86_400_000_000 // PASSES), pa.int64()).cast(TIME)
        stages = [{"stage": s, "unit": "articles", "in": 60, "out": 57, "rejected": 3, "dropped": 0} for s in _STAGES]
        runs = {
            "run_id": [f"{run_id}-{n}" for n in range(PASSES)], "command": ["run"] * PASSES, "started_at": started,
            "finished_at": started, "duration_s": random.random(PASSES) * 60, "outcome": ["committed"] * PASSES,
            "counts": [stages] * PASSES, "reasons": [[{"stage": "fetch", "reason": "rejected_timeout", "n": 3}]] * PASSES,
            "feeds": [FEEDS] * PASSES, "articles": [count // PASSES] * PASSES, "rejects": [failed // PASSES] * PASSES,
            "sequence": range(day * PASSES + 1, (day + 1) * PASSES + 1),
        }  # fmt: skip
        changed = range(0, count, 100)  # one article in a hundred was changed by its publisher
        superseded = {name: [column[n] for n in changed] for name, column in articles.items()}
        superseded |= {"superseded_at": [times[count - 1]] * len(changed), "superseded_by": [run_id] * len(changed)}
        made = {
            "articles": articles, "revisions": superseded, "sightings": sightings, "signatures": signatures, "polls": poll_rows,
            "rejects": rejects, "runs": runs,
        }  # fmt: skip
        return {table: _table(table, columns) for table, columns in made.items()}

    def _mentions(self, articles: int) -> pa.ListArray:
        random = self._random
        distinct = random.poisson(8, articles) + 1
        labels = random.choice(len(_LABELS), int(distinct.sum()), p=_SHARES)
        draws = random.random(len(labels))
        entity = np.zeros(len(labels), np.int64)
        for label, ranks in enumerate(self._ranks):
            chosen = labels == label
            entity[chosen] = np.searchsorted(ranks, draws[chosen])
        times_named = np.minimum(random.geometric(0.55, len(labels)), 12)
        article_of = np.repeat(np.repeat(np.arange(articles), distinct), times_named)
        labels, entity = np.repeat(labels, times_named), np.repeat(entity, times_named)
        counts, total = np.bincount(article_of, minlength=articles), len(labels)
        label_names = _LABELS[labels]
        names = np.char.add(np.char.add(label_names, " "), entity.astype(str))
        start = random.integers(0, 2400, total).astype(np.int32)
        iso3 = np.array(self._countries)[entity % 190]
        columns = {
            "kind": np.where(labels < 4, "geo", "defense"), "label": label_names, "text": names, "start": start, "end": start + 9,
            "entity_id": np.char.lower(np.char.replace(names, " ", ":")), "name": names, "category": np.full(total, ""),
            "iso3": iso3, "lat": random.random(total) * 180 - 90, "lon": random.random(total) * 360 - 180,
            "geonames_id": entity, "score": np.round(random.random(total), 2),
            "method": random.choice(["name", "lexicon"], total),
            "variant": np.full(total, ""), "runner_up": np.full(total, ""), "sentence": (start // 140).astype(np.int32),
        }  # fmt: skip
        arrays = [pa.array(columns[field.name], field.type) for field in MENTION]
        offsets = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
        return pa.ListArray.from_arrays(pa.array(offsets), pa.StructArray.from_arrays(arrays, fields=list(MENTION)))

    def _country_lists(self, articles: int) -> pa.ListArray:
        chosen = np.searchsorted(self._ranks[0], self._random.random(3 * articles))
        names = np.array(self._countries)[chosen]
        columns = {"iso3": names, "name": names, "mentions": np.full(len(names), 2), "salience": np.full(len(names), 1 / 3)}
        arrays = [pa.array(columns[field.name], field.type) for field in COUNTRY]
        offsets = pa.array(np.arange(0, len(names) + 1, 3, dtype=np.int32))
        return pa.ListArray.from_arrays(offsets, pa.StructArray.from_arrays(arrays, fields=list(COUNTRY)))


def make_lake(lake: Lake, articles: int, days: int, seed: int = 1) -> None:
    """Fill an empty lake with `articles` articles over `days` days, one file a day and table, as `compact` leaves them."""
    counts = {day: articles * (day + 1) // days - articles * day // days for day in range(days)}
    processes = os.cpu_count() or 1
    parts = [{day: counts[day] for day in range(first, days, processes)} for first in range(processes)]
    live: dict[str, list[LiveFile]] = {}
    with ProcessPoolExecutor(processes, multiprocessing.get_context("spawn")) as pool:
        for written in pool.map(_write_days, [lake.location] * processes, [seed] * processes, parts):
            for name, file in written:
                live.setdefault(name, []).append(file)
    tables = {name: tuple(sorted(files, key=lambda file: file.path)) for name, files in live.items()}
    lake.storage.write(SNAPSHOT, Snapshot(1, FIRST_DAY.isoformat(), "bench", tables).to_json())


def _write_days(location: str, seed: int, counts: dict[int, int]) -> list[tuple[str, LiveFile]]:
    """Write so many articles of each day, and what goes with them; (table, file) of each file."""
    lake, rows = open_lake(location), Rows(seed)
    live = []
    for day, count in counts.items():
        date = (FIRST_DAY + timedelta(days=day)).date().isoformat()
        for table, made in rows.day(day, count).items():
            for name, content in [(table, made), *(derive(made, date) if table == "articles" else [])]:
                path = f"{name}/{TABLES[name].partition}={date}/part-run{day:05d}-00000.parquet"
                staged = write_parquet(lake.storage, name, content, path)
                live.append((name, LiveFile(path, staged.rows, staged.bytes, staged.min_time, staged.max_time, SCHEMA_VERSION)))
    return live


def _table(table: str, columns: dict[str, object]) -> pa.Table:
    schema = TABLES[table].schema
    count = len(columns[TABLES[table].time])
    arrays = [
        pa.array(columns[field.name], field.type) if field.name in columns else pa.nulls(count, field.type) for field in schema
    ]
    return pa.Table.from_arrays(arrays, schema=schema)


def _zipf(distinct: int) -> npt.NDArray[np.float64]:
    weights = 1 / np.arange(1, distinct + 1) ** 1.05
    return np.cumsum(weights) / weights.sum()


def _hex(pairs: npt.NDArray[np.int64]) -> list[str]:
    return [f"{a:016x}{b:016x}" for a, b in pairs.tolist()]


def _micros(at: datetime) -> int:
    return int(at.timestamp() * 1_000_000)
