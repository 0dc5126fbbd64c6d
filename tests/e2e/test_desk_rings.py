"""Two rings and a line of words: a lost emergency call, and an Immediate that nobody is assigned to at its target."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from incidents.management.commands.call import Feed
from tests.helpers import people, story
from tests.helpers.looks import look
from tests.helpers.services import wait_for
from tests.helpers.site import Site, from_environment

SOON = 15_000  # milliseconds
COUNT = """(() => {
  window.tones = 0;
  const make = AudioContext.prototype.createOscillator;
  AudioContext.prototype.createOscillator = function () { window.tones += 1; return make.call(this); };
})()"""
LOST = "An emergency call rang off before anybody answered. Ring back."
TWO_RINGS = 4  # tones
#: Nothing comes due while a story listens but what it tells of itself.
NOTHING_DUE = """
from datetime import timedelta
from core.clock import now
from incidents.models import Incident
Incident.objects.exclude(assign_by=None).update(assign_by=now() + timedelta(hours=1))
"""
#: The target passes in some seconds: nobody waits for minutes in a story.
SOON_LATE = """
from datetime import timedelta
from django.db import transaction
from core.clock import now
from incidents.models import Incident
from incidents.services.announce import announce_change
with transaction.atomic():
    one = Incident.objects.get(pk="{incident}")
    one.assign_by, one.version = now() + timedelta(seconds=4), one.version + 1
    one.save(update_fields=["assign_by", "version"])
    announce_change(one)
"""


@pytest.fixture(scope="module")
def ringing_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site of its own: calls that nobody deals with would be said at the desks of every other story."""
    directory: Path = tmp_path_factory.mktemp("ringing")
    with from_environment(directory) as running:
        yield running


def listening(browser: Browser, site: Site, collar: str, path: str = "/") -> Page:
    """A desk whose sound is on, with a count of its tones."""
    desk = people.at_a_desk(browser, site, collar)
    desk.context.add_init_script(COUNT)
    desk.goto(f"{site.url}{path}")
    expect(desk.locator("#connection")).to_have_attribute("data-state", "up", timeout=SOON)
    desk.keyboard.press("Shift")
    return desk


def tones(desk: Page) -> int:
    return int(desk.evaluate("window.tones"))


def message(desk: Page) -> Locator:
    return desk.locator("#system-line [data-message]")


def feed_of(site: Site) -> Feed:
    return Feed(site.url, (site.directory / "data" / "telephony-token").read_text().strip(), 0)


def test_an_immediate_that_nobody_is_assigned_to_rings_once_on_a_terminal_and_can_be_silenced(
    ringing_site: Site, browser: Browser
) -> None:
    ringing_site.shell(NOTHING_DUE)
    dhillon = listening(browser, ringing_site, people.DISPATCHER, "/units/")
    second = dhillon.context.new_page()
    second.goto(f"{ringing_site.url}/")
    expect(second.locator("#connection")).to_have_attribute("data-state", "up", timeout=SOON)
    second.keyboard.press("Shift")
    okafor = listening(browser, ringing_site, people.HANDLER)
    words = re.compile(r"^Incident \d+: nobody assigned by its target, (\d\d:\d\d:\d\d)\.$")

    late = story.open_immediate(okafor, "Slipway by the lifeboat house")
    ringing_site.shell(SOON_LATE.format(incident=late))
    wait_for(lambda: tones(dhillon) + tones(second) == TWO_RINGS, "two rings in one of the windows", seconds=20)
    said = [message(window).inner_text() for window in (dhillon, second)]
    found = [match for one in said if (match := words.match(one))]
    assert len(found) == 1, said
    assert found[0][1] <= dhillon.locator("#wall-clock").inner_text(), "the target that passed, not the one before"
    assert tones(okafor) == 0

    # Switched off it is still said.
    dhillon.bring_to_front()
    dhillon.locator("details.menu > summary").click()
    dhillon.get_by_label("No ring for late Immediates and lost calls").check()
    look(dhillon, "desk-rings-menu")
    second.close()
    ringing_site.shell(SOON_LATE.format(incident=story.open_immediate(okafor, "Bus shelter, Weir Street")))
    before = tones(dhillon)
    expect(message(dhillon)).to_have_text(words, timeout=SOON)
    expect(message(dhillon)).not_to_have_text(words, timeout=SOON)
    assert tones(dhillon) == before
    dhillon.get_by_label("No ring for late Immediates and lost calls").uncheck()


def test_a_lost_call_rings_at_every_desk_that_takes_calls_but_not_into_a_call(
    ringing_site: Site, browser: Browser
) -> None:
    ringing_site.shell(NOTHING_DUE)
    feed, talking = feed_of(ringing_site), f"E2E-{uuid.uuid4().hex[:12]}"
    feed.send(talking, "RINGING", cli="+447700900861")
    feed.send(talking, "ANSWERED", collar_number=people.HANDLER, position="Desk 3")
    okafor = listening(browser, ringing_site, people.HANDLER)
    expect(okafor.locator("call-pop [data-call]").first).to_be_visible(timeout=SOON)
    hale = listening(browser, ringing_site, people.SUPERVISOR, "/supervise/")
    dhillon = listening(browser, ringing_site, people.DISPATCHER)

    lost = f"E2E-{uuid.uuid4().hex[:12]}"
    feed.send(lost, "RINGING", cli="+447700900862")
    feed.send(lost, "ENDED")
    for desk in (hale, okafor):
        expect(message(desk)).to_have_text(LOST, timeout=SOON)
    wait_for(lambda: tones(hale) == TWO_RINGS, "two rings", seconds=15)
    look(hale, "desk-rings-lost-call")
    expect(message(hale)).not_to_contain_text("rang off", timeout=SOON)
    assert [tones(desk) for desk in (hale, okafor, dhillon)] == [TWO_RINGS, 0, 0], "nobody is rung at in a call"

    # Another page of the same terminal does not ring again, and one's own call that drops does.
    hale.goto(f"{ringing_site.url}/map/")
    expect(hale.locator("#connection")).to_have_attribute("data-state", "up", timeout=SOON)
    feed.send(talking, "ENDED")
    expect(message(okafor)).to_have_text("Your emergency call rang off, and no incident has it.", timeout=SOON)
    wait_for(lambda: tones(okafor) == TWO_RINGS, "two rings", seconds=15)
    assert tones(hale) == 0
