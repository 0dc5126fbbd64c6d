"""Where the fragments of a part lie: enough to fetch any moment of a film that is still being written.

Reads what `streaming.media.recorder` writes (fragmented MP4, ISO/IEC 14496-12; WebM, RFC 9559) from its structure,
without the engine: of an MP4 only the boxes that describe, of a WebM cluster by cluster. Nothing is held but one row
for about two seconds of film. Times are seconds of media time; `zero` is the wall clock of media time 0.
"""

from __future__ import annotations

import os
import struct
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

CHUNK = 2.0  # s of film in a row, unless a key frame begins another one
MAX_CHUNK = 1024 * 1024  # bytes; a fragment that is larger is a row of its own
MAX_HEAD = 1024 * 1024  # bytes of a box that must be read whole
MAX_CLUSTER = 64 * 1024 * 1024
NTP_EPOCH = 2_208_988_800  # seconds from 1900 to 1970
WEBM_EPOCH = 978_307_200  # seconds from 1970 to 2001

_KEY = 0x02000000  # of a sample's flags: depends on no other
_EBML, _SEGMENT, _INFO, _TRACKS, _CLUSTER = 0x1A45DFA3, 0x18538067, 0x1549A966, 0x1654AE6B, 0x1F43B675


class NotAPart(Exception):
    """These bytes are no part of ours."""


class _Short(Exception):
    """Not all of it is in the file yet."""


@dataclass(slots=True)
class Chunk:
    """Whole fragments, `offset` to `offset + size` of the file. `key`: a key frame is in its first fragment."""

    offset: int
    size: int
    start: float
    end: float
    key: bool


@dataclass(frozen=True, slots=True)
class _Found:
    size: int
    start: float
    end: float
    last: float  # the last frame's own time
    key: bool


class PartIndex:
    """One part's rows, brought up to date by `update`. Safe in several threads."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.chunks: list[Chunk] = []
        self.head = 0  # bytes before the first fragment: what a player needs first
        self.size = 0  # bytes up to the end of the last whole fragment
        self.zero: float | None = None
        self.mime = ""
        self.last_frame: float | None = None  # media time
        self._scales: dict[int, tuple[str, int]] = {}
        self._lock = threading.Lock()

    def update(self) -> None:
        """Read on where the last call stopped. Raises OSError, NotAPart (nothing before it is lost)."""
        with self._lock, self.path.open("rb") as file:
            descriptor = file.fileno()
            whole = os.fstat(descriptor).st_size
            step = self._mp4 if self.path.suffix == ".mp4" else self._webm
            try:
                while self.size < whole:
                    self._take(step(descriptor, self.size, whole))
            except _Short:
                return
            except (struct.error, IndexError, StopIteration, OverflowError) as error:  # a huge time, too
                raise NotAPart(str(error)) from error

    @property
    def last_wall(self) -> float | None:
        """Wall clock of the last whole frame."""
        return None if self.zero is None or self.last_frame is None else self.zero + self.last_frame

    def _take(self, found: _Found) -> None:
        offset = self.size
        self.size += found.size
        if not found.end:  # what comes before the first fragment
            self.head = self.size
            return
        self.last_frame = found.last if self.last_frame is None else max(self.last_frame, found.last)
        row = self.chunks[-1] if self.chunks else None
        if row is None or found.key or found.end - row.start > CHUNK or row.size + found.size > MAX_CHUNK:
            self.chunks.append(Chunk(offset, found.size, found.start, found.end, found.key))
        else:
            row.size += found.size
            row.end = max(row.end, found.end)

    # --- MP4 -------------------------------------------------------------------------------------------------------

    def _mp4(self, file: int, at: int, whole: int) -> _Found:
        """The boxes from `at` up to the next `mdat`, or the file's head."""
        place, described = at, None
        while True:
            size, kind = struct.unpack(">I4s", _read(file, place, 8, whole))
            if size < 8 or place + size > whole:
                raise _Short if size >= 8 else NotAPart("box size")
            if kind == b"mdat":
                if described is None:
                    raise NotAPart("data without description")
                return _Found(place + size - at, *described)
            body = _read(file, place + 8, size - 8, whole)
            place += size
            if kind == b"moov":
                self._movie(body)
                return _Found(place - at, 0.0, 0.0, 0.0, False)
            if kind == b"prft" and self.zero is None:
                _, _, seconds, fraction, media = struct.unpack(">IIIIQ", body)
                self.zero = seconds - NTP_EPOCH + fraction / 2**32 - media / 90_000
            elif kind == b"moof":
                described = self._fragment(body)

    def _movie(self, moov: bytes) -> None:
        codecs: list[str] = []
        for kind, trak in _boxes(moov):
            if kind != b"trak":
                continue
            number = struct.unpack_from(">I", _child(trak, b"tkhd"), 20)[0]
            handler = _child(trak, b"mdia", b"hdlr")[8:12].decode("ascii", "replace")
            scale = struct.unpack_from(">I", _child(trak, b"mdia", b"mdhd"), 20)[0]
            self._scales[number] = (handler, scale or 1)
            entry = _child(trak, b"mdia", b"minf", b"stbl", b"stsd")[8:]
            if handler == "vide":
                profile = entry.partition(b"avcC")[2][1:4]
                if len(profile) < 3:
                    raise NotAPart("no codec")
                codecs.insert(0, f"avc1.{profile.hex()}")
            else:
                codecs.append("opus")
        if not codecs:
            raise NotAPart("no track")
        self.mime = f'video/mp4; codecs="{",".join(codecs)}"'

    def _fragment(self, moof: bytes) -> tuple[float, float, float, bool]:
        starts, end, last, key = [], 0.0, 0.0, False
        for kind, traf in _boxes(moof):
            if kind != b"traf":
                continue
            handler, scale = self._scales.get(struct.unpack_from(">I", _child(traf, b"tfhd"), 4)[0], ("", 1))
            ticks = struct.unpack_from(">Q", _child(traf, b"tfdt"), 4)[0]
            starts.append(ticks / scale)
            for duration, _, flags in struct.iter_unpack(">III", _child(traf, b"trun")[12:]):
                if handler == "vide":
                    last, key = ticks / scale, key or flags == _KEY
                ticks += duration
            end = max(end, ticks / scale)
        if not starts:
            raise NotAPart("fragment without a track")
        return min(starts), end, last, key

    # --- WebM ------------------------------------------------------------------------------------------------------

    def _webm(self, file: int, at: int, whole: int) -> _Found:
        """The next cluster, or all the elements before the first."""
        place = at
        while True:
            identity, size, content = _element(file, place, whole)
            if identity == _SEGMENT:
                place = content
                continue
            if size is None or size > MAX_CLUSTER:
                raise NotAPart("element size")
            if identity == _CLUSTER:
                if place > at:  # the head ends here
                    return _Found(place - at, 0.0, 0.0, 0.0, False)
                return self._cluster(_read(file, content, size, whole, MAX_CLUSTER), content + size - at)
            body = _read(file, content, size, whole)
            if identity == _INFO:
                date = dict(_elements(body)).get(0x4461)
                self.zero = WEBM_EPOCH + struct.unpack(">q", date)[0] / 1e9 if date else None
            elif identity == _TRACKS:
                self._tracks(body)
            elif identity != _EBML:
                raise NotAPart("unknown element")
            place = content + size

    def _tracks(self, body: bytes) -> None:
        for identity, entry in _elements(body):
            if identity == 0xAE:
                fields = dict(_elements(entry))
                kind = "vide" if 0xE0 in fields else "soun"
                self._scales[int.from_bytes(fields.get(0xD7, b""), "big")] = (kind, 1000)
        kinds = {kind for kind, _ in self._scales.values()}
        if "vide" not in kinds:
            raise NotAPart("no track")
        self.mime = f'video/webm; codecs="{"vp8,opus" if "soun" in kinds else "vp8"}"'

    def _cluster(self, body: bytes, size: int) -> _Found:
        start, first, end, last, key = 0, None, 0.0, 0.0, False
        for identity, content in _elements(body):
            if identity == 0xE7:
                start = int.from_bytes(content, "big")
            elif identity == 0xA3:
                number, offset, flags = struct.unpack_from(">BhB", content)
                time = (start + offset) / 1000
                first = time if first is None else min(first, time)
                end = max(end, time)
                if self._scales.get(number & 0x7F, ("", 1))[0] == "vide":
                    last, key = max(last, time), key or bool(flags & 0x80)
        if first is None:
            raise NotAPart("empty cluster")
        return _Found(size, first, end + 0.001, last, key)


