"""A process of phones: `python -m bench.live_client --phones FILE`, started by `bench live`.

Takes one JSON command a line and answers each with one: open, heard, up, close, report.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.common import cpu_seconds
from bench.live_phone import Phone, Tally
from streaming.media.loop import new_event_loop

PATHS = {"live": "/ws/live/", "bare": "/ws/bare/"}
CONNECTING = 100  # handshakes on the way at once: phones do not arrive in one instant
HANDSHAKE_SECONDS = 10.0
PING_SECONDS = 5.0


class Crowd:
    """Phones of one kind. `ports`: of the web processes, in turn."""

    def __init__(self, kind: str, cookies: list[str], topic: str, ports: list[int]) -> None:
        self.tally = Tally(len(cookies))
        self.pings: asyncio.Task[None] | None = None
        shift = [ports[number:] + ports[:number] for number in range(len(ports))]
        self.phones = [
            Phone(self.tally, shift[number % len(ports)], PATHS[kind], topic, cookie)
            for number, cookie in enumerate(cookies)
        ]

    async def open(self) -> None:
        room = asyncio.Semaphore(CONNECTING)

        async def start(phone: Phone) -> None:
            async with room:
                await phone.start()
                await until(lambda: phone.is_up or phone.number > 1, HANDSHAKE_SECONDS)

        await asyncio.gather(*[start(phone) for phone in self.phones])

    async def ping(self, every: float) -> None:
        """As live.js does, spread evenly over the seconds."""
        number = 0
        while every:
            number += 1
            for phone in self.phones:
                phone.ping(number)
                await asyncio.sleep(every / len(self.phones))


async def until(ready: Callable[[], bool], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while not ready():
        if time.monotonic() > deadline:
            return False
        await asyncio.sleep(0.01)
    return True


async def answer(command: dict[str, Any], crowds: dict[str, Crowd], options: argparse.Namespace) -> dict[str, Any]:
    kind = command.get("kind", "live")
    if command["do"] == "open":
        given = json.loads(options.phones.read_text())
        crowds[kind] = crowd = Crowd(kind, given["cookies"], given["topic"], command["ports"])
        started = time.monotonic()
        await crowd.open()
        whole = await until(lambda: crowd.tally.up == crowd.tally.phones, command["seconds"])
        if kind == "live":
            crowd.pings = asyncio.create_task(crowd.ping(command.get("ping", PING_SECONDS)))
        return {"all": whole, "up": crowd.tally.up, "took": time.monotonic() - started}
    tally = crowds[kind].tally
    if command["do"] == "heard":
        seq = command["seq"]
        whole = await until(lambda: tally.heard_by_all(seq), command["seconds"])
        return {"all": whole, "count": tally.count.get(seq, 0), "last": tally.last.get(seq, 0.0)}
    if command["do"] == "up":
        whole = await until(lambda: tally.up == tally.phones, command["seconds"])
        return {"all": whole, "up": tally.up, "at": tally.all_up_at}
    if command["do"] == "close":
        for phone in crowds[kind].phones:
            phone.stop()
        return {"all": await until(lambda: tally.up == 0, 30)}
    wanted = range(command["first"], command["last"] + 1)
    return {
        "missed": sum(tally.phones - tally.count.get(seq, 0) for seq in wanted),
        "doubled": tally.doubled,
        "reloaded": tally.reloaded,
        "refused": tally.refused,
        "connected": tally.connected,
        "cpu_seconds": cpu_seconds("self"),
    }


async def serve(options: argparse.Namespace) -> None:
    crowds: dict[str, Crowd] = {}
    while line := await asyncio.to_thread(sys.stdin.readline):
        print(json.dumps(await answer(json.loads(line), crowds, options)), flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--phones", type=Path, required=True)
    with asyncio.Runner(loop_factory=new_event_loop) as runner:
        runner.run(serve(parser.parse_args()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
