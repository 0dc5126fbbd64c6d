"""Two windows, a server that goes away: nothing that was typed is lost, and nothing moves under a hand."""

from __future__ import annotations

import re

from playwright.sync_api import Browser, Page, Route, expect

from tests.helpers import people
from tests.helpers.site import Site

INCIDENT = re.compile(r"/incidents/[0-9a-f-]{36}/")


def call_form(desk: Page, site: Site, name: str, words: str) -> Page:
    desk.goto(f"{site.url}/incidents/new/")
    desk.locator("[name=caller_name]").fill(name)
    desk.locator("[name=location_text]").fill("14 Harbour Lane")
    desk.locator("[name=description]").fill(words)
    desk.locator("[name=category_code]").fill("Possession of weapon")
    return desk


def press_open(desk: Page) -> None:
    desk.get_by_role("button", name="Open incident only").click()


def away(route: Route) -> None:
    route.abort("connectionrefused")


def test_two_callers_in_two_windows_are_two_drafts_and_two_incidents(live_site: Site, browser: Browser) -> None:
    first = call_form(people.at_a_desk(browser, live_site, people.HANDLER), live_site, "Leah Marsden", "House fire")
    second = first.context.new_page()
    second.goto(f"{live_site.url}/incidents/new/")
    assert second.locator("[name=caller_name]").input_value() == "", "nobody's words in another's form"
    expect(second.locator("[data-drafts]")).to_be_hidden()  # the first is being typed in its window
    call_form(second, live_site, "Hannah Pryce", "Stabbing")
    second.locator("[name=flags][value=CHILD_PRESENT]").evaluate("box => box.click()")
    second.keyboard.press("Alt+1")
    second.locator("[name=criteria]").first.check()

    second.reload()
    assert second.locator("[name=description]").input_value() == "Stabbing"
    assert second.locator("[name=flags]:checked").evaluate("box => box.value") == "CHILD_PRESENT"
    assert second.locator("[name=criteria]:checked").count() == 1

    first.keyboard.press("Alt+1")
    press_open(first)
    first.wait_for_url(INCIDENT)
    press_open(second)
    second.wait_for_url(INCIDENT)
    assert first.url != second.url
    expect(second.locator("incident-log")).to_contain_text("Stabbing")
    first.context.close()


def test_a_draft_of_a_closed_window_is_offered_and_continued_by_keyboard(live_site: Site, browser: Browser) -> None:
    desk = call_form(people.at_a_desk(browser, live_site, people.HANDLER), live_site, "Leah Marsden", "House fire")
    other = desk.context.new_page()
    desk.close()
    other.goto(f"{live_site.url}/incidents/new/")
    before = other.locator(".intake-columns").bounding_box()
    offer = other.get_by_role("button", name=re.compile(r"Continue the draft of \d\d:\d\d\? Leah Marsden"))
    expect(offer).to_be_visible()
    assert other.locator(".intake-columns").bounding_box() == before
    offer.focus()
    other.keyboard.press("Enter")
    expect(other.locator("[name=description]")).to_have_value("House fire")
    other.context.close()


def test_the_server_goes_away_while_a_call_is_sent(live_site: Site, browser: Browser) -> None:
    desk = call_form(people.at_a_desk(browser, live_site, people.HANDLER), live_site, "Leah Marsden", "House fire")
    press_open(desk)
    expect(desk.get_by_text("Choose a grade.").first).to_be_visible()
    assert desk.evaluate("document.activeElement.name") == "grade_code", "the focus is on the first that is wrong"
    desk.keyboard.press("Alt+1")
    desk.route("**/incidents/new/", away)
    press_open(desk)
    expect(desk.locator("#intake-errors")).to_contain_text("goes out by itself")
    assert desk.locator("[name=description]").input_value() == "House fire"
    desk.unroute("**/incidents/new/")
    desk.wait_for_url(INCIDENT, timeout=20_000)
    expect(desk.locator("incident-log")).to_contain_text("House fire")
    desk.context.close()


