"""From the tap on the link to the first picture in the console, stage by stage, through the real site and browsers."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Error, sync_playwright

from bench.common import BenchmarkError, percentile, say
from tests.helpers import people, story
from tests.helpers.site import Site, embedded

MARKS = Path(__file__).with_suffix(".js")
STAGES = {
    "page": ("start", "page"),  # the page is fetched and its scripts have run
    "press": ("page", "pressed"),  # the browser's driver finds the button and presses it; a person takes longer
    "permission": ("pressed", "permission"),  # the camera is open
    "ice": ("permission", "ice"),  # signalling, and a way found
    "dtls": ("ice", "dtls"),
    "first_keyframe": ("dtls", "picture"),  # drawn in the console
}
FLAGS = [
    "--no-sandbox",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
    "--disable-features=WebRtcHideLocalIpsWithMdns",
    "--allow-loopback-in-peer-connection",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
AIM = 1500.0  # ms at p50

Marks = dict[str, float]  # stage -> epoch milliseconds


def measure(taps: int, browser: str) -> dict[str, Any]:
    """Figures of `taps` calls, each a new incident, link and phone; BenchmarkError when a picture does not come."""
    with (
        tempfile.TemporaryDirectory(prefix="bench-tapped-") as directory,
        sync_playwright() as playwright,
        embedded(Path(directory)) as site,
    ):
        console, phones = (playwright.chromium.launch(executable_path=browser, args=FLAGS) for _ in range(2))
        handler = people.at_a_desk(console, site, people.HANDLER)
        handler.context.add_init_script(path=MARKS)
        try:
            found = [_tap(handler, phones, site) for _ in range(taps + 1)][1:]  # the first one warms the site up
        except Error as error:
            raise BenchmarkError(f"no picture in the console: {error.message[:300]}") from error
    return summary(found)


def _tap(handler: Any, phones: Browser, site: Site) -> Marks:
    call = story.take_call(handler, site)
    context = people.phone(phones)
    context.add_init_script(path=MARKS)
    caller = story.show_camera(context, call.link)
    handler.wait_for_function("() => benchMarks.picture", timeout=30_000)
    caller.wait_for_function("() => benchMarks.dtls", timeout=30_000)
    marks: Marks = caller.evaluate("() => benchMarks") | {"picture": handler.evaluate("() => benchMarks.picture")}
    context.close()
    say(f"tapped: {marks['picture'] - marks['start']:.0f} ms")
    return marks


def summary(found: list[Marks]) -> dict[str, Any]:
    """Medians of the stages and of the whole, in ms. A stage that overlapped the one before it counts as 0."""
    whole = [marks["picture"] - marks["start"] for marks in found]
    stages = {
        name: round(percentile([max(0.0, marks[end] - marks[begin]) for marks in found], 0.5), 1)
        for name, (begin, end) in STAGES.items()
    }
    return {
        "tap_to_picture_ms_p50": round(percentile(whole, 0.5), 1),
        "tap_to_picture_ms_max": round(max(whole), 1),
        "tap_stages_ms_p50": stages,
        "taps": len(found),
    }
