"""The exposure guard on real screens: covered, revealed on purpose, remembered, counted."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.helpers import people, story
from tests.helpers.site import Site

COUNTED = re.compile(r"^You: [1-9]\d* s of graphic pictures this shift$")
#: What a person sees in the place of the picture: a canvas of a few pixels, or the video.
SHOWN = """() => {
  const stage = document.querySelector("live-video");
  const veil = stage.querySelector("canvas.veil");
  const pixels = [...(veil?.getContext("2d").getImageData(0, 0, veil.width, veil.height).data ?? [])];
  return {
    video: getComputedStyle(stage.querySelector("video")).visibility, width: veil?.width ?? 0,
    grey: pixels.every((_, at) => at % 4 || pixels[at] === pixels[at + 1]),
    drawn: pixels.some((one, at) => at % 4 < 3 && one > 0),
  };
}"""


def policy(site: Site, words: str) -> None:
    names = "from core.models import Force; from streaming.models import CarePolicy as P"
    site.shell(f"{names}; f = Force.objects.get(code='99'); {words}")


@pytest.fixture
def guarded(live_site: Site) -> Iterator[Site]:
    policy(live_site, "P.objects.update_or_create(force=f, defaults={'guard_on': True})")
    yield live_site
    policy(live_site, "P.objects.filter(force=f).update(guard_on=False)")


def shows(page: Page, level: str) -> dict[str, object]:
    page.wait_for_function(
        """level => { const stage = document.querySelector("live-video"); return stage?.dataset.veil === level
          && stage.dataset.picture === "live"
          && (level === "clear" || stage.querySelector("canvas.veil")?.width < 60); }""",
        arg=level, timeout=20_000,
    )  # fmt: skip
    page.wait_for_timeout(600)  # two drawings of the cover
    return dict(page.evaluate(SHOWN))


def test_video_opens_covered_is_revealed_on_purpose_and_looking_is_counted(guarded: Site, browser: Browser) -> None:
    okafor = people.at_a_desk(browser, guarded, people.HANDLER)
    call = story.take_call(okafor, guarded)
    caller = story.show_camera(people.phone(browser), call.link)
    expect(caller.get_by_text("Recorded and saved")).to_be_visible(timeout=20_000)
    covered = shows(okafor, "covered")
    assert (covered["video"], covered["width"], covered["grey"], covered["drawn"]) == ("hidden", 14, True, True)
    assert int(okafor.evaluate("document.querySelector('live-video').framesDrawn")) > 3, "the picture goes on behind it"

    hale = people.at_a_desk(browser, guarded, people.SUPERVISOR)
    hale.goto(f"{guarded.url}/incidents/{call.incident}/")
    assert shows(hale, "covered")["video"] == "hidden"

    okafor.keyboard.press("Alt+r")  # the log has focus: with Alt, the same key
    softened = shows(okafor, "softened")
    assert (softened["video"], softened["width"]) == ("hidden", 48)
    okafor.keyboard.press("Alt+r")
    assert shows(okafor, "clear")["video"] == "visible"
    expect(hale.locator("[data-veil-elsewhere]")).to_have_text("Clear on another screen")
    assert shows(hale, "covered")["video"] == "hidden", "nothing changes under her eyes"

    okafor.locator("[data-graphic-mark]").click()
    expect(okafor.locator("[data-graphic-mark]")).to_have_attribute("aria-pressed", "true")
    expect(okafor.locator("[data-looked-words]")).to_have_text(COUNTED, timeout=20_000)
    expect(hale.locator("[data-looked-words]")).to_have_text("You: 0 s of graphic pictures this shift")

    okafor.reload()
    shows(okafor, "clear")
    okafor.keyboard.press("Alt+b")
    assert shows(okafor, "covered")["video"] == "hidden"
    texts = call.log_texts()
    assert [one for one in texts if one.startswith("Picture")] == [
        "Picture softened.", "Picture clear.", "Pictures marked graphic: looking is counted.", "Picture covered.",
    ]  # fmt: skip
    hale.goto(f"{guarded.url}/video/wellbeing/")
    expect(hale.locator("body")).to_contain_text("under 1 min")
