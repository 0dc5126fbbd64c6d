"""The process that fetches one feed: `python -m streaming.media.pull.child`, its errand as JSON on standard input.

FFmpeg parses what a stranger sends; a crash, a hang or a leak in it ends this process and nothing else. It has no
secrets in its environment but the feed's own login, and it dies with the engine.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import resource
import signal
import sys
import time
from collections.abc import Iterator
from typing import Any, BinaryIO
from urllib.parse import quote

import av
from av.error import ExitError, FFmpegError, HTTPNotFoundError, HTTPUnauthorizedError, InvalidDataError

from streaming.contracts.feed_hosts import FeedUrl

from . import wire
from .gate import Gate, RtspWatch
from .packets import NotH264, Splitter, Stream, payloads, profile_of
from .sound import Sound
from .srt import SrtFile
from .target import PullError, checked_addresses, connect, read_url

VIDEO_CLOCK = 90_000
RATE = 30  # pictures a second, when a camera does not say
OPEN_SECONDS, READ_SECONDS = 10.0, 10.0
CLOCK_EVERY = 1.0  # seconds
JUMP = VIDEO_CLOCK  # timestamps that go back further than a second began anew; less is another order
NTP_EPOCH = 2_208_988_800
MEMORY = 3 * 1024**3  # bytes of address space
#: To guess the frame rate FFmpeg would watch for a second; with "nobuffer" it would throw away what it saw meanwhile.
LOW_LATENCY = {"fpsprobesize": "0", "analyzeduration": "2000000", "probesize": "1000000"}
UNTIMED = 8  # pictures that may come before the first with a time: over RTSP it is one


class Source:
    """An opened container, and what has to be closed with it."""

    def __init__(self, errand: dict[str, Any]) -> None:
        url = read_url(errand["url"])
        addresses = checked_addresses(url, errand["allowed"])
        self.gate: Gate | None = None
        self.watch = RtspWatch()
        if url.scheme == "srt":
            self.container = av.open(SrtFile(url, addresses, errand["login"]), format="mpegts", options=LOW_LATENCY)
            return
        self.gate = Gate(connect(addresses, url.port), self.watch if url.scheme == "rtsp" else None)
        address, options = _for_ffmpeg(url, errand["login"], self.gate.port)
        try:
            self.container = av.open(address, options=options, timeout=(OPEN_SECONDS, READ_SECONDS))
        except (FFmpegError, ValueError) as error:
            raise self.trouble(error) from error

    def trouble(self, error: Exception) -> PullError:
        """What FFmpeg's error means."""
        if isinstance(error, PullError):
            return error
        if self.gate is not None and self.gate.trouble is not None:
            return self.gate.trouble
        if isinstance(error, HTTPUnauthorizedError) or self.watch.status in (401, 403):
            return PullError("login")
        if isinstance(error, HTTPNotFoundError) or self.watch.status in (404, 454):
            return PullError("not_found")
        if isinstance(error, ExitError | TimeoutError):
            return PullError("stalled")
        return PullError("unreadable" if isinstance(error, InvalidDataError) else "closed", type(error).__name__)


def _for_ffmpeg(url: FeedUrl, login: str, port: int) -> tuple[str, dict[str, str]]:
    """The address of our own door, and options that leave FFmpeg no other way."""
    name, _, password = login.partition(":")
    who = f"{quote(name, safe='')}:{quote(password, safe='')}@" if login else ""
    address = f"{url.scheme}://{who}127.0.0.1:{port}{url.rest}"
    if url.scheme == "rtsp":
        return address, {**LOW_LATENCY, "rtsp_transport": "tcp", "protocol_whitelist": "rtsp,rtp,tcp"}
    host = f"[{url.host}]" if ":" in url.host else url.host
    app = url.rest.split("?")[0].strip("/").split("/")[0]
    tcurl = f"rtmp://{host}:{url.port}/{app}"
    return address, {**LOW_LATENCY, "rtmp_live": "live", "rtmp_tcurl": tcurl, "protocol_whitelist": "rtmp,tcp"}


