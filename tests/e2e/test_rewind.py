"""Looking back while the picture goes on, told in the camera's own numbers; then the line of the sealed recording."""

from __future__ import annotations

import re

from playwright.sync_api import Browser, Page, expect

from tests.helpers import camera, people, story
from tests.helpers.looks import look
from tests.helpers.site import Site

BACK = "live-video video[data-back]"
LIVE = "live-video video:not([data-back])"
AT_THE_START = """() => document.querySelector("video-rewind").moment
    < document.querySelector("gap-ledger").line.start * 1000 + 2500"""
SHOWS = (
    "(selector) => { const v = document.querySelector(selector); return v && v.videoWidth > 0 && v.readyState >= 2; }"
)


def number(page: Page, selector: str) -> int:
    page.wait_for_function(SHOWS, arg=selector)
    return int(page.locator(selector).evaluate(camera.READ_COUNTER_JS))


def moved(page: Page, selector: str, before: int) -> None:
    """Wait until the picture is another one."""
    reads = f"([selector, before]) => ({camera.READ_COUNTER_JS.strip()})(document.querySelector(selector)) !== before"
    page.wait_for_function(reads, arg=[selector, before])


def behind(page: Page) -> int:
    """Pictures that the earlier one lies behind the live one; the camera's film is a ring."""
    return (number(page, LIVE) - number(page, BACK)) % camera.FRAMES


def test_looking_back_shows_an_earlier_number_while_live_goes_on_and_the_line_is_sealed(
    live_site: Site, browser: Browser
) -> None:
    desk = people.at_a_desk(browser, live_site, people.HANDLER)
    call = story.take_call(desk, live_site)
    phone = people.phone(browser)
    caller = story.show_camera(phone, call.link)
    story.sees_moving_picture(desk)
    lane = desk.get_by_role("slider", name="Gap ledger")
    desk.wait_for_function("() => document.querySelector('gap-ledger')?.line?.seconds >= 9", timeout=30_000)
    expect(desk.locator("gap-ledger [data-summary]")).to_contain_text(re.compile(r"\d+ of \d+ s recorded"))

    desk.get_by_role("button", name="Rewind").click()
    expect(desk.locator("[data-behind]")).to_contain_text(re.compile(r"Rewound, 00:\d\d behind live"))
    first = number(desk, BACK)
    assert behind(desk) > 3 * camera.FPS
    moved(desk, BACK, first)
    moved(desk, LIVE, number(desk, LIVE))
    look(desk, "rewind-1440-dark")
    desk.emulate_media(color_scheme="light", reduced_motion="reduce")
    expect(desk.locator("html")).to_have_attribute("data-theme", "light")
    look(desk, "rewind-1440-light")
    desk.emulate_media(color_scheme="dark")

    lane.press("Home")  # the very first second of the call
    desk.wait_for_function(AT_THE_START)
    assert behind(desk) > 6 * camera.FPS
    desk.get_by_role("button", name="To the next mark").click()
    desk.get_by_role("button", name="Back to live").click()
    expect(desk.locator("live-video")).not_to_have_attribute("data-rewound", "")
    expect(desk.locator(BACK)).to_have_count(0)
    story.sees_moving_picture(desk)

    session = call.api(f"incidents/{call.incident}/links/")[0]["id"]
    officer = people.at_a_desk(browser, live_site, people.OFFICER, viewport={"width": 390, "height": 844})
    officer.goto(f"{live_site.url}/video/{session}/")
    story.sees_moving_picture(officer)
    officer.wait_for_function("() => document.querySelector('gap-ledger')?.line?.seconds >= 9", timeout=30_000)
    officer.get_by_role("slider", name="Gap ledger").click(position={"x": 5, "y": 12})
    assert behind(officer) > 3 * camera.FPS
    look(officer, "officer-rewind-390-dark")
    officer.emulate_media(color_scheme="light", reduced_motion="reduce")
    look(officer, "officer-rewind-390-light")
    officer.context.close()

    caller.get_by_role("button", name="Stop").first.click()
    caller.get_by_role("button", name="Stop camera and location").click()
    exhibit = call.sealed_exhibit()
    assert "ledger" in {item["kind"] for item in exhibit["items"]}
    desk.goto(f"{live_site.url}/evidence/{exhibit['id']}/")
    expect(desk.get_by_role("heading", name=re.compile("Gap ledger"))).to_be_visible()
    sealed = desk.get_by_role("slider", name="Gap ledger")
    sealed.press("Home")
    for _ in range(3):
        sealed.press("ArrowRight")
    desk.wait_for_function("() => document.querySelector('video[data-player]').currentTime > 0.4")
    look(desk, "exhibit-ledger-1440-dark")
    desk.emulate_media(color_scheme="light", reduced_motion="reduce")
    look(desk, "exhibit-ledger-1440-light")
    desk.set_viewport_size({"width": 390, "height": 844})
    look(desk, "exhibit-ledger-390-light")
    phone.close()
    desk.context.close()
