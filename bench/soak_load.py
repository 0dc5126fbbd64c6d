"""A process of callers and their viewers for a long run: `python -m bench.soak_load …`, started by `bench soak`.

Each session has one caller and one viewer. Commands come as lines on stdin: `window` answers with one line of JSON
about what was sent and what arrived since the last one, `stop` ends. What is counted is forgotten at once, so that
this process stays flat as well.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import random
import sys
import time
import zlib
from dataclasses import asdict, dataclass
from pathlib import Path

from bench.clip import Clip
from bench.engine_client import EngineClient
from bench.load import call, watch
from bench.payload import payloads
from bench.peer import LONG, Caller, Viewer
from streaming.media.aiortc_bridge import Identity
from streaming.media.loop import new_event_loop

SETTLED = 2.0  # seconds: what is younger may still be on its way, and counts in the next window


@dataclass
class Window:
    """Packets of pictures that should have come, and those that came; pictures filmed; peers that were lost."""

    expected: int = 0
    delivered: int = 0
    pictures: int = 0
    lost_peers: int = 0
    turned_over: int = 0

    @property
    def ratio(self) -> float:
        return self.delivered / self.expected if self.expected else 0.0


class Call:
    """One session, from opening to its end."""

    def __init__(self, session: str, caller: Caller, viewer: Viewer, numbers: dict[int, int]) -> None:
        self.session, self.caller, self.viewer = session, caller, viewer
        self._numbers = numbers
        self._offset: int | None = None
        self._until = asyncio.Event()
        self._work = [asyncio.create_task(caller.film(self._until)), asyncio.create_task(viewer.report(self._until))]

    async def leave(self) -> None:
        self._until.set()
        await asyncio.gather(*self._work)
        await self.viewer.close()
        await self.caller.close()

    def count(self, window: Window, until: float) -> None:
        """Book the pictures sent before `until` (epoch seconds) that the viewer was there for, and forget them."""
        window.lost_peers += bool(self.caller.lost_reason) + bool(self.viewer.lost_reason)
        settled = [entry for entry in self.caller.log if entry[2] < until]
        window.pictures += len(settled)
        if self._offset is None:
            self._find_offset()
        received = self.viewer.pictures
        for _, timestamp, sent, packets in settled:
            if sent > self.viewer.first_at > 0:  # before its first packet a viewer waits for a key frame
                window.expected += packets
                window.delivered += min(packets, received.pop((timestamp + (self._offset or 0)) & 0xFFFFFFFF, 0))
        self.caller.log = self.caller.log[len(settled) :]
        while len(received) > len(self.caller.log) + 300:  # the late viewer's older pictures, nobody's
            del received[next(iter(received))]

    def _find_offset(self) -> None:
        """What the engine adds to the timestamps for this viewer, by the checksum of one payload."""
        if self.viewer.mark is None:
            return
        checksum, timestamp, arrival = self.viewer.mark
        number = self._numbers[checksum]
        same = [entry for entry in self.caller.log if entry[0] == number and entry[2] <= arrival + 0.05]
        if same:
            self._offset = (timestamp - same[-1][1]) & 0xFFFFFFFF


class Crowd:
    """`size` calls at once. With `churn` (seconds) each ends after about that long and another session begins."""

    def __init__(self, engine: EngineClient, clip: Clip, size: int, churn: float) -> None:
        self._engine, self._clip, self._size, self._churn = engine, clip, size, churn
        self._identity = Identity()
        self._numbers = {
            zlib.crc32(piece): number
            for number, frame in enumerate(clip.frames)
            for piece in payloads(clip.codec, frame)
            if len(piece) > LONG
        }
        self._calls: dict[int, Call] = {}
        self._window = Window()
        self._closing = asyncio.Event()
        self._turns: list[asyncio.Task[None]] = []

    async def gather(self) -> None:
        for place in range(self._size):
            self._calls[place] = await self._begin(f"soak-{place}-0")
        if self._churn:
            self._turns = [asyncio.create_task(self._turn_over(place)) for place in range(self._size)]

    async def _begin(self, session: str) -> Call:
        caller = await call(self._engine, session, self._identity, self._clip)
        await caller.is_connected.wait()
        viewer = await watch(self._engine, session, 0, self._identity, self._clip)
        await viewer.is_connected.wait()
        return Call(session, caller, viewer, self._numbers)

    async def _turn_over(self, place: int) -> None:
        moments, turn = random.Random(place), 0
        while not self._closing.is_set():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._closing.wait(), self._churn * moments.uniform(0.5, 1.5))
                return
            turn += 1
            old = self._calls.pop(place)
            old.count(self._window, time.time() - SETTLED)
            await old.leave()
            await self._engine.end(old.session)
            self._calls[place] = await self._begin(f"soak-{place}-{turn}")
            self._window.turned_over += 1

    def window(self) -> Window:
        for turn in self._turns:
            if turn.done():
                turn.result()  # it only ends before the run when something is wrong
        for one in self._calls.values():
            one.count(self._window, time.time() - SETTLED)
        window, self._window = self._window, Window()
        return window

    async def leave(self) -> None:
        self._closing.set()
        await asyncio.gather(*self._turns)
        for one in self._calls.values():
            await one.leave()
            await self._engine.end(one.session)


async def run(options: argparse.Namespace) -> None:
    async with EngineClient(options.socket) as engine:
        crowd = Crowd(engine, Clip.load(options.clip), options.sessions, options.churn)
        await crowd.gather()
        print("connected", flush=True)
        while (await asyncio.to_thread(sys.stdin.readline)).strip() == "window":
            print(json.dumps(asdict(crowd.window())), flush=True)
        await crowd.leave()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--socket", type=Path, required=True)
    parser.add_argument("--clip", type=Path, required=True)
    parser.add_argument("--sessions", type=int, required=True)
    parser.add_argument("--churn", type=float, default=0.0)
    with asyncio.Runner(loop_factory=new_event_loop) as runner:
        runner.run(run(parser.parse_args()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
