"""Both pages are given a relay of their own session and role, and a new one before it ends."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from core.actors import Actor
from streaming.turn import set_turn
from streaming.turn.coturn import Coturn
from tests.factories.sessions import Call
from tests.integration.streaming_sessions.sockets import Page, phone, say_hello, watching

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def relay(settings, monkeypatch) -> Iterator[None]:
    settings.TURN_URLS = ["turns:relay.example:443?transport=tcp"]
    settings.TURN_SECRET = "a-long-secret-shared-with-coturn-alone"
    monkeypatch.setattr("streaming.consumers.caller.STATUS_SECONDS", 0.02)
    monkeypatch.setattr("streaming.consumers.watch.WatchConsumer.recheck_seconds", 0.02)
    before = set_turn(Coturn())
    yield
    set_turn(before)


async def name_in(page: Page, kind: str) -> str:
    (server,) = (await page.until(kind))["ice_servers"]
    assert server["urls"] == ["turns:relay.example:443?transport=tcp"]
    assert server["credential"]
    return str(server["username"])


async def test_caller_and_viewer_are_given_relays_of_their_own(call: Call, reid: Actor) -> None:
    async with phone(call.id, call.secret, hello=False) as page, watching(call.id, reid.user) as viewer:
        await say_hello(page)
        caller_name, viewer_name = await name_in(page, "welcome"), await name_in(viewer, "welcome")
        assert caller_name.partition(":")[2] != viewer_name.partition(":")[2]
        assert not await page.said("ice"), "they last for a while"


async def test_a_page_that_stays_is_given_new_ones_in_time(call: Call, reid: Actor, monkeypatch) -> None:
    monkeypatch.setattr("streaming.turn.coturn.LIFETIME", 0)
    async with phone(call.id, call.secret) as page, watching(call.id, reid.user) as viewer:
        assert await name_in(page, "ice")
        assert await name_in(viewer, "ice")


async def test_a_stranger_is_given_no_relay(call: Call, stranger: Actor) -> None:
    async with watching(call.id, stranger.user) as viewer:
        assert await viewer.until_closed() == 4404
        assert "ice_servers" not in str(viewer.messages)
