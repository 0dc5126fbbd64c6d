"""Something of the system is away: the room is told since when, what still works, what to do, and when it is over."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.helpers import cuttable, people, site, story
from tests.helpers.looks import look

FULL = bool(os.environ.get("DATABASE_URL"))  # the embedded profile has no Redis that could be away
NOTICED, OVER = 30_000, 45_000  # milliseconds; a part is away after two looks, and over ten seconds after the last


@dataclass
class Fault:
    part: str
    words: str
    log: str
    site: site.Site
    cut: Callable[[], None]
    mend: Callable[[], None]


@pytest.fixture(params=["storage", *(["channel_layer"] if FULL else [])])
def fault(request: pytest.FixtureRequest, live_site: site.Site, tmp_path: Path) -> Iterator[Fault]:
    """A part that goes away for a web process of its own, over everybody's data."""
    if request.param == "channel_layer":
        redis = urlsplit(os.environ["REDIS_URL"])
        with cuttable.line(int(redis.port or 6379)) as line:
            url = redis._replace(netloc=f"127.0.0.1:{line.port}").geturl()
            with site.beside(live_site, tmp_path, REDIS_URL=url) as ours:
                words = "refreshes every 5 s"
                yield Fault("channel_layer", words, "Live updates: not answering", ours, line.cut, line.mend)
        return
    store = tmp_path / "evidence"
    with site.beside(live_site, tmp_path, EVIDENCE_DIR=str(store)) as ours:
        away = tmp_path / "unplugged"

        def unplug() -> None:
            store.rename(away)
            store.write_text("no directory any more")

        def plug() -> None:
            store.unlink()
            away.rename(store)

        yield Fault("storage", "Recording goes on", "Evidence storage: not answering", ours, unplug, plug)


def line_of(desk: Page) -> str:
    return desk.locator("#system-line [data-message]").inner_text()


def wall_and_phone(browser: Browser, ours: site.Site) -> tuple[Page, Page]:
    wall = people.at_a_desk(browser, ours, people.SUPERVISOR)
    wall.goto(f"{ours.url}/video/wall/")
    expect(wall.locator("[data-count]")).not_to_have_text("–")
    phone = people.at_a_desk(browser, ours, people.OFFICER, viewport={"width": 390, "height": 844}, has_touch=True)
    phone.goto(f"{ours.url}/units/mine/")
    expect(phone.locator("#sync")).to_have_attribute("data-link", "up")
    return wall, phone


def the_others_say_it_too(wall: Page, phone: Page, *, late: bool) -> None:
    """The wall and an officer's phone say until when they are true, in the words of the console's lists."""
    lists = [wall.locator(".wall-feeds [data-as-of]"), phone.locator(".page-head [data-as-of]")]
    for as_of in lists:
        expect(as_of).to_have_count(1)
        if late:
            expect(as_of).to_have_text(AS_OF)
        else:
            expect(as_of).to_be_hidden()
    expect(phone.locator("#sync")).to_have_attribute("data-link", "late" if late else "up")
    expect(phone.locator("[data-sync-word]")).to_have_text("Not live" if late else "Synced")
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390


BOXES = """wall => [...wall.querySelectorAll(".tile, .clocks-panel, .clocks-panel .panel-head")]
  .map(one => { const { x, y, width, height } = one.getBoundingClientRect(); return [x, y, width, height].join(); })"""


def the_supervisors_wall_says_it(browser: Browser, ours: site.Site) -> None:
    """Her figures and her clocks say until when they are true; also after they were fetched again. Nothing moves."""
    hale = people.at_a_desk(browser, ours, people.SUPERVISOR)
    hale.goto(f"{ours.url}/supervise/")
    wall = hale.locator("supervise-wall")
    said = [wall.locator(f"{place} [data-as-of]") for place in ("#supervise-tiles", "#supervise-clocks")]
    for as_of in said:
        expect(as_of).to_have_count(1)
        expect(as_of).to_be_hidden()
    places = wall.evaluate(BOXES)
    hale.route_web_socket("**/ws/live/", lambda socket: socket.close())
    hale.reload()
    for as_of in said:
        expect(as_of).to_have_text(AS_OF, timeout=NOTICED)
    assert wall.evaluate(BOXES) == places
    first = said[1].inner_text()
    expect(said[1]).not_to_have_text(first, timeout=NOTICED)  # refreshed, although nothing is heard
    for as_of in said:
        expect(as_of).to_have_text(AS_OF)
    look(hale, "fault-link-supervise")
    hale.context.close()


