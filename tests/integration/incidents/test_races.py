"""Fifty call handlers at the same moment: fifty consecutive numbers, and a log without a gap.

Needs a database whose writers wait for each other: PostgreSQL, or a SQLite file (`test_races_embedded`).
"""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest

from core.actors import Actor
from core.clock import now
from core.models import LiveEvent
from core.roles import DISPATCHER
from incidents import services
from incidents.models import (
    Assignment,
    Emergency,
    Incident,
    IncidentSerial,
    LogEntry,
    RadioConnection,
    StateChange,
)
from incidents.selectors import verify_log
from incidents.services.intake import KeyUsed
from incidents.services.radio import take_message
from incidents.services.unit_states import say_state
from tests.factories.core import make_actor, make_force
from tests.factories.incidents import contact, make_incident, make_resource, make_tables
from tests.helpers.threads import at_once

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
HANDLERS = 50


@pytest.fixture
def okafor(transactional_db: None) -> Actor:
    make_tables()
    return make_actor()


def test_fifty_parallel_openings_have_fifty_consecutive_numbers(okafor):
    outcomes = at_once(HANDLERS, lambda _: services.open_incident(actor=okafor, **contact()))
    assert all(isinstance(outcome, Incident) for outcome in outcomes), outcomes
    assert sorted(one.serial for one in outcomes) == list(range(1, HANDLERS + 1))
    assert IncidentSerial.objects.get().last == HANDLERS
    assert all(verify_log(okafor, one).ok for one in outcomes[:3])
    numbered = LiveEvent.objects.filter(topic=f"board.{okafor.force_id}").order_by("seq").values_list("seq", flat=True)
    assert list(numbered) == list(range(1, HANDLERS + 1))


def test_one_key_of_two_calls_sent_at_once_opens_one_and_tells_the_other(okafor):
    key, words = uuid4(), ("House fire", "Stabbing")
    forms = [contact(client_key=key, description=said) for said in words]
    outcomes = at_once(10, lambda number: services.open_incident(actor=okafor, **forms[number % 2]))
    first = Incident.objects.get()
    for number, outcome in enumerate(outcomes):
        if words[number % 2] == first.description:
            assert outcome == first
        else:
            assert isinstance(outcome, KeyUsed), outcome
            assert outcome.incident == first


def test_two_forces_number_for_themselves(okafor):
    other = make_actor(force=make_tables(make_force("98", "Southmere Police")))
    outcomes = at_once(20, lambda number: services.open_incident(actor=(okafor, other)[number % 2], **contact()))
    for actor in (okafor, other):
        serials = sorted(one.serial for one in outcomes if one.force_id == actor.force_id)
        assert serials == list(range(1, 11)), outcomes


class ClockOfThisThread(threading.local):
    """Each call handler's thread has its own moment."""

    moment: datetime

    def __call__(self) -> datetime:
        return self.moment


