"""The live connection: who may follow what, and nothing lost in a tunnel."""

from __future__ import annotations

import asyncio
import json
import uuid

import pytest
from channels.db import database_sync_to_async
from channels.testing import WebsocketCommunicator
from django.contrib.auth.models import AnonymousUser
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from core import realtime
from core.actors import Actor
from core.consumers import LiveConsumer, questions
from core.consumers import hub as hubs
from core.consumers.batches import Batches
from core.consumers.questions import Asked
from core.models import LiveEvent, RoleGrant, User
from tests.factories.core import make_user
from tests.unit.core.test_realtime import Moved

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def topics(monkeypatch):
    """Topic `thing.<id>`: only `thing.mine` may be followed, and only while the follower has a role."""
    monkeypatch.setattr(realtime, "_TOPICS", {})
    monkeypatch.setattr(realtime, "_FOR_MANY", {})
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
    monkeypatch.setattr(hubs, "RECHECK_SECONDS", 0.01)
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


async def test_what_is_no_longer_allowed_ends_at_once_and_only_that(topics, handler, monkeypatch):
    """Booking off says `recheck`: no screen waits for the round of all."""
    allowed = {"duty": True}
    realtime.register_topic("duty", lambda actor, key: allowed["duty"])
    first, second, colleague = await open_socket(handler), await open_socket(handler), await open_socket(await other())
    for socket in (first, second, colleague):
        assert (await say(socket, t="subscribe", topic="duty.board"))["t"] == "subscribed"
        assert (await say(socket, t="subscribe", topic="thing.mine"))["t"] == "subscribed"
    allowed["duty"] = False
    await database_sync_to_async(realtime.recheck)(handler.pk)
    for socket in (first, second):
        assert await socket.receive_json_from(timeout=5) == {"t": "refused", "topic": "duty.board"}
    await database_sync_to_async(publish)("duty.board")
    await database_sync_to_async(publish)()
    assert (await colleague.receive_json_from())["topic"] == "duty.board", "of the colleague nothing was asked yet"
    for socket in (first, second, colleague):
        assert (await socket.receive_json_from())["topic"] == "thing.mine"
        await socket.disconnect()


async def other():
    return await database_sync_to_async(make_user)(last_name="Reid")


@pytest.mark.parametrize("ends", ["account", "roles"])
async def test_an_account_that_ends_closes_every_screen_of_it(topics, handler, ends):
    socket = await open_socket(handler)
    await say(socket, t="ping", n=1)

    def end():
        if ends == "account":
            User.objects.filter(pk=handler.pk).update(is_active=False)
        else:
            RoleGrant.objects.filter(user=handler).delete()
        realtime.recheck(handler.pk)

    await database_sync_to_async(end)()
    assert (await socket.receive_output(timeout=5))["code"] == 4401
    await socket.send_json_to({"t": "subscribe", "topic": "thing.mine"})
    await socket.disconnect()
    assert asyncio.get_running_loop() not in hubs._hubs, "nothing of ours is left behind the last screen"


async def test_a_process_asks_for_all_its_screens_in_few_queries(topics, handler):
    """Forty screens of twenty people: entering, following and the round of all cost no more than two of one."""
    asked = {"rule": 0}

    def who_may(actors, key):
        asked["rule"] += 1
        return {actor.user_id for actor in actors}

    realtime.register_topic("many", lambda actor, key: True, who_may)
    people = await database_sync_to_async(lambda: [make_user() for _ in range(20)])()
    scopes = [{"user": user, "headers": []} for user in people for _ in range(2)]

    def counted(work, *args):
        with CaptureQueriesContext(connection) as queries:
            answers = work(*args)
        return len(queries), answers

    count = database_sync_to_async(counted)
    entering, actors = await count(questions.actors_of, scopes)
    assert all(actors)
    following, reads = await count(questions.first_reads, [Asked(actor, "many.1", None) for actor in actors])
    assert all(reads)
    again, standings = await count(questions.standings, [(scope, frozenset({"many.1"})) for scope in scopes])
    assert all(standing.allowed == {"many.1"} for standing in standings)
    assert (entering, following, again, asked["rule"]) == (2, 1, 2, 2)


