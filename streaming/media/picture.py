"""When a join's first picture is there, and how big pictures are."""

from __future__ import annotations

from .rtp import Packet
from .source import HISTORY, Source

Size = tuple[int, int]


class Picture:
    """Follows the keyframes of one join: a keyframe counts once every packet of it has come."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._start = -1
        self._end = -1
        self._timestamp = 0
        self._size: Size | None = None
        self.size: Size | None = None  # of the last whole keyframe

    @property
    def is_waiting(self) -> bool:
        """Whether a keyframe has begun and is not whole yet: only then `packet` need be called."""
        return self._start >= 0

    def keyframe(self, number: int, packet: Packet) -> None:
        """A keyframe starts at `number`."""
        self._start, self._end, self._timestamp = number, -1, packet.timestamp
        self._size = self._source.picture_size(packet.payload)

    def packet(self, number: int, packet: Packet) -> Size | None:
        """Take the next packet that came. Returns the picture's size when it completes a keyframe."""
        if packet.timestamp == self._timestamp and packet.marker:
            self._end = number
        if self._end < 0 or not self._source.complete(self._start, self._end):
            if number - self._start >= HISTORY:
                self._start = -1  # it will never be whole
            return None
        self._start = -1
        if self._size is None:
            return None
        self.size = self._size
        return self.size
