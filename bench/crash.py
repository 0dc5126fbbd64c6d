"""How much of a recording a killed engine loses: kill -9 at random moments, restart, recover, decode, compare."""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import random
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av

from bench.clip import FPS, Clip, make_clip, read_number
from bench.common import BenchmarkError, percentile, say
from bench.engine_client import EngineClient, EngineProcess
from bench.payload import nal_units
from bench.peer import Caller
from streaming.contracts import PartOpened, PartSealed, RecoverSession, SessionStopped
from streaming.media.aiortc_bridge import Identity

MUST_LOSE_LESS = 1.0  # seconds
CLOCK_SLACK = 0.25  # seconds between the sender's clock reading and the part's


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--codec", choices=("H264", "VP8", "both"), default="both")
    parser.add_argument("--shortest", type=float, default=1.0, help="seconds of recording before a kill")
    parser.add_argument("--longest", type=float, default=5.0)
    parser.add_argument("--seed", type=int, default=None, help="repeat the moments of an earlier run")


@dataclass(frozen=True)
class Remains:
    """What one kill left. `lost`, `sound_lost`: seconds between the kill and the last recorded picture and sound."""

    lost: float
    sound_lost: float
    pictures: int
    recover_seconds: float


def run(options: argparse.Namespace) -> dict[str, Any]:
    """The figures; BenchmarkError when a part cannot be played, differs from what was sent, or too much is lost."""
    seed = options.seed if options.seed is not None else time.time_ns() % 2**32
    moments = random.Random(seed)
    codecs = ["H264", "VP8"] if options.codec == "both" else [options.codec]
    clips = {codec: make_clip(codec) for codec in codecs}
    remains: list[Remains] = []
    unplayable: list[str] = []
    for number in range(options.kills):
        codec = codecs[number % len(codecs)]
        seconds = moments.uniform(options.shortest, options.longest)
        with tempfile.TemporaryDirectory(prefix="bench-crash-") as directory:
            try:
                found = asyncio.run(_kill_once(Path(directory), clips[codec], seconds))
            except UnplayableError as error:
                unplayable.append(f"{codec} after {seconds:.2f} s: {error}")
                say(f"kill {number + 1}: {unplayable[-1]}")
                continue
        remains.append(found)
        say(f"kill {number + 1}: {codec} after {seconds:.2f} s, {found.pictures} pictures, {found.lost:.3f} s lost")
    figures = _figures(options.kills, seed, remains, unplayable)
    if unplayable:
        raise BenchmarkError("recordings were not what was sent", figures)
    if figures["lost_s_max"] > MUST_LOSE_LESS:
        raise BenchmarkError("more was lost than may be", figures)
    return figures


class UnplayableError(Exception):
    """What was left cannot be played or is not what was sent."""


def _figures(kills: int, seed: int, remains: list[Remains], unplayable: list[str]) -> dict[str, Any]:
    lost = [found.lost for found in remains] or [0.0]
    return {
        "kills": kills,
        "unplayable": len(unplayable),
        "unplayable_because": unplayable,
        "lost_s_max": round(max(lost), 3),
        "lost_s_p50": round(percentile(lost, 0.5), 3),
        "sound_lost_s_max": round(max([found.sound_lost for found in remains] or [0.0]), 3),
        "recover_s_max": round(max([found.recover_seconds for found in remains] or [0.0]), 3),
        "pictures_checked": sum(found.pictures for found in remains),
        "seed": seed,
    }


async def _kill_once(directory: Path, clip: Clip, seconds: float) -> Remains:
    caller, killed = await film_until(directory, clip, seconds, EngineProcess.kill)
    engine = EngineProcess(directory)
    try:
        part, recover_seconds = await recover(engine)
    finally:
        engine.kill()
    lost, pictures = compare(part, clip, caller, killed)
    return Remains(lost, _sound_lost(part, killed), pictures, recover_seconds)


async def film_until(
    directory: Path, clip: Clip, seconds: float, cut: Callable[[EngineProcess], float]
) -> tuple[Caller, float]:
    """Record for `seconds`, then cut; the caller with what it sent, and the moment of the cut as `cut` tells it."""
    engine, caller, until = EngineProcess(directory), Caller(Identity(), clip), asyncio.Event()
    try:
        async with EngineClient(engine.socket, facts=True) as client:
            await client.open("crash")
            caller.accept(await client.answer("crash", "caller", "caller", await caller.offer()))
            await caller.is_connected.wait()
            film = asyncio.create_task(caller.film(until))
            await client.fact(PartOpened)
            await asyncio.sleep(seconds)
            moment = await asyncio.to_thread(cut, engine)
            until.set()
            await film
    finally:
        engine.kill()
        await caller.close()
    return caller, moment


