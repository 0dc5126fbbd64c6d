"""A stand-in for the outside registers, over HTTP: `python -m suspects.sources.simulator --port 9200`.

One address per register: CHECK_SOURCES=PNC=http://127.0.0.1:9200/PNC,DVLA=http://127.0.0.1:9200/DVLA
Answers follow from the question and the seed (`suspects.sources.made_up`). Latency and faults are options, or a script
of what comes next; like LEDS, it refuses a question without reason or justification. Standard library only.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import random
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field

from suspects.sources import made_up

FAULTS = ("busy", "broken", "hang", "malformed", "html", "huge", "drip", "cut", "redirect", "forbidden", "nonsense")
NEEDED = ("x-leds-reason", "x-leds-justification", "x-leds-on-behalf-of", "x-leds-correlation-id")
LARGEST_QUESTION = 64 * 1024
_WORDS = {200: "OK", 302: "Found", 400: "Bad Request", 403: "Forbidden", 404: "Not Found", 429: "Too Many Requests"}


@dataclass(frozen=True)
class Asked:
    """A question as it arrived."""

    system: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Simulator:
    """`latency` and `jitter` in seconds; `fault_rate` 0..1 picks one of `faults` for that share of questions. `script`
    holds what comes next, oldest first: "ok" or one of FAULTS. `asked` keeps the last questions."""

    seed: str = "northmere"
    latency: float = 0.0
    jitter: float = 0.0
    fault_rate: float = 0.0
    faults: tuple[str, ...] = ("busy", "broken", "hang")
    script: list[str] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    url: str = ""

    def __post_init__(self) -> None:
        self._dice = random.Random(self.seed)  # noqa: S311 - reproducible, guards nothing

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, one question."""
        try:
            with contextlib.suppress(OSError, ValueError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
                asked = await _read(reader)
                if asked is not None:
                    self.asked[:] = [*self.asked[-99:], asked]
                    await self._answer(asked, reader, writer)
        finally:
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()

    async def _answer(self, asked: Asked, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        step = self._next_step()
        await asyncio.sleep(self.latency + self._dice.random() * self.jitter)
        if step == "hang":
            await reader.read()  # until the other side gives up
            return
        if step == "drip":
            await _drip(writer)
        if step == "cut":
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 900\r\n\r\n{")
            return
        status, kind, body = self._reply(asked, step)
        head = [f"HTTP/1.1 {status} {_WORDS.get(status, 'Error')}", f"Content-Type: {kind}", "Connection: close"]
        head += [f"Content-Length: {len(body)}"] + (["Retry-After: 3"] if status == 429 else [])
        head += ["Location: /elsewhere"] if status == 302 else []
        writer.write("\r\n".join(head).encode() + b"\r\n\r\n" + body)
        await writer.drain()

    def _next_step(self) -> str:
        if self.script:
            return self.script.pop(0)
        return self._dice.choice(self.faults) if self._dice.random() < self.fault_rate else "ok"

    def _reply(self, asked: Asked, step: str) -> tuple[int, str, bytes]:
        made = {
            "busy": (429, "application/json", b"{}"),
            "broken": (500, "text/plain", b"Internal error"),
            "forbidden": (403, "application/json", b"{}"),
            "redirect": (302, "text/plain", b""),
            "malformed": (200, "application/json", b'{"outcome": "TRACE", '),
            "nonsense": (200, "application/json", b'{"outcome": "ARREST", "facts": 7}'),
            "html": (200, "text/html", b"<h1>Planned maintenance</h1>"),
            "huge": (200, "application/json", b'{"outcome": "TRACE", "summary": "' + b"x" * 2_000_000 + b'"}'),
        }
        if step in made:
            return made[step]
        if any(not asked.headers.get(name) for name in NEEDED):
            return 400, "application/json", b'{"error": "reason, justification and originator are needed"}'
        question = json.loads(asked.body)
        try:
            answer = made_up.answer(self.seed, asked.system, question["subject"], question["query"])
        except KeyError:
            return 404, "application/json", b"{}"
        return 200, "application/json", json.dumps(answer).encode()


async def _read(reader: asyncio.StreamReader) -> Asked | None:
    """None for what is not a question: a connection closed at once, another method, too long."""
    request = (await reader.readuntil(b"\r\n")).decode("latin-1").split()
    headers: dict[str, str] = {}
    while (line := (await reader.readuntil(b"\r\n")).decode("latin-1").strip()) and len(headers) < 60:
        name, _, value = line.partition(":")
        headers[name.strip().lower()] = value.strip()
    length = int(headers.get("content-length", "0"))
    if len(request) < 2 or request[0] != "POST" or length > LARGEST_QUESTION:
        return None
    return Asked(request[1].strip("/").split("/")[0].upper(), headers, await reader.readexactly(length))


async def _drip(writer: asyncio.StreamWriter) -> None:
    """One byte at a time, for ever: each byte restarts a socket's own time-out."""
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nX-Slow: ")
    while True:
        writer.write(b"x")
        await writer.drain()
        await asyncio.sleep(0.02)


@asynccontextmanager
async def serving(simulator: Simulator, host: str = "127.0.0.1", port: int = 0) -> AsyncIterator[str]:
    """Serve; yields the address. Port 0 is a free one. Open connections end with it."""
    open_now: set[asyncio.Task[None]] = set()

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.get_running_loop().create_task(simulator.handle(reader, writer))
        open_now.add(task)
        task.add_done_callback(open_now.discard)

    server = await asyncio.start_server(accept, host, port, limit=LARGEST_QUESTION)
    simulator.url = f"http://{host}:{server.sockets[0].getsockname()[1]}"
    try:
        yield simulator.url
    finally:
        server.close()
        for task in list(open_now):
            task.cancel()
        await asyncio.gather(*open_now, return_exceptions=True)


@contextmanager
def in_thread(simulator: Simulator, port: int = 0) -> Iterator[Simulator]:
    """The simulator beside a test or the demo, in a thread with a loop of its own."""
    ready, loop = threading.Event(), asyncio.new_event_loop()
    stop = asyncio.Event()

    async def live() -> None:
        async with serving(simulator, port=port):
            ready.set()
            await stop.wait()

    thread = threading.Thread(target=lambda: loop.run_until_complete(live()), name="check-sources", daemon=True)
    thread.start()
    try:
        if not ready.wait(10):
            raise RuntimeError("the simulator did not start")
        yield simulator
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(10)
        loop.close()


def settings_for(url: str) -> list[str]:
    """CHECK_SOURCES of an installation that asks the simulator at `url` about everything."""
    return [f"{system}={url}/{system}" for system in made_up.SYSTEMS]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=9200)
    parser.add_argument("--seed", default="northmere")
    parser.add_argument("--latency-ms", type=float, default=300)
    parser.add_argument("--jitter-ms", type=float, default=400)
    parser.add_argument("--fault-rate", type=float, default=0.0)
    parser.add_argument("--faults", default="busy,broken,hang", help=", ".join(FAULTS))
    options = parser.parse_args()
    simulator = Simulator(
        seed=options.seed,
        latency=options.latency_ms / 1000,
        jitter=options.jitter_ms / 1000,
        fault_rate=options.fault_rate,
        faults=tuple(options.faults.split(",")),
    )

    async def live() -> None:
        async with serving(simulator, options.host, options.port) as url:
            print(",".join(settings_for(url)), flush=True)
            await asyncio.Event().wait()

    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(live())


if __name__ == "__main__":
    main()
