"""Files of a lake on a `pyarrow.fs` file system: local or an object store, with atomic writes and plain-sentence errors.

On a local disk a file is written beside its target, synced and renamed over it, and folders are synced when asked, so that
what was reported as written survives a power cut. On an object store a put is atomic by itself, and a move is a copy and a
delete; every step of the lake's protocol can therefore be done again.
"""

import contextlib
import errno
import os
import urllib.parse
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.fs as pafs

from schemas.errors import LakeError

_WHY = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the disk quota is used up",
    errno.EACCES: "permission is denied",
    errno.EPERM: "permission is denied",
    errno.EROFS: "the file system is read-only",
    errno.ENOENT: "a file or folder has vanished",
    errno.ENOTDIR: "a folder has been replaced by a file",
    errno.EIO: "the disk reports an input/output error",
}


@contextlib.contextmanager
def lake_errors(doing: str) -> Iterator[None]:
    """Turn what the operating system or the store raises while `doing` into a LakeError with one plain sentence."""
    try:
        yield
    except OSError as error:
        said = " ".join(str(error).split())[:300]
        missing = f"a file is missing ({said})" if isinstance(error, FileNotFoundError) else said
        raise LakeError(f"Cannot {doing}: {_WHY.get(error.errno or 0) or missing}.") from error
    except pa.ArrowInvalid as error:
        raise LakeError(f"Cannot {doing}: a file is damaged ({' '.join(str(error).split())[:200]}).") from error


def resolve(location: str) -> tuple[pafs.FileSystem, str]:
    """The file system and root path of a lake given as a local path or a URI (`s3://bucket/prefix?endpoint_override=…`)."""
    scheme = urllib.parse.urlsplit(location).scheme
    if len(scheme) < 2:  # a path; one letter is a drive
        return pafs.LocalFileSystem(), str(Path(location).expanduser().absolute())
    try:
        fs, root = pafs.FileSystem.from_uri(location)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, NotImplementedError) as error:
        raise LakeError(f"{location} is not a place for a lake: {' '.join(str(error).split())}.") from error
    return fs, root.rstrip("/")


@dataclass(frozen=True)
class Storage:
    """The files under `root` on `fs`. Paths are relative to `root`, with `/`."""

    fs: pafs.FileSystem
    root: str

    @property
    def is_local(self) -> bool:
        return isinstance(self.fs, pafs.LocalFileSystem)

    def full(self, path: str) -> str:
        """`path` as the file system knows it."""
        return f"{self.root}/{path}" if path else self.root

    def exists(self, path: str) -> bool:
        return self.size(path) is not None

    def size(self, path: str) -> int | None:
        """Bytes of the file at `path`; None when there is none."""
        info = self.fs.get_file_info(self.full(path))
        return int(info.size or 0) if info.type == pafs.FileType.File else None

    def read(self, path: str) -> bytes | None:
        """The content of a small file; None when there is none."""
        try:
            with self.fs.open_input_stream(self.full(path)) as stream:
                return bytes(stream.readall())
        except FileNotFoundError:
            return None

    def write(self, path: str, data: bytes) -> None:
        """Put `data` at `path` in one step: a reader sees the old content, or the new, never a part."""
        if not self.is_local:
            with self.fs.open_output_stream(self.full(path)) as stream:
                stream.write(data)
            return
        target = Path(self.full(path))
        target.parent.mkdir(parents=True, exist_ok=True)
        draft = target.with_name(f".{target.name}.{uuid.uuid4().hex}")
        try:
            with draft.open("xb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(target)
        except OSError:
            draft.unlink(missing_ok=True)
            raise
        self.sync_folder(str(Path(path).parent))

    def make_folder(self, path: str) -> None:
        if self.is_local:
            Path(self.full(path)).mkdir(parents=True, exist_ok=True)

    def sync(self, path: str) -> None:
        """Make sure that a file that has been written is on the disk, not only in its cache."""
        if self.is_local:
            _fsync(self.full(path))

    def sync_folder(self, path: str) -> None:
        """Make renames into and deletions from a folder durable."""
        if self.is_local:
            _fsync(self.full("" if path == "." else path))

    def move(self, source: str, target: str) -> None:
        """Move a file; done already (the source is gone and the target there) is fine too."""
        if self.is_local:
            destination = Path(self.full(target))
            destination.parent.mkdir(parents=True, exist_ok=True)
            try:
                Path(self.full(source)).replace(destination)
            except FileNotFoundError:
                if not destination.exists():
                    raise
            return
        if self.exists(source):
            self.fs.copy_file(self.full(source), self.full(target))
            self.fs.delete_file(self.full(source))
        elif not self.exists(target):
            raise FileNotFoundError(errno.ENOENT, "vanished before it could be moved", source)

    def delete(self, path: str) -> None:
        """Delete a file, and on a local disk its folder when that leaves it empty; gone already is fine."""
        try:
            self.fs.delete_file(self.full(path))
        except FileNotFoundError:
            return
        except OSError:
            if self.exists(path):
                raise
        if self.is_local:
            with contextlib.suppress(OSError):  # not empty
                Path(self.full(path)).parent.rmdir()

    def delete_folder(self, path: str) -> None:
        with contextlib.suppress(FileNotFoundError):
            self.fs.delete_dir(self.full(path))

    def folders(self, path: str) -> list[str]:
        """The names of the folders in the folder `path`, sorted."""
        return sorted(info.base_name for info in self._infos(path, recursive=False) if info.type == pafs.FileType.Directory)

    def files(self, path: str) -> list[tuple[str, int]]:
        """(path, bytes) of every file under the folder `path`, sorted."""
        infos = [info for info in self._infos(path, recursive=True) if info.type == pafs.FileType.File]
        return sorted((info.path[len(self.root) + 1 :], int(info.size or 0)) for info in infos)

    def _infos(self, path: str, *, recursive: bool) -> list[Any]:
        selector = pafs.FileSelector(self.full(path), allow_not_found=True, recursive=recursive)
        return list(self.fs.get_file_info(selector))


def _fsync(path: str) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
