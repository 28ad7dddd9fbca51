"""Locks on a lake: `pass` (one run, reprocess or stream at a time), `compact`, and `commit` (held for moments).

On a local disk a lock is an `flock`, which dies with its process, however that ends. Object stores that pyarrow reaches have
no such thing: there a lock is a lease, an object with an expiry that its holder renews. Two writers that start within the same
moment are told apart by reading the lease back; that is best effort, and one scheduler per remote lake is the safe way.
"""

import contextlib
import json
import os
import socket
import threading
import time
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import filelock

from schemas.errors import LakeError
from transforms.lake.storage import Storage, lake_errors

LEASE_S = 120.0
_SETTLE_S = 0.5  # between writing a lease and reading it back
_POLL_S = 0.2


class LakeBusyError(LakeError):
    """Somebody else holds the lock."""


@contextlib.contextmanager
def hold(storage: Storage, name: str, doing: str, wait_s: float = 0.0) -> Iterator[None]:
    """Hold lock `name` of the lake while the block runs, after waiting for it for at most `wait_s` seconds.

    `doing` tells others who holds it. Raises LakeBusyError when it stays taken.
    """
    holder = f"{doing}, process {os.getpid()} on {socket.gethostname()}, since {datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC"
    lock = _local_lock if storage.is_local else _lease
    with lock(storage, name, holder, wait_s):
        yield


def _busy(name: str, holder: str) -> LakeBusyError:
    what = {"pass": "Another pass", "compact": "A compaction", "commit": "A commit"}[name]
    return LakeBusyError(f"{what} is at work on this lake ({holder or 'by an unknown process'}); try again when it is over.")


@contextlib.contextmanager
def _local_lock(storage: Storage, name: str, holder: str, wait_s: float) -> Iterator[None]:
    path = Path(storage.full(f"_lake/{name}.lock"))
    note = path.with_suffix(".holder")
    with lake_errors(f"lock the lake {storage.root}"):
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = filelock.FileLock(path, thread_local=False)
        try:
            lock.acquire(timeout=wait_s, poll_interval=_POLL_S if wait_s > 1 else 0.01)
        except filelock.Timeout:
            raise _busy(name, note.read_text() if note.exists() else "") from None
    try:
        with contextlib.suppress(OSError):  # the note is for people; a full disk must not keep us from making room
            note.write_text(holder)
        yield
    finally:
        with contextlib.suppress(OSError):
            note.unlink(missing_ok=True)
        lock.release()


@contextlib.contextmanager
def _lease(storage: Storage, name: str, holder: str, wait_s: float) -> Iterator[None]:
    path, token = f"_lake/{name}.lease", uuid.uuid4().hex
    give_up = time.monotonic() + wait_s
    while not _take_lease(storage, path, token, holder):
        if time.monotonic() >= give_up:
            raise _busy(name, str(_read_lease(storage, path).get("holder", "")))
        time.sleep(_POLL_S)
    done = threading.Event()

    def renew() -> None:
        while not done.wait(LEASE_S / 4):
            with contextlib.suppress(LakeError):  # a missed renewal is made good by the next; the lease is four times as long
                _write_lease(storage, path, token, holder)

    thread = threading.Thread(target=renew, name=f"lease-{name}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
        if _read_lease(storage, path).get("token") == token:
            with lake_errors("release the lake"):
                storage.delete(path)


def _take_lease(storage: Storage, path: str, token: str, holder: str) -> bool:
    lease = _read_lease(storage, path)
    if lease and datetime.fromisoformat(lease["expires_at"]) > datetime.now(UTC):
        return False
    _write_lease(storage, path, token, holder)
    time.sleep(_SETTLE_S)
    return _read_lease(storage, path).get("token") == token


def _write_lease(storage: Storage, path: str, token: str, holder: str) -> None:
    expires_at = (datetime.now(UTC) + timedelta(seconds=LEASE_S)).isoformat()
    with lake_errors("lock the lake"):
        storage.write(path, json.dumps({"token": token, "holder": holder, "expires_at": expires_at}).encode())


def _read_lease(storage: Storage, path: str) -> dict[str, str]:
    with lake_errors("lock the lake"):
        data = storage.read(path)
    try:
        return dict(json.loads(data)) if data else {}
    except ValueError:
        return {}
