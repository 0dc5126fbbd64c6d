"""Stock aiortc in a process of its own, behind the socket of `bench.engine_process`: what its documentation shows.

A caller's tracks go through `MediaRelay` to the viewers and to a `MediaRecorder`; all of it is decoded, and encoded
again for each of them.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Any

import aioice.ice
from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.contrib.media import MediaRecorder, MediaRelay

from bench import engine_process
from streaming.contracts import (
    Command,
    Done,
    EndSession,
    OpenSession,
    PublishOffer,
    Refused,
    Reply,
    SdpAnswer,
    WatchOffer,
)


class Room:
    """One caller, those who watch, the file."""

    def __init__(self, recording: Path) -> None:
        self._relay = MediaRelay()
        self._recorder = MediaRecorder(str(recording))
        self._tracks: list[Any] = []
        self._peers: list[RTCPeerConnection] = []

    async def publish(self, sdp: str) -> Reply:
        peer = self._peer()

        @peer.on("track")
        def on_track(track: Any) -> None:
            self._tracks.append(track)
            self._recorder.addTrack(self._relay.subscribe(track))

        reply = await self._answer(peer, sdp)
        await self._recorder.start()
        return reply

    async def watch(self, sdp: str) -> Reply:
        if not self._tracks:
            return Refused(code="no_source", message="the caller has not joined yet", retry_after=1.0)
        peer = self._peer()
        for track in self._tracks:
            peer.addTrack(self._relay.subscribe(track))
        return await self._answer(peer, sdp)

    def _peer(self) -> RTCPeerConnection:
        peer = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self._peers.append(peer)
        return peer

    async def _answer(self, peer: RTCPeerConnection, sdp: str) -> Reply:
        await peer.setRemoteDescription(RTCSessionDescription(sdp, "offer"))
        await peer.setLocalDescription(await peer.createAnswer())
        return SdpAnswer(sdp=peer.localDescription.sdp, video_codec="H264")

    async def end(self) -> None:
        await self._recorder.stop()
        for peer in self._peers:
            await peer.close()


class StockHost:
    """The part of EngineHost that the server needs."""

    def __init__(self, recordings: Path, host: str) -> None:
        self._recordings = recordings
        self._rooms: dict[str, Room] = {}
        self.spool = self
        aioice.ice.get_host_addresses = lambda **_: [host]  # it would leave loopback out

    async def start(self) -> None:
        self._recordings.mkdir(parents=True, exist_ok=True)

    def deliver_to(self, take: object) -> None:
        """Stock aiortc has no facts to tell."""

    async def handle(self, command: Command) -> Reply:
        match command:
            case OpenSession():
                self._rooms[command.session_id] = Room(self._recordings / f"{command.session_id}.mp4")
            case PublishOffer():
                return await self._rooms[command.session_id].publish(command.sdp)
            case WatchOffer():
                return await self._rooms[command.session_id].watch(command.sdp)
            case EndSession():
                await self._rooms.pop(command.session_id).end()
        return Done()


def main() -> int:
    options = engine_process.read_options()

    async def serve() -> None:
        host: Any = StockHost(options.recordings, options.host)
        await engine_process.Server(host).serve(options.socket)

    asyncio.run(serve())
    return 0


if __name__ == "__main__":
    sys.exit(main())
