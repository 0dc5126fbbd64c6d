"""An officer in the rain: a check with its reason, what was known, are the details false, a curfew in three taps."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.helpers import people
from tests.helpers.looks import look
from tests.helpers.site import Site

MOBLEY = "2005"
EEL_PIE_COURT = {"latitude": 53.7391, "longitude": 0.4440, "accuracy": 9}


@pytest.fixture
def phone(live_site: Site, browser: Browser) -> Iterator[Page]:
    page = people.at_a_desk(
        browser, live_site, MOBLEY, viewport={"width": 390, "height": 844}, has_touch=True, color_scheme="light",
        geolocation=EEL_PIE_COURT, permissions=["geolocation"],
    )  # fmt: skip
    yield page
    page.context.close()


def test_a_check_with_its_reason_and_what_the_officer_knew(live_site: Site, phone: Page) -> None:
    phone.goto(f"{live_site.url}/checks/")
    expect(phone.get_by_role("heading", name="Why are you checking?")).to_be_visible()  # the reason comes first
    phone.locator("[name=reason_code][value='1']").check()
    phone.get_by_label("In your words").fill("test")
    phone.get_by_role("button", name="Use this reason").click()
    expect(phone.get_by_label("In your words")).to_have_value("test")
    look(phone, "stop-refused-390-light")
    phone.get_by_label("In your words").fill("Trying car doors, Weir Street car park")
    phone.get_by_role("button", name="Use this reason").click()
    expect(phone.get_by_text("Good for")).to_be_visible()
    phone.get_by_label("Search for anything").fill("Connor Halloran 14/06/1998")
    look(phone, "check-390-light")
    phone.get_by_role("button", name="Check", exact=True).click()
    first = phone.locator("main .wanted-card, main .result-row, main li").filter(has_text="HALLORAN").first
    expect(first).to_contain_text("Shows wanted")
    expect(first).to_contain_text("Differs")
    expect(phone.get_by_text("SIM-PNC-")).to_be_visible(timeout=20_000)  # the register's answer came by itself
    look(phone, "check-result-390-light")
    result = phone.url
    phone.get_by_role("link", name="Conor Patrick HALLORAN").click()
    phone.get_by_role("link", name="KR-2005-").click()
    expect(phone.get_by_text("Sealed")).to_be_visible()
    expect(phone.get_by_text("Nothing: the record says today what you were shown.")).to_be_visible()
    look(phone, "receipt-390-light")

    # Are these details false?
    phone.goto(result)
    phone.get_by_role("link", name="Are these details false?").click()
    phone.get_by_label("Name").fill("Connor Halloran")
    phone.get_by_label("Date of birth").fill("14/08/1998")
    phone.get_by_role("button", name="Compare").click()
    expect(phone.get_by_role("heading", name="Is this Conor Halloran?")).to_be_visible()
    assert "Wexmoor" not in phone.content()  # the birthplace was not asked for yet
    expect(phone.get_by_text("Not proof either way")).to_be_visible()
    look(phone, "identity-390-light")
    phone.get_by_role("button", name="Not sure").click()
    expect(phone.get_by_text("You decided: Not sure")).to_be_visible()


def test_a_curfew_is_checked_in_three_taps(live_site: Site, phone: Page) -> None:
    phone.goto(f"{live_site.url}/curfews/")
    expect(phone.get_by_role("heading", name="Jade Corrie")).to_be_visible()
    expect(phone.locator("li.curfew", has_text="Rhys Annan")).to_contain_text("Do not knock")
    look(phone, "curfews-390-light")
    phone.get_by_role("link", name="I am at the door of Jade Corrie").click()
    expect(phone.get_by_text("Stand back from the door")).to_be_visible()
    look(phone, "curfew-door-390-light")
    phone.get_by_role("button", name="No reply").click()
    expect(phone.get_by_text("No reply at Flat 3, 8 Eel Pie Court")).to_be_visible()
    look(phone, "curfew-read-back-390-light")
    phone.get_by_role("button", name="Log it").click()
    expect(phone.get_by_role("button", name="Undo")).to_be_visible()
    expect(phone.get_by_text("Logged: No reply")).to_be_visible(timeout=20_000)
    expect(phone.locator("li.curfew", has_text="Jade Corrie")).to_contain_text("1 no reply")
