"""A browser is silent until somebody touches the page. A screen whose alarms nobody would hear says so."""

from __future__ import annotations

from playwright.sync_api import Browser, Page, Playwright, expect

from tests.e2e.conftest import CHROMIUM, QUIET
from tests.helpers import people
from tests.helpers.site import Site

WORDS = "Sound is off on this screen: press any key"
LAYOUT = (
    "() => JSON.stringify([...document.querySelectorAll('.topbar, .workspace, .panel, .system-line, .saved')]"
    ".map((one) => { const box = one.getBoundingClientRect(); return [box.x, box.y, box.width, box.height]; }))"
)


def untouched(desk: Page, site: Site) -> Page:
    """The same person's second screen, which nobody has pressed a key on: its sound must be asked for anew."""
    page = desk.context.new_page()
    page.goto(f"{site.url}/")
    return page


def test_a_silent_screen_says_so_until_a_key_and_nothing_jumps(live_site: Site, playwright_driver: Playwright) -> None:
    strict = playwright_driver.chromium.launch(
        executable_path=CHROMIUM, args=[*QUIET, "--autoplay-policy=document-user-activation-required"]
    )
    try:
        _says_so_until_a_key(strict, live_site)
    finally:
        strict.close()


def _says_so_until_a_key(strict: Browser, site: Site) -> None:
    page = untouched(people.at_a_desk(strict, site, people.HANDLER), site)
    line = page.locator("#system-line")
    sound = page.locator('[data-check="sound"]')
    expect(line).to_have_attribute("data-level", "note")
    expect(line.locator("[data-message]")).to_have_text(WORDS)
    expect(sound).to_contain_text("off: press any key")
    page.evaluate("document.fonts.ready")
    before = page.evaluate(LAYOUT)

    page.keyboard.press("Shift")
    expect(line).to_have_attribute("data-level", "ok")
    expect(sound).to_contain_text("can be heard")
    assert page.evaluate(LAYOUT) == before

    clicked = untouched(page, site)
    expect(clicked.locator("#system-line")).to_have_attribute("data-level", "note")
    clicked.mouse.click(700, 880)
    expect(clicked.locator("#system-line")).to_have_attribute("data-level", "ok")
