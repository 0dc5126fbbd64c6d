"""Live video with a partner's name in its pixels: what each guest costs, and how much later they see the picture.

One engine in a process of its own, one caller, guests one by one. Each guest's pictures are decoded here, and the name
is looked for in every second of them; a picture without it fails the benchmark, and so does one in an officer's."""

from __future__ import annotations

import argparse
import asyncio
import os
import tempfile
import time
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from aiortc import MediaStreamTrack, RTCConfiguration, RTCPeerConnection, RTCRtpSender, RTCSessionDescription
from aiortc.mediastreams import MediaStreamError

from bench.clip import BITS, BLOCK, FPS, Clip, make_clip
from bench.common import BenchmarkError, cpu_seconds, percentile, say
from bench.engine_client import EngineClient, EngineProcess
from bench.marks import strength
from streaming.contracts import PeerRole
from streaming.media.mark import layer, rendition
from streaming.media.mark.words import Mark

SESSION = "marked"
CLOCK = 90_000
WARM = 4.0  # seconds until decoders and encoders have found their pace
FOUND, LOST = 0.5, 0.15  # correlation with the mark: what is marked stays above, what is not below
LEAST_FPS = 12.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--guests", type=int, default=3, help=f"at most {rendition.MOST_LIVE + rendition.MOST_STILLS}")
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--size", choices=["vga", "720p"], default="vga")
    parser.add_argument("--codec", choices=["H264", "VP8"], default="H264")


def run(options: argparse.Namespace) -> dict[str, Any]:
    """The figures; BenchmarkError when a guest's picture has no mark, an officer's has one, or pictures are missing."""
    width, height, bitrate = (640, 480, 1_600_000) if options.size == "vga" else (1280, 720, 3_000_000)
    clip = make_clip(options.codec, bitrate=bitrate, width=width, height=height)
    with tempfile.TemporaryDirectory(prefix="bench-marked-") as directory:
        return asyncio.run(_run(options, clip, Path(directory)))


