"""How large a picture is, read from its header alone: no decoder sees bytes that came from outside."""

from __future__ import annotations

import struct

#: Pixels a side; a phone's camera sends at most 4,096.
MAX_SIDE = 8192


class NotAPicture(ValueError):
    """Not a JPEG or PNG, cut off, or of an impossible size."""


def measure(data: bytes) -> tuple[str, int, int]:
    """The media type, width and height of a JPEG (ITU-T T.81 B.2) or PNG (RFC 2083). Raises NotAPicture."""
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        mime, (width, height) = "image/png", _png(data)
    elif data.startswith(b"\xff\xd8\xff"):
        mime, (width, height) = "image/jpeg", _jpeg(data)
    else:
        raise NotAPicture("neither JPEG nor PNG")
    if not (0 < width <= MAX_SIDE and 0 < height <= MAX_SIDE):
        raise NotAPicture(f"{width} x {height}")
    return mime, width, height


def _png(data: bytes) -> tuple[int, int]:
    if len(data) < 33 or data[12:16] != b"IHDR" or not data.rstrip(b"\x00").endswith(b"IEND\xaeB`\x82"):
        raise NotAPicture("cut off")
    width, height = struct.unpack(">II", data[16:24])
    return width, height


def _jpeg(data: bytes) -> tuple[int, int]:
    """Walk the segments up to the frame header (SOF0 to SOF15 without DHT, JPG and DAC)."""
    if not data.rstrip(b"\x00").endswith(b"\xff\xd9"):
        raise NotAPicture("cut off")
    at = 2
    while at + 9 <= len(data):
        if data[at] != 0xFF:
            raise NotAPicture("no marker where one must be")
        marker = data[at + 1]
        if marker == 0xFF:  # fill byte
            at += 1
            continue
        (length,) = struct.unpack(">H", data[at + 2 : at + 4])
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return width, height
        if length < 2 or marker in (0xD9, 0xDA):
            break
        at += 2 + length
    raise NotAPicture("no frame header")
