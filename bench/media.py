"""CPU, memory and delivery of the engine under N recorded sessions with V viewers each, on real sockets.

With `--peer` the same load is put on stock aiortc or on Debian's Janus in the same run, by turns. With `--sweep` it is
done again for growing numbers of sessions and of viewers; `python -m bench chart` draws what `--out` has written.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import shutil
import subprocess
import sys
import tempfile
import time
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench import janus, namespace, rigs
from bench.clip import Clip, make_clip
from bench.common import BenchmarkError, percentile, say
from bench.payload import payloads
from bench.peer import LONG

WARM_UP = 3.0  # seconds
MARGIN = 0.5  # seconds left out at the end: what is still on its way is not lost
MUST_DELIVER = 0.999
SHOWN = 0.97  # of the pictures, where they are encoded anew and the first ones are waited for
RECORDED = 0.9  # of everything sent; a peer's recording begins a little late
CORE_SHARE = 0.85  # of a core may be used in earnest
SIZES = {"vga": (640, 480, 1_600_000), "720p": (1280, 720, 3_000_000)}  # width, height, bit/s aimed at
GROWING_SESSIONS = (1, 5, 10, 20, 40, 60, 90)  # with one viewer each
GROWING_VIEWERS = (1, 2, 4, 8)  # with ten sessions


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--sessions", type=int, default=10)
    parser.add_argument("--viewers", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--codec", choices=("H264", "VP8"), default="H264")
    parser.add_argument("--size", choices=SIZES, default="vga")
    parser.add_argument("--loop", choices=("product", "asyncio", "uvloop"), default="product")
    parser.add_argument("--workers", type=int, default=1, help="engine processes; the sessions are dealt out to them")
    parser.add_argument("--peer", choices=("stock", "janus"), help="measure this one as well, in the same run")
    parser.add_argument("--rounds", type=int, default=1, help="measurements of each, by turns; the figures are means")
    parser.add_argument("--sweep", action="store_true", help="1 to 90 sessions, then 1 to 8 viewers")
    parser.add_argument("--most", type=int, default=GROWING_SESSIONS[-1], help="of the sweep's sessions")
    parser.add_argument("--out", type=Path, help="write the sweep here, one JSON object a line, as it goes on")


def run(options: argparse.Namespace) -> dict[str, Any]:
    """The figures; BenchmarkError when less was delivered or recorded than MUST_DELIVER of what was sent."""
    host = "127.0.0.1"
    if options.peer == "janus":
        janus.find()
        host = namespace.enter()
    with tempfile.TemporaryDirectory(prefix="bench-media-") as directory:
        say("encoding the film")
        width, height, bitrate = SIZES[options.size]
        clip = make_clip(options.codec, width=width, height=height, bitrate=bitrate)
        bench = Bench(Path(directory), clip, options, host)
        return bench.sweep() if options.sweep else bench.compare(options.sessions, options.viewers)


class Load:
    """A process of callers or viewers."""

    def __init__(self, role: str, rig: rigs.Rig, place: Path, clip: Path, sizes: tuple[int, int], host: str) -> None:
        self.out = place / f"{role}.json"
        arguments = ["--clip", clip, "--sessions", sizes[0], "--viewers", sizes[1], "--out", self.out, "--host", host]
        arguments += ["--kind", rig.kind, "--recordings", rig.recordings]
        for door in rig.doors:
            arguments += ["--socket", door]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bench.load", role, *map(str, arguments)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        if self.process.stdout.readline().strip() != "connected":
            raise BenchmarkError(f"the {role} of {rig.kind} did not connect: {rig.log()[-2000:]}")

    def stop(self) -> None:
        with contextlib.suppress(BrokenPipeError):
            self.process.communicate("\n", timeout=60)

    def result(self) -> dict[str, Any]:
        if self.process.returncode:
            raise BenchmarkError(f"load ended with {self.process.returncode}")
        result: dict[str, Any] = json.loads(self.out.read_text(encoding="utf-8"))
        return result


class Bench:
    """Measurements with one film."""

    def __init__(self, directory: Path, clip: Clip, options: argparse.Namespace, host: str) -> None:
        self._directory, self._clip, self._options, self._host = directory, clip, options, host
        self._film = directory / "clip"
        clip.save(self._film)
        self._turn = 0

    def compare(self, sessions: int, viewers: int) -> dict[str, Any]:
        """The engine's figures, with those of the peer under `peer`."""
        kinds = ["engine", *([self._options.peer] if self._options.peer else [])]
        found: dict[str, list[dict[str, Any]]] = {kind: [] for kind in kinds}
        for _ in range(self._options.rounds):
            for kind in kinds:
                self._turn += 1
                place = self._directory / f"turn-{self._turn}"
                found[kind].append(asyncio.run(self._measure(kind, place, sessions, viewers)))
                shutil.rmtree(place)
        figures = mean(found["engine"])
        if self._options.peer:
            peer = mean(found[self._options.peer])
            figures["peer"] = {"name": self._options.peer} | {name: peer[name] for name in PEER_FIGURES}
            figures["cpu_ratio_to_peer"] = round(figures["cpu_per_session_second"] / peer["cpu_per_session_second"], 3)
        check(figures)
        return figures

    def sweep(self) -> dict[str, Any]:
        """Every step of the curve; one that fails is kept with its reason, and ends its curve for whoever failed."""
        rows: list[dict[str, Any]] = []
        for sessions, viewers in steps(self._options.most):
            say(f"--- {sessions} sessions, {viewers} viewers each")
            try:
                row = self.compare(sessions, viewers)
            except BenchmarkError as error:
                row = {"sessions": sessions, "viewers": viewers, **error.figures, "failed": str(error)}
            rows.append(row)
            if self._options.out:
                with self._options.out.open("a", encoding="utf-8") as out:
                    out.write(json.dumps(row) + "\n")
        figures = {"rows": rows, "failed_rows": sum("failed" in row for row in rows)}
        if figures["failed_rows"]:
            raise BenchmarkError("some steps of the sweep failed", figures)
        return figures

    async def _measure(self, kind: str, place: Path, sessions: int, viewers: int) -> dict[str, Any]:
        options = self._options
        workers = options.workers if kind == "engine" else 1
        rig = rigs.start(kind, place, workers=workers, loop=options.loop, host=self._host)
        loads: list[Load] = []
        try:
            await rig.listen()
            idle = rigs.memory_of(rig)
            say(f"{kind}: connecting {sessions} callers and {sessions * viewers} viewers")
            for role in ("callers", "viewers") if viewers else ("callers",):
                sizes = (sessions, viewers)
                loads.append(await asyncio.to_thread(Load, role, rig, place, self._film, sizes, self._host))
            await asyncio.sleep(WARM_UP)
            say(f"measuring for {options.seconds:g} s")
            start, cpu = time.time(), rigs.cpu_of(rig)
            await asyncio.sleep(options.seconds)
            end, cpu = time.time(), rigs.cpu_of(rig) - cpu
            memory = rigs.memory_of(rig) - idle
            for load in reversed(loads):
                await asyncio.to_thread(load.stop)
            await rig.finish(sessions)
        finally:
            for load in loads:
                load.process.kill()
            rig.kill()
        callers, watching = loads[0].result(), loads[1].result() if viewers else {"peers": {}}
        per_session = cpu / (end - start) / sessions
        counted = _shown if kind == "stock" else _delivered
        return {
            "sessions": sessions,
            "viewers": viewers,
            "size": options.size,
            "codec": options.codec,
            "loop": options.loop,
            "workers": workers,
            "seconds": round(end - start, 2),
            "video_bitrate": round(self._clip.bitrate),
            "cpu_per_session_second": round(per_session, 5),
            "cores": round(per_session * sessions, 3),
            "rss_mb_per_session": round(memory / sessions / 1e6, 2),
            "rss_mb_idle": round(idle / 1e6, 1),
            "sessions_per_core": int(CORE_SHARE / per_session),
            **counted(self._clip, callers, watching, (start, end - MARGIN)),
            "recorded_ratio": rig.recorded_ratio(callers),
        }


