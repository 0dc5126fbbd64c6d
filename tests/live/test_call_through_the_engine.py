"""A whole call on the real engine: the sockets, the facts, the evidence store.

What the fake gateway promises elsewhere, the real one keeps here.
"""

from __future__ import annotations

import asyncio
import hashlib
import queue
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from core import outbox
from core.roles import OFFICER
from evidence.models import EvidenceItem, Exhibit, WorkingCopy
from incidents.models import LogEntry
from streaming import facts_taker
from streaming import gateway as gateways
from streaming.adapters.local import LocalGateway
from streaming.contracts import Fact
from streaming.media.host import HostSettings
from streaming.models import Recording, RecordingPart
from streaming.services import facts
from streaming.states import RecordingProgress, SessionState
from tests.factories.core import make_actor
from tests.factories.sessions import Call, make_call
from tests.integration.streaming_sessions.sockets import Page, db, phone, watching
from tests.media.clips import clip
from tests.media.peers import Publisher, Watcher

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE = 60.0


class Stage:
    """The embedded engine with its facts in a queue: they are taken between the test's own steps, one by one."""

    def __init__(self, recordings: Path) -> None:
        self.queue: queue.Queue[Fact] = queue.Queue()
        self.health: dict[str, dict[str, Any]] = {}
        self.gateway = LocalGateway(
            HostSettings(
                recordings=recordings, ticket_key=settings.MEDIA_TICKET_KEY, worker_id="test", address="127.0.0.1"
            )
        )
        self.gateway.start(on_fact=self.queue.put, on_health=self._heard)

    def _heard(self, health: Any) -> None:
        self.health[health.session_id] = facts_taker.health_data(health)
        facts_taker.take_health(health)

    async def until(self, check: Callable[[], bool]) -> None:
        """Take facts as they come until `check`, which asks the database, is true."""
        deadline = time.monotonic() + PATIENCE
        while not await db(check)():
            assert time.monotonic() < deadline, "the engine did not report what was waited for"
            while not self.queue.empty():
                await db(facts.take_fact)(self.queue.get_nowait())
            await asyncio.sleep(0.05)


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    made = Stage(Path(settings.MEDIA_RECORDINGS_DIR))
    before = gateways.set_gateway(made.gateway)
    try:
        yield made
    finally:
        gateways.set_gateway(before)
        await asyncio.to_thread(made.gateway.stop)


@pytest.fixture
def call(db: None, settings) -> Call:
    settings.SMS_PROVIDERS = ["tests.fakes.sms.RecordingProvider"]
    return make_call(make_actor())


@asynccontextmanager
async def sending(page: Page, codec: str = "VP8") -> AsyncIterator[Publisher]:
    """A phone's camera that is connected to the engine."""
    publisher = Publisher(clip(codec))
    try:
        await page.send("offer", id=1, sdp=await publisher.offer())
        await publisher.answer((await page.until("answer", id=1))["sdp"])
        yield publisher
    finally:
        await publisher.close()


async def courier() -> None:
    """Do the outbox's work until nothing is due."""
    await db(outbox.deliver_due)()


def state_is(call: Call, state: str) -> Callable[[], bool]:
    return lambda: bool(call.fresh().state == state)


async def test_a_call_from_the_first_frame_to_a_sealed_exhibit_that_plays(stage: Stage, call: Call) -> None:
    officer = await db(make_actor)(roles=(OFFICER,), first_name="Sam", last_name="Reid")
    async with phone(call.id, call.secret) as page:
        async with sending(page):
            await stage.until(state_is(call, SessionState.LIVE))
            await page.until("status", recording="writing")
            async with watching(call.id, officer.user) as viewer:
                await _see_pictures(viewer)
                assert (await viewer.until("health", recording="writing"))["width"] == 320
            await page.send("fix", lat=53.73615, lon=0.44712, accuracy=8, at=round(time.time() * 1000))
            await stage.until(lambda: call.session.fixes.exists())
            await page.send("stop", keep_location=False)
            assert (await page.until("ended"))["receipt"]["seal"] is None
            await courier()
            await stage.until(lambda: Recording.objects.get(session=call.session).progress == RecordingProgress.STOPPED)
        sealed = await page.until("ended")
    await courier()
    await stage.until(lambda: Recording.objects.get(session=call.session).progress == RecordingProgress.DONE)
    await db(_check_evidence)(call, sealed["receipt"]["seal"])


