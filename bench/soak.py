"""A long run at a steady crowd: does the engine's memory stay flat, and is everything still delivered and recorded?

Callers send VGA at a low bitrate, one viewer each, everything recorded. The engine's process is looked at every few
seconds (`--every`); after the warm-up a straight line is laid through its memory by least squares. In each window
(`--window`) the viewers must have got what was sent and every recording must have grown.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bench.clip import make_clip
from bench.common import BenchmarkError, cpu_seconds, say
from bench.engine_client import EngineClient, EngineProcess
from bench.soak_load import Window
from streaming.contracts import PartSealed, SessionStopped
from streaming.media.spool import DIRECTORY as SPOOL

MUST_DELIVER = 0.999
MUST_GROW = 0.8  # of what was sent must be on the disk within the window it was sent in
MUST_STAY_FLAT = 1.0  # per cent an hour
LONG_ENOUGH = 0.5  # hours after the warm-up: a shorter run has a slope, but not one to judge by


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--sessions", type=int, default=20)
    parser.add_argument("--minutes", type=float, default=120.0)
    parser.add_argument("--warm-up", type=float, default=None, help="minutes; default 15, of a short run a third")
    parser.add_argument("--every", type=float, default=10.0, help="seconds between two looks at the process")
    parser.add_argument("--window", type=float, default=60.0, help="seconds in which delivery is counted")
    parser.add_argument(
        "--bitrate", type=int, default=250_000, help="bit/s of the pictures: 20 sessions fill 5 GB in 2 h"
    )
    parser.add_argument(
        "--churn", type=float, default=0.0, help="mean seconds of a call, then another session; 0: none"
    )
    parser.add_argument("--directory", type=Path, default=None, help="where the recordings go; default a temporary one")
    parser.add_argument("--series", type=Path, default=None, help="write every look and window here, one JSON a line")


@dataclass(frozen=True)
class Look:
    """The engine's process at one moment. `at`: seconds since the run began; memory and spool in bytes."""

    at: float
    rss: int
    pss: int
    files: int
    threads: int
    tasks: int
    blocks: int
    spool: int
    cpu: float


def run(options: argparse.Namespace) -> dict[str, Any]:
    """The figures; BenchmarkError when a window was short of packets or a long run's memory grew too fast."""
    with tempfile.TemporaryDirectory(prefix="bench-soak-", dir=options.directory) as directory:
        return asyncio.run(Soak(options, Path(directory)).run())


