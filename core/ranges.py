"""Parts of a file over HTTP (RFC 9110 section 14): which bytes a player asks for, and sending them piece by piece."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator

from asgiref.sync import sync_to_async

_RANGE = re.compile(r"^bytes=(\d{0,15})-(\d{0,15})$")


async def one_by_one(pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
    """Each piece is read when the one before has been taken; the file is closed when the player goes away."""
    read = sync_to_async(lambda: next(pieces, b""), thread_sensitive=False)
    try:
        while piece := await read():
            yield piece
    finally:
        if hasattr(pieces, "close"):
            pieces.close()


def asked(header: str, size: int) -> tuple[int, int] | None:
    """First byte and the one after the last. None: nothing of that range exists (416)."""
    found = _RANGE.match(header.strip())
    if not found or not (found[1] or found[2]):
        return 0, size
    if not found[1]:  # the last so many bytes
        length = int(found[2])
        return (max(0, size - length), size) if length else None
    start = int(found[1])
    stop = min(int(found[2]) + 1, size) if found[2] else size
    if start >= size:
        return None
    return (start, stop) if stop > start else (0, size)
