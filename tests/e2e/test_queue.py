"""A queue longer than the screen: the page begins with its head, the rest comes, and nothing that happens is lost."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.helpers import people, site, story
from tests.helpers.looks import axe_violations

MANY, FIRST = 45, 40
IDS = "rows => rows.map((row) => row.dataset.incident)"
KEYS = "rows => rows.map((row) => row.dataset.sort)"


@pytest.fixture(scope="module")
def busy_site(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[site.Site]:
    """A site of its own with 45 more Immediates: they would be in the way of every other story."""
    directory: Path = tmp_path_factory.mktemp("busy")
    with site.from_environment(directory) as running:
        okafor = people.at_a_desk(browser, running, people.HANDLER)
        for number in range(MANY):
            story.open_immediate(okafor, f"{number} Harbour Lane")
        okafor.context.close()
        yield running


def at_a_whole_queue(browser: Browser, running: site.Site) -> Page:
    """Hale, signed in, whose first page has asked for the rest already: no request of it is met later by a route."""
    hale = people.at_a_desk(browser, running, people.SUPERVISOR)
    expect(hale.locator("[data-queue-more]")).to_have_count(0)
    return hale


def test_a_change_between_the_page_and_the_rest_of_its_queue(busy_site: site.Site, browser: Browser) -> None:
    okafor = people.at_a_desk(browser, busy_site, people.HANDLER)
    hale = at_a_whole_queue(browser, busy_site)
    rows = hale.locator(".queue-row")

    # The rest is read, and then held on its way for as long as the story needs.
    held: list[Route] = []
    hale.route("**/incidents/queue/", lambda route: held.append(route))
    with hale.expect_request("**/incidents/queue/"):
        hale.goto(f"{busy_site.url}/")
    expect(rows).to_have_count(FIRST)
    total = int(hale.locator("[data-open-count]").inner_text())
    assert total >= MANY
    assert MANY <= int(hale.locator(".queue-immediate .count").inner_text()) <= total
    expect(hale.locator('#connection[data-state="up"]')).to_be_visible()
    assert len(held) == 1
    answer = held[0].fetch()

    # A new Immediate does not wait for it, and counts.
    new = story.open_immediate(okafor, "The Ropewalk")
    expect(hale.locator(f'.queue-row[data-incident="{new}"]')).to_have_count(1)
    expect(hale.locator("[data-open-count]")).to_have_text(str(total + 1))

    # J at the last row that is here waits for the next one instead of staying.
    hale.keyboard.press("q")
    last = rows.nth(FIRST)
    last.focus()
    hale.keyboard.press("j")
    expect(last).to_be_focused()
    below = hale.locator('[data-section="others"] > h3')
    before = below.evaluate("head => head.offsetTop")
    held[0].fulfill(response=answer)
    expect(rows).to_have_count(total + 1)
    assert below.evaluate("head => head.offsetTop") == before, "their place was kept"
    expect(last).not_to_be_focused()
    ids = rows.evaluate_all(IDS)
    assert len(set(ids)) == len(ids)
    assert (new in ids, len(ids)) == (True, total + 1)

    # Where the focus was elsewhere, the order is right by itself; the queue is walked to its end by J.
    hale.keyboard.press("Escape")
    hale.mouse.move(900, 400)
    expect(hale.locator("[data-foot]")).to_have_text("In order")
    immediates = hale.locator('[data-rows="unassigned_immediate"] .queue-row').evaluate_all(KEYS)
    assert immediates == sorted(immediates)
    hale.keyboard.press("q")
    for _ in range(total + 5):
        hale.keyboard.press("j")
    expect(rows.last).to_be_focused()
    hale.keyboard.press("k")
    expect(rows.nth(total - 1)).to_be_focused()
    expect(hale.locator("[data-queue-more]")).to_have_count(0)
    assert axe_violations(hale) == []


def test_a_rest_that_does_not_come_is_asked_for_again_and_linked_meanwhile(
    busy_site: site.Site, browser: Browser
) -> None:
    hale = at_a_whole_queue(browser, busy_site)
    asked: list[int] = []

    def refuse_once(route: Route) -> None:
        asked.append(1)
        if len(asked) == 1:
            route.fulfill(status=503, body="")
        else:
            route.continue_()

    hale.route("**/incidents/queue/", refuse_once)
    hale.goto(f"{busy_site.url}/")
    expect(hale.locator("[data-queue-more] a")).to_be_attached()
    total = int(hale.locator("[data-open-count]").inner_text())
    expect(hale.locator(".queue-row")).to_have_count(total, timeout=15_000)
    assert len(asked) == 2


def test_without_scripts_the_link_shows_every_row(busy_site: site.Site, browser: Browser) -> None:
    hale = people.at_a_desk(browser, busy_site, people.SUPERVISOR)
    signed_in = hale.context.storage_state()
    plain = browser.new_context(java_script_enabled=False, viewport=people.DESKTOP, storage_state=signed_in)
    page = plain.new_page()
    page.goto(f"{busy_site.url}/")
    expect(page.locator(".queue-row")).to_have_count(FIRST)
    total = int(page.locator("[data-open-count]").inner_text())
    page.locator("[data-queue-more] a").click()
    expect(page.locator(".queue-row")).to_have_count(total)
