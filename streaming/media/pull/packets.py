"""Access units of H264 to RTP payloads (RFC 6184, packetization mode 1), byte for byte as the camera made them."""

from __future__ import annotations

import struct
from collections.abc import Iterator

MAX_PAYLOAD = 1150  # bytes: with headers, SRTP and a relay's channel it stays below 1,280
MAX_UNIT = 8 * 1024 * 1024
HEADER = struct.Struct("!BBHII")

IDR, SPS, PPS = 5, 7, 8
STAP_A, FU_A = 24, 28


class NotH264(ValueError):
    """The bytes are not an access unit."""


class Splitter:
    """Takes access units apart, however the container writes them, and puts parameter sets before a key frame that
    comes without its own."""

    def __init__(self, extradata: bytes) -> None:
        """`extradata`: an `avcC` box (ISO 14496-15 section 5.3.3.1), parameter sets as Annex B, or nothing.

        Raises NotH264.
        """
        self._length = 0  # bytes before each unit; 0: start codes
        self.sets: list[bytes] = []
        if extradata[:1] == b"\x01":
            self._length = (extradata[4] & 3) + 1 if len(extradata) > 5 else 4
            self.sets = list(_avcc_sets(extradata))
        elif extradata:
            self.sets = [unit for unit in _start_codes(extradata) if unit[0] & 0x1F in (SPS, PPS)]

    def units(self, data: bytes) -> list[bytes]:
        """NAL units of one access unit. Raises NotH264."""
        found = list(_lengths(data, self._length) if self._length else _start_codes(data))
        if not found:
            raise NotH264("no unit")
        kinds = {unit[0] & 0x1F for unit in found}
        if SPS in kinds:
            self.sets = [unit for unit in found if unit[0] & 0x1F in (SPS, PPS)] or self.sets
        elif IDR in kinds:
            first = next(n for n, unit in enumerate(found) if unit[0] & 0x1F == IDR)
            found[first:first] = self.sets
        return found


def profile_of(sets: list[bytes]) -> str:
    """profile-level-id of the first sequence parameter set, "" without one."""
    return next((unit[1:4].hex() for unit in sets if unit[0] & 0x1F == SPS and len(unit) > 3), "")


def payloads(units: list[bytes]) -> Iterator[bytes]:
    """RTP payloads: small units together (section 5.7.1), large ones in fragments (section 5.8)."""
    together: list[bytes] = []
    size = 1
    for unit in units:
        if together and size + 2 + len(unit) > MAX_PAYLOAD:
            yield _aggregate(together)
            together, size = [], 1
        if len(unit) > MAX_PAYLOAD:
            yield from _fragments(unit)
            continue
        together.append(unit)
        size += 2 + len(unit)
    if together:
        yield _aggregate(together)


class Stream:
    """Numbers the packets of one medium."""

    def __init__(self, payload_type: int, ssrc: int) -> None:
        self._type, self._ssrc, self._seq = payload_type, ssrc, 0

    def packet(self, payload: bytes, timestamp: int, *, marker: bool) -> bytes:
        self._seq = (self._seq + 1) & 0xFFFF
        second = self._type | (0x80 if marker else 0)
        return HEADER.pack(0x80, second, self._seq, timestamp & 0xFFFFFFFF, self._ssrc) + payload


def _aggregate(units: list[bytes]) -> bytes:
    if len(units) == 1:
        return units[0]
    importance = max(unit[0] & 0x60 for unit in units)
    return bytes([importance | STAP_A]) + b"".join(len(unit).to_bytes(2, "big") + unit for unit in units)


def _fragments(unit: bytes) -> Iterator[bytes]:
    indicator, kind = unit[0] & 0xE0 | FU_A, unit[0] & 0x1F
    step = MAX_PAYLOAD - 2
    for start in range(1, len(unit), step):
        last = start + step >= len(unit)
        head = kind | (0x80 if start == 1 else 0) | (0x40 if last else 0)
        yield bytes([indicator, head]) + unit[start : start + step]


def _lengths(data: bytes, size: int) -> Iterator[bytes]:
    at = 0
    while at < len(data):
        length = int.from_bytes(data[at : at + size], "big")
        unit = data[at + size : at + size + length]
        if not 0 < length <= MAX_UNIT or len(unit) != length:
            raise NotH264("length")
        yield unit
        at += size + length


def _start_codes(data: bytes) -> Iterator[bytes]:
    """Annex B (H.264 annex B.1): units between start codes; zeros at their end are no part of them."""
    at = data.find(b"\x00\x00\x01")
    if at < 0:
        raise NotH264("start code")
    while at >= 0:
        following = data.find(b"\x00\x00\x01", at + 3)
        unit = data[at + 3 : following if following >= 0 else len(data)].rstrip(b"\x00")
        if len(unit) > MAX_UNIT:
            raise NotH264("length")
        if unit:
            yield unit
        at = following


def _avcc_sets(box: bytes) -> Iterator[bytes]:
    at = 6
    for count in (box[5] & 0x1F if len(box) > 5 else 0, None):
        if count is None:
            if at >= len(box):
                return
            count, at = box[at], at + 1
        for _ in range(count):
            length = int.from_bytes(box[at : at + 2], "big")
            unit = box[at + 2 : at + 2 + length]
            if not length or len(unit) != length:
                raise NotH264("parameter sets")
            yield unit
            at += 2 + length
