"""From the ring of the phone to the close of the incident: four people at desks, a caller, and no mouse at a desk."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from incidents.management.commands.call import Feed, _ringing, aml_text
from tests.helpers import keyboard, people, story
from tests.helpers.looks import look
from tests.helpers.site import Site

SOON = 15_000  # milliseconds
NUMBER = "+447700900862"
SCHEMES: tuple[Literal["dark"], Literal["light"]] = ("dark", "light")


@dataclass(frozen=True)
class Room:
    """The control room: who sits at which screen."""

    site: Site
    okafor: Page  # answers the first call
    whitlock: Page  # answers the second
    dhillon: Page  # sends units
    hale: Page  # supervises


@pytest.fixture
def room(live_site: Site, browser: Browser) -> Room:
    desks = [
        people.at_a_desk(browser, live_site, collar)
        for collar in (people.HANDLER, people.SECOND_HANDLER, people.DISPATCHER, people.SUPERVISOR)
    ]
    for desk in desks:
        desk.goto(f"{live_site.url}/")
        expect(desk.locator("live-list")).to_be_attached()
    return Room(live_site, *desks)


def ring(site: Site, collar: str, *, number: str = NUMBER) -> None:
    """The telephone: rings with EISEC, sends AML, is answered."""
    token = (site.directory / "data" / "telephony-token").read_text().strip()
    feed, call, now = Feed(site.url, token, 0), f"E2E-{uuid.uuid4().hex[:12]}", datetime.now(UTC)
    feed.send(call, "RINGING", **(_ringing(now, "3", silent=False) | {"cli": number}))
    feed.send(call, "AML", aml=aml_text(now, radius=11, method="G"))
    feed.send(call, "ANSWERED", collar_number=collar, position="Desk 3")


def answer(desk: Page) -> None:
    """The call stands in the top bar of who answered; Enter opens the form it has filled."""
    expect(desk.locator(".call-pop[data-call]")).to_be_visible(timeout=SOON)
    desk.keyboard.press("Escape")
    desk.keyboard.press("Enter")
    expect(desk).to_have_url(re.compile(r"/incidents/new/\?call="), timeout=SOON)
    listens(desk)


def open_incident(desk: Page) -> str:
    """Okafor fills the form from the caller's words and sends the link; returns the incident's id."""
    expect(desk.locator("[name=caller_number]")).to_have_value(re.compile("900862"))
    for name, words in (
        ("caller_name", "Leah Marsden"),
        ("location_text", "Outside 14 Harbour Lane"),
        ("description", "Man with a knife outside, shouting at passers-by. Caller upstairs."),
        ("category_code", "Possession of weapon"),
    ):
        keyboard.type_into(desk.locator(f"[name={name}]"), words)
    desk.keyboard.press("Alt+1")
    expect(desk.locator("[name=grade_code]").first).to_be_checked()
    threat = desk.locator(".thrive-line").first
    keyboard.type_into(threat.locator("[name=threat]"), "Knife seen, not used")
    keyboard.tab_to(threat.locator("input[type=radio]").first)
    desk.keyboard.press("h")
    keyboard.press(desk.locator("[name=caller_agrees]"), key="Space")
    look(desk, "ring-intake-1440-dark")
    desk.keyboard.press("Control+Enter")
    desk.wait_for_url(re.compile(r"/incidents/[0-9a-f-]{36}/"), timeout=SOON)
    found = re.search(r"/incidents/([0-9a-f-]{36})/", desk.url)
    assert found
    return found[1]


def describe(desk: Page) -> None:
    """The picture of this moment is held; what is seen is typed; Ctrl Enter saves it."""
    desk.keyboard.press("Alt+d")
    sheet = desk.locator('[data-sheet="describe"]')
    expect(sheet).to_be_visible()
    keyboard.type_into(sheet.locator("#p-clothing"), "red hooded top, black joggers")
    keyboard.type_into(sheet.locator("#p-carrying"), "kitchen knife, right hand")
    desk.keyboard.press("Control+Enter")
    expect(sheet).to_be_hidden(timeout=SOON)


def listens(desk: Page) -> None:
    """The page that was just opened takes keys: its scripts have run when its connection stands."""
    expect(desk.locator("#connection")).to_have_attribute("data-state", "up", timeout=SOON)


def send_nearest(desk: Page, incident: str) -> str:
    """Dhillon goes down the queue to the incident, asks whom to send and takes the first; returns the call sign."""
    desk.keyboard.press("q")
    row = desk.locator(f'.queue-row[data-incident="{incident}"]')
    keyboard.tab_to(row, key="j")
    desk.keyboard.press("Enter")
    expect(desk).to_have_url(re.compile(incident), timeout=SOON)
    listens(desk)
    desk.keyboard.press("Alt+a")
    first = desk.locator('.offers [data-rank="1"]')
    expect(first).to_be_focused(timeout=SOON)
    sign = str(first.get_attribute("data-sign"))
    look(desk, "ring-send-1440-dark")
    desk.keyboard.press("1")
    desk.keyboard.press("Enter")
    expect(desk.locator(".send-words")).to_contain_text(sign, timeout=SOON)
    return sign


def set_state(desk: Page, site: Site, sign: str, state: str) -> None:
    """On the page of units: down to the unit, Enter, and the State's number."""
    desk.keyboard.press("Escape")
    desk.keyboard.press("u")
    expect(desk).to_have_url(f"{site.url}/units/", timeout=SOON)
    listens(desk)
    row = desk.locator(".unit-row", has_text=sign).first
    expect(row).to_be_visible()
    keyboard.tab_to(desk.locator('.unit-row[tabindex="0"]').first)
    keyboard.tab_to(row, key="j")
    desk.keyboard.press("Enter")
    expect(row.locator("select")).to_be_focused()
    desk.keyboard.type(state)
    expect(row.locator(".unit-state").first).to_have_attribute("data-state", state, timeout=SOON)


