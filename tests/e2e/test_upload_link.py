"""Leah's doorbell camera saw it: the handler sends an upload link, two files come over a line that breaks in between,
and both are exhibits with the hash of what is on the phone."""

from __future__ import annotations

import hashlib
import itertools
import re
from pathlib import Path

from playwright.sync_api import Browser, Page, Route, expect

from tests.factories.uploads import film, jpeg, two_in_one
from tests.helpers import people, story
from tests.helpers.services import wait_for
from tests.helpers.site import Site

_numbers = itertools.count(880)
#: Nothing on this page may open a camera.
NO_CAMERA = "navigator.mediaDevices.getUserMedia = () => { window.filmed = true; return Promise.reject(Error()); };"


def take_call(handler: Page, site: Site) -> tuple[story.Call, str]:
    """By keyboard: the form, the sort of link, the link."""
    number = f"07700900{next(_numbers)}"
    handler.goto(f"{site.url}/incidents/new/")
    handler.locator("[name=caller_number]").fill(number)
    handler.locator("[name=location_text]").fill("14 Harbour Lane")
    handler.locator("[name=description]").fill("Man tried the door an hour ago. Doorbell camera has him.")
    handler.locator("[name=category_code]").fill("Possession of weapon")
    handler.keyboard.press("Alt+1")
    handler.locator("[name=link_mode][value=video]").focus()
    handler.keyboard.press("ArrowRight")
    handler.keyboard.press("ArrowRight")
    expect(handler.locator("[name=link_mode][value=upload]")).to_be_checked()
    handler.locator("[name=caller_agrees]").check()
    handler.keyboard.press("Control+Enter")
    handler.wait_for_url(re.compile(r"/incidents/[0-9a-f-]{36}/"))
    expect(handler.locator(".caller-files")).to_contain_text("The caller has chosen nothing yet.", timeout=15_000)
    incident = re.search(r"/incidents/([0-9a-f-]{36})/", handler.url)
    assert incident
    link = story.text_link(handler, site, number)
    return story.Call(site, handler, incident[1], number, link), link


def test_two_files_come_over_a_line_that_breaks_and_a_page_that_is_loaded_again(
    live_site: Site, browser: Browser, tmp_path: Path
) -> None:
    handler = people.at_a_desk(browser, live_site, people.HANDLER)
    call, link = take_call(handler, live_site)
    photo, video = jpeg(size=(1200, 900)) + bytes(300_000), film(size=900_000)
    files = [tmp_path / "doorbell.jpg", tmp_path / "doorbell.mp4"]
    files[0].write_bytes(photo)
    files[1].write_bytes(video)

    phone = people.phone(browser)
    phone.add_init_script(NO_CAMERA)
    chunks: list[str] = []
    cut = True

    def carry(route: Route) -> None:
        if route.request.method != "PATCH":
            return route.continue_()
        if cut and len(chunks) >= 3:
            return route.abort("internetdisconnected")
        chunks.append(route.request.headers["upload-offset"])
        return route.continue_()

    phone.route(re.compile(r"/phone/[0-9a-f-]{36}/files/"), carry)
    caller = phone.new_page()
    caller.goto(link)
    expect(caller.get_by_text("Police get only the photos and films you choose")).to_be_visible()
    caller.get_by_role("button", name="Go on to choose").click()
    expect(caller.get_by_text("Police can see where you are")).to_be_visible(timeout=15_000)
    with caller.expect_file_chooser() as chooser:
        caller.get_by_role("button", name="Choose from my phone").click()
    chooser.value.set_files(files)
    expect(caller.get_by_text("Waiting for signal. It goes on by itself.").first).to_be_visible(timeout=20_000)
    expect(handler.locator(".caller-files li")).to_have_count(2, timeout=15_000)
    expect(handler.locator(".caller-files")).to_contain_text("On its way")
    assert caller.get_by_text("Police have it").count() < 2

    caller.reload()
    cut = False
    caller.get_by_role("button", name="Go on to choose").click()
    expect(caller.locator("#files-list [data-state=have]")).to_have_count(2, timeout=40_000)
    expect(caller.locator("#files-list")).to_contain_text("Police have it")
    assert chunks.count("0") == 2, "each began once: what was here was not sent again"
    assert caller.evaluate("window.filmed") is None

    expect(handler.locator(".caller-files li[data-state=good]")).to_have_count(2, timeout=15_000)
    exhibits = [
        call.api(f"exhibits/{one['id']}/") for one in call.api(f"exhibits/?incident={call.incident}")["results"]
    ]
    items = [item for exhibit in exhibits for item in exhibit["items"]]
    assert {item["sha256"] for item in items} == {hashlib.sha256(data).hexdigest() for data in (photo, video)}
    assert {item["kind"] for item in items} == {"caller_upload"}
    assert story.master_file(live_site, hashlib.sha256(photo).hexdigest()).read_bytes() == photo
    wait_for(lambda: sum("from the caller" in text for text in call.log_texts()) == 2, "both in the log")

    handler.locator(".caller-files li", has_text="doorbell.jpg").get_by_role("link").click()
    expect(handler.get_by_text("Smaller copy, not the master")).to_be_visible()
    wait_for(lambda: handler.evaluate("document.querySelector('.exhibit-stage img').naturalWidth") == 1200, "the copy")
    for context in (phone, handler.context):
        context.close()


def test_a_page_that_calls_itself_a_photo_is_refused_and_a_withdrawn_link_takes_nothing(
    live_site: Site, browser: Browser, tmp_path: Path
) -> None:
    handler = people.at_a_desk(browser, live_site, people.HANDLER)
    _, link = take_call(handler, live_site)
    evil, good = tmp_path / "me.jpg", tmp_path / "street.jpg"
    evil.write_bytes(b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'></svg>")
    good.write_bytes(two_in_one())
    phone = people.phone(browser)
    caller = phone.new_page()
    caller.goto(link)
    caller.get_by_role("button", name="Go on to choose").click()
    caller.locator("#files-pick").wait_for(state="attached")
    expect(caller.get_by_text("Police can see where you are")).to_be_visible(timeout=15_000)
    caller.locator("#files-pick").set_input_files([evil, good])
    expect(caller.get_by_text("Not taken. This is not a photo or a film.")).to_be_visible(timeout=20_000)
    expect(caller.get_by_text("Police have it")).to_be_visible(timeout=20_000)
    expect(handler.locator(".caller-files")).to_contain_text("Not taken: not a photo or a film", timeout=15_000)

    handler.get_by_role("button", name="Withdraw link").click()
    expect(caller.get_by_text("Police have stopped watching.")).to_be_visible(timeout=15_000)
    expect(caller.get_by_role("button", name="Choose from my phone")).to_be_hidden()
    for context in (phone, handler.context):
        context.close()
