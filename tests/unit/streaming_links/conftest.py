"""The cast: call handler Okafor, supervisor Hale, officer Reid, and a call handler of another force."""

from __future__ import annotations

import pytest

from core.actors import Actor
from core.roles import ADMIN, CALL_HANDLER, OFFICER, SUPERVISOR
from tests.factories.core import make_actor, make_force
from tests.fakes.sms import RecordingProvider, ScriptedProvider, SecondProvider


@pytest.fixture(autouse=True)
def providers_forget(settings) -> None:
    settings.SMS_PROVIDERS = ["tests.fakes.sms.RecordingProvider"]
    RecordingProvider.forget()
    SecondProvider.forget()
    ScriptedProvider.script.clear()
    ScriptedProvider.sent.clear()


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
def admin(db: None) -> Actor:
    return make_actor(roles=(ADMIN,), first_name="Kit", last_name="Moss", is_staff=True)


@pytest.fixture
def stranger(db: None) -> Actor:
    return make_actor(force=make_force("98", "Southmere Police"), roles=(CALL_HANDLER, SUPERVISOR))


@pytest.fixture
def two_providers(settings) -> None:
    settings.SMS_PROVIDERS = ["tests.fakes.sms.ScriptedProvider", "tests.fakes.sms.SecondProvider"]
