"""Transport-wide congestion control feedback: when each numbered packet of a sender arrived.

draft-holmer-rmcat-transport-wide-cc-extensions-01. The sender numbers every packet in a header extension (section 2);
we tell it ten times a second and oftener which numbers came and when (section 3.1), and it computes what the network
carries.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from typing import Final

from .rtcp import RTPFB
from .rtp import CSRC_COUNT, EXTENSION, HEADER_SIZE

FMT_TRANSPORT: Final = 15
EXTENSION_URI: Final = "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01"
ONE_BYTE: Final = 0xBEDE  # RFC 8285 section 4.2
TWO_BYTES: Final = 0x1000  # section 4.3; the last four bits are the sender's own
MAX_ID: Final = 14

INTERVAL: Final = 0.1  # seconds between two feedback packets, at most
ENOUGH: Final = 16  # packets that are told at once: at 2.5 Mbit/s every 60 ms
TICK: Final = 250e-6  # seconds of a receive delta
REFERENCE_TICKS: Final = 256  # receive deltas in 64 ms, the unit of the reference time
MAX_MISSING: Final = 1000  # numbers between two packets that are called lost; after more the count begins anew

MISSING: Final = 0  # packet status symbols, section 3.1.1
SMALL: Final = 1
LARGE: Final = 2
_HEAD: Final = struct.Struct("!BBHIIHH")


def transport_number(data: memoryview | bytes, extension: int) -> int | None:
    """The transport-wide sequence number of an RTP packet, None when it has none.

    Args:
        data: the decrypted packet.
        extension: the id negotiated for it, 1 to 14 (RFC 8285 section 4.2: one-byte headers).
    """
    first = data[0]
    if not first & EXTENSION:
        return None
    at = HEADER_SIZE + 4 * (first & CSRC_COUNT)
    tag = extension << 4 | 1
    size = len(data)
    if size >= at + 8 and data[at + 4] == tag and data[at] == 0xBE and data[at + 1] == 0xDE:
        return data[at + 5] << 8 | data[at + 6]  # nearly always: it is the first, or the only one
    if size < at + 4:
        return None
    profile = int.from_bytes(data[at : at + 2], "big")
    end = min(size, at + 4 + 4 * int.from_bytes(data[at + 2 : at + 4], "big"))
    if profile == ONE_BYTE:
        return _among_short(data, at + 4, end, tag)
    return _among_long(data, at + 4, end, extension) if profile & 0xFFF0 == TWO_BYTES else None


def _among_short(data: memoryview | bytes, at: int, end: int, tag: int) -> int | None:
    """Elements with one byte of header (RFC 8285 section 4.2)."""
    while at < end:
        byte = data[at]
        if byte == 0:  # padding
            at += 1
        elif byte >> 4 == 15:  # section 4.2: stop here
            return None
        elif byte == tag and at + 2 < end:
            return data[at + 1] << 8 | data[at + 2]
        else:
            at += 2 + (byte & 0x0F)
    return None


def _among_long(data: memoryview | bytes, at: int, end: int, extension: int) -> int | None:
    """Elements with two (section 4.3)."""
    while at + 1 < end:
        if data[at] == 0:
            at += 1
        elif data[at] == extension and data[at + 1] == 2 and at + 3 < end:
            return data[at + 2] << 8 | data[at + 3]
        else:
            at += 2 + data[at + 1]
    return None


class Arrivals:
    """Collects (number, arrival) of one sender and writes the feedback packets."""

    def __init__(self) -> None:
        self._held: list[tuple[int, float]] = []
        self._next = -1  # the extended number after the newest that was reported
        self._count = 0  # feedback packets so far
        self._epoch: float | None = None
        self._due = 0.0

    def packet(self, number: int, arrival: float) -> bool:
        """Note a packet; `arrival` in seconds. True when it is time to send what is held."""
        self._held.append((number, arrival))
        if len(self._held) == 1:
            self._due = arrival + INTERVAL
        return arrival >= self._due or arrival < self._due - 1 or len(self._held) >= ENOUGH

    def feedback(self, sender: int, media: int) -> bytes:
        """The packets for all that is held, one after the other; empty when nothing is."""
        if not self._held:
            return b""
        held, self._held = self._held, []
        if self._epoch is None:
            self._epoch = held[0][1] - 1.0
        return b"".join(self._packet(sender, media, run) for run in self._runs(self._extended(held)))

    def _extended(self, held: Sequence[tuple[int, float]]) -> list[tuple[int, int]]:
        """In order of their numbers, each once: (extended number, arrival in ticks)."""
        assert self._epoch is not None
        found: dict[int, int] = {}
        newest = self._next - 1 if self._next >= 0 else 0x10000 + held[0][0]
        for number, arrival in held:
            ahead = (number - newest) & 0xFFFF
            extended = newest + (ahead if ahead < 0x8000 else ahead - 0x10000)
            newest = max(newest, extended)
            found.setdefault(extended, max(0, int((arrival - self._epoch) / TICK)))
        return sorted(found.items())

    def _runs(self, packets: list[tuple[int, int]]) -> Iterator[list[tuple[int, int]]]:
        """Cut where a number or a time is too far from the one before for one feedback packet."""
        run: list[tuple[int, int]] = []
        for number, ticks in packets:
            far = run and (number - run[-1][0] > MAX_MISSING or abs(ticks - run[-1][1]) > 0x7FFF)
            if far:
                yield run
                run = []
            run.append((number, ticks))
        yield run

    def _packet(self, sender: int, media: int, run: list[tuple[int, int]]) -> bytes:
        first, last = run[0][0], run[-1][0]
        base = self._next if 0 <= first - self._next <= MAX_MISSING and self._next >= 0 else first
        self._next = max(self._next, last + 1)
        reference = run[0][1] // REFERENCE_TICKS
        symbols = [MISSING] * (last - base + 1)
        deltas = bytearray()
        before = reference * REFERENCE_TICKS
        for number, ticks in run:
            delta, before = ticks - before, ticks
            if 0 <= delta <= 0xFF:
                symbols[number - base] = SMALL
                deltas.append(delta)
            else:
                symbols[number - base] = LARGE
                deltas += delta.to_bytes(2, "big", signed=True)
        body = (reference & 0xFFFFFF).to_bytes(3, "big") + bytes([self._count & 0xFF])
        body += b"".join(chunk.to_bytes(2, "big") for chunk in _chunks(symbols)) + deltas
        first_byte = 0x80 | FMT_TRANSPORT
        if padding := -len(body) % 4:  # the last byte says how much there is (RFC 3550 section 6.4.1)
            body += bytes(padding - 1) + bytes([padding])
            first_byte |= 0x20
        self._count += 1
        words = (_HEAD.size + len(body)) // 4 - 1
        return _HEAD.pack(first_byte, RTPFB, words, sender, media, base & 0xFFFF, len(symbols)) + body


def _chunks(symbols: Sequence[int]) -> Iterator[int]:
    """Packet status chunks: run length (section 3.1.3) for long runs, else vectors of seven (section 3.1.4)."""
    at = 0
    while at < len(symbols):
        symbol = symbols[at]
        end = at + 1
        while end < len(symbols) and symbols[end] == symbol and end - at < 0x1FFF:
            end += 1
        if end - at >= 7 or end == len(symbols):
            yield symbol << 13 | (end - at)
            at = end
            continue
        chunk = 0xC000
        for place, one in enumerate(symbols[at : at + 7]):
            chunk |= one << 12 - 2 * place
        yield chunk
        at += 7
