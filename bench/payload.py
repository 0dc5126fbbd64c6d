"""RTP payloads of encoded pictures: H264 (RFC 6184, packetization mode 1) and VP8 (RFC 7741)."""

from __future__ import annotations

import re

MAX_PAYLOAD = 1180  # bytes: what a browser's packets carry behind header and SRTP tag

_START_CODE = re.compile(rb"\x00\x00\x00?\x01")


def payloads(codec: str, frame: bytes) -> list[bytes]:
    """The payloads of one picture, in order; the marker bit belongs on the last."""
    return h264_payloads(frame) if codec == "H264" else vp8_payloads(frame)


def nal_units(access_unit: bytes) -> list[bytes]:
    """The NAL units of a picture in Annex B framing."""
    return _START_CODE.split(access_unit)[1:]


def h264_payloads(access_unit: bytes) -> list[bytes]:
    """Single NAL unit packets, and FU-A for those that are too long (RFC 6184 sections 5.6 and 5.8)."""
    found = []
    for unit in nal_units(access_unit):
        if len(unit) <= MAX_PAYLOAD:
            found.append(unit)
            continue
        indicator, kind = (unit[0] & 0xE0) | 28, unit[0] & 0x1F
        size = MAX_PAYLOAD - 2
        pieces = [unit[at : at + size] for at in range(1, len(unit), size)]
        for number, piece in enumerate(pieces):
            start, end = number == 0, number == len(pieces) - 1
            found.append(bytes((indicator, start << 7 | end << 6 | kind)) + piece)
    return found


def vp8_payloads(frame: bytes) -> list[bytes]:
    """The shortest payload descriptor: one byte, S bit on the first (RFC 7741 section 4.2)."""
    pieces = [frame[at : at + MAX_PAYLOAD] for at in range(0, len(frame), MAX_PAYLOAD)]
    return [bytes((0x10 if number == 0 else 0,)) + piece for number, piece in enumerate(pieces)]
