"""The force's map with thousands of moving units in a real browser: frames a second, and that what is drawn is true."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

from playwright.async_api import Page, WebSocketRoute, async_playwright

from bench.common import BenchmarkError, percentile, say

FLAGS = [
    "--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--enable-unsafe-swiftshader",  # WebGL by the processor: there is no graphics card here
]  # fmt: skip
COLLAR, STATES = "4410", ("2", "3", "4", "5", "6", "7", "8", "10")
BOX = (53.71, 53.76, 0.40, 0.50)  # in the sea off Northmere
STEP = 0.00025  # degrees a unit moves between two of its positions: about 25 m
AIM = 30.0  # frames a second
NEAR = 1.0  # px

COUNT_FRAMES = """() => {
  const stamps = [];
  globalThis.benchFrames = stamps;
  const look = (stamp) => { stamps.push(stamp); requestAnimationFrame(look); };
  requestAnimationFrame(look);
}"""
PAN = "way => { document.querySelector('force-map').map.panBy([way, 0], {duration: 80}); }"
# For every unit that was sent: where the page drew it, where MapLibre itself puts its last position, and whether there
# is any paint on the canvas at that place.
TRUTH = """(units) => {
  const host = document.querySelector('force-map');
  const canvas = host.querySelector('[data-things]');
  const ratio = canvas.width / host.clientWidth;
  const picture = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
  let painted = 0, worst = 0, lost = 0;
  for (const [id, lat, lon] of units) {
    const drawn = host.screenOf(id);
    if (!drawn) { lost += 1; continue; }
    const { x, y } = host.map.project([lon, lat]);
    worst = Math.max(worst, Math.hypot(drawn[0] - x, drawn[1] - y));
    const at = 4 * (Math.round(y * ratio) * canvas.width + Math.round(x * ratio));
    if (picture[at + 3] > 0) painted += 1;
  }
  return { painted, lost, worst, shown: host.paint.shown };
}"""


@dataclass
class Fleet:
    """Units that drive about at random, and where they were last said to be."""

    count: int
    at: list[list[float]] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    turn: int = 0

    def __post_init__(self) -> None:
        chance = random.Random(5)
        self.chance = chance
        self.ids = [str(uuid.UUID(int=chance.getrandbits(128))) for _ in range(self.count)]
        self.at = [[chance.uniform(*BOX[:2]), chance.uniform(*BOX[2:])] for _ in range(self.count)]
        self.course = [[chance.uniform(-STEP, STEP), chance.uniform(-STEP, STEP)] for _ in range(self.count)]

    def moves(self, many: int) -> list[dict[str, object]]:
        """The next so many units, each a step further; who reaches the edge turns round."""
        said = []
        at = datetime.now(UTC).isoformat()
        for number in range(self.turn, self.turn + many):
            unit = number % self.count
            for axis in (0, 1):
                low, high = BOX[2 * axis : 2 * axis + 2]
                ahead = self.at[unit][axis] + self.course[unit][axis]
                if not low < ahead < high:
                    self.course[unit][axis] *= -1
                self.at[unit][axis] += self.course[unit][axis]
            lat, lon = self.at[unit]
            said.append({
                "resource": self.ids[unit], "call_sign": f"U{unit:04}", "state": STATES[unit % len(STATES)],
                "lat": lat, "lon": lon, "at": at,
            })  # fmt: skip
        self.turn = (self.turn + many) % self.count
        return said


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--units", type=int, default=2000)
    parser.add_argument("--batches", type=int, default=20, help="messages of positions a second")
    parser.add_argument("--seconds", type=float, default=15.0)
    parser.add_argument("--pan", action="store_true", help="the map is moved as well, ten times a second")
    parser.add_argument("--browser", default=shutil.which("chromium") or "/usr/bin/chromium")


def run(options: argparse.Namespace) -> dict[str, Any]:
    """The figures; BenchmarkError when a unit is not drawn or not where it was said to be, or frames are too few."""
    with tempfile.TemporaryDirectory(prefix="bench-map-") as directory, Demo(Path(directory)) as demo:
        figures = asyncio.run(_run(options, demo))
    judge(figures, options.units)
    return figures


def judge(figures: dict[str, Any], units: int) -> None:
    if figures["units_drawn"] != units or figures["units_painted"] != units or figures["units_lost"]:
        raise BenchmarkError("not every unit is drawn", figures)
    if figures["off_px_max"] > NEAR:
        raise BenchmarkError("a unit is not where it was said to be", figures)
    if figures["fps_median"] < AIM:
        raise BenchmarkError(f"under {AIM:.0f} frames a second", figures)


class Demo:
    """The site itself on a free port, with the demo's people and calls."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self.port, tls = _free(), _free()
        self.url = f"http://localhost:{self.port}"
        self._env = os.environ | {
            "DEMO_DIR": str(directory), "HOST": "127.0.0.1", "PORT": str(self.port), "TLS_PORT": str(tls),
        }  # fmt: skip

    def __enter__(self) -> Demo:
        with (self._directory / "log").open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "config.demo"], env=self._env, stdout=log, stderr=log, start_new_session=True
            )
        until = time.monotonic() + 120
        while time.monotonic() < until and self._process.poll() is None:
            try:
                with urllib.request.urlopen(f"{self.url}/healthz", timeout=2):
                    return self
            except (OSError, urllib.error.HTTPError):
                time.sleep(0.2)
        self.__exit__()
        raise BenchmarkError("the site did not start")

    def __exit__(self, *_: object) -> None:
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGINT)
            try:
                self._process.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(self._process.pid, signal.SIGKILL)
                self._process.wait()


