"""Call handler Okafor shares an affray with J. Smith of Northmere Ambulance; supervisor Hale looks on."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from core.actors import Actor
from core.roles import CALL_HANDLER, OFFICER, SUPERVISOR
from streaming import gateway as gateways
from streaming.models import GuestLink
from tests.factories import guests as make
from tests.factories.core import make_actor, make_force
from tests.factories.sessions import Call, make_call
from tests.fakes.gateway import FakeGateway
from tests.fakes.sms import RecordingProvider


@pytest.fixture(autouse=True)
def gateway(settings, tmp_path) -> Iterator[FakeGateway]:
    settings.GUEST_FILM_DIR = tmp_path / "guest-films"
    settings.SMS_PROVIDERS = ["tests.fakes.sms.RecordingProvider"]
    settings.EMAIL_URL = ""
    RecordingProvider.forget()
    fake = FakeGateway()
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
    """A caller whose picture is live."""
    call = make_call(okafor)
    call.go_live()
    return call


@pytest.fixture
def link(okafor: Actor, call: Call) -> GuestLink:
    return make.share(okafor, call.session.incident_id)
