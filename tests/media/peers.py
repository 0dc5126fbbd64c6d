"""Browsers' stand-ins: real aiortc peers on the loopback interface, one publishing a known clip, one watching."""

from __future__ import annotations

import asyncio
import time
from fractions import Fraction

import av
from aiortc import MediaStreamTrack, RTCConfiguration, RTCPeerConnection, RTCRtpSender, RTCSessionDescription
from aiortc.mediastreams import MediaStreamError

from .clips import Clip, read_number

CLOCK = 90000


class ClipTrack(MediaStreamTrack):
    """Plays a clip in real time, over and over, as encoded packets: nothing is encoded again."""

    kind = "video"

    def __init__(self, clip: Clip, *, loop: bool = True, fps: int = 30) -> None:
        super().__init__()
        self.clip = clip
        self.sent = 0
        self.gate = asyncio.Event()
        self.gate.set()
        self._fps = fps
        self._loop_clip = loop
        self._next = 0.0

    async def recv(self) -> av.Packet:
        await self.gate.wait()
        if not self._loop_clip and self.sent >= len(self.clip.frames):
            await asyncio.Event().wait()
        now = time.monotonic()
        self._next = max(self._next, now)
        await asyncio.sleep(self._next - now)
        self._next += 1 / self._fps
        packet = av.Packet(self.clip.frames[self.sent % len(self.clip.frames)])
        packet.pts = packet.dts = self.sent * (CLOCK // self._fps)
        packet.time_base = Fraction(1, CLOCK)
        self.sent += 1
        return packet


def _codecs(name: str) -> list[object]:
    found = RTCRtpSender.getCapabilities("video").codecs
    return [c for c in found if c.mimeType in (f"video/{name}", "video/rtx")]


class Peer:
    def __init__(self) -> None:
        self.pc = RTCPeerConnection(RTCConfiguration(iceServers=[]))

    async def offer(self) -> str:
        await self.pc.setLocalDescription(await self.pc.createOffer())
        return self.pc.localDescription.sdp

    async def answer(self, sdp: str) -> None:
        await self.pc.setRemoteDescription(RTCSessionDescription(sdp, "answer"))

    async def close(self) -> None:
        await self.pc.close()


class Publisher(Peer):
    def __init__(self, clip: Clip, *, audio: MediaStreamTrack | None = None, loop: bool = True) -> None:
        super().__init__()
        self.track = ClipTrack(clip, loop=loop)
        video = self.pc.addTransceiver(self.track, direction="sendonly")
        video.setCodecPreferences(_codecs(clip.codec))
        if audio is not None:
            self.pc.addTransceiver(audio, direction="sendonly")


class Watcher(Peer):
    """Decodes what it is sent and notes the numbers of the pictures."""

    def __init__(self, codec: str | None = None, *, audio: bool = False) -> None:
        super().__init__()
        self.numbers: list[int] = []
        self.sizes: set[tuple[int, int]] = set()
        self.audio_frames = 0
        self._tasks: list[asyncio.Task[None]] = []
        self._more = asyncio.Condition()
        video = self.pc.addTransceiver("video", direction="recvonly")
        if codec:
            video.setCodecPreferences(_codecs(codec))
        if audio:
            self.pc.addTransceiver("audio", direction="recvonly")
        self.pc.on("track", self._on_track)

    def _on_track(self, track: MediaStreamTrack) -> None:
        self._tasks.append(asyncio.create_task(self._take(track)))

    async def _take(self, track: MediaStreamTrack) -> None:
        while True:
            try:
                frame = await track.recv()
            except MediaStreamError:
                return
            async with self._more:
                if track.kind == "video":
                    self.numbers.append(read_number(frame))
                    self.sizes.add((frame.width, frame.height))
                else:
                    self.audio_frames += 1
                self._more.notify_all()

    async def seen(self, count: int, within: float = 20.0) -> list[int]:
        """Wait until that many pictures were decoded."""
        async with asyncio.timeout(within), self._more:
            await self._more.wait_for(lambda: len(self.numbers) >= count)
        return self.numbers

    async def heard(self, count: int, within: float = 20.0) -> None:
        async with asyncio.timeout(within), self._more:
            await self._more.wait_for(lambda: self.audio_frames >= count)

    async def close(self) -> None:
        await super().close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
