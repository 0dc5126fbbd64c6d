"""A browser plays what was recorded: the masters, and the playback copy of a phone that was turned."""

from __future__ import annotations

import functools
import http.server
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, sync_playwright

from streaming.media.mark import film
from streaming.media.recorder import make_playback
from tests.media.test_playback import quick_thread, record

__all__ = ["quick_thread"]

PLAY = """async (source) => {
  const video = document.createElement('video');
  document.body.replaceChildren(video);
  video.muted = true;
  video.src = source;
  video.playbackRate = 4;
  const sizes = new Set();
  const look = (now, frame) => { sizes.add(`${frame.width}x${frame.height}`); video.requestVideoFrameCallback(look); };
  video.requestVideoFrameCallback(look);
  const end = new Promise((resolve) => {
    video.onended = () => resolve('ended');
    video.onerror = () => resolve(video.error.message);
  });
  await video.play();
  return {how: await end, sizes: [...sizes], seconds: video.duration};
}"""


JUMP = """async (source) => {
  const video = document.querySelector('video');
  video.src = URL.createObjectURL(await (await fetch(source)).blob());  // the server here knows no ranges
  await new Promise((resolve) => { video.onloadedmetadata = resolve; });
  const shown = new Promise((resolve) => {
    const look = (now, frame) => frame.mediaTime > 3 ? resolve(frame.mediaTime) : video.requestVideoFrameCallback(look);
    video.requestVideoFrameCallback(look);
  });
  video.currentTime = 7.5;
  return await shown;
}"""


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *arguments: Any) -> None:
        """Nothing on the test's output."""


@pytest.fixture
def page(tmp_path: Path) -> Iterator[Page]:
    """A page whose origin is the test's directory."""
    (tmp_path / "index.html").write_text("<!doctype html><title>.</title>")
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(tmp_path))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        with sync_playwright() as playwright:
            flags = ["--no-sandbox", "--autoplay-policy=no-user-gesture-required", "--disable-background-networking"]
            browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=flags)
            view = browser.new_page()
            view.goto(f"http://127.0.0.1:{server.server_port}/")
            yield view
            browser.close()
        server.shutdown()


@pytest.mark.parametrize("codec", ["H264", "VP8"])
def test_masters_and_copy_play_to_their_end(codec: str, page: Page, tmp_path: Path) -> None:
    sealed = record(tmp_path / "session", codec).of("part_sealed")
    copy = make_playback([Path(p.path) for p in sealed], [p.start for p in sealed], tmp_path / "playback")
    shown = page.evaluate(PLAY, f"/{Path(copy.path).name}")
    assert shown == {"how": "ended", "sizes": ["240x320", "320x240"], "seconds": pytest.approx(8.0, abs=0.1)}
    for part, size in zip(sealed, ["240x320", "320x240", "320x240"], strict=True):
        shown = page.evaluate(PLAY, f"/session/{Path(part.path).name}")
        assert (shown["how"], shown["sizes"]) == ("ended", [size])


@pytest.mark.parametrize("codec", ["H264", "VP8"])
def test_a_guests_marked_copy_plays_to_its_end_and_can_be_jumped_in(codec: str, page: Page, tmp_path: Path) -> None:
    sealed = record(tmp_path / "session", codec).of("part_sealed")
    copy = make_playback([Path(p.path) for p in sealed], [p.start for p in sealed], tmp_path / "playback")
    mark = {"label": "J. Smith, Northmere Ambulance", "code": "G-3FA9C1"}
    errand = {"source": copy.path, "target": str(tmp_path / "marked.webm"), "at": 0.0, "mark": mark}
    with (tmp_path / "lock").open("w") as lock:
        film.make(errand, lock.fileno())
    shown = page.evaluate(PLAY, "/marked.webm")
    assert shown == {"how": "ended", "sizes": ["240x320", "320x240"], "seconds": pytest.approx(8.0, abs=0.15)}
    assert page.evaluate(JUMP, "/marked.webm") == pytest.approx(7.5, abs=0.1)
