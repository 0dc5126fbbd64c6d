"""The force's map in a browser: no request leaves the site, the lists lead into it, and it is words where nothing can
be drawn."""

from __future__ import annotations

import json
import re
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, Request, WebSocketRoute, expect

from tests.e2e.test_unit_map import NO_WEBGL
from tests.helpers import people, story
from tests.helpers.looks import axe_violations, overflow
from tests.helpers.site import Site

#: The chosen incident and the unit that is picked for it, clear of what stands over the map.
BOTH_IN_SIGHT = """() => {
  const map = document.querySelector('force-map');
  const { chosen, sending, incidents } = map.scene;
  const incident = incidents.find((one) => one.id === chosen), unit = map.units?.byId.get(sending.picked);
  return Boolean(map.map && incident && unit && map.holds([incident, unit]));
}"""


def drawn(page: Page, live_site: Site) -> None:
    page.goto(f"{live_site.url}/map/")
    expect(page.locator("force-map")).to_have_attribute("data-drawn", "yes", timeout=20_000)


def test_a_dispatcher_works_the_map_and_nothing_leaves_the_site(live_site: Site, browser: Browser) -> None:
    page = people.at_a_desk(browser, live_site, people.DISPATCHER)
    lines: list[WebSocketRoute] = []
    hosts: set[str] = set()

    def through(line: WebSocketRoute) -> None:
        hosts.add(urlsplit(line.url).netloc)
        line.connect_to_server()
        lines.append(line)

    def note(request: Request) -> None:
        if not request.url.startswith(("data:", "blob:")):
            hosts.add(urlsplit(request.url).netloc)

    page.context.on("request", note)
    page.route_web_socket(re.compile(r"/ws/live/$"), through)
    drawn(page, live_site)
    expect(page.locator(".state-units button", has_text="NB21")).to_be_visible()

    # the next incident by its key, its facts beside the map
    page.keyboard.press("]")
    facts = page.locator("[data-facts]")
    expect(facts).to_be_visible()
    expect(page.locator('[data-placed] button[aria-current="true"]')).to_have_count(1)
    page.keyboard.press("z")
    expect(page.locator("[data-scale-words]")).to_have_text(re.compile(r"^\d+ k?m$"))

    # a place, a call sign, a slip
    page.keyboard.press("u")
    field = page.locator("#map-find")
    expect(field).to_be_focused()
    for typed, words in (
        ("TA 614 294", "±71 m"),
        ("NB21", "NB21: State"),
        ("TA 61234", "as many digits"),
        ("99999", "No open incident"),
    ):
        field.fill(typed)
        field.press("Enter")
        expect(page.locator("[data-said]")).to_contain_text(words)

    # a unit that moves is drawn where it is
    unit = page.locator(".state-units button", has_text="NB21").get_attribute("data-unit")
    topic = page.locator("force-map").get_attribute("data-topic")
    moved = {"resource": unit, "call_sign": "NB21", "state": "5", "lat": 53.731, "lon": 0.447}
    moved["at"] = page.evaluate("new Date(Date.now() + 1000).toISOString()")
    lines[-1].send(json.dumps({"t": "ephemeral", "topic": topic, "kind": "units.moved", "data": {"moves": [moved]}}))
    page.wait_for_function(
        """id => { const map = document.querySelector('force-map');
          const at = map.map.project([0.447, 53.731]), drawn = map.screenOf(id);
          return drawn && Math.hypot(drawn[0] - at.x, drawn[1] - at.y) < 1; }""",
        arg=unit,
    )

    # measuring by keyboard, with the map's middle
    page.get_by_role("button", name="Measure").click()
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowRight")
    page.wait_for_function("() => !document.querySelector('force-map').map.isMoving()")
    page.keyboard.press("Enter")
    expect(page.locator("[data-measured]")).to_have_text(re.compile(r"^[\d.]+ k?m$"))

    assert axe_violations(page) == []
    assert overflow(page) <= 0
    assert hosts == {urlsplit(live_site.url).netloc}
    page.context.close()