def share(desk: Page) -> None:
    """A guest link for one named person, read back before it goes."""
    desk.keyboard.press("Escape")
    desk.keyboard.press("Alt+h")
    form = desk.locator("#guests-form")
    expect(form).to_be_visible(timeout=SOON)
    for label, words in (("Agency", "Northmere Ambulance"), ("Name", "J. Smith"), ("Mobile or e-mail", "07700 900642")):
        keyboard.type_into(form.get_by_label(label), words)
    keyboard.press(form.get_by_label("Read back and confirmed"), key="Space")
    keyboard.type_into(form.get_by_label("Purpose"), "To treat the injured")
    keyboard.press(form.get_by_role("button", name="Share"))
    expect(desk.locator("[data-guest] .state")).to_have_text("Not opened", timeout=SOON)


def log(room: Room, incident: str) -> list[dict[str, Any]]:
    answered = room.hale.request.get(f"{room.site.url}/api/v1/incidents/{incident}/log/")
    assert answered.ok
    return list(answered.json())


def has(entries: list[dict[str, Any]], type_: str, words: str) -> bool:
    return any(entry["type"] == type_ and words in entry["text"] for entry in entries)


def attach(desk: Page, incident: str) -> None:
    """Whitlock has a second caller: the form says that it is the same incident, F8 attaches the call."""
    keyboard.type_into(desk.locator("[name=location_text]"), "14 Harbour Lane")
    keyboard.type_into(desk.locator("[name=description]"), "Man with a knife, I can see him from the shop")
    expect(desk.locator("[data-same-found]")).to_contain_text("Possession of weapon", timeout=SOON)
    desk.keyboard.press("F8")
    expect(desk).to_have_url(re.compile(incident), timeout=SOON)
    listens(desk)


def write(desk: Page, words: str) -> None:
    """An entry in the log: L, the words, Enter."""
    desk.keyboard.press("Alt+l")
    expect(desk.locator("#quick-text")).to_be_focused()
    desk.keyboard.type(words)
    desk.keyboard.press("Enter")


def ask_to_close(desk: Page) -> None:
    keyboard.command(desk, "Close the incident")
    form = desk.locator("#view-close form").first
    expect(form).to_be_visible(timeout=SOON)
    keyboard.type_into(form.locator("[name=category_code]"), "Possession of weapon")
    keyboard.type_into(form.locator("[name=text]"), "Man stopped and searched, knife not found. Words of advice.")
    keyboard.type_into(form.locator("[name=no_crime_rationale]"), "No knife found, two saw an umbrella.")
    keyboard.press(form.get_by_role("button", name="Ask a supervisor to close"))
    expect(desk.locator("#view-close")).to_contain_text("Asked. The supervisors see it now.", timeout=SOON)


