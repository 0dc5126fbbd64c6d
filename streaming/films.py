"""What a film from a phone's own recorder is, read from its structure alone: no decoder sees bytes from outside.

Browsers make WebM (RFC 8794, RFC 9559) or MP4 (ISO/IEC 14496-12), whole or in fragments. The walk looks at every
element once, never copies a body, and gives up after a bounded number of them.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

#: Pixels a side, elements a file, tracks a file, depth of boxes: far above what a few seconds of a phone's film have.
MAX_SIDE = 8192
MAX_ELEMENTS = 100_000
MAX_TRACKS = 4
#: Bytes that are enough to tell a film from anything else.
HEAD = 12

_EBML, _SEGMENT, _CLUSTER, _GROUP = 0x1A45DFA3, 0x18538067, 0x1F43B675, 0xA0
_DOC_TYPE, _TRACKS, _TRACK, _CODEC, _VIDEO = 0x4282, 0x1654AE6B, 0xAE, 0x86, 0xE0
_WIDTH, _HEIGHT, _TIME, _BLOCK, _SIMPLE_BLOCK = 0xB0, 0xBA, 0xE7, 0xA1, 0xA3
_ENTERED = frozenset({_EBML, _SEGMENT, _CLUSTER, _GROUP, _TRACKS, _TRACK, _VIDEO})
_WEBM_CODECS = {
    "V_VP8": "VP8", "V_VP9": "VP9", "V_AV1": "AV1", "V_MPEG4/ISO/AVC": "H264", "V_MPEGH/ISO/HEVC": "H265",
    "A_OPUS": "opus", "A_AAC": "aac", "A_VORBIS": "vorbis", "A_PCM/FLOAT/IEEE": "pcm",
}  # fmt: skip
_MP4_CODECS = {
    b"avc1": "H264", b"avc3": "H264", b"hvc1": "H265", b"hev1": "H265", b"vp08": "VP8", b"vp09": "VP9", b"av01": "AV1",
    b"mp4a": "aac", b"Opus": "opus", b"alac": "alac",
}  # fmt: skip
_PICTURES = frozenset({"VP8", "VP9", "AV1", "H264", "H265"})


class NotAFilm(ValueError):
    """Not a WebM or MP4 with a picture in it, cut off, or of an impossible shape."""


@dataclass
class Film:
    """`seconds` by the file's own clock; 0.0 where it does not say."""

    container: str  # "webm" or "mp4"
    codecs: list[str] = field(default_factory=list)
    width: int = 0
    height: int = 0
    seconds: float = 0.0

    @property
    def mime(self) -> str:
        return f"video/{self.container}"


def container_of(head: bytes) -> str:
    """ "webm" or "mp4" by the first `HEAD` bytes. Raises NotAFilm."""
    if head[:4] == b"\x1a\x45\xdf\xa3":
        return "webm"
    if len(head) >= HEAD and head[4:8] == b"ftyp":
        return "mp4"
    raise NotAFilm("neither WebM nor MP4")


def measure(data: bytes) -> Film:
    """The film in `data`, walked to its last byte. Raises NotAFilm."""
    try:
        film = _webm(data) if container_of(data[:HEAD]) == "webm" else _mp4(data)
    except (struct.error, IndexError, UnicodeDecodeError) as error:
        raise NotAFilm("cut off") from error
    if not _PICTURES.intersection(film.codecs):
        raise NotAFilm("no picture in it")
    if not (0 < film.width <= MAX_SIDE and 0 < film.height <= MAX_SIDE):
        raise NotAFilm(f"{film.width} x {film.height}")
    return film


# --- WebM -----------------------------------------------------------------------------------------------------------


def _webm(data: bytes) -> Film:
    film, cluster, times = Film("webm"), 0, []
    for identity, start, end in _elements(data):
        if identity == _DOC_TYPE and data[start:end].rstrip(b"\0") not in (b"webm", b"matroska"):
            raise NotAFilm("another kind of document")
        if identity == _CODEC:
            _add(film, _WEBM_CODECS.get(data[start:end].rstrip(b"\0").decode("ascii"), ""))
        elif identity == _WIDTH:
            film.width = int.from_bytes(data[start:end][:8], "big")
        elif identity == _HEIGHT:
            film.height = int.from_bytes(data[start:end][:8], "big")
        elif identity == _TIME:
            cluster = int.from_bytes(data[start:end][:8], "big")
        elif identity in (_SIMPLE_BLOCK, _BLOCK):
            _, length = _number(data, start, 8)
            times.append(cluster + struct.unpack_from(">h", data, start + length)[0])
    if not times:
        raise NotAFilm("no frame in it")
    film.seconds = (max(times) - min(times)) / 1000
    return film


