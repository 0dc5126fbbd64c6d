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
from core.errors import Conflict
from core.models import Force, LiveEvent
from core.roles import DISPATCHER, OFFICER
from incidents import services
from incidents.models import (
    Assignment,
    Contact,
    Emergency,
    FactAmendment,
    GradeChange,
    GradeRequest,
    Incident,
    IncidentSerial,
    LogEntry,
    LogRestriction,
    RadioConnection,
    StateChange,
)
from incidents.selectors import verify_log
from incidents.services.intake import KeyUsed
from incidents.services.radio import take_message
from incidents.services.unit_states import say_state
from tests.factories.calls import switchboard, told
from tests.factories.core import make_actor, make_force
from tests.factories.incidents import (
    assess_again,
    contact,
    make_incident,
    make_resource,
    make_supervisor,
    make_tables,
)
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


def two_supervisors() -> list[Actor]:
    return [
        make_supervisor(last_name=name, collar_number=number) for name, number in (("Hale", "1180"), ("Byrne", "1181"))
    ]


@pytest.mark.parametrize("answers", [(True, True), (True, False), (False, False)])
def test_two_supervisors_decide_one_request_at_the_same_moment_and_one_decision_counts(okafor, answers):
    incident, two = make_incident(okafor), two_supervisors()
    asked = services.ask_grade(actor=okafor, incident_id=incident.pk, grade_code="P", reason="He has gone.")
    outcomes = at_once(
        2,
        lambda n: services.decide_request(actor=two[n], request_id=asked.pk, accept=answers[n], words="As I see it."),
    )
    [told] = [outcome for outcome in outcomes if isinstance(outcome, Exception)]
    asked.refresh_from_db()
    incident.refresh_from_db()
    assert isinstance(told, Conflict), told
    assert told.message.startswith(f"{asked.decided_by_label} {asked.get_status_display().lower()} this at ")
    assert told.message.endswith("Nothing more to decide.")
    won = next(n for n in range(2) if isinstance(outcomes[n], Incident))
    assert (asked.status, asked.decided_by_label) == ("ACCEPTED" if answers[won] else "REFUSED", two[won].label)
    assert incident.current_grade.code == ("P" if answers[won] else "I")
    assert GradeChange.objects.filter(incident=incident).count() == (2 if answers[won] else 1)
    decided = LogEntry.objects.filter(incident=incident, type="SUPERVISOR", text__regex="^(Accepted|Refused)")
    assert [entry.author_label for entry in decided] == [two[won].label]
    assert verify_log(okafor, incident).ok


def test_two_handlers_ask_for_a_downgrade_at_once_and_one_request_waits(okafor):
    incident, byrne = make_incident(okafor), make_actor(last_name="Byrne", collar_number="5128")
    outcomes = at_once(
        2,
        lambda n: services.ask_grade(
            actor=(okafor, byrne)[n], incident_id=incident.pk, grade_code="P", reason="He has gone."
        ),
    )
    [told] = [outcome for outcome in outcomes if isinstance(outcome, Exception)]
    assert "A supervisor has not answered yet." in told.message
    assert GradeRequest.objects.filter(incident=incident).count() == 1


def test_a_closing_and_a_downgrade_at_once_leave_a_whole_log(okafor):
    incident, two = make_incident(okafor), two_supervisors()
    assess_again(two[0], incident)
    work = (
        lambda: services.close_incident(
            actor=two[0], incident_id=incident.pk, category_code="307", text="Area searched, no trace."
        ),
        lambda: services.change_grade(actor=two[1], incident_id=incident.pk, grade_code="P", reason="He has gone."),
    )
    outcomes = at_once(2, lambda n: work[n]())
    assert isinstance(outcomes[0], Incident), outcomes
    assert isinstance(outcomes[1], Incident) or outcomes[1].code == "closed"
    incident.refresh_from_db()
    assert incident.status == "CLOSED"
    assert verify_log(okafor, incident).ok


def test_two_handlers_put_one_name_right_at_once_and_neither_name_is_lost(okafor):
    incident, byrne = make_incident(okafor, caller_name="Lee"), make_actor(last_name="Byrne", collar_number="5128")
    two, names = (okafor, byrne), ("Lea Marsden", "Leigh Marsden")

    def amend(n: int, seen: int = 0) -> list[FactAmendment]:
        return services.amend_facts(actor=two[n], incident_id=incident.pk, given={"caller_name": names[n]}, seen=seen)

    outcomes = at_once(2, amend)
    [lost] = [n for n in range(2) if isinstance(outcomes[n], Exception)]
    first = 1 - lost
    assert outcomes[lost].code == "amended"
    assert f"{two[first].label} changed" in outcomes[lost].message
    assert f"“{names[first]}”" in outcomes[lost].message
    [amendment] = amend(lost, seen=1)
    incident.refresh_from_db()
    assert (amendment.was, amendment.now, incident.caller_name) == (names[first], names[lost], names[lost])
    corrections = LogEntry.objects.filter(incident=incident, type="CORRECTION").order_by("seq")
    assert [names[first] in corrections[0].text, names[lost] in corrections[1].text] == [True, True]
    assert verify_log(okafor, incident).ok