def test_a_place_is_chosen_on_the_map_by_key_and_by_hand(live_site: Site, browser: Browser) -> None:
    page = people.at_a_desk(browser, live_site, people.HANDLER)
    drawn(page, live_site)
    page.locator("[data-placed] button[data-lat]").first.click()
    facts = page.locator(".map-facts")
    expect(facts).to_be_visible()
    before = facts.get_attribute("data-seen")
    chooser = page.locator("[data-choose]")

    # Escape leaves everything as it was
    page.keyboard.press("p")
    expect(chooser).to_be_visible()
    page.keyboard.press("Enter")
    expect(chooser.locator("[data-choose-grid]")).to_have_text(re.compile(r"^T[AF] \d{5} \d{5}$"))
    page.keyboard.press("Escape")
    expect(chooser).to_be_hidden()

    # by keyboard: the map moves under the cross, Enter takes its middle, the place is seen, Enter confirms it
    page.keyboard.press("p")
    page.keyboard.press("ArrowRight")
    page.wait_for_function("() => !document.querySelector('force-map').map.isMoving()")
    page.keyboard.press("Enter")
    middle = page.evaluate("() => document.querySelector('force-map').map.getCenter()")
    expect(chooser.locator("[data-choose-degrees]")).to_have_text(f"{middle['lat']:.5f}, {middle['lng']:.5f}")
    assert axe_violations(page) == []
    page.keyboard.type("Slipway, by the steps")
    page.keyboard.press("Enter")
    expect(page.locator("[data-said]")).to_have_text("The place is in use. Read it back to the caller.")
    expect(facts).not_to_have_attribute("data-seen", str(before))
    expect(facts).to_contain_text(f"{middle['lat']:.5f}, {middle['lng']:.5f}")
    expect(facts).to_contain_text("not read back")
    chosen = facts.get_attribute("data-seen")

    # by hand, from the incident's own page; pressed twice: the second point counts
    page.goto(f"{live_site.url}/incidents/{facts.get_attribute('data-facts')}/")
    page.get_by_role("tab", name="Where").click()
    expect(page.locator(".place-report[data-in-use]")).to_contain_text("Slipway, by the steps")
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="On the map").click()
    page = opened.value
    chooser = page.locator("[data-choose]")
    expect(chooser).to_be_visible(timeout=20_000)
    for x in (500, 620):
        page.locator("force-map .maplibregl-canvas").click(position={"x": x, "y": 420})
    page.locator("#choose-radius").select_option("200")
    chooser.get_by_role("button", name="Use this place").click()
    facts = page.locator(".map-facts")
    expect(facts).not_to_have_attribute("data-seen", str(chosen))
    expect(facts).to_contain_text("±200 m")
    page.context.close()


def test_where_nothing_can_be_drawn_the_lists_say_it(live_site: Site, browser: Browser) -> None:
    page = people.at_a_desk(browser, live_site, people.DISPATCHER)
    page.add_init_script(NO_WEBGL)
    page.goto(f"{live_site.url}/map/")
    expect(page.locator("force-map [data-nothing]")).to_contain_text("lists beside it")
    expect(page.locator(".state-units button", has_text="NB21")).to_be_visible()
    page.locator("[data-placed] button").first.click()
    expect(page.locator("[data-facts]")).to_be_visible()
    page.context.close()


def test_the_map_stands_on_a_screen_of_its_own(live_site: Site, browser: Browser) -> None:
    page = people.at_a_desk(browser, live_site, people.DISPATCHER)
    drawn(page, live_site)
    with page.context.expect_page() as opened:
        page.keyboard.press("t")
    alone = opened.value
    expect(alone.locator("force-map")).to_have_attribute("data-drawn", "yes", timeout=20_000)
    expect(alone.locator(".map-units")).to_be_hidden()
    page.context.close()


