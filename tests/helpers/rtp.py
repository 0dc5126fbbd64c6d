"""A sender of RTP payloads: coded frames cut into packets as a phone's browser does it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from streaming.media.recorder.packets import Packet

MTU = 1100


def nal_units(frame: bytes) -> list[bytes]:
    """NAL units of an Annex B frame."""
    units, at = [], frame.find(b"\0\0\1")
    while at >= 0:
        following = frame.find(b"\0\0\1", at + 3)
        units.append(frame[at + 3 : following if following >= 0 else len(frame)].rstrip(b"\0"))
        at = following
    return units


def h264_payloads(frame: bytes, mtu: int = MTU) -> list[bytes]:
    """RFC 6184: parameter sets in one STAP-A, small units alone, large ones as FU-A."""
    units = nal_units(frame)
    sets = [unit for unit in units if unit[0] & 0x1F in (7, 8)]
    payloads = []
    if sets:
        payloads.append(b"\x78" + b"".join(len(unit).to_bytes(2, "big") + unit for unit in sets))
    for unit in (unit for unit in units if unit[0] & 0x1F not in (7, 8)):
        if len(unit) <= mtu:
            payloads.append(unit)
            continue
        body, pieces = unit[1:], range(1, len(unit), mtu)
        for start in pieces:
            flags = (0x80 if start == 1 else 0) | (0x40 if start + mtu >= len(unit) else 0)
            head = bytes([unit[0] & 0xE0 | 28, flags | unit[0] & 0x1F])
            payloads.append(head + body[start - 1 : start - 1 + mtu])
    return payloads


def vp8_payloads(frame: bytes, picture_id: int = 0, mtu: int = MTU) -> list[bytes]:
    """RFC 7741 with a 15-bit picture id, as Chrome sends it."""
    extension = b"\x80" + (0x8000 | picture_id & 0x7FFF).to_bytes(2, "big")
    return [
        (b"\x90" if start == 0 else b"\x80") + extension + frame[start : start + mtu]
        for start in range(0, len(frame), mtu)
    ]


@dataclass
class Sender:
    """Numbers packets and stamps them. Frame n is captured at `start` + n / 30 and arrives `delay` later."""

    codec: str
    seq: int = 1000
    clock_offset: int = 0xFFFFF000  # the 32-bit timestamp wraps within the first second
    start: float = 1_760_000_000.0
    delay: float = 0.02
    fps: float = 30.0
    mtu: int = MTU

    def timestamp(self, number: int) -> int:
        return (self.clock_offset + round(number * 90_000 / self.fps)) & 0xFFFFFFFF

    def frame(self, number: int, data: bytes) -> list[Packet]:
        """The packets of one coded frame."""
        payloads = h264_payloads(data, self.mtu) if self.codec == "H264" else vp8_payloads(data, number, self.mtu)
        packets = []
        for index, payload in enumerate(payloads):
            arrival = self.start + number / self.fps + self.delay + index * 0.0001
            last = index == len(payloads) - 1
            packets.append(Packet(self.seq, self.timestamp(number), last, payload, arrival))
            self.seq += 1
        return packets

    def frames(self, frames: Iterable[bytes], first: int = 0) -> list[Packet]:
        return [packet for number, data in enumerate(frames, first) for packet in self.frame(number, data)]


def opus_packets(count: int, *, start: float, seq: int = 1, offset: int = 5_000, delay: float = 0.02) -> list[Packet]:
    """`count` packets of 20 ms, each recognisable by its number in its bytes (CELT, full band, 20 ms, stereo)."""
    return [
        Packet(
            seq + number,
            (offset + number * 960) & 0xFFFFFFFF,
            False,
            b"\xfc\xff\xfe" + number.to_bytes(4, "big"),
            start + number * 0.02 + delay,
        )
        for number in range(count)
    ]
