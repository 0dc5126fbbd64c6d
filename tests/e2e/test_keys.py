"""The keys of the console, as each person at a desk has them."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.helpers import people
from tests.helpers.keyboard import leave_field, tab_to
from tests.helpers.looks import axe_violations, overflow
from tests.helpers.site import Site
from tests.helpers.story import open_immediate

#: Every key that was seen on the cap of the log in the line at the foot, picture by picture, from the first on.
WATCH_THE_CAP = """
window.seen = new Set();
const watch = () => {
  const cap = document.querySelector('.system-line kbd[data-key-of="log"]');
  if (cap && getComputedStyle(cap).visibility === "visible") window.seen.add(cap.textContent);
  requestAnimationFrame(watch);
};
requestAnimationFrame(watch);
"""
#: What the terminal keeps of anybody's keys.
KEPT = "Object.entries(localStorage).filter(([name]) => name.startsWith('sightline.keys.')).map(([, kept]) => kept)"
SPOIL = "(words) => localStorage.setItem(`sightline.keys.${document.body.dataset.user}`, words)"
PLACES = """
() => [...document.querySelectorAll("#keys-help [data-key-row], .keys-bench")]
  .map((one) => JSON.stringify(one.getBoundingClientRect()))
"""


@pytest.fixture
def terminal(browser: Browser) -> Iterator[BrowserContext]:
    """One desk: who signs in there signs out again, and what the browser keeps stays."""
    context = browser.new_context(viewport=people.DESKTOP, color_scheme="dark")
    yield context
    context.close()


def at_an_incident(terminal: BrowserContext, site: Site, at: str) -> Page:
    desk = people.sign_in(terminal.new_page(), site, people.HANDLER)
    desk.goto(f"{site.url}/incidents/{open_immediate(desk, at)}/")
    expect(cap(desk, "log")).to_be_visible()
    leave_field(desk)
    return desk


def cap(page: Page, act: str, within: str = ".system-line") -> Locator:
    return page.locator(f'{within} kbd[data-key-of="{act}"]')


def words(page: Page) -> Locator:
    return page.locator("[data-keys-words]")


def change(page: Page, act: str, *keys: str) -> None:
    """By keyboard only: the list, the key of the act, and what is pressed then."""
    if not page.locator("#keys-help").is_visible():
        page.keyboard.press("?")
    tab_to(page.locator(f'[data-change-key="{act}"]')).page.keyboard.press("Enter")
    for key in keys:
        page.keyboard.press(key)


def test_okafor_moves_her_keys_and_they_are_where_she_put_them(live_site: Site, terminal: BrowserContext) -> None:
    desk = at_an_incident(terminal, live_site, "3 Rope Lane")
    entry = desk.locator("#quick-text")

    # A key she chose: the list says so, the foot and the palette show it, and it is what opens the log now.
    change(desk, "log", "x")
    expect(words(desk)).to_have_text("“Log: write an entry” is X now.")
    assert desk.locator('[data-change-key="log"]').evaluate("cap => cap === document.activeElement")
    assert axe_violations(desk) == []
    desk.keyboard.press("Escape")
    expect(desk.locator("#keys-help")).to_be_hidden()
    expect(cap(desk, "log")).to_have_text("X")
    expect(entry).to_have_attribute("aria-keyshortcuts", "X Alt+X")
    desk.keyboard.press("l")
    expect(entry).not_to_be_focused()
    desk.keyboard.press("x")
    expect(entry).to_be_focused()
    expect(entry).to_have_value("")
    leave_field(desk)
    desk.keyboard.press("/")
    expect(cap(desk, "log", "#command-log")).to_have_text("X")
    desk.keyboard.press("Escape")

    # While she types, Alt and the changed letter; Shift goes along too.
    change(desk, "queue", "e")
    change(desk, "new", "i")
    desk.keyboard.press("Escape")
    entry.focus()
    desk.keyboard.type("He is")
    desk.keyboard.press("Alt+e")
    expect(desk.locator("live-list .queue-row:focus")).to_have_count(1)
    expect(entry).to_have_value("He is")
    desk.keyboard.press("Shift+I")
    expect(desk).to_have_url(re.compile(r"/incidents/new/\?channel=101$"))


def test_a_key_that_is_taken_says_by_what_and_is_swapped_and_put_back(
    live_site: Site, terminal: BrowserContext
) -> None:
    desk = at_an_incident(terminal, live_site, "4 Rope Lane")

    change(desk, "log", "v")
    expect(words(desk)).to_contain_text("V is taken by “Video, or send the link”.")
    assert axe_violations(desk) == []
    desk.keyboard.press("Escape")  # she leaves it, and only that: the list stays
    expect(words(desk)).to_have_text("“Log: write an entry” stays L.")
    expect(desk.locator("#keys-help")).to_be_visible()
    change(desk, "log", "v", "Enter")
    expect(words(desk)).to_have_text("“Log: write an entry” is V, “Video, or send the link” is L now.")
    expect(cap(desk, "video")).to_have_text("L")

    # What cannot be chosen is refused in words, and nothing has changed.
    change(desk, "chat", "7")
    expect(words(desk)).to_contain_text("Digits choose units")
    desk.keyboard.press("F7")
    expect(words(desk)).to_contain_text("F7 belongs to the browser")
    desk.keyboard.press("ArrowUp")
    expect(words(desk)).to_contain_text("stays as it is")
    desk.keyboard.press("Enter")
    expect(words(desk)).to_contain_text("stays as it is")
    desk.keyboard.press("Escape")
    change(desk, "new", ";")
    expect(words(desk)).to_contain_text("which “New 999 call” needs. Press a letter.")
    desk.keyboard.press("Escape")
    expect(cap(desk, "chat")).to_have_text("C")
    expect(cap(desk, "new")).to_have_text("N")

    # One as delivered, by mouse: the other gets its own back with it. Then all, which she takes back once.
    change(desk, "chat", "e")
    desk.locator('[data-change-key="log"]').click()
    desk.get_by_role("button", name="As delivered: L").click()
    desk.get_by_role("button", name="Swap them").click()
    expect(cap(desk, "log")).to_have_text("L")
    expect(cap(desk, "video")).to_have_text("V")
    expect(cap(desk, "chat")).to_have_text("E")
    desk.get_by_role("button", name="All as delivered").click()
    expect(cap(desk, "chat")).to_have_text("C")
    desk.keyboard.press("Enter")  # "Undo" has the focus
    expect(cap(desk, "chat")).to_have_text("E")
    desk.get_by_role("button", name="All as delivered").click()
    assert desk.evaluate(KEPT) == []


def test_the_keys_are_hers_and_not_the_terminals(live_site: Site, terminal: BrowserContext) -> None:
    desk = at_an_incident(terminal, live_site, "5 Rope Lane")
    terminal.add_init_script(WATCH_THE_CAP)
    change(desk, "log", "x")
    desk.locator("#single-keys").uncheck()
    desk.keyboard.press("Escape")

    # Two windows of one terminal are in step, in both directions.
    second = terminal.new_page()
    second.goto(desk.url)
    expect(cap(second, "log")).to_have_text("X")
    second.locator(".topbar .menu summary").click()
    second.locator("[data-keys-help]").click()
    expect(second.locator("#single-keys")).not_to_be_checked()
    second.locator("#single-keys").check()
    change(second, "chat", "e")
    expect(cap(desk, "chat")).to_have_text("E")
    expect(desk.locator("#single-keys")).to_be_checked()
    second.close()

    # The page comes again with her key, and never showed the old one.
    desk.reload()
    expect(cap(desk, "log")).to_have_text("X")
    desk.wait_for_function("window.seen.size > 0")
    assert desk.evaluate("[...window.seen]") == ["X"]
    assert desk.evaluate(KEPT) == ['{"log":"x","chat":"e"}']

    # Whoever has the desk next finds the keys as delivered; she finds hers again.
    incident = desk.url
    for collar, key in ((people.SECOND_HANDLER, "L"), (people.HANDLER, "X")):
        desk.locator(".topbar .menu summary").click()
        desk.get_by_role("button", name="Sign out").click()
        people.sign_in(desk, live_site, collar)
        desk.goto(incident)
        expect(cap(desk, "log")).to_have_text(key)

    # What was spoilt on the terminal is not believed, and does not stop the page.
    for spoilt in ('{"log":"x","video":"x"}', '{"log":"<img src=x>"}', '{"__proto__":"x"}', "no keys"):
        desk.evaluate(SPOIL, spoilt)
        desk.reload()
        expect(cap(desk, "log")).to_be_visible()
        expect(cap(desk, "log")).to_have_text("L")


def test_the_wall_keeps_its_letters_whatever_was_chosen(live_site: Site, browser: Browser) -> None:
    desk = people.at_a_desk(browser, live_site, people.DISPATCHER)
    desk.goto(f"{live_site.url}/video/wall/")
    sound, follow = desk.locator("[data-sound]"), desk.locator("[data-follow]")
    expect(cap(desk, "blur", "main")).to_be_visible()
    change(desk, "search", "o", "Enter")  # her search is O, what partners offer is /
    desk.keyboard.press("Escape")

    desk.keyboard.press("o")
    expect(follow).to_have_attribute("aria-pressed", "true")
    desk.keyboard.press("u")  # elsewhere: the units
    expect(sound).to_have_attribute("aria-pressed", "true")
    expect(desk.locator("#palette")).to_be_hidden()
    expect(desk).to_have_url(f"{live_site.url}/video/wall/")
    desk.keyboard.press("Alt+o")
    expect(desk.locator("#palette")).to_be_visible()
    desk.keyboard.press("Escape")

    # Letters alone are switched off for the wall too.
    desk.locator(".topbar .menu summary").click()
    desk.locator("[data-keys-help]").click()
    desk.locator("#single-keys").uncheck()
    desk.keyboard.press("Escape")
    desk.keyboard.press("u")
    expect(sound).to_have_attribute("aria-pressed", "true")


@pytest.mark.parametrize("scheme", ["dark", "light"])
def test_the_list_fits_a_narrow_screen_and_nothing_in_it_moves(live_site: Site, browser: Browser, scheme: str) -> None:
    page = people.at_a_desk(
        browser, live_site, people.HANDLER, viewport={"width": 390, "height": 844}, color_scheme=scheme
    )
    page.goto(f"{live_site.url}/")
    page.locator(".topbar .menu summary").click()
    page.locator("[data-keys-help]").click()
    before = page.evaluate(PLACES)
    page.locator('[data-change-key="new"]').click()
    for key in ("F7", "v", ";", "e"):
        page.keyboard.press(key)
        assert page.evaluate(PLACES) == before, key
    page.locator('[data-change-key="new"]').click()
    page.keyboard.press("q")  # field, swap, as delivered and leave it: the fullest foot
    assert page.evaluate(PLACES) == before
    assert axe_violations(page) == []
    assert overflow(page) <= 0
    assert page.locator("#keys-help").evaluate("list => list.scrollWidth <= list.clientWidth")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="All as delivered").click()
