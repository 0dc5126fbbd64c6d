"""Live events: thin, numbered without holes, never lost to a screen that was away."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

import pytest
from django.db import transaction

from core import realtime
from core.models import LiveEvent, LiveTopic


@realtime.live_event("test.moved")
@dataclass(frozen=True, kw_only=True)
class Moved(realtime.Event):
    thing: uuid.UUID
    step: int = 0
    state: str = "moving"
    at: dt.datetime | None = None


db = pytest.mark.django_db(transaction=True)


def publish(count: int = 1, topic: str = "incident.1") -> None:
    for step in range(count):
        with transaction.atomic():
            realtime.publish(Moved(thing=uuid.uuid4(), step=step), topic)


@pytest.mark.parametrize("text", ["Leah Marsden, 07700 900417", "<b>", "x" * 41, "ünderpass"])
def test_free_text_never_becomes_an_event(text):
    with pytest.raises(ValueError, match="does not belong"):
        Moved(thing=uuid.uuid4(), state=text).data()


def test_unknown_fields_are_refused():
    with pytest.raises(TypeError):
        Moved(thing=uuid.uuid4(), name="Leah")


@db
def test_numbers_have_no_holes():
    publish(3)
    assert [event["seq"] for event in realtime.missed("incident.1", 0)] == [1, 2, 3]
    assert realtime.head("incident.1") == 3


@db
def test_a_rolled_back_change_announces_nothing():
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        realtime.publish(Moved(thing=uuid.uuid4()), "incident.1")
        raise ZeroDivisionError
    assert not LiveEvent.objects.exists()
    assert realtime.head("incident.1") == 0


@db
def test_outside_a_transaction_is_refused():
    with pytest.raises(RuntimeError, match="transaction"):
        realtime.publish(Moved(thing=uuid.uuid4()), "incident.1")


@db
def test_what_a_crash_left_unsent_is_sent_later(monkeypatch):
    monkeypatch.setattr(realtime, "relay", lambda topic: 0)
    publish(2)
    monkeypatch.undo()
    assert realtime.missed("incident.1", 0) == []
    assert realtime.relay_forgotten(older_than=dt.timedelta()) == 2
    assert [event["seq"] for event in realtime.missed("incident.1", 0)] == [1, 2]


@db
def test_a_screen_that_was_away_too_long_is_told_to_reload():
    publish(3)
    LiveEvent.objects.filter(seq__lte=2).delete()
    assert realtime.missed("incident.1", 0) is None
    LiveEvent.objects.all().delete()
    assert realtime.missed("incident.1", 0) is None
    assert realtime.missed("incident.1", 3) == []


@db
def test_a_cursor_from_another_life_of_the_database_reloads():
    publish(1)
    assert realtime.missed("incident.1", 99) is None


@db
def test_topics_are_numbered_apart():
    with transaction.atomic():
        realtime.publish(Moved(thing=uuid.uuid4()), "board.1", "incident.1")
    publish(1)
    assert dict(LiveTopic.objects.values_list("name", "head")) == {"board.1": 1, "incident.1": 2}


class Layer:
    """A channel layer that can be away."""

    def __init__(self) -> None:
        self.away = False
        self.sent: list[int] = []

    async def group_send(self, group: str, message: dict) -> None:
        if self.away:
            raise ConnectionError("redis is restarting")
        self.sent.append(message["seq"])


@pytest.fixture
def layer(monkeypatch) -> Layer:
    layer = Layer()
    monkeypatch.setattr(realtime, "get_channel_layer", lambda: layer)
    return layer


@db
def test_what_the_channel_layer_did_not_take_is_told_when_it_is_back(layer):
    publish(1)
    layer.away = True
    publish(2)  # the writer is not stopped by it
    assert realtime.relay_forgotten() == 0, "still away"
    assert layer.sent == [1]
    layer.away = False
    realtime.relay_forgotten()
    assert layer.sent == [1, 3], "a screen that sees 3 after 1 asks for 2"
    assert [event["seq"] for event in realtime.missed("incident.1", 1)] == [2, 3]
    realtime.relay_forgotten()
    assert layer.sent == [1, 3]
    assert not LiveTopic.objects.filter(unsent=True).exists()


@db
def test_a_channel_layer_that_is_away_stops_no_other_topic(layer):
    layer.away = True
    publish(1, "incident.1")
    publish(1, "incident.2")
    layer.away = False
    assert realtime.relay_forgotten() == 2
    assert layer.sent == [1, 1]


@pytest.mark.parametrize(("said", "word"), [("NB21", "NB21"), ("Ñ<21>", "__21_"), ("A\n1", "A_1")])
def test_a_call_sign_of_whatever_signs_goes_into_an_event(said, word):
    assert realtime.short_word(said) == word