def _read(file: int, at: int, count: int, whole: int, limit: int = MAX_HEAD) -> bytes:
    if count > limit:
        raise NotAPart("size")
    if at + count > whole:
        raise _Short
    data = os.pread(file, count, at)
    if len(data) != count:
        raise _Short
    return data


def _boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 0
    while at < len(data):
        size, kind = struct.unpack_from(">I4s", data, at)
        if size < 8 or at + size > len(data):
            raise NotAPart("box size")
        yield kind, data[at + 8 : at + size]
        at += size


def _child(data: bytes, *path: bytes) -> bytes:
    for name in path:
        data = next((body for kind, body in _boxes(data) if kind == name), b"")
        if not data:
            raise NotAPart("missing box")
    return data


def _element(file: int, at: int, whole: int) -> tuple[int, int | None, int]:
    """Identity, size (None: unknown) and place of the content of the element at `at`."""
    data = _read(file, at, min(12, whole - at), whole)
    identity, used = _number(data, 0, keep_marker=True)
    size, end = _number(data, used, keep_marker=False)
    unknown = size == (1 << (7 * (end - used))) - 1
    return identity, None if unknown else size, at + end


def _number(data: bytes, at: int, *, keep_marker: bool) -> tuple[int, int]:
    if at >= len(data):
        raise _Short
    length = 9 - data[at].bit_length()
    if length > 8:
        raise NotAPart("number")
    if at + length > len(data):
        raise _Short
    value = int.from_bytes(data[at : at + length], "big")
    return (value if keep_marker else value & ((1 << (7 * length)) - 1)), at + length


def _elements(data: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at < len(data):
        try:
            identity, used = _number(data, at, keep_marker=True)
            size, start = _number(data, used, keep_marker=False)
        except _Short as error:
            raise NotAPart("cut short") from error
        if start + size > len(data):
            raise NotAPart("element size")
        yield identity, data[start : start + size]
        at = start + size
