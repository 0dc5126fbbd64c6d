"""VP8 in RTP: where a keyframe starts and how big its picture is (RFC 7741; RFC 6386 section 9.1)."""

from __future__ import annotations

from typing import Final

EXTENDED: Final = 0x80  # X
PARTITION_START: Final = 0x10  # S
PARTITION_INDEX: Final = 0x07  # PID
START_CODE: Final = b"\x9d\x01\x2a"


def descriptor_size(payload: bytes) -> int | None:
    """Bytes of the payload descriptor (RFC 7741 section 4.2), or None when it is cut short."""
    if not payload:
        return None
    size = 1
    if payload[0] & EXTENDED:
        if len(payload) < 2:
            return None
        flags = payload[1]
        size = 2
        if flags & 0x80:  # I: picture id, one byte or two
            if len(payload) <= size:
                return None
            size += 2 if payload[size] & 0x80 else 1
        if flags & 0x40:  # L: TL0PICIDX
            size += 1
        if flags & 0x30:  # T or K
            size += 1
    return size if size < len(payload) else None


def temporal_layer(payload: bytes) -> int | None:
    """TID of a packet, 0 for the lowest layer; None when the sender uses no layers (section 4.2, T bit)."""
    if len(payload) < 2 or not payload[0] & EXTENDED or not payload[1] & 0x20:
        return None
    size = descriptor_size(payload)
    return payload[size - 1] >> 6 if size is not None else None


def starts_keyframe(payload: bytes) -> bool:
    """Whether this packet begins a frame that needs no other frame: S set, partition 0, P bit clear (section 4.3)."""
    if not payload or payload[0] & (PARTITION_START | PARTITION_INDEX) != PARTITION_START:
        return False
    size = descriptor_size(payload)
    return size is not None and not payload[size] & 1


def picture_size(payload: bytes) -> tuple[int, int] | None:
    """Width and height in pixels from the packet that starts a keyframe, or None when unreadable."""
    size = descriptor_size(payload)
    if size is None:
        return None
    head = payload[size : size + 10]
    if len(head) < 10 or head[0] & 1 or head[3:6] != START_CODE:
        return None
    width = int.from_bytes(head[6:8], "little") & 0x3FFF
    height = int.from_bytes(head[8:10], "little") & 0x3FFF
    return (width, height) if width and height else None