class Soak:
    """One run with its engine, its load and what was seen."""

    def __init__(self, options: argparse.Namespace, directory: Path) -> None:
        self._options, self._directory = options, directory
        self._looks: list[Look] = []
        self._windows: list[Window] = []
        self._grown: list[float] = []
        self._parts: dict[str, int] = {}
        self._frames = 0
        self._swept = 0

    async def run(self) -> dict[str, Any]:
        clip = make_clip(bitrate=self._options.bitrate)
        clip.save(self._directory / "clip")
        self._engine = EngineProcess(self._directory)
        load = None
        try:
            async with EngineClient(self._engine.socket, facts=True) as client:
                say(f"connecting {self._options.sessions} callers and viewers")
                load = await asyncio.to_thread(self._start_load)
                await self._watch(client, load, clip.bitrate)
                say("hanging up")
                await asyncio.to_thread(load.communicate, "stop\n", 60)
                await self._stopped(client)
        finally:
            if load is not None:
                load.kill()
            self._engine.kill()
        figures = self._figures(clip.bitrate)
        self._check(figures)
        return figures

    def _start_load(self) -> subprocess.Popen[str]:
        arguments = ["--sessions", str(self._options.sessions), "--churn", str(self._options.churn)]
        arguments += ["--socket", str(self._engine.socket), "--clip", str(self._directory / "clip")]
        load = subprocess.Popen(
            [sys.executable, "-m", "bench.soak_load", *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert load.stdout is not None
        if load.stdout.readline().strip() != "connected":
            load.kill()
            raise BenchmarkError(f"the load did not connect: {self._engine.log()[-2000:]}")
        return load

    # --- watching

    async def _watch(self, client: EngineClient, load: subprocess.Popen[str], bitrate: float) -> None:
        started = time.monotonic()
        end = started + 60 * self._options.minutes
        next_window = started + self._options.window
        recorded = self._recorded()
        counted_at = time.monotonic()
        while (now := time.monotonic()) < end:
            await self._look(client, now - started)
            if now >= next_window:
                next_window += self._options.window
                window = await asyncio.to_thread(self._ask_window, load)
                grown, recorded = self._recorded() - recorded, self._recorded()
                due = bitrate / 8 * self._options.sessions * (now - counted_at)
                counted_at = now
                self._book(window, grown / due, now - started)
                recorded -= self._sweep(client)
            await asyncio.sleep(max(0.0, self._options.every - (time.monotonic() - now)))

    async def _look(self, client: EngineClient, at: float) -> None:
        state, pid = await client.inspect(), self._engine.pid
        memory = _fields(Path(f"/proc/{pid}/smaps_rollup"))
        look = Look(
            at=round(at, 1),
            rss=1024 * memory["Rss"],
            pss=1024 * memory["Pss"],
            files=len(os.listdir(f"/proc/{pid}/fd")),
            threads=_fields(Path(f"/proc/{pid}/status"))["Threads"],
            tasks=state["tasks"],
            blocks=state["blocks"],
            spool=_size(self._engine.recordings / SPOOL),
            cpu=cpu_seconds(pid),
        )
        self._looks.append(look)
        self._write("look", asdict(look))

    def _ask_window(self, load: subprocess.Popen[str]) -> Window:
        assert load.stdin is not None
        assert load.stdout is not None
        try:
            load.stdin.write("window\n")
            load.stdin.flush()
            return Window(**json.loads(load.stdout.readline()))
        except (OSError, ValueError) as error:
            raise BenchmarkError(f"the load is gone: {self._engine.log()[-2000:]}") from error

    def _book(self, window: Window, grown: float, at: float) -> None:
        self._windows.append(window)
        self._grown.append(grown)
        self._write("window", {"at": round(at, 1), "grown": round(grown, 4), **asdict(window)})
        look = self._looks[-1]
        say(
            f"{at / 60:6.1f} min: {look.rss / 1e6:.1f} MB, delivered {window.ratio:.5f}, recorded {grown:.3f}, "
            f"{look.files} files, {look.threads} threads, {look.tasks} tasks, spool {look.spool} bytes"
        )
        if window.lost_peers or window.ratio < MUST_DELIVER or (not self._options.churn and grown < MUST_GROW):
            raise BenchmarkError("a window was short", {"at_seconds": round(at), "grown": grown, **asdict(window)})

    def _recorded(self) -> int:
        return sum(_size(path) for path in self._engine.recordings.iterdir() if path.name != SPOOL)

    def _sweep(self, client: EngineClient) -> int:
        """Read the facts; delete what ended sessions recorded, so that a churning run fits on any disk. Its bytes."""
        self._count(client)
        ended = {fact.session_id for fact in client.facts if isinstance(fact, SessionStopped)}
        client.facts.clear()
        freed = 0
        for session_id in ended:
            directory = self._engine.recordings / session_id
            freed += _size(directory)
            shutil.rmtree(directory)
        self._swept += len(ended)
        return freed

    def _count(self, client: EngineClient) -> None:
        for fact in client.facts:
            if isinstance(fact, PartSealed):
                self._parts[fact.session_id] = self._parts.get(fact.session_id, 0) + 1
                self._frames += fact.frames

    async def _stopped(self, client: EngineClient) -> None:
        await client.all_facts(SessionStopped, self._options.sessions)
        self._count(client)

    # --- figures

    def _figures(self, bitrate: float) -> dict[str, Any]:
        minutes = self._options.warm_up
        warm = 60 * (min(15.0, self._options.minutes / 3) if minutes is None else minutes)
        settled = [look for look in self._looks if look.at >= warm]
        first, last = settled[0], settled[-1]
        slope, error, start = fit([(look.at / 3600, look.rss) for look in settled])
        expected = sum(window.expected for window in self._windows)
        return {
            "sessions": self._options.sessions,
            "minutes": round(last.at / 60, 1),
            "warm_up_minutes": round(warm / 60, 1),
            "video_bitrate": round(bitrate),
            "churn_seconds": self._options.churn,
            "growth_pct_per_hour": round(100 * slope / start, 3),
            "growth_pct_per_hour_error": round(100 * error / start, 3),
            "growth_pss_pct_per_hour": round(_growth([(look.at / 3600, look.pss) for look in settled]), 3),
            "growth_blocks_pct_per_hour": round(_growth([(look.at / 3600, look.blocks) for look in settled]), 3),
            "rss_mb": [round(look.rss / 1e6, 1) for look in (first, last)],
            "pss_mb": [round(look.pss / 1e6, 1) for look in (first, last)],
            "rss_mb_max": round(max(look.rss for look in settled) / 1e6, 1),
            "open_files": [min(look.files for look in settled), max(look.files for look in settled)],
            "threads": [min(look.threads for look in settled), max(look.threads for look in settled)],
            "tasks": [min(look.tasks for look in settled), max(look.tasks for look in settled)],
            "spool_bytes_max": max(look.spool for look in self._looks),
            "cpu_per_session_second": round((last.cpu - first.cpu) / (last.at - first.at) / self._options.sessions, 5),
            "windows": len(self._windows),
            "delivery_ratio_min": round(min(window.ratio for window in self._windows), 6),
            "packets_expected": expected,
            "packets_missing": expected - sum(window.delivered for window in self._windows),
            "recorded_share_min": round(min(self._grown), 3),
            "recorded_pictures": self._frames,
            "filmed_pictures": sum(window.pictures for window in self._windows),
            "sessions_begun": len(self._parts),
            "sessions_turned_over": sum(window.turned_over for window in self._windows),
        }

    def _check(self, figures: dict[str, Any]) -> None:
        if len(self._parts) < self._options.sessions:
            raise BenchmarkError("a session left no recording", figures)
        hours = (figures["minutes"] - figures["warm_up_minutes"]) / 60
        if hours >= LONG_ENOUGH and figures["growth_pct_per_hour"] > MUST_STAY_FLAT:
            raise BenchmarkError("memory grows", figures)

    def _write(self, kind: str, fields: dict[str, Any]) -> None:
        if self._options.series is not None:
            with self._options.series.open("a", encoding="utf-8") as series:
                series.write(json.dumps({"kind": kind, **fields}) + "\n")


def fit(points: list[tuple[float, float]]) -> tuple[float, float, float]:
    """A straight line by least squares: slope, the slope's standard error, value at the first point. Needs three
    points or more with different x."""
    count = len(points)
    mean_x, mean_y = sum(x for x, _ in points) / count, sum(y for _, y in points) / count
    spread = sum((x - mean_x) ** 2 for x, _ in points)
    if count < 3 or not spread:
        raise BenchmarkError("too short for a slope: fewer than three looks after the warm-up")
    slope = sum((x - mean_x) * (y - mean_y) for x, y in points) / spread
    rest = sum((y - mean_y - slope * (x - mean_x)) ** 2 for x, y in points)
    return slope, (rest / (count - 2) / spread) ** 0.5, mean_y + slope * (points[0][0] - mean_x)


def _growth(points: list[tuple[float, float]]) -> float:
    slope, _, start = fit(points)
    return 100 * slope / start


def _fields(path: Path) -> dict[str, int]:
    """The lines `Name:   number …` of a file in /proc."""
    found = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        name, colon, rest = line.partition(":")
        if colon and rest.split() and rest.split()[0].isdigit():
            found[name] = int(rest.split()[0])
    return found


def _size(directory: Path) -> int:
    return sum(path.stat().st_size for path in directory.iterdir()) if directory.is_dir() else 0