def _free() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def _run(options: argparse.Namespace, demo: Demo) -> dict[str, Any]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=options.browser, args=FLAGS)
        page = await browser.new_page(viewport={"width": 1440, "height": 900})
        line = await _open(page, demo)
        fleet = Fleet(options.units)
        topic = await page.get_attribute("force-map", "data-topic")

        def say_moves(many: int) -> None:
            data = {"moves": fleet.moves(many)}
            line.send(json.dumps({"t": "ephemeral", "topic": topic, "kind": "units.moved", "data": data}))

        say_moves(options.units)
        await page.wait_for_function(f"() => document.querySelector('force-map').units.byId.size >= {options.units}")
        await page.click("[data-show-all]")
        figures = await _measure(page, options, say_moves)
        await asyncio.sleep(1.0)  # the last glide has ended
        units = [[one, *at] for one, at in zip(fleet.ids, fleet.at, strict=True)]
        truth = await page.evaluate(TRUTH, units)
        await page.screenshot(path=str(demo._directory / "map.png"))
        return figures | {
            "units": options.units, "batches_per_s": options.batches, "panned": options.pan,
            "units_drawn": truth["shown"] - await _others(page, options.units), "units_painted": truth["painted"],
            "units_lost": truth["lost"], "off_px_max": round(truth["worst"], 3), "chromium": browser.version,
        }  # fmt: skip


async def _others(page: Page, ours: int) -> int:
    """The demo's own units, which are drawn as well."""
    return int(await page.evaluate("() => document.querySelector('force-map').units.byId.size")) - ours


async def _open(page: Page, demo: Demo) -> WebSocketRoute:
    from config.demo.story import PASSWORD

    lines: list[WebSocketRoute] = []

    def through(line: WebSocketRoute) -> None:
        line.connect_to_server()
        lines.append(line)

    await page.route_web_socket("**/ws/live/", through)
    await page.goto(f"{demo.url}/sign-in/")
    await page.get_by_label("Collar number").fill(COLLAR)
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await page.get_by_role("button", name="Continue").click()
    await page.wait_for_url(f"{demo.url}/")
    await page.goto(f"{demo.url}/map/")
    await page.wait_for_selector("force-map[data-drawn=yes]")
    await page.wait_for_selector('#connection[data-state="up"]')
    await asyncio.sleep(2)  # the list that is asked for after connecting has come
    return lines[-1]


async def _measure(page: Page, options: argparse.Namespace, say_moves: Any) -> dict[str, Any]:
    await page.evaluate(COUNT_FRAMES)
    many = max(1, options.units // options.batches)
    painted = await page.evaluate("() => document.querySelector('force-map').paint.frames")
    began, sent = time.monotonic(), 0
    while (passed := time.monotonic() - began) < options.seconds:
        if passed * options.batches >= sent:
            say_moves(many)
            sent += 1
            if options.pan and sent % max(1, options.batches // 10) == 0:
                await page.evaluate(PAN, 10 if sent // options.batches % 2 else -10)
        await asyncio.sleep(max(0.0, sent / options.batches - (time.monotonic() - began)))
    stamps = await page.evaluate("() => benchFrames.slice()")
    drawn = await page.evaluate("() => document.querySelector('force-map').paint.frames") - painted
    seconds = (stamps[-1] - stamps[0]) / 1000
    gaps = [after - before for before, after in pairwise(stamps)]
    windows = [sum(1 for stamp in stamps if start <= stamp < start + 1000)
               for start in _starts(stamps[0], stamps[-1])]  # fmt: skip
    say(f"{len(stamps)} frames in {seconds:.1f} s")
    return {
        "seconds": round(seconds, 1), "fps_median": round(percentile(windows, 0.5), 1), "fps_min": min(windows),
        "frame_ms_p95": round(percentile(gaps, 0.95), 1), "drawn_fps": round(drawn / seconds, 1),
        "batches_sent_per_s": round(sent / seconds, 1),
    }  # fmt: skip


def _starts(first: float, last: float) -> list[float]:
    """Beginnings of whole seconds of the run."""
    return [first + 1000 * second for second in range(int((last - first) // 1000))]