def test_a_dispatcher_chooses_whom_to_send_on_the_map(live_site: Site, browser: Browser) -> None:
    page = people.at_a_desk(browser, live_site, people.DISPATCHER)
    page.goto(f"{live_site.url}/map/")
    wanted = page.locator("[data-placed] button[data-lat]").first
    incident = wanted.get_attribute("data-incident")
    live_site.shell(story.FRESH)
    page.goto(f"{live_site.url}/map/?incident={incident}")
    expect(page.locator(f'[data-facts="{incident}"]')).to_be_visible(timeout=20_000)
    send = page.get_by_role("region", name="Whom to send")
    expect(send.locator("[data-assign-words]")).to_have_text(re.compile("^(Assign|Divert) "))
    expect(page.locator("force-map")).to_have_attribute("data-drawn", "yes", timeout=20_000)
    assert page.evaluate("document.activeElement.closest('send-list')") is None  # what arrives takes no focus
    drawn_now = "() => document.querySelector('force-map').scene.sending"
    page.wait_for_function(BOTH_IN_SIGHT)

    # while no hand is in it, it is ranked anew where it stands: what is typed and the focus stay
    listed = str(send.locator("[name=shown]").get_attribute("value"))
    send.locator("#send-reason").fill("Nearer by road")
    page.mouse.move(400, 300)
    expect(send.locator("[name=shown]")).not_to_have_value(listed, timeout=25_000)
    expect(send.locator("#send-reason")).to_be_focused()
    expect(send.locator("#send-reason")).to_have_value("Nearer by road")
    send.locator("#send-reason").fill("")
    send.locator("#send-reason").blur()

    # A goes to the list, 2 picks, and the map says who is meant; the button stays where it is
    button = send.locator("button.primary")
    at = button.bounding_box()
    page.keyboard.press("a")
    first = send.locator('input[data-rank="1"]')
    expect(first).to_be_focused()
    assert page.evaluate(drawn_now)["picked"] == first.get_attribute("value")
    page.keyboard.press("2")
    second = send.locator('input[data-rank="2"]')
    expect(second).to_be_focused()
    assert page.evaluate(drawn_now)["picked"] == second.get_attribute("value")
    assert page.evaluate(BOTH_IN_SIGHT)
    send.locator(".offer").first.hover()
    assert page.evaluate(drawn_now)["looked"] == first.get_attribute("value")
    assert button.bounding_box() == at

    # a press on the mark of a unit on offer picks it, and the map stays under the hand
    send.locator(".send-on-map").click()
    before = page.evaluate("() => document.querySelector('force-map').map.getCenter()")
    x, y = page.evaluate("id => document.querySelector('force-map').screenOf(id)", first.get_attribute("value"))
    page.locator("force-map .maplibregl-canvas").click(position={"x": x, "y": y})
    expect(first).to_be_checked()
    assert page.evaluate("() => document.querySelector('force-map').map.getCenter()") == before

    # Enter assigns it, by the same service as the incident's page
    sign = str(first.get_attribute("data-sign"))
    assert axe_violations(page) == []
    first.focus()
    page.keyboard.press("Enter")
    expect(send.locator("[data-words]")).to_have_text(f"{sign} assigned.")
    expect(page.locator(".map-facts .units")).to_contain_text(sign)
    send.get_by_role("button", name=f"Stand down {sign}").click()
    expect(send.locator("[data-words]")).to_have_text(f"{sign} stood down.")

    # all incidents again: nobody is meant
    page.get_by_role("button", name="All incidents").click()
    expect(send).to_be_hidden()
    assert page.evaluate(drawn_now)["picked"] == ""

    # an incident that is not there says so
    page.goto(f"{live_site.url}/map/?incident=00000000-0000-4000-8000-000000000000")
    expect(page.locator("[data-said]")).to_have_text("This incident is no longer there.")
    expect(send).to_be_hidden()
    page.context.close()


def test_on_a_phone_whom_to_send_is_a_drawer_under_the_map(live_site: Site, browser: Browser) -> None:
    page = people.at_a_desk(browser, live_site, people.DISPATCHER, viewport={"width": 390, "height": 844})
    drawn(page, live_site)
    page.locator("[data-placed] button[data-lat]").first.click()
    send = page.get_by_role("region", name="Whom to send")
    expect(send.locator("button.primary")).to_be_in_viewport()
    assert overflow(page) <= 0
    assert axe_violations(page) == []
    fold = page.locator("[data-map-drawer]")
    fold.click()
    expect(send).to_be_hidden()
    expect(fold).to_have_attribute("aria-expanded", "false")
    fold.click()
    expect(send).to_be_visible()
    page.context.close()