class Sender:
    """Packets of FFmpeg to RTP packets in the pipe."""

    def __init__(self, container: Any, pipe: BinaryIO) -> None:
        """Raises PullError when there is no H264."""
        video = next((s for s in container.streams.video if s.codec_context.name == "h264"), None)
        if video is None:
            raise PullError("not_h264")
        self.pipe = pipe
        self.video, self.container = video, container
        try:
            self._splitter = Splitter(bytes(video.codec_context.extradata or b""))
        except NotH264 as error:
            raise PullError("unreadable", "parameter sets") from error
        self._pictures = Stream(wire.VIDEO_TYPE, wire.VIDEO_SSRC)
        self._sounds = Stream(wire.AUDIO_TYPE, wire.AUDIO_SSRC)
        self.sound = Sound.of(container)
        self._newest: int | None = None
        self._untimed: list[bytes] = []
        self._began: float | None = None
        self._clock_due = 0.0
        self._opened = False

    def run(self) -> None:
        """Until the stream ends. Raises PullError, FFmpegError."""
        streams = [self.video, *([self.sound.stream] if self.sound else [])]
        for packet in self.container.demux(*streams):
            if packet.size == 0:
                continue
            if packet.stream is self.video:
                self._picture(packet)
            elif self.sound is not None and self._opened:
                for payload, timestamp in self.sound.payloads(packet):
                    wire.write(self.pipe, wire.AUDIO, self._sounds.packet(payload, timestamp, marker=False))
            self.pipe.flush()

    def _picture(self, packet: Any) -> None:
        moment = packet.pts if packet.pts is not None else packet.dts
        if moment is None:
            if self._newest is None and len(self._untimed) < UNTIMED:
                self._untimed.append(bytes(packet))
            return
        seconds = float(moment * packet.time_base)
        spacing = 1 / float(self.video.guessed_rate or RATE)
        untimed, self._untimed = self._untimed, []
        for n, data in enumerate(untimed):
            self._send(data, seconds - (len(untimed) - n) * spacing)
        self._send(bytes(packet), seconds)

    def _send(self, data: bytes, seconds: float) -> None:
        """One access unit. Raises PullError."""
        timestamp = round(seconds * VIDEO_CLOCK)
        if self._newest is not None and timestamp < self._newest and self._newest - timestamp < JUMP:
            raise PullError("reordered")
        self._newest = timestamp
        try:
            units = self._splitter.units(data)
        except NotH264 as error:
            raise PullError("unreadable", str(error)) from error
        if not self._opened:
            self._open()
        found = list(payloads(units))
        for n, payload in enumerate(found, 1):
            wire.write(self.pipe, wire.VIDEO, self._pictures.packet(payload, timestamp, marker=n == len(found)))
        self._tell_clock(seconds)

    def _open(self) -> None:
        self._opened = True
        about = {
            "profile": profile_of(self._splitter.sets),
            "audio": self.sound is not None,
            "converted_from": self.sound.converted_from if self.sound else "",
        }
        wire.write(self.pipe, wire.OPENED, json.dumps(about).encode())

    def _tell_clock(self, seconds: float) -> None:
        """Picture and sound have one clock in a container; where it began is told by the picture that came soonest."""
        now = time.time()
        self._began = now - seconds if self._began is None else min(self._began, now - seconds)
        if now < self._clock_due:
            return
        self._clock_due = now + CLOCK_EVERY
        ntp = int((self._began + seconds + NTP_EPOCH) * 2**32) & 0xFFFFFFFFFFFFFFFF
        sound = round(seconds * 48_000) & 0xFFFFFFFF
        wire.write(self.pipe, wire.CLOCK, wire.CLOCKS.pack(ntp, round(seconds * VIDEO_CLOCK) & 0xFFFFFFFF, sound))


def fetch(errand: dict[str, Any], pipe: BinaryIO) -> PullError:
    """Fetch until it ends, and say why it did."""
    source = None
    try:
        source = Source(errand)
        Sender(source.container, pipe).run()
        return PullError("closed")
    except PullError as error:
        return error
    except (FFmpegError, ValueError, OSError) as error:
        return source.trouble(error) if source is not None else PullError("unreadable", type(error).__name__)


def _confine() -> None:
    """Little memory, few files, no core; gone with the parent."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG
    if os.getppid() == 1:
        raise SystemExit(1)


def _lines() -> Iterator[str]:
    yield from sys.stdin


def main() -> None:
    _confine()
    av.logging.set_level(None)  # its lines hold addresses
    errand = json.loads(next(_lines()))
    with contextlib.suppress(BrokenPipeError):
        pipe = sys.stdout.buffer
        why = fetch(errand, pipe)
        wire.write(pipe, wire.TROUBLE, json.dumps({"reason": why.reason, "detail": str(why)[:100]}).encode())
        pipe.flush()
    os._exit(0)  # not through FFmpeg's clean-up: a library that hangs must not keep the process


if __name__ == "__main__":
    main()
