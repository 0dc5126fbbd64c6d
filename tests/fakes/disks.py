"""Disks that are full, broken or stuck, to be put under a recorder."""

from __future__ import annotations

import errno
import os
import threading
from pathlib import Path

from streaming.media.recorder.files import Storage


class FaultyDisk(Storage):
    """A real disk until `fault` is set to an errno: then every write, or every new file, fails with it."""

    def __init__(self) -> None:
        self.fault = 0
        self.fault_on_create = 0
        self.half = False  # a failing write first takes half of the bytes, as a disk does that becomes full
        self.writes = 0

    def create(self, path: Path) -> int:
        if self.fault_on_create and path.suffix in (".mp4", ".webm"):
            raise OSError(self.fault_on_create, os.strerror(self.fault_on_create))
        return super().create(path)

    def write(self, descriptor: int, data: bytes) -> int:
        if self.fault:
            if self.half and len(data) > 1:
                self.half = False
                return super().write(descriptor, data[: len(data) // 2])
            raise OSError(self.fault, os.strerror(self.fault))
        self.writes += 1
        return super().write(descriptor, data)


class StuckDisk(Storage):
    """A disk whose writes hang from `stuck.set()` until `free.set()`."""

    def __init__(self) -> None:
        self.stuck = threading.Event()
        self.free = threading.Event()
        self.waiting = threading.Event()

    def write(self, descriptor: int, data: bytes) -> int:
        if self.stuck.is_set():
            self.waiting.set()
            self.free.wait(30)
        return super().write(descriptor, data)


class SmallDisk(Storage):
    """A directory that holds `size` bytes, whatever the disk under it could."""

    def __init__(self, root: Path, size: int) -> None:
        self._root, self._size = root, size

    def write(self, descriptor: int, data: bytes) -> int:
        used = sum(path.stat().st_size for path in self._root.rglob("*") if path.is_file())
        if used + len(data) > self._size:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return super().write(descriptor, data)


FULL, BROKEN = errno.ENOSPC, errno.EIO
