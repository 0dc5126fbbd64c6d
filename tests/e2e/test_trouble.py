"""What goes wrong on a night shift: refused microphones, withdrawn links, killed engines."""

from __future__ import annotations

from playwright.sync_api import Browser, Playwright, expect

from tests.e2e.conftest import QUIET, WHOLE_CHROMIUM
from tests.helpers import camera, people, story
from tests.helpers.services import wait_for
from tests.helpers.site import Site


def test_a_link_withdrawn_mid_call_ends_the_picture_at_once(live_site: Site, browser: Browser) -> None:
    handler = people.at_a_desk(browser, live_site, people.HANDLER)
    call = story.take_call(handler, live_site)
    phone = people.phone(browser)
    caller = story.show_camera(phone, call.link)
    story.sees_moving_picture(handler)

    handler.get_by_role("button", name="Withdraw link").click()
    expect(caller.get_by_text("Police have stopped watching")).to_be_visible(timeout=15_000)
    assert phone.request.get(call.link).status == 404
    assert call.sealed_exhibit()["items"]
    for context in (phone, handler.context):
        context.close()


def test_a_refused_microphone_leaves_the_picture(live_site: Site, playwright_driver: Playwright, camera_file) -> None:
    """On an iPhone the microphone belongs to the 999 call: the page must go on with video alone."""
    quiet_phone = playwright_driver.chromium.launch(
        executable_path=WHOLE_CHROMIUM,
        args=[*QUIET, "--use-fake-device-for-media-stream", f"--use-file-for-fake-video-capture={camera_file}"],
    )
    handler = people.at_a_desk(quiet_phone, live_site, people.HANDLER)
    call = story.take_call(handler, live_site)
    phone = people.phone(quiet_phone, "camera", "geolocation")
    caller = story.show_camera(phone, call.link)
    story.sees_moving_picture(handler)
    expect(caller.get_by_text("Picture only, and that is fine")).to_be_visible(timeout=10_000)
    caller.get_by_role("button", name="OK").click()
    handler.get_by_role("button", name="End video").click()
    exhibit = call.sealed_exhibit()
    part = next(item for item in exhibit["items"] if item["mime"].startswith("video/"))
    assert "opus" not in part["codecs"].lower()
    assert len(camera.counters_of(story.master_file(live_site, part["sha256"]))) > 10
    quiet_phone.close()


def test_an_engine_killed_mid_call_loses_a_moment_not_the_exhibit(live_site: Site, browser: Browser) -> None:
    """kill -9 of whatever runs the engine; it is started again, as systemd would; the phone comes back by itself."""
    handler = people.at_a_desk(browser, live_site, people.HANDLER)
    call = story.take_call(handler, live_site)
    phone = people.phone(browser)
    caller = story.show_camera(phone, call.link)
    story.sees_moving_picture(handler)
    expect(caller.get_by_text("Recorded and saved")).to_be_visible(timeout=15_000)

    victim = "media" if "media" in live_site.commands else "web"
    live_site.kill(victim)
    live_site.start(victim)
    live_site.wait_ready()

    expect(caller.get_by_text("Recorded and saved")).to_be_visible(timeout=60_000)
    story.sees_moving_picture(handler, seconds=60)
    handler.get_by_role("button", name="End video").click()
    exhibit = call.sealed_exhibit(seconds=90)
    parts = [item for item in exhibit["items"] if item["mime"].startswith("video/")]
    assert len(parts) >= 2
    assert [part["recovered"] for part in parts].count(True) == 1, "the part that was being written"
    for part in parts:
        assert camera.counters_of(story.master_file(live_site, part["sha256"]))
    session = call.api(f"incidents/{call.incident}/links/")[0]["id"]
    left = live_site.directory / "data" / "recordings" / session
    wait_for(lambda: not list(left.glob("part-*")), "the engine's directory without the parts that are now evidence")
    for context in (phone, handler.context):
        context.close()
