"""What the live screens of one process share: one ear on the channel layer, one recheck, one reading of what is missed.

A hub begins with the first screen of an event loop and ends with the last. It listens with a single channel of its own
for all its topics, so that 4,000 phones on one topic are one subscription, and an event is read and encoded once.
"""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Coroutine
from typing import Any
from weakref import WeakKeyDictionary

import structlog
from channels.db import database_sync_to_async
from channels.layers import get_channel_layer

from core import outages, realtime
from core.clock import now
from core.consumers import questions
from core.consumers.batches import Batches
from core.consumers.questions import Asked, Frame, Read, encoded
from core.consumers.topics import AT_ONCE, Place, Screen, Topic

log = structlog.get_logger(__name__)

RECHECK_SECONDS = 20.0  # within which every screen is asked again, whatever happened
RECHECK_AT_ONCE = 200  # screens in one reading; the readings are spread over the seconds above
WATCH_SECONDS = 3.0  # between two looks at whether every part of the system answers
LOOK_SECONDS = 5.0  # after which an event that no message announced is found
JOIN_SECONDS = 5.0
REJOIN_SECONDS = 3600.0  # the embedded channel layer forgets a member after a day
AWAY_SECONDS = 1.0
SIGNED_OUT = 4401

_hubs: WeakKeyDictionary[asyncio.AbstractEventLoop, Hub] = WeakKeyDictionary()


def hub() -> Hub:
    """The hub of the running event loop."""
    loop = asyncio.get_running_loop()
    if loop not in _hubs:
        _hubs[loop] = Hub()
    return _hubs[loop]


