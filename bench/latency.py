"""What the engine adds to the delay of a picture between two real browsers, how soon a late viewer sees one, and how
long it takes from the tap on the link to the first picture in the console, through the real site (`--taps`)."""

from __future__ import annotations

import argparse
import asyncio
import shutil
import tempfile
from pathlib import Path
from typing import Any

from playwright.async_api import Page, Playwright, async_playwright

from bench import tapped
from bench.common import BenchmarkError, percentile, say
from bench.engine_client import EngineClient, EngineProcess

PAGE = Path(__file__).with_suffix(".html")
SESSION = "latency"
AIMS = {"added_ms_p50": 10.0, "added_ms_p95": 30.0, "first_frame_ms_p50": 150.0, "tap_to_picture_ms_p50": tapped.AIM}
SETTLE = 3.0  # seconds until the encoder and the jitter buffer have found their pace
MOST_PLAUSIBLE = 1000  # ms: a reading above it is a misread picture
LEAST_READINGS = 0.5  # of 30 a second: fewer, and it is the machine that is measured

# As root in a container; addresses in the clear, for there is no mDNS responder; timers at full speed.
FLAGS = [
    "--no-sandbox",
    "--disable-features=WebRtcHideLocalIpsWithMdns",
    "--allow-loopback-in-peer-connection",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-background-timer-throttling",
    "--disable-renderer-backgrounding",
    "--disable-backgrounding-occluded-windows",
]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--rounds", type=int, default=3, help="direct and through the engine by turns")
    parser.add_argument("--seconds", type=float, default=8.0, help="of each turn")
    parser.add_argument("--joins", type=int, default=10, help="late viewers")
    parser.add_argument("--taps", type=int, default=9, help="calls through the whole site; 0: none")
    parser.add_argument("--browser", default=shutil.which("chromium") or "/usr/bin/chromium")


def run(options: argparse.Namespace) -> dict[str, Any]:
    """The figures; BenchmarkError when pictures are missing or cannot be read."""
    with tempfile.TemporaryDirectory(prefix="bench-latency-") as directory:
        figures = asyncio.run(_run(options, Path(directory)))
    if options.taps:
        figures |= tapped.measure(options.taps, options.browser)
    figures["aims_missed"] = missed(figures)
    return figures


def missed(figures: dict[str, Any]) -> list[str]:
    """The aims that these figures do not reach; nothing fails for it, for they depend on the machine."""
    return [name for name, most in AIMS.items() if name in figures and figures[name] > most]


async def _run(options: argparse.Namespace, directory: Path) -> dict[str, Any]:
    engine = EngineProcess(directory)
    try:
        async with async_playwright() as playwright, EngineClient(engine.socket) as client:
            film, watch = [await _open(playwright, options.browser) for _ in range(2)]
            offered = await film.evaluate("codecs()")
            codec = "H264" if "H264" in offered else "VP8"
            bench = Bench(client, film, watch, codec)
            figures = await _measure(bench, options)
            figures["chromium"] = film.context.browser.version if film.context.browser else ""
            return figures | {"codec": codec}
    finally:
        engine.kill()


async def _open(playwright: Playwright, browser: str) -> Page:
    """A page in a browser process of its own."""
    launched = await playwright.chromium.launch(executable_path=browser, args=FLAGS)
    page = await launched.new_page()
    await page.goto(PAGE.as_uri())
    return page


class Bench:
    """The two pages and the engine between them."""

    def __init__(self, engine: EngineClient, film: Page, watch: Page, codec: str) -> None:
        self._engine, self._film, self._watch, self._codec = engine, film, watch, codec
        self._joins = 0

    async def direct(self, seconds: float) -> list[float]:
        """Delays of the floor: browser to browser."""
        offer = await self._film.evaluate("codec => film('direct', codec)", self._codec)
        answer = await self._watch.evaluate("offer => answerToWatch('direct', offer)", offer)
        await self._film.evaluate("answer => accept('direct', answer)", answer)
        delays = await self._delays(seconds)
        for page in (self._watch, self._film):
            await page.evaluate("hangUp('direct')")
        return delays

    async def publish(self) -> None:
        await self._engine.open(SESSION)
        offer = await self._film.evaluate("codec => film('engine', codec)", self._codec)
        answer = await self._engine.answer(SESSION, "caller", "caller", offer)
        await self._film.evaluate("answer => accept('engine', answer)", answer)

    async def hang_up(self) -> None:
        await self._film.evaluate("hangUp('engine')")
        await self._engine.end(SESSION)

    async def watch(self) -> None:
        self._joins += 1
        offer = await self._watch.evaluate("codec => offerToWatch('engine', codec)", self._codec)
        answer = await self._engine.answer(SESSION, f"viewer-{self._joins}", "viewer", offer)
        await self._watch.evaluate("answer => accept('engine', answer)", answer)

    async def through_engine(self, seconds: float) -> list[float]:
        await self.publish()
        await self.watch()
        delays = await self._delays(seconds)
        await self._watch.evaluate("hangUp('engine')")
        await self.hang_up()
        return delays

    async def late_viewer(self) -> float:
        """Milliseconds from connected to the first decoded picture."""
        await self.watch()
        await self._watch.wait_for_function("firstFrame !== null", timeout=15000)
        taken = await self._watch.evaluate("take()")
        await self._watch.evaluate("hangUp('engine')")
        return float(taken["firstFrame"])

    async def _delays(self, seconds: float) -> list[float]:
        await self._watch.wait_for_function("firstFrame !== null", timeout=15000)
        await asyncio.sleep(SETTLE)
        await self._watch.evaluate("take()")
        await asyncio.sleep(seconds)
        readings = (await self._watch.evaluate("take()"))["delays"]
        delays = [float(delay) for delay in readings if delay < MOST_PLAUSIBLE]
        if len(delays) < LEAST_READINGS * 30 * seconds or len(delays) < 0.99 * len(readings):
            raise BenchmarkError(f"{len(delays)} of {len(readings)} pictures could be read in {seconds:g} s")
        return delays


async def _measure(bench: Bench, options: argparse.Namespace) -> dict[str, Any]:
    direct: list[float] = []
    engine: list[float] = []
    for number in range(options.rounds):
        direct += await bench.direct(options.seconds)
        engine += await bench.through_engine(options.seconds)
        say(f"round {number + 1}: direct {percentile(direct, 0.5):.0f} ms, engine {percentile(engine, 0.5):.0f} ms")
    await bench.publish()
    # Somebody watches already when the late ones come; the first join also waits for the caller's first keyframe.
    await bench.late_viewer()
    first = [await bench.late_viewer() for _ in range(options.joins)]
    await bench.hang_up()
    return {
        "added_ms_p50": round(percentile(engine, 0.5) - percentile(direct, 0.5), 1),
        "added_ms_p95": round(percentile(engine, 0.95) - percentile(direct, 0.95), 1),
        "direct_ms_p50": round(percentile(direct, 0.5), 1),
        "direct_ms_p95": round(percentile(direct, 0.95), 1),
        "engine_ms_p50": round(percentile(engine, 0.5), 1),
        "engine_ms_p95": round(percentile(engine, 0.95), 1),
        "first_frame_ms_p50": round(percentile(first, 0.5), 1),
        "first_frame_ms_max": round(max(first), 1),
        "pictures": len(direct) + len(engine),
    }
