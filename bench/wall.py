"""A wall of pictures in one browser: one large at full rate, the others as thumbnails made by the engine's gate."""

from __future__ import annotations

import argparse
import asyncio
import os
import shutil
import tempfile
import time
from pathlib import Path
from typing import Any

from playwright.async_api import Page, async_playwright

from bench.clip import FPS, make_clip
from bench.common import BenchmarkError, cpu_seconds, say
from bench.engine_client import EngineClient, EngineProcess
from bench.latency import FLAGS
from bench.load import call
from streaming.contracts import Rate, TuneViewer
from streaming.media.aiortc_bridge import Identity

PAGE = Path(__file__).with_suffix(".html")
SETTLE = 5.0  # seconds until every picture is there and the jitter buffers have found their pace
LEAST_SHOWN = 0.97  # of the pictures that the large one is sent, decoded and played
SWITCH_WITHIN = 3.0  # seconds


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--sessions", type=int, default=9)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--codec", choices=("H264", "VP8"), default="VP8")
    parser.add_argument("--full", action="store_true", help="every picture at full rate: what the gate saves")
    parser.add_argument("--browser", default=shutil.which("chromium") or "/usr/bin/chromium")


def run(options: argparse.Namespace) -> dict[str, Any]:
    """The figures; BenchmarkError when the large picture dropped frames or a thumbnail stood still."""
    with tempfile.TemporaryDirectory(prefix="bench-wall-") as directory:
        figures = asyncio.run(_run(options, Path(directory)))
    judge(figures)
    return figures


def judge(figures: dict[str, Any]) -> None:
    if figures["large_played_fps"] < LEAST_SHOWN * FPS or figures["large_decoded_fps"] < LEAST_SHOWN * FPS:
        raise BenchmarkError("the large picture dropped frames", figures)
    if figures["thumbnail_fps_min"] < 0.2:
        raise BenchmarkError("a thumbnail stood still", figures)


async def _run(options: argparse.Namespace, directory: Path) -> dict[str, Any]:
    engine = EngineProcess(directory)
    clip, identity, until = make_clip(options.codec), Identity(), asyncio.Event()
    names = [f"wall-{number}" for number in range(options.sessions)]
    try:
        async with EngineClient(engine.socket) as client, async_playwright() as playwright:
            callers = [await call(client, name, identity, clip) for name in names]
            for caller in callers:
                await caller.is_connected.wait()
            films = [asyncio.create_task(caller.film(until)) for caller in callers]
            launched = await playwright.chromium.launch(executable_path=options.browser, args=FLAGS)
            page = await launched.new_page(viewport={"width": 1440, "height": 900})
            await page.goto(PAGE.as_uri())
            wall = Wall(client, page, engine.pid, "full" if options.full else "thumbnail")
            for name in names:
                await wall.watch(name)
            figures = await wall.measure(names, callers, options)
            until.set()
            await asyncio.gather(*films)
            for caller in callers:
                await caller.close()
            return figures | {"chromium": launched.version, "codec": options.codec}
    finally:
        engine.kill()


