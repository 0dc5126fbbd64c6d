"""RTP data packets: the fixed header, sequence numbers that never wrap, and reception statistics (RFC 3550)."""

from __future__ import annotations

import struct
from typing import Final

HEADER: Final = struct.Struct("!BBHII")
write_header: Final = HEADER.pack_into
HEADER_SIZE: Final = HEADER.size  # 12 bytes, RFC 3550 section 5.1
VERSION: Final = 0x80  # version 2 in the first two bits
PADDING: Final = 0x20
EXTENSION: Final = 0x10
CSRC_COUNT: Final = 0x0F
MARKER: Final = 0x80

MAX_PACKET: Final = 1500  # bytes of a datagram; anything longer is not ours

MAX_DROPOUT: Final = 3000  # RFC 3550 appendix A.1: a jump ahead this long is a restart
MAX_MISORDER: Final = 1024  # a packet this far behind can no longer be of use: the history is as long


class Packet:
    """One RTP packet without its SSRC, CSRC list and header extension (none is negotiated, section 5.3.1)."""

    __slots__ = ("first", "marker", "payload", "payload_type", "seq", "ssrc", "timestamp")

    def __init__(
        self, first: int, marker: int, payload_type: int, seq: int, timestamp: int, ssrc: int, payload: bytes
    ) -> None:
        self.first = first  # version and padding bit, as sent on
        self.marker = marker  # 0x80 or 0
        self.payload_type = payload_type
        self.seq = seq  # 16 bits
        self.timestamp = timestamp  # 32 bits
        self.ssrc = ssrc
        self.payload = payload  # padding still on it

    @property
    def media(self) -> bytes:
        """The payload without padding (section 5.1, P bit); empty for a packet that only probes bandwidth."""
        if self.first & PADDING and self.payload:
            return self.payload[: -self.payload[-1]]
        return self.payload


def parse(data: bytes | memoryview) -> Packet | None:
    """Return the packet of a decrypted datagram, payload copied, or None when its lengths contradict each other."""
    if len(data) < HEADER_SIZE:
        return None
    first, second, seq, timestamp, ssrc = HEADER.unpack_from(data)
    start = HEADER_SIZE
    if first & (CSRC_COUNT | EXTENSION):
        start += 4 * (first & CSRC_COUNT)
        if first & EXTENSION:
            if len(data) < start + 4:
                return None
            start += 4 + 4 * int.from_bytes(data[start + 2 : start + 4], "big")
        if start > len(data):
            return None
    payload = bytes(data[start:])
    if first & PADDING and not 0 < (payload[-1] if payload else 0) <= len(payload):
        return None
    return Packet(first & (0xC0 | PADDING), second & MARKER, second & 0x7F, seq, timestamp, ssrc, payload)


def is_rtcp(second_byte: int) -> bool:
    """Tell RTCP from RTP on one port by the second byte (RFC 5761 section 4)."""
    return 192 <= second_byte <= 223


class Sequence:
    """Extends 16-bit sequence numbers to a count that never wraps (RFC 3550 appendix A.1).

    Numbers of a later Sequence of the same stream lie above `after`, so a stream that starts anew still counts up.
    """

    __slots__ = ("_cycle", "_restart_at", "base", "highest")

    def __init__(self, after: int = 0) -> None:
        self.base = -1
        self.highest = -1
        self._cycle = (after & ~0xFFFF) + 0x20000  # room for packets that overtook the first one
        self._restart_at = -1

    def extend(self, seq: int) -> int | None:
        """Return the extended number; None when the packet is too old or the first of a wild jump.

        Two packets in a row after a jump of more than MAX_DROPOUT mean that the sender started anew: `restarted`
        is then true for the second, and the owner begins a new Sequence.
        """
        if self.highest < 0:
            self.base = self.highest = self._cycle + seq
            return self.highest
        delta = (seq - self.highest) & 0xFFFF
        if delta < MAX_DROPOUT:
            self.highest += delta
            return self.highest
        behind = 0x10000 - delta
        if behind <= MAX_MISORDER:
            return self.highest - behind
        if seq != self._restart_at:
            self._restart_at = (seq + 1) & 0xFFFF
        return None

    def restarted(self, seq: int) -> bool:
        """Whether `seq`, just refused, is the second packet in a row of a sender that started anew."""
        return seq == self._restart_at

    def near(self, low: int) -> int:
        """The newest extended number so far whose low 16 bits are `low`."""
        return self.highest - ((self.highest - low) & 0xFFFF)

    @property
    def reported(self) -> int:
        """The extended highest sequence number as a receiver report counts it: cycles from zero."""
        return self.highest - self._cycle

    @property
    def expected(self) -> int:
        """Packets sent so far as far as we can tell (appendix A.3)."""
        return self.highest - self.base + 1 if self.highest >= 0 else 0


class Reception:
    """What a receiver report says of one source (RFC 3550 section 6.4.1, appendices A.3 and A.8)."""

    __slots__ = ("_expected_prior", "_jitter", "_received_prior", "_timestamp", "_transit", "clock", "received")

    def __init__(self, clock: int) -> None:
        self.clock = clock
        self.received = 0
        self._jitter = 0.0
        self._timestamp = -1
        self._transit: float | None = None
        self._expected_prior = 0
        self._received_prior = 0

    def packet(self, timestamp: int, arrival: float) -> None:
        """Count one packet sent by the source (not a retransmission); `arrival` in seconds.

        Of the packets of one picture only the first says something of the network: the others wait for each other.
        """
        self.received += 1
        if timestamp == self._timestamp:
            return
        self._timestamp = timestamp
        transit = arrival * self.clock - timestamp
        if self._transit is not None:
            delta = abs(transit - self._transit)
            if delta < self.clock * 10:  # a timestamp that wrapped or jumped says nothing of the network
                self._jitter += (delta - self._jitter) / 16
        self._transit = transit

    @property
    def jitter(self) -> int:
        """Interarrival jitter in timestamp units."""
        return int(self._jitter)

    @property
    def transit(self) -> float | None:
        """Arrival less timestamp of the newest picture, seconds from any origin; None before the first."""
        return None if self._transit is None else self._transit / self.clock

    def lost(self, expected: int) -> int:
        """Packets lost so far, clamped to the 24 signed bits of the report."""
        return max(-0x800000, min(0x7FFFFF, expected - self.received))

    def interval(self, expected: int) -> tuple[int, int]:
        """Packets expected and lost since the last call (appendix A.3); the loss is never below zero."""
        new_expected = expected - self._expected_prior
        new_lost = new_expected - (self.received - self._received_prior)
        self._expected_prior = expected
        self._received_prior = self.received
        return max(0, new_expected), max(0, new_lost)