def test_two_handlers_put_different_fields_right_at_once_and_both_hold(okafor):
    incident, byrne = make_incident(okafor), make_actor(last_name="Byrne", collar_number="5128")
    given = ({"caller_name": "Leigh Marsden"}, {"location_text": "No. 19"})
    outcomes = at_once(
        2,
        lambda n: services.amend_facts(actor=(okafor, byrne)[n], incident_id=incident.pk, given=given[n], seen=0),
    )
    assert [len(outcome) for outcome in outcomes] == [1, 1], outcomes
    incident.refresh_from_db()
    assert (incident.caller_name, incident.location_text) == ("Leigh Marsden", "No. 19")


def test_two_radio_messages_of_one_unit_at_once_are_both_taken(okafor):
    unit = make_resource(call_sign="NB21")
    connection = RadioConnection.objects.create(force=unit.force, name="Airwave", token_hash="a" * 64)
    said = [{"message_id": f"m-{state}", "unit": "NB21", "state": state, "at": now()} for state in ("3", "4", "1")]
    outcomes = at_once(3, lambda n: take_message(connection=connection, **said[n]))
    assert not [outcome for outcome in outcomes if isinstance(outcome, Exception)], outcomes
    assert StateChange.objects.filter(resource=unit).count() == 3


def test_everybody_who_writes_while_the_grade_changes_is_heard(okafor):
    """A regrading and ten entries at once: nobody is told that the incident is not there."""
    incident, hale = make_incident(okafor), make_supervisor()

    def work(n: int) -> object:
        if n % 4 == 0:
            code = "P" if n % 8 else "S"
            return services.change_grade(actor=hale, incident_id=incident.pk, grade_code=code, reason="Again.")
        return services.append_log(actor=okafor, incident_id=incident.pk, type="NARRATIVE", text=str(n))

    outcomes = at_once(16, work)
    assert not [outcome for outcome in outcomes if isinstance(outcome, Exception)], outcomes
    assert LogEntry.objects.filter(incident=incident, type="NARRATIVE", text__regex="^[0-9]+$").count() == 12
    assert verify_log(okafor, incident).ok


def test_one_press_sent_by_two_tabs_at_once_is_one_call_for_help(okafor):
    reid = make_actor(roles=(OFFICER,), call_sign="NB21")
    services.book_on(actor=reid)
    make_resource(call_sign="NB21")
    key, pressed = uuid4(), now()
    outcomes = at_once(
        8, lambda _: services.say_own_state(actor=reid, status_code="0", at=pressed, key=key, lat=53.7, lon=0.4)
    )
    assert sorted(one.again for one in outcomes) == [False] + [True] * 7, outcomes
    assert (Emergency.objects.get().presses, StateChange.objects.count()) == (1, 1)


def test_ten_presses_off_duty_at_once_are_one_person_one_emergency(okafor):
    reid = make_actor(roles=(OFFICER,), last_name="Reid")
    outcomes = at_once(10, lambda _: services.say_own_state(actor=reid, status_code="0", key=uuid4()))
    assert {one.resource.call_sign for one in outcomes} == {f"OFF {reid.user.collar_number}"}, outcomes
    assert Emergency.objects.get().presses == 10
    assert Incident.objects.count() == 1


def test_one_press_off_duty_sent_ten_times_at_once_is_one(okafor):
    reid, key = make_actor(roles=(OFFICER,), last_name="Reid"), uuid4()
    outcomes = at_once(10, lambda _: services.say_own_state(actor=reid, status_code="0", key=key))
    assert sorted(one.again for one in outcomes) == [False, *[True] * 9], outcomes
    assert (Emergency.objects.get().presses, StateChange.objects.count()) == (1, 1)


def test_two_supervisors_restrict_one_entry_at_once_and_it_is_marked_once(okafor):
    entry = services.append_log(actor=okafor, incident_id=make_incident(okafor).pk, type="NARRATIVE", text="Larch.")
    hale = make_supervisor()

    def restrict(_: int) -> object:
        return services.restrict_entry(
            actor=hale, incident_id=entry.incident_id, seq=entry.seq, restricted=True, reason="Names a source."
        )

    outcomes = at_once(6, restrict)
    assert sum(isinstance(one, Conflict) for one in outcomes) == 5, outcomes
    assert LogRestriction.objects.get().number == 1
    assert verify_log(okafor, entry.incident_id).ok


@pytest.mark.parametrize("times", range(4))
def test_a_form_sent_as_its_silent_call_drops_is_one_incident(okafor, times):
    iccs, start = switchboard(Force.objects.get(pk=okafor.force_id)), now() - timedelta(seconds=20)
    services.take_event(actor=iccs, told=told(at=start, silent_55=True))
    caller = services.Caller(contact_id=Contact.objects.get().pk)

    def act(number: int) -> object:
        if number:
            return services.take_event(actor=iccs, told=told("ENDED", at=start + timedelta(seconds=9)))
        return services.open_from_contact(actor=okafor, caller=caller, **contact())

    outcomes = at_once(2, act)
    assert Incident.objects.count() == 1, outcomes
