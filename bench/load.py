"""A process of load peers: `python -m bench.load callers|viewers …`, started by `bench media`.

Prints `connected` when all are, goes on until a line comes on stdin, then writes what it sent or got as JSON.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import time
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, Protocol

from bench.clip import Clip
from bench.common import cpu_seconds
from bench.engine_client import EngineClient
from bench.janus import JanusClient
from bench.peer import Caller, Peer, Viewer
from streaming.media.aiortc_bridge import Identity
from streaming.media.loop import new_event_loop


class Server(Protocol):
    """Who the peers speak to."""

    async def call(self, session: str) -> Caller: ...

    async def watch(self, session: str, number: int) -> Viewer: ...


async def call(engine: EngineClient, session: str, identity: Identity, clip: Clip, host: str = "127.0.0.1") -> Caller:
    caller = Caller(identity, clip, host)
    await engine.open(session)
    caller.accept(await engine.answer(session, f"caller-{session}", "caller", await caller.offer()))
    return caller


async def watch(
    engine: EngineClient, session: str, number: int, identity: Identity, clip: Clip, host: str = "127.0.0.1"
) -> Viewer:
    viewer = Viewer(identity, clip.codec, host)
    viewer.accept(await engine.answer(session, f"viewer-{session}-{number}", "viewer", await viewer.offer()))
    return viewer


class Engines:
    """Session n is at home on the n-th engine."""

    def __init__(self, clients: list[EngineClient], clip: Clip, host: str) -> None:
        self._clients, self._clip, self._host, self._identity = clients, clip, host, Identity()

    def _home(self, session: str) -> EngineClient:
        return self._clients[int(session.rpartition("-")[2]) % len(self._clients)]

    async def call(self, session: str) -> Caller:
        return await call(self._home(session), session, self._identity, self._clip, self._host)

    async def watch(self, session: str, number: int) -> Viewer:
        return await watch(self._home(session), session, number, self._identity, self._clip, self._host)


class JanusRooms:
    """Callers offer, viewers answer."""

    def __init__(self, janus: JanusClient, clip: Clip, host: str, recordings: Path) -> None:
        self._janus, self._clip, self._host, self._recordings = janus, clip, host, recordings
        self._identity = Identity()

    async def call(self, session: str) -> Caller:
        caller = Caller(self._identity, self._clip, self._host)
        await self._janus.open(session, self._recordings)
        caller.accept(await self._janus.publish(session, await caller.offer()))
        return caller

    async def watch(self, session: str, number: int) -> Viewer:
        viewer = Viewer(self._identity, self._clip.codec, self._host)
        handle, offer = await self._janus.subscribe(session)
        await self._janus.start(handle, await viewer.answer(offer))
        return viewer


async def _server(options: argparse.Namespace, clip: Clip, stack: AsyncExitStack) -> Server:
    if options.kind == "janus":
        janus = await stack.enter_async_context(JanusClient(options.socket[0]))
        return JanusRooms(janus, clip, options.host, options.recordings)
    clients = [await stack.enter_async_context(EngineClient(door)) for door in options.socket]
    return Engines(clients, clip, options.host)


async def run(options: argparse.Namespace) -> dict[str, Any]:
    clip, until = Clip.load(options.clip), asyncio.Event()
    sessions = [f"bench-{number}" for number in range(options.sessions)]
    peers: dict[str, Peer] = {}
    work = []
    async with AsyncExitStack() as stack:
        server = await _server(options, clip, stack)
        for session in sessions:
            if options.role == "callers":
                peers[session] = caller = await server.call(session)
                await caller.is_connected.wait()
                work.append(asyncio.create_task(caller.film(until)))
                continue
            for number in range(options.viewers):
                peers[f"{session}/{number}"] = viewer = await server.watch(session, number)
                await viewer.is_connected.wait()
                work.append(asyncio.create_task(viewer.report(until)))
        print("connected", flush=True)
        await asyncio.to_thread(sys.stdin.readline)
        stopped = time.time()
        until.set()
        await asyncio.gather(*work)
        result = {name: describe(peer) for name, peer in peers.items()}
        for peer in peers.values():
            await peer.close()
    return {"peers": result, "stopped": stopped, "cpu_seconds": cpu_seconds(options.pid)}


def describe(peer: Peer) -> dict[str, Any]:
    common = {"lost": peer.lost_reason, "refused": peer.transport.refused, "faults": peer.transport.faults}
    if isinstance(peer, Caller):
        return common | {"pictures": peer.log, "resent": peer.resent, "keyframes_asked": peer.keyframes_asked}
    assert isinstance(peer, Viewer)
    return common | {
        "pictures": list(peer.pictures.items()),
        "mark": peer.mark,
        "first_at": peer.first_at,
        "first_ms": 1000 * (peer.first_at - peer.connected_at),
        "nacked": peer.nacked,
        "sound": peer.sound,
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("role", choices=("callers", "viewers"))
    parser.add_argument("--kind", choices=("engine", "stock", "janus"), default="engine")
    parser.add_argument("--socket", type=Path, action="append", required=True)
    parser.add_argument("--host", default="127.0.0.1", help="the address of the peers")
    parser.add_argument("--recordings", type=Path, help="where Janus shall write")
    parser.add_argument("--clip", type=Path, required=True)
    parser.add_argument("--sessions", type=int, required=True)
    parser.add_argument("--viewers", type=int, default=1)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    options.pid = "self"
    with asyncio.Runner(loop_factory=new_event_loop) as runner:
        options.out.write_text(json.dumps(runner.run(run(options))), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
