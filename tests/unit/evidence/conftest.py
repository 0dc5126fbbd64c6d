"""The cast, and an exhibit of a call that has ended."""

from __future__ import annotations

import pytest

from core.actors import Actor
from core.roles import EVIDENCE_MANAGER, INVESTIGATOR
from tests.factories.core import make_actor
from tests.factories.evidence import make_exhibit
from tests.factories.incidents import make_incident, make_stranger, make_tables


@pytest.fixture
def okafor(db):
    make_tables()
    return make_actor(first_name="Amara Jane")


@pytest.fixture
def farrow(db):
    return make_actor(roles=(INVESTIGATOR,), first_name="Liz", last_name="Farrow")


@pytest.fixture
def manager(db):
    return make_actor(roles=(EVIDENCE_MANAGER,), first_name="Una", last_name="Vale")


@pytest.fixture
def stranger(db):
    return make_stranger(roles=(EVIDENCE_MANAGER, INVESTIGATOR))


@pytest.fixture
def incident(okafor):
    return make_incident(okafor)


@pytest.fixture
def exhibit(incident, okafor):
    return make_exhibit(incident, okafor)


@pytest.fixture
def system(exhibit):
    return Actor.system(exhibit.force_id)
