"""A phone and a console in two browsers, an engine, and the network between the phone and everything else."""

from __future__ import annotations

import asyncio
import contextlib
import tempfile
import time
from collections.abc import AsyncIterator
from pathlib import Path

from playwright.async_api import Page, Playwright

from bench.common import BenchmarkError, say
from bench.engine_client import EngineClient
from bench.latency import FLAGS
from bench.networks import netem
from bench.networks.impairment import Link
from bench.networks.judge import Run
from bench.networks.netem import Namespace
from bench.networks.phone import Line, Site
from bench.networks.profiles import Event, Profile
from bench.networks.relay import Relay

ASK, COUNT = 0.25, 0.1  # seconds between two looks at what the phone believes, and at what it sends
FIRST_PICTURE = 30.0  # seconds it may take


class Scene:
    """One call through a network: `async with Scene(...) as scene`, `await scene.play(seconds)`."""

    def __init__(
        self,
        playwright: Playwright,
        browser: str,
        engine: EngineClient,
        profile: Profile,
        seed: int,
        namespace: Namespace | None = None,
    ) -> None:
        self.session = profile.name
        self._namespace = namespace
        self._playwright, self._browser = playwright, browser
        self._engine, self._profile = engine, profile
        self._up, self._down = Link(profile.up, seed), Link(profile.down, seed + 1)
        # behind netem the kernel does all of it
        self._line = Line(self._up, self._down) if namespace is None else Line(Link(), Link())
        self._relays: list[Relay] = []
        self._stack = contextlib.AsyncExitStack()
        self._joins = 0
        self._dark_since = 0.0

    async def __aenter__(self) -> Scene:
        host = netem.ENGINE if self._namespace else "127.0.0.1"
        self.site = await self._stack.enter_async_context(Site(self._line, self._answer, host))
        phone_browser = self._browser
        if self._namespace is not None:
            place = Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-networks-phone-")))
            phone_browser = self._namespace.browser(self._browser, place)
        self.phone = await self._page("caller.html", phone_browser)
        self.console = await self._page("console.html", self._browser)
        self._impair()
        return self

    def _impair(self) -> None:
        if self._namespace is not None:
            self._namespace.impair(self._up.conditions, self._down.conditions)

    async def __aexit__(self, *error: object) -> None:
        await self._stack.aclose()
        for relay in self._relays:
            relay.close()

    async def _page(self, name: str, executable: str) -> Page:
        flags = [*FLAGS, "--autoplay-policy=no-user-gesture-required"]
        browser = await self._playwright.chromium.launch(executable_path=executable, args=flags)
        self._stack.push_async_callback(browser.close)
        page = await browser.new_page()
        await page.goto(self.site.address(name))
        await page.wait_for_function("window.bench")
        return page

    async def _answer(self, offer: str) -> str:
        """To an offer of the phone: through a relay, for its present address."""
        self._joins += 1
        name = f"phone-{self._joins}"
        if self._namespace is not None:
            return await self._engine.answer(self.session, name, "caller", offer)
        relay = await Relay.open(self._up, self._down)
        self._relays.append(relay)
        return relay.answer(await self._engine.answer(self.session, name, "caller", relay.offer(offer)))

    async def play(self, seconds: float) -> Run:
        """The call, from the tap to the end."""
        await self._engine.open(self.session)
        await self.phone.evaluate("bench.size(640, 480)")
        run = Run(started=time.time(), ended=0.0, shown=[])
        await self.phone.evaluate("void bench.begin()")
        await self._watch()
        run.steps.append((time.time(), self._up.conditions.rate or 0.0))
        async with self._noting(run):
            await self._act(run, seconds)
        run.ended = time.time()
        run.shown = await self.console.evaluate("bench.take()")
        await self._engine.end(self.session)
        run.lost_by_relay = sum(relay.lost_itself for relay in self._relays)
        return run

    async def _watch(self) -> None:
        """The console joins as soon as there is something, and has a picture before the timetable begins."""
        offer = await self.console.evaluate("bench.offer('H264')")
        answer = await self._engine.answer(self.session, "console", "viewer", offer)
        await self.console.evaluate("sdp => bench.accept(sdp)", answer)
        try:
            await self.console.wait_for_function("bench.count() > 0", timeout=1000 * FIRST_PICTURE)
        except Exception as error:
            raise BenchmarkError(f"no picture in {FIRST_PICTURE:g} s: {type(error).__name__}") from error

    async def _act(self, run: Run, seconds: float) -> None:
        begun = asyncio.get_running_loop().time()
        for event in self._profile.timetable(seconds):
            await asyncio.sleep(max(0.0, begun + event.at - asyncio.get_running_loop().time()))
            await self._change(run, event)
        await asyncio.sleep(max(0.0, begun + seconds - asyncio.get_running_loop().time()))
        if self._dark_since:
            run.outages.append((self._dark_since, time.time()))

    async def _change(self, run: Run, event: Event) -> None:
        now = time.time()
        say(f"{self.session}: {event.what} {event.rate or ''} after {now - run.started:.1f} s")
        if event.what in ("dark", "light"):
            dark = event.what == "dark"
            for link in (self._up, self._down):
                link.conditions = link.conditions.but(dark=dark)
            self._impair()
            if dark:
                self._dark_since = now
            else:
                run.outages.append((self._dark_since, now))
                self._dark_since = 0.0
                await self.phone.evaluate("void bench.nudge()")  # the browser says that it is online
        elif event.what == "move":
            if self._namespace is not None:
                self._namespace.move()
            for relay in self._relays:
                relay.cut()
            self._line.address += self._namespace is None
            run.outages.append((now, now))
            await self.phone.evaluate("void bench.nudge()")  # and that its network changed
        else:
            self._up.conditions = self._up.conditions.but(rate=event.rate)
            self._impair()
            run.steps.append((now, event.rate or 0.0))

    @contextlib.asynccontextmanager
    async def _noting(self, run: Run) -> AsyncIterator[None]:
        async def ask() -> None:
            while True:
                found = await self.phone.evaluate("bench.sending()")
                run.sending.append({**found, "at": time.time()})
                if self._namespace is not None:
                    run.sent.append((time.time(), found.get("bytes", 0), found.get("bytes", 0)))
                await asyncio.sleep(ASK)

        async def count() -> None:
            while self._namespace is None:
                run.sent.append((time.time(), self._up.offered, self._up.octets))
                await asyncio.sleep(COUNT)

        tasks = [asyncio.create_task(ask()), asyncio.create_task(count())]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


def recordings(directory: Path, session: str) -> Path:
    return directory / "recordings" / session
