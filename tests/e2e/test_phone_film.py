"""The connection is lost, the phone goes on recording, comes back and sends; nothing forged is used."""

from __future__ import annotations

import html
import json
import re
from typing import Any

from playwright.sync_api import Browser, Page, Route, WebSocketRoute, expect

from tests.helpers import camera, people, story
from tests.helpers.services import wait_for
from tests.helpers.site import Site

ON_THE_PHONE = """() => new Promise((resolve) => {
  const opening = indexedDB.open('sightline-film', 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore('pieces', { keyPath: 'key' });
  opening.onsuccess = () => {
    const all = opening.result.transaction('pieces').objectStore('pieces').getAll();
    all.onsuccess = () => {
      opening.result.close();
      resolve(all.result.map(({ bytes, ...rest }) => rest));
    };
  };
})"""
# Somebody alters one piece on the phone after its hash was made.
ALTER_LAST = """() => new Promise((resolve) => {
  const opening = indexedDB.open('sightline-film', 1);
  opening.onsuccess = () => {
    const store = opening.result.transaction('pieces', 'readwrite').objectStore('pieces');
    const all = store.getAll();
    all.onsuccess = () => {
      const piece = all.result.sort((a, b) => b.sequence - a.sequence)[0];
      const bytes = new Uint8Array(piece.bytes.slice(0));
      bytes[bytes.length - 1] ^= 1;
      const put = store.put({ ...piece, bytes: bytes.buffer });
      put.onsuccess = () => { opening.result.close(); resolve(piece.sha256); };
    };
  };
})"""


def on_the_phone(page: Page) -> list[dict[str, Any]]:
    return list(page.evaluate(ON_THE_PHONE))


def test_a_lost_connection_is_filled_from_the_phone_and_a_forged_piece_is_shown_as_one(
    live_site: Site, browser: Browser
) -> None:
    handler = people.at_a_desk(browser, live_site, people.HANDLER)
    call = story.take_call(handler, live_site)
    phone = people.phone(browser)
    carried: set[str] = set()
    has_room = False  # the line carries one piece while the picture goes on, the others only later

    def carry(route: Route) -> None:
        piece = route.request.url.partition("?")[0]
        if has_room or not carried or piece in carried:
            carried.add(piece)
            route.continue_()
        else:
            route.abort()

    phone.route(re.compile(r"/phone/[0-9a-f-]{36}/[0-9a-f-]{36}/"), carry)
    caller = story.show_camera(phone, call.link)
    expect(caller.locator("#rec")).to_have_text(re.compile(r"REC 0:?\d?\d:(0[6-9]|[1-5]\d)"), timeout=40_000)
    assert on_the_phone(caller) == [], "while all is well nothing is kept"

    victim = "media" if "media" in live_site.commands else "web"
    live_site.kill(victim)
    expect(caller.get_by_text("Recording on your phone until the connection is back")).to_be_visible(timeout=20_000)
    wait_for(lambda: len(on_the_phone(caller)) >= 4, "four pieces on the phone", seconds=40)
    forged = caller.evaluate(ALTER_LAST)
    kept = {piece["sha256"] for piece in on_the_phone(caller)}
    with caller.expect_response(lambda answer: answer.request.method == "PATCH" and answer.ok, timeout=120_000):
        live_site.start(victim)
        live_site.wait_ready()
        expect(caller.get_by_text("Recorded and saved")).to_be_visible(timeout=60_000)
        expect(caller.get_by_text(re.compile(r"Sending \d+ of \d+ pieces, please keep this page open"))).to_be_visible()
    kept |= {piece["sha256"] for piece in on_the_phone(caller)}
    handler.get_by_role("button", name="End video").click()
    expect(caller.get_by_text("Your phone still has film that police have not got")).to_be_visible(timeout=20_000)
    has_room = True
    caller.get_by_role("button", name="Send it to police").click()
    expect(caller.get_by_text("Everything your phone recorded has been sent.")).to_be_visible(timeout=60_000)
    assert on_the_phone(caller) == []
    exhibit = call.sealed_exhibit(seconds=90)

    films = [item for item in exhibit["items"] if item["kind"] == "phone_video"]
    assert {item["sha256"] for item in films} >= kept - {forged}, "what came is what was announced"
    for item in films:
        assert len(camera.counters_of(story.master_file(live_site, item["sha256"]))) > 30
    (altered,) = [item for item in exhibit["items"] if item["kind"] == "phone_differs"]
    assert altered["sha256"] != forged
    assert story.master_file(live_site, altered["sha256"]).is_file()

    line = _ledger(call, exhibit["id"])
    amber = [run for run in line["runs"] if run["state"] == "phone"]
    assert sum(run["for"] for run in amber) >= 4, line["runs"]

    handler.goto(f"{live_site.url}/evidence/{exhibit['id']}/")
    table = handler.get_by_role("region", name="Recorded on the phone", exact=True)
    expect(table.get_by_text("Equal to the announced hash").first).to_be_visible()
    expect(table.get_by_text("Differs from the hash announced before")).to_have_count(1)
    table.get_by_role("button", name="Play").first.click()
    player = handler.locator("video[data-phone]")
    expect(handler.locator("[data-phone-label]")).to_contain_text("Recorded on the phone, piece 1")
    wait_for(lambda: player.evaluate("video => video.currentTime > 0.5 && video.videoWidth > 0"), "a moving picture")
    handler.get_by_role("button", name="Back to the recording").click()
    expect(player).to_have_count(0)
    for context in (phone, handler.context):
        context.close()


