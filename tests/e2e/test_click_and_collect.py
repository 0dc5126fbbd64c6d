"""Two officers' phones and a console: seen in the gallery, reserved, handed over, arrested, off everybody's board."""

from __future__ import annotations

import re

from playwright.sync_api import Browser, Locator, Page, expect

from tests.helpers import people
from tests.helpers.looks import look
from tests.helpers.site import Site

ARKWRIGHT, SHEIKH, AUDITOR = "2002", "2003", "9002"
TEAGUE = "Marlon Teague"


def on_a_phone(browser: Browser, site: Site, collar: str) -> Page:
    return people.at_a_desk(browser, site, collar, viewport={"width": 390, "height": 844}, has_touch=True)


def card(page: Page) -> Locator:
    return page.locator("[data-wanted]", has_text=TEAGUE)


def entries(browser: Browser, site: Site, about: str) -> list[tuple[str, str]]:
    """(what, who) of every audit entry about an object, as the auditor finds them."""
    page = people.at_a_desk(browser, site, AUDITOR)
    page.goto(f"{site.url}/admin/core/auditevent/?q={about}")
    rows = page.locator("#result_list tbody tr").all()
    found = [
        (row.locator(".field-action").inner_text(), row.locator(".field-actor_label").inner_text()) for row in rows
    ]
    page.context.close()
    return found


def test_two_phones_and_a_console_from_the_gallery_to_the_arrest(live_site: Site, browser: Browser) -> None:
    arkwright, sheikh = (on_a_phone(browser, live_site, collar) for collar in (ARKWRIGHT, SHEIKH))
    desk = people.at_a_desk(browser, live_site, people.DISPATCHER)
    for page in (arkwright, sheikh, desk):
        page.goto(f"{live_site.url}/wanted/")
        expect(card(page)).to_be_visible()
        expect(page.locator("[data-sync-word]")).to_have_text("Synced", timeout=15_000)
    look(arkwright, "wanted-390-dark")
    look(desk, "wanted-1440-dark")
    places = [box["y"] for page in (sheikh, desk) if (box := card(page).bounding_box())]

    # Arkwright reads the warnings and takes him.
    card(arkwright).get_by_role("link", name=TEAGUE).click()
    expect(arkwright.get_by_role("heading", name="Conceals")).to_be_visible()
    look(arkwright, "person-390-dark")
    profile = re.search(r"/people/([0-9a-f-]{36})/", arkwright.url)
    assert profile
    arkwright.get_by_role("link", name="Reserve").click()
    expect(arkwright.get_by_role("button", name="Tick 1 more to reserve")).to_be_disabled()
    look(arkwright, "reserve-390-dark")
    arkwright.locator("label.ack", has_text="Conceals").click()
    late = sheikh.context.new_page()  # Sheikh has read them too, and is about to tap
    late.goto(arkwright.url)
    late.locator("label.ack", has_text="Conceals").click()
    arkwright.get_by_role("button", name="Reserve").click()
    expect(arkwright.get_by_text("Reserved by you")).to_be_visible()
    look(arkwright, "reserved-390-dark")

    # Everybody else's card says so where it stands: nothing moves under a thumb.
    for page in (sheikh, desk):
        expect(card(page)).to_have_attribute("data-taken", "other", timeout=5_000)
        expect(card(page)).to_contain_text("Reserved by NB22 until")
    now = [box["y"] for page in (sheikh, desk) if (box := card(page).bounding_box())]
    assert now == places
    expect(sheikh.locator("#toasts")).to_contain_text("NB22")
    look(sheikh, "wanted-taken-390-dark")

    # Sheikh taps a moment later, and is told in the same answer who was first.
    late.get_by_role("button", name="Reserve").click()
    expect(late.get_by_role("heading", name="NB22 was first")).to_be_visible()
    look(late, "beaten-390-dark")
    late.close()

    # Arkwright is sent elsewhere: Sheikh gets him, and nobody can take him in between.
    arkwright.get_by_role("button", name="Hand over").click()
    sheet = arkwright.get_by_role("dialog", name="Hand over")
    sheet.get_by_label("To: call sign or collar number").fill("NB24")
    sheet.get_by_role("button", name="Hand over").click()
    expect(card(arkwright)).to_contain_text("Reserved by NB24")
    expect(card(desk)).to_contain_text("Reserved by NB24 until")
    sheikh.goto(f"{live_site.url}/wanted/")
    expect(card(sheikh)).to_contain_text("Reserved by you")

    # He ticks the warnings himself, and arrests.
    card(sheikh).get_by_role("link", name=TEAGUE).click()
    sheikh.get_by_role("link", name="Reserved by you until").click()
    sheikh.locator("label.ack", has_text="Conceals").click()
    sheikh.get_by_role("button", name="I have read these").click()
    sheikh.get_by_role("link", name="Record the result").click()
    sheikh.locator("label.tile", has_text="Arrested").click()
    sheikh.get_by_role("button", name="Record the result").click()
    expect(sheikh.get_by_role("alert")).to_contain_text("Not recorded yet")
    look(sheikh, "result-refused-390-dark")
    sheikh.get_by_label("Custody reference").fill("22/1402/26")
    sheikh.get_by_label("Where").fill("15 Weir Street, rear yard")
    sheikh.get_by_label("To prevent disappearance").check()
    sheikh.get_by_label("In your own words").fill("Has no fixed address and left the last one at night.")
    sheikh.get_by_label("Grounds to suspect").fill("Named by the victim, seen on the shop's camera.")
    sheikh.locator("[name=cautioned][value=yes]").check()
    sheikh.get_by_label("Reply to the caution").fill("You took your time.")
    sheikh.get_by_role("button", name="Record the result").click()
    expect(sheikh.get_by_role("heading", name="Arrested")).to_be_visible()
    look(sheikh, "arrested-390-dark")

    # The board clears: in place for who looks, and gone for who opens it now.
    for page in (arkwright, desk):
        expect(card(page)).to_contain_text("Arrested", timeout=5_000)
    desk.goto(f"{live_site.url}/wanted/")
    expect(card(desk)).to_have_count(0)

    # The trail: one entry for each look at the profile.
    looks = [who for what, who in entries(browser, live_site, f"suspects.person:{profile[1]}") if what == "Consult"]
    assert sorted(looks) == sorted(["J. Arkwright 2002", "I. Sheikh 2003"])
    for page in (arkwright, sheikh, desk):
        page.context.close()
