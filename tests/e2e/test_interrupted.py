"""A phone that is connected and shows nothing: the desk is told why and since when, and the phone helps itself."""

from __future__ import annotations

import re

from playwright.sync_api import Browser, Page, expect

from tests.helpers import people, story
from tests.helpers.site import Site

# A camera that a test can freeze, in two ways, or give to another app; the microphone is the browser's own.
CAMERA = """
const real = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
window.cameras = [];
window.taken = false;
window.mayOpen = Promise.resolve();
navigator.mediaDevices.getUserMedia = async (wish) => {
  if (wish.video && window.taken) throw new DOMException('in a call', 'NotReadableError');
  await window.mayOpen;
  const stream = wish.audio ? await real({ audio: wish.audio }) : new MediaStream();
  if (!wish.video) return stream;
  const canvas = Object.assign(document.createElement('canvas'), { width: 640, height: 480 });
  const context = canvas.getContext('2d');
  const camera = { moves: true, gives: true };
  let number = 0;
  setInterval(() => {
    if (!camera.gives) return;
    if (camera.moves) number += 1;
    for (let at = 0; at < 48; at += 1) {
      context.fillStyle = `hsl(${(number * 7 + at * 31) % 360} 60% ${40 + ((number + at) % 5) * 8}%)`;
      context.fillRect((at % 8) * 80, Math.floor(at / 8) * 80, 80, 80);
    }
  }, 33);
  camera.track = canvas.captureStream(30).getVideoTracks()[0];
  stream.addTrack(camera.track);
  window.cameras.push(camera);
  return stream;
};
"""
# The camera takes as long to open as a desk takes to be read: half a second is too short for a look.
SLOW_TO_OPEN = "() => { window.mayOpen = new Promise((resolve) => { window.open_now = resolve; }); }"
MUTED = """() => {
  const { track } = window.cameras.at(-1);
  Object.defineProperty(track, 'muted', { value: true });
  track.dispatchEvent(new Event('mute'));
}"""
HIDDEN = """(hidden) => {
  Object.defineProperty(document, 'visibilityState', { value: hidden ? 'hidden' : 'visible', configurable: true });
  document.dispatchEvent(new Event('visibilitychange'));
}"""


def told(desk: Page, what: str, words: str) -> None:
    """The desk says what is missing, and since when."""
    line = desk.locator(f"[data-interrupted={what}]")
    expect(line).to_have_text(re.compile(rf"{words} since \d\d:\d\d:\d\d"), timeout=20_000)


def over(desk: Page) -> None:
    """Nothing is missing any more, and the picture moves."""
    for what in ("page", "camera", "microphone"):
        expect(desk.locator(f"[data-interrupted={what}]")).to_be_hidden(timeout=30_000)
    drawn = "() => document.querySelector('live-video').framesDrawn"
    before = desk.evaluate(drawn)
    desk.wait_for_function(f"(before) => ({drawn})() > before + 5", arg=before)


def test_the_desk_hears_why_there_is_no_picture_and_the_phone_takes_its_camera_back(
    live_site: Site, browser: Browser
) -> None:
    desk = people.at_a_desk(browser, live_site, people.HANDLER)
    call = story.take_call(desk, live_site)
    phone = people.phone(browser)
    phone.add_init_script(CAMERA)
    caller = story.show_camera(phone, call.link)
    expect(caller.get_by_text("Recorded and saved")).to_be_visible(timeout=20_000)
    over(desk)

    caller.evaluate(SLOW_TO_OPEN)
    caller.evaluate("() => { window.cameras.at(-1).gives = false; }")  # no frame comes any more
    expect(caller.locator("#strip-note")).to_have_text("Your camera froze. It is starting again", timeout=10_000)
    told(desk, "camera", "Camera frozen")
    caller.evaluate("() => window.open_now()")
    over(desk)

    caller.evaluate(SLOW_TO_OPEN)
    caller.evaluate("() => { window.cameras.at(-1).moves = false; }")  # frames come, always the same
    told(desk, "camera", "(Camera frozen|Picture does not change, camera frozen or covered,)")
    caller.evaluate("() => window.open_now()")
    over(desk)

    caller.evaluate("() => { window.taken = true; }")  # a call comes in and keeps the camera for a while
    caller.evaluate(MUTED)
    words = "A call or another app has the camera. It comes back by itself"
    expect(caller.locator("#strip-note")).to_have_text(words, timeout=10_000)
    told(desk, "camera", "Camera interrupted by a phone call or another app")
    caller.evaluate("() => { window.taken = false; }")
    over(desk)
    assert caller.evaluate("() => window.cameras.length") == 4, "each time the camera was opened anew, and once only"

    caller.evaluate(HIDDEN, True)
    told(desk, "page", "Caller's phone is locked or in another app")
    desk.reload()
    told(desk, "page", "Caller's phone is locked or in another app")
    caller.evaluate(HIDDEN, False)
    over(desk)

    desk.get_by_role("button", name="End video").click()
    exhibit = call.sealed_exhibit()
    parts = [item for item in exhibit["items"] if item["mime"].startswith("video/")]
    assert len(parts) == 1, "the connection stood all the time"
    for context in (phone, desk.context):
        context.close()
