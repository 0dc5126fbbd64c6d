"""A log longer than a page begins with: earlier entries come to whoever scrolls up or follows a link to one."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.helpers import people, story
from tests.helpers.site import Site

LINES, FIRST = 130, 50
WRITE = """
from incidents.services import append_log
from core.actors import Actor
from core.models import User
actor = Actor.for_user(User.objects.get(collar_number='{user}'))
for number in range({lines}):
    append_log(actor=actor, incident_id='{incident}', type='NARRATIVE', text=f'Line {{number}} of the night.')
"""
TOP = "row => row.getBoundingClientRect().top"
SEQS = "rows => rows.map((row) => Number(row.dataset.seq))"


@pytest.fixture(scope="module")
def long_log(live_site: Site, browser: Browser) -> str:
    """An incident with more than 130 entries."""
    okafor = people.at_a_desk(browser, live_site, people.HANDLER)
    incident = story.open_immediate(okafor, "Ropewalk, the long night")
    okafor.context.close()
    live_site.shell(WRITE.format(user=people.HANDLER, lines=LINES, incident=incident))
    return incident


def rows(desk: Page) -> list[int]:
    found: list[int] = desk.locator(".log-entry[data-seq]").evaluate_all(SEQS)
    return found


def test_who_scrolls_up_reads_on_and_nothing_moves(live_site: Site, browser: Browser, long_log: str) -> None:
    okafor = people.at_a_desk(browser, live_site, people.HANDLER)
    held: list[Route] = []
    okafor.route("**/log/?before=*", lambda route: held.append(route))
    okafor.goto(f"{live_site.url}/incidents/{long_log}/")
    last = int(okafor.locator("[data-log-count]").first.inner_text())
    assert last >= LINES
    expect(okafor.locator(f"#entry-{last}")).to_be_in_viewport()
    assert rows(okafor) == [*range(last - FIRST + 1, last + 1)]
    assert not held, "nobody has asked for the earlier ones"

    # The answer is held on its way: what is read at that moment stays where it is when it comes.
    with okafor.expect_request("**/log/?before=*"):
        okafor.locator(".log-scroll").evaluate("log => log.scrollTop = 200")
    reading = okafor.locator(f"#entry-{last - FIRST + 12}")
    expect(reading).to_be_in_viewport()
    before = reading.evaluate(TOP)
    held[0].continue_()
    expect(okafor.locator("#entry-1")).to_be_attached()
    assert abs(reading.evaluate(TOP) - before) < 1
    assert rows(okafor) == [*range(1, last + 1)]
    expect(okafor.get_by_role("button", name="Earlier entries")).to_be_hidden()
    okafor.context.close()


def test_a_link_to_an_earlier_entry_leads_there(live_site: Site, browser: Browser, long_log: str) -> None:
    okafor = people.at_a_desk(browser, live_site, people.HANDLER)
    okafor.goto(f"{live_site.url}/incidents/{long_log}/#entry-3")
    expect(okafor.locator("#entry-3")).to_be_in_viewport()
    expect(okafor.locator(".log-entry:target")).to_have_attribute("data-seq", "3")

    # A correction that names an entry which is not on the page yet.
    okafor.locator("#quick-text").fill("/x 9 It was line nine.")
    okafor.keyboard.press("Enter")
    expect(okafor.get_by_role("link", name="9", exact=True)).to_be_visible()
    okafor.goto(f"{live_site.url}/incidents/{long_log}/")
    expect(okafor.locator("#entry-9")).to_have_count(0)
    okafor.get_by_role("link", name="9", exact=True).click()
    expect(okafor.locator("#entry-9")).to_be_in_viewport()
    expect(okafor.locator(".log-entry:target")).to_have_attribute("data-seq", "9")
    okafor.context.close()


def test_without_a_connection_it_is_said_and_the_button_asks_again(
    live_site: Site, browser: Browser, long_log: str
) -> None:
    okafor = people.at_a_desk(browser, live_site, people.HANDLER)
    okafor.route("**/log/?before=*", lambda route: route.abort())
    okafor.goto(f"{live_site.url}/incidents/{long_log}/")
    okafor.locator(".log-scroll").evaluate("log => log.scrollTop = 0")
    earlier = okafor.get_by_role("button", name="Earlier entries")
    earlier.click()
    expect(okafor.get_by_text("the earlier entries did not come")).to_be_visible()
    okafor.unroute("**/log/?before=*")
    earlier.click()
    expect(okafor.locator("#entry-1")).to_be_attached()
    okafor.context.close()


def test_on_a_phone_they_come_by_the_button_alone(live_site: Site, browser: Browser, long_log: str) -> None:
    okafor = people.at_a_desk(browser, live_site, people.HANDLER)
    okafor.set_viewport_size({"width": 390, "height": 844})
    asked: list[str] = []
    okafor.on("request", lambda request: asked.append(request.url) if "before=" in request.url else None)
    okafor.goto(f"{live_site.url}/incidents/{long_log}/")
    earlier = okafor.get_by_role("button", name="Earlier entries")
    earlier.scroll_into_view_if_needed()
    expect(okafor.locator('#connection[data-state="up"]')).to_be_attached()
    assert asked == []
    earlier.click()
    expect(okafor.locator("#entry-1")).to_be_attached()
    okafor.context.close()
