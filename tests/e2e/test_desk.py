"""A desk with several screens and no mouse."""

from __future__ import annotations

import re

from playwright.sync_api import Browser, expect

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
