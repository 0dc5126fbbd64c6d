"""Live topics × roles × forces: whoever may read a thing may follow it, and nobody of another force."""

from __future__ import annotations

import uuid

import pytest

from core import realtime
from core.actors import Actor
from core.realtime import may_follow
from core.roles import OFFICER, PROFESSIONAL_STANDARDS, ROLES, SERGEANT, SUPERVISOR
from incidents.services import book_off
from tests.integration.walls.rule import DECIDERS, DESK, INTELLIGENCE, LISTERS, READERS
from tests.integration.walls.sent import Place
from tests.integration.walls.world import World

pytestmark = pytest.mark.django_db

#: Who may follow each kind of topic, and whose name stands in it.
TOPICS = {
    "board": ("force_id", LISTERS),
    "incident": ("incident", READERS),
    "emergencies": ("force_id", LISTERS),
    "session": ("call", DESK),
    "wall": ("force_id", DESK),
    "care": ("force_id", {SUPERVISOR}),
    "wanted": ("force_id", INTELLIGENCE),  # on the street only on duty: below
    "curfews": ("force_id", INTELLIGENCE),
    "supervisors": ("force_id", DECIDERS | {PROFESSIONAL_STANDARDS}),
    "person": ("officer", {OFFICER}),
    "check": ("check", {OFFICER}),
    "operation": ("operation", {SUPERVISOR}),
    "unit": ("unit of the officer", {OFFICER}),  # whoever is booked on with it
}


def topic(prefix: str, place: Place) -> str:
    named = TOPICS[prefix][0]
    return f"{prefix}.{place.things.get(named) or getattr(place, named)}"


def test_every_registered_topic_is_in_the_table_and_no_other() -> None:
    assert set(realtime._TOPICS) == set(TOPICS)


@pytest.mark.parametrize("prefix", sorted(TOPICS))
def test_each_role_follows_what_it_may_read_of_its_own_force(world: World, prefix: str) -> None:
    followers = {
        role for role, user in world.people.items() if may_follow(Actor.for_user(user), topic(prefix, world.ours))
    }
    assert followers == TOPICS[prefix][1]


def test_who_goes_off_duty_hears_no_more_of_wanted_people(world: World) -> None:
    for role in (OFFICER, SERGEANT, SUPERVISOR):
        actor = Actor.for_user(world.people[role])
        book_off(actor=actor)
        assert may_follow(actor, topic("wanted", world.ours)) == (role == SUPERVISOR), role


@pytest.mark.parametrize("prefix", sorted(TOPICS))
@pytest.mark.parametrize("role", sorted(ROLES))
def test_nobody_follows_another_force(world: World, prefix: str, role: str) -> None:
    actor = Actor.for_user(world.people[role])
    assert not may_follow(actor, topic(prefix, world.theirs))
    assert not may_follow(actor, topic(prefix, world.nowhere))
    assert not may_follow(Actor.for_user(world.stranger), topic(prefix, world.ours))


@pytest.mark.parametrize("prefix", sorted(TOPICS))
def test_who_is_not_a_signed_in_person_follows_nothing(world: World, prefix: str) -> None:
    for actor in (
        Actor.nobody(),
        Actor.caller(world.ours.force_id, world.ours.call),
        Actor.provider(world.ours.force_id, "twilio"),
    ):
        assert not may_follow(actor, topic(prefix, world.ours))


@pytest.mark.parametrize("prefix", sorted(TOPICS))
def test_a_topic_is_named_exactly(world: World, prefix: str) -> None:
    """Another spelling of the same name would be another group: refused, or the very same words."""
    actor = Actor.for_user(world.people["supervisor"])
    right = topic(prefix, world.ours)
    for name in (f"{right} ", f" {right}", f"{right}.x", f"{prefix}.", prefix, f"{prefix}.None", f"{prefix}.*",
                 f"{prefix}.{uuid.uuid4()}", f"{prefix}.\x00", right.replace(".", "..")):  # fmt: skip
        assert not may_follow(actor, name), name
