"""Browsers' stand-ins: real aiortc peers on the loopback interface, one publishing a known clip, one watching."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable
from fractions import Fraction

import av
from aiortc import MediaStreamTrack, RTCConfiguration, RTCPeerConnection, RTCRtpSender, RTCSessionDescription
from aiortc.mediastreams import MediaStreamError
from aiortc.rtp import RtcpPsfbPacket

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
        self._position = 0

    def play(self, clip: Clip) -> None:
        """Go on with another clip, from its start."""
        self.clip, self._position = clip, 0

    def keyframe(self) -> None:
        """Start over: the first picture of a clip is a keyframe."""
        if self._position not in (0, 1):
            self._position = 0

    async def recv(self) -> av.Packet:
        await self.gate.wait()
        if not self._loop_clip and self._position >= len(self.clip.frames):
            await asyncio.Event().wait()
        now = time.monotonic()
        self._next = max(self._next, now)
        await asyncio.sleep(self._next - now)
        self._next += 1 / self._fps
        packet = av.Packet(self.clip.frames[self._position % len(self.clip.frames)])
        self._position += 1
        packet.pts = packet.dts = self.sent * (CLOCK // self._fps)
        packet.time_base = Fraction(1, CLOCK)
        self.sent += 1
        return packet


def _codecs(name: str) -> list[object]:
    found = RTCRtpSender.getCapabilities("video").codecs
    return [c for c in found if c.mimeType in (f"video/{name}", "video/rtx")]


class Peer:
    def __init__(self, configuration: RTCConfiguration | None = None) -> None:
        self.pc = RTCPeerConnection(configuration or RTCConfiguration(iceServers=[]))

    async def offer(self) -> str:
        await self.pc.setLocalDescription(await self.pc.createOffer())
        return self.pc.localDescription.sdp

    async def answer(self, sdp: str) -> None:
        await self.pc.setRemoteDescription(RTCSessionDescription(sdp, "answer"))

    async def close(self) -> None:
        await self.pc.close()


class Publisher(Peer):
    def __init__(
        self,
        clip: Clip,
        *,
        audio: MediaStreamTrack | None = None,
        loop: bool = True,
        configuration: RTCConfiguration | None = None,
    ) -> None:
        super().__init__(configuration)
        self.track = ClipTrack(clip, loop=loop)
        video = self.pc.addTransceiver(self.track, direction="sendonly")
        video.setCodecPreferences(_codecs(clip.codec))
        if audio is not None:
            self.pc.addTransceiver(audio, direction="sendonly")
        self.keyframe_requests = 0
        self.wrong_keyframe_requests = 0  # aimed at the retransmissions
        self._watch_requests(video.sender)

    def _watch_requests(self, sender: RTCRtpSender) -> None:
        """Count what asks for keyframes, and give one if the clip has only one."""
        handle = sender._handle_rtcp_packet

        async def counted(packet: object) -> None:
            if isinstance(packet, RtcpPsfbPacket) and packet.fmt == 1:
                self.keyframe_requests += 1
                self.wrong_keyframe_requests += packet.media_ssrc != sender._ssrc
                if len(self.track.clip.keyframes) == 1:
                    self.track.keyframe()
            await handle(packet)

        sender._handle_rtcp_packet = counted  # type: ignore[method-assign]  # a test's ear at the peer


class Watcher(Peer):
    """Decodes what it is sent and notes the numbers of the pictures."""

    def __init__(
        self, codec: str | None = None, *, audio: bool = False, configuration: RTCConfiguration | None = None
    ) -> None:
        super().__init__(configuration)
        self.numbers: list[int] = []
        self.sizes: set[tuple[int, int]] = set()
        self.look: Callable[[av.VideoFrame], None] | None = None  # at every picture
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
                    if self.look is not None:
                        self.look(frame)
                else:
                    self.audio_frames += 1
                self._more.notify_all()

    async def seen(self, count: int, within: float = 60.0) -> list[int]:
        """Wait until that many pictures were decoded."""
        async with asyncio.timeout(within), self._more:
            await self._more.wait_for(lambda: len(self.numbers) >= count)
        return self.numbers

    async def until(self, what: Callable[[], bool], within: float = 60.0) -> None:
        """Wait until what was decoded makes it true."""
        async with asyncio.timeout(within), self._more:
            await self._more.wait_for(what)

    async def gone(self, within: float = 60.0) -> None:
        """Wait until the engine has hung up."""
        async with asyncio.timeout(within):
            await asyncio.gather(*self._tasks)

    async def heard(self, count: int, within: float = 60.0) -> None:
        async with asyncio.timeout(within), self._more:
            await self._more.wait_for(lambda: self.audio_frames >= count)

    async def close(self) -> None:
        await super().close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


@contextlib.asynccontextmanager
async def closing(*peers: Peer) -> AsyncIterator[tuple[Peer, ...]]:
    """The peers, hung up at the end."""
    try:
        yield peers
    finally:
        for peer in peers:
            await peer.close()
