"""A caller with Firefox, which sends VP8: seen live in Chromium, sealed as WebM, played back."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator
from pathlib import Path

import av
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.helpers import bidi, people, story
from tests.helpers.site import Site

Colour = tuple[int, int, int]
DIFFERENT = 12  # of 255, in any of red, green and blue: more than coding noise
# Firefox's fake camera is one colour that turns, with the time of day stamped in a corner.
MIDDLE_JS = """
(video) => {
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = 1;
  const context = canvas.getContext('2d');
  const {videoWidth: width, videoHeight: height} = video;
  context.drawImage(video, width / 2 - 8, height / 2 - 8, 16, 16, 0, 0, 1, 1);
  return [...context.getImageData(0, 0, 1, 1).data].slice(0, 3);
}
"""


@pytest.fixture
def firefox(tmp_path: Path) -> Iterator[bidi.Tab]:
    with bidi.firefox(tmp_path / "firefox") as tab:
        yield tab


def differ(one: Colour, other: Colour) -> bool:
    return max(abs(a - b) for a, b in zip(one, other, strict=True)) >= DIFFERENT


def sees_turning_colour(page: Page, selector: str, seconds: float = 20.0) -> list[Colour]:
    """Wait until the picture's decoded middle has had four colours, each unlike the one before; return them."""
    seen: list[Colour] = []
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        video = page.locator(selector)
        if video.evaluate("v => v.videoWidth > 0 && v.readyState >= 2"):
            colour: Colour = tuple(video.evaluate(MIDDLE_JS))
            if not seen or differ(colour, seen[-1]):
                seen.append(colour)
            if len(seen) == 4:
                return seen
        page.wait_for_timeout(100)
    raise AssertionError(f"no moving picture within {seconds:.0f} s, colours seen: {seen}")


def decoded(path: Path) -> list[Colour]:
    """The mean colour of each frame of a WebM recording in VP8. Any decoding error fails."""
    with av.open(str(path)) as container:
        assert "webm" in container.format.name
        stream = container.streams.video[0]
        stream.codec_context.options = {"err_detect": "explode"}
        assert stream.codec_context.name in ("vp8", "libvpx")
        colours: list[Colour] = []
        for frame in container.decode(stream):
            assert not frame.is_corrupt
            red, green, blue = frame.to_ndarray(format="rgb24").mean(axis=(0, 1)).astype(int).tolist()
            colours.append((red, green, blue))
        return colours


def test_a_firefox_caller_is_seen_recorded_and_played_back_as_vp8(
    live_site: Site, browser: Browser, firefox: bidi.Tab
) -> None:
    handler = people.at_a_desk(browser, live_site, people.HANDLER)
    call = story.take_call(handler, live_site)

    firefox.look_like_a_phone(**people.PHONE)
    firefox.open(call.link)
    firefox.tap(firefox.button(story.CAMERA_BUTTON))

    sees_turning_colour(handler, "live-video video")
    firefox.wait_for_text("Police can see this")
    firefox.wait_for_text("Recorded and saved")

    handler.get_by_role("button", name="End video").click()
    firefox.wait_for_text("Police have stopped watching")
    assert firefox.complaints == []

    exhibit = call.sealed_exhibit()
    parts = [item for item in exhibit["items"] if item["mime"].startswith("video/")]
    # A new size begins a new part: Firefox may send one picture at 720p before it fits the size to a busy machine.
    # Such a part is over before the first sound arrives and then names none.
    assert [part["part_number"] for part in parts] == list(range(1, len(parts) + 1))
    colours: list[Colour] = []
    for part in parts:
        assert part["mime"] == "video/webm"
        assert "vp8" in part["codecs"].lower()
        colours += decoded(story.master_file(live_site, part["sha256"]))
    assert "opus" in parts[-1]["codecs"].lower()
    assert len(colours) > 10
    assert any(differ(one, other) for one, other in itertools.combinations(colours[::10], 2))
    assert story.recorded_gaps(live_site, exhibit) == []

    handler.goto(f"{live_site.url}/evidence/{exhibit['id']}/")
    player = handler.locator("video[data-player]")
    player.evaluate("v => v.play()")
    handler.wait_for_function("() => document.querySelector('video[data-player]').currentTime > 0.5")
    assert player.evaluate("v => v.videoWidth > 0 && v.error === null")
    expect(handler.locator("body")).to_contain_text("sealed", ignore_case=True)
    handler.context.close()
