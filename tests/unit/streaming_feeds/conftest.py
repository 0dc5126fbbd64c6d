"""The cast, and an engine that records what it is asked."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from core.actors import Actor
from core.roles import ADMIN, CALL_HANDLER, DISPATCHER, OFFICER
from streaming import gateway as gateways
from tests.factories.core import make_actor, make_force
from tests.fakes.gateway import FakeGateway


@pytest.fixture
def okafor(db: None) -> Actor:
    return make_actor(roles=(CALL_HANDLER,))


@pytest.fixture
def dispatcher(db: None) -> Actor:
    return make_actor(roles=(DISPATCHER,), first_name="Ida", last_name="Brandt")


@pytest.fixture
def reid(db: None) -> Actor:
    return make_actor(roles=(OFFICER,), first_name="Sam", last_name="Reid")


@pytest.fixture
def admin(db: None) -> Actor:
    return make_actor(roles=(ADMIN,), first_name="Kit", last_name="Moss", is_staff=True)


@pytest.fixture
def stranger(db: None) -> Actor:
    return make_actor(force=make_force("98", "Southmere Police"), roles=(CALL_HANDLER,))


@pytest.fixture
def engine() -> Iterator[FakeGateway]:
    fake = FakeGateway()
    before = gateways.set_gateway(fake)
    yield fake
    gateways.set_gateway(before)
