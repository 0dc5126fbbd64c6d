"""Finds out how much of a part is whole, from its bytes alone. Common to MP4 and WebM."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

MAX_FRAGMENT = 256 * 1024 * 1024  # bytes; a larger box or cluster is damage


class Damaged(Exception):
    """The bytes at this place are not, or not all of, what the format asks for."""


@dataclass
class Track:
    """What the whole fragments hold of one track. Times in seconds of media time."""

    kind: str = ""
    scale: float = 1.0  # ticks per second
    samples: int = 0
    first: float = 0.0
    last: float = 0.0

    def add(self, time: float) -> None:
        if not self.samples:
            self.first = time
        self.samples += 1
        self.last = max(self.last, time)


@dataclass
class Walked:
    """`size` bytes from the start of the file are whole and have `sha256`; `zero` is the wall clock of media time 0."""

    container: str
    size: int = 0
    sha256: str = ""
    zero: float | None = None
    width: int = 0
    height: int = 0
    video: Track = field(default_factory=Track)
    audio: Track = field(default_factory=Track)
    boundaries: list[int] = field(default_factory=list)  # end of each whole fragment


class Reader:
    """Reads forward, and hashes what the walker says is whole."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._hash = hashlib.sha256()
        self._unsure: list[bytes] = []
        self.position = 0

    def read(self, count: int) -> bytes:
        """Exactly `count` bytes, else Damaged."""
        if count < 0 or count > MAX_FRAGMENT:
            raise Damaged("size")
        data = self._file.read(count)
        if len(data) != count:
            raise Damaged("cut short")
        self._unsure.append(data)
        self.position += count
        return data

    def at_end(self) -> bool:
        ended = not self._file.read(1)
        if not ended:
            self._file.seek(-1, 1)
        return ended

    def accept(self, walked: Walked, *, fragment: bool = True) -> None:
        """Everything read so far is whole."""
        for data in self._unsure:
            self._hash.update(data)
        self._unsure.clear()
        if fragment:
            walked.size = self.position
            walked.sha256 = self._hash.hexdigest()
            walked.boundaries.append(self.position)


def walk(path: Path) -> Walked:
    """Walk a part file. `size` is 0 when not one fragment is whole. Raises OSError only."""
    from streaming.media.recorder.walk_mp4 import walk_mp4
    from streaming.media.recorder.walk_webm import walk_webm

    with path.open("rb") as file:
        return walk_mp4(file) if path.suffix == ".mp4" else walk_webm(file)