class Wall:
    """The page and the engine."""

    def __init__(self, engine: EngineClient, page: Page, pid: int, small: Rate) -> None:
        self._engine, self._page, self._pid, self._small = engine, page, pid, small
        self._large = ""

    async def watch(self, name: str) -> None:
        offer = await self._page.evaluate("name => offer(name)", name)
        answer = await self._engine.answer(name, "desk", "viewer", offer)
        await self._tune(name, self._small)
        await self._page.evaluate("([name, answer]) => accept(name, answer)", [name, answer])

    async def _tune(self, name: str, rate: Rate) -> None:
        await self._engine.ask(TuneViewer(session_id=name, peer_id="desk", rate=rate))

    async def choose(self, name: str) -> float:
        """Make one large; seconds until three more of its pictures were drawn."""
        started = time.monotonic()
        if self._large:
            await self._tune(self._large, self._small)
        await self._tune(name, "full")
        self._large = name
        await self._page.evaluate("name => choose(name)", name)
        await self._page.evaluate(
            "name => new Promise(done => { const before = feeds.get(name).drawn;"
            " const look = () => feeds.get(name).drawn > before + 2 ? done() : setTimeout(look, 10); look(); })",
            name,
        )
        return time.monotonic() - started

    async def measure(self, names: list[str], callers: list[Any], options: argparse.Namespace) -> dict[str, Any]:
        await self.choose(names[0])
        await asyncio.sleep(SETTLE)
        before, sent = await self._page.evaluate("counters()"), [len(caller.log) for caller in callers]
        asked = sum(caller.keyframes_asked for caller in callers)
        cpu, browser, began = cpu_seconds(self._pid), browser_cpu(), time.monotonic()
        await asyncio.sleep(options.seconds)
        seconds = time.monotonic() - began
        after = await self._page.evaluate("counters()")
        figures = {
            "sessions": len(names),
            "seconds": round(seconds, 1),
            "engine_cpu": round((cpu_seconds(self._pid) - cpu) / seconds, 3),
            "browser_cpu": round((browser_cpu() - browser) / seconds, 3),
            "large_sent_fps": round((len(callers[0].log) - sent[0]) / seconds, 1),
            "large_shown_fps": round((after["large"] - before["large"]) / seconds, 1),
            "large_shown": round((after["large"] - before["large"]) / (seconds * FPS), 3),
            "large_played_fps": round((after["presented"] - before["presented"]) / seconds, 1),
            "large_dropped_at_play": after["dropped"] - before["dropped"],
            "keyframes_asked_per_s": round((sum(c.keyframes_asked for c in callers) - asked) / seconds / len(names), 3),
        } | between(before["feeds"], after["feeds"], names, seconds)
        switches = [await self.choose(name) for name in names[1:]]
        say(f"{figures}")
        if max(switches, default=0.0) > SWITCH_WITHIN:
            raise BenchmarkError("a picture became large too late", figures)
        return figures | {"switch_ms_max": round(1000 * max(switches, default=0.0))}


def between(
    before: dict[str, dict[str, int]], after: dict[str, dict[str, int]], names: list[str], seconds: float
) -> dict[str, Any]:
    """What the browser says of the large picture and of the thumbnails."""

    def grown(name: str, key: str) -> int:
        return after[name].get(key, 0) - before[name].get(key, 0)

    small = names[1:] or names
    rates = [grown(name, "framesDecoded") / seconds for name in small]
    return {
        "large_decoded_fps": round(grown(names[0], "framesDecoded") / seconds, 1),
        "large_dropped": grown(names[0], "framesDropped"),
        "large_freezes": grown(names[0], "freezeCount"),
        "thumbnail_fps_min": round(min(rates), 2),
        "thumbnail_fps_max": round(max(rates), 2),
        "thumbnails_dropped": sum(grown(name, "framesDropped") for name in small),
        "nacks": sum(grown(name, "nackCount") for name in names),
        "plis": sum(grown(name, "pliCount") for name in names),
        "packets_per_s": round(sum(grown(name, "packetsReceived") for name in names) / seconds),
    }


def browser_cpu() -> float:
    """Processor seconds so far of the browser that this process started, with all its children that are alive."""
    found = {path.name: stat for path in Path("/proc").iterdir() if path.name.isdigit() and (stat := _stat(path))}
    ours = {str(os.getpid())}
    while more := {pid for pid, (_, parent, _) in found.items() if parent in ours} - ours:
        ours |= more
    return sum(found[pid][2] for pid in ours if pid in found and "chrom" in found[pid][0])


def _stat(path: Path) -> tuple[str, str, float] | None:
    """(name, parent, processor seconds) of a process, None when it is gone."""
    try:
        name, _, rest = (path / "stat").read_text(errors="replace").rpartition(")")
    except OSError:
        return None
    fields = rest.split()
    return name.partition("(")[2], fields[1], (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
