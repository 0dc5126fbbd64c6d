"""CPU, memory and delivery of the engine under N recorded sessions with V viewers each, on real sockets."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import subprocess
import sys
import tempfile
import time
import zlib
from pathlib import Path
from typing import Any

from bench.clip import FPS, Clip, make_clip
from bench.common import BenchmarkError, cpu_seconds, percentile, resident_bytes, say
from bench.engine_client import EngineClient, EngineProcess
from bench.payload import payloads
from bench.peer import LONG
from streaming.contracts import PartSealed, SessionStopped

WARM_UP = 3.0  # seconds
MARGIN = 0.5  # seconds left out at the end: what is still on its way is not lost
MUST_DELIVER = 0.999
CORE_SHARE = 0.85  # of a core may be used in earnest


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--sessions", type=int, default=10)
    parser.add_argument("--viewers", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--codec", choices=("H264", "VP8"), default="H264")
    parser.add_argument("--loop", choices=("product", "asyncio", "uvloop"), default="product")


def run(options: argparse.Namespace) -> dict[str, Any]:
    """The figures; BenchmarkError when less was delivered or recorded than MUST_DELIVER of what was sent."""
    with tempfile.TemporaryDirectory(prefix="bench-media-") as directory:
        return asyncio.run(_run(options, Path(directory)))


class Load:
    """A process of callers or viewers."""

    def __init__(self, role: str, engine: EngineProcess, clip: Path, options: argparse.Namespace) -> None:
        self.out = engine.directory / f"{role}.json"
        sizes = ["--sessions", str(options.sessions), "--viewers", str(options.viewers), "--out", str(self.out)]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bench.load", role, "--socket", str(engine.socket), "--clip", str(clip), *sizes],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        if self.process.stdout.readline().strip() != "connected":
            raise BenchmarkError(f"the {role} did not connect: {engine.log()[-2000:]}")

    def stop(self) -> None:
        with contextlib.suppress(BrokenPipeError):
            self.process.communicate("\n", timeout=60)

    def result(self) -> dict[str, Any]:
        if self.process.returncode:
            raise BenchmarkError(f"load ended with {self.process.returncode}")
        result: dict[str, Any] = json.loads(self.out.read_text(encoding="utf-8"))
        return result


async def _run(options: argparse.Namespace, directory: Path) -> dict[str, Any]:
    say("encoding the film")
    clip = make_clip(options.codec)
    clip.save(directory / "clip")
    engine = EngineProcess(directory, options.loop)
    loads: list[Load] = []
    try:
        async with EngineClient(engine.socket, facts=True) as client:
            idle = resident_bytes(engine.pid)
            say(f"connecting {options.sessions} callers and {options.sessions * options.viewers} viewers")
            loads.append(await asyncio.to_thread(Load, "callers", engine, directory / "clip", options))
            if options.viewers:
                loads.append(await asyncio.to_thread(Load, "viewers", engine, directory / "clip", options))
            await asyncio.sleep(WARM_UP)
            say(f"measuring for {options.seconds:g} s")
            start, cpu = time.time(), cpu_seconds(engine.pid)
            await asyncio.sleep(options.seconds)
            end, cpu = time.time(), cpu_seconds(engine.pid) - cpu
            memory = resident_bytes(engine.pid) - idle
            for load in reversed(loads):
                await asyncio.to_thread(load.stop)
            for number in range(options.sessions):
                await client.end(f"bench-{number}")
            await client.all_facts(SessionStopped, options.sessions)
            parts = [fact for fact in client.facts if isinstance(fact, PartSealed)]
    finally:
        for load in loads:
            load.process.kill()
        engine.kill()
    callers, viewers = loads[0].result(), loads[1].result() if options.viewers else {"peers": {}}
    per_session = cpu / (end - start) / options.sessions
    figures = {
        "sessions": options.sessions,
        "viewers": options.viewers,
        "codec": options.codec,
        "loop": options.loop,
        "seconds": round(end - start, 2),
        "video_bitrate": round(clip.bitrate),
        "cpu_per_session_second": round(per_session, 5),
        "rss_mb_per_session": round(memory / options.sessions / 1e6, 2),
        "rss_mb_idle": round(idle / 1e6, 1),
        "sessions_per_core": int(CORE_SHARE / per_session),
        **_delivered(clip, callers, viewers, (start, end - MARGIN)),
        "recorded_ratio": _recorded(callers, parts),
    }
    _check(figures)
    return figures


def _delivered(
    clip: Clip, callers: dict[str, Any], viewers: dict[str, Any], window: tuple[float, float]
) -> dict[str, Any]:
    """Packets of the pictures sent in the window, and how many of them each viewer got."""
    numbers = {
        zlib.crc32(piece): number
        for number, frame in enumerate(clip.frames)
        for piece in payloads(clip.codec, frame)
        if len(piece) > LONG
    }
    expected = got = 0
    for name, viewer in viewers["peers"].items():
        pictures = callers["peers"][name.partition("/")[0]]["pictures"]
        received = dict(viewer["pictures"])
        offset = _offset(pictures, numbers, viewer["mark"])
        for _, timestamp, _, packets in (p for p in pictures if window[0] <= p[2] <= window[1]):
            expected += packets
            got += min(packets, received.get((timestamp + offset) & 0xFFFFFFFF, 0))
    peers = [*callers["peers"].values(), *viewers["peers"].values()]
    return {
        "delivery_ratio": round(got / expected, 6) if expected else 1.0,
        "packets_expected": expected,
        "first_packet_ms_p50": round(percentile([v["first_ms"] for v in viewers["peers"].values()] or [0.0], 0.5), 1),
        "resent_by_callers": sum(caller["resent"] for caller in callers["peers"].values()),
        "asked_again_by_viewers": sum(viewer["nacked"] for viewer in viewers["peers"].values()),
        "keyframes_asked": sum(caller["keyframes_asked"] for caller in callers["peers"].values()),
        "peers_lost": sum(bool(peer["lost"]) for peer in peers),
    }


def _offset(pictures: list[list[Any]], numbers: dict[int, int], mark: tuple[int, int, float] | None) -> int:
    """What the engine adds to the caller's timestamps for this viewer."""
    if mark is None:
        return 0  # nothing came: every packet will be missed
    checksum, timestamp, arrival = mark
    number = numbers[checksum]
    sent = max((p for p in pictures if p[0] == number and p[2] <= arrival + 0.05), key=lambda p: p[2])
    return (timestamp - int(sent[1])) & 0xFFFFFFFF


def _recorded(callers: dict[str, Any], parts: list[PartSealed]) -> float:
    """Pictures in the recordings by pictures sent after the recording's first one."""
    sent = recorded = 0
    for name, caller in callers["peers"].items():
        own = [part for part in parts if part.session_id == name]
        first = min(part.start for part in own)
        sent += sum(1 for picture in caller["pictures"] if picture[2] >= first - 0.5 / FPS)
        recorded += sum(part.frames for part in own)
    return round(recorded / sent, 6)


def _check(figures: dict[str, Any]) -> None:
    if figures["peers_lost"]:
        raise BenchmarkError("a peer lost its connection", figures)
    if figures["delivery_ratio"] < MUST_DELIVER:
        raise BenchmarkError("packets were not delivered", figures)
    if not MUST_DELIVER <= figures["recorded_ratio"] <= 1.001:
        raise BenchmarkError("pictures were not recorded", figures)