async def test_a_message_that_was_lost_is_made_good_by_one_reading_for_all(topics, handler, monkeypatch):
    sockets = [await open_socket(handler) for _ in range(3)]
    for socket in sockets:
        await say(socket, t="subscribe", topic="thing.mine")
    readings = []
    read = questions.read
    monkeypatch.setattr(questions, "read", lambda *args: readings.append(args) or read(*args))
    send, lost = realtime._send, []
    monkeypatch.setattr(realtime, "_send", lambda topic, events: lost.append(topic))
    await database_sync_to_async(publish)()
    await database_sync_to_async(publish)()
    monkeypatch.setattr(realtime, "_send", send)
    await database_sync_to_async(publish)()
    for socket in sockets:
        assert [(await socket.receive_json_from(timeout=5))["seq"] for _ in range(3)] == [1, 2, 3]
    assert readings == [("thing.mine", 0)]
    await database_sync_to_async(realtime._send)("thing.mine", await last_events(2))  # doubled: nobody hears of it
    for socket in sockets:
        assert (await say(socket, t="ping", n=1))["t"] == "pong"
        await socket.disconnect()


@database_sync_to_async
def last_events(count):
    return list(LiveEvent.objects.order_by("seq"))[-count:]


async def test_an_event_that_no_message_announced_is_found(topics, handler, monkeypatch):
    """Its process was killed between numbering and sending."""
    monkeypatch.setattr(hubs, "LOOK_SECONDS", 0.01)
    socket = await open_socket(handler)
    await say(socket, t="subscribe", topic="thing.mine")
    monkeypatch.setattr(realtime, "_send", lambda topic, events: True)
    await database_sync_to_async(publish)()
    assert (await socket.receive_json_from(timeout=5))["seq"] == 1
    await socket.disconnect()


async def test_more_missing_than_is_kept_is_a_reload_for_all(topics, handler, monkeypatch):
    monkeypatch.setattr(realtime, "CATCH_UP_LIMIT", 1)
    socket = await open_socket(handler)
    await say(socket, t="subscribe", topic="thing.mine")
    monkeypatch.setattr(realtime, "_send", lambda topic, events: True)
    for _ in range(3):
        await database_sync_to_async(publish)()
    monkeypatch.undo()
    monkeypatch.setattr(realtime, "CATCH_UP_LIMIT", 1)
    monkeypatch.setattr(realtime, "_TOPICS", {"thing": lambda actor, key: True})
    await database_sync_to_async(publish)()
    assert await socket.receive_json_from(timeout=5) == {"t": "reload", "topic": "thing.mine", "seq": 4}
    await database_sync_to_async(publish)()
    assert (await socket.receive_json_from(timeout=5))["seq"] == 5
    await socket.disconnect()


async def test_a_question_that_cannot_be_answered_fails_for_itself_alone(topics, handler):
    def rule(actor, key):
        return 1 // int(key)

    realtime.register_topic("odd", rule)
    actor = Actor.for_user(handler, ip="")
    batch = Batches(questions.may_follow)
    fine, broken = await asyncio.gather(
        batch.ask((actor, "odd.1")), batch.ask((actor, "odd.0")), return_exceptions=True
    )
    assert fine is True
    assert isinstance(broken, ZeroDivisionError)


async def test_a_channel_layer_that_is_away_keeps_no_screen_waiting(topics, handler, monkeypatch):
    """Redis restarts: who comes meanwhile is let in, reads what is there, and hears the rest by looking."""

    class Away:
        async def new_channel(self):
            raise ConnectionError("redis is restarting")

        async def group_add(self, group, channel):
            raise ConnectionError("redis is restarting")

    monkeypatch.setattr(hubs, "get_channel_layer", Away)
    monkeypatch.setattr(hubs, "LOOK_SECONDS", 0.01)
    monkeypatch.setattr(hubs, "JOIN_SECONDS", 0.01)
    socket = await open_socket(handler)
    assert (await say(socket, t="subscribe", topic="thing.mine"))["t"] == "subscribed"
    await database_sync_to_async(publish)()
    assert (await socket.receive_json_from(timeout=5))["seq"] == 1
    await socket.disconnect()
