"""What the live connection asks of the database, for many screens at once. Every function here runs in its thread."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from core import realtime
from core.actors import Actor
from core.signed_in import people_of

Frame = dict[str, str]


@dataclass(frozen=True)
class Asked:
    """A screen wants to follow a topic. `after`: the last event it has, None for a screen that begins. `permitted`:
    the rule was asked a moment ago."""

    actor: Actor
    topic: str
    after: int | None
    permitted: bool = False


def encoded(**message: Any) -> Frame:
    """The frame of a message, made once however many screens it goes to."""
    return {"type": "websocket.send", "text": json.dumps(message, separators=(",", ":"))}


@dataclass(frozen=True)
class Read:
    """How far a topic is, and the numbers and frames of the events after the screen's last one, oldest first; None
    where it must reload instead."""

    head: int
    events: list[tuple[int, Frame]] | None = field(default_factory=list)


@dataclass(frozen=True)
class Standing:
    """Whose a screen is now (None: signed out, or no role left) and what it may go on following."""

    actor: Actor | None
    allowed: frozenset[str] = frozenset()


def actors_of(scopes: Sequence[Mapping[str, Any]]) -> list[Actor | None]:
    """Who opened each socket; None for whoever is not signed in or has no role."""
    people = people_of(scopes)
    return [
        Actor.from_scope({**scope, "user": user}) if user is not None and user.role_codes else None
        for scope, user in zip(scopes, people, strict=True)
    ]


def may_follow(asked: list[tuple[Actor, str]]) -> list[bool]:
    """Each topic's rule is asked once for all who want to follow it."""
    by_topic: dict[str, list[Actor]] = {}
    for actor, topic in asked:
        by_topic.setdefault(topic, []).append(actor)
    allowed = {topic: realtime.who_may_follow(actors, topic) for topic, actors in by_topic.items()}
    return [actor.user_id in allowed[topic] for actor, topic in asked]


def first_reads(asked: list[Asked]) -> list[Read | None]:
    """Where each asker stands with the topic; None: refused. Screens at the same place share one reading."""
    open_questions = [(one.actor, one.topic) for one in asked if not one.permitted]
    permitted = iter(may_follow(open_questions))
    reads: dict[tuple[str, int | None], Read] = {}
    answers: list[Read | None] = []
    for one in asked:
        if not (one.permitted or next(permitted)):
            answers.append(None)
            continue
        place = (one.topic, one.after)
        if place not in reads:
            reads[place] = read(one.topic, one.after)
        answers.append(reads[place])
    return answers


def read(topic: str, after: int | None) -> Read:
    """What came after `after`. The head is that of the last event read, so that none falls between the two."""
    head = realtime.head(topic)
    if after is None or after == head:
        return Read(head)
    missed = realtime.missed(topic, after)
    if not missed:
        return Read(realtime.head(topic), None if missed is None else [])
    return Read(missed[-1]["seq"], [(event["seq"], encoded(t="event", **event)) for event in missed])


def standings(asked: list[tuple[Mapping[str, Any], frozenset[str]]]) -> list[Standing]:
    """Each socket's scope and topics, asked again."""
    actors = actors_of([scope for scope, _ in asked])
    pairs = [(actor, topic) for actor, (_, topics) in zip(actors, asked, strict=True) if actor for topic in topics]
    allowed = iter(may_follow(pairs))
    return [
        Standing(actor, frozenset(topic for topic in topics if next(allowed))) if actor else Standing(None)
        for actor, (_, topics) in zip(actors, asked, strict=True)
    ]


def ahead(heard: Mapping[str, int]) -> dict[str, Read]:
    """Of topics and the last events told of them: those that went on, with what nobody told us."""
    heads = realtime.heads(list(heard))
    return {topic: read(topic, heard[topic]) for topic, head in heads.items() if head > heard[topic]}