class Hub:
    def __init__(self) -> None:
        self.screens: set[Screen] = set()
        self.topics: dict[str, Topic] = {}
        self.sign_ins = Batches(questions.actors_of)
        self._by_user: dict[int | None, set[Screen]] = {}
        self._layer = get_channel_layer()
        self._channel = ""
        self._opened = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._permits = Batches(questions.may_follow)
        self._reads = Batches(questions.first_reads)
        self._standings = Batches(questions.standings, size=RECHECK_AT_ONCE)
        self._away: list[outages.Away] = []
        self._looked_at: dt.datetime | None = None  # when what no message announced was last looked for

    # --- screens come and go
    def enter(self, screen: Screen) -> None:
        if not self.screens:
            for work in (self._listen(), self._recheck_all(), self._look_for_unheard(), self._watch_parts()):
                self._start(work)
        self.screens.add(screen)
        self._by_user.setdefault(screen.actor.user_id, set()).add(screen)
        if self._away:
            self._start(screen.tell(self._away_frame()))

    async def leave(self, screen: Screen) -> None:
        if screen not in self.screens:
            return
        self.screens.discard(screen)
        theirs = self._by_user[screen.actor.user_id]
        theirs.discard(screen)
        if not theirs:
            del self._by_user[screen.actor.user_id]
        for name in list(screen.places):
            await self.unfollow(screen, name)
        if not self.screens:
            await self._end()

    async def _end(self) -> None:
        """Nobody listens any more. A later screen gets a hub of its own."""
        if _hubs.get(asyncio.get_running_loop()) is self:
            del _hubs[asyncio.get_running_loop()]
        await self._layer_does("group_discard", realtime.RECHECK_GROUP)
        others = self._tasks - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # --- screens follow topics
    async def follow(self, screen: Screen, name: str, after: int | None) -> None:
        """Answer a subscription: `refused`, or `subscribed` and what was missed; from then on every event once.

        A topic that others follow here costs one reading, shared with whoever asks at the same moment.
        """
        permitted = name not in self.topics
        if permitted and not await self._permits.ask((screen.actor, name)):
            await screen.tell(encoded(t="refused", topic=name[:80]))
            return
        # Listen first, read afterwards: what comes between the two is held, and told after what was read.
        topic, place = self._topic(name), Place()
        topic.screens[screen] = screen.places[name] = place
        try:
            await topic.ready.wait()
            read = await self._reads.ask(Asked(screen.actor, name, after, permitted))
        except BaseException:
            await self.unfollow(screen, name)
            raise
        if screen.places.get(name) is not place:
            return  # left, or was refused meanwhile
        if read is None:
            await self._refuse(screen, name)
        else:
            await self._begin(screen, topic, place, read, after)

    def _topic(self, name: str) -> Topic:
        if name not in self.topics:
            self.topics[name] = topic = Topic(name, self._fill)
            self._start(self._join(topic))
        return self.topics[name]

    async def _begin(self, screen: Screen, topic: Topic, place: Place, read: Read, after: int | None) -> None:
        topic.begin(read.head)
        await screen.tell(encoded(t="subscribed", topic=topic.name, seq=read.head))
        if after is not None:
            await _tell_read(screen, topic.name, read, after)
        await topic.release(screen, place, read.head)
        await topic.take([])

    async def catch_up(self, screen: Screen, name: str, after: int) -> None:
        """A screen says that something is missing: read it for this one. What it has already it drops."""
        if name in screen.places:
            await _tell_read(screen, name, await self._fill(name, after), after)

    async def unfollow(self, screen: Screen, name: str) -> None:
        screen.places.pop(name, None)
        topic = self.topics.get(name)
        if topic is None or topic.screens.pop(screen, None) is None or topic.screens:
            return
        del self.topics[name]
        await self._layer_does("group_discard", realtime.group_name(name))

    async def _refuse(self, screen: Screen, name: str) -> None:
        await self.unfollow(screen, name)
        await screen.tell(encoded(t="refused", topic=name))

    async def _fill(self, name: str, after: int) -> Read:
        return await database_sync_to_async(questions.read)(name, after)

    # --- what the channel layer says
    async def _listen(self) -> None:
        while self.screens:
            try:
                if not self._channel:
                    self._channel = await self._layer.new_channel()
                    self._opened.set()
                    await self._layer_does("group_add", realtime.RECHECK_GROUP)
                await self._hear(await self._layer.receive(self._channel))
            except Exception as error:  # each channel layer has its own way of being away
                log.error("live.not_heard", error=type(error).__name__)
                await asyncio.sleep(AWAY_SECONDS)

    async def _hear(self, message: dict[str, Any]) -> None:
        if message["type"] == "recheck":
            self._start(self._recheck(list(self._by_user.get(message["user_id"], ()))))
            return
        topic = self.topics.get(message["topic"])
        if topic is not None and message["type"] == "live.event":
            event = {key: message[key] for key in ("topic", "seq", "kind", "at", "data")}
            await topic.take([(event["seq"], encoded(t="event", **event))])
        elif topic is not None and message["type"] == "live.ephemeral":
            await topic.pass_on({key: message[key] for key in ("topic", "kind", "data")})

    async def _join(self, topic: Topic) -> None:
        """Screens are not kept waiting for a channel layer that is away: what it does not say is looked for."""
        try:
            async with asyncio.timeout(JOIN_SECONDS):
                await self._opened.wait()
            topic.joined = await self._layer_does("group_add", realtime.group_name(topic.name))
        except TimeoutError:
            log.error("live.no_channel", topic=topic.name)
        finally:
            topic.ready.set()

    async def _layer_does(self, verb: str, group: str) -> bool:
        if not self._channel:
            return False
        try:
            async with asyncio.timeout(JOIN_SECONDS):
                await getattr(self._layer, verb)(group, self._channel)
        except Exception as error:  # each channel layer has its own way of being away
            log.error("live.layer_away", verb=verb, error=type(error).__name__)
            return False
        return True

    async def _look_for_unheard(self) -> None:
        """An event may be numbered and its message lost: a process killed in between, a channel layer restarted."""
        joined_at = asyncio.get_running_loop().time()
        while self.screens:
            await asyncio.sleep(LOOK_SECONDS)
            if again := asyncio.get_running_loop().time() - joined_at > REJOIN_SECONDS:
                joined_at = asyncio.get_running_loop().time()
            try:
                await self._look(join_again=again)
            except Exception as error:
                log.error("live.not_looked", error=type(error).__name__)

    async def _look(self, join_again: bool) -> None:
        await self._layer_does("group_add", realtime.RECHECK_GROUP)
        for topic in list(self.topics.values()):
            if join_again or (topic.ready.is_set() and not topic.joined):
                topic.joined = await self._layer_does("group_add", realtime.group_name(topic.name))
                if not topic.joined:
                    break  # still away: each try may take as long as a connection does
        begun = now()
        heard = {topic.name: topic.heard for topic in self.topics.values() if topic.heard is not None}
        for name, read in (await database_sync_to_async(questions.ahead)(heard)).items():
            if name in self.topics:
                await self.topics[name].take_read(read)
        self._looked_at = begun

    # --- whether every part of the system answers
    async def _watch_parts(self) -> None:
        """A fault is said on every screen, by the process that holds it: the channel layer may be what is away."""
        watch = outages.Watch()
        while self.screens:
            await asyncio.sleep(WATCH_SECONDS)
            try:
                away = await database_sync_to_async(watch.look)()
            except Exception as error:
                log.error("live.parts_not_watched", error=type(error).__name__)
                continue
            said, self._away = self._away, away
            if away or said:
                frame = self._away_frame()
                for number, screen in enumerate(list(self.screens), start=1):
                    await screen.tell(frame)
                    if number % AT_ONCE == 0:
                        await asyncio.sleep(0)

    def _away_frame(self) -> Frame:
        parts = [{"part": away.part, "since": away.since.astimezone(dt.UTC).isoformat()} for away in self._away]
        looked = self._looked_at.astimezone(dt.UTC).isoformat() if self._looked_at else None
        return encoded(t="away", parts=parts, looked=looked)

    # --- whether people may still follow what they follow
    async def _recheck_all(self) -> None:
        while self.screens:
            screens = list(self.screens)
            parts = [screens[start : start + RECHECK_AT_ONCE] for start in range(0, len(screens), RECHECK_AT_ONCE)]
            for part in parts:
                await asyncio.sleep(RECHECK_SECONDS / len(parts))
                try:
                    await self._recheck(part)
                except Exception as error:
                    log.error("live.not_rechecked", error=type(error).__name__)

    async def _recheck(self, screens: list[Screen]) -> None:
        asked = [(screen, frozenset(screen.places)) for screen in screens if screen in self.screens]
        answers = [self._standings.ask((screen.scope, topics)) for screen, topics in asked]
        for (screen, topics), standing in zip(asked, await asyncio.gather(*answers), strict=True):
            if screen not in self.screens:
                continue
            if standing.actor is None or standing.actor.user_id != screen.actor.user_id:
                await screen.close(SIGNED_OUT)
                continue
            screen.actor = standing.actor
            for name in topics - standing.allowed:
                if name in screen.places:
                    await self._refuse(screen, name)


async def _tell_read(screen: Screen, name: str, read: Read, after: int) -> None:
    if read.events is None:
        await screen.tell(encoded(t="reload", topic=name, seq=read.head))
        return
    for _, frame in read.events:
        await screen.tell(frame)
    await screen.tell(encoded(t="caught_up", topic=name, seq=read.events[-1][0] if read.events else after))
