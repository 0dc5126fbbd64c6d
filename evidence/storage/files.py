"""Evidence on a disk: a file appears under its name whole, hashed, synced and read-only, or not at all."""

from __future__ import annotations

import contextlib
import hashlib
import os
import stat
import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from evidence.storage.base import CHUNK, Stored, StoreError, StoreMismatch, StoreOccupied, checked_name

_SCHEME = "file:"
_INCOMING = ".incoming-"
#: A copy that is being made is younger than this; an older one was left by a process that was killed.
LEFT_AFTER = timedelta(days=1)


class FileStore:
    """Write-once by mode 0444, exclusive creation and the absence of any overwrite or delete.

    A disk cannot promise retention: `keep_until` is noted as policy. Mount the directory on write-once storage, or use
    S3 with Object Lock, where the promise must hold against an administrator.
    """

    def __init__(self, root: Path) -> None:
        self.root = Path(root)

    def put(self, source: Path, name: str, *, sha256: str, mime: str, keep_until: datetime | None) -> Stored:
        target = self.root / checked_name(name)
        try:
            _make_directories(target.parent)
            incoming = target.parent / f"{_INCOMING}{uuid.uuid4().hex}"
            try:
                size = self._copy(source, incoming, sha256)
                self._publish(incoming, target, sha256)
            finally:
                incoming.unlink(missing_ok=True)
            _sync_directory(target.parent)
        except OSError as error:
            raise StoreError(f"cannot store {name}: {error.strerror or type(error).__name__}") from error
        return Stored(uri=f"{_SCHEME}{name}", size=size, sha256=sha256, kept_until=keep_until)

    def _copy(self, source: Path, incoming: Path, sha256: str) -> int:
        digest, size = hashlib.sha256(), 0
        handle = os.open(incoming, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0), 0o600)
        with os.fdopen(handle, "wb") as out, source.open("rb") as file:
            while piece := file.read(CHUNK):
                digest.update(piece)
                out.write(piece)
                size += len(piece)
            out.flush()
            os.fchmod(out.fileno(), 0o444)
            os.fsync(out.fileno())
            _forget_cached(out)
        if digest.hexdigest() != sha256:
            raise StoreMismatch(f"the file's hash is {digest.hexdigest()}, not {sha256}")
        return size

    def _publish(self, incoming: Path, target: Path, sha256: str) -> None:
        """Give the finished file its name. A hard link fails when the name is taken; a rename would replace."""
        try:
            os.link(incoming, target)
        except FileExistsError as error:
            if _digest(target)[0] != sha256:
                raise StoreOccupied(f"{target.name} holds other bytes") from error

    def digest(self, uri: str) -> tuple[str, int]:
        try:
            return _digest(self._path(uri))
        except OSError as error:
            raise StoreError(f"cannot read {uri}: {error.strerror or type(error).__name__}") from error

    def kept_until(self, uri: str) -> datetime | None:
        return None

    def read(self, uri: str, start: int = 0, length: int | None = None) -> Iterator[bytes]:
        try:
            file = self._path(uri).open("rb")
        except OSError as error:
            raise StoreError(f"cannot read {uri}: {error.strerror or type(error).__name__}") from error
        return _pieces(file, start, length)

    def local_path(self, uri: str) -> Path | None:
        return self._path(uri)

    def check(self) -> None:
        """Creates the directory on first use and proves that a file can be made in it."""
        try:
            _make_directories(self.root)
            probe = self.root / f".probe-{uuid.uuid4().hex}"
            os.close(os.open(probe, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
            probe.unlink()
        except OSError as error:
            raise StoreError(f"cannot write to the evidence directory: {error.strerror}") from error

    def clear_left(self, before: datetime) -> int:
        """Remove unfinished copies last written before that moment, and nothing else. Returns how many.

        They never had a name of the store, and their source is removed only after a whole copy was read back.
        """
        cleared = 0
        for left in self.root.rglob(f"{_INCOMING}*"):
            with contextlib.suppress(FileNotFoundError):  # two processes may clear at once
                status = left.lstat()
                if stat.S_ISREG(status.st_mode) and status.st_mtime < before.timestamp():
                    left.unlink()
                    cleared += 1
        return cleared

    def _path(self, uri: str) -> Path:
        if not uri.startswith(_SCHEME):
            raise StoreError(f"not a file of this store: {uri!r}")
        return self.root / checked_name(uri.removeprefix(_SCHEME))


def _digest(path: Path) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        _forget_cached(file)
        while piece := file.read(CHUNK):
            digest.update(piece)
            size += len(piece)
    return digest.hexdigest(), size


def _pieces(file: BinaryIO, start: int, length: int | None) -> Iterator[bytes]:
    with file:
        file.seek(start)
        left = length
        while left is None or left > 0:
            piece = file.read(CHUNK if left is None else min(CHUNK, left))
            if not piece:
                return
            if left is not None:
                left -= len(piece)
            yield piece


def _forget_cached(file: BinaryIO) -> None:
    """Ask for the next read to come from the disk, so that reading back proves what the disk holds."""
    if hasattr(os, "posix_fadvise"):
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def _make_directories(path: Path) -> None:
    """Create and sync each missing directory, so that a name survives power loss with its file."""
    if path.is_dir():
        return
    _make_directories(path.parent)
    path.mkdir(mode=0o750, exist_ok=True)
    _sync_directory(path.parent)


def _sync_directory(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
