"""A fetching process that a camera has taken over: whatever it writes, the engine says "unreadable" and tries again."""

from __future__ import annotations

import asyncio
import json
import sys
import zlib

import pytest

from streaming.contracts import PullFeed
from streaming.media.pull import wire
from streaming.media.pull.fed import About
from streaming.media.pull.puller import Puller

SCRIPT = "import sys, zlib; sys.stdin.readline(); sys.stdout.buffer.write(zlib.decompress(bytes.fromhex(sys.argv[1])))"
OPENED = json.dumps({"profile": "42e01f", "audio": False, "converted_from": ""}).encode()


def message(kind: bytes, data: bytes) -> bytes:
    return wire.HEAD.pack(kind, len(data)) + data


class Strict:
    """Takes nothing that is no RTP packet."""

    def packet(self, data: bytes, arrival: float) -> None:
        if len(data) < 12:
            raise ValueError("no RTP")

    def clocks(self, data: bytes) -> None:
        raise ValueError("clocks")


@pytest.mark.parametrize(
    "written",
    [
        wire.HEAD.pack(wire.VIDEO, 0xFFFFFFFF),
        message(wire.TROUBLE, b"no JSON"),
        message(wire.TROUBLE, b"[]"),
        message(wire.TROUBLE, b"[" * 60_000),
        message(wire.TROUBLE, b'{"reason": "of its own"}'),
        message(wire.OPENED, b"{}"),
        message(wire.OPENED, b"[" * 60_000),
        message(wire.OPENED, OPENED) + message(wire.VIDEO, b"abc"),
        message(wire.OPENED, OPENED) + message(wire.CLOCK, b""),
        b"\x00" * 100,
    ],
)
async def test_what_is_no_message_ends_the_process_and_not_the_trying(written: bytes) -> None:
    told: asyncio.Queue[tuple[str, int, float | None]] = asyncio.Queue()
    command = PullFeed(session_id="s1", ticket="", url="rtsp://127.0.0.1/a", login="", allowed=[])

    def opened(about: About, hang_up: object) -> Strict:
        return Strict()

    puller = Puller(
        command,
        opened=opened,
        lost=lambda reason: None,
        trouble=lambda *words: told.put_nowait(words),
        child=(sys.executable, "-S", "-c", SCRIPT, zlib.compress(written).hex()),
    )
    reason, tries, pause = await asyncio.wait_for(told.get(), 20)
    await puller.stop()
    assert (reason, tries) == ("unreadable", 1)
    assert pause is not None
