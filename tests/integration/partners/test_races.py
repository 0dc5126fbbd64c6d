"""Machines and people at the same moment: one nonce, one message, one sharing, one taking. Needs writers that wait."""

from __future__ import annotations

import pytest

from core.actors import Actor
from incidents.models import Incident, Transfer
from tests.factories.core import make_actor
from tests.factories.incidents import make_incident, make_supervisor, make_tables
from tests.factories.partners import Machine
from tests.helpers.threads import at_once
from tests.unit.incidents.test_partners_receiving import accept, offered
from tests.unit.incidents.test_partners_sharing import share

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def okafor(transactional_db: None) -> Actor:
    make_tables()
    return make_actor()


@pytest.fixture
def hale(okafor: Actor) -> Actor:
    return make_supervisor()


@pytest.fixture
def incident(okafor: Actor) -> Incident:
    return make_incident(okafor)


@pytest.fixture
def ambulance(okafor: Actor) -> Machine:
    return Machine.of()


def test_two_handlers_who_share_at_once_share_once(okafor, incident, ambulance) -> None:
    results = at_once(2, lambda _: share(okafor, incident, ambulance.partner))
    assert sorted(type(one).__name__ for one in results) == ["Conflict", "PartnerShare"]
    assert Transfer.objects.count() == 1


def test_two_handlers_who_take_it_at_once_take_it_once(okafor, hale, ambulance) -> None:
    offer = offered(ambulance)
    results = at_once(2, lambda number: accept((okafor, hale)[number], offer))
    assert sorted(type(one).__name__ for one in results) == ["Conflict", "Incident"]
    assert Incident.objects.count() == 1


def test_the_same_message_at_once_is_kept_once(ambulance) -> None:
    message = ambulance.message()
    answers = at_once(4, lambda _: ambulance.send(message))
    assert {one.status_code for one in answers} == {202}
    assert len({one.json()["received_at"] for one in answers}) == 1
    assert Transfer.objects.count() == 1


def test_the_same_request_at_once_is_let_in_once(ambulance) -> None:
    body = b"{}"
    headers = ambulance.signed(body)
    answers = at_once(4, lambda _: ambulance.post(body, "application/json", headers).status_code)
    assert sorted(answers) == [401, 401, 401, 422]
