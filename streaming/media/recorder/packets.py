"""RTP packets as the engine hands them over, and what the depacketisers make of them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)  # not frozen: made hundreds of times a second, and freezing triples its cost
class Packet:
    """One RTP packet after SRTP and RTX: `seq` is unwrapped (never wraps), `timestamp` is the 32-bit RTP value,
    `payload` the bytes after the RTP header and without padding, `arrival` epoch seconds on this machine."""

    seq: int
    timestamp: int
    marker: bool
    payload: bytes
    arrival: float


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


@dataclass(frozen=True, slots=True)
class Frame:
    """One complete coded picture as it is stored: H264 with 4-byte NAL lengths, VP8 as the raw frame."""

    timestamp: int
    arrival: float  # of its first packet
    completed: float  # arrival of its last packet
    keyframe: bool
    data: bytes
    format: VideoFormat | None = None  # keyframes only


@dataclass(frozen=True, slots=True)
class Broken:
    """A picture that arrived in part, or is not what its RFC says."""

    timestamp: int
    arrival: float
