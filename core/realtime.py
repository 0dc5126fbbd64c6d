"""Live events: typed, thin, numbered per topic, sent after commit (ARCHITECTURE section 3).

An event holds ids, numbers, short enum words and times: enough for a screen that shows the object, never a name or
free text. `publish` writes a row in the writer's transaction; the relay numbers and sends it after commit, and a
screen that was away asks for what it missed.
"""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, fields
from typing import Any, ClassVar, TypeVar

import structlog
from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db import connection, transaction

from core.actors import Actor
from core.clock import now
from core.models import LiveEvent, LiveTopic

log = structlog.get_logger(__name__)

KEEP = dt.timedelta(hours=24)
CATCH_UP_LIMIT = 500
IN_ONE_QUERY = 500  # names: SQLite takes no longer lists
_WORD = re.compile(r"^[A-Za-z0-9_ ./:-]{0,40}$")


@dataclass(frozen=True, kw_only=True)
class Event:
    """Base of every live event. Fields: UUID, int, float, bool, datetime, or a short enum-like word; None allowed."""

    kind: ClassVar[str] = ""

    def data(self) -> dict[str, Any]:
        """The JSON form. Raises ValueError for anything that could be personal data."""
        return {field.name: _thin(field.name, getattr(self, field.name)) for field in fields(self)}


def short_word(text: str) -> str:
    """`text` as an event may carry it: what is no letter, digit or plain sign becomes "_". For call signs, which are
    whatever a radio or a table says."""
    return re.sub(r"[^A-Za-z0-9_ ./:-]", "_", text)[:40]


def _thin(name: str, value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, uuid.UUID):
        return str(value)
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat()
    if isinstance(value, str) and _WORD.match(value):
        return value
    raise ValueError(f"{name} does not belong in a live event: only ids, numbers, times and short words do")


E = TypeVar("E", bound=type[Event])
EVENTS: dict[str, type[Event]] = {}


def live_event(kind: str) -> Callable[[E], E]:
    """Register an Event dataclass under its wire name, for example "incident.opened"."""

    def register(cls: E) -> E:
        if EVENTS.get(kind, cls).__qualname__ != cls.__qualname__:
            raise ValueError(f"{kind} is already {EVENTS[kind].__qualname__}")
        cls.kind = kind
        EVENTS[kind] = cls
        return cls

    return register


CanSubscribe = Callable[[Actor, str], bool]
WhoMay = Callable[[Sequence[Actor], str], Collection[int]]
_TOPICS: dict[str, CanSubscribe] = {}
_FOR_MANY: dict[str, WhoMay] = {}


def register_topic(prefix: str, can_subscribe: CanSubscribe, who_may: WhoMay | None = None) -> None:
    """Topics `prefix.<id>` may be followed by whoever `can_subscribe(actor, id)` says.

    `who_may(actors, id)` gives the same answer for many at once, as the user ids of those who may: for a topic that
    thousands follow and whose rule asks the database.
    """
    _TOPICS[prefix] = can_subscribe
    _FOR_MANY.pop(prefix, None)
    if who_may is not None:
        _FOR_MANY[prefix] = who_may


def may_follow(actor: Actor, topic: str) -> bool:
    prefix, _, key = topic.partition(".")
    rule = _TOPICS.get(prefix)
    return bool(rule and key and len(topic) <= 80 and rule(actor, key))


def who_may_follow(actors: Sequence[Actor], topic: str) -> set[int]:
    """User ids of those of the signed-in `actors` who may follow the topic."""
    prefix, _, key = topic.partition(".")
    rule = _FOR_MANY.get(prefix)
    if rule is not None and key and len(topic) <= 80:
        return set(rule(actors, key))
    return {actor.user_id for actor in actors if actor.user_id is not None and may_follow(actor, topic)}


def group_name(topic: str) -> str:
    return f"live.{topic}"


def publish(event: Event, *topics: str) -> None:
    """Write the event for each topic in the current transaction; it is sent right after commit."""
    if not connection.in_atomic_block:
        raise RuntimeError("a live event belongs in the transaction of the change it announces")
    data, at = event.data(), now()
    LiveEvent.objects.bulk_create(
        [LiveEvent(topic=topic, kind=event.kind, data=data, at=at) for topic in dict.fromkeys(topics)]
    )
    for topic in dict.fromkeys(topics):
        _relay_after_commit(topic)


def _relay_after_commit(topic: str) -> None:
    if any(getattr(entry[1], "relays_topic", None) == topic for entry in connection.run_on_commit):
        return

    def relay_topic() -> None:
        relay(topic)

    relay_topic.relays_topic = topic  # type: ignore[attr-defined]  # a mark on our own function
    transaction.on_commit(relay_topic, robust=True)


RECHECK_GROUP = "live.recheck"


