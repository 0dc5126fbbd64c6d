"""What goes wrong on a night shift: refused microphones, stolen links, withdrawn links, killed engines."""

from __future__ import annotations

from playwright.sync_api import Browser, Playwright, expect

from tests.e2e.conftest import CHROMIUM, QUIET
from tests.helpers import camera, people, story
from tests.helpers.services import wait_for
from tests.helpers.site import Site


def test_another_browser_is_told_that_the_link_is_in_use(live_site: Site, browser: Browser) -> None:
    handler = people.at_a_desk(browser, live_site, people.HANDLER)
    call = story.take_call(handler, live_site)
    phone, stranger = people.phone(browser), people.phone(browser)
    story.show_camera(phone, call.link)
    story.sees_moving_picture(handler)

    page = stranger.new_page()
    answer = page.goto(call.link)
    assert answer
    if answer.status == 200:
        page.get_by_role("button", name=story.CAMERA_BUTTON).click()
    expect(page.get_by_text("in use", exact=False).first).to_be_visible(timeout=10_000)
    story.sees_moving_picture(handler)
    for context in (phone, stranger, handler.context):
        context.close()


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
        executable_path=CHROMIUM,
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


def test_refused_camera_leaves_place_and_chat(live_site: Site, playwright_driver: Playwright) -> None:
    blind = playwright_driver.chromium.launch(
        executable_path=CHROMIUM, args=[*QUIET, "--use-fake-device-for-media-stream", "--deny-permission-prompts"]
    )
    handler = people.at_a_desk(blind, live_site, people.HANDLER)
    call = story.take_call(handler, live_site)
    phone = people.phone(blind, "geolocation")
    caller = story.show_camera(phone, call.link)
    expect(caller.get_by_role("heading", name="The camera is off for this page.")).to_be_visible(timeout=15_000)
    caller.get_by_role("button", name="Location only").click()
    expect(caller.get_by_text("Police can see where you are")).to_be_visible(timeout=15_000)
    expect(handler.get_by_text("±8 m").first).to_be_visible(timeout=15_000)
    blind.close()


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
    assert parts[0]["recovered"]
    for part in parts:
        assert camera.counters_of(story.master_file(live_site, part["sha256"]))
    session = call.api(f"sessions/?incident={call.incident}")[0]["id"]
    left = live_site.directory / "data" / "recordings" / session
    wait_for(lambda: not list(left.glob("part-*")), "the engine's directory without the parts that are now evidence")
    for context in (phone, handler.context):
        context.close()
