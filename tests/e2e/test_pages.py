"""Every page and state, at phone and desktop width, dark and light: axe clean, nothing wider than the screen.

`SCREENSHOTS=1` renews the pictures in docs/screenshots.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.helpers import people, story
from tests.helpers.looks import look
from tests.helpers.site import Site

WIDTHS = {"1440": {"width": 1440, "height": 900}, "390": {"width": 390, "height": 844}}


@pytest.fixture(params=["1440", "390"])
def width(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def desk(live_site: Site, browser: Browser, width: str) -> Iterator[Page]:
    page = people.at_a_desk(browser, live_site, people.HANDLER, viewport=WIDTHS[width])
    yield page
    page.context.close()


@pytest.mark.parametrize("scheme", ["dark", "light"])
def test_sign_in(live_site: Site, browser: Browser, width: str, scheme: str) -> None:
    context = browser.new_context(viewport=WIDTHS[width], color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(f"{live_site.url}/sign-in/")
    look(page, f"sign-in-{width}-{scheme}")
    page.get_by_label("Collar number").fill("5127")
    page.get_by_label("Password", exact=True).fill("wrong")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_text("do not belong together")).to_be_visible()
    assert page.get_by_label("Collar number").input_value() == "5127"
    look(page, f"sign-in-refused-{width}-{scheme}")
    context.close()


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/", "console"),
        ("/incidents/new/", "intake"),
        ("/incidents/search/", "search"),
        ("/texts/", "texts"),
        ("/incidents/nowhere/", "not-found"),
    ],
)
def test_pages(live_site: Site, desk: Page, width: str, path: str, name: str) -> None:
    desk.goto(live_site.url + path)
    look(desk, f"{name}-{width}-dark")


def test_a_call_from_the_text_to_the_sealed_recording(
    live_site: Site, desk: Page, browser: Browser, width: str
) -> None:
    call = story.take_call(desk, live_site)
    look(desk, f"incident-link-sent-{width}-dark")
    phone = people.phone(browser)
    caller = phone.new_page()
    caller.goto(call.link)
    look(caller, "caller-first-390-light") if width == "390" else None
    caller.get_by_role("button", name=story.CAMERA_BUTTON).click()
    expect(caller.get_by_text("Recorded and saved")).to_be_visible(timeout=20_000)
    look(caller, "caller-live-390") if width == "390" else None
    session = call.api(f"incidents/{call.incident}/links/")[0]["id"]
    if width == "1440":
        story.sees_moving_picture(desk)
        look(desk, "incident-live-1440-dark")
        desk.emulate_media(color_scheme="light", reduced_motion="reduce")
        expect(desk.locator("html")).to_have_attribute("data-theme", "light")
        look(desk, "incident-live-1440-light")
        desk.emulate_media(color_scheme="dark")
    else:
        desk.goto(f"{live_site.url}/video/{session}/")
        story.sees_moving_picture(desk)
        look(desk, "officer-watch-390-dark")
        desk.goto(f"{live_site.url}/incidents/{call.incident}/")
        look(desk, "incident-live-390-dark")
    caller.get_by_role("button", name="Stop").first.click()
    caller.get_by_role("button", name="Stop camera and location").click()
    expect(caller.get_by_text("Thank you. It has ended.")).to_be_visible(timeout=20_000)
    look(caller, "caller-ended-390-light") if width == "390" else None
    exhibit = call.sealed_exhibit()
    desk.goto(f"{live_site.url}/incidents/{call.incident}/")
    look(desk, f"incident-ended-{width}-dark")
    desk.goto(f"{live_site.url}/evidence/{exhibit['id']}/")
    look(desk, f"exhibit-{width}-dark")
    phone.close()


def test_the_caller_reads_it_in_their_own_language(live_site: Site, browser: Browser) -> None:
    handler = people.at_a_desk(browser, live_site, people.HANDLER)
    call = story.take_call(handler, live_site)
    for language in ("cy", "ar", "ur"):
        phone = people.phone(browser, locale=language)
        page = phone.new_page()
        page.goto(call.link)
        assert page.locator("html").get_attribute("lang") == language
        assert page.locator("html").get_attribute("dir") == ("rtl" if language in {"ar", "ur"} else "ltr")
        look(page, f"caller-first-390-{language}")
        phone.close()
    handler.context.close()


def test_what_a_supervisor_sees(live_site: Site, browser: Browser, width: str) -> None:
    desk = people.at_a_desk(browser, live_site, people.SUPERVISOR, viewport=WIDTHS[width])
    desk.goto(f"{live_site.url}/video/service/")
    expect(desk.get_by_text("more can begin")).to_be_visible()
    look(desk, f"engines-{width}-dark")
    desk.emulate_media(color_scheme="light", reduced_motion="reduce")
    look(desk, f"engines-{width}-light")
    desk.goto(f"{live_site.url}/supervise/")
    expect(desk.get_by_text("measured, not estimated")).to_be_visible()
    look(desk, f"supervise-{width}-light")
    desk.emulate_media(color_scheme="dark", reduced_motion="reduce")
    look(desk, f"supervise-{width}-dark")
    if width == "1440":
        desk.set_viewport_size({"width": 2560, "height": 1440})
        look(desk, "supervise-2560-dark")
    desk.context.close()
