"""Small films as a phone's recorder makes them, built from nothing; and announcements of them."""

from __future__ import annotations

import hashlib
import struct
from typing import Any
from uuid import UUID, uuid4

from streaming.services.backfill import Announced, chain_of, first_link


def element(identity: int, body: bytes) -> bytes:
    """An EBML element with an eight-byte size."""
    length = (identity.bit_length() + 7) // 8
    return identity.to_bytes(length, "big") + (len(body) | 1 << 56).to_bytes(8, "big") + body


def webm(frames: int = 90, codec: bytes = b"V_VP8", width: int = 640, height: int = 480, size: int = 40) -> bytes:
    """`frames` frames of `size` bytes at 30 a second, in a segment of unknown size, as Chrome writes it."""
    picture = element(0xB0, width.to_bytes(2, "big")) + element(0xBA, height.to_bytes(2, "big"))
    track = element(0xAE, element(0xD7, b"\x01") + element(0x86, codec) + element(0xE0, picture))
    cluster = element(0xE7, b"\x00") + b"".join(
        element(0xA3, struct.pack(">BhB", 0x81, number * 33, 0x80) + bytes(size)) for number in range(frames)
    )
    head = element(0x1A45DFA3, element(0x4282, b"webm"))
    segment = bytes.fromhex("18538067") + b"\x01" + b"\xff" * 7
    return head + segment + element(0x1654AE6B, track) + element(0x1F43B675, cluster)


def box(kind: bytes, *inner: bytes) -> bytes:
    body = b"".join(inner)
    return struct.pack(">I4s", len(body) + 8, kind) + body


def mp4(seconds: float = 3.0, codec: bytes = b"avc1", width: int = 640, height: int = 480, size: int = 4000) -> bytes:
    """One track with its times in the header, as Safari writes it."""
    header = box(b"tkhd", bytes(12), struct.pack(">I", 1), bytes(60), struct.pack(">II", width << 16, height << 16))
    times = box(b"mdhd", bytes(12), struct.pack(">II", 600, round(seconds * 600)), bytes(4))
    entry = box(b"stsd", bytes(4), struct.pack(">I", 1), box(codec, bytes(70)))
    media = box(b"mdia", times, box(b"minf", box(b"stbl", entry)))
    return box(b"ftyp", b"isom", bytes(4)) + box(b"moov", box(b"trak", header, media)) + box(b"mdat", bytes(size))


def announced(
    session_id: UUID, film: bytes, *, sequence: int = 1, run: UUID | None = None, at_ms: int, previous: str = "",
    **changes: Any,
) -> Announced:  # fmt: skip
    """Four seconds of film that began at `at_ms` of the phone's clock, which is right to 20 ms."""
    run = run or uuid4()
    given: dict[str, Any] = {
        "run": run,
        "sequence": sequence,
        "sha256": hashlib.sha256(film).hexdigest(),
        "previous": previous or first_link(session_id, run),
        "size": len(film),
        "mime": "video/webm;codecs=vp8,opus",
        "started_ms": at_ms,
        "ended_ms": at_ms + 4000,
        "offset_ms": 0.0,
        "error_ms": 20.0,
    }
    return Announced(**{**given, **changes})


def as_sent(piece: Announced) -> dict[str, Any]:
    """The same as the page sends it."""
    return {
        "run": str(piece.run), "sequence": piece.sequence, "sha256": piece.sha256, "previous": piece.previous,
        "size": piece.size, "mime": piece.mime, "started": piece.started_ms, "ended": piece.ended_ms,
        "offset": piece.offset_ms, "error": piece.error_ms,
    }  # fmt: skip


def next_link(piece: Announced) -> str:
    return chain_of(piece)