def _elements(data: bytes) -> Iterator[tuple[int, int, int]]:
    """(id, start, end) of every element, depth first. Of a master whose size is unknown the children follow all the
    same; an element may not reach past the end."""
    at, count = 0, 0
    while at < len(data):
        count += 1
        if count > MAX_ELEMENTS:
            raise NotAFilm("too many elements")
        length = 9 - data[at].bit_length()
        if length > 4:
            raise NotAFilm("broken element")
        identity = int.from_bytes(data[at : at + length], "big")
        size, width = _number(data, at + length, 8)
        start = at + length + width
        unknown = size == (1 << (7 * width)) - 1
        if unknown and identity not in (_SEGMENT, _CLUSTER):
            raise NotAFilm("unknown size")
        end = len(data) if unknown else start + size
        if end > len(data):
            raise NotAFilm("cut off")
        yield identity, start, end
        at = start if identity in _ENTERED else end


def _number(data: bytes, at: int, limit: int) -> tuple[int, int]:
    """An EBML number and its length in bytes (RFC 8794 section 4)."""
    length = 9 - data[at].bit_length()
    if length > limit or at + length > len(data):
        raise NotAFilm("broken number")
    return int.from_bytes(data[at : at + length], "big") & ((1 << (7 * length)) - 1), length


# --- MP4 ------------------------------------------------------------------------------------------------------------


def _mp4(data: bytes) -> Film:
    film, frames = Film("mp4"), 0
    scales: dict[int, int] = {}
    ends = [0.0]
    for kind, start, end in _boxes(data, 0, len(data)):
        if kind == b"moov":
            for inner, low, high in _boxes(data, start, end):
                if inner == b"trak":
                    _track(data, low, high, film, scales, ends)
        elif kind == b"moof":
            ends.append(_fragment(data, start, end, scales))
        elif kind == b"mdat":
            frames += end - start
    if not frames:
        raise NotAFilm("no frame in it")
    film.seconds = max(ends)
    return film


def _boxes(data: bytes, at: int, stop: int) -> Iterator[tuple[bytes, int, int]]:
    count = 0
    while at < stop:
        count += 1
        if count > MAX_ELEMENTS:
            raise NotAFilm("too many boxes")
        size, kind = struct.unpack_from(">I4s", data, at)
        head = 8
        if size == 1:
            size, head = struct.unpack_from(">Q", data, at + 8)[0], 16
        elif size == 0:  # to the end of what holds it
            size = stop - at
        if size < head or at + size > stop:
            raise NotAFilm("cut off")
        yield kind, at + head, at + size
        at += size


def _child(data: bytes, start: int, end: int, *path: bytes) -> tuple[int, int]:
    for name in path:
        found = next(((low, high) for kind, low, high in _boxes(data, start, end) if kind == name), None)
        if found is None:
            raise NotAFilm("a box is missing")
        start, end = found
    return start, end


def _track(data: bytes, start: int, end: int, film: Film, scales: dict[int, int], ends: list[float]) -> None:
    head, head_end = _child(data, start, end, b"tkhd")
    number = struct.unpack_from(">I", data, head + (20 if data[head] else 12))[0]
    times, _ = _child(data, start, end, b"mdia", b"mdhd")
    scale, ticks = struct.unpack_from(">IQ" if data[times] else ">II", data, times + (20 if data[times] else 12))
    scales[number] = max(1, scale)
    if ticks not in (0xFFFFFFFF, 0xFFFFFFFFFFFFFFFF):
        ends.append(ticks / scales[number])
    entries, _ = _child(data, start, end, b"mdia", b"minf", b"stbl", b"stsd")
    codec = _MP4_CODECS.get(data[entries + 12 : entries + 16], "")
    _add(film, codec)
    if codec in _PICTURES:
        film.width, film.height = (side >> 16 for side in struct.unpack_from(">II", data, head_end - 8))


def _fragment(data: bytes, start: int, end: int, scales: dict[int, int]) -> float:
    """Where the fragment begins, seconds; its own length is a fraction of a second."""
    latest = 0.0
    for kind, low, high in _boxes(data, start, end):
        if kind != b"traf":
            continue
        number = struct.unpack_from(">I", data, _child(data, low, high, b"tfhd")[0] + 4)[0]
        begin, _ = _child(data, low, high, b"tfdt")
        ticks = struct.unpack_from(">Q" if data[begin] else ">I", data, begin + 4)[0]
        latest = max(latest, ticks / scales.get(number, 1)) if number in scales else latest
    return latest


def _add(film: Film, codec: str) -> None:
    if not codec:
        raise NotAFilm("a codec that phones do not make")
    if len(film.codecs) >= MAX_TRACKS:
        raise NotAFilm("too many tracks")
    film.codecs.append(codec)
