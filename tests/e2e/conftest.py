"""Real servers and real browsers. One site for the whole run; each story opens its own browser contexts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright

from tests.helpers import camera, site

CHROMIUM = "/usr/bin/chromium-headless-shell"  # the same engine without its windows: a third of the start-up
WHOLE_CHROMIUM = "/usr/bin/chromium"  # asks for camera and microphone one by one; the other only all or none
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
         "--disable-sync", "--disable-quic", "--no-first-run", "--force-color-profile=srgb"]  # fmt: skip


#: Stories without a camera. Two browsers that both film and show are more than two cores can do in time.
WITHOUT_VIDEO = {
    "test_caller_page",
    "test_click_and_collect",
    "test_console_looks",
    "test_desk",
    "test_ground",
    "test_keys",
    "test_map",
    "test_nothing_lost",
    "test_officer_pages",
    "test_pages",
    "test_queue",
    "test_unit_map",
    "test_upload_link",
}


@pytest.hookimpl(optionalhook=True)  # of pytest-xdist
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """For two workers: one films, one turns pages. xdist's own groups (`--dist loadgroup`) do nothing with pytest 9,
    whose names of tests they can no longer change."""
    from xdist.scheduler import LoadScopeScheduling

    class OneFilms(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return "pages" if Path(nodeid.partition("::")[0]).stem in WITHOUT_VIDEO else "video"

    return OneFilms(config, log)


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


@pytest.fixture(autouse=True)
def empty_cache() -> None:
    """Not here: emptying this process's cache would empty the Redis that the sites of all stories live on."""


@pytest.fixture(autouse=True)
def every_window_is_closed(browser: Browser) -> Iterator[None]:
    """Also when a story fails: phones that went on sending would take the machine from all that come after."""
    before = set(browser.contexts)
    yield
    for context in browser.contexts:
        if context not in before:
            context.close()
