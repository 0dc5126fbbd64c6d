"""Every touch of the disk: append-only part files that hash as they are written, and small files written whole.

`Storage` is the seam where tests put a disk that is full or broken.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")

DIRECTORY_MODE, FILE_MODE, SEALED_MODE = 0o750, 0o640, 0o440


class Storage:
    """The few system calls the recorder makes on a path; each may raise OSError."""

    def create(self, path: Path) -> int:
        """Open a new file for appending only (the kernel refuses to write anywhere but at its end)."""
        return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_CLOEXEC, FILE_MODE)

    def extend(self, path: Path) -> int:
        """Open a file for appending, making it when missing."""
        return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, FILE_MODE)

    def write(self, descriptor: int, data: bytes) -> int:
        return os.write(descriptor, data)

    def sync(self, descriptor: int) -> None:
        os.fsync(descriptor)

    def sync_directory(self, directory: Path) -> None:
        """Make new and renamed names in `directory` survive a power cut."""
        descriptor = os.open(directory, os.O_RDONLY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def close(self, descriptor: int) -> None:
        os.close(descriptor)

    def stop(self) -> None:
        """Nothing more will be asked."""

    @property
    def raw(self) -> Storage:
        """The storage to use inside `run`."""
        return self

    def run(self, call: Callable[[], T]) -> T:
        """Several calls on the same disk at once, such as reading a part again."""
        return call()

    def write_json(self, path: Path, content: dict[str, Any]) -> None:
        """Replace `path` in one step: a reader sees the old file or the new one, never half of it."""
        temporary = path.with_name(path.name + ".tmp")
        data = (json.dumps(content, indent=1, sort_keys=True) + "\n").encode()
        temporary.unlink(missing_ok=True)
        descriptor = self.create(temporary)
        try:
            self.write_all(descriptor, data)
            self.sync(descriptor)
        finally:
            os.close(descriptor)
        os.replace(temporary, path)
        self.sync_directory(path.parent)

    def write_all(self, descriptor: int, data: bytes) -> None:
        view = memoryview(data)
        while view:
            view = view[self.write(descriptor, bytes(view)) :]


DISK = Storage()


class AppendFile:
    """A file that only grows. `size` and the hash follow each byte that the kernel took."""

    def __init__(self, path: Path, storage: Storage) -> None:
        """Create `path`, which must not exist. Raises OSError."""
        self.path = path
        self.size = 0
        self._storage = storage
        self._hash = hashlib.sha256()
        self._descriptor = storage.create(path)
        self._dirty = False

    def append(self, data: bytes) -> None:
        """Hand `data` to the kernel, all of it. Raises OSError, after which the end of the file may be torn."""
        view = memoryview(data)
        while view:
            taken = self._storage.write(self._descriptor, bytes(view) if len(view) < len(data) else data)
            if taken <= 0:
                raise OSError("the disk took no bytes")
            self._hash.update(view[:taken])
            self.size += taken
            self._dirty = True
            view = view[taken:]

    def sync(self) -> None:
        """Wait until the disk has everything appended so far. Raises OSError."""
        if self._dirty:
            self._storage.sync(self._descriptor)
            self._dirty = False

    def sha256(self) -> str:
        return self._hash.hexdigest()

    def close(self) -> None:
        if self._descriptor >= 0:
            descriptor, self._descriptor = self._descriptor, -1
            self._storage.close(descriptor)


def read_json(path: Path) -> dict[str, Any] | None:
    """The object in a JSON file; None when it is missing, cut short or something else."""
    try:
        content = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return None
    return content if isinstance(content, dict) else None


def file_sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