LEFT_EMPTY = "list => list.getBoundingClientRect().bottom - list.lastElementChild.getBoundingClientRect().bottom"
PLACES = """card => [card, card.querySelector("header"), card.querySelector(".past")]
  .map(one => { const { x, y, width, height } = one.getBoundingClientRect(); return [x, y, width, height].join(); })"""
AS_OF = re.compile(r"^as of \d\d:\d\d:\d\d$")
PAUSED = """() => {
  const check = document.createElement("button");
  check.dataset.needs = "storage";
  check.textContent = "Check now";
  check.addEventListener("click", () => document.body.setAttribute("data-pressed", ""));
  document.querySelector("#main").append(check);
  const paint = getComputedStyle(check).backgroundImage;
  check.click();
  check.remove();
  return paint;
}"""  # as an exhibit has it


def test_a_part_goes_away_and_comes_back(fault: Fault, browser: Browser) -> None:
    okafor = people.at_a_desk(browser, fault.site, people.HANDLER)
    opened = story.open_immediate(okafor, "Fish market, Quayside")
    okafor.goto(f"{fault.site.url}/incidents/{opened}/")
    line = okafor.locator("#system-line")
    expect(line).to_have_attribute("data-level", "ok")
    link = okafor.locator("#connection")
    expect(link).to_have_attribute("data-state", "up")
    before = okafor.locator(".workspace").bounding_box()
    wall, phone = wall_and_phone(browser, fault.site)

    fault.cut()
    expect(line).to_have_attribute("data-level", "warn", timeout=NOTICED)
    said = line_of(okafor)
    since = re.search(r"down since (\d\d:\d\d:\d\d)\.", said)
    assert since, said
    assert fault.words in said
    assert okafor.locator(".workspace").bounding_box() == before, "nothing moved"
    as_of = okafor.locator("#queue [data-as-of]")
    expect(as_of).to_have_count(1)
    if fault.part == "channel_layer":
        expect(as_of).to_have_text(AS_OF)
        expect(link).to_have_attribute("data-state", "late")  # the socket stands, and no tick contradicts the line
        expect(link).to_have_text("Not live, every 5 s")
    else:
        expect(as_of).to_be_hidden()
        expect(link).to_have_attribute("data-state", "up")
    the_others_say_it_too(wall, phone, late=fault.part == "channel_layer")
    look(wall, f"fault-{fault.part}-wall")
    look(phone, f"fault-{fault.part}-phone-390")

    # What to do is one key away, wherever the focus is, and the key gives it back.
    entry = okafor.locator("#quick-text")
    entry.focus()
    okafor.keyboard.type("Caller says he has gone into the arcade")
    okafor.keyboard.press("F9")
    card = okafor.locator("#fault-card")
    expect(card.locator(f'[data-fault="{fault.part}"]')).to_contain_text("Do now")
    expect(card.locator("[data-no-fault]")).to_be_hidden()
    look(okafor, f"fault-{fault.part}")
    okafor.set_viewport_size({"width": 390, "height": 844})
    look(okafor, f"fault-{fault.part}-390")
    okafor.set_viewport_size(people.DESKTOP)
    okafor.keyboard.press("Escape")
    expect(card).to_be_hidden()
    expect(entry).to_be_focused()
    okafor.keyboard.press("Enter")
    expect(okafor.locator(".log-entry", has_text="into the arcade")).to_be_visible(timeout=15_000)
    expect(okafor.locator("#saved")).to_contain_text("All entries saved", timeout=15_000)

    # What needs the part is paused: pressed, it does nothing and says why, for some seconds.
    if fault.part == "storage":
        assert "repeating-linear-gradient" in okafor.evaluate(PAUSED), "hatched"
        expect(okafor.locator("#system-line [data-message]")).to_contain_text("Paused until it is back")
        expect(okafor.locator("body")).not_to_have_attribute("data-pressed", "")

    # It clears by itself, and the log says from when to when. So does the open card, and nothing in it jumps.
    okafor.keyboard.press("F9")
    past = card.locator("[data-past-faults]")
    expect(card).to_be_visible()
    expect(past).not_to_have_text("–")
    places = card.evaluate(PLACES)
    fault.mend()
    expect(line).to_have_attribute("data-level", "ok", timeout=OVER)
    expect(past.locator("li").first).to_contain_text(f"{since[1]} to ")
    expect(card.locator("[data-no-fault]")).to_be_visible()
    assert card.evaluate(PLACES) == places
    look(okafor, f"fault-{fault.part}-over")
    okafor.keyboard.press("Escape")
    expect(as_of).to_be_hidden()
    expect(link).to_have_attribute("data-state", "up")
    the_others_say_it_too(wall, phone, late=False)
    expect(okafor.locator(".log-entry", has_text=fault.log)).to_be_visible(timeout=30_000)
    assert f"from {since[1]} to" in okafor.locator(".log-entry", has_text=fault.log).inner_text()


