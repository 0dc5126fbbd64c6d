"""Where a session is written: the recordings directory, and a second place for when that is full, slow or broken.

The second place is left again as soon as the first has taken a probe file and has room; both are given the same part
numbers, so that the exhibit is one row of parts wherever they lie.
"""

from __future__ import annotations

import logging
import threading
import uuid
from dataclasses import dataclass
from pathlib import Path

from streaming.media.recorder.files import DIRECTORY_MODE, Storage
from streaming.media.recorder.guarded import GuardedStorage
from streaming.media.recorder.room import ROOM

log = logging.getLogger(__name__)

PROBE_PERIOD = 3.0  # s between two looks at a first place that failed
LONGEST_PERIOD = 60.0  # s; each time the first place fails again the looks become rarer
PROBE_BYTES = 256 * 1024
RESERVE = 256 * 1024 * 1024  # bytes left free in the first place: the engine's small files must fit for ever


@dataclass(frozen=True)
class Place:
    """One session's directory on one disk."""

    directory: Path
    storage: Storage

    def make(self) -> None:
        """Raises OSError."""
        self.storage.run(lambda: self.directory.mkdir(mode=DIRECTORY_MODE, parents=True, exist_ok=True))


class Places:
    """The first place and, when there is one, the second. Lives on the recorder's thread."""

    def __init__(self, first: Place, second: Place | None = None, reserve: int = RESERVE) -> None:
        """`reserve`: free bytes below which the first place is left, if there is a second."""
        self.first, self.second = first, second
        self.current = first
        self.why = ""  # why the first is not used
        self._reserve = reserve if second is not None else 0
        self._probed_at = 0.0
        self._times = 0  # the first place was left
        self._probe: _Probe | None = None

    @property
    def all(self) -> list[Place]:
        return [self.first] if self.second is None else [self.first, self.second]

    @property
    def directories(self) -> list[Path]:
        return [place.directory for place in self.all]

    @property
    def aside(self) -> bool:
        return self.current is not self.first

    def other(self, place: Place) -> Place | None:
        return self.second if place is self.first else self.first

    def of(self, path: Path) -> Place:
        """The place a file lies in."""
        return self.first if self.second is None or path.parent == self.first.directory else self.second

    def step_aside(self, why: str, now: float) -> bool:
        """The place in use fails: take the other one. False when there is none that may be tried at once."""
        if self.second is None:
            return False
        if self.aside:
            self.current = self.first  # both fail: by turns
            return False
        try:
            self.second.make()
        except OSError as error:
            log.error("the second place cannot be used either: %s", error.strerror)
            return False
        self.current, self.why = self.second, why
        self._probed_at = now
        self._times += 1
        return True

    def look(self, now: float) -> str:
        """What has changed: "nearly full" when it is time to leave the first place, "back" when it may be used again,
        else "". Never blocks."""
        if self.second is None:
            return ""
        if self.aside:
            return self._look_back(now)
        free = ROOM.free(self.first.directory.parent)
        return "nearly full" if free is not None and free < self._reserve else ""

    def _look_back(self, now: float) -> str:
        if self._probe is not None and self._probe.fit and self._has_room():
            self._probe, self.current = None, self.first
            return "back"
        period = min(LONGEST_PERIOD, PROBE_PERIOD * 2 ** min(self._times - 1, 16))
        if now - self._probed_at >= period and (self._probe is None or self._probe.done):
            self._probed_at = now
            self._probe = _Probe(self.first)
        return ""

    def _has_room(self) -> bool:
        """Twice the reserve, so that a disk at the edge is not left and taken by turns."""
        return (ROOM.free(self.first.directory.parent) or 0) >= 2 * self._reserve


def two_places(first: Path, second: Path) -> Places:
    """On disks of which either may hang."""
    return Places(Place(first, GuardedStorage()), Place(second, GuardedStorage()))


class _Probe:
    """Whether a disk that failed takes a file again, found out in a thread of its own: it may hang."""

    def __init__(self, place: Place) -> None:
        self.done = False
        self.fit = False
        self._directory, self._disk = place.directory, place.storage.raw
        threading.Thread(target=self._run, name="recorder-probe", daemon=True).start()

    def _run(self) -> None:
        try:
            self._directory.mkdir(mode=DIRECTORY_MODE, parents=True, exist_ok=True)
            self._try_write(self._directory / f".probe-{uuid.uuid4().hex[:8]}")
            self.fit = True
        except OSError:
            self.fit = False
        finally:
            self.done = True

    def _try_write(self, path: Path) -> None:
        descriptor = self._disk.create(path)
        try:
            self._disk.write_all(descriptor, bytes(PROBE_BYTES))
            self._disk.sync(descriptor)
        finally:
            self._disk.close(descriptor)
            path.unlink(missing_ok=True)
