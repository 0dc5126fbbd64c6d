"""What a container writer is given: frames and Opus packets with their place in time, and the part's description."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from streaming.media.recorder.packets import VideoFormat


class Sample:
    """`time` and `duration` in seconds, counted from the part's zero (`PartShape.zero`)."""

    __slots__ = ("data", "duration", "key", "time")

    def __init__(self, time: float, duration: float, data: bytes, key: bool = True) -> None:
        self.time = time
        self.duration = duration
        self.data = data
        self.key = key


@dataclass(frozen=True, slots=True)
class PartShape:
    """What is fixed for a whole part. `zero` is the wall clock (epoch seconds) of media time 0."""

    video: VideoFormat
    has_audio: bool
    zero: float


class Container(Protocol):
    """Turns samples into the bytes of a file that is only ever appended to."""

    def header(self) -> bytes:
        """The bytes before the first fragment."""
        ...

    def fragment(self, video: list[Sample], audio: list[Sample]) -> bytes:
        """The bytes of one fragment; whatever follows it, it plays."""
        ...
