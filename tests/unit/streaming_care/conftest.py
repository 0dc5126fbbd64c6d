"""Ada Okafor's caller films a stabbing in Harbour Lane; Bisi Bello sits beside her, Inspector Hale supervises."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from core import clock
from core.actors import Actor
from core.roles import CALL_HANDLER, SUPERVISOR
from streaming import gateway as gateways
from streaming.models import CarePolicy
from streaming.services import exposure, viewing
from tests.factories.core import make_actor, make_force
from tests.factories.sessions import Call, make_call
from tests.fakes.gateway import FakeGateway


@pytest.fixture
def okafor(db: None) -> Actor:
    return make_actor(roles=(CALL_HANDLER,))


@pytest.fixture
def bello(db: None) -> Actor:
    return make_actor(roles=(CALL_HANDLER,), first_name="Bisi", last_name="Bello")


@pytest.fixture
def hale(db: None) -> Actor:
    return make_actor(roles=(SUPERVISOR,), first_name="Jo", last_name="Hale", rank="Insp")


@pytest.fixture
def southmere(db: None) -> Actor:
    """A supervisor of another force."""
    return make_actor(roles=(SUPERVISOR,), force=make_force("98", "Southmere Police"), last_name="Pryce")


@pytest.fixture
def midday() -> Iterator[None]:
    """Off duty, minutes are counted by the day: these stories begin at noon, so that none of them meets a midnight."""
    noon = clock.local(clock.now()).replace(hour=12, minute=0, second=0, microsecond=0)
    token = clock._shift.set(noon - clock.now())
    yield
    clock._shift.reset(token)


@pytest.fixture
def call(okafor: Actor, settings) -> Iterator[Call]:
    settings.SMS_PROVIDERS = ["tests.fakes.sms.RecordingProvider"]
    before = gateways.set_gateway(FakeGateway())
    made = make_call(okafor)
    made.go_live()
    yield made
    gateways.set_gateway(before)


@pytest.fixture
def guard(okafor: Actor) -> CarePolicy:
    return CarePolicy.objects.create(force_id=okafor.force_id, guard_on=True)


@pytest.fixture
def later() -> Iterator[Callable[[float], None]]:
    """`later(10)`: ten seconds pass for everything that asks the clock."""
    tokens = []

    def pass_by(seconds: float) -> None:
        tokens.append(clock._shift.set(clock._shift.get() + timedelta(seconds=seconds)))

    yield pass_by
    for token in reversed(tokens):
        clock._shift.reset(token)


@pytest.fixture
def watches(call: Call) -> Callable[..., None]:
    def open_picture(actor: Actor, peer: str = "w-1") -> None:
        viewing.start_viewing(actor=actor, session_id=call.session.pk, peer_id=peer)

    return open_picture


@pytest.fixture
def looks(call: Call, later: Callable[[float], None]) -> Callable[..., int]:
    """Look for so many signs, ten seconds apart; returns the seconds that are counted."""

    def look(actor: Actor, signs: int = 1) -> int:
        seconds = 0
        for _ in range(signs):
            later(10)
            seconds = exposure.look(actor=actor, session_ids=[call.session.pk]).seconds
        return seconds

    return look
