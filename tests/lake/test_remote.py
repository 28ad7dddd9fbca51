"""A lake on an object store: an S3-compatible server on loopback, read back by DuckDB."""

import json
import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pyarrow.fs as pafs
import pytest
from moto.server import ThreadedMotoServer

from pipeline.analytics.query import query, write_database
from schemas.errors import LakeError, UsageError
from tests.lake.examples import T0, article, page, poll, reject, write_pass
from tests.lake.reading import everything, rows
from transforms.lake import locks
from transforms.lake.commit import JOURNAL
from transforms.lake.compact import compact
from transforms.lake.lake import Lake, open_lake
from transforms.lake.locks import LakeBusyError, hold
from transforms.lake.snapshot import SNAPSHOT
from transforms.lake.storage import Storage

DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def store() -> Iterator[str]:
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"{host}:{port}"
    server.stop()


@pytest.fixture
def location(store: str, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> str:
    for name, value in (("AWS_ACCESS_KEY_ID", "test"), ("AWS_SECRET_ACCESS_KEY", "test"), ("AWS_EC2_METADATA_DISABLED", "true")):
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(locks, "_SETTLE_S", 0.01)
    bucket = request.node.name.replace("_", "-")[:40].strip("-")
    endpoint = f"endpoint_override={store}&scheme=http&region=us-east-1"
    pafs.FileSystem.from_uri(f"s3://{bucket}?{endpoint}&allow_bucket_creation=true")[0].create_dir(bucket)
    return f"s3://{bucket}/news/lake?{endpoint}"


def keys(lake: Lake) -> set[str]:
    return {path for path, _ in lake.storage.files("")}


def test_passes_revisions_and_compaction(location: str) -> None:
    write_pass(location, "r1", [article(1), article(2)], pages=[page(1)], polls=[poll()], rejects=[reject(9)])
    assert write_pass(location, "r2", [article(1, text="Kyiv and Poland."), article(3)], T0 + DAY).superseded == 1
    lake = open_lake(location, create=False)
    before = everything(lake)
    assert len(before["articles"]) == 3
    assert len(before["revisions"]) == 1
    assert len(before["mentions"]) == 2 * 4 + 2
    compact(lake, lambda: T0 + DAY)
    assert everything(lake) == before
    assert list(lake.feed_states()) == [poll().feed.url]
    live = {file.path for files in lake.snapshot().tables.values() for file in files}
    assert keys(lake) == live | {SNAPSHOT, "_lake/feed_states.parquet"}


def test_a_commit_that_was_cut_short_is_finished(location: str, monkeypatch: pytest.MonkeyPatch) -> None:
    write_pass(location, "r1", [article(1)])
    lake = open_lake(location)
    moved: list[str] = []
    move = Storage.move

    def move_two(self: Storage, source: str, target: str) -> None:
        if len(moved) == 2:
            raise ConnectionError("the network is gone")
        moved.append(source)
        move(self, source, target)

    with monkeypatch.context() as patch:
        patch.setattr(Storage, "move", move_two)
        with pytest.raises(LakeError, match=r"the network is gone.*is recorded"):
            write_pass(location, "r2", [article(1, text="Kyiv."), article(2)], T0 + DAY)
    assert lake.storage.exists(JOURNAL)
    assert [row["text"] for row in rows(lake, "articles")] == [article(1).text]
    write_pass(location, "r3", [article(3)], T0 + DAY)
    assert {row["text"] for row in rows(lake, "articles")} == {"Kyiv.", article(2).text, article(3).text}
    assert not lake.storage.exists(JOURNAL)
    assert not any(key.startswith("_staging") for key in keys(lake))


def test_one_pass_at_a_time_by_a_lease(location: str) -> None:
    lake = open_lake(location)
    with hold(lake.storage, "pass", "run r1"):
        with pytest.raises(LakeBusyError, match="run r1, process"), lake.begin_pass("r2", wait_s=0.3):
            pass
        dead = {"token": "x", "holder": "run r0", "expires_at": (datetime.now(UTC) - DAY).isoformat()}
        lake.storage.write("_lake/compact.lease", json.dumps(dead).encode())
        with hold(lake.storage, "compact", "a compaction"):  # the lease of a dead process runs out
            pass
    with lake.begin_pass("r2"):
        pass
    assert keys(lake) == set()


def test_questions_with_filters(location: str) -> None:
    write_pass(location, "r1", [article(n, published_at=T0 + n % 3 * DAY) for n in range(9)])
    lake = open_lake(location)
    assert query(lake, "SELECT count(*) AS n FROM articles WHERE published_date = '2026-03-02'").to_pylist() == [{"n": 3}]
    named = "SELECT name, count(*) AS n FROM mentions WHERE label = 'COMPANY' AND published_at > '2026-03-02' GROUP BY 1"
    assert query(lake, named).to_pylist() == [{"name": "Lockheed Martin", "n": 6}]
    with pytest.raises(UsageError):
        query(lake, f"SELECT * FROM read_parquet('s3://{lake.storage.full('x')}')")
    with pytest.raises(UsageError, match="on a local disk"):
        write_database(lake, None)


def test_a_store_that_cannot_be_used_is_one_sentence(location: str) -> None:
    missing = location.replace("s3://", "s3://no-such-bucket-")
    unreachable = "s3://bucket/lake?endpoint_override=127.0.0.1:9&scheme=http&region=us-east-1"
    for nowhere, create in ((missing, True), (missing, False), (unreachable, False)):
        with pytest.raises(LakeError) as caught, open_lake(nowhere, create=create).begin_pass("r1"):
            pass
        assert "\n" not in str(caught.value)
