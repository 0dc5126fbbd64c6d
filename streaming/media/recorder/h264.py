"""H264 in RTP (RFC 6184): packets in order in, whole access units out.

Packetisation mode 0 and 1: single NAL units, STAP-A, FU-A. The interleaved types (STAP-B, MTAP, FU-B) are never
negotiated here; a packet of such a type breaks its access unit.
"""

from __future__ import annotations

import struct
from typing import Final

from streaming.media.h264 import BitError, Bits, picture_size, unescape
from streaming.media.recorder.packets import Broken, Frame, Packet, VideoFormat

MAX_FRAME: Final = 8 * 1024 * 1024  # bytes; a larger "frame" is an attack, not a picture
MAX_UNITS: Final = 4096  # NAL units of one access unit: each costs memory of its own, however short it is
MAX_SETS: Final = 8  # parameter sets remembered of each kind
MAX_SET: Final = 4096  # bytes of one; encoders of phones need 30, and reading a long one bit by bit takes for ever

SLICE: Final = 1
IDR: Final = 5
SEI: Final = 6
SPS: Final = 7
PPS: Final = 8
AUD: Final = 9
STAP_A: Final = 24
FU_A: Final = 28


class H264Assembler:
    """Collects one access unit at a time. An access unit ends with the marker bit or with a new timestamp."""

    def __init__(self) -> None:
        self._timestamp: int | None = None
        self._units: list[bytearray | bytes] = []
        self._size = 0
        self._arrival = 0.0
        self._completed = 0.0
        self._broken = False
        self._fragment: bytearray | None = None  # FU-A in progress
        self._after_loss = True  # nothing is known about what came before the first packet
        self._finished: int | None = None  # timestamp of the access unit that ended last
        self._sets: dict[int, dict[int, bytes]] = {SPS: {}, PPS: {}}
        self._format: VideoFormat | None = None

    def lost(self) -> None:
        """Packets are missing before the next one: the access unit in progress is damaged."""
        self._after_loss = True
        if self._timestamp is not None:
            self._broken = True

    def push(self, packet: Packet) -> list[Frame | Broken]:
        """Take the next packet in order; return the access units it completed (none, one or two)."""
        if not packet.payload:
            return []  # padding only: a probe for bandwidth
        done: list[Frame | Broken] = []
        if self._timestamp is not None and packet.timestamp != self._timestamp:
            done += self._finish()
        if self._timestamp is None:
            self._begin(packet)
        self._arrival = min(self._arrival, packet.arrival)
        self._completed = max(self._completed, packet.arrival)
        if not self._broken:
            self._broken = not self._take(packet.payload)
        self._after_loss = False
        if packet.marker:
            done += self._finish()
        return done

    def _begin(self, packet: Packet) -> None:
        self._timestamp, self._arrival, self._completed = packet.timestamp, packet.arrival, packet.arrival
        self._broken = (
            self._after_loss and not _opens_access_unit(packet.payload)
        ) or packet.timestamp == self._finished

    def _take(self, payload: bytes) -> bool:
        """Add the NAL units of one payload. False when it does not fit RFC 6184 or what came before."""
        kind = payload[0] & 0x1F
        self._size += len(payload)
        if self._size > MAX_FRAME or len(self._units) >= MAX_UNITS or payload[0] & 0x80:
            return False
        if kind == FU_A:
            return self._take_fragment(payload)
        if self._fragment is not None:
            return False  # the fragmented unit before never ended
        if kind == STAP_A:
            return self._take_aggregate(payload)
        if 1 <= kind <= 23:
            self._units.append(payload)
            return True
        return False

    def _take_fragment(self, payload: bytes) -> bool:
        if len(payload) < 3:
            return False
        start, end = payload[1] & 0x80, payload[1] & 0x40
        if start:
            if self._fragment is not None or end:
                return False
            self._fragment = bytearray([payload[0] & 0xE0 | payload[1] & 0x1F])
        elif self._fragment is None:
            return False
        self._fragment += payload[2:]
        if end:
            self._units.append(self._fragment)
            self._fragment = None
        return True

    def _take_aggregate(self, payload: bytes) -> bool:
        position = 1
        while position < len(payload):
            if position + 2 > len(payload):
                return False
            size = payload[position] << 8 | payload[position + 1]
            unit = payload[position + 2 : position + 2 + size]
            if not size or len(unit) != size or len(self._units) >= MAX_UNITS:
                return False
            self._units.append(unit)
            position += 2 + size
        return position > 1

    def _finish(self) -> list[Frame | Broken]:
        """Close the access unit in progress. One without a picture is kept for the next (parameter sets alone)."""
        timestamp = self._timestamp
        assert timestamp is not None
        whole = not self._broken and self._fragment is None
        kinds = {unit[0] & 0x1F for unit in self._units}
        self._timestamp, self._fragment, self._broken = None, None, False
        if whole and not kinds & {1, 2, 3, 4, 5}:
            if self._size > MAX_FRAME or len(self._units) >= MAX_UNITS:
                self._units, self._size = [], 0
            return []
        units, self._units, self._size = self._units, [], 0
        self._finished = timestamp
        if not whole:
            return [Broken(timestamp, self._arrival)]
        try:
            return [self._frame(timestamp, units, kinds)]
        except BitError:
            return [Broken(timestamp, self._arrival)]

    def _frame(self, timestamp: int, units: list[bytearray | bytes], kinds: set[int]) -> Frame:
        for unit in units:
            if unit[0] & 0x1F in self._sets:
                self._remember(bytes(unit))
        keyframe, shape = IDR in kinds, None
        if keyframe:
            shape = self._current_format()
            if SPS not in kinds or PPS not in kinds:
                # A key frame that relies on sets sent earlier: repeat them, so that a part can begin here.
                units = [*shape.parameter_sets, *(u for u in units if u[0] & 0x1F not in self._sets)]
        data = b"".join([piece for unit in units for piece in (struct.pack(">I", len(unit)), unit)])
        return Frame(timestamp, self._arrival, self._completed, keyframe, data, shape)

    def _remember(self, unit: bytes) -> None:
        kind = unit[0] & 0x1F
        if len(unit) > MAX_SET:
            raise BitError("parameter set")
        identity = _set_id(unit)
        if kind == SPS and picture_size(unit) is None:
            raise BitError("not a picture size")
        known = self._sets[kind]
        if known.get(identity) == unit:
            return
        if len(known) >= MAX_SETS and identity not in known:
            known.clear()
        known.pop(identity, None)
        known[identity] = unit  # last in the dict: the newest
        self._format = None

    def _current_format(self) -> VideoFormat:
        if self._format is None:
            all_sps, all_pps = self._sets[SPS], self._sets[PPS]
            if not all_sps or not all_pps:
                raise BitError("key frame before its parameter sets")
            size = picture_size(next(reversed(all_sps.values())))
            assert size is not None  # checked when it was remembered
            sets = (*(all_sps[i] for i in sorted(all_sps)), *(all_pps[i] for i in sorted(all_pps)))
            self._format = VideoFormat("H264", *size, sets)
        return self._format


def _opens_access_unit(payload: bytes) -> bool:
    """Can this be the first packet of an access unit? After a loss only that makes the rest of it whole.

    Sets, SEI and delimiters come first; so does a slice whose first_mb_in_slice is 0 (its first bit is 1). An IDR
    slice is not accepted: the parameter sets in front of it may be what was lost.
    """
    kind = payload[0] & 0x1F
    if kind == STAP_A and len(payload) > 3:
        return _opens_access_unit(payload[3:])
    if kind == FU_A and len(payload) > 2:
        return bool(payload[1] & 0x80) and payload[1] & 0x1F == SLICE and bool(payload[2] & 0x80)
    if kind == SLICE:
        return len(payload) > 1 and bool(payload[1] & 0x80)
    return kind in (SEI, SPS, PPS, AUD)


def _set_id(unit: bytes) -> int:
    """seq_parameter_set_id or pic_parameter_set_id (ITU-T H.264, 7.3.2.1.1 and 7.3.2.2). Raises BitError."""
    skipped = 4 if unit[0] & 0x1F == SPS else 1
    identity = Bits(unescape(unit[skipped : skipped + 8])).ue()
    if identity > 255:
        raise BitError("parameter set id")
    return identity
