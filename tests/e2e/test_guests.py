"""A partner's person looks at one incident: link, code, picture under their own name, a line, and the end."""

from __future__ import annotations

import base64
import re
import time

import numpy as np
from playwright.sync_api import Browser, Page, expect

from streaming.media.mark import layer
from tests.helpers import camera, marks, people, story
from tests.helpers.looks import look
from tests.helpers.marks import FOUND, LOST
from tests.helpers.site import Site

MOVES = f"""(before) => {{
    const video = document.querySelector("[data-stage] video");
    return video.videoWidth > 0 && ({camera.READ_COUNTER_JS.strip()})(video) !== before;
}}"""


LIGHT = """(video) => {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [video.videoWidth, video.videoHeight];
    const pen = canvas.getContext("2d");
    pen.drawImage(video, 0, 0);
    const { data } = pen.getImageData(0, 0, canvas.width, canvas.height);
    const light = new Uint8Array(data.length / 4);
    for (let at = 0; at < light.length; at += 1) light[at] = data[4 * at + 1];
    let text = "";
    for (let at = 0; at < light.length; at += 8192) text += String.fromCharCode(...light.subarray(at, at + 8192));
    return [canvas.width, canvas.height, btoa(text)];
}"""


def marked(page: Page, selector: str, code: str, turn: int | None = None) -> float:
    """How much of J. Smith's mark is in the picture that this browser was sent: of now, or of that turn of a film."""
    width, height, text = page.locator(selector).evaluate(LIGHT)
    plane = np.frombuffer(base64.b64decode(text), dtype=np.uint8).reshape(height, width)
    turn = int(time.time() // layer.MOVES_EVERY) if turn is None else turn + 1
    return max(marks.strength(plane, "J. Smith, Northmere Ambulance", code, turn=turn - ago) for ago in (0, 1))


def words(desk: Page, site: Site, pattern: str) -> str:
    """Something in the newest text to the partner's mobile, read off the page of texts."""
    tab = desk.context.new_page()
    row = tab.locator("#texts-list li", has_text="+44 ••• 642").filter(has_text=re.compile(pattern)).first
    for _ in range(40):
        tab.goto(f"{site.url}/texts/")
        if row.count():
            break
        tab.wait_for_timeout(250)
    found = re.search(pattern, row.inner_text())
    tab.close()
    assert found
    return found[1]


def share(desk: Page, film: str = "") -> None:
    desk.locator("body").press("Alt+h")
    form = desk.locator("#guests-form")
    if film:
        form.get_by_label(f"Film {film}").check()
    form.get_by_label("Agency").fill("Northmere Ambulance")
    form.get_by_label("Name").fill("J. Smith")
    form.get_by_label("Mobile or e-mail").fill("07700 900642")
    form.get_by_label("Purpose").fill("To find the patient")
    form.get_by_role("button", name="Share").click()
    expect(form.locator(".error-line")).to_have_text("Read the address back to the partner's control room first.")
    expect(form.get_by_label("Purpose")).to_have_value("To find the patient")
    form.get_by_label("Read back and confirmed").check()
    form.get_by_role("button", name="Share").click()
    expect(desk.locator("[data-guest] .state")).to_have_text("Not opened")


def test_a_partner_sees_the_picture_with_a_code_and_under_their_name_until_it_is_withdrawn(
    live_site: Site, browser: Browser
) -> None:
    desk = people.at_a_desk(browser, live_site, people.HANDLER)
    call = story.take_call(desk, live_site)
    phone = people.phone(browser)
    story.show_camera(phone, call.link)
    story.sees_moving_picture(desk)
    share(desk)
    look(desk, "share-1440-dark")

    guest = browser.new_context(viewport={"width": 390, "height": 844}, color_scheme="dark").new_page()
    guest.goto(words(desk, live_site, r"(https?://\S+/guest/\S+)"))
    expect(guest.locator("body")).not_to_contain_text("Harbour Lane")
    look(guest, "guest-door-390-dark")
    guest.get_by_role("button", name="Send me a code").click()
    guest.get_by_label("Your code").fill("0000 0000")
    guest.get_by_role("button", name="Open", exact=True).click()
    expect(guest.get_by_role("status")).to_have_text("That is not the code. 4 more tries.")
    look(guest, "guest-wrong-code-390-dark")
    guest.get_by_label("Your code").fill(words(desk, live_site, r"code is (\d{4} \d{4})"))
    guest.get_by_role("button", name="Open", exact=True).click()

    stage = guest.locator("[data-stage]")
    expect(stage).to_have_attribute("data-picture", "live", timeout=20_000)
    before = int(guest.locator("[data-stage] video").evaluate(camera.READ_COUNTER_JS))
    guest.wait_for_function(MOVES, arg=before)
    code = f"G-{desk.locator('[data-guest]').get_attribute('data-guest')[:6].upper()}"
    assert marked(guest, "[data-stage] video", code) > FOUND
    assert marked(desk, "live-video video", code) < LOST
    expect(desk.locator("[data-guest] .state")).to_have_text("Watching now")
    look(guest, "guest-live-390-dark")
    guest.emulate_media(color_scheme="light")
    guest.set_viewport_size({"width": 1440, "height": 900})
    look(guest, "guest-live-1440-light")
    guest.get_by_role("button", name="Full screen").click()
    guest.wait_for_function("() => document.fullscreenElement !== null")
    guest.evaluate("() => document.exitFullscreen()")

    guest.get_by_label("Your line").fill("Crew at the <b>blue</b> door.")
    guest.get_by_role("button", name="Send").click()
    expect(guest.get_by_text("It is in the log.")).to_be_visible()
    assert "Crew at the <b>blue</b> door." in call.log_texts()

    desk.get_by_role("button", name="Withdraw the access of J. Smith, Northmere Ambulance").click()
    expect(guest.get_by_role("dialog")).to_contain_text("Your access was withdrawn", timeout=5_000)
    assert guest.locator("[data-stage] video").evaluate("video => video.srcObject === null")
    expect(guest.locator("body")).not_to_contain_text("Harbour Lane")
    expect(desk.locator("[data-guest] .state")).to_have_text("Withdrawn")
    guest.reload()
    expect(guest.get_by_role("heading")).to_have_text("Your access was withdrawn")
    look(guest, "guest-withdrawn-1440-light")
    guest.context.close()
    phone.close()
    desk.context.close()


def test_a_partner_plays_a_film_that_was_made_ready_with_their_name_in_it(live_site: Site, browser: Browser) -> None:
    desk = people.at_a_desk(browser, live_site, people.HANDLER)
    call = story.take_call(desk, live_site)
    phone = people.phone(browser)
    story.show_camera(phone, call.link)
    story.sees_moving_picture(desk)
    desk.get_by_role("button", name="End video").click()
    exhibit = call.sealed_exhibit()
    desk.reload()
    share(desk, exhibit["ref"])
    guest = browser.new_context(viewport={"width": 390, "height": 844}).new_page()
    guest.goto(words(desk, live_site, r"(https?://\S+/guest/\S+)"))
    guest.get_by_role("button", name="Send me a code").click()
    guest.get_by_label("Your code").fill(words(desk, live_site, r"code is (\d{4} \d{4})"))
    guest.get_by_role("button", name="Open", exact=True).click()
    guest.get_by_role("button", name=f"Film {exhibit['ref']}").click()
    expect(guest.locator("[data-stage]")).to_have_attribute("data-picture", "film", timeout=60_000)
    guest.wait_for_function("() => document.querySelector('[data-stage] video').videoWidth > 0")
    code = f"G-{desk.locator('[data-guest]').get_attribute('data-guest')[:6].upper()}"
    assert marked(guest, "[data-stage] video", code, turn=0) > FOUND
    for context in (guest.context, phone, desk.context):
        context.close()
