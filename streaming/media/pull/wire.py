"""What the fetching process writes into its pipe: a letter, a length, that many bytes."""

from __future__ import annotations

import asyncio
import struct
from typing import BinaryIO

HEAD = struct.Struct("!cI")
OPENED, VIDEO, AUDIO, CLOCK, TROUBLE = b"O", b"V", b"A", b"C", b"T"
MAX = 64 * 1024
VIDEO_TYPE, AUDIO_TYPE = 96, 111  # payload types and SSRCs of the RTP packets
VIDEO_SSRC, AUDIO_SSRC = 1, 2

CLOCKS = struct.Struct("!QII")  # NTP time, RTP time of the picture, of the sound


def write(pipe: BinaryIO, kind: bytes, data: bytes) -> None:
    pipe.write(HEAD.pack(kind, len(data)) + data)


async def read(pipe: asyncio.StreamReader) -> tuple[bytes, bytes]:
    """The next message. Raises asyncio.IncompleteReadError at the end, ValueError for what is none."""
    kind, length = HEAD.unpack(await pipe.readexactly(HEAD.size))
    if length > MAX:
        raise ValueError("too long")
    return kind, await pipe.readexactly(length)