def recheck(user_id: int) -> None:
    """After commit: ask again, in every process, whether the person's open screens may follow what they follow. What
    is no longer allowed ends at once. A channel layer that is away only delays it: screens are asked by themselves too.
    """

    def tell_every_process() -> None:
        try:
            async_to_sync(get_channel_layer().group_send)(RECHECK_GROUP, {"type": "recheck", "user_id": user_id})
        except Exception as error:  # each channel layer has its own way of being away
            log.error("live.recheck_unsent", error=type(error).__name__)

    transaction.on_commit(tell_every_process, robust=True)


def relay(topic: str) -> int:
    """Number the topic's waiting events and send them. Safe to run from many processes and to repeat."""
    with transaction.atomic():
        LiveTopic.objects.get_or_create(name=topic)
        row = LiveTopic.objects.select_for_update().get(name=topic)
        events = list(LiveEvent.objects.filter(topic=topic, seq__isnull=True).order_by("id"))
        for event in events:
            row.head += 1
            event.seq = row.head
        LiveEvent.objects.bulk_update(events, ["seq"])
        row.save(update_fields=["head"])
    _send(topic, events)
    return len(events)


def _send(topic: str, events: list[LiveEvent]) -> bool:
    """To whoever listens; False when the channel layer is away. The events are numbered and kept: what it does not take
    now is made good by `relay_forgotten`, and the writer's work is done either way."""
    layer = get_channel_layer()
    try:
        for event in events:
            async_to_sync(layer.group_send)(group_name(topic), {"type": "live.event", **wire(event)})
    except Exception as error:  # each channel layer has its own way of being away
        log.error("live.unsent", events=len(events), error=type(error).__name__)
        LiveTopic.objects.filter(name=topic).update(unsent=True)
        return False
    return True


def relay_forgotten(older_than: dt.timedelta = dt.timedelta(seconds=2)) -> int:
    """Send what a process that died after commit, or a channel layer that was away, left unsent. Returns how many."""
    waiting = LiveEvent.objects.filter(seq__isnull=True, at__lt=now() - older_than)
    sent = sum(relay(topic) for topic in waiting.values_list("topic", flat=True).distinct())
    for topic in LiveTopic.objects.filter(unsent=True):
        if not _send_last_again(topic):
            break  # still away: each try may take as long as a connection does
        sent += 1
    return sent


def _send_last_again(topic: LiveTopic) -> bool:
    """The newest event: a screen that has it already drops it, another sees the jump and asks for what is between."""
    LiveTopic.objects.filter(pk=topic.pk).update(unsent=False)  # before it is sent: a failure sets it again
    last = list(LiveEvent.objects.filter(topic=topic.name, seq__isnull=False).order_by("-seq")[:1])
    return _send(topic.name, last)


def wire(event: LiveEvent) -> dict[str, Any]:
    return {
        "topic": event.topic,
        "seq": event.seq,
        "kind": event.kind,
        "at": event.at.astimezone(dt.UTC).isoformat(),
        "data": event.data,
    }


def head(topic: str) -> int:
    return LiveTopic.objects.filter(name=topic).values_list("head", flat=True).first() or 0


def heads(topics: Sequence[str]) -> dict[str, int]:
    """How far each topic is; one that never had an event is not in it."""
    found: dict[str, int] = {}
    for start in range(0, len(topics), IN_ONE_QUERY):
        rows = LiveTopic.objects.filter(name__in=topics[start : start + IN_ONE_QUERY])
        found.update(rows.values_list("name", "head"))
    return found


def missed(topic: str, after: int) -> list[dict[str, Any]] | None:
    """Events of the topic after `after`, oldest first; None when they are gone or too many: reload instead."""
    if after > head(topic):
        return None
    rows = list(LiveEvent.objects.filter(topic=topic, seq__gt=after).order_by("seq")[: CATCH_UP_LIMIT + 1])
    if len(rows) > CATCH_UP_LIMIT or (rows and rows[0].seq != after + 1) or (not rows and head(topic) > after):
        return None
    return [wire(row) for row in rows]


def forget_old() -> int:
    """Drop events older than a day: a screen that was away longer reloads."""
    deleted, _ = LiveEvent.objects.filter(at__lt=now() - KEEP, seq__isnull=False).delete()
    return deleted


async def asend_ephemeral(topic: str, kind: str, data: dict[str, Any]) -> None:
    """Send something that is stale in a second (stream health, positions): no row, no number, may be lost."""
    message = {"type": "live.ephemeral", "topic": topic, "kind": kind, "data": data}
    await get_channel_layer().group_send(group_name(topic), message)


def send_ephemeral(topic: str, kind: str, data: dict[str, Any]) -> None:
    async_to_sync(asend_ephemeral)(topic, kind, data)
