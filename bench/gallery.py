"""The wanted gallery with 2,000 people on a phone's screen: every card reached, and how evenly the pictures came.

The demo's own site, Chromium at 390 px with its processor slowed (a phone is several times slower than a desk), a thumb
that throws the list down until the last card. Frames are counted by the browser itself.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from bench.common import BenchmarkError, percentile, say

SCROLL_JS = """
async ([step, wanted]) => {
  const deltas = [];
  let last = performance.now(), still = 0;
  const cards = () => document.querySelectorAll("[data-wanted]").length;
  while (still < 90) {
    await new Promise(requestAnimationFrame);
    const time = performance.now();
    deltas.push(time - last);
    last = time;
    const before = window.scrollY;
    window.scrollBy(0, step);
    still = window.scrollY === before ? still + 1 : 0;
    if (still && cards() >= wanted) break;
  }
  return { deltas, cards: cards(), height: document.documentElement.scrollHeight };
}
"""
LONG_TASKS_JS = """
() => { window.longTasks = [];
  new PerformanceObserver((list) => { for (const one of list.getEntries()) window.longTasks.push(one.duration); })
    .observe({ type: "longtask", buffered: true }); }
"""
AIM_MS = 50.0  # of a frame at p95: what the eye still takes for one movement on a slow phone


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--records", type=int, default=2000, help="wanted people beside the demo's")
    parser.add_argument("--slower", type=float, default=4.0, help="how many times slower the browser's processor is")
    parser.add_argument("--step", type=int, default=60, help="pixels a frame: 60 is 3,600 a second, a hard throw")


def run(options: argparse.Namespace) -> dict[str, Any]:
    """The figures; BenchmarkError when a card is missing or the list stutters."""
    from tests.helpers import site

    with tempfile.TemporaryDirectory(prefix="bench-gallery-") as name, site.embedded(Path(name)) as running:
        settings = running.env | {"DEMO": "1", "DATA_DIR": running.env["DEMO_DIR"]}
        settings["DJANGO_SETTINGS_MODULE"] = "config.settings"
        code = f"import django; django.setup(); from bench.gallery_rows import main; main({options.records})"
        rows = [sys.executable, "-c", code]
        subprocess.run(rows, env=settings, check=True)
        say(f"{options.records} wanted people more")
        figures = _scrolled(running, options)
    if figures["cards"] < options.records:
        raise BenchmarkError(f"{figures['cards']} of {options.records} cards were reached", figures)
    if figures["frame_ms_p95"] > AIM_MS:
        raise BenchmarkError(f"p95 {figures['frame_ms_p95']} ms a frame, aim {AIM_MS:.0f}", figures)
    return figures


def _scrolled(running: Any, options: argparse.Namespace) -> dict[str, Any]:
    from playwright.sync_api import sync_playwright

    from tests.e2e.conftest import CHROMIUM, QUIET
    from tests.helpers import people

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        page = people.at_a_desk(browser, running, "2001", viewport={"width": 390, "height": 844}, has_touch=True)
        page.add_init_script(f"({LONG_TASKS_JS})()")
        page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": options.slower})
        page.goto(f"{running.url}/wanted/")
        page.wait_for_selector("[data-wanted]")
        ready = page.evaluate("performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd")
        seen = page.evaluate(SCROLL_JS, [options.step, options.records])
        tasks = page.evaluate("window.longTasks")
        browser.close()
    frames = seen["deltas"][1:]
    return {
        "cards": seen["cards"],
        "height_px": seen["height"],
        "slower": options.slower,
        "ready_ms": round(ready, 0),
        "frames": len(frames),
        "frame_ms_p50": round(percentile(frames, 0.5), 1),
        "frame_ms_p95": round(percentile(frames, 0.95), 1),
        "frame_ms_p99": round(percentile(frames, 0.99), 1),
        "frames_over_100_ms": sum(one > 100 for one in frames),
        "long_tasks": len(tasks),
        "long_task_ms_max": round(max(tasks, default=0.0), 0),
    }
