"""The engine in a process of its own, as a worker runs it, with a Unix socket in Redis's place.

Lines of JSON in: `{"id": n, "command": "<message>"}`; lines out: `{"id": n, "reply": "<message>"}` to whoever asked,
`{"fact": "<message>"}` to every connection that sent `{"facts": true}`. `{"id": n, "inspect": true}` asks what only the
process itself knows: how many tasks and memory blocks its Python holds.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import uvloop

from streaming.contracts import Command, Fact, dumps, loads
from streaming.media.host import EngineHost, HostSettings
from streaming.media.loop import new_event_loop, quiet_collector
from streaming.media.spool import new_owner

LOOPS: dict[str, Callable[[], asyncio.AbstractEventLoop]] = {
    "product": new_event_loop,
    "asyncio": asyncio.new_event_loop,
    "uvloop": uvloop.new_event_loop,
}


class Server:
    """Commands and facts over the socket at `path`."""

    def __init__(self, host: EngineHost) -> None:
        self._host = host
        self._loop = asyncio.get_running_loop()
        self._listeners: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    async def serve(self, path: Path) -> None:
        await self._host.start()
        self._host.spool.deliver_to(self._take)
        server = await asyncio.start_unix_server(self._connection, path, limit=1 << 20)
        print("ready", flush=True)
        # Whoever started us holds the other end of stdin: when it is gone, however it went, so are we.
        async with server:
            await asyncio.to_thread(sys.stdin.readline)

    async def _connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while line := await reader.readline():
                message = json.loads(line)
                if "facts" in message:
                    self._listeners.add(writer)
                    continue
                if "inspect" in message:
                    state = {"tasks": len(asyncio.all_tasks()), "blocks": sys.getallocatedblocks()}
                    _write(writer, {"id": message["id"], "state": state})
                    continue
                task = asyncio.create_task(self._answer(message, writer))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)
        finally:
            self._listeners.discard(writer)
            writer.close()

    async def _answer(self, message: dict[str, str], writer: asyncio.StreamWriter) -> None:
        command = loads(message["command"])
        assert isinstance(command, Command)
        _write(writer, {"id": message["id"], "reply": dumps(await self._host.handle(command))})

    def _take(self, fact: Fact) -> None:
        self._loop.call_soon_threadsafe(self._tell, fact)

    def _tell(self, fact: Fact) -> None:
        for writer in self._listeners:
            _write(writer, {"fact": dumps(fact)})


def _write(writer: asyncio.StreamWriter, message: dict[str, Any]) -> None:
    if not writer.is_closing():
        writer.write(json.dumps(message).encode() + b"\n")


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--recordings", type=Path, required=True)
    parser.add_argument("--socket", type=Path, required=True)
    parser.add_argument("--key", required=True)
    parser.add_argument("--limit", type=int, default=1000)
    parser.add_argument("--loop", choices=LOOPS, default="product")
    parser.add_argument("--host", default="127.0.0.1", help="the address for media")
    return parser.parse_args()


def main() -> int:
    options = read_options()
    settings = HostSettings(
        recordings=options.recordings,
        ticket_key=options.key.encode(),
        worker_id=new_owner("bench"),
        session_limit=options.limit,
        max_load=0.0,  # what is measured here is how it behaves when there are too many
        address=options.host,
    )

    async def serve() -> None:
        await Server(EngineHost(settings, on_health=lambda health: None)).serve(options.socket)

    quiet_collector()
    with asyncio.Runner(loop_factory=LOOPS[options.loop]) as runner:
        runner.run(serve())
    return 0


if __name__ == "__main__":
    sys.exit(main())