def test_openings_around_midnight_belong_to_two_days(okafor, monkeypatch):
    """Half the handlers open in the last second of the day, half in the first of the next, London time."""
    midnight = datetime(2026, 6, 30, 23, 0, tzinfo=UTC)  # 00:00 BST, 1 July
    clock = ClockOfThisThread()
    monkeypatch.setattr("incidents.services.intake.now", clock)

    def open_at(number: int) -> Incident:
        clock.moment = midnight + timedelta(milliseconds=500 if number % 2 else -500)
        return services.open_incident(actor=okafor, **contact())

    outcomes = at_once(HANDLERS, open_at)
    days = {outcome.local_date for outcome in outcomes}
    assert days == {date(2026, 6, 30), date(2026, 7, 1)}, outcomes
    for day in days:
        serials = sorted(outcome.serial for outcome in outcomes if outcome.local_date == day)
        assert serials == list(range(1, HANDLERS // 2 + 1))


def test_one_form_sent_by_twenty_impatient_clicks_opens_once(okafor):
    given = contact()
    outcomes = at_once(20, lambda _: services.open_incident(actor=okafor, **given))
    assert {outcome.pk for outcome in outcomes} == {Incident.objects.get().pk}, outcomes
    assert IncidentSerial.objects.get().last == 1


def test_thirty_entries_at_once_leave_no_gap_and_hold_their_chain(okafor):
    incident = make_incident(okafor)
    outcomes = at_once(
        30,
        lambda number: services.append_log(actor=okafor, incident_id=incident.pk, type="NARRATIVE", text=str(number)),
    )
    assert sorted(entry.seq for entry in outcomes) == list(range(5, 35)), outcomes
    assert verify_log(okafor, incident).ok


def test_one_entry_sent_twenty_times_is_one(okafor):
    incident, key = make_incident(okafor), uuid4()
    outcomes = at_once(
        20,
        lambda _: services.append_log(
            actor=okafor, incident_id=incident.pk, type="NARRATIVE", text="He left", client_key=key
        ),
    )
    assert {entry.seq for entry in outcomes} == {5}, outcomes
    assert LogEntry.objects.filter(incident=incident).count() == 5


def test_a_unit_called_to_ten_incidents_goes_to_one(okafor):
    dispatcher = make_actor(roles=(DISPATCHER,))
    unit, incidents = make_resource(), [make_incident(okafor) for _ in range(10)]
    outcomes = at_once(
        10, lambda number: services.assign(actor=dispatcher, incident_id=incidents[number].pk, resource_id=unit.pk)
    )
    assert sum(isinstance(outcome, Assignment) for outcome in outcomes) == 1, outcomes
    assert {outcome.code for outcome in outcomes if isinstance(outcome, Exception)} == {"busy"}


def test_two_dispatchers_send_one_unit_at_once_and_the_loser_is_told(okafor):
    unit, incidents = make_resource(), [make_incident(okafor) for _ in range(2)]
    both = [make_actor(roles=(DISPATCHER,), last_name=name) for name in ("Dunn", "Dhillon")]
    outcomes = at_once(2, lambda n: services.assign(actor=both[n], incident_id=incidents[n].pk, resource_id=unit.pk))
    [refusal] = [outcome for outcome in outcomes if isinstance(outcome, Exception)]
    assert refusal.code == "busy"
    assert Assignment.objects.active().count() == 1


def test_diverts_across_each_other_do_not_wait_for_ever(okafor):
    dispatcher = make_actor(roles=(DISPATCHER,))
    lower = [make_incident(okafor, grade_code="P") for _ in range(2)]
    upper = [make_incident(okafor) for _ in range(2)]
    units = [make_resource() for _ in range(2)]
    for number in range(2):
        services.assign(actor=dispatcher, incident_id=lower[number].pk, resource_id=units[number].pk)
    outcomes = at_once(
        4,
        lambda n: services.assign(
            actor=dispatcher, incident_id=upper[n % 2].pk, resource_id=units[n // 2].pk, divert_reason="Nearer."
        ),
    )
    assert sum(isinstance(outcome, Assignment) for outcome in outcomes) == 2, outcomes
    assert Assignment.objects.active().count() == 2
    assert all(verify_log(okafor, one).ok for one in lower + upper)


def test_one_radio_message_ten_times_at_once_is_one(okafor):
    unit = make_resource(call_sign="NB21")
    connection = RadioConnection.objects.create(force=unit.force, name="Airwave", token_hash="a" * 64)
    given = {"message_id": "m-1", "unit": "NB21", "state": "0", "at": now()}
    outcomes = at_once(10, lambda _: take_message(connection=connection, **given))
    assert sum(not outcome.again for outcome in outcomes) == 1, outcomes
    assert (StateChange.objects.count(), Emergency.objects.count(), Incident.objects.count()) == (1, 1, 1)


def test_two_sources_press_state_zero_at_once_and_it_is_one_emergency(okafor):
    unit = make_resource(call_sign="NB21")
    outcomes = at_once(6, lambda _: say_state(Actor.provider(unit.force_id, "Airwave"), unit.pk, "0", source="radio"))
    assert not [outcome for outcome in outcomes if isinstance(outcome, Exception)], outcomes
    assert Emergency.objects.get().presses == 6
    assert Incident.objects.count() == 1
