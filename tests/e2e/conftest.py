"""Real servers and real browsers. One site for the whole run; each story opens its own browser contexts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright

from tests.helpers import camera, site

CHROMIUM = "/usr/bin/chromium-headless-shell"  # the same engine without its windows: a third of the start-up
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
         "--disable-sync", "--disable-quic", "--no-first-run", "--force-color-profile=srgb"]  # fmt: skip


@pytest.fixture(scope="session")
def live_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[site.Site]:
    with site.from_environment(tmp_path_factory.mktemp("site")) as running:
        yield running


@pytest.fixture(scope="session")
def playwright_driver() -> Iterator[Playwright]:
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="session")
def camera_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Fifty seconds of numbered pictures."""
    return camera.write_mjpeg(tmp_path_factory.mktemp("camera") / "numbered.mjpeg")


@pytest.fixture(scope="session")
def browser(playwright_driver: Playwright, camera_file: Path) -> Iterator[Browser]:
    """Chromium with a camera that plays the numbered pictures and a microphone that beeps."""
    running = playwright_driver.chromium.launch(
        executable_path=CHROMIUM,
        args=[
            *QUIET,
            "--use-fake-device-for-media-stream",
            "--use-fake-ui-for-media-stream",
            f"--use-file-for-fake-video-capture={camera_file}",
            "--autoplay-policy=no-user-gesture-required",
        ],
    )
    yield running
    running.close()
