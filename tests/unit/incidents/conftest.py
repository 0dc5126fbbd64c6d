"""The cast."""

from __future__ import annotations

import pytest

from core.actors import Actor
from core.models import Force
from core.roles import DISPATCHER, OFFICER
from tests.factories.calls import switchboard
from tests.factories.core import make_actor
from tests.factories.incidents import make_incident, make_stranger, make_supervisor, make_tables


@pytest.fixture
def okafor(db):
    make_tables()
    return make_actor()


@pytest.fixture
def hale(db):
    make_tables()
    return make_supervisor()


@pytest.fixture
def dispatcher(db):
    make_tables()
    return make_actor(roles=(DISPATCHER,), first_name="May", last_name="Dunn")


@pytest.fixture
def reid(db):
    make_tables()
    return make_actor(roles=(OFFICER,), first_name="Tom", last_name="Reid", call_sign="NB21")


@pytest.fixture
def stranger(db):
    return make_stranger()


@pytest.fixture
def incident(okafor: Actor):
    return make_incident(okafor)


@pytest.fixture
def force(okafor: Actor) -> Force:
    return Force.objects.get(pk=okafor.force_id)


@pytest.fixture
def iccs(force: Force) -> Actor:
    return switchboard(force)
