"""Fragmented MP4 (ISO/IEC 14496-12) with H264 (14496-15) and Opus, written front to back.

Each fragment is a producer reference time (`prft`: which wall clock belongs to which media time), a `moof` and an
`mdat`; nothing points backwards or past the fragment, so any number of whole fragments is a playable file.
"""

from __future__ import annotations

import struct
from typing import Final

from streaming.media.recorder.opus import CHANNELS, RATE
from streaming.media.recorder.samples import PartShape, Sample

VIDEO_TRACK, AUDIO_TRACK = 1, 2
VIDEO_SCALE: Final = 90_000  # ticks per second, as in RTP
MP4_EPOCH: Final = 2_082_844_800  # seconds from 1904 to 1970
NTP_EPOCH: Final = 2_208_988_800  # seconds from 1900 to 1970
NTP_ERA: Final = 1 << 32  # seconds until NTP time begins anew, first in February 2036 (RFC 5905 section 6)

_MATRIX: Final = struct.pack(">9I", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
MAX_DURATION: Final = 0xFFFFFFFF  # ticks of one sample
_KEY, _DELTA = 0x02000000, 0x01010000  # depends on no other sample; depends on others and is not a sync sample


def box(kind: bytes, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return struct.pack(">I4s", 8 + len(body), kind) + body


def full_box(kind: bytes, version: int, flags: int, *parts: bytes) -> bytes:
    return box(kind, struct.pack(">I", version << 24 | flags), *parts)


class Mp4Container:
    """One part. `header` first, then `fragment` again and again."""

    def __init__(self, shape: PartShape) -> None:
        self._shape = shape
        self._sequence = 0

    def header(self) -> bytes:
        created = int(self._shape.zero) + MP4_EPOCH
        tracks = [self._video_track(created)]
        extends = [full_box(b"trex", 0, 0, struct.pack(">5I", VIDEO_TRACK, 1, 0, 0, 0))]
        if self._shape.has_audio:
            tracks.append(self._audio_track(created))
            extends.append(full_box(b"trex", 0, 0, struct.pack(">5I", AUDIO_TRACK, 1, 0, 0, 0)))
        mvhd = struct.pack(">QQIQ", created, created, 1000, 0)
        mvhd += struct.pack(">IHH8x", 0x10000, 0x0100, 0) + _MATRIX + struct.pack(">24xI", AUDIO_TRACK + 1)
        return box(b"ftyp", b"iso5", struct.pack(">I", 512), b"iso5iso6mp41avc1") + box(
            b"moov", full_box(b"mvhd", 1, 0, mvhd), *tracks, box(b"mvex", *extends)
        )

    def fragment(self, video: list[Sample], audio: list[Sample]) -> bytes:
        self._sequence += 1
        runs = []
        if video:
            runs.append((VIDEO_TRACK, VIDEO_SCALE, video))
        if audio:
            runs.append((AUDIO_TRACK, RATE, audio))
        first = min(samples[0].time for _, _, samples in runs)
        moof_size = 8 + 16 + sum(8 + 16 + 20 + 20 + 12 * len(samples) for _, _, samples in runs)
        offset = moof_size + 8
        trafs = []
        for track, scale, samples in runs:
            trafs.append(_track_fragment(track, scale, samples, offset))
            offset += sum(len(sample.data) for sample in samples)
        moof = box(b"moof", full_box(b"mfhd", 0, 0, struct.pack(">I", self._sequence)), *trafs)
        assert len(moof) == moof_size
        data = box(b"mdat", *(sample.data for _, _, samples in runs for sample in samples))
        return self._reference_time(first) + moof + data

    def _reference_time(self, media_time: float) -> bytes:
        wall = self._shape.zero + media_time + NTP_EPOCH
        ntp = int(wall) % NTP_ERA << 32 | int((wall % 1) * 2**32)
        return full_box(b"prft", 1, 0, struct.pack(">IQQ", VIDEO_TRACK, ntp, round(media_time * VIDEO_SCALE)))

    def _video_track(self, created: int) -> bytes:
        video = self._shape.video
        entry = struct.pack(">6xH16xHH", 1, video.width, video.height)
        entry += struct.pack(">IIIH32xHh", 0x480000, 0x480000, 0, 1, 0x18, -1)
        sample_entry = box(b"avc1", entry, box(b"avcC", decoder_configuration(video.parameter_sets)))
        head = full_box(b"vmhd", 0, 1, bytes(8))
        size = (video.width, video.height)
        return _track(created, VIDEO_TRACK, VIDEO_SCALE, b"vide", size, head, sample_entry)

    def _audio_track(self, created: int) -> bytes:
        entry = struct.pack(">6xH8xHHHHI", 1, CHANNELS, 16, 0, 0, RATE << 16)
        specific = box(b"dOps", struct.pack(">BBHIhB", 0, CHANNELS, 0, RATE, 0, 0))
        head = full_box(b"smhd", 0, 0, bytes(4))
        return _track(created, AUDIO_TRACK, RATE, b"soun", (0, 0), head, box(b"Opus", entry, specific))


def decoder_configuration(parameter_sets: tuple[bytes, ...]) -> bytes:
    """AVCDecoderConfigurationRecord (14496-15, 5.3.3.1) with 4-byte NAL lengths."""
    sps = [unit for unit in parameter_sets if unit[0] & 0x1F == 7]
    pps = [unit for unit in parameter_sets if unit[0] & 0x1F == 8]
    record = bytes([1, *sps[0][1:4], 0xFC | 3, 0xE0 | len(sps)])
    record += b"".join(struct.pack(">H", len(unit)) + unit for unit in sps)
    return record + bytes([len(pps)]) + b"".join(struct.pack(">H", len(unit)) + unit for unit in pps)


def _track(
    created: int, track: int, scale: int, handler: bytes, size: tuple[int, int], media_head: bytes, entry: bytes
) -> bytes:
    volume = 0x0100 if handler == b"soun" else 0
    tkhd = struct.pack(">QQI4xQ8xhhH2x", created, created, track, 0, 0, 0, volume) + _MATRIX
    tkhd += struct.pack(">II", size[0] << 16, size[1] << 16)
    mdhd = struct.pack(">QQIQHH", created, created, scale, 0, 0x55C4, 0)  # language "und"
    hdlr = struct.pack(">I4s12x", 0, handler) + b"Sightline\0"
    table = box(
        b"stbl",
        full_box(b"stsd", 0, 0, struct.pack(">I", 1), entry),
        full_box(b"stts", 0, 0, bytes(4)),
        full_box(b"stsc", 0, 0, bytes(4)),
        full_box(b"stsz", 0, 0, bytes(8)),
        full_box(b"stco", 0, 0, bytes(4)),
    )
    reference = box(b"dinf", full_box(b"dref", 0, 0, struct.pack(">I", 1), full_box(b"url ", 0, 1)))
    media = box(
        b"mdia",
        full_box(b"mdhd", 1, 0, mdhd),
        full_box(b"hdlr", 0, 0, hdlr),
        box(b"minf", media_head, reference, table),
    )
    return box(b"trak", full_box(b"tkhd", 1, 3, tkhd), media)


def _track_fragment(track: int, scale: int, samples: list[Sample], offset: int) -> bytes:
    """`traf` with explicit duration, size and flags per sample; `offset` counts from the start of the moof."""
    times = [round(sample.time * scale) for sample in samples]
    ends = [*times[1:], times[-1] + max(1, round(samples[-1].duration * scale))]
    rows = b"".join(
        struct.pack(">III", min(end - time, MAX_DURATION), len(sample.data), _KEY if sample.key else _DELTA)
        for sample, time, end in zip(samples, times, ends, strict=True)
    )
    return box(
        b"traf",
        full_box(b"tfhd", 0, 0x020000, struct.pack(">I", track)),  # offsets count from the moof
        full_box(b"tfdt", 1, 0, struct.pack(">Q", times[0])),
        full_box(b"trun", 0, 0x000701, struct.pack(">II", len(samples), offset), rows),
    )
