"""RTCP: the reports and the feedback this engine sends and understands.

RFC 3550 section 6 (SR, RR, SDES, BYE), RFC 4585 (generic NACK, PLI), RFC 5104 section 4.3.1 (FIR),
draft-alvestrand-rmcat-remb-03 (REMB). Everything is sent as a compound packet, so reduced-size RTCP (RFC 5506) need
not be negotiated; it is understood when a peer sends it.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

SR, RR, SDES, BYE, RTPFB, PSFB = 200, 201, 202, 203, 205, 206
FMT_NACK, FMT_PLI, FMT_FIR, FMT_AFB = 1, 1, 4, 15

NTP_EPOCH: Final = 2208988800  # seconds from 1900 to 1970
MAX_NACK_ITEMS: Final = 120  # FCI words of one packet: keeps it under one datagram

_COMMON: Final = struct.Struct("!BBH")
_BLOCK: Final = struct.Struct("!IIIIII")


@dataclass(frozen=True, slots=True)
class Block:
    """A report block (RFC 3550 section 6.4.1)."""

    ssrc: int
    fraction_lost: int  # 0..255
    lost: int  # 24 signed bits
    highest: int  # extended highest sequence number
    jitter: int
    last_sr: int  # middle 32 bits of the NTP time of the last SR, 0 when none
    delay: int  # since that SR, in 1/65536 s


@dataclass(frozen=True, slots=True)
class Report:
    """A sender or receiver report; `ntp` is None in a receiver report."""

    ssrc: int
    blocks: tuple[Block, ...]
    ntp: int | None = None  # 32.32 fixed point seconds since 1900
    timestamp: int = 0
    packets: int = 0
    octets: int = 0


@dataclass(frozen=True, slots=True)
class Nack:
    """Generic NACK (RFC 4585 section 6.2.1)."""

    sender: int
    media: int
    lost: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class PictureLoss:
    """PLI (RFC 4585 section 6.3.1) or FIR (RFC 5104 section 4.3.1): the receiver wants a keyframe."""

    sender: int
    media: int


@dataclass(frozen=True, slots=True)
class Bye:
    sources: tuple[int, ...] = field(default_factory=tuple)


Item = Report | Nack | PictureLoss | Bye


def parse(data: bytes) -> Iterator[Item]:
    """Yield what a decrypted compound packet says; packets of other types are passed over.

    Raises:
        ValueError: a length does not fit (RFC 3550 section 6.4, appendix A.2). What came before it was yielded.
    """
    at = 0
    while at < len(data):
        if len(data) - at < 4:
            raise ValueError("RTCP packet cut short")
        first, kind, words = _COMMON.unpack_from(data, at)
        end = at + 4 * (words + 1)
        if first >> 6 != 2 or end > len(data):
            raise ValueError("RTCP version or length")
        body = data[at + 4 : end]
        if first & 0x20:
            if not body or not 0 < body[-1] <= len(body):
                raise ValueError("RTCP padding")
            body = body[: -body[-1]]
        yield from _items(first & 0x1F, kind, body)
        at = end


def _items(count: int, kind: int, body: bytes) -> Iterator[Item]:
    if kind in (SR, RR):
        yield _report(count, kind, body)
    elif kind == BYE:
        if len(body) < 4 * count:
            raise ValueError("BYE")
        yield Bye(struct.unpack_from(f"!{count}I", body))
    elif kind in (RTPFB, PSFB):
        if len(body) < 8:
            raise ValueError("feedback")
        sender, media = struct.unpack_from("!II", body)
        if kind == RTPFB and count == FMT_NACK:
            yield Nack(sender, media, tuple(_lost(body[8:])))
        elif kind == PSFB and count == FMT_PLI:
            yield PictureLoss(sender, media)
        elif kind == PSFB and count == FMT_FIR:
            for offset in range(8, len(body) - 7, 8):
                yield PictureLoss(sender, int.from_bytes(body[offset : offset + 4], "big"))


def _report(count: int, kind: int, body: bytes) -> Report:
    head = 24 if kind == SR else 4
    if len(body) < head + 24 * count:
        raise ValueError("report")
    blocks = []
    for index in range(count):
        ssrc, loss, highest, jitter, last_sr, delay = _BLOCK.unpack_from(body, head + 24 * index)
        lost = loss & 0xFFFFFF
        blocks.append(Block(ssrc, loss >> 24, lost - ((lost & 0x800000) << 1), highest, jitter, last_sr, delay))
    ssrc = int.from_bytes(body[:4], "big")
    if kind == RR:
        return Report(ssrc, tuple(blocks))
    ntp, timestamp, packets, octets = struct.unpack_from("!QIII", body, 4)
    return Report(ssrc, tuple(blocks), ntp, timestamp, packets, octets)


def _lost(fci: bytes) -> Iterator[int]:
    for offset in range(0, len(fci) - 3, 4):
        first, mask = struct.unpack_from("!HH", fci, offset)
        yield first
        for bit in range(16):
            if mask >> bit & 1:
                yield (first + bit + 1) & 0xFFFF


# --- building --------------------------------------------------------------------------------------------------


def _packet(count: int, kind: int, body: bytes) -> bytes:
    return _COMMON.pack(0x80 | count, kind, len(body) // 4) + body


def receiver_report(sender: int, blocks: Iterable[Block] = ()) -> bytes:
    """RR; without blocks it is the first packet that every compound needs (RFC 3550 section 6.1)."""
    packed = [_block(block) for block in blocks]
    return _packet(len(packed), RR, struct.pack("!I", sender) + b"".join(packed))


def _block(block: Block) -> bytes:
    loss = (block.fraction_lost << 24) | (block.lost & 0xFFFFFF)
    highest, jitter, delay = (value & 0xFFFFFFFF for value in (block.highest, block.jitter, block.delay))
    return _BLOCK.pack(block.ssrc, loss, highest, jitter, block.last_sr, delay)


def sender_report(ssrc: int, ntp: int, timestamp: int, packets: int, octets: int) -> bytes:
    """SR without report blocks (section 6.4.1)."""
    body = struct.pack("!IQIII", ssrc, ntp, timestamp & 0xFFFFFFFF, packets & 0xFFFFFFFF, octets & 0xFFFFFFFF)
    return _packet(0, SR, body)


def source_description(ssrc: int, cname: bytes) -> bytes:
    """SDES with the CNAME item (section 6.5.1)."""
    chunk = struct.pack("!IBB", ssrc, 1, len(cname)) + cname
    return _packet(1, SDES, chunk + bytes(4 - len(chunk) % 4))


def nack(sender: int, media: int, lost: Iterable[int]) -> bytes:
    """Generic NACK for 16-bit sequence numbers in sending order."""
    words: list[list[int]] = []
    for seq in lost:
        if words and 0 < (ahead := (seq - words[-1][0]) & 0xFFFF) <= 16:
            words[-1][1] |= 1 << (ahead - 1)
        elif len(words) == MAX_NACK_ITEMS:
            break
        else:
            words.append([seq, 0])
    return _packet(FMT_NACK, RTPFB, struct.pack("!II", sender, media) + b"".join(struct.pack("!HH", *w) for w in words))


def picture_loss(sender: int, media: int) -> bytes:
    """PLI. `media` is the SSRC of the picture, never of its retransmissions: senders ignore the latter."""
    return _packet(FMT_PLI, PSFB, struct.pack("!II", sender, media))


def bitrate_cap(sender: int, bitrate: int, sources: list[int]) -> bytes:
    """REMB: what the sources together may send, bit/s (draft-alvestrand-rmcat-remb-03 section 2.2)."""
    exponent = max(0, bitrate.bit_length() - 18)
    head = struct.pack("!II4sI", sender, 0, b"REMB", len(sources) << 24 | exponent << 18 | bitrate >> exponent)
    return _packet(FMT_AFB, PSFB, head + struct.pack(f"!{len(sources)}I", *sources))


def middle(ntp: int) -> int:
    """The 32 bits of an NTP time that a report block carries (RFC 3550 section 6.4.1, LSR)."""
    return ntp >> 16 & 0xFFFFFFFF


def ntp_to_unix(ntp: int) -> float:
    """Seconds since 1970 of a 32.32 NTP time."""
    seconds = ntp / 2**32 - NTP_EPOCH
    return seconds if seconds >= 0 else seconds + 2**32  # NTP time begins anew in February 2036 (RFC 5905 section 6)
