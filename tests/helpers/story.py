"""Steps that the browser stories share: a call comes in, a link goes out, the caller taps, the picture is there."""

from __future__ import annotations

import hashlib
import html
import itertools
import json
import re
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Page, expect

from tests.helpers import camera
from tests.helpers.services import wait_for
from tests.helpers.site import Site

_numbers = itertools.count(200)
CAMERA_BUTTON = "Show police my camera"


@dataclass(frozen=True)
class Call:
    """An open incident whose link was sent; `handler` stands on its page."""

    site: Site
    handler: Page
    incident: str
    number: str
    link: str

    def api(self, path: str) -> Any:
        answer = self.handler.request.get(f"{self.site.url}/api/v1/{path}")
        assert answer.ok, f"{path}: {answer.status} {answer.text()[:300]}"
        return answer.json()

    def exhibit(self) -> dict[str, Any]:
        """The video's exhibit, in full."""
        found = [
            row
            for row in self.api(f"exhibits/?incident={self.incident}")["results"]
            if "video" in row["description"].lower()
        ]
        assert len(found) == 1, "one session is one exhibit"
        return dict(self.api(f"exhibits/{found[0]['id']}/"))

    def sealed_exhibit(self, seconds: float = 40.0) -> dict[str, Any]:
        """The exhibit once it is sealed and can be played."""
        wait_for(lambda: self._is_ready(), "the sealed exhibit", seconds=seconds)
        return self.exhibit()

    def _is_ready(self) -> bool:
        rows = self.api(f"exhibits/?incident={self.incident}")["results"]
        return any(row["state"].lower() == "sealed" and row["copies"] for row in rows)

    def log_texts(self) -> list[str]:
        return [entry["text"] for entry in self.api(f"incidents/{self.incident}/log/")]


#: The radio has just said where the units are: old positions are not offered.
FRESH = (
    "from core.clock import now; from incidents.models import Resource; "
    "Resource.objects.exclude(position_at=None).update(position_at=now())"
)


def open_immediate(desk: Page, at: str) -> str:
    """Another Immediate at an address, opened by the person at the desk. Returns its id."""
    address = desk.url.split("/", 3)
    token = next(cookie["value"] for cookie in desk.context.cookies() if cookie["name"] == "sl_csrf")
    answer = desk.request.post(
        f"{address[0]}//{address[2]}/api/v1/incidents/",
        data={"channel": "999", "grade_code": "I", "category_code": "401", "location_text": at},
        headers={"X-CSRFToken": token, "Referer": desk.url},
    )
    assert answer.status == 201, answer.text()[:300]
    return str(answer.json()["id"])


def take_call(handler: Page, site: Site, *, grade_key: str = "Alt+1") -> Call:
    """Keyboard only: the intake form from the first field to "open and send link"."""
    number = f"07700900{next(_numbers)}"
    handler.goto(f"{site.url}/incidents/new/")
    handler.locator("[name=caller_number]").fill(number)
    handler.locator("[name=caller_name]").fill("Leah Marsden")
    handler.locator("[name=location_text]").fill("Outside 14 Harbour Lane")
    handler.locator("[name=description]").fill("Affray, man with a knife. Caller upstairs, front room.")
    handler.locator("[name=category_code]").fill("Possession of weapon")
    handler.keyboard.press(grade_key)
    handler.locator("[name=caller_agrees]").check()
    handler.keyboard.press("Control+Enter")
    handler.wait_for_url(re.compile(r"/incidents/[0-9a-f-]{36}/"))
    incident = re.search(r"/incidents/([0-9a-f-]{36})/", handler.url)
    assert incident
    expect(handler.locator("link-status")).to_be_attached(timeout=10_000)  # on a narrow screen it is behind a tab
    return Call(site, handler, incident[1], number, text_link(handler, site, number))


def text_link(handler: Page, site: Site, number: str) -> str:
    """The link of the newest text to `number`, as the on-screen outbox has it; how that page looks is another story."""
    found: list[str] = []

    def has_come() -> bool:
        rows = handler.request.get(f"{site.url}/texts/").text().partition('id="texts-list"')[2].split("<li>")[1:]
        newest = next((row for row in rows if f"+44 ••• {number[-3:]}" in row), "")
        found.extend(re.findall(r'href="([^"]*/v/[^"]+)"', newest)[:1])
        return bool(found)

    wait_for(has_come, f"the text to {number}", seconds=20)
    return html.unescape(found[0])


def show_camera(context: BrowserContext, link: str) -> Page:
    """The caller opens the link and taps the one big button."""
    page = context.new_page()
    page.goto(link)
    page.get_by_role("button", name=CAMERA_BUTTON).click()
    return page


def counter(page: Page) -> int:
    return int(page.locator("live-video video").evaluate(camera.READ_COUNTER_JS))


def sees_moving_picture(page: Page, seconds: float = 20.0) -> list[int]:
    """Wait until the page's decoded picture shows three different, increasing counters; return them."""
    seen: list[int] = []
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if page.locator("live-video video").evaluate("v => v.videoWidth > 0 && v.readyState >= 2"):
            value = counter(page)
            if seen and value < seen[-1]:
                seen.clear()  # the camera's film began again
            if not seen or value > seen[-1]:
                seen.append(value)
            if len(seen) >= 3:
                return seen
        page.wait_for_timeout(150)
    said = " ".join(page.locator("live-video").inner_text().split())
    raise AssertionError(f"no moving picture within {seconds:.0f} s, counters seen: {seen}; the page says: {said}")


def widest_step(counters: list[int]) -> int:
    """The largest jump between neighbouring pictures; a step back (but for the film's new start) counts as endless.

    A busy browser drops pictures before it encodes them, so that a step may be more than one; what the network or the
    recorder lost is in the timeline.
    """
    steps = [(after - before) % camera.FRAMES for before, after in itertools.pairwise(counters)]
    return max(steps, default=camera.FRAMES)


def recorded_gaps(site: Site, exhibit: dict[str, Any]) -> list[dict[str, Any]]:
    """The gap lines of the exhibit's sealed timeline."""
    timeline = next(item for item in exhibit["items"] if item["kind"] == "timeline")
    lines = master_file(site, timeline["sha256"]).read_text().splitlines()
    return [line for line in map(json.loads, lines) if "gap" in line["event"]]


def master_file(site: Site, sha256: str) -> Path:
    """The stored master with that hash, found by hashing what lies in the write-once store."""
    for path in (site.evidence / "masters").rglob("*"):
        if path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == sha256:
            return path
    raise AssertionError(f"no stored file has the sealed hash {sha256[:12]}")
