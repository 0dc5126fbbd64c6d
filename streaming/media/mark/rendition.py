"""Live video for one guest: packets of the caller's picture to a process that marks it, marked pictures back.

A viewer listens to `Rendition.source` as it would to the caller's own. Bounded for an engine: so many at full rate, so
many more with a picture a second, then nobody. What comes back from the process is the only thing that is ever sent.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path

from streaming.contracts import EngineError

from ..recorder.h264 import H264Assembler
from ..recorder.order import Order
from ..recorder.packets import Broken, Frame, Lost
from ..recorder.packets import Packet as Piece
from ..recorder.vp8 import Vp8Assembler
from ..rtp import MARKER, Packet
from ..source import Source
from . import wire
from .confine import environment
from .words import Mark

log = logging.getLogger(__name__)

ROOT = Path(__file__).resolve().parents[3]
COMMAND = (sys.executable, "-m", "streaming.media.mark.live")
CODEC = "VP8"  # of what is made, whatever the caller sends
MOST_LIVE, MOST_STILLS = 4, 8  # guests of one engine: 0.06 to 0.12 and 0.02 to 0.05 of a core each
HOLD = 0.3  # seconds that a missing packet is waited for
BACKLOG = 512 * 1024  # bytes that may wait for the process
SILENCE = 8.0  # seconds of pictures in and none out: the process hangs
ASK_EVERY = 0.3  # seconds between key frames that a viewer may ask of the process
MAX_PAYLOAD = 1150  # bytes: with headers, SRTP and a relay's channel it stays below 1,280
END_SECONDS = 1.0


class Marking:
    """How many guests an engine draws for."""

    def __init__(self, live: int = MOST_LIVE, stills: int = MOST_STILLS) -> None:
        self.free = {False: live, True: stills}  # stills only -> places

    def begin(self, mark: Mark, original: Source, want_keyframe: Callable[[], None]) -> Rendition:
        """Raises EngineError("full") when this engine draws for as many guests as it can."""
        stills = self.free[False] == 0
        if self.free[stills] == 0:
            raise EngineError("full", "no more marked pictures", retry_after=10.0)
        self.free[stills] -= 1
        return Rendition(self, mark, original, want_keyframe, stills=stills)


class Rendition:
    """One guest's picture. `lost` is called once when there will be no more of it."""

    def __init__(
        self, marking: Marking, mark: Mark, original: Source, want_keyframe: Callable[[], None], *, stills: bool
    ) -> None:
        self.original, self.stills = original, stills
        self.source = Source("video", original.clock)
        self.source.begin(CODEC)
        self.lost: Callable[[], None] = lambda: None
        self._marking, self._mark, self._want = marking, mark, want_keyframe
        self._process: asyncio.subprocess.Process | None = None
        self._closed = False
        self._join = -1
        self._order = Order(HOLD)
        self._assembler: H264Assembler | Vp8Assembler = Vp8Assembler()
        self._waiting = True  # for a key frame of the caller's
        self._wanted = 0.0  # when it was last asked for
        self._fed_at: float | None = None  # since when pictures go in and none comes out
        self._asked = float("-inf")
        self._seq = 0
        self._picture_id = 0
        self._task = asyncio.get_running_loop().create_task(self._run())

    def want_keyframe(self) -> None:
        """For the guest."""
        now = time.monotonic()
        if self._waiting:
            self._want()
        elif now - self._asked >= ASK_EVERY:
            self._asked = now
            self._tell(wire.message(wire.KEYFRAME))

    async def stop(self) -> None:
        """Close, and wait until the process is gone."""
        self.close()
        if self._task is not asyncio.current_task():
            await asyncio.wait([self._task])

    def close(self) -> None:
        if not self._closed:
            self._closed = True
            self._marking.free[self.stills] += 1
            if self in self.original.listeners:
                self.original.listeners.remove(self)
            self._task.cancel()

    # --- pictures in: streaming.media.source.Listener ---

    def packet(self, number: int, packet: Packet, keyframe: bool) -> None:
        if self._join != self.original.join:
            self._begin()
        now = time.time()
        if self._waiting and now - self._wanted >= ASK_EVERY:
            self._wanted = now
            self._want()
        piece = Piece(number, packet.timestamp, packet.marker != 0, packet.media, now)
        self._order.add(piece)
        for item in self._order.release(now):
            if isinstance(item, Lost):
                self._assembler.lost()
                self._gap()
                continue
            for picture in self._assembler.push(item):
                if isinstance(picture, Broken):
                    self._gap()
                else:
                    self._feed(picture)

    def _begin(self) -> None:
        """The caller joined, or joined again: another count, perhaps another codec."""
        self._join = self.original.join
        self._order = Order(HOLD)
        h264 = self.original.codec == "H264"
        self._assembler = H264Assembler() if h264 else Vp8Assembler()
        self._waiting, self._fed_at = True, None
        self.source.begin(CODEC)
        self._tell(wire.message(wire.BEGIN, wire.JOIN.pack(self._join & 0xFF, b"H264" if h264 else b"VP8 ")))

    def _gap(self) -> None:
        """What follows refers to what did not come: on from the next key frame."""
        self._waiting = True

    def _feed(self, picture: Frame) -> None:
        if self._waiting and not picture.keyframe:
            return
        if self._backlog() > BACKLOG:
            self._gap()
            return
        self._waiting = False
        now = time.monotonic()
        if self._fed_at is None:
            self._fed_at = now
        elif now - self._fed_at > SILENCE:
            self._end("hangs")
            return
        about = wire.ABOUT.pack(self._join & 0xFF, picture.timestamp, picture.keyframe)
        self._tell(wire.message(wire.PICTURE, about, picture.data))

    def _backlog(self) -> int:
        pipe = self._process.stdin if self._process is not None else None
        return 0 if pipe is None else pipe.transport.get_write_buffer_size()

    def _tell(self, message: bytes) -> None:
        if self._process is not None and self._process.stdin is not None and not self._closed:
            self._process.stdin.write(message)

    # --- pictures out ---

    async def _run(self) -> None:
        """The process from its start to its end."""
        errand = json.dumps({"mark": asdict(self._mark), "stills": self.stills})
        try:
            self._process = await asyncio.create_subprocess_exec(
                *COMMAND, errand, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL, cwd=ROOT, env=environment(), limit=2 * wire.MAX_BACK,
            )  # fmt: skip
            self._listen()
            assert self._process.stdout is not None  # asked for above
            while True:
                kind, length = wire.HEAD.unpack(await self._process.stdout.readexactly(wire.HEAD.size))
                if kind != wire.PICTURE or not wire.ABOUT.size < length <= wire.MAX_BACK:
                    break
                self._take(await self._process.stdout.readexactly(length))
        except (OSError, asyncio.IncompleteReadError, ValueError):
            pass
        finally:
            await _ended(self._process)
            self._end("ended")

    def _listen(self) -> None:
        self.original.listeners.append(self)
        for number, packet in self.original.since_keyframe():
            self.packet(number, packet, number == self.original.keyframe)

    def _take(self, data: bytes) -> None:
        """A marked picture: the packets of it, to whoever listens."""
        join, timestamp, _ = wire.ABOUT.unpack_from(data)
        if join != self._join & 0xFF:
            return
        self._fed_at = None
        now = time.time()
        for payload, last in self._payloads(memoryview(data)[wire.ABOUT.size :]):
            self._seq = (self._seq + 1) & 0xFFFF
            self.source.receive(Packet(0x80, MARKER if last else 0, 96, self._seq, timestamp, 0, payload), now, self)

    def _payloads(self, picture: memoryview) -> Iterator[tuple[bytes, bool]]:
        """RFC 7741 section 4.2: a descriptor with the picture's number before each part."""
        self._picture_id = (self._picture_id + 1) & 0x7FFF
        number = (0x8000 | self._picture_id).to_bytes(2, "big")
        for start in range(0, len(picture), MAX_PAYLOAD):
            head = bytes([0x90 if start == 0 else 0x80, 0x80]) + number
            yield head + bytes(picture[start : start + MAX_PAYLOAD]), start + MAX_PAYLOAD >= len(picture)

    def _end(self, why: str) -> None:
        if not self._closed:
            log.warning("marked picture lost", extra={"reason": why})
            self.close()
            self.lost()

    # --- streaming.media.source.Feeder: the process loses nothing ---

    def gap(self, source: Source, first: int, end: int) -> None: ...

    def filled(self, source: Source, number: int) -> None: ...

    def keyframe(self, source: Source, number: int, packet: Packet) -> None: ...

    def restarted(self, source: Source, first: int, end: int) -> None: ...


async def _ended(process: asyncio.subprocess.Process | None) -> None:
    """Kill and wait, but not for ever: before Python 3.11.10 a pipe with unread bytes keeps `wait` from returning."""
    if process is None:
        return
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
    if process.stdin is not None:
        process.stdin.close()
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(END_SECONDS):
            await process.wait()