def test_a_server_that_does_not_answer_and_one_whose_sockets_do_not(
    live_site: site.Site, browser: Browser, tmp_path: Path
) -> None:
    with site.beside(live_site, tmp_path) as ours:
        okafor = people.at_a_desk(browser, ours, people.HANDLER)
        opened = story.open_immediate(okafor, "Flat above the chandlery")
        okafor.goto(f"{ours.url}/incidents/{opened}/")
        line = okafor.locator("#system-line")
        expect(line).to_have_attribute("data-level", "ok")

        # Nothing is wrong: the card is as high as what it says, with no empty place for more, once it is known.
        card = okafor.locator("#fault-card")
        with okafor.expect_response("**/faults/past/") as answered:
            okafor.keyboard.press("F9")
        answered.value.finished()
        expect(card.locator("[data-no-fault]")).to_be_visible()
        okafor.keyboard.press("Escape")
        expect(card).to_be_hidden()
        okafor.keyboard.press("F9")
        expect(card.locator("[data-no-fault]")).to_be_visible()
        left = card.locator("[data-past-faults]").evaluate(LEFT_EMPTY)
        assert abs(left) < 8, left
        look(okafor, "fault-none")
        okafor.keyboard.press("Escape")

        # A proxy that takes no sockets is no outage: the lists are refreshed, and say until when they are true.
        second = okafor.context.new_page()
        second.route_web_socket("**/ws/live/", lambda socket: socket.close())
        second.goto(f"{ours.url}/")
        expect(second.locator("#system-line")).to_have_attribute("data-level", "warn", timeout=15_000)
        expect(second.locator("#system-line [data-message]")).to_contain_text("refreshes every 15 s", timeout=15_000)
        expect(second.locator("#queue [data-as-of]")).to_be_visible()
        the_supervisors_wall_says_it(browser, ours)
        new = story.open_immediate(okafor, "Boat adrift off the pier")
        expect(second.locator(f'.queue-row[data-incident="{new}"]')).to_have_count(1, timeout=NOTICED)
        second.close()

        # A server that answers nothing is.
        ours.kill("web")
        okafor.locator("#quick-text").focus()
        okafor.keyboard.type("Flames at the window now")
        okafor.keyboard.press("Enter")
        expect(line).to_have_attribute("data-level", "down", timeout=NOTICED)
        words = line_of(okafor)
        assert "Server not reachable since" in words
        assert "1 entry kept on this terminal. Use the paper log." in words
        expect(okafor.locator("#queue [data-as-of]")).to_have_text(AS_OF)
        okafor.keyboard.press("F9")
        expect(okafor.locator('#fault-card [data-fault="server"]')).to_contain_text("paper log")
        look(okafor, "fault-server")
        ours.start("web")
        expect(line).to_have_attribute("data-level", "ok", timeout=OVER)
        expect(okafor.locator("#saved")).to_contain_text("All entries saved", timeout=15_000)
        expect(okafor.locator(".log-entry", has_text="Flames at the window now")).to_have_count(1)
