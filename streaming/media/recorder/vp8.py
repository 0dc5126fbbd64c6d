"""VP8 in RTP (RFC 7741): packets in order in, whole frames out."""

from __future__ import annotations

from streaming.media.recorder.packets import Broken, Frame, Packet, VideoFormat
from streaming.media.vp8 import START_CODE, descriptor_size

MAX_FRAME = 8 * 1024 * 1024  # bytes


class Vp8Assembler:
    """Collects one frame at a time. A frame begins with S=1, PID=0 and ends with the marker or a new timestamp."""

    def __init__(self) -> None:
        self._timestamp: int | None = None
        self._pieces: list[bytes] = []
        self._size = 0
        self._arrival = 0.0
        self._completed = 0.0
        self._broken = False
        self._finished: int | None = None

    def lost(self) -> None:
        """Packets are missing before the next one."""
        if self._timestamp is not None:
            self._broken = True

    def push(self, packet: Packet) -> list[Frame | Broken]:
        """Take the next packet in order; return the frames it completed (none, one or two)."""
        if not packet.payload:
            return []
        done: list[Frame | Broken] = []
        if self._timestamp is not None and packet.timestamp != self._timestamp:
            done.append(self._finish())
        begins, piece = _split(packet.payload)
        if self._timestamp is None:
            self._timestamp, self._arrival, self._completed = packet.timestamp, packet.arrival, packet.arrival
            self._broken = not begins or packet.timestamp == self._finished
        elif begins:
            self._broken = True  # two first packets in one frame
        self._arrival = min(self._arrival, packet.arrival)
        self._completed = max(self._completed, packet.arrival)
        self._size += len(piece)
        if not piece or self._size > MAX_FRAME:
            self._broken = True
        elif not self._broken:
            self._pieces.append(piece)
        if packet.marker:
            done.append(self._finish())
        return done

    def _finish(self) -> Frame | Broken:
        timestamp, data = self._timestamp, b"".join(self._pieces)
        assert timestamp is not None
        broken = self._broken
        self._finished = timestamp
        self._timestamp, self._pieces, self._size, self._broken = None, [], 0, False
        if broken or len(data) < 3:
            return Broken(timestamp, self._arrival)
        if data[0] & 1:
            return Frame(timestamp, self._arrival, self._completed, False, data)
        shape = key_frame_format(data)
        if shape is None:
            return Broken(timestamp, self._arrival)
        return Frame(timestamp, self._arrival, self._completed, True, data, shape)


def _split(payload: bytes) -> tuple[bool, bytes]:
    """(is the first packet of a frame, the bytes after the payload descriptor). Empty bytes when malformed."""
    size = descriptor_size(payload)
    begins = bool(payload[0] & 0x10) and not payload[0] & 0x07
    return (False, b"") if size is None else (begins, payload[size:])


def key_frame_format(data: bytes) -> VideoFormat | None:
    """Size out of a key frame's header (RFC 6386, 9.1): 3-byte tag, start code 9d 01 2a, 14-bit width and height."""
    if len(data) < 10 or data[3:6] != START_CODE:
        return None
    width = int.from_bytes(data[6:8], "little") & 0x3FFF
    height = int.from_bytes(data[8:10], "little") & 0x3FFF
    return VideoFormat("VP8", width, height) if width and height else None
