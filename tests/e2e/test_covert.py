"""Leah hides upstairs with her phone: silent, dark, out with one tap, and nothing of it left to find."""

from __future__ import annotations

import itertools
import re

from playwright.sync_api import Browser, Page, expect

from tests.helpers import people, story
from tests.helpers.site import Site

WEATHER = "https://www.bbc.co.uk/weather"
#: Whatever could be heard, felt or shown by the phone itself.
LOUD = """for (const [owner, name] of [[Navigator.prototype, "vibrate"], [HTMLMediaElement.prototype, "play"]]) {
  const old = owner[name];
  owner[name] = function (...all) { (window.loud ??= []).push(name); return old?.apply(this, all); }; }
window.AudioContext = class { constructor() { (window.loud ??= []).push("AudioContext"); } };
window.Notification = class { constructor() { (window.loud ??= []).push("Notification"); }
  static requestPermission() { (window.loud ??= []).push("asked"); return Promise.resolve("denied"); } };
const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
navigator.mediaDevices.getUserMedia = wish => { (window.asked ??= []).push("camera"); return ask(wish); };"""


_numbers = itertools.count(450)


def take_covert_call(handler: Page, site: Site) -> tuple[str, str]:
    number = f"07700900{next(_numbers)}"
    handler.goto(f"{site.url}/incidents/new/")
    handler.locator("[name=caller_number]").fill(number)
    handler.locator("[name=location_text]").fill("14 Harbour Lane, front bedroom")
    handler.locator("[name=description]").fill("Silent. Coughs twice for yes.")
    handler.locator("[name=category_code]").fill("Possession of weapon")
    handler.keyboard.press("Alt+1")
    handler.locator("[name=link_mode][value=covert]").check()
    handler.locator("[name=caller_agrees]").check()
    handler.keyboard.press("Control+Enter")
    expect(handler.locator(".covert-line")).to_contain_text("COVERT", timeout=15_000)
    link = story.text_link(handler, site, number)
    tab = handler.context.new_page()
    tab.goto(f"{site.url}/texts/")
    body = tab.locator("#texts-list li", has_text=f"+44 ••• {number[-3:]}").first.locator(".texts-body").inner_text()
    tab.close()
    return link, body


def test_a_silent_caller_answers_goes_dark_and_leaves_nothing_behind(live_site: Site, browser: Browser) -> None:
    handler = people.at_a_desk(browser, live_site, people.HANDLER)
    link, body = take_covert_call(handler, live_site)
    assert body.startswith("Here is the link you asked for.")
    assert not re.search("northmere|police|999", body, re.IGNORECASE)

    phone = people.phone(browser)
    phone.route(
        "https://www.bbc.co.uk/**", lambda route: route.fulfill(body="<title>Weather</title><h1>Light rain</h1>")
    )
    phone.add_init_script(LOUD)
    page = phone.new_page()
    page.goto("about:blank")
    page.goto(link)
    assert page.title() == "Weather"
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(0, 0, 0)"
    assert page.evaluate("window.asked ?? []") == [], "nothing is asked before a tap"
    page.get_by_role("button", name="Start silently").tap()
    expect(page.locator("#state")).to_contain_text("Police can see this", timeout=20_000)
    story.sees_moving_picture(handler)

    handler.locator("[data-preset]", has_text="Are you hurt?").click()
    expect(page.locator("#question")).to_have_text("Are you hurt?")
    page.get_by_role("button", name="Yes", exact=True).tap()
    page.get_by_role("button", name="Help", exact=True).tap()
    for words in ("Yes", "Help"):
        expect(handler.locator("video-chat [data-text]", has_text=re.compile(f"^{words}$")).first).to_be_visible()

    page.get_by_role("button", name="Screen off").tap()
    expect(page.locator("#dark")).to_be_visible()
    before = int(handler.evaluate("document.querySelector('live-video').framesDrawn"))
    story.sees_moving_picture(handler)
    assert int(handler.evaluate("document.querySelector('live-video').framesDrawn")) > before, "it goes on in the dark"
    for _ in range(5):
        page.locator("#dark").tap()
    expect(handler.locator("video-chat [data-text]", has_text=re.compile("^Help$"))).to_have_count(2)
    page.locator("#dark").dispatch_event("pointerdown")
    expect(page.locator("#dark")).to_be_hidden(timeout=3_000)

    assert page.evaluate("window.loud ?? []") == [], "no sound, no buzz, no notice"
    assert page.evaluate("[sessionStorage.length, localStorage.length]") == [0, 0]
    page.get_by_role("button", name="Leave").tap()
    page.wait_for_url(WEATHER)
    expect(handler.locator("#video-panel")).to_contain_text("Left by quick exit", timeout=10_000)
    assert [one["name"] for one in phone.cookies(live_site.url)] == []
    page.go_back()
    assert page.url == "about:blank", "the entry was replaced"
    found = phone.request.get(link, max_redirects=0)
    assert (found.status, found.headers["location"]) == (302, WEATHER), "a link found in the texts leads to the weather"


def test_escape_and_three_taps_leave_before_anything_has_begun(live_site: Site, browser: Browser) -> None:
    handler = people.at_a_desk(browser, live_site, people.HANDLER)
    link, _ = take_covert_call(handler, live_site)
    phone = people.phone(browser)
    phone.route("https://www.bbc.co.uk/**", lambda route: route.fulfill(body="<h1>Light rain</h1>"))
    page = phone.new_page()
    page.goto(f"{link}?lang=ar")
    assert page.evaluate("document.documentElement.dir") == "rtl"
    assert page.evaluate("document.documentElement.scrollWidth") <= people.PHONE["width"]
    page.keyboard.press("Escape")
    page.wait_for_url(WEATHER)
    page.goto(link)
    for _ in range(3):
        page.locator("h1").first.tap()
    page.wait_for_url(WEATHER)