def accept(desk: Page, incident: str) -> None:
    """Hale's request comes by itself; she reads what it is about and accepts."""
    asked = desk.locator(".asked-one", has=desk.locator(f'a[href*="{incident}"]'))
    expect(asked).to_be_attached(timeout=SOON)
    keyboard.tab_to(desk.get_by_role("button", name="to decide"), key="Shift+Tab").page.keyboard.press("Enter")
    expect(asked).to_be_visible()
    keyboard.press(asked.get_by_role("button", name="Accept"))
    expect(asked).to_have_count(0, timeout=SOON)


def pictures(desk: Page) -> None:
    """As it looks on the two screens of a console, dark and light; clean and without a sideways scroll in each."""
    for width, height in ((1440, 900), (2560, 1440)):
        desk.set_viewport_size({"width": width, "height": height})
        for scheme in SCHEMES:
            desk.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            expect(desk.locator("html")).to_have_attribute("data-theme", scheme)
            look(desk, f"ring-live-{width}-{scheme}")
    desk.emulate_media(color_scheme="dark", reduced_motion="no-preference")
    desk.set_viewport_size(people.DESKTOP)


def test_from_the_ring_to_the_close_with_no_mouse_at_a_desk(room: Room, browser: Browser) -> None:
    okafor, whitlock, dhillon, hale = room.okafor, room.whitlock, room.dhillon, room.hale

    # --- a call comes, to the one who answers it and to nobody else
    ring(room.site, people.HANDLER)
    answer(okafor)
    expect(whitlock.locator(".call-pop[data-call]")).to_have_count(0)
    incident = open_incident(okafor)
    unassigned = dhillon.locator('[data-rows="unassigned_immediate"]')
    expect(unassigned.locator(f'[data-incident="{incident}"]')).to_be_visible(timeout=SOON)

    # --- the caller shows the scene
    expect(okafor.locator("link-status")).to_be_attached(timeout=SOON)
    phone = people.phone(browser)
    caller = story.show_camera(phone, story.text_link(okafor, room.site, NUMBER))
    expect(caller.get_by_text("Police can see this")).to_be_visible(timeout=SOON)
    story.sees_moving_picture(okafor)

    # --- somebody else rings about it; it stays one incident, and what they say is on every screen
    ring(room.site, people.SECOND_HANDLER, number="+447700900871")
    answer(whitlock)
    attach(whitlock, incident)
    write(whitlock, "Second caller in the shop: he went towards the chapel.")
    expect(okafor.locator("#view-log")).to_contain_text("went towards the chapel", timeout=SOON)

    # --- what is seen is described; the nearest suitable unit is sent
    room.site.shell(story.FRESH)
    describe(okafor)
    expect(whitlock.locator("#view-log")).to_contain_text("red hooded top", timeout=SOON)
    sign = send_nearest(dhillon, incident)
    expect(okafor.locator("#incident .incident-head")).to_contain_text(sign, timeout=SOON)
    pictures(okafor)

    # --- ambulance are let in; the unit arrives; it ends
    share(okafor)
    for state in ("5", "6"):
        set_state(dhillon, room.site, sign, state)
    expect(okafor.locator("#incident .incident-head")).to_contain_text("attended", timeout=SOON, ignore_case=True)
    okafor.keyboard.press("Escape")
    okafor.keyboard.press("Alt+v")
    keyboard.press(okafor.get_by_role("button", name="End video"))
    expect(caller.get_by_text("Police have stopped watching")).to_be_visible(timeout=SOON)
    set_state(dhillon, room.site, sign, "2")
    ask_to_close(okafor)
    accept(hale, incident)
    expect(okafor.locator("#incident .incident-head")).to_contain_text("Closed", timeout=SOON)

    # --- everything that was done is in the log, in order, and the log is whole
    keyboard.command(okafor, "log is whole")
    entries = log(room, incident)
    expect(okafor.locator(".log-verdict")).to_contain_text(f"Log whole, {len(entries)} entries", timeout=SOON)
    assert [entry["seq"] for entry in entries] == list(range(1, len(entries) + 1))
    assert all(after["prev_hash"] == before["hash"] for before, after in pairwise(entries))
    for type_, words in (
        ("NARRATIVE", "went towards the chapel"),
        ("RESOURCE", sign),
        ("TRANSFER", "Northmere Ambulance"),
        ("CLOSE", "knife not found"),
    ):
        assert has(entries, type_, words), (type_, words, [(entry["type"], entry["text"]) for entry in entries])
    look(okafor, "ring-closed-1440-dark")
    phone.close()
