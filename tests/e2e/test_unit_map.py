"""Units on the console: on a map that moves, and in words where nothing can be drawn."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, WebSocketRoute, expect

from tests.helpers import people
from tests.helpers.looks import axe_violations, overflow
from tests.helpers.site import Site

NB21 = re.compile(r"^NB21: State \d, .+, position \d+ (s|min|h) old$")
NO_WEBGL = """
const before = HTMLCanvasElement.prototype.getContext;
HTMLCanvasElement.prototype.getContext = function (kind, ...rest) {
  return String(kind).startsWith('webgl') ? null : before.call(this, kind, ...rest);
};
"""


def mark(page: Page, name: re.Pattern[str]) -> Any:
    return page.locator("unit-map .unit-mark").and_(page.get_by_role("img", name=name))


def test_a_unit_moves_and_changes_its_state_while_one_looks(live_site: Site, browser: Browser) -> None:
    page = people.at_a_desk(browser, live_site, people.HANDLER)
    lines: list[WebSocketRoute] = []

    def through(line: WebSocketRoute) -> None:
        line.connect_to_server()
        lines.append(line)

    page.route_web_socket(re.compile(r"/ws/live/$"), through)
    page.goto(f"{live_site.url}/")
    found = mark(page, NB21)
    expect(found).to_be_visible(timeout=20_000)
    was = found.bounding_box()
    units = page.locator("unit-map [data-units]")
    item = units.locator("li", has_text="NB21")
    unit, topic = item.get_attribute("data-unit"), units.get_attribute("data-topic")
    assert was
    assert unit

    def hear(kind: str, **data: object) -> None:
        lines[-1].send(json.dumps({"t": "ephemeral", "topic": topic, "kind": kind, "data": {"resource": unit} | data}))

    hear("unit.state", state="8")
    expect(mark(page, re.compile(r"^NB21: State 8, "))).to_be_visible()
    expect(item).to_contain_text("8")
    there = {"lat": 53.7300, "lon": 0.4700, "at": page.evaluate("new Date(Date.now() + 1000).toISOString()")}
    hear("unit.moved", call_sign="NB21", state="5", **there)
    expect(mark(page, re.compile(r"^NB21: State 5, .*position \d s old$"))).to_be_visible()
    page.wait_for_function(
        "x => Math.abs(document.querySelector('.unit-mark[aria-label^=NB21]').getBoundingClientRect().x - x) > 20",
        arg=was["x"],
    )
    page.context.close()


@pytest.mark.parametrize("width", [1440, 390])
def test_where_nothing_can_be_drawn_the_units_are_words(live_site: Site, browser: Browser, width: int) -> None:
    page = people.at_a_desk(browser, live_site, people.HANDLER, viewport={"width": width, "height": 844})
    page.context.add_init_script(NO_WEBGL)
    page.goto(f"{live_site.url}/")
    page.locator("unit-map").scroll_into_view_if_needed()
    expect(page.get_by_text("This screen cannot draw a map. The units in words:")).to_be_visible(timeout=20_000)
    row = page.locator("unit-map li", has_text="NB21")
    expect(row).to_be_visible()
    expect(row).to_contain_text(re.compile(r"position \d+ (s|min|h) old"))
    assert axe_violations(page) == []
    assert overflow(page) <= 0
    page.context.close()