def _ledger(call: story.Call, exhibit: str) -> dict[str, Any]:
    page = call.handler.request.get(f"{call.site.url}/video/exhibits/{exhibit}/ledger/").text()
    found = re.search(r'<gap-ledger data-seek data-line="(.*?)"', page)
    assert found, page[:500]
    return dict(json.loads(html.unescape(found[1])))


def test_a_caller_who_stops_is_asked_and_may_delete(live_site: Site, browser: Browser) -> None:
    """The phone has film that was never sent; the call is over, the tab was closed, the link is opened again."""
    handler = people.at_a_desk(browser, live_site, people.HANDLER)
    call = story.take_call(handler, live_site)
    phone = people.phone(browser)
    caller = phone.new_page()
    caller.route(re.compile(r"/phone/[0-9a-f-]{36}/"), lambda route: route.abort())
    sockets: list[WebSocketRoute] = []
    down = False

    def relay(socket: WebSocketRoute) -> None:
        if down:
            return socket.close(code=1011)
        sockets.extend([socket, socket.connect_to_server()])
        return None

    caller.route_web_socket(re.compile("/ws/caller/"), relay)
    caller.goto(call.link)
    caller.get_by_role("button", name=story.CAMERA_BUTTON).click()
    expect(caller.locator("#rec")).to_have_text(re.compile(r"REC 0:?\d?\d:(0[4-9]|[1-5]\d)"), timeout=40_000)
    down = True
    for socket in sockets:
        socket.close()
    wait_for(lambda: len(on_the_phone(caller)) >= 2, "two pieces on the phone", seconds=40)
    down = False
    expect(caller.get_by_text("Recorded and saved")).to_be_visible(timeout=30_000)
    caller.get_by_role("button", name="Stop", exact=True).click()
    caller.get_by_role("button", name="Stop camera and location").click()
    expect(caller.get_by_text("Your phone still has film that police have not got")).to_be_visible(timeout=15_000)
    assert caller.evaluate("document.documentElement.scrollWidth") <= 390
    expect(handler.get_by_text("Ended by the caller").first).to_be_visible(timeout=15_000)
    caller.close()

    later = phone.new_page()
    later.goto(call.link)
    expect(later.get_by_role("heading", name="This link has ended")).to_be_visible()
    expect(later.get_by_text("Your phone still has film that police have not got")).to_be_visible()
    later.get_by_role("button", name="Delete it from my phone").click()
    expect(later.get_by_text("Deleted from your phone. Police will not get it.")).to_be_visible()
    assert on_the_phone(later) == []
    for context in (phone, handler.context):
        context.close()
