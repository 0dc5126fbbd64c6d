"""A thousand calls in a minute, told by many lines at once: every one is there, once, with what it said."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from django.db import connections
from django.test import Client

from core.clock import now
from core.models import Force
from incidents.models import CallEvent, Contact, ContactLink, Incident, Location, LogEntry
from incidents.services import Caller, attach_contact, open_from_contact, take_event
from incidents.services.rang_off import GIVEN_UP_AFTER, give_up_calls
from tests.factories.calls import aml, make_connection, switchboard, told
from tests.factories.core import make_actor, make_force
from tests.factories.incidents import contact, make_incident, make_tables
from tests.helpers.threads import at_once

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
CALLS = 120  # each with two events


@pytest.fixture
def force(transactional_db: None) -> Force:
    return make_tables(make_force())


def test_a_storm_loses_nothing(force):
    _, token = make_connection(force)

    def ring(number: int) -> tuple[int, int]:
        try:
            return tuple(post(token, number, event) for event in ("RINGING", "AML"))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(16) as pool:
        codes = list(pool.map(ring, range(CALLS)))
    assert set(codes) == {(201, 201)}
    assert Contact.objects.count() == CALLS
    assert CallEvent.objects.count() == 2 * CALLS
    assert Location.objects.count() == CALLS
    assert set(Contact.objects.values_list("cli", flat=True)) == {f"+447700900{n:03d}" for n in range(CALLS)}


def post(token: str, number: int, event: str) -> int:
    body = {
        "call_id": f"C-{number}", "event_id": f"{number}-{event}", "event": event, "at": now().isoformat(),
        "cli": f"07700 900{number:03d}" if event == "RINGING" else "", "aml": aml() if event == "AML" else "",
    }  # fmt: skip
    return (
        Client()
        .post(
            "/api/v1/calls/", json.dumps(body), content_type="application/json",
            headers={"Authorization": f"Bearer {token}"},
        )
        .status_code
    )  # fmt: skip


def test_one_event_sent_twenty_times_at_once_is_one(force):
    event = told("AML", event_id="E-1")
    outcomes = at_once(20, lambda _: take_event(actor=switchboard(force), told=event))
    assert sorted(one.new for one in outcomes) == [False] * 19 + [True], outcomes
    assert (Contact.objects.count(), CallEvent.objects.count(), Location.objects.count()) == (1, 1, 1)


def test_twenty_events_of_one_call_at_once_are_numbered_without_a_gap(force):
    events = [told("AML" if number % 2 else "RINGING") for number in range(20)]
    outcomes = at_once(20, lambda number: take_event(actor=switchboard(force), told=events[number]))
    assert all(one.new for one in outcomes), outcomes
    assert list(CallEvent.objects.order_by("seq").values_list("seq", flat=True)) == list(range(1, 21))


def test_the_caller_rings_off_while_two_handlers_open_the_call(force):
    handlers = [make_actor(), make_actor()]
    call = take_event(actor=switchboard(force), told=told()).contact_id
    answered = told("ANSWERED")
    take_event(actor=switchboard(force), told=answered)

    def act(number: int) -> object:
        if number == 2:
            return take_event(actor=switchboard(force), told=told("ENDED"))
        return open_from_contact(actor=handlers[number], caller=Caller(contact_id=call), **contact())

    outcomes = at_once(3, act)
    assert not any(isinstance(one, Exception) for one in outcomes), outcomes
    assert Incident.objects.count() == ContactLink.objects.count() == 2


def test_two_handlers_attach_one_call_at_once(force):
    okafor = make_actor()
    incident = make_incident(okafor)
    call = take_event(actor=switchboard(force), told=told()).contact_id
    outcomes = at_once(
        8, lambda _: attach_contact(actor=okafor, incident_id=incident.pk, caller=Caller(contact_id=call))
    )
    assert not any(isinstance(one, Exception) for one in outcomes), outcomes
    assert incident.log.filter(type="CALL", text__startswith="Caller 1").count() == 1


@pytest.mark.parametrize("news", ["ENDED", "ANSWERED"])
def test_a_call_is_given_up_by_two_processes_as_the_late_news_of_it_comes(force, news):
    """Whoever is first: one record at most, whole, and nothing of the call is lost."""
    okafor, line = make_actor(), switchboard(force)
    long_ago = now() - GIVEN_UP_AFTER - timedelta(seconds=10)
    with time_machine.travel(long_ago, tick=False):
        for number in range(12):
            take_event(actor=line, told=told(call_id=f"C-{number}", at=long_ago))

    def work(number: int) -> object:
        if number < 3:
            return give_up_calls()
        more = {"collar_number": okafor.user.collar_number} if news == "ANSWERED" else {}
        return [take_event(actor=line, told=told(news, f"C-{call}", **more)) for call in range(number % 3, 12, 3)]

    answers = at_once(6, work)
    assert [one for one in answers if isinstance(one, Exception)] == []
    given_up = sum(answers[:3])
    calls = Contact.objects.prefetch_related("links__incident")
    assert calls.count() == 12
    recorded = [call for call in calls if call.links.all()]
    assert all(len(call.links.all()) == 1 for call in recorded)
    assert len(recorded) == Incident.objects.count()
    if news == "ENDED":
        assert len(recorded) == 12, "each rang off, and each has its record"
        assert all(call.abandoned and call.ended_at for call in calls)
    else:
        assert len(recorded) == given_up
        assert all(not call.abandoned and call.answered_by_id == okafor.user_id for call in calls)
        late = LogEntry.objects.filter(text="Answered after all: the news came late.")
        assert late.count() == given_up