def test_an_entry_of_a_page_that_was_left_is_sent_and_a_row_that_failed_once_appears(
    live_site: Site, browser: Browser
) -> None:
    desk = call_form(people.at_a_desk(browser, live_site, people.HANDLER), live_site, "Leah Marsden", "House fire")
    desk.keyboard.press("Alt+1")
    press_open(desk)
    desk.wait_for_url(INCIDENT)
    page = desk.url
    desk.route("**/log/", away)
    for words in ("Smoke on the stairs", "She is at the window"):
        desk.locator("#quick-text").fill(words)
        desk.keyboard.press("Enter")
    expect(desk.locator("#saved")).to_contain_text("2 entries being sent")
    desk.goto(f"{live_site.url}/")
    desk.unroute("**/log/")
    expect(desk.locator("#saved")).to_contain_text("All entries saved", timeout=20_000)

    refused: list[str] = []

    def once(route: Route) -> None:
        if refused:
            route.continue_()
        else:
            refused.append(route.request.url)
            route.fulfill(status=503)

    desk.route("**/row/", once)
    other = call_form(people.at_a_desk(browser, live_site, people.SECOND_HANDLER), live_site, "Jo", "Knife at the door")
    other.keyboard.press("Alt+1")
    press_open(other)
    other.wait_for_url(INCIDENT)
    incident = INCIDENT.search(other.url)
    assert incident
    row = desk.locator(f".queue-row[href='{incident[0]}']")
    expect(row).to_be_visible(timeout=15_000)
    assert refused, "the first fetch of the row was refused"

    desk.goto(page)
    said = desk.locator("incident-log .log-entry .text").all_inner_texts()
    assert said[-2:] == ["Smoke on the stairs", "She is at the window"], "in the order in which they were typed"
    for context in (desk.context, other.context):
        context.close()


def test_the_focus_stays_when_the_incident_changes(live_site: Site, browser: Browser) -> None:
    desk = call_form(people.at_a_desk(browser, live_site, people.SUPERVISOR), live_site, "Leah Marsden", "House fire")
    desk.keyboard.press("Alt+1")
    press_open(desk)
    desk.wait_for_url(INCIDENT)
    other = desk.context.new_page()
    other.goto(desk.url)
    desk.locator("#incident-units button").focus()
    desk.evaluate("document.querySelector('#incident-top').dataset.old = ''")
    desk.evaluate("document.querySelector('#incident-units').dataset.old = ''")
    other.evaluate(
        """async () => {
          const version = document.querySelector("#incident-top").dataset.version;
          const body = new URLSearchParams({grade_code: "S", reason: "Out already", version, act: "set"});
          const headers = {"X-CSRFToken": document.body.dataset.csrf};
          const answer = await fetch(location.pathname + "grade/", {method: "POST", body, headers});
          if (!answer.ok) throw new Error(answer.status);
        }"""
    )
    expect(desk.locator("#incident-top:not([data-old])")).to_be_attached()
    assert desk.evaluate("document.activeElement.dataset.opensTab") == "tab-send", "Assign kept the focus"
    desk.context.close()


def test_a_long_statement_that_is_pasted_is_in_the_log_whole_and_in_order(live_site: Site, browser: Browser) -> None:
    desk = call_form(people.at_a_desk(browser, live_site, people.HANDLER), live_site, "Leah Marsden", "House fire")
    desk.keyboard.press("Alt+1")
    press_open(desk)
    desk.wait_for_url(INCIDENT)
    pasted = " ".join(f"word{number}" for number in range(12_000))
    assert len(pasted) > 100_000
    desk.locator("#quick-text").focus()
    desk.keyboard.insert_text(pasted)
    desk.keyboard.press("Enter")
    last = desk.locator("incident-log .log-entry[data-seq] .text", has_text="word11999")
    expect(last).to_be_visible(timeout=60_000)
    parts = desk.locator("incident-log .log-entry[data-seq] .text", has_text=re.compile(r"\(\d+ of \d+\)"))
    said = [re.sub(r"^\(\d+ of \d+\) ", "", text.strip()) for text in parts.all_inner_texts()]
    assert " ".join(said) == pasted
    expect(desk.locator('.log-entry[data-state="failed"]')).to_have_count(0)
    desk.context.close()
