"""The cast: A. Okafor at the desk, Reid and Hale beside, Jo Harper's phone with a picture."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from core.actors import Actor
from core.roles import CALL_HANDLER, OFFICER, SUPERVISOR
from streaming import facts_taker
from streaming import gateway as gateways
from tests.factories.core import make_actor, make_force
from tests.factories.sessions import Call, make_call
from tests.fakes.gateway import FakeGateway
from tests.fakes.sms import RecordingProvider


@pytest.fixture(autouse=True)
def gateway(settings, monkeypatch) -> Iterator[FakeGateway]:
    settings.SMS_PROVIDERS = ["tests.fakes.sms.RecordingProvider"]
    RecordingProvider.forget()
    fake = FakeGateway()
    # The taker runs in the test's own thread here: closing "its" connection would end the test's transaction.
    monkeypatch.setattr(facts_taker, "close_old_connections", lambda: None)
    before = gateways.set_gateway(fake)
    yield fake
    gateways.set_gateway(before)


@pytest.fixture
def okafor(db: None) -> Actor:
    return make_actor(roles=(CALL_HANDLER,))


@pytest.fixture
def hale(db: None) -> Actor:
    return make_actor(roles=(SUPERVISOR,), first_name="Rob", last_name="Hale")


@pytest.fixture
def reid(db: None) -> Actor:
    return make_actor(roles=(OFFICER,), first_name="Sam", last_name="Reid")


@pytest.fixture
def stranger(db: None) -> Actor:
    return make_actor(force=make_force("98", "Southmere Police"), roles=(CALL_HANDLER, SUPERVISOR))


@pytest.fixture
def call(okafor: Actor) -> Call:
    """Jo Harper's phone shows two men outside a shop: the picture is there."""
    call = make_call(okafor)
    call.go_live()
    return call
