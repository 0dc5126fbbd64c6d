"""An emergency call rings, and the news of its end never comes: it is not forgotten, and what comes late is right."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from config.celery import app
from core.clock import now
from core.models import AuditEvent, LiveEvent
from incidents.models import Contact, Incident, LogEntry
from incidents.selectors import desk_rings, own_calls, verify_log
from incidents.services import Caller, attach_contact, take_event
from incidents.services.rang_off import GIVEN_UP_AFTER, give_up_calls
from incidents.tasks import give_up_calls as task
from tests.factories.calls import FIXED, switchboard, told
from tests.factories.core import make_force
from tests.factories.incidents import make_incident, make_tables


def ring(iccs, ago: timedelta = GIVEN_UP_AFTER, call_id: str = "C-1", **more) -> Contact:
    """A call that began to ring `ago`, and nothing since."""
    at = now() - ago
    with time_machine.travel(at, tick=False):
        take_event(actor=iccs, told=told(call_id=call_id, at=at, **more))
    return Contact.objects.get(force=iccs.force_id, external_id=call_id)


def test_a_call_of_which_nothing_more_is_told_has_its_record_and_rings(okafor, iccs):
    call = ring(iccs, eisec=FIXED)
    assert give_up_calls() == 1
    call.refresh_from_db()
    incident = Incident.objects.get()
    assert incident.description == "Abandoned call. No end was told: nobody answered for 5 min. Ring back."
    assert (incident.opening_category.name, incident.current_grade.code) == (
        "Abandoned call to emergency services", "P"
    )  # fmt: skip
    assert (incident.caller_number, incident.caller_name, call.links.get().incident) == (call.cli, "H PRYCE", incident)
    assert (call.abandoned, abs(now() - call.ended_at) < timedelta(seconds=30)) == (True, True)
    assert LiveEvent.objects.filter(kind="call.lost", topic__startswith="board.").count() == 1
    assert [one.contact for one in desk_rings(okafor).lost] == [call.pk]
    done = AuditEvent.objects.filter(action="ALTER", object=f"incidents.contact:{call.pk}").get()
    assert done.fields == ["ended_at", "abandoned"]
    assert verify_log(okafor, incident).ok


def test_a_silent_call_is_given_up_as_an_immediate(iccs):
    ring(iccs, silent_55=True)
    give_up_calls()
    assert Incident.objects.get().current_grade.code == "I"


def test_it_is_given_up_once_and_not_a_moment_early(iccs):
    ring(iccs, GIVEN_UP_AFTER - timedelta(seconds=20))
    assert give_up_calls() == 0
    with time_machine.travel(now() + timedelta(seconds=30)):
        assert [give_up_calls(), give_up_calls()] == [1, 0]
    assert Incident.objects.count() == 1


def test_whatever_is_told_of_it_begins_the_five_minutes_anew(iccs):
    """Also an AML message alone says that somebody is calling."""
    ring(iccs, timedelta(minutes=8))
    with time_machine.travel(now() - timedelta(minutes=1), tick=False):
        take_event(actor=iccs, told=told("AML"))
    assert give_up_calls() == 0
    ring_lost = now() - timedelta(minutes=6)
    with time_machine.travel(ring_lost, tick=False):
        take_event(actor=iccs, told=told("AML", call_id="C-2"))
    assert give_up_calls() == 1
    take_event(actor=iccs, told=told(call_id="C-2"))
    assert Incident.objects.get().caller_number == "+447700900862", "the number came late"


def test_what_was_answered_ended_taken_or_is_no_emergency_is_left_alone(okafor, iccs, incident):
    long_ago = timedelta(minutes=20)
    ring(iccs, long_ago, "answered")
    take_event(actor=iccs, told=told("ANSWERED", "answered", collar_number=okafor.user.collar_number))
    ring(iccs, long_ago, "position")
    take_event(actor=iccs, told=told("ANSWERED", "position", position="CH 12"))
    attach_contact(actor=okafor, incident_id=incident.pk, caller=Caller(contact_id=ring(iccs, long_ago, "taken").pk))
    ring(iccs, long_ago, "101", channel="101")
    ring(iccs, timedelta(days=2), "before this system looked")
    before = Incident.objects.count()
    assert give_up_calls() == 0
    assert Incident.objects.count() == before


# --- what comes late after all
def test_the_end_comes_late_and_its_time_is_the_right_one(okafor, iccs):
    call = ring(iccs, timedelta(minutes=6))
    give_up_calls()
    end = now() - timedelta(minutes=5, seconds=30)
    take_event(actor=iccs, told=told("ENDED", at=end))
    call.refresh_from_db()
    assert (call.ended_at, call.abandoned) == (end, True)
    said = LogEntry.objects.filter(incident=Incident.objects.get(), text__startswith="End of the call: ")
    assert said.get().text.endswith(" The news came late.")
    take_event(actor=iccs, told=told("ENDED", at=end + timedelta(seconds=1)))
    assert (said.count(), Incident.objects.count()) == (1, 1)
    assert LiveEvent.objects.filter(kind="call.lost").count() == 1, "rung once"


def test_the_answer_comes_late_and_the_call_is_with_who_has_it(okafor, iccs):
    """The talk goes on: it stands on Okafor's screen, with the record that opened by itself."""
    call = ring(iccs, timedelta(minutes=6))
    give_up_calls()
    answered = told("ANSWERED", at=now() - timedelta(minutes=5, seconds=50), collar_number=okafor.user.collar_number)
    take_event(actor=iccs, told=answered)
    call.refresh_from_db()
    assert (call.abandoned, call.ended_at, call.answered_by_id) == (False, None, okafor.user_id)
    [mine] = own_calls(okafor)
    assert (mine.id, mine.taken, mine.rang_off) == (call.pk, True, False)
    said = LogEntry.objects.filter(incident=Incident.objects.get(), text__iendswith="the news came late.")
    assert [one.text for one in said] == ["Answered after all: the news came late."]
    take_event(actor=iccs, told=told("ENDED"))
    assert (give_up_calls(), said.count(), Incident.objects.count()) == (0, 1, 1), "its end is no late news"


