"""RTP packets as the engine hands them over, and what the depacketisers make of them.

Those that are made hundreds of times a second are plain classes: a dataclass sets its fields one by one in Python.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Media = Literal["video", "audio"]


class Packet:
    """One RTP packet after SRTP and RTX: `seq` is unwrapped (never wraps), `timestamp` is the 32-bit RTP value,
    `payload` the bytes after the RTP header and without padding, `arrival` epoch seconds on this machine."""

    __slots__ = ("arrival", "marker", "media", "payload", "seq", "timestamp")

    def __init__(
        self, seq: int, timestamp: int, marker: bool, payload: bytes, arrival: float, media: Media = "video"
    ) -> None:
        self.seq = seq
        self.timestamp = timestamp
        self.marker = marker
        self.payload = payload
        self.arrival = arrival
        self.media: Media = media


@dataclass(frozen=True, slots=True)
class Lost:
    """Packets `first` to `last` (inclusive) of a stream will never come."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class VideoFormat:
    """What a part's header needs. A change of any field starts a new part.

    `parameter_sets` are the H264 SPS and PPS NAL units, (sps..., pps...); empty for VP8.
    """

    codec: str  # "H264" or "VP8"
    width: int
    height: int
    parameter_sets: tuple[bytes, ...] = ()


class Frame:
    """One complete coded picture as it is stored: H264 with 4-byte NAL lengths, VP8 as the raw frame.

    `arrival` is that of its first packet, `completed` of its last; keyframes alone have a `format`.
    """

    __slots__ = ("arrival", "completed", "data", "format", "keyframe", "timestamp")

    def __init__(
        self, timestamp: int, arrival: float, completed: float, keyframe: bool, data: bytes,
        format: VideoFormat | None = None,
    ) -> None:  # fmt: skip
        self.timestamp = timestamp
        self.arrival = arrival
        self.completed = completed
        self.keyframe = keyframe
        self.data = data
        self.format = format


@dataclass(frozen=True, slots=True)
class Broken:
    """A picture that arrived in part, or is not what its RFC says."""

    timestamp: int
    arrival: float
