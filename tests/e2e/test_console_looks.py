"""The control room's screens: every tab of an incident by keyboard, in both themes, from a phone to a wall of a desk.

`SCREENSHOTS=1` renews the pictures in docs/screenshots.
"""

from __future__ import annotations

import re
import uuid
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.helpers import people
from tests.helpers.looks import axe_violations, look, overflow
from tests.helpers.site import Site

#: What a thumb presses in the top bar, and is smaller than 44 px.
TOO_SMALL = """() => [...document.querySelectorAll('.topbar :is(a, button, summary, label)')]
    .filter((one) => one.checkVisibility())
    .map((one) => [one.textContent.trim(), one.getBoundingClientRect()])
    .filter(([words, box]) => box.width < 44 || box.height < 44).map(([words]) => words)"""

SIZES = {"1440": (1440, 900), "2560": (2560, 1440), "390": (390, 844)}

#: A tab in the order of the arrow key, and words of what it opens.
TABS = {
    "send": "Nearest suitable",
    "thrive": "Versions",
    "where": "Add a place",
    "descriptions": "Nobody described yet",
    "methane": "Exact location",
    "share": "Partner control rooms",
    "evidence": "Nothing recorded yet",
    "call": "Caller 1 of",
    "grade": "History",
    "close": "Closing category",
}

#: Where every control, head and panel is: the words in them may change, their places may not.
PLACES = """() => Object.fromEntries([...document.querySelectorAll(
    '.topbar > *, .system-line > .saved, .queue-row, .panel, .stage, ' +
    '#incident :is(button, input, select, textarea, h1, h2, label)')]
    .filter((one) => one.offsetParent !== null && !one.closest('.log-entry'))
    .map((one, at) => [`${at} ${one.tagName} ${one.id || one.name || one.getAttribute('href') || one.className}`,
        (({x, y, width, height}) => [x, y, width, height].map(Math.round).join(' '))(one.getBoundingClientRect())]))"""

BOX = "one => one.getBoundingClientRect().toJSON()"

#: Tabs that are cut off, or in a second row.
TABS_NOT_SEEN = """() => { const line = document.querySelector('.tabs').getBoundingClientRect();
    const tabs = [...document.querySelectorAll('.tabs [role=tab]')].filter((one) => one.offsetParent !== null);
    const rows = new Set(tabs.map((one) => one.getBoundingClientRect().top));
    const cut = tabs.filter((one) => one.getBoundingClientRect().right > line.right + 1);
    return [...cut.map((one) => one.id), ...[...rows].slice(1)]; }"""


def size(page: Page, name: str) -> None:
    width, height = SIZES[name]
    page.set_viewport_size({"width": width, "height": height})


def incident_at(page: Page, site: Site, place: str) -> str:
    """Open the incident of that place from the queue; its id."""
    page.goto(f"{site.url}/")
    row = page.locator("a.queue-row", has_text=place).first
    page.goto(site.url + str(row.get_attribute("href")))
    found = re.search(r"/incidents/([0-9a-f-]{36})/", page.url)
    assert found
    return found[1]


def sends(page: Page, site: Site, path: str, **form: Any) -> None:
    """What somebody at another desk does, without their screen."""
    token = next(cookie["value"] for cookie in page.context.cookies() if cookie["name"] == "sl_csrf")
    answer = page.request.post(
        f"{site.url}{path}",
        form=form,
        headers={"X-CSRFToken": token, "Referer": site.url, "HX-Request": "true"},
    )
    assert answer.ok, f"{path}: {answer.status} {answer.text()[:300]}"


def asks_to_grade_down(page: Page, site: Site, place: str, reason: str) -> None:
    """A call handler asks a supervisor for "Scheduled"."""
    path = f"/incidents/{incident_at(page, site, place)}/grade/"
    form = page.request.get(site.url + path, headers={"HX-Request": "true"}).text()
    seen = re.search(r'name="seen_grade" value="(\w+)"', form)
    assert seen
    sends(page, site, path, act="ask", grade_code="S", seen_grade=seen[1], reason=reason)


def by_keyboard(page: Page, name: str) -> None:
    """The tab's arrow key opens the next tab; what it shows is there."""
    before = page.locator('.tabs [role=tab][aria-selected="true"]')
    before.press("ArrowRight")
    expect(page.locator(f"#tab-{name}")).to_have_attribute("aria-selected", "true")
    expect(page.locator(f"#view-{name}")).to_contain_text(TABS[name])


