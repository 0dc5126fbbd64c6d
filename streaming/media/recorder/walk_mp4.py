"""Walks the boxes of a fragmented MP4 as `fmp4.py` writes it (ISO/IEC 14496-12)."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import BinaryIO

from streaming.media.recorder.fmp4 import NTP_EPOCH, NTP_ERA
from streaming.media.recorder.walk import Damaged, Reader, Track, Walked

Run = tuple[Track, float, list[tuple[int, int]]]  # track, start in seconds, (duration in ticks, size) of each sample


def walk_mp4(file: BinaryIO) -> Walked:
    """Accept `ftyp moov (prft? moof mdat)*` up to the last fragment whose sizes all agree."""
    reader, walked = Reader(file), Walked("mp4")
    tracks: dict[int, Track] = {}
    runs: list[Run] | None = None
    zero: float | None = None
    try:
        while not reader.at_end():
            kind, body = _read_box(reader)
            if kind == b"moov":
                tracks = _read_movie(body, walked)
                reader.accept(walked, fragment=False)
            elif kind == b"prft":
                zero = _read_reference(body)
            elif kind == b"moof":
                runs = _read_fragment(body, tracks)
            elif kind == b"mdat":
                _check_data(body, runs)
                assert runs is not None
                _count(runs)
                walked.zero = zero if walked.zero is None else walked.zero
                runs = None
                reader.accept(walked)
            elif kind != b"ftyp":
                raise Damaged("unknown box")
    except (Damaged, struct.error, IndexError):
        pass
    return walked


def _read_box(reader: Reader) -> tuple[bytes, bytes]:
    size, kind = struct.unpack(">I4s", reader.read(8))
    return kind, reader.read(size - 8)


def _boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    position = 0
    while position < len(data):
        size, kind = struct.unpack_from(">I4s", data, position)
        if size < 8 or position + size > len(data):
            raise Damaged("box size")
        yield kind, data[position + 8 : position + size]
        position += size


def _child(data: bytes, *path: bytes) -> bytes:
    for name in path:
        data = next((body for kind, body in _boxes(data) if kind == name), b"")
        if not data:
            raise Damaged("missing box")
    return data


def _read_movie(moov: bytes, walked: Walked) -> dict[int, Track]:
    tracks = {}
    for kind, trak in _boxes(moov):
        if kind != b"trak":
            continue
        head = _child(trak, b"tkhd")
        number = struct.unpack_from(">I", head, 20)[0]
        handler = _child(trak, b"mdia", b"hdlr")[8:12]
        track = walked.video if handler == b"vide" else walked.audio
        track.kind = handler.decode("ascii", "replace")
        track.scale = float(struct.unpack_from(">I", _child(trak, b"mdia", b"mdhd"), 20)[0] or 1)
        if handler == b"vide":
            walked.width, walked.height = (side >> 16 for side in struct.unpack_from(">II", head, 88))
        tracks[number] = track
    if not tracks:
        raise Damaged("no track")
    return tracks


def _read_reference(prft: bytes) -> float:
    """Wall clock of media time 0. The video track's scale is 90 kHz."""
    _, _, seconds, fraction, media_time = struct.unpack(">IIIIQ", prft)
    era = NTP_ERA if seconds < NTP_EPOCH else 0  # nothing was filmed before 1970
    return float(era + seconds - NTP_EPOCH + fraction / 2**32 - media_time / 90_000)


def _read_fragment(moof: bytes, tracks: dict[int, Track]) -> list[Run]:
    runs = []
    for kind, traf in _boxes(moof):
        if kind != b"traf":
            continue
        number = struct.unpack_from(">I", _child(traf, b"tfhd"), 4)[0]
        if number not in tracks:
            raise Damaged("unknown track")
        track = tracks[number]
        start = struct.unpack_from(">Q", _child(traf, b"tfdt"), 4)[0] / track.scale
        trun = _child(traf, b"trun")
        count = struct.unpack_from(">I", trun, 4)[0]
        if len(trun) != 12 + 12 * count:
            raise Damaged("run size")
        rows = struct.iter_unpack(">III", trun[12:])
        runs.append((track, start, [(duration, size) for duration, size, _ in rows]))
    return runs


def _check_data(mdat: bytes, runs: list[Run] | None) -> None:
    """The samples fill the data exactly, and each H264 sample is filled exactly by its NAL units."""
    if not runs:
        raise Damaged("data without description")
    position = 0
    for track, _, samples in runs:
        for _, size in samples:
            if track.kind == "vide":
                _check_units(mdat, position, position + size)
            position += size
    if position != len(mdat):
        raise Damaged("data size")


def _check_units(mdat: bytes, position: int, end: int) -> None:
    if end > len(mdat):
        raise Damaged("sample size")
    while position < end:
        size = struct.unpack_from(">I", mdat, position)[0]
        if not size:
            raise Damaged("empty NAL unit")
        position += 4 + size
    if position != end:
        raise Damaged("NAL unit size")


def _count(runs: list[Run]) -> None:
    for track, start, samples in runs:
        ticks = 0
        for duration, _ in samples:
            track.add(start + ticks / track.scale)
            ticks += duration
