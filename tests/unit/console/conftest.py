"""Browsers of the cast, signed in."""

from __future__ import annotations

import pytest
from django.test import Client

from core.actors import Actor
from core.roles import CALL_HANDLER, OFFICER
from incidents.models import Incident
from tests.factories.core import make_actor
from tests.factories.incidents import make_incident, make_stranger, make_supervisor, make_tables


def browser_of(actor: Actor) -> Client:
    client = Client()
    client.force_login(actor.user)
    return client


@pytest.fixture
def okafor(db: None) -> Actor:
    make_tables()
    return make_actor(roles=(CALL_HANDLER,))


@pytest.fixture
def desk(okafor: Actor) -> Client:
    """Call handler Okafor's browser."""
    return browser_of(okafor)


@pytest.fixture
def hale_desk(db: None) -> Client:
    make_tables()
    return browser_of(make_supervisor())


@pytest.fixture
def officer_phone(db: None) -> Client:
    make_tables()
    return browser_of(make_actor(roles=(OFFICER,), first_name="Tom", last_name="Reid", call_sign="NB21"))


@pytest.fixture
def stranger_desk(db: None) -> Client:
    """Another force's supervisor."""
    return browser_of(make_stranger())


@pytest.fixture
def incident(okafor: Actor) -> Incident:
    return make_incident(okafor)