@pytest.mark.parametrize("scheme", ["dark", "light"])
def test_inspector_hale_opens_every_tab_on_every_screen(live_site: Site, browser: Browser, scheme: str) -> None:
    desk = people.at_a_desk(browser, live_site, people.SUPERVISOR, color_scheme=scheme, reduced_motion="reduce")
    incident = incident_at(desk, live_site, "Last seen Lantern Park")
    assert desk.evaluate(TABS_NOT_SEEN) == [], "every tab is in sight, in one row"
    for name in TABS:
        by_keyboard(desk, name)
        assert overflow(desk) <= 0, f"{name} scrolls sideways"
        if name in {"send", "thrive"}:
            look(desk, f"incident-{name}-1440-{scheme}")
        else:
            assert not (found := axe_violations(desk)), f"{name}, {scheme}: {found}"

    # An entry of another desk arrives while she reads: its number changes, nothing else.
    places = desk.evaluate(PLACES)
    count = int(desk.locator("#tab-log [data-log-count]").inner_text())
    sends(desk, live_site, f"/incidents/{incident}/log/", client_key=str(uuid.uuid4()), type="NARRATIVE",
          text="Bus driver has him, sitting at the back.")  # fmt: skip
    expect(desk.locator("#tab-log [data-log-count]")).to_have_text(str(count + 1))
    assert desk.evaluate(PLACES) == places

    # On a phone the tabs are one line, and the chosen one is in it.
    size(desk, "390")
    for name in ("share", "grade", "close"):
        desk.locator(f"#tab-{name}").click()
        expect(desk.locator(f"#tab-{name}")).to_be_in_viewport(ratio=1)
        assert overflow(desk) <= 0, f"{name} scrolls sideways on a phone"
    assert axe_violations(desk) == []

    # On a large screen the log stays, and the tabs open beside it.
    size(desk, "2560")
    desk.reload()
    expect(desk.locator("#view-thrive")).to_contain_text("Versions")
    expect(desk.locator("#tab-log")).to_be_hidden()
    expect(desk.get_by_role("textbox", name="New log entry")).to_be_focused()
    assert desk.evaluate(TABS_NOT_SEEN) == []
    look(desk, f"incident-2560-{scheme}")
    places = desk.evaluate(PLACES)
    desk.keyboard.type("Collected by his mother.")
    desk.keyboard.press("Enter")
    expect(desk.locator(".log-head [data-log-count]")).to_have_text(str(count + 2))
    assert desk.evaluate(PLACES) == places
    for name in TABS:
        if name != "send":
            desk.locator(f"#tab-{name}").click()
            expect(desk.locator(f"#view-{name}")).to_contain_text(TABS[name])
        assert overflow(desk) <= 0
        expect(desk.get_by_role("textbox", name="New log entry")).to_be_visible()
    desk.context.close()


@pytest.mark.parametrize("scheme", ["dark", "light"])
def test_dhillon_has_her_units_and_the_map_on_every_screen(live_site: Site, browser: Browser, scheme: str) -> None:
    desk = people.at_a_desk(browser, live_site, people.DISPATCHER, color_scheme=scheme, reduced_motion="reduce")
    for path, ready, name in (("/units/", ".unit-row", "units"), ("/map/", ".state-units button", "map")):
        desk.goto(live_site.url + path)
        expect(desk.locator(ready).first).to_be_visible()
        for width in SIZES:
            size(desk, width)
            look(desk, f"{name}-{width}-{scheme}")
    desk.context.close()


def test_what_inspector_hale_is_asked_covers_nothing(live_site: Site, browser: Browser) -> None:
    okafor = people.at_a_desk(browser, live_site, people.HANDLER)
    hale = people.at_a_desk(browser, live_site, people.SUPERVISOR, reduced_motion="reduce")
    incident_at(hale, live_site, "Last seen Lantern Park")
    expect(hale.locator("#connection")).to_have_attribute("data-state", "up")
    places = hale.evaluate(PLACES)

    asks_to_grade_down(okafor, live_site, "Meads Lane car park", "Owner is abroad until Friday.")

    # A word in the system line, whose height is always there; the forms open at the foot of the queue.
    asked = hale.get_by_role("button", name="to decide")
    expect(asked).to_be_visible()
    assert hale.evaluate(PLACES) == places, "nothing moved when she was asked"
    asked.press("Enter")
    card = hale.get_by_role("region", name="Asked of a supervisor")
    expect(card).to_contain_text("Owner is abroad until Friday.")
    box = card.evaluate(BOX)
    assert box["right"] <= hale.locator(".quick").evaluate(BOX)["left"], "beside the quick entry"
    assert box["top"] >= hale.locator(".queue-immediate").evaluate(BOX)["bottom"], "below the unassigned Immediate"
    look(hale, "asked-1440-dark")

    # A reason half typed stays when she is asked something else, and Esc closes the card.
    reason = card.get_by_placeholder("Reason, always when refused").first
    reason.fill("Stays a Priority")
    asks_to_grade_down(okafor, live_site, "22 Salt Hill Crescent", "Neighbour has seen her.")
    expect(reason).to_have_value("Stays a Priority")
    hale.keyboard.press("Escape")
    expect(card).to_be_hidden()
    expect(asked).to_contain_text("2")

    # Answered, the rest of the list stays open.
    asked.press("Enter")
    one = card.locator("form", has_text="Owner is abroad")
    one.get_by_placeholder("Reason, always when refused").fill("Stays a Priority.")
    one.get_by_role("button", name="Refuse").click()
    expect(card).not_to_contain_text("Owner is abroad")
    expect(card).to_contain_text("Neighbour has seen her.")
    card.get_by_role("button", name="Accept").click()
    expect(asked).to_be_hidden()
    for page in (okafor, hale):
        page.context.close()


@pytest.mark.parametrize("scheme", ["dark", "light"])
@pytest.mark.parametrize("who", [people.HANDLER, people.DISPATCHER, people.OFFICER])
def test_on_a_phone_the_top_bar_is_two_calm_rows_for_thumbs(
    live_site: Site, browser: Browser, who: str, scheme: str
) -> None:
    phone = people.at_a_desk(browser, live_site, who, color_scheme=scheme, viewport={"width": 390, "height": 844})
    phone.goto(f"{live_site.url}/map/")
    expect(phone.get_by_role("link", name="Map", exact=True)).to_be_in_viewport(ratio=1)
    assert overflow(phone) <= 0
    phone.locator(".topbar .menu > summary").click()
    assert phone.evaluate(TOO_SMALL) == []
    assert axe_violations(phone) == []
