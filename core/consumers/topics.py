"""One topic in one process: who follows it here, and how far each of them is.

Events reach every follower in order and once, whatever the channel layer lost, doubled or swapped: `heard` is the last
number told, a jump is filled from the database by one reading for all.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import structlog

from core.actors import Actor
from core.consumers.questions import Frame, Read, encoded

log = structlog.get_logger(__name__)

Send = Callable[[Frame], Awaitable[None]]
AT_ONCE = 100  # screens told between two looks at whatever else the process has to do


@dataclass(eq=False)
class Place:
    """Where one screen is in one topic. `held`: events that came while it was still reading what it had missed."""

    seq: int = 0
    held: dict[int, Frame] | None = field(default_factory=dict)


@dataclass(eq=False)
class Screen:
    """One open socket: where it came from, whose it is, what it follows."""

    scope: Mapping[str, Any]
    send: Send
    close: Callable[[int], Awaitable[None]]
    actor: Actor
    places: dict[str, Place] = field(default_factory=dict)

    async def tell(self, frame: Frame) -> None:
        """Send it. A socket that is just closing tells nobody else's message to stop; its end is heard by itself.

        Daphne takes a frame without waiting for the phone, so that one in a tunnel holds up nobody.
        """
        try:
            await self.send(frame)
        except Exception as error:
            log.info("live.unsent_to_one", error=type(error).__name__)


class Topic:
    """`fill(name, after)` reads what the database has after an event."""

    def __init__(self, name: str, fill: Callable[[str, int], Awaitable[Read]]) -> None:
        self.name = name
        self.screens: dict[Screen, Place] = {}
        self.heard: int | None = None  # the last event told; None until the first follower has read where it stands
        self.joined, self.ready = False, asyncio.Event()
        self._fill = fill
        self._waiting: dict[int, Frame] = {}
        self._telling = False

    def begin(self, heard: int) -> None:
        """From the first reading on. Later events that have come already go out with the next `take`."""
        if self.heard is None:
            self.heard = heard

    async def take(self, events: Iterable[tuple[int, Frame]]) -> None:
        """Tell the events, in order and once. Whoever comes while another call is telling leaves them to it."""
        self._waiting.update(events)
        if self._telling or self.heard is None:
            return
        self._telling = True
        try:
            while self._waiting:
                first = min(self._waiting)
                if first > self.heard + 1:
                    await self._take_what_is_between()
                    continue
                frame = self._waiting.pop(first)
                if first == self.heard + 1:
                    self.heard = first
                    await self._tell(first, frame)
        finally:
            self._telling = False

    async def _take_what_is_between(self) -> None:
        """Some event's message did not arrive here: the followers are told it all the same, not made to ask."""
        assert self.heard is not None
        read = await self._fill(self.name, self.heard)
        if read.events is None:
            await self._reload(read.head)
        elif read.events:
            self._waiting.update(read.events)
        else:
            self._waiting.clear()  # numbers of a database that is no longer there

    async def take_read(self, read: Read) -> None:
        """What the database has and no message announced."""
        if read.events is None:
            await self._reload(read.head)
        else:
            await self.take(read.events)

    async def _reload(self, head: int) -> None:
        """What is missing cannot be told one by one: every screen fetches its page anew."""
        self.heard = head
        self._waiting = {seq: frame for seq, frame in self._waiting.items() if seq > head}
        await self._tell(head, encoded(t="reload", topic=self.name, seq=head))

    async def _tell(self, seq: int, frame: Frame) -> None:
        for number, (screen, place) in enumerate(list(self.screens.items()), start=1):
            if place.held is not None:
                place.held[seq] = frame
            elif place.seq < seq and self.screens.get(screen) is place:
                place.seq = seq
                await screen.tell(frame)
            if number % AT_ONCE == 0:
                await asyncio.sleep(0)

    async def release(self, screen: Screen, place: Place, seq: int) -> None:
        """The screen has read up to `seq`: what came meanwhile, and from now on each event as it comes.

        What was being told when the screen arrived went past it, and is read once more.
        """
        place.seq = seq
        while (place.held and place.seq < max(place.held)) or place.seq < (self.heard or 0):
            following = place.seq + 1
            frames: list[tuple[int, Frame]] | None = None
            if place.held and following in place.held:
                frames = [(following, place.held[following])]
            else:
                read = await self._fill(self.name, place.seq)
                frames = read.events
                if frames is None:
                    frames = [(read.head, encoded(t="reload", topic=self.name, seq=read.head))]
            if not frames or frames[-1][0] <= place.seq:
                break
            for number, frame in frames:
                place.seq = number
                await screen.tell(frame)
        place.held = None

    async def pass_on(self, message: Mapping[str, Any]) -> None:
        """Something that is stale in a second: no number, no order, not kept."""
        frame = encoded(t="ephemeral", **message)
        for screen, place in list(self.screens.items()):
            if place.held is None:
                await screen.tell(frame)
