"""WHIP and WHEP over real HTTP into the real engine: a sender with trickle ICE, a player, and their goodbyes."""

from __future__ import annotations

import asyncio
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from core.actors import Actor
from core.roles import CALL_HANDLER
from streaming import gateway as gateways
from streaming.adapters.local import LocalGateway
from streaming.contracts import Fact, StreamHealth
from streaming.media.host import HostSettings
from streaming.models import Feed, Viewing
from streaming.services import facts, whep
from tests.factories.core import make_actor
from tests.factories.feeds import attach, make_feed
from tests.factories.sessions import Call
from tests.integration.streaming_sessions.sockets import db
from tests.media.clips import clip
from tests.media.peers import Publisher, Watcher, closing

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE = 60.0


class Stage:
    """The embedded engine; its facts are taken between the test's own steps, in the test's own thread."""

    def __init__(self, recordings: Path) -> None:
        self.waiting: list[Fact] = []
        self.seen: list[Fact] = []
        place = HostSettings(
            recordings=recordings, ticket_key=settings.MEDIA_TICKET_KEY, worker_id="test", address="127.0.0.1"
        )
        self.gateway = LocalGateway(place)
        self._health: dict[str, float] = {}
        self.gateway.start(on_fact=self.waiting.append, on_health=self._heard)

    def _heard(self, health: StreamHealth) -> None:
        self._health[health.session_id] = health.recorded_seconds

    def recorded(self, call: Call) -> float:
        """Seconds of the call that are on the disk, as the engine says."""
        return self._health.get(call.id, 0.0)

    def take(self) -> None:
        while self.waiting:
            fact = self.waiting.pop(0)
            facts.take_fact(fact)
            self.seen.append(fact)

    def until(self, check: Any, what: str) -> None:
        deadline = time.monotonic() + PATIENCE
        while not check():
            assert time.monotonic() < deadline, f"{what}: {[fact.kind for fact in self.seen]}"
            self.take()
            time.sleep(0.05)


@pytest.fixture
def stage() -> Iterator[Stage]:
    made = Stage(Path(settings.MEDIA_RECORDINGS_DIR))
    before = gateways.set_gateway(made.gateway)
    yield made
    gateways.set_gateway(before)
    made.gateway.stop()


@pytest.fixture
def okafor() -> Actor:
    return make_actor(roles=(CALL_HANDLER,))


def has_state(feed: Feed, state: str) -> bool:
    feed.refresh_from_db()
    return feed.state == state


async def http(method: str, url: str, token: str, body: str = "", content_type: str = "") -> tuple[int, str, str]:
    """Status, body and Location of one request."""
    headers = {"Authorization": f"Bearer {token}"} | ({"Content-Type": content_type} if content_type else {})
    request = urllib.request.Request(url, body.encode() or None, headers, method=method)

    def ask() -> tuple[int, str, str]:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.status, answer.read().decode(), answer.headers.get("Location", "")

    return await asyncio.to_thread(ask)


async def test_a_sender_with_trickle_and_a_player_with_whep(stage: Stage, okafor: Actor, live_server: Any) -> None:
    feed, token = await db(make_feed)(okafor.force_id)
    call = await db(attach)(okafor, feed)
    async with closing(Publisher(clip("H264")), Watcher("H264")) as (sender, player):
        assert isinstance(player, Watcher)
        offer = await sender.offer()
        lines = offer.splitlines()
        bare = "\r\n".join(line for line in lines if not line.startswith(("a=candidate", "a=end-of"))) + "\r\n"
        status, sdp, location = await http("POST", f"{live_server.url}/whip/{feed.pk}", token, bare, "application/sdp")
        assert status == 201
        wanted = ("a=ice-ufrag", "a=ice-pwd", "a=candidate")
        fragment = "\r\n".join(line for line in lines if line.startswith(wanted))
        connection = f"{live_server.url}{location}"
        status, _, _ = await http("PATCH", connection, token, fragment, "application/trickle-ice-sdpfrag")
        assert status == 204
        await sender.answer(sdp)
        await db(stage.until)(lambda: has_state(feed, "live"), "live")

        viewer_token, text = await db(whep.mint_viewer_token)(actor=okafor, session_id=call.session.pk)
        watch = f"{live_server.url}/whep/{call.id}"
        status, sdp, location = await http("POST", watch, text, await player.offer(), "application/sdp")
        assert status == 201
        await player.answer(sdp)
        await player.seen(10)
        assert (await http("DELETE", f"{live_server.url}{location}", text))[0] == 200
        await player.gone()
        assert await db(Viewing.objects.filter(viewer_token=viewer_token, ended_at__isnull=False).count)() == 1
        assert (await http("DELETE", connection, token))[0] == 200
        await db(stage.until)(lambda: has_state(feed, "lost"), "gone")