async def recover(engine: EngineProcess) -> tuple[PartSealed, float]:
    """Ask the new engine for what the old one left: exactly one part, marked as recovered."""
    async with EngineClient(engine.socket, facts=True) as client:
        started = time.monotonic()
        await client.ask(RecoverSession(session_id="crash"))
        stopped = await client.fact(SessionStopped)
        seconds = time.monotonic() - started
        parts = [fact for fact in client.facts if isinstance(fact, PartSealed)]
    if stopped.reason != "lost" or len(parts) != 1 or not parts[0].recovered:
        raise UnplayableError(f"{len(parts)} parts were reported, stopped for {stopped.reason}")
    return parts[0], seconds


def compare(part: PartSealed, clip: Clip, caller: Caller, killed: float) -> tuple[float, int]:
    """Decode the part; return the seconds by the wall clock between the sending of its last picture and the kill (a
    recorder that lost nothing has up to 1/30 s here), and the number of pictures, all of them right."""
    path = Path(part.path)
    if hashlib.sha256(path.read_bytes()).hexdigest() != part.sha256:
        raise UnplayableError("the hash is not the file's")
    numbers = _decode(path, clip)
    if len(numbers) != part.frames:
        raise UnplayableError(f"{part.frames} pictures were reported, {len(numbers)} decoded")
    sent = [entry for entry in caller.log if entry[2] <= killed]
    sent_numbers = [entry[0] for entry in sent]
    begins = [at for at in range(len(sent)) if sent_numbers[at : at + len(numbers)] == numbers]
    if not begins:
        raise UnplayableError("the pictures are not a run of those that were sent")
    last_sent_at = sent[begins[-1] + len(numbers) - 1][2]
    if abs(part.end - last_sent_at) > CLOCK_SLACK:
        raise UnplayableError(f"the part says it ends {part.end - last_sent_at:+.3f} s from where it does")
    return killed - last_sent_at, len(numbers)


def _decode(path: Path, clip: Clip) -> list[int]:
    """The numbers of all pictures, each byte for byte what was encoded (a decoder conceals what it can: only the
    bytes tell). Any complaint of the demuxer or the decoder makes the file unplayable too."""
    numbers: list[int] = []
    contents: list[bytes] = []
    try:
        with av.open(str(path)) as container:
            for packet in container.demux(video=0):
                if packet.size:
                    contents.append(bytes(packet))
                numbers += [read_number(frame) for frame in packet.decode()]
    except av.FFmpegError as error:
        raise UnplayableError(f"{type(error).__name__}: {error}") from error
    if not numbers or len(contents) != len(numbers):
        raise UnplayableError(f"{len(contents)} packets, {len(numbers)} decoded pictures")
    for at, (number, content) in enumerate(zip(numbers, contents, strict=True)):
        if number >= len(clip.frames) or slices(clip, content) != slices(clip, clip.frames[number]):
            raise UnplayableError(f"picture {at} is not the one that was sent")
    return numbers


def slices(clip: Clip, content: bytes) -> list[bytes]:
    """What makes the picture: of H264 the coded slices (NAL types 1 and 5), in either framing; of VP8 everything."""
    if clip.codec != "H264":
        return [content]
    # Lengths first: the length of a unit of 256 to 511 bytes looks like a start code.
    units, at = [], 0
    while at + 4 <= len(content):
        size = int.from_bytes(content[at : at + 4], "big")
        units.append(content[at + 4 : at + 4 + size])
        at += 4 + size
    if at != len(content):
        units = nal_units(content)
    return [unit for unit in units if unit and unit[0] & 0x1F in (1, 5)]


def _sound_lost(part: PartSealed, killed: float) -> float:
    """Seconds of sound missing before the kill, by the file's own timestamps."""
    with av.open(part.path) as container:
        ends: dict[str, float] = {}
        for packet in container.demux():
            if packet.pts is not None:
                ends[packet.stream.type] = float((packet.pts + (packet.duration or 0)) * packet.time_base)
    if ends.keys() != {"video", "audio"}:
        raise UnplayableError(f"no {'sound' if 'video' in ends else 'picture'}")
    last_picture_ends = part.end + 1 / FPS
    return max(0.0, killed - (last_picture_ends + ends["audio"] - ends["video"]))
