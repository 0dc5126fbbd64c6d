"""The ground under the force's map in a browser: a file of this site, the OS Maps API through this site, any style; and
what a dispatcher reads when it does not come."""

from __future__ import annotations

import base64
import re
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, Response, expect

from tests.fakes import ground
from tests.helpers import people, site
from tests.helpers.site import Site

KEY = "northmere-secret-key"
SHARE = """async ([picture, colour]) => {
  const image = await createImageBitmap(await (await fetch(`data:image/png;base64,${picture}`)).blob());
  const pen = new OffscreenCanvas(image.width, image.height).getContext('2d');
  pen.drawImage(image, 0, 0);
  const { data } = pen.getImageData(0, 0, image.width, image.height);
  let same = 0;
  for (let at = 0; at < data.length; at += 4) {
    same += colour.every((part, index) => Math.abs(data[at + index] - part) < 4);
  }
  return same / (data.length / 4);
}"""


class Look:
    """A dispatcher's map of a site, what their browser asked, and how much of the map has a colour."""

    def __init__(self, browser: Browser, at: Site) -> None:
        self.answers: list[Response] = []
        self.page = people.at_a_desk(browser, at, people.DISPATCHER)
        self.page.context.on("response", lambda answer: self.answers.append(answer))
        answer = self.page.goto(f"{at.url}/map/")
        assert answer
        self.policy = answer.headers["content-security-policy"]
        self.source = answer.text()
        expect(self.page.locator("force-map")).to_have_attribute("data-drawn", "yes", timeout=20_000)

    @property
    def hosts(self) -> set[str]:
        return {urlsplit(one.url).netloc for one in self.answers if not one.url.startswith(("data:", "blob:"))}

    def share(self, colour: tuple[int, int, int]) -> float:
        blank = self.page.context.new_page()  # without the site's policy, which refuses to fetch data
        picture = base64.b64encode(self.page.locator("force-map").screenshot()).decode()
        found: float = blank.evaluate(SHARE, [picture, list(colour)])
        blank.close()
        return found

    def is_drawn_in(self, colour: tuple[int, int, int]) -> None:
        self.page.wait_for_function("() => document.querySelector('force-map').map.areTilesLoaded()")
        for _ in range(20):
            if self.share(colour) > 0.5:
                return
            self.page.wait_for_timeout(250)
        assert self.share(colour) > 0.5

    def has_only_the_grid(self) -> None:
        assert self.share(ground.GREEN) == 0
        land = self.page.evaluate("() => getComputedStyle(document.querySelector('force-map')).backgroundColor")
        assert self.share(_rgb(land)) > 0.5


def _rgb(words: str) -> tuple[int, int, int]:
    red, green, blue = (int(part) for part in re.findall(r"\d+", words)[:3])
    return red, green, blue


def test_a_file_of_this_site_is_drawn_and_nobody_else_is_asked(
    live_site: Site, browser: Browser, tmp_path: Path
) -> None:
    file = tmp_path / "northmere.pmtiles"
    file.write_bytes(ground.pmtiles(ground.picture(), kind=2))
    with site.beside(live_site, tmp_path, MAP_PMTILES=str(file)) as there:
        look = Look(browser, there)
        look.is_drawn_in(ground.GREEN)
        parts = [one for one in look.answers if one.url.endswith("/map/base.pmtiles")]
        assert parts
        assert {one.status for one in parts} == {206}
        assert all(one.request.headers["range"].startswith("bytes=") for one in parts)
        assert look.hosts == {urlsplit(there.url).netloc}
        assert "connect-src 'self';" in f"{look.policy};"
        look.page.context.close()

        # shapes and lines of a file are drawn in the console's colours, and again when it turns light
        file.write_bytes(ground.pmtiles(ground.water(), kind=1, about={"vector_layers": [{"id": "water"}]}))
        look = Look(browser, there)
        look.is_drawn_in(_token(look.page, "--map-water"))
        dark = _token(look.page, "--map-water")
        look.page.evaluate("document.documentElement.dataset.theme = 'light'")
        assert _token(look.page, "--map-water") != dark
        look.is_drawn_in(_token(look.page, "--map-water"))
        look.page.context.close()

        file.unlink()
        look = Look(browser, there)
        expect(look.page.locator("[data-credit]")).to_have_text("The base map does not answer: the plain grid stays.")
        look.has_only_the_grid()
        look.page.context.close()


def test_the_os_maps_api_is_asked_by_this_site_and_its_key_stays_here(
    live_site: Site, browser: Browser, tmp_path: Path
) -> None:
    with (
        ground.tile_server() as tiles,
        site.beside(live_site, tmp_path, MAP_OS_KEY=KEY, MAP_OS_URL=tiles.url) as there,
    ):
        look = Look(browser, there)
        look.is_drawn_in(ground.GREEN)
        expect(look.page.locator("[data-credit]")).to_contain_text("Crown copyright")
        assert all(f"key={KEY}" in path and path.startswith("/maps/raster/v1/zxy/") for path in tiles.asked)
        assert look.hosts == {urlsplit(there.url).netloc}
        assert tiles.url not in look.policy
        for one in look.answers:
            assert KEY not in one.url
        assert KEY not in look.source
        look.page.context.close()

        for answers, words in (("404", "has nothing here"), ("500", "does not answer")):
            tiles.answers = answers
            look = Look(browser, there)
            expect(look.page.locator("[data-credit]")).to_contain_text(words, timeout=20_000)
            expect(look.page.locator("[data-credit]")).to_contain_text("the plain grid stays")
            look.has_only_the_grid()
            look.page.context.close()


def test_a_style_is_fetched_from_its_own_host_and_slow_tiles_are_told(
    live_site: Site, browser: Browser, tmp_path: Path
) -> None:
    with (
        ground.tile_server() as tiles,
        site.beside(live_site, tmp_path, MAP_STYLE_URL=f"{tiles.url}/style.json") as there,
    ):
        look = Look(browser, there)
        look.is_drawn_in(ground.GREEN)
        assert look.hosts == {urlsplit(there.url).netloc, urlsplit(tiles.url).netloc}
        assert f"connect-src 'self' {tiles.url};" in f"{look.policy};"
        look.page.context.close()

        for answers, words in (("hang", "is slow"), ("500", "does not answer")):
            tiles.answers = answers
            look = Look(browser, there)
            expect(look.page.locator("[data-credit]")).to_contain_text(words, timeout=20_000)
            look.has_only_the_grid()
            look.page.context.close()


def _token(page: Page, name: str) -> tuple[int, int, int]:
    words: str = page.evaluate(
        """name => { const probe = document.body.appendChild(document.createElement('i'));
          probe.style.color = `var(${name})`; const seen = getComputedStyle(probe).color;
          probe.remove(); return seen; }""",
        name,
    )
    return _rgb(words)