class Phone(MediaStreamTrack):
    """Plays the clip as it was encoded and notes when each picture left."""

    kind = "video"

    def __init__(self, clip: Clip) -> None:
        super().__init__()
        self.clip, self._sent = clip, 0
        self._began = time.monotonic()
        self.left: dict[int, float] = {}

    async def recv(self) -> av.Packet:
        await asyncio.sleep(max(0.0, self._began + self._sent / FPS - time.monotonic()))
        number = self._sent % len(self.clip.frames)
        packet = av.Packet(self.clip.frames[number])
        packet.pts = packet.dts = self._sent * (CLOCK // FPS)
        packet.time_base = Fraction(1, CLOCK)
        self._sent += 1
        self.left[number] = time.monotonic()
        return packet


class Eyes:
    """One who watches: when each picture came, and how much of whose mark is in it."""

    def __init__(self, codec: str, phone: Phone, mark: Mark) -> None:
        self.peer = _peer()
        self.peer.addTransceiver("video", direction="recvonly").setCodecPreferences(_codecs(codec))
        self.peer.on("track", lambda track: self._tasks.append(asyncio.ensure_future(self._look(track))))
        self._phone, self._mark = phone, mark
        self._tasks: list[asyncio.Future[None]] = []
        self.counts = False
        self.delays: list[float] = []
        self.strengths: list[float] = []
        self._kept: list[tuple[np.ndarray, float]] = []

    async def _look(self, track: MediaStreamTrack) -> None:
        while True:
            try:
                frame: Any = await track.recv()
            except MediaStreamError:
                return
            if self.counts:
                now = time.monotonic()
                plane = frame.to_ndarray(format="gray")
                self.delays.append(now - self._phone.left.get(_number(plane, self._phone.clip), now))
                self._kept.append((plane, time.time()))

    def judge(self) -> None:
        """Afterwards, so that looking costs the measurement nothing: of two pictures one is looked at."""
        for plane, at in self._kept[::2]:
            turn = int(at // layer.MOVES_EVERY)
            self.strengths.append(max(strength(plane, self._mark, turn - ago) for ago in (0, 1)))
        self._kept.clear()


async def _run(options: argparse.Namespace, clip: Clip, directory: Path) -> dict[str, Any]:
    engine = EngineProcess(directory)
    phone = Phone(clip)
    caller = _peer()
    caller.addTransceiver(phone, direction="sendonly").setCodecPreferences(_codecs(clip.codec))
    nobody = Mark("Nobody, Nowhere", "G-000000")
    officer = Eyes(clip.codec, phone, nobody)
    guests: list[Eyes] = []
    try:
        async with EngineClient(engine.socket) as client:
            await client.open(SESSION)
            await _join(client, caller, "caller")
            await _join(client, officer.peer, "officer")
            await asyncio.sleep(WARM)
            alone = await _cost(engine, options.seconds, [officer])
            for number in range(options.guests):
                mark = Mark(f"Guest {number}, Northmere Ambulance", f"G-{number:06X}")
                guests.append(Eyes("VP8", phone, mark))
                await _join(client, guests[-1].peer, f"guest-{number}", mark)
            await asyncio.sleep(WARM)
            officer.delays.clear()
            together = await _cost(engine, options.seconds, [officer, *guests])
            return _figures(options, officer, guests, alone, together)
    finally:
        for peer in (caller, officer.peer, *(guest.peer for guest in guests)):
            await peer.close()
        engine.kill()


async def _join(client: EngineClient, peer: RTCPeerConnection, name: str, mark: Mark | None = None) -> None:
    await peer.setLocalDescription(await peer.createOffer())
    role: PeerRole = "caller" if name == "caller" else "viewer"
    who = (mark.label, mark.code) if mark else ("", "")
    answer = await client.answer(SESSION, name, role, peer.localDescription.sdp, who)
    await peer.setRemoteDescription(RTCSessionDescription(answer, "answer"))


async def _cost(engine: EngineProcess, seconds: float, eyes: list[Eyes]) -> tuple[float, float]:
    """Core-seconds a second of the engine, and of all its drawing processes."""
    children = _children(engine.pid)
    for one in eyes:
        one.counts = True
    before = cpu_seconds(engine.pid), sum(map(cpu_seconds, children))
    began = time.monotonic()
    await asyncio.sleep(seconds)
    elapsed = time.monotonic() - began
    after = cpu_seconds(engine.pid), sum(map(cpu_seconds, children))
    for one in eyes:
        one.counts = False
    return (after[0] - before[0]) / elapsed, (after[1] - before[1]) / elapsed


def _children(pid: int) -> list[int]:
    found: list[int] = []
    for task in os.listdir(f"/proc/{pid}/task"):
        found += map(int, Path(f"/proc/{pid}/task/{task}/children").read_text().split())
    return found


def _figures(
    options: argparse.Namespace, officer: Eyes, guests: list[Eyes], alone: tuple[float, float],
    together: tuple[float, float],
) -> dict[str, Any]:  # fmt: skip
    say("looking for the mark in every picture")
    officer.judge()
    for guest in guests:
        guest.judge()
    whole = guests[: rendition.MOST_LIVE]
    delays = [delay for guest in whole for delay in guest.delays]
    figures = {
        "guests": len(guests),
        "stills": len(guests) - len(whole),
        "cpu_per_guest": round((sum(together) - sum(alone)) / len(guests), 4),
        "cpu_per_guest_drawing": round(together[1] / len(guests), 4),
        "fps_least": round(min(len(guest.delays) for guest in whole) / options.seconds, 1),
        "clean_ms_p50": round(1000 * percentile(officer.delays, 0.5), 1),
        "clean_ms_p95": round(1000 * percentile(officer.delays, 0.95), 1),
        "marked_ms_p50": round(1000 * percentile(delays, 0.5), 1),
        "marked_ms_p95": round(1000 * percentile(delays, 0.95), 1),
        "added_ms_p95": round(1000 * (percentile(delays, 0.95) - percentile(officer.delays, 0.95)), 1),
        "pictures_looked_at": sum(len(guest.strengths) for guest in guests),
        "mark_least": round(min(min(guest.strengths) for guest in guests), 3),
        "mark_in_clean_most": round(max(officer.strengths), 3),
    }
    if figures["mark_least"] < FOUND:
        raise BenchmarkError("a guest was sent a picture without their name", figures)
    if figures["mark_in_clean_most"] > LOST:
        raise BenchmarkError("an officer's picture has a mark, or the benchmark's eyes see what is not there", figures)
    if figures["fps_least"] < LEAST_FPS:
        raise BenchmarkError("too few pictures came", figures)
    return figures


def _number(plane: np.ndarray, clip: Clip) -> int:
    """The number drawn into a picture of any size."""
    cell = BLOCK * plane.shape[1] / clip.width
    row = int(cell / 2)
    return sum((int(plane[row, int((bit + 0.5) * cell)]) > 127) << bit for bit in range(BITS))


def _peer() -> RTCPeerConnection:
    return RTCPeerConnection(RTCConfiguration(iceServers=[]))


def _codecs(name: str) -> list[Any]:
    found = RTCRtpSender.getCapabilities("video").codecs
    return [one for one in found if one.mimeType in (f"video/{name}", "video/rtx")]
