"""Fetching one feed for as long as its session lasts: a process each time, pauses that grow, facts about it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Protocol

from streaming.contracts import FEED_REASONS, PullFeed

from ..mark.confine import environment
from . import wire
from .fed import About

log = logging.getLogger(__name__)

ROOT = Path(__file__).resolve().parents[3]
SILENCE = 12.0  # s without a packet: the process reads with 10 s of patience of its own
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0
STEADY = 30.0  # s of picture after which the pauses begin anew
PIPE = 1024 * 1024
END_SECONDS = 1.0  # a killed process is gone in milliseconds
#: To try again would change nothing, or lock the camera.
FINAL = frozenset({"login", "not_allowed", "not_h264", "reordered", "unsupported"})

Command = tuple[str, ...]
CHILD: Command = (sys.executable, "-m", "streaming.media.pull.child")


class Connection(Protocol):
    """What the session made of an opened stream."""

    def packet(self, data: bytes, arrival: float) -> None: ...

    def clocks(self, data: bytes) -> None: ...


class Puller:
    """`opened` is called for each connection and returns where its packets go; `lost` when it is over; `trouble` with
    (reason, tries in vain, seconds until the next or None)."""

    def __init__(
        self,
        command: PullFeed,
        *,
        opened: Callable[[About, Callable[[], None]], Connection],
        lost: Callable[[str], None],
        trouble: Callable[[str, int, float | None], None],
        child: Command = CHILD,
    ) -> None:
        self._command, self._child = command, child
        self._opened, self._lost, self._trouble = opened, lost, trouble
        self._process: asyncio.subprocess.Process | None = None
        self._hurry = asyncio.Event()
        self._task = asyncio.get_running_loop().create_task(self._run())

    def fetches(self, command: PullFeed) -> bool:
        """Whether this is what is being done already. One that has given up is not."""
        mine = self._command
        same = (mine.url, mine.login, mine.allowed) == (command.url, command.login, command.allowed)
        return same and not self._task.done()

    def hurry(self) -> None:
        """Somebody waits: the pause before the next try is over."""
        self._hurry.set()

    async def stop(self) -> None:
        """End the process and the trying."""
        self._task.cancel()
        await asyncio.wait([self._task])

    async def _run(self) -> None:
        tries = 0
        while True:
            began = time.monotonic()
            reason, had_picture = await self._once()
            if had_picture and time.monotonic() - began >= STEADY:
                tries = 0
            tries += 1
            pause = None if reason in FINAL else self._pause(tries)
            log.info("feed not fetched", extra={"session": self._command.session_id, "reason": reason, "tries": tries})
            self._trouble(reason, tries, pause)
            if pause is None:
                return
            self._hurry.clear()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self._hurry.wait()

    @staticmethod
    def _pause(tries: int) -> float:
        """Doubling, and never the same for two feeds that lost the same network."""
        spread = 1.0 - (os.getpid() + time.time_ns()) % 256 / 1024
        return min(LONGEST_PAUSE, FIRST_PAUSE * 2.0 ** min(tries - 1, 10)) * spread

    async def _once(self) -> tuple[str, bool]:
        """One process from its start to its end: why it ended, and whether it had shown a picture."""
        process = await asyncio.create_subprocess_exec(
            *self._child, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL, cwd=ROOT, env=environment(), limit=PIPE,
        )  # fmt: skip
        self._process = process
        had_picture = False
        try:
            assert process.stdin is not None  # asked for above
            errand = {"url": self._command.url, "login": self._command.login, "allowed": self._command.allowed}
            process.stdin.write(json.dumps(errand).encode() + b"\n")
            await process.stdin.drain()
            connection: Connection | None = None
            reason = "unreadable"
            with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
                assert process.stdout is not None
                while True:
                    try:
                        async with asyncio.timeout(SILENCE + (10.0 if connection is None else 0.0)):
                            kind, data = await wire.read(process.stdout)
                    except TimeoutError:
                        reason = "stalled"
                        break
                    if kind == wire.TROUBLE:
                        told = str(json.loads(data)["reason"])
                        reason = told if told in FEED_REASONS else "unreadable"
                        break
                    if kind == wire.OPENED and connection is None:
                        connection = self._opened(About.read(data), partial(_kill, process))
                        had_picture, reason = True, "closed"
                    elif connection is not None:
                        self._pass(connection, kind, data)
            return reason, had_picture
        except (ValueError, KeyError, TypeError, OSError, RecursionError):  # the last of JSON that nests without end
            return "unreadable", had_picture
        finally:
            self._process = None
            await _end(process)
            if had_picture:
                self._lost("closed")

    @staticmethod
    def _pass(connection: Connection, kind: bytes, data: bytes) -> None:
        if kind in (wire.VIDEO, wire.AUDIO):
            connection.packet(data, time.time())
        elif kind == wire.CLOCK:
            connection.clocks(data)


def _kill(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            process.kill()


async def _end(process: asyncio.subprocess.Process) -> None:
    """Kill and wait, but not for ever: before Python 3.11.10 a pipe with unread bytes keeps `wait` from returning."""
    _kill(process)
    if process.stdin is not None:
        process.stdin.close()
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(END_SECONDS):
            await process.wait()
