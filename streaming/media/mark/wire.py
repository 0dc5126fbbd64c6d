"""What engine and drawing process tell each other: a letter, a length, that many bytes.

To the process: BEGIN (the caller joined, or joined again), PICTURE as it came, KEYFRAME (make one soon). Back: PICTURE.
"""

from __future__ import annotations

import struct

HEAD = struct.Struct("!cI")
BEGIN, PICTURE, KEYFRAME = b"B", b"P", b"K"
ABOUT = struct.Struct("!BI?")  # of a picture: join (its last eight bits), RTP timestamp, keyframe
JOIN = struct.Struct("!B4s")  # join and codec
MAX = 8 * 1024 * 1024  # bytes of a picture that came
MAX_BACK = 1024 * 1024  # bytes of one that was made


def message(kind: bytes, *parts: bytes) -> bytes:
    return HEAD.pack(kind, sum(map(len, parts))) + b"".join(parts)
