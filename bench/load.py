"""A process of load peers: `python -m bench.load callers|viewers …`, started by `bench media`.

Prints `connected` when all are, goes on until a line comes on stdin, then writes what it sent or got as JSON.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import time
from pathlib import Path
from typing import Any

from bench.clip import Clip
from bench.common import cpu_seconds
from bench.engine_client import EngineClient
from bench.peer import Caller, Peer, Viewer
from streaming.media.aiortc_bridge import Identity
from streaming.media.loop import new_event_loop


async def call(engine: EngineClient, session: str, identity: Identity, clip: Clip) -> Caller:
    caller = Caller(identity, clip)
    await engine.open(session)
    caller.accept(await engine.answer(session, f"caller-{session}", "caller", await caller.offer()))
    return caller


async def watch(engine: EngineClient, session: str, number: int, identity: Identity, clip: Clip) -> Viewer:
    viewer = Viewer(identity, clip.codec)
    viewer.accept(await engine.answer(session, f"viewer-{session}-{number}", "viewer", await viewer.offer()))
    return viewer


async def run(options: argparse.Namespace) -> dict[str, Any]:
    clip, identity, until = Clip.load(options.clip), Identity(), asyncio.Event()
    sessions = [f"bench-{number}" for number in range(options.sessions)]
    peers: dict[str, Peer] = {}
    work = []
    async with EngineClient(options.socket) as engine:
        for session in sessions:
            if options.role == "callers":
                peers[session] = caller = await call(engine, session, identity, clip)
                await caller.is_connected.wait()
                work.append(asyncio.create_task(caller.film(until)))
                continue
            for number in range(options.viewers):
                peers[f"{session}/{number}"] = viewer = await watch(engine, session, number, identity, clip)
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
        "first_ms": 1000 * (peer.first_at - peer.connected_at),
        "nacked": peer.nacked,
        "sound": peer.sound,
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("role", choices=("callers", "viewers"))
    parser.add_argument("--socket", type=Path, required=True)
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
