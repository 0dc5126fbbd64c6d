"""Which packets of a source one viewer is sent, when it does not want them all.

Nothing is transcoded, so a thumbnail can only be made of pictures that need no picture left out: keyframes, which the
engine asks the phone for every THUMBNAIL_EVERY seconds while somebody looks at thumbnails of it, and, where the phone
sends VP8 in temporal layers, the pictures of the lowest layer (RFC 7741 section 4.2, TID). What is sent on is numbered
without holes: a browser sees a slow picture, not a lost one, and asks for nothing again.
"""

from __future__ import annotations

from collections import deque
from typing import Final, NamedTuple

from . import vp8
from .rtp import Packet

THUMBNAIL_EVERY: Final = 2.0  # seconds between two keyframes asked for on behalf of all thumbnails of one source
THUMBNAIL_LEAST: Final = 0.45  # seconds between two that are passed on, however many the phone sends
RUNS: Final = 32  # stretches of numbers remembered, to find what a request for packet n means


class Run(NamedTuple):
    """Numbers `first` to `last` of the source left with `offset` added."""

    first: int
    last: int
    offset: int


class Thinning:
    """The state of one stream that is thinned out. Numbers are the source's extended ones."""

    __slots__ = ("_picture", "_shown_at", "_unbroken", "rising", "runs")

    def __init__(self, picture: int) -> None:
        """`picture` is the timestamp of the picture on its way: it is finished."""
        self._picture = picture
        self._shown_at = float("-inf")
        self._unbroken = False  # every picture of the lowest layer since the last keyframe was passed on
        self.rising = False  # the viewer wants everything again, from the next keyframe on
        self.runs: deque[Run] = deque(maxlen=RUNS)

    def passes(self, packet: Packet, keyframe: bool, arrival: float, codec: str) -> bool | None:
        """Whether to send `packet` on: True for one more of the picture on its way, None for the first of another."""
        if packet.timestamp == self._picture:
            return True
        if keyframe:
            if 0 <= arrival - self._shown_at < THUMBNAIL_LEAST and not self.rising:
                self._unbroken = False
                return False
            self._shown_at, self._unbroken = arrival, True
        elif not (self._unbroken and codec == "VP8" and vp8.temporal_layer(packet.payload) == 0):
            return False
        self._picture = packet.timestamp
        return None

    def find(self, seq: int) -> int | None:
        """The source's number of what was sent as `seq` (16 bits) in a stretch that is over."""
        for run in reversed(self.runs):
            number = run.last - (run.last + run.offset - seq & 0xFFFF)
            if number >= run.first:
                return number
        return None
