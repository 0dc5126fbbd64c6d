"""The cast of the browser stories, signed in and at work."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect

from config.demo.story import PASSWORD
from tests.helpers.site import Site

HANDLER, SECOND_HANDLER, DISPATCHER, SUPERVISOR, OFFICER = "5127", "5133", "4410", "1180", "2001"
DESKTOP: ViewportSize = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 664}


def sign_in(page: Page, site: Site, collar: str) -> Page:
    page.goto(f"{site.url}/sign-in/")
    page.get_by_label("Collar number").fill(collar)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Continue").click()
    expect(page).not_to_have_url(f"{site.url}/sign-in/")
    return page


#: (site, collar number): the cookies of who signed in there by the page, and where that led.
_signed_in: dict[tuple[str, str], tuple[list[Any], str]] = {}


def at_a_desk(browser: Browser, site: Site, collar: str, **options: object) -> Page:
    """A signed-in person's page in a browser context of its own.

    By the page once; from then on with the cookies of that time, as if another window were opened.
    """
    context = browser.new_context(**({"viewport": DESKTOP, "color_scheme": "dark"} | options))  # type: ignore[arg-type]
    page = context.new_page()
    cookies, at = _signed_in.get((site.url, collar), ([], ""))
    if cookies:
        context.add_cookies(cookies)
        page.goto(at)
        if page.url == at:
            return page
    sign_in(page, site, collar)
    _signed_in[site.url, collar] = list(context.cookies()), page.url
    return page


def phone(browser: Browser, *permissions: str, **options: object) -> BrowserContext:
    """A caller's phone: its own cookies, its own place, the camera granted unless said otherwise."""
    granted = list(permissions) or ["camera", "microphone", "geolocation"]
    return browser.new_context(
        **(
            {
                "viewport": PHONE,
                "is_mobile": True,
                "has_touch": True,
                "permissions": granted,
                "geolocation": {"latitude": 53.73615, "longitude": 0.44712, "accuracy": 8},
                "locale": "en-GB",
            }
            | options
        )  # type: ignore[arg-type]
    )
