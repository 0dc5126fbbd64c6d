"""A desk with several screens and no mouse."""

from __future__ import annotations

import re

from playwright.sync_api import Browser, Page, expect

from config.demo.story import PASSWORD
from tests.helpers import people
from tests.helpers.looks import axe_violations, overflow
from tests.helpers.site import Site


def test_okafor_finds_an_incident_and_works_on_three_screens_by_keyboard(live_site: Site, browser: Browser) -> None:
    desk = people.at_a_desk(browser, live_site, people.HANDLER)
    desk.goto(f"{live_site.url}/")
    desk.get_by_role("link", name="New 999 call").first.wait_for()

    # What she remembers is a word; the palette finds it, and Enter goes there.
    desk.keyboard.press("/")
    desk.keyboard.type("slippers")
    found = desk.get_by_role("option", name=re.compile("slippers"))
    expect(found).to_be_visible()
    expect(found).to_have_attribute("aria-selected", "true")
    assert axe_violations(desk) == []
    desk.keyboard.press("Enter")
    expect(desk).to_have_url(re.compile(r"/incidents/[0-9a-f-]{36}/"))
    first = desk.url.partition("#")[0]

    # The video goes to a second screen; its place says where it is.
    desk.locator("#video").focus()
    with desk.context.expect_page() as opened:
        desk.keyboard.press("t")
    video = opened.value
    expect(video.get_by_role("heading", name="Caller video")).to_be_visible()
    expect(desk.get_by_text("The video is on another screen.")).to_be_visible()
    assert axe_violations(video) + axe_violations(desk) == []
    assert overflow(video) == overflow(desk) == 0

    # The queue goes to a third; what is opened there opens at the desk, and the video goes along.
    desk.locator("#queue").focus()
    with desk.context.expect_page() as opened:
        desk.keyboard.press("t")
    queue = opened.value
    queue.get_by_role("link", name=re.compile("Fish Street")).click()
    expect(desk).not_to_have_url(re.compile(re.escape(first)))
    expect(desk.locator("#incident .location-strip")).to_contain_text("Fish Street")
    expect(video).to_have_url(f"{desk.url}?only=video")
    expect(queue).to_have_url(f"{live_site.url}/?only=queue")

    # Brought back, the video is in its old place and its window is gone.
    expect(desk.get_by_text("The video is on another screen.")).to_be_visible()
    with video.expect_event("close"):
        desk.get_by_role("button", name="Bring it back").click()
    expect(desk.locator("#video-panel h2").first).to_have_text("Caller video")


def sign_in_at(page: Page, site: Site, collar: str, position: str) -> None:
    page.goto(f"{site.url}/sign-in/")
    page.get_by_label("Collar number").fill(collar)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("Position").fill(position)
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", name=f"This position, {position}")).to_be_visible()


def sign_out(page: Page) -> None:
    page.locator(".topbar .menu summary").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_label("Position")).to_be_visible()


def test_the_last_layout_opens_again_after_sign_in(live_site: Site, browser: Browser) -> None:
    context = browser.new_context(viewport=people.DESKTOP, color_scheme="dark")
    desk = context.new_page()
    sign_in_at(desk, live_site, people.HANDLER, "CH 12")
    offer = desk.locator(".position-own [data-open-screens]")

    # she makes the queue wider and puts it on its own screen, then goes home
    handle = desk.get_by_role("separator", name="Width of the queue")
    handle.focus()
    desk.keyboard.press("ArrowRight")
    width = handle.get_attribute("aria-valuenow")
    desk.locator("#queue").focus()
    with context.expect_page() as opened:
        desk.keyboard.press("t")
    expect(opened.value.locator("#queue")).to_be_visible()
    desk.wait_for_function("() => Object.keys(localStorage).some((name) => name.endsWith('.CH12.screens'))")
    expect(offer).to_be_hidden()
    sign_out(desk)
    opened.value.close()

    # another person at her desk has no such screens, and the usual widths
    sign_in_at(desk, live_site, people.SECOND_HANDLER, "CH 12")
    expect(offer).to_have_attribute("aria-disabled", "true")
    expect(offer).to_be_hidden()
    expect(handle).not_to_have_attribute("aria-valuenow", str(width))
    sign_out(desk)

    # the next day one key opens it where it stood
    sign_in_at(desk, live_site, people.HANDLER, "CH 12")
    expect(handle).to_have_attribute("aria-valuenow", str(width))
    expect(offer).to_have_text(re.compile("Open my screen"))
    place = desk.locator(".ready").bounding_box()
    assert axe_violations(desk) == []
    with context.expect_page() as opened:
        desk.keyboard.press("Shift+T")
    expect(opened.value).to_have_url(f"{live_site.url}/?only=queue")
    expect(offer).to_be_hidden()
    assert desk.locator(".ready").bounding_box() == place

    # brought back, it stays back
    opened.value.close()
    desk.wait_for_function(
        "() => !Object.keys(localStorage).some((name) => name.endsWith('.CH12.screens'))", timeout=15_000
    )
    context.close()


def test_a_desk_worked_by_touch_has_rows_for_a_finger(live_site: Site, browser: Browser) -> None:
    desk = people.at_a_desk(browser, live_site, people.DISPATCHER)
    desk.goto(f"{live_site.url}/")
    usual = desk.locator(".unit-counts").first.bounding_box()
    box = desk.locator(".position-own [data-touch]")
    box.check()
    desk.goto(f"{live_site.url}/map/")
    expect(desk.locator("html")).to_have_attribute("data-density", "touch")
    row = desk.locator("[data-placed] button").first.bounding_box()
    assert row
    assert row["height"] >= 44
    heights = desk.locator(".map-find .input").evaluate("(field) => field.getBoundingClientRect().height")
    assert heights >= 48
    assert overflow(desk) <= 0
    assert axe_violations(desk) == []
    desk.goto(f"{live_site.url}/")
    expect(box).to_be_checked()
    box.uncheck()
    expect(desk.locator("html")).not_to_have_attribute("data-density", "touch")
    assert desk.locator(".unit-counts").first.bounding_box() == usual
    desk.context.close()


def test_a_unit_that_asks_to_be_called_is_said_in_the_line_until_it_is_dealt_with(
    live_site: Site, browser: Browser
) -> None:
    desk = people.at_a_desk(browser, live_site, people.DISPATCHER)
    line = desk.get_by_role("group", name="Units that ask to be called")
    expect(line).to_contain_text("NC14")
    log = desk.locator(".system-line").bounding_box()
    assert log
    assert log["height"] == 26
    expect(desk.locator("[data-unit-calls-words]")).to_have_text("NC14, State 13: non-urgent call back.")

    # a second window shows it and does not say it again
    second = desk.context.new_page()
    second.goto(f"{live_site.url}/units/")
    expect(second.get_by_role("group", name="Units that ask to be called")).to_contain_text("NC14")
    expect(second.locator("unit-calls")).to_have_attribute("data-told", "")
    expect(second.locator("[data-unit-calls-words]")).to_have_text("")
    assert axe_violations(second) == []

    # answered in one, gone in both
    second.get_by_role("group", name="Units that ask to be called").get_by_role("button").click()
    expect(line).to_be_hidden()
    expect(second.locator("#unit-messages")).to_contain_text("No unit waits for a call.")
    desk.context.close()
