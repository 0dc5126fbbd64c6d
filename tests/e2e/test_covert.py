"""Leah hides upstairs with her phone: silent, dark, out with one tap, and nothing of it left to find."""

from __future__ import annotations

import itertools
import re

from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.helpers import people, story
from tests.helpers.looks import axe_violations, overflow
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


def phone_with_weather(browser: Browser, **options: object) -> BrowserContext:
    phone = people.phone(browser, **options)
    phone.route("https://www.bbc.co.uk/**", lambda route: route.fulfill(body="<h1>Light rain</h1>"))
    return phone


def taps(page: Page, count: int) -> None:
    """Quick ones, beside the buttons whatever is in front."""
    for _ in range(count):
        page.touchscreen.tap(190, 130)


def ask(handler: Page, words: str) -> None:
    handler.locator("[data-preset]", has_text=words).click()


def clean(page: Page) -> None:
    assert axe_violations(page) == []
    assert overflow(page) <= 0


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
    expect(handler.locator("live-video [data-front]")).to_have_text("Screen off")
    before = int(handler.evaluate("document.querySelector('live-video').framesDrawn"))
    story.sees_moving_picture(handler)
    assert int(handler.evaluate("document.querySelector('live-video').framesDrawn")) > before, "it goes on in the dark"
    taps(page, 5)
    expect(handler.locator("video-chat [data-text]", has_text=re.compile("^Help$"))).to_have_count(2)
    expect(page.locator("#dark")).to_be_visible()
    page.locator("#dark").press("Enter")
    expect(page.locator("#dark")).to_be_hidden()

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


def test_behind_the_weather_the_call_goes_on_and_only_she_knows_the_way_back(live_site: Site, browser: Browser) -> None:
    handler = people.at_a_desk(browser, live_site, people.HANDLER)
    link, _ = take_covert_call(handler, live_site)
    page = phone_with_weather(browser, color_scheme="light").new_page()
    page.goto(f"{link}?lang=ar")
    clean(page)
    page.locator("[data-go=video]").tap()
    expect(page.locator("#state")).not_to_be_empty(timeout=20_000)
    story.sees_moving_picture(handler)
    ask(handler, "Are you hurt?")
    expect(page.locator("#question")).to_contain_text("هل أصبت بأذى؟")
    yes, no, unknown = (page.locator(f'[data-say="{said}"]') for said in ("Yes", "No", "I don't know"))
    assert yes.bounding_box()["x"] < no.bounding_box()["x"], "Yes is left, from right to left too"
    unknown.tap()
    expect(unknown).to_have_attribute("aria-pressed", "true")
    expect(unknown.locator("small")).to_be_visible()
    expect(handler.locator("video-chat [data-text]", has_text="(I don't know)")).to_be_visible()
    clean(page)

    asked_of: list[str] = []
    page.on("request", lambda request: asked_of.append(request.url))
    hide, today, weather = page.locator("[data-do=hide]"), page.locator("#today"), page.locator("#weather")
    hide.tap()
    expect(weather).to_be_visible()
    expect(page.locator("#covert")).to_be_hidden()
    assert asked_of == [], "nobody is asked for the weather"
    assert not re.search("northmere|police|999|شرطة", page.title() + weather.inner_text(), re.IGNORECASE)
    assert re.search(r"-?\d+° / [-−]?\d+°", weather.inner_text())
    clean(page)
    ask(handler, "Is there a weapon?")
    asked = handler.locator("video-chat li.ours").last.locator("small")
    expect(page.locator("#question")).to_contain_text("هل يوجد سلاح؟")
    story.sees_moving_picture(handler)
    taps(page, 5)
    today.tap()
    expect(weather).to_be_visible()
    expect(asked).not_to_contain_text("seen")
    expect(handler.locator("video-chat [data-text]", has_text="(Help)")).to_have_count(0)
    expect(handler.locator("live-video [data-front]")).to_have_text("Page hidden")
    today.dispatch_event("pointerdown")
    expect(weather).to_be_hidden(timeout=4_000)
    expect(handler.locator("live-video [data-front]")).to_be_hidden()
    expect(asked).to_contain_text("seen")
    expect(unknown).to_have_attribute("aria-pressed", "false")

    for way in (lambda: page.keyboard.down("Enter"), lambda: page.evaluate("for (const _ of '123') today.click()")):
        expect(weather).to_be_hidden(timeout=4_000)
        page.wait_for_function("""() => { document.querySelector("[data-do=hide]").click();
          return !document.getElementById("weather").hidden; }""")  # a press just after a change is not heard
        today.focus()
        way()
    expect(weather).to_be_hidden(timeout=4_000)

    page.locator("[data-do=dark]").tap()
    handler.get_by_role("button", name="End video").click()
    page.wait_for_function("() => !document.getElementById('preview').srcObject.active")  # the page has heard it
    taps(page, 2)
    expect(page.locator("#dark")).to_be_visible()
    page.locator("#dark").press("Enter")
    page.wait_for_url(WEATHER)


def test_black_by_itself_lit_by_one_tap_and_no_row_of_taps_mistaken_for_another(
    live_site: Site, browser: Browser
) -> None:
    handler = people.at_a_desk(browser, live_site, people.HANDLER)
    link, _ = take_covert_call(handler, live_site)
    page = phone_with_weather(browser).new_page()
    page.clock.install()
    page.goto(link)
    page.clock.fast_forward(20_000)
    expect(page.locator("#dark")).to_be_hidden()
    page.get_by_role("button", name="Answers only").tap()
    expect(page.locator("#write")).to_be_visible()
    ask(handler, "Are you hurt?")
    expect(page.locator("#question")).to_have_text("Are you hurt?")

    dark, helps = page.locator("#dark"), handler.locator("video-chat [data-text]", has_text=re.compile("^Help$"))
    page.locator("#text").fill("He is in the kit")
    page.clock.fast_forward(30_000)
    expect(dark).to_be_hidden()
    page.locator("#text").fill("")
    page.clock.fast_forward(7_000)
    expect(dark).to_be_hidden()
    page.clock.fast_forward(1_100)
    expect(dark).to_be_visible()
    clean(page)
    page.clock.fast_forward(3_000)
    expect(dark).to_have_class("quiet")
    clean(page)

    taps(page, 2)
    expect(dark).not_to_have_class("quiet")
    expect(dark).to_be_visible()
    taps(page, 5)
    expect(helps).to_have_count(1)
    expect(dark).to_be_visible()
    page.clock.fast_forward(1_000)
    place = page.viewport_size["height"] // 2
    page.touchscreen.tap(100, place)
    expect(dark).to_be_hidden()
    taps(page, 4)
    page.clock.fast_forward(2_000)
    expect(page.locator("#question")).to_be_visible()
    assert page.url == link, "the rest of five is no quick exit"

    page.clock.fast_forward(2_000)
    taps(page, 5)
    expect(helps).to_have_count(2)
    expect(dark).to_be_visible()
    expect(handler.locator("video-chat [data-text]", has_text=re.compile("^(Yes|No)$"))).to_have_count(0)
    page.clock.fast_forward(1_000)
    taps(page, 1)
    expect(page.locator(".help small")).to_be_visible()
    page.clock.fast_forward(4_000)
    taps(page, 3)
    page.wait_for_url(WEATHER)
