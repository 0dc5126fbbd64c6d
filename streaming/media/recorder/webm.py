"""WebM (RFC 9559, the subset of webmproject.org) with VP8 and Opus, written front to back.

The segment has no known size, every cluster has one: any number of whole clusters is a playable file. `DateUTC` holds
the wall clock of media time 0.
"""

from __future__ import annotations

import struct

from streaming.media.recorder.opus import CHANNELS, OPUS_HEAD, RATE
from streaming.media.recorder.samples import PartShape, Sample

VIDEO_TRACK, AUDIO_TRACK = 1, 2
WEBM_EPOCH = 978_307_200  # seconds from 1970 to 2001
UNKNOWN_SIZE = b"\x01\xff\xff\xff\xff\xff\xff\xff"

EBML, SEGMENT, INFO, TRACKS, TRACK = 0x1A45DFA3, 0x18538067, 0x1549A966, 0x1654AE6B, 0xAE
CLUSTER, CLUSTER_TIME, SIMPLE_BLOCK = 0x1F43B675, 0xE7, 0xA3
DATE_UTC, VIDEO, WIDTH, HEIGHT, CODEC = 0x4461, 0xE0, 0xB0, 0xBA, 0x86


def element(identity: int, content: bytes) -> bytes:
    """EBML element: identity as it is written, size in the shortest form, content."""
    name = identity.to_bytes((identity.bit_length() + 7) // 8, "big")
    length = 1
    while len(content) >= (1 << (7 * length)) - 1:
        length += 1
    return name + (len(content) | 1 << (7 * length)).to_bytes(length, "big") + content


def number(identity: int, value: int) -> bytes:
    return element(identity, value.to_bytes(max(1, (value.bit_length() + 7) // 8), "big"))


def text(identity: int, value: str) -> bytes:
    return element(identity, value.encode())


class WebmContainer:
    """One part. `header` first, then `fragment` (a cluster) again and again."""

    def __init__(self, shape: PartShape) -> None:
        self._shape = shape

    def header(self) -> bytes:
        ebml = number(0x4286, 1) + number(0x42F7, 1) + number(0x42F2, 4) + number(0x42F3, 8)
        ebml += text(0x4282, "webm") + number(0x4287, 4) + number(0x4285, 2)
        zero = round((self._shape.zero - WEBM_EPOCH) * 1_000_000) * 1000
        info = number(0x2AD7B1, 1_000_000) + text(0x4D80, "Sightline") + text(0x5741, "Sightline")
        info += element(DATE_UTC, struct.pack(">q", zero))
        tracks = self._video_track() + (_audio_track() if self._shape.has_audio else b"")
        return (
            element(EBML, ebml)
            + SEGMENT.to_bytes(4, "big")
            + UNKNOWN_SIZE
            + element(INFO, info)
            + element(TRACKS, tracks)
        )

    def fragment(self, video: list[Sample], audio: list[Sample]) -> bytes:
        blocks = [(round(sample.time * 1000), VIDEO_TRACK, sample) for sample in video]
        blocks += [(round(sample.time * 1000), AUDIO_TRACK, sample) for sample in audio]
        blocks.sort(key=lambda block: block[0])
        clusters: list[bytes] = []
        while blocks:
            start = blocks[0][0]
            near = [block for block in blocks if block[0] - start < 30_000]  # block times are signed 16-bit
            blocks = blocks[len(near) :]
            clusters.append(_cluster(start, near))
        return b"".join(clusters)

    def _video_track(self) -> bytes:
        video = self._shape.video
        size = number(WIDTH, video.width) + number(HEIGHT, video.height)
        return element(
            TRACK,
            number(0xD7, VIDEO_TRACK)
            + number(0x73C5, VIDEO_TRACK)
            + number(0x83, 1)
            + number(0x9C, 0)
            + text(CODEC, "V_VP8")
            + element(VIDEO, size),
        )


def _audio_track() -> bytes:
    audio = element(0xB5, struct.pack(">d", float(RATE))) + number(0x9F, CHANNELS)
    return element(
        TRACK,
        number(0xD7, AUDIO_TRACK)
        + number(0x73C5, AUDIO_TRACK)
        + number(0x83, 2)
        + number(0x9C, 0)
        + text(CODEC, "A_OPUS")
        + element(0x63A2, OPUS_HEAD)
        + number(0x56AA, 0)  # CodecDelay
        + number(0x56BB, 80_000_000)  # SeekPreRoll, ns
        + element(0xE1, audio),
    )


def _cluster(start: int, blocks: list[tuple[int, int, Sample]]) -> bytes:
    content = [number(CLUSTER_TIME, start)]
    for time, track, sample in blocks:
        head = struct.pack(">BhB", 0x80 | track, time - start, 0x80 if sample.key else 0)
        content.append(element(SIMPLE_BLOCK, head + sample.data))
    return element(CLUSTER, b"".join(content))
