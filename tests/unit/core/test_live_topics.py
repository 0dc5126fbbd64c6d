"""One topic in one process: in order and once, whoever arrives in the middle."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from core.actors import Actor
from core.consumers.questions import Frame, Read
from core.consumers.topics import AT_ONCE, Place, Screen, Topic


def frame(seq: int) -> Frame:
    return {"type": "websocket.send", "text": str(seq)}


class Phone:
    """A screen that remembers what it was told; `closing`: its socket takes nothing any more."""

    def __init__(self, closing: bool = False) -> None:
        self.told: list[str] = []
        self.closing = closing
        self.screen = Screen({}, self._send, self._close, Actor.nobody())

    async def _send(self, message: dict[str, str]) -> None:
        if self.closing:
            raise ConnectionError("closing")
        self.told.append(message["text"])

    async def _close(self, code: int) -> None:
        raise AssertionError(code)


def topic_at(heard: int, kept: list[int]) -> Topic:
    """A topic whose database has `kept`."""

    async def fill(name: str, after: int) -> Read:
        await asyncio.sleep(0)
        return Read(max(kept), [(seq, frame(seq)) for seq in kept if seq > after])

    topic = Topic("thing.mine", fill)
    topic.begin(heard)
    return topic


def follow(topic: Topic, phone: Phone, **place: Any) -> Place:
    topic.screens[phone.screen] = found = Place(**place)
    return found


@pytest.mark.parametrize("arrives", ["before", "while"])
async def test_who_arrives_while_an_event_is_told_hears_it_once(arrives: str) -> None:
    topic, crowd, late = topic_at(5, [5, 6, 7]), [Phone() for _ in range(AT_ONCE)], Phone()
    for phone in crowd:
        follow(topic, phone, seq=5, held=None)
    if arrives == "before":
        place = follow(topic, late)
    telling = asyncio.create_task(topic.take([(6, frame(6)), (7, frame(7))]))
    await asyncio.sleep(0)  # the crowd has 6, and whoever comes after it waits for a turn of the loop
    assert crowd[-1].told[:1] == ["6"]
    if arrives == "while":
        place = follow(topic, late)
    await topic.release(late.screen, place, 5)
    await telling
    assert late.told == crowd[0].told == ["6", "7"]


async def test_swapped_doubled_and_lost_messages_come_in_order_and_once() -> None:
    topic, phone, closing = topic_at(0, [1, 2, 3, 4, 5]), Phone(), Phone(closing=True)
    for one in (closing, phone):  # a socket that is just closing keeps nobody from hearing
        follow(topic, one, held=None)
    for seq in (2, 1, 2, 5, 4, 5):
        await topic.take([(seq, frame(seq))])
    assert phone.told == ["1", "2", "3", "4", "5"]


async def test_a_number_that_no_database_knows_is_dropped() -> None:
    topic, phone = topic_at(3, [3]), Phone()
    follow(topic, phone, seq=3, held=None)
    await topic.take([(9, frame(9))])
    await topic.take([(4, frame(4))])
    assert phone.told == ["4"]
