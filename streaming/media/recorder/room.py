"""How much room the disks have, asked once a second by a thread for each, so that whoever wants to know never waits.

A file system that hangs keeps its thread; what it said last is then old, and `age` tells.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

PERIOD = 1.0  # s between two questions
FORGOTTEN_AFTER = 30.0  # s without anybody asking


@dataclass
class _Disk:
    free: int | None = None  # bytes; None when it has not answered, or with an error
    answered_at: float = 0.0
    wanted_at: float = 0.0
    known: threading.Event = field(default_factory=threading.Event)


class Room:
    """Free bytes by directory. Thread-safe."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._disks: dict[Path, _Disk] = {}

    def free(self, root: Path, wait: float = 0.0) -> int | None:
        """Bytes that may be written below `root`, at most about a second ago; None when the disk does not say.

        The first question starts the asking; `wait` (s) is how long to wait for its answer.
        """
        with self._lock:
            disk = self._disks.get(root)
            if disk is None:
                disk = self._disks[root] = _Disk()
                threading.Thread(target=self._ask, args=(root, disk), name="disk-room", daemon=True).start()
            disk.wanted_at = self._clock()
        if wait:
            disk.known.wait(wait)
        return disk.free

    def age(self, root: Path) -> float | None:
        """Seconds since the disk last answered; None when it never did."""
        with self._lock:
            disk = self._disks.get(root)
        return None if disk is None or not disk.answered_at else self._clock() - disk.answered_at

    def _ask(self, root: Path, disk: _Disk) -> None:
        pause = threading.Event()
        while True:
            try:
                found = os.statvfs(root)
                disk.free = found.f_bavail * found.f_frsize
            except OSError:
                disk.free = None
            disk.answered_at = self._clock()
            disk.known.set()
            pause.wait(PERIOD)
            with self._lock:
                if self._clock() - disk.wanted_at > FORGOTTEN_AFTER:
                    self._disks.pop(root, None)
                    return


ROOM = Room()
