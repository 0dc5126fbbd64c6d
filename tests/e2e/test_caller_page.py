"""The caller's page in a real browser against the real site: light, readable, honest, and hard to lose."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from streaming.languages import LANGUAGES
from tests.helpers import people, story
from tests.helpers.site import Site

SMALL = {"width": 320, "height": 560}
BUDGET = 60 * 1024  # bytes on the wire for the first load
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
_numbers = itertools.count(600)

# Without `--use-fake-ui` a page could wait for ever: these stand in for a person or a phone that says no.
NO_SOUND = """const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
navigator.mediaDevices.getUserMedia = wish => wish.audio
  ? Promise.reject(new DOMException('in a call', '%s')) : open(wish);"""
NO_CAMERA = "navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('no', 'NotAllowedError'));"


@pytest.fixture(scope="module")
def okafor(live_site: Site, browser: Browser) -> Iterator[tuple[Page, str]]:
    """Call handler Okafor at her desk, with an incident open."""
    page = people.at_a_desk(browser, live_site, people.HANDLER)
    yield page, story.take_call(page, live_site).incident
    page.context.close()


@pytest.fixture
def link(live_site: Site, okafor: tuple[Page, str]) -> str:
    """A fresh one-time link of her incident."""
    page, incident = okafor
    number = f"07700900{next(_numbers)}"
    token = next(cookie["value"] for cookie in page.context.cookies() if cookie["name"] == "sl_csrf")
    answer = page.request.post(
        f"{live_site.url}/api/v1/incidents/{incident}/links/",
        data={"number": number, "consent": True},
        headers={"X-CSRFToken": token, "Referer": live_site.url},
    )
    assert answer.status == 201, answer.text()[:300]
    return story.text_link(page, live_site, number)


@pytest.fixture
def phone(browser: Browser) -> Iterator[BrowserContext]:
    context = people.phone(browser)
    yield context
    context.close()


def words(page: Page, text: str, seconds: float = 20) -> None:
    expect(page.get_by_text(text, exact=True).first).to_be_visible(timeout=seconds * 1000)


def live(context: BrowserContext, link: str) -> Page:
    page = story.show_camera(context, link)
    words(page, "Recorded and saved")
    return page


def no_violations(page: Page) -> None:
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def test_the_first_load_is_light_and_comes_from_here_only(link: str, phone: BrowserContext, live_site: Site) -> None:
    page = phone.new_page()
    network = phone.new_cdp_session(page)
    network.send("Network.enable")
    sizes: list[float] = []
    network.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    urls: list[str] = []
    page.on("request", lambda request: urls.append(request.url))
    page.goto(link, wait_until="networkidle")
    assert len(urls) > 10
    assert all(url.startswith((live_site.url, "data:")) for url in urls), urls
    assert sum(sizes) > 10_000, "nothing was measured"
    assert sum(sizes) <= BUDGET, sum(sizes)


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.code)
def test_the_button_is_there_without_scrolling_in_every_language(language: object, link: str, browser: Browser) -> None:
    for size in (people.PHONE, SMALL):
        context = people.phone(browser, viewport=size)
        page = context.new_page()
        page.goto(f"{link}?lang={language.code}")  # type: ignore[attr-defined]  # a Language
        box = page.locator("button.main:visible").first.bounding_box()
        assert box
        assert box["y"] + box["height"] <= size["height"]
        assert box["height"] >= 60
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], "nothing sticks out sideways"
        context.close()


def test_arabic_is_mirrored_but_the_four_digits_are_not(link: str, phone: BrowserContext) -> None:
    page = phone.new_page()
    page.goto(f"{link}?lang=ar")
    digits = page.locator(".digits span")
    places = [digits.nth(number).bounding_box()["x"] for number in range(4)]  # type: ignore[index]
    assert places == sorted(places)
    shield = page.locator(".force .i:visible").bounding_box()
    choice = page.locator(".languages summary:visible").bounding_box()
    assert shield
    assert choice
    assert shield["x"] > choice["x"]
    expect(page.get_by_role("button", name="أرِ الشرطة الكاميرا")).to_be_visible()


def test_the_language_is_changed_by_a_plain_link_and_kept(link: str, phone: BrowserContext) -> None:
    page = phone.new_page()
    page.goto(link)
    page.locator(".languages summary:visible").click()
    page.get_by_role("link", name="Cymraeg").click()
    expect(page.get_by_role("button", name="Dangos fy nghamera i'r heddlu")).to_be_visible()
    page.goto(link)
    expect(page.locator("html")).to_have_attribute("lang", "cy")


def test_it_can_be_read_without_scripts(link: str, browser: Browser) -> None:
    context = people.phone(browser, java_script_enabled=False)
    page = context.new_page()
    page.goto(link)
    for text in ("Police see your camera", "It is recorded and can be evidence"):
        expect(page.get_by_text(text)).to_be_visible()
    expect(page.locator("noscript p")).to_have_text(re.compile("Stay on your call and tell us what you see."))
    expect(page.locator("noscript p")).to_be_visible()
    expect(page.get_by_role("button", name=story.CAMERA_BUTTON)).to_be_hidden()
    page.locator(".languages summary:visible").click()
    expect(page.get_by_role("link", name="Polski")).to_be_visible()
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_keeps_anybody_out(link: str, browser: Browser, live_site: Site, scheme: str) -> None:
    context = people.phone(browser, color_scheme=scheme, reduced_motion="reduce")
    page = context.new_page()
    page.goto(link)
    no_violations(page)
    page.get_by_role("button", name=story.CAMERA_BUTTON).click()
    words(page, "Recorded and saved")
    words(page, "Location: within 8 m")
    no_violations(page)
    for opener, title in (
        (page.get_by_role("button", name="Chat", exact=True), "Chat with police"),
        (page.locator("#chip"), "Where police think you are"),
        (page.get_by_role("button", name="Stop", exact=True), "Stop showing police?"),
    ):
        opener.click()
        expect(page.get_by_role("heading", name=title)).to_be_focused()
        no_violations(page)
        page.keyboard.press("Escape")
        expect(page.get_by_role("heading", name=title)).to_be_hidden()
        expect(opener).to_be_focused()
    page.get_by_role("button", name="Stop", exact=True).click()
    page.get_by_role("button", name="Stop camera and location").click()
    words(page, "Thank you. It has ended.")
    no_violations(page)
    page.goto(f"{live_site.url}/v/not-a-link-that-ever-was")
    no_violations(page)
    context.close()


def test_text_twice_as_large_loses_nothing(link: str, phone: BrowserContext) -> None:
    page = phone.new_page()
    page.goto(link)
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.get_by_role("button", name=story.CAMERA_BUTTON).click()
    words(page, "Recorded and saved")
    stop = page.get_by_role("button", name="Stop", exact=True)
    stop.scroll_into_view_if_needed()
    expect(stop).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_bots_that_fetch_the_link_do_not_spend_it(link: str, phone: BrowserContext, browser: Browser) -> None:
    bots = browser.new_context(user_agent="WhatsApp/2.24.12 A")
    for _ in range(3):
        assert bots.request.get(link).status == 200
        assert bots.request.head(link).status == 200
    live(phone, link)
    assert bots.request.get(link).status == 409
    bots.close()


def test_another_browser_is_told_and_the_first_one_goes_on(link: str, phone: BrowserContext, browser: Browser) -> None:
    page = live(phone, link)
    other = people.phone(browser)
    second = other.new_page()
    second.goto(link)
    expect(second.get_by_role("heading", name="This link is in use")).to_be_visible()
    words(page, "Recorded and saved")
    other.close()


@pytest.mark.parametrize("error", ["NotAllowedError", "NotReadableError"])
def test_without_the_microphone_the_picture_goes_on_alone(error: str, link: str, phone: BrowserContext) -> None:
    phone.add_init_script(NO_SOUND % error)
    page = live(phone, link)
    expect(page.get_by_role("heading", name="Picture only, and that is fine")).to_be_visible()
    page.get_by_role("button", name="OK").click()
    expect(page.get_by_role("button", name="No sound")).to_have_attribute("aria-disabled", "true")


def test_without_the_camera_location_and_chat_go_on(link: str, phone: BrowserContext, okafor: tuple[Page, str]) -> None:
    phone.add_init_script(NO_CAMERA)
    page = story.show_camera(phone, link)
    expect(page.get_by_role("heading", name="To turn it on")).to_be_visible()
    expect(page.get_by_text("Location and chat still work.")).to_be_visible(timeout=15_000)
    page.locator("[data-screen=refused]").get_by_role("button", name="Location only").click()
    words(page, "Police can see where you are")
    page.get_by_role("button", name="Chat", exact=True).click()
    page.get_by_placeholder("Write to police").fill("two men, one has a knife")
    page.keyboard.press("Enter")
    expect(page.locator("#talk .me small")).to_have_text(re.compile("Sent|Seen"))  # Okafor may be looking


def test_inside_an_app_the_way_out_is_shown_and_the_link_is_not_spent(link: str, browser: Browser) -> None:
    context = people.phone(
        browser, user_agent=f"{IPHONE} Mobile/15E148 [FBAN/FBIOS]", permissions=["clipboard-read", "clipboard-write"]
    )
    page = context.new_page()
    page.goto(link)
    expect(page.get_by_role("heading", name="Open this page in Safari")).to_be_visible()
    page.get_by_role("button", name="Copy the link").click()
    expect(page.locator("#copy-word")).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == link
    assert browser.new_context().request.get(link).status == 200
    context.close()


def test_a_line_that_drops_comes_back_by_itself(link: str, phone: BrowserContext) -> None:
    page = phone.new_page()
    sockets: list[object] = []
    servers: list[object] = []

    def relay(socket: object) -> None:
        sockets.append(socket)
        servers.append(socket.connect_to_server())  # type: ignore[attr-defined]  # Playwright's WebSocketRoute

    page.route_web_socket(re.compile("/ws/caller/"), relay)
    page.goto(link)
    page.get_by_role("button", name=story.CAMERA_BUTTON).click()
    words(page, "Recorded and saved")
    sockets[-1].close(code=1011)  # type: ignore[attr-defined]
    servers[-1].close()  # type: ignore[attr-defined]
    words(page, "Weak signal. Reconnecting")
    expect(page.locator("#rec")).to_be_hidden()
    words(page, "Recorded and saved")
    assert len(sockets) >= 2


def test_an_interrupted_camera_is_said_at_once_and_turned_on_again_by_one_tap(link: str, phone: BrowserContext) -> None:
    page = live(phone, link)
    page.evaluate(
        """() => {
          window.open_camera = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
          navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('in use', 'NotReadableError'));
          const track = document.getElementById('preview').srcObject.getVideoTracks()[0];
          track.stop();
          track.dispatchEvent(new Event('ended'));
        }"""
    )
    words(page, "Police cannot see you now", seconds=5)
    expect(page.locator("#rec")).to_be_hidden()
    page.evaluate("() => { navigator.mediaDevices.getUserMedia = window.open_camera; }")
    page.get_by_role("button", name="Turn camera back on").click()
    words(page, "Recorded and saved")


def test_a_frozen_picture_is_seen_by_its_frames(link: str, phone: BrowserContext) -> None:
    """The track goes on calling itself live; no frame comes any more."""
    phone.add_init_script(
        """const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
        let times = 0;
        navigator.mediaDevices.getUserMedia = async wish => {
          const stream = await open(wish);
          times += 1;
          if (times > 1) return stream;
          const canvas = document.createElement('canvas');
          const pen = canvas.getContext('2d');
          const paint = setInterval(() => pen.fillRect(0, 0, Math.random() * 300, 150), 50);
          window.freeze = () => clearInterval(paint);
          stream.getVideoTracks()[0].stop();
          return new MediaStream([...canvas.captureStream(20).getVideoTracks(), ...stream.getAudioTracks()]);
        };"""
    )
    page = live(phone, link)
    page.evaluate("window.freeze()")
    words(page, "Police cannot see you now", seconds=10)
    words(page, "Recorded and saved")


def test_a_reload_is_one_tap_from_live(link: str, phone: BrowserContext) -> None:
    page = live(phone, link)
    page.reload()
    expect(page.get_by_role("heading", name="Police cannot see you now")).to_be_visible()
    page.get_by_role("button", name="Turn camera back on").click()
    words(page, "Recorded and saved")


def test_turning_the_camera_keeps_the_call(link: str, phone: BrowserContext) -> None:
    page = live(phone, link)
    page.get_by_role("button", name="Turn").click()
    words(page, "Recorded and saved")
    page.get_by_role("button", name="Mute").click()
    expect(page.get_by_role("button", name="Muted")).to_have_attribute("aria-pressed", "true")


def test_the_police_write_and_a_tap_answers(
    link: str, phone: BrowserContext, live_site: Site, okafor: tuple[Page, str]
) -> None:
    page = live(phone, link)
    handler, incident = okafor
    rows = handler.request.get(f"{live_site.url}/api/v1/incidents/{incident}/links/").json()
    session = next(row["id"] for row in rows if row["state"] in {"live", "camera_on"})
    token = next(cookie["value"] for cookie in handler.context.cookies() if cookie["name"] == "sl_csrf")
    answer = handler.request.post(
        f"{live_site.url}/video/{session}/chat/",
        form={"text": "Stay <b>behind</b> the wall.", "key": "6f3f1d6e-8f0e-4d0c-9a3e-0c6b7a9d1e55"},
        headers={"X-CSRFToken": token, "Referer": live_site.url},
    )
    assert answer.ok, answer.text()[:300]
    expect(page.locator("#card-text")).to_have_text("Stay <b>behind</b> the wall.")
    page.locator("#answers").get_by_role("button", name="Yes").click()
    expect(page.locator("#card")).to_be_hidden()
    expect(page.locator("#talk .me span")).to_have_text("Yes")


def test_stopping_shows_a_receipt_with_a_seal(link: str, phone: BrowserContext) -> None:
    page = live(phone, link)
    page.get_by_role("button", name="Stop", exact=True).click()
    page.get_by_role("button", name="Stop camera and location").click()
    words(page, "Thank you. It has ended.")
    expect(page.locator("#receipt")).to_contain_text("Seal", timeout=30_000)
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save this receipt").click()
    assert "Seal" in saved.value.path().read_text(encoding="utf-8")
    page.get_by_role("button", name="Clear this page from my phone").click()
    page.wait_for_url("about:blank")
    assert not [cookie for cookie in phone.cookies() if cookie["name"] == "sl_caller"]
