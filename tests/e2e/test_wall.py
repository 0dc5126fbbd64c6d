"""The video wall: every open picture in a place that stays its own, one of them large, by press or by key."""

from __future__ import annotations

from playwright.sync_api import Browser, Page, expect

from tests.helpers import people, story
from tests.helpers.looks import look
from tests.helpers.site import Site

PLACES = """() => [...document.querySelectorAll('[data-place]')].map(one => {
  const { x, y, width, height } = one.getBoundingClientRect();
  return [x, y, width, height].map(Math.round).join(); })"""


def frames(wall: Page, place: int) -> int:
    return int(wall.locator(f"[data-place='{place}'] wall-feed").evaluate("feed => feed.framesDrawn"))


def moves(wall: Page, place: int, more: int) -> None:
    """Wait until so many more pictures were drawn in that place."""
    wall.wait_for_function(
        "([place, least]) => document.querySelector(`[data-place='${place}'] wall-feed`)?.framesDrawn >= least",
        arg=[place, frames(wall, place) + more],
        timeout=30_000,
    )


def end_what_other_stories_left(wall: Page, site: Site) -> None:
    expect(wall.locator("[data-count]")).not_to_have_text("–")
    token = next(cookie["value"] for cookie in wall.context.cookies() if cookie["name"] == "sl_csrf")
    for feed in wall.locator("wall-feed").all():
        address = f"{site.url}/api/v1/sessions/{feed.get_attribute('data-session')}/end/"
        assert wall.request.post(address, headers={"X-CSRFToken": token}).ok
    wall.reload()
    expect(wall.locator("[data-count]")).to_have_text("none open")


def test_two_callers_on_the_wall_one_large_and_nothing_jumps(live_site: Site, browser: Browser) -> None:
    handler = people.at_a_desk(browser, live_site, people.HANDLER)
    wall = people.at_a_desk(browser, live_site, people.SUPERVISOR)
    wall.goto(f"{live_site.url}/video/wall/")
    end_what_other_stories_left(wall, live_site)
    expect(wall.get_by_role("heading", name="Video wall")).to_be_visible()
    before = wall.evaluate(PLACES)

    first, second = story.take_call(handler, live_site), story.take_call(handler, live_site)
    phones = [people.phone(browser) for _ in range(2)]
    pages = [story.show_camera(phone, call.link) for phone, call in zip(phones, (first, second), strict=True)]
    mine = [wall.locator(f"wall-feed[data-incident='{call.incident}']") for call in (first, second)]
    for feed in mine:
        expect(feed).to_be_attached(timeout=20_000)
        expect(feed.locator("[data-rec=writing]")).to_be_visible(timeout=20_000)
    places = [int(feed.evaluate("feed => feed.parentElement.dataset.place")) for feed in mine]
    assert len(set(places)) == 2
    assert wall.evaluate(PLACES) == before, "no place moved when somebody came"

    wall.keyboard.press(str(places[0]))
    expect(wall.locator("[data-large-label]")).to_have_text(mine[0].get_attribute("data-label") or "?")
    moves(wall, places[0], 20)
    small = frames(wall, places[1])
    moves(wall, places[0], 60)
    assert frames(wall, places[1]) - small < 30, "a thumbnail shows keyframes only"
    wall.locator(f"[data-place='{places[1]}'] button").click()
    expect(mine[1].get_by_role("button")).to_have_attribute("aria-pressed", "true")
    moves(wall, places[1], 20)
    assert wall.locator("video[data-large]").evaluate("video => video.videoWidth") > 0

    wall.get_by_role("button", name="Follow who speaks").click()
    expect(wall.get_by_role("button", name="Follow who speaks")).to_have_attribute("aria-pressed", "true")
    wall.get_by_role("button", name="Follow who speaks").click()
    look(wall, "wall-dark-1440")
    wall.emulate_media(color_scheme="light")
    look(wall, "wall-light-1440")
    wall.set_viewport_size({"width": 390, "height": 844})
    look(wall, "wall-light-390")
    wall.emulate_media(color_scheme="dark")
    look(wall, "wall-dark-390")
    wall.set_viewport_size(people.DESKTOP)

    pages[0].get_by_role("button", name="Stop").first.click()
    pages[0].get_by_role("button", name="Stop camera and location").click()
    expect(mine[0].locator("[data-rec=ended]")).to_be_visible(timeout=15_000)
    assert wall.evaluate(PLACES) == before, "and none when somebody left"
    assert wall.locator("wall-feed").count() == 2
    moves(wall, places[1], 10)
    for page in (*phones, handler.context, wall.context):
        page.close()


def test_an_officer_is_seen_by_the_caller_who_said_yes(live_site: Site, browser: Browser) -> None:
    handler = people.at_a_desk(browser, live_site, people.HANDLER)
    call = story.take_call(handler, live_site)
    phone = people.phone(browser)
    caller = story.show_camera(phone, call.link)
    session = call.api(f"incidents/{call.incident}/links/")[0]["id"]
    officer = people.at_a_desk(browser, live_site, people.OFFICER, permissions=["camera", "microphone"])
    officer.goto(f"{live_site.url}/video/{session}/")
    story.sees_moving_picture(officer)

    officer.get_by_role("button", name="Show myself to the caller").click()
    expect(officer.locator("two-way video")).to_be_hidden()  # nothing is filmed before the caller has said yes
    caller.get_by_role("button", name="See the officer").click()
    expect(officer.locator("two-way video")).to_be_visible(timeout=15_000)
    caller.wait_for_function("() => document.querySelector('.two-way video')?.videoWidth > 0", timeout=20_000)
    story.sees_moving_picture(officer)  # the caller's own picture goes on
    look(caller, "caller-two-way")

    caller.get_by_role("button", name="Stop seeing the officer").click()
    expect(officer.locator("two-way video")).to_be_hidden(timeout=15_000)
    assert any("accepted to see" in text for text in call.log_texts())
    for page in (phone, handler.context, officer.context):
        page.close()
