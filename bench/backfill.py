"""What the phone's own recording costs beside a live 720p picture: a ring of pieces, one long recording, nothing."""

from __future__ import annotations

import argparse
import asyncio
import functools
import http.server
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any

from playwright.async_api import Page, async_playwright

from bench.common import BenchmarkError, say
from bench.latency import FLAGS
from bench.wall import browser_cpu

STATIC = Path(__file__).resolve().parents[1] / "static"
PAGE = Path(__file__).with_suffix(".html")
MODES = ("none", "ring", "slices")
SETTLE = 20.0  # seconds until the encoder has found its pace
MOST_HOLE = 0.0  # ms between the end of a piece and the start of the next: they overlap


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--rounds", type=int, default=3, help="the modes by turns")
    parser.add_argument("--seconds", type=float, default=24.0, help="of each turn")
    parser.add_argument("--browser", default=shutil.which("chromium") or "/usr/bin/chromium")


def run(options: argparse.Namespace) -> dict[str, Any]:
    """Processor time of the whole browser a second of film, in each mode; BenchmarkError when pieces leave a hole."""
    return asyncio.run(_run(options))


async def _run(options: argparse.Namespace) -> dict[str, Any]:
    with _served() as address:
        async with async_playwright() as playwright:
            flags = [*FLAGS, "--use-fake-device-for-media-stream=fps=30", "--use-fake-ui-for-media-stream"]
            launched = await playwright.chromium.launch(executable_path=options.browser, args=flags)
            page = await launched.new_page()
            await page.goto(address)
            await page.wait_for_function("window.ready")
            await page.evaluate("live()")
            await asyncio.sleep(SETTLE)
            turns = [(mode, await _turn(page, mode, options.seconds)) for _ in range(options.rounds) for mode in MODES]
            figures: dict[str, Any] = {mode: _mean([turn for name, turn in turns if name == mode]) for mode in MODES}
            figures["chromium"] = launched.version
            await launched.close()
    figures["ring_costs"] = round(figures["ring"]["cpu"] - figures["none"]["cpu"], 3)
    if figures["ring"]["hole_ms_max"] > MOST_HOLE:
        raise BenchmarkError("the ring leaves holes", figures)
    return figures


async def _turn(page: Page, mode: str, seconds: float) -> dict[str, Any]:
    await page.evaluate("mode => begin(mode)", mode)
    before, cpu, began = await page.evaluate("sent()"), browser_cpu(), time.monotonic()
    await asyncio.sleep(seconds)
    took = time.monotonic() - began
    spent, after = browser_cpu() - cpu, await page.evaluate("sent()")
    await page.evaluate("end()")
    await asyncio.sleep(1.0)
    # The last two end at one moment, in either order.
    pieces = sorted(await page.evaluate("made()"), key=lambda piece: piece["started"])
    holes = [b["started"] - a["ended"] for a, b in pairwise(pieces)]
    turn = {
        "cpu": spent / took,
        "live_fps": (after["frames"] - before["frames"]) / took,
        "live_width": after["width"],
        "pieces": len(pieces),
        "kbits": 8 * sum(piece["size"] for piece in pieces) / took / 1000,
        "hole_ms_max": max(holes, default=0.0) if mode == "ring" else 0.0,
        "mime": pieces[0]["mime"] if pieces else "",
    }
    say(f"{mode}: {turn}")
    return turn


def _mean(turns: list[dict[str, Any]]) -> dict[str, Any]:
    whole = {key: [turn[key] for turn in turns] for key in turns[0]}
    means = {key: round(sum(values) / len(values), 3) for key, values in whole.items() if key != "mime"}
    return means | {"hole_ms_max": round(max(whole["hole_ms_max"]), 1), "mime": whole["mime"][0]}


class _Files(http.server.SimpleHTTPRequestHandler):
    """The page of this benchmark, and the product's own modules."""

    def translate_path(self, path: str) -> str:
        return str(PAGE) if path == "/" else super().translate_path(path)

    def log_message(self, format: str, *args: Any) -> None:
        """Silent."""


@contextmanager
def _served() -> Iterator[str]:
    handler = functools.partial(_Files, directory=str(STATIC))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/"
    finally:
        server.shutdown()
        server.server_close()
