"""`python -m bench.checks_client`: officers who check over HTTP, started by `bench checks`.

With `--rate` checks come evenly, whether or not the ones before are answered, and each is timed from the moment it was
due: a site that falls behind cannot hide it. With `--busy` so many are always on their way.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import time
from collections import deque
from pathlib import Path
from typing import Any

PATIENCE = 20.0  # seconds for one answer
TOKEN = "b" * 32  # of the form: cookie and header carry the same


class Connection:
    """One kept-alive connection to a web process."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.reader: asyncio.StreamReader | None = None
        self.writer: asyncio.StreamWriter | None = None

    async def post(self, cookie: str, body: bytes) -> tuple[int, bytes]:
        if self.writer is None or self.writer.is_closing():
            self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
        assert self.reader is not None
        head = (
            f"POST /api/v1/checks/ HTTP/1.1\r\nHost: localhost\r\nCookie: {cookie}; sl_csrf={TOKEN}\r\n"
            f"X-CSRFToken: {TOKEN}\r\nContent-Type: application/json\r\nUser-Agent: phone (Mobile)\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        self.writer.write(head.encode() + body)
        answer = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        headers = dict(line.lower().split(": ", 1) for line in answer.split("\r\n")[1:] if ": " in line)
        content = await self.reader.readexactly(int(headers["content-length"]))
        return int(answer.split(" ", 2)[1]), content

    def close(self) -> None:
        if self.writer is not None:
            self.writer.close()


class Officers:
    """Everything measured: milliseconds and kind of each answer."""

    def __init__(self, plan: dict[str, Any], ports: list[int], share: tuple[int, int], first: int = 0) -> None:
        number, of = share
        mine = plan["checks"][number::of]
        self.checks = itertools.cycle(mine[first % len(mine) :] + mine[: first % len(mine)])
        self.cookies = itertools.cycle(plan["cookies"][number::of])
        self.ports = itertools.cycle(ports)
        self.free: deque[Connection] = deque()
        self.ms: list[float] = []
        self.kinds: list[str] = []
        self.refused = self.found = 0
        self.errors: dict[str, int] = {}

    async def check(self, due: float) -> None:
        one, connection = next(self.checks), self.free.popleft() if self.free else Connection(next(self.ports))
        body = json.dumps(one["body"]).encode()
        try:
            status, content = await asyncio.wait_for(connection.post(next(self.cookies), body), PATIENCE)
        except (OSError, EOFError, TimeoutError) as error:
            connection.close()
            self._fault(type(error).__name__)
            return
        self.free.append(connection)
        if status != 201:
            self._fault(f"{status} {content[:200]!r}")
            return
        self.ms.append(1000 * (time.perf_counter() - due))
        self.kinds.append(one["kind"])
        self.found += b'"rows":[{' in content

    def _fault(self, words: str) -> None:
        self.refused += 1
        self.errors[words] = self.errors.get(words, 0) + 1

    async def paced(self, rate: float, seconds: float) -> None:
        begun, tasks = time.perf_counter(), set()
        for number in range(int(rate * seconds)):
            due = begun + number / rate
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            task = asyncio.create_task(self.check(due))
            tasks.add(task)
            task.add_done_callback(tasks.discard)
        await asyncio.gather(*tasks)

    async def busy(self, at_once: int, seconds: float) -> None:
        until = time.perf_counter() + seconds

        async def one_after_the_other() -> None:
            while time.perf_counter() < until:
                await self.check(time.perf_counter())

        await asyncio.gather(*(one_after_the_other() for _ in range(at_once)))


async def work(options: argparse.Namespace) -> dict[str, Any]:
    number, of = map(int, options.share.split("/"))
    officers = Officers(
        json.loads(options.plan.read_text()),
        [int(port) for port in options.ports.split(",")],
        (number, of),
        options.first,
    )
    begun = time.perf_counter()
    if options.rate:
        await officers.paced(options.rate, options.seconds)
    else:
        await officers.busy(options.busy, options.seconds)
    seconds = time.perf_counter() - begun
    for connection in officers.free:
        connection.close()
    return {
        "seconds": seconds, "answers": len(officers.ms), "refused": officers.refused, "found": officers.found,
        "ms": officers.ms, "kinds": officers.kinds, "errors": officers.errors,
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--plan", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--ports", required=True)
    parser.add_argument("--share", default="0/1")
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("--first", type=int, default=0, help="so many checks of the plan were asked for before")
    parser.add_argument("--rate", type=float, default=0.0)
    parser.add_argument("--busy", type=int, default=1)
    options = parser.parse_args()
    options.out.write_text(json.dumps(asyncio.run(work(options))))


if __name__ == "__main__":
    main()
