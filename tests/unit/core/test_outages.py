"""A part of the system goes away and comes back: one row, whatever the processes that notice it think of each other."""

from __future__ import annotations

import asyncio
import datetime as dt

import pytest
from channels.testing import WebsocketCommunicator
from django.db import DatabaseError

from core import health, outages
from core.consumers import LiveConsumer
from core.consumers import hub as hubs
from core.models import Outage
from tests.factories.core import make_user

pytestmark = pytest.mark.django_db(transaction=True)
BEGAN = dt.datetime(2026, 11, 21, 22, 42, 31, tzinfo=dt.UTC)


class Room:
    """The parts as they are, and the clock."""

    def __init__(self) -> None:
        self.away: set[str] = set()
        self.moment = BEGAN

    def parts(self) -> list[health.Part]:
        return [health.Part(name, name, name not in self.away) for name in ("database", "media", "storage")]

    def later(self, seconds: float) -> None:
        self.moment += dt.timedelta(seconds=seconds)


@pytest.fixture
def room(monkeypatch) -> Room:
    one = Room()
    monkeypatch.setattr(outages, "now", lambda: one.moment)
    monkeypatch.setattr(health, "check_all", one.parts)
    monkeypatch.setattr(outages, "_at_end", {})
    return one


def names(standing: list[outages.Away]) -> list[str]:
    return [away.part for away in standing]


def test_once_is_no_outage_twice_running_is_one_since_the_first(room):
    watch = outages.Watch()
    room.away = {"media"}
    assert watch.look() == []
    room.away = set()
    room.later(3)
    assert watch.look() == []
    room.away = {"media"}
    room.later(3)
    first = room.moment
    assert watch.look() == []
    room.later(3)
    assert watch.look() == [outages.Away("media", first, room.moment)]
    assert Outage.objects.get().began_at == first


def test_it_is_over_when_nobody_has_found_it_away_for_ten_seconds(room):
    ended: list[Outage] = []
    outages.at_end("test", ended.append)
    watch = outages.Watch()
    room.away = {"media"}
    watch.look()
    room.later(3)
    watch.look()
    last_seen = room.moment
    room.away = set()
    room.later(9)
    assert names(watch.look()) == ["media"]
    room.later(2)
    assert watch.look() == []
    row = Outage.objects.get()
    assert (row.began_at, row.ended_at) == (BEGAN, last_seen)
    assert [(one.pk, one.ended_at) for one in ended] == [(row.pk, last_seen)]
    room.later(60)
    assert watch.look() == []
    assert len(ended) == 1


def test_two_processes_have_one_row_and_one_that_finds_it_well_does_not_end_it(room, monkeypatch):
    here, there = outages.Watch(), outages.Watch()
    room.away = {"storage"}
    for watch in (here, there, here, there):
        watch.look()
        room.later(1)
    assert Outage.objects.count() == 1
    for _ in range(8):
        room.later(3)
        room.away = {"storage"}
        here.look()
        room.away = set()
        assert names(there.look()) == ["storage"]
    assert Outage.objects.get().ended_at is None


def test_what_a_process_that_died_left_open_is_ended_by_another(room):
    dying, other = outages.Watch(), outages.Watch()
    room.away = {"media"}
    dying.look()
    room.later(3)
    dying.look()
    room.away = set()
    room.later(11)
    assert other.look() == []
    assert Outage.objects.get().ended_at == BEGAN + dt.timedelta(seconds=3)


def test_the_database_itself_is_away_said_at_once_and_written_when_it_is_back(room, monkeypatch):
    watch = outages.Watch()
    room.away = {"database", "media"}
    with monkeypatch.context() as away:
        away.setattr(outages, "_written", lambda *_: pytest.fail("nothing is asked of a database that is away"))
        watch.look()
        room.later(3)
        assert names(watch.look()) == ["database", "media"]
    last_seen = room.moment
    room.away = set()
    room.later(30)
    assert watch.look() == []
    assert {(row.part, row.began_at, row.ended_at) for row in Outage.objects.all()} == {
        ("database", BEGAN, last_seen),
        ("media", BEGAN, last_seen),
    }


def test_a_database_that_answers_a_check_and_then_fails_loses_nothing(room, monkeypatch):
    watch = outages.Watch()
    room.away = {"media"}
    watch.look()
    room.later(3)

    def refuse(*_: object) -> list[outages.Away]:
        raise DatabaseError

    with monkeypatch.context() as away:
        away.setattr(outages, "_written", refuse)
        assert names(watch.look()) == ["media"]
    room.away = set()
    room.later(2)
    assert names(watch.look()) == ["media"], "over when nobody has found it away for ten seconds"
    assert Outage.objects.get().began_at == BEGAN


async def test_every_screen_is_told_and_a_new_one_at_once(room, monkeypatch):
    monkeypatch.setattr(hubs, "WATCH_SECONDS", 0.05)
    room.away = {"storage"}
    okafor = await asyncio.to_thread(make_user)
    first = await signed_in_screen(okafor)
    told = await heard_away(first)
    assert [part["part"] for part in told["parts"]] == ["storage"]
    assert told["parts"][0]["since"] == BEGAN.isoformat()
    second = await signed_in_screen(okafor)
    assert (await heard_away(second))["parts"] == told["parts"]
    room.away = set()
    room.later(11)
    while (await heard_away(first))["parts"]:
        pass
    await first.disconnect()
    await second.disconnect()


async def signed_in_screen(user) -> WebsocketCommunicator:
    socket = WebsocketCommunicator(LiveConsumer.as_asgi(), "/ws/live/")
    socket.scope["user"] = user
    await socket.connect()
    return socket


async def heard_away(socket: WebsocketCommunicator) -> dict:
    message = await socket.receive_json_from(timeout=5)
    assert message["t"] == "away"
    return message
