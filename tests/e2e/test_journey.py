"""The main job: a 999 caller's phone shows the scene, live, and it becomes evidence. Runs in both profiles."""

from __future__ import annotations

import hashlib

from playwright.sync_api import Browser, expect

from tests.helpers import camera, people, story
from tests.helpers.site import Site


def test_the_scene_is_seen_live_and_the_recording_is_sealed(live_site: Site, browser: Browser) -> None:
    handler = people.at_a_desk(browser, live_site, people.HANDLER)
    call = story.take_call(handler, live_site)

    phone = people.phone(browser)
    bot = phone.request
    assert bot.head(call.link).status == 200
    assert bot.get(call.link).status == 200

    caller = phone.new_page()
    caller.goto(call.link)
    digits = "".join(caller.locator(".digits span").all_inner_texts())
    assert digits == "".join(handler.locator(".trust-code b").all_inner_texts())
    assert len(digits) == 4
    caller.get_by_role("button", name=story.CAMERA_BUTTON).click()

    story.sees_moving_picture(handler)
    expect(handler.locator("[data-rec=recording], [data-rec=writing]").first).to_be_visible(timeout=10_000)
    expect(caller.get_by_text("Police can see this")).to_be_visible(timeout=10_000)
    expect(caller.get_by_text("Recorded and saved")).to_be_visible(timeout=10_000)

    handler.get_by_role("button", name="End video").click()
    expect(caller.get_by_text("Police have stopped watching")).to_be_visible(timeout=15_000)

    exhibit = call.sealed_exhibit()
    parts = [item for item in exhibit["items"] if item["mime"].startswith("video/")]
    assert [part["part_number"] for part in parts] == [1]
    master = story.master_file(live_site, parts[0]["sha256"])
    counters = camera.counters_of(master)
    assert len(counters) > camera.FPS / 2
    assert story.widest_step(counters) <= camera.FPS, "a second of pictures is missing in the recording"
    assert story.recorded_gaps(live_site, exhibit) == []

    handler.goto(f"{live_site.url}/evidence/{exhibit['id']}/")
    player = handler.locator("video[data-player]")
    player.evaluate("v => v.play()")
    handler.wait_for_function("() => document.querySelector('video[data-player]').currentTime > 0.5")
    copy = handler.request.get(f"{live_site.url}/evidence/{exhibit['id']}/playback").body()
    assert hashlib.sha256(copy).hexdigest() in {row["sha256"] for row in exhibit["copies"]}
    for text in ("First frame", "sealed"):
        assert any(text in entry for entry in call.log_texts()), text
    phone.close()
    handler.context.close()


def test_a_late_viewer_an_officer_and_a_reload_are_one_session_two_parts_one_exhibit(
    live_site: Site, browser: Browser
) -> None:
    handler = people.at_a_desk(browser, live_site, people.HANDLER)
    call = story.take_call(handler, live_site)
    handler.reload()
    expect(handler.locator("link-status")).to_be_attached(timeout=10_000)
    assert len(call.api(f"incidents/{call.incident}/links/")) == 1, "a reload sends nothing"
    phone = people.phone(browser)
    caller = story.show_camera(phone, call.link)
    story.sees_moving_picture(handler)

    supervisor = people.at_a_desk(browser, live_site, people.SUPERVISOR)
    supervisor.goto(f"{live_site.url}/incidents/{call.incident}/")
    story.sees_moving_picture(supervisor)

    session = call.api(f"incidents/{call.incident}/links/")[0]["id"]
    officer = people.at_a_desk(browser, live_site, people.OFFICER, viewport={"width": 390, "height": 844})
    officer.goto(f"{live_site.url}/video/{session}/")
    story.sees_moving_picture(officer)

    caller.reload()
    caller.get_by_role("button", name="Turn camera back on").click()
    expect(caller.get_by_text("Recorded and saved")).to_be_visible(timeout=15_000)
    for page in (handler, supervisor, officer):
        story.sees_moving_picture(page)

    caller.get_by_role("button", name="Stop").first.click()
    caller.get_by_role("button", name="Stop camera and location").click()
    expect(caller.get_by_text("Thank you. It has ended.")).to_be_visible(timeout=15_000)
    exhibit = call.sealed_exhibit()
    parts = [item for item in exhibit["items"] if item["mime"].startswith("video/")]
    assert [part["part_number"] for part in parts] == [1, 2]
    assert parts[1]["prev_sha256"] == parts[0]["sha256"]
    assert len(exhibit["copies"]) == 1
    for page in (phone, handler.context, supervisor.context, officer.context):
        page.close()