def test_a_second_answer_is_no_news_for_the_record(okafor, hale, iccs):
    """A silent call that was answered and cut off; the transfer is told late."""
    take_event(actor=iccs, told=told(silent_55=True))
    take_event(actor=iccs, told=told("ANSWERED", collar_number=okafor.user.collar_number))
    take_event(actor=iccs, told=told("ENDED"))
    take_event(actor=iccs, told=told("ANSWERED", collar_number=hale.user.collar_number))
    assert not LogEntry.objects.filter(text__contains="after all").exists()


# --- at scale
def test_one_call_that_cannot_have_its_record_keeps_no_other_from_its_own(iccs, monkeypatch):
    from incidents.services import rang_off

    first, second = ring(iccs, call_id="C-1"), ring(iccs, call_id="C-2")
    opening = rang_off.open_record

    def open_record(system, contact, **how):
        if contact.pk == first.pk:
            raise ValueError("an address that nothing can be made of")
        return opening(system, contact, **how)

    monkeypatch.setattr(rang_off, "open_record", open_record)
    assert give_up_calls() == 1
    first.refresh_from_db()
    assert (first.ended_at, Incident.objects.get().contact_links.get().contact) == (None, second)


def test_each_force_has_its_own_record(iccs):
    theirs = switchboard(make_tables(make_force("98", "Southmere Police")))
    ring(iccs)
    ring(theirs)
    assert give_up_calls() == 2
    assert {one.force_id for one in Incident.objects.all()} == {iccs.force_id, theirs.force_id}


def test_looking_costs_one_query_whatever_rings(okafor, iccs, django_assert_num_queries):
    for number in range(8):
        ring(iccs, timedelta(minutes=1), f"C-{number}")
    with django_assert_num_queries(1):
        assert give_up_calls() == 0


def test_it_is_looked_for_every_few_seconds(iccs):
    ring(iccs)
    task()
    assert Incident.objects.count() == 1
    entry = app.conf.beat_schedule["give-up-calls"]
    assert (entry["task"], entry["schedule"]) == (task.name, 15.0)


@pytest.mark.parametrize("late", [timedelta(minutes=1), timedelta(minutes=30)])
def test_late_answers_are_written_however_late(okafor, iccs, late):
    take_event(actor=iccs, told=told(at=now() - late))
    take_event(actor=iccs, told=told("ENDED", at=now() - late + timedelta(seconds=9)))
    answer = told("ANSWERED", at=now() - late + timedelta(seconds=4), collar_number=okafor.user.collar_number)
    take_event(actor=iccs, told=answer)
    assert LogEntry.objects.filter(text="Answered after all: the news came late.").count() == 1
    assert make_incident(okafor).serial == 2
