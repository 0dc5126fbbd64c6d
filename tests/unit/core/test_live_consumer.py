"""The live connection: who may follow what, and nothing lost in a tunnel."""

from __future__ import annotations

import asyncio
import json
import uuid

import pytest
from channels.db import database_sync_to_async
from channels.testing import WebsocketCommunicator
from django.contrib.auth.models import AnonymousUser
from django.db import transaction

from core import consumers, realtime
from core.consumers import LiveConsumer
from core.models import RoleGrant
from tests.factories.core import make_user
from tests.unit.core.test_realtime import Moved

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def topics(monkeypatch):
    """Topic `thing.<id>`: only `thing.mine` may be followed, and only while the follower has a role."""
    monkeypatch.setattr(realtime, "_TOPICS", {})
    realtime.register_topic("thing", lambda actor, key: bool(actor.roles) and key == "mine")


def publish(topic="thing.mine", step=0):
    with transaction.atomic():
        realtime.publish(Moved(thing=uuid.uuid4(), step=step), topic)


async def open_socket(user):
    socket = WebsocketCommunicator(LiveConsumer.as_asgi(), "/ws/live/")
    socket.scope["user"] = user
    await socket.connect()
    return socket


async def say(socket, **message):
    await socket.send_json_to(message)
    return await socket.receive_json_from()


@pytest.fixture
def handler(db):
    return make_user(last_name="Okafor")


async def test_a_stranger_who_is_not_signed_in_is_closed(topics):
    socket = await open_socket(AnonymousUser())
    assert (await socket.receive_output())["code"] == 4401


async def test_events_reach_every_open_console_with_their_number(topics, handler):
    first, second = await open_socket(handler), await open_socket(handler)
    for socket in (first, second):
        assert await say(socket, t="subscribe", topic="thing.mine") == {
            "t": "subscribed",
            "topic": "thing.mine",
            "seq": 0,
        }
    await database_sync_to_async(publish)()
    for socket in (first, second):
        event = await socket.receive_json_from()
        assert (event["t"], event["kind"], event["seq"]) == ("event", "test.moved", 1)
        await socket.disconnect()


@pytest.mark.parametrize("topic", ["thing.theirs", "other.mine", "thing.", "", "thing." + "x" * 200])
async def test_what_may_not_be_followed_is_refused_without_saying_why(topics, handler, topic):
    socket = await open_socket(handler)
    assert (await say(socket, t="subscribe", topic=topic))["t"] == "refused"
    await socket.disconnect()


async def test_a_screen_back_from_a_tunnel_gets_what_it_missed(topics, handler):
    for step in range(3):
        await database_sync_to_async(publish)(step=step)
    socket = await open_socket(handler)
    assert (await say(socket, t="subscribe", topic="thing.mine", after=1))["seq"] == 3
    missed = [await socket.receive_json_from() for _ in range(2)]
    assert [event["seq"] for event in missed] == [2, 3]
    assert await socket.receive_json_from() == {"t": "caught_up", "topic": "thing.mine", "seq": 3}
    assert (await say(socket, t="catch_up", topic="thing.mine", after=2))["seq"] == 3
    await socket.disconnect()


async def test_a_revoked_role_closes_the_socket(topics, handler, monkeypatch):
    monkeypatch.setattr(consumers, "RECHECK_SECONDS", 0.01)
    socket = await open_socket(handler)
    await say(socket, t="subscribe", topic="thing.mine")
    await database_sync_to_async(lambda: RoleGrant.objects.filter(user=handler).delete())()
    closed = await socket.receive_output(timeout=5)
    assert (closed["type"], closed["code"]) == ("websocket.close", 4401)


@pytest.mark.parametrize("text", ["nonsense", "[1]", "7", "x" * 5000])
async def test_what_is_not_the_protocol_closes_only_this_socket(topics, handler, text):
    socket = await open_socket(handler)
    await socket.send_to(text_data=text)
    assert (await socket.receive_output())["code"] == 4400


async def test_binary_frames_are_refused(topics, handler):
    socket = await open_socket(handler)
    await socket.send_to(bytes_data=b"\x00" * 64)
    assert (await socket.receive_output())["code"] == 4400


async def test_a_flood_closes_the_flooder_and_nobody_else(topics, handler):
    calm, flooder = await open_socket(handler), await open_socket(handler)
    for number in range(200):
        await flooder.send_to(text_data=json.dumps({"t": "ping", "n": number}))
    outputs = []
    while not outputs or outputs[-1]["type"] != "websocket.close":
        outputs.append(await flooder.receive_output(timeout=5))
    assert outputs[-1]["code"] == 4429
    assert (await say(calm, t="ping", n=1))["t"] == "pong"
    await calm.disconnect()


async def test_sends_from_another_loop_arrive(topics, handler):
    """Celery's threads and the engine's thread have loops of their own."""
    socket = await open_socket(handler)
    await say(socket, t="subscribe", topic="thing.mine")
    await asyncio.to_thread(realtime.send_ephemeral, "thing.mine", "health", {"fps": 25})
    assert await socket.receive_json_from() == {
        "t": "ephemeral", "topic": "thing.mine", "kind": "health", "data": {"fps": 25},
    }  # fmt: skip
    await socket.disconnect()
