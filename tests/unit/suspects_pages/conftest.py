"""Phones of officers, signed in and on duty, and Darren Pyke on the board."""

from __future__ import annotations

import re

import pytest
from django.http import HttpResponse
from django.test import Client

from core.actors import Actor
from suspects.models import Person, WantedRecord
from tests.factories.core import make_actor, make_force
from tests.factories.wanted import make_marker, make_officer, make_pyke, make_record


def phone_of(actor: Actor) -> Client:
    client = Client()
    client.force_login(actor.user)
    return client


def words(response: HttpResponse) -> str:
    """The page's text as a person reads it, spaces folded."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


@pytest.fixture
def pyke(db: None) -> Person:
    return make_pyke()


@pytest.fixture
def record(pyke: Person) -> WantedRecord:
    """Wanted on recall, priority 1, with a knife and a needle."""
    make_marker(pyke, "WE", "Lock knife, right sock")
    make_marker(pyke, "DR", "May have needles")
    return make_record(pyke)


@pytest.fixture
def reid(record: WantedRecord) -> Actor:
    return make_officer("NB21")


@pytest.fixture
def phone(reid: Actor) -> Client:
    return phone_of(reid)


@pytest.fixture
def other_phone(record: WantedRecord) -> Client:
    """PC Okoro, NB14."""
    return phone_of(make_officer("NB14", first_name="Ada", last_name="Okoro"))


@pytest.fixture
def stranger_phone(db: None) -> Client:
    """On duty in another force."""
    from tests.factories.wanted import make_wanted_tables

    force = make_wanted_tables(make_force(code="98", name="Fenmarch Police"))
    return phone_of(make_officer("FM10", force=force))


@pytest.fixture
def hale(db: None) -> Actor:
    """Supervisor, who runs operations."""
    return make_actor(roles=("supervisor",), first_name="Jo", last_name="Hale")