async def _see_pictures(viewer: Page) -> None:
    welcome = await viewer.until("welcome")
    assert welcome["codec"] == "VP8"
    watcher = Watcher()
    try:
        await viewer.send("offer", id=1, sdp=await watcher.offer())
        await watcher.answer((await viewer.until("answer", id=1))["sdp"])
        await watcher.seen(20)
    finally:
        await watcher.close()


def _check_evidence(call: Call, seal: str) -> None:
    exhibit = Exhibit.objects.get(pk=call.fresh().exhibit_id)
    assert exhibit.is_sealed
    part = RecordingPart.objects.get(session=call.session)
    item = EvidenceItem.objects.get(exhibit=exhibit, kind="caller_video")
    assert item.sha256 == part.sha256
    assert part.sha256.startswith(seal)
    copy = WorkingCopy.objects.get(exhibit=exhibit)
    stored = [path for path in Path(settings.EVIDENCE_DIR).rglob("*") if path.is_file()]
    hashes = {hashlib.sha256(path.read_bytes()).hexdigest() for path in stored}
    assert {item.sha256, copy.sha256} <= hashes
    timeline = EvidenceItem.objects.get(exhibit=exhibit, kind="timeline")
    text = next(path for path in stored if hashlib.sha256(path.read_bytes()).hexdigest() == timeline.sha256).read_text()
    assert '"position"' in text
    assert '"watch_started"' in text
    assert "Reid" not in text
    assert not (Path(settings.MEDIA_RECORDINGS_DIR) / call.id).exists()
    log = list(LogEntry.objects.filter(incident=call.session.incident_id).values_list("text", flat=True))
    assert any(line.startswith("First frame,") for line in log)
    assert any(line.startswith(f"Recording {exhibit.ref} sealed:") for line in log)


async def test_a_phone_that_reloads_goes_on_in_the_next_part_of_the_same_exhibit(stage: Stage, call: Call) -> None:
    for number in (1, 2):
        async with phone(call.id, call.secret) as page, sending(page):
            opened = RecordingPart.objects.filter(session=call.session, number=number)
            await stage.until(opened.exists)
            await page.until("status", recording="writing")
    async with phone(call.id, call.secret) as page:
        await page.send("stop", keep_location=False)
        await page.until("ended")
        await courier()
        await stage.until(lambda: Recording.objects.get(session=call.session).progress == RecordingProgress.STOPPED)
    await courier()
    await stage.until(lambda: Recording.objects.get(session=call.session).progress == RecordingProgress.DONE)
    assert await db(EvidenceItem.objects.filter(kind="caller_video").count)() == 2
    assert await db(Exhibit.objects.count)() == 1


async def test_the_engine_says_what_it_cannot_read(stage: Stage, call: Call) -> None:
    async with phone(call.id, call.secret) as page, watching(call.id, call.handler.user) as viewer:
        await page.send("offer", id=1, sdp="v=0\r\nm=video 9 UDP/TLS/RTP/SAVPF nonsense\r\na=\x01\r\n")
        assert (await page.until("error", id=1))["code"] == "bad_sdp"
        await viewer.until("welcome")
        watcher = Watcher()
        try:
            await viewer.send("offer", id=2, sdp=await watcher.offer())
            assert (await viewer.until("error", id=2))["code"] == "no_source"
        finally:
            await watcher.close()


async def test_ending_and_recovering_what_the_engine_never_had_is_harmless(stage: Stage, call: Call) -> None:
    await stage.gateway.end_session(call.id, "handler")
    await stage.gateway.recover_session(call.id)
    await stage.gateway.end_session(call.id, "handler")