PEER_FIGURES = (
    "cpu_per_session_second", "cores", "rss_mb_per_session", "rss_mb_idle", "sessions_per_core", "delivery_ratio",
    "recorded_ratio", "peers_lost",
)  # fmt: skip


def steps(most: int) -> Iterator[tuple[int, int]]:
    """(sessions, viewers) of the sweep, none with more than `most` sessions."""
    growing = [(sessions, 1) for sessions in GROWING_SESSIONS] + [(10, viewers) for viewers in GROWING_VIEWERS[1:]]
    yield from ((sessions, viewers) for sessions, viewers in growing if sessions <= most)


def mean(measured: list[dict[str, Any]]) -> dict[str, Any]:
    """Of several measurements of one thing: costs are means, what was delivered and recorded is the worst."""
    first, *_ = measured
    figures = dict(first)
    for name in ("cpu_per_session_second", "cores", "rss_mb_per_session"):
        figures[name] = round(sum(m[name] for m in measured) / len(measured), 5)
    for name in ("delivery_ratio", "recorded_ratio"):
        figures[name] = min(m[name] for m in measured)
    figures["peers_lost"] = max(m["peers_lost"] for m in measured)
    figures["sessions_per_core"] = int(CORE_SHARE / figures["cpu_per_session_second"])
    figures["rounds"] = len(measured)
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


def _shown(clip: Clip, callers: dict[str, Any], viewers: dict[str, Any], window: tuple[float, float]) -> dict[str, Any]:
    """Pictures that reached each viewer by those sent since its first one: encoded anew, no packet is."""
    sent = shown = 0
    for name, viewer in viewers["peers"].items():
        pictures = callers["peers"][name.partition("/")[0]]["pictures"]
        sent += sum(1 for picture in pictures if viewer["first_at"] and picture[2] >= viewer["first_at"])
        shown += len(viewer["pictures"])
    peers = [*callers["peers"].values(), *viewers["peers"].values()]
    return {
        "delivery_ratio": round(shown / sent, 6) if sent else 0.0,
        "peers_lost": sum(bool(peer["lost"]) for peer in peers),
    }


def check(figures: dict[str, Any]) -> None:
    """BenchmarkError unless everything was delivered and recorded, by the peer too: else the costs say nothing."""
    for name, found in (("the engine", figures), (figures.get("peer", {}).get("name"), figures.get("peer"))):
        if found is None:
            continue
        if found["peers_lost"]:
            raise BenchmarkError(f"{name}: a peer lost its connection", figures)
        if found["delivery_ratio"] < (SHOWN if name == "stock" else MUST_DELIVER):
            raise BenchmarkError(f"{name}: packets were not delivered", figures)
        if name == "the engine" and not MUST_DELIVER <= found["recorded_ratio"] <= 1.001:
            raise BenchmarkError("pictures were not recorded", figures)
        if found["recorded_ratio"] < RECORDED:
            raise BenchmarkError(f"{name}: too little was recorded", figures)
