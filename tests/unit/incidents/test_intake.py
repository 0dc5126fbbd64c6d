"""A call handler opens an incident."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
import time_machine

from core.errors import Conflict, Invalid, NotAllowed
from core.models import AuditEvent, LiveEvent
from core.roles import ROLES
from incidents.models import GradeChange, Incident, IncidentSerial, LogEntry, ResponseGrade
from incidents.services import open_incident
from incidents.states import LogType
from tests.factories.core import make_actor, make_force
from tests.factories.incidents import contact, make_incident, make_tables

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def test_the_incident_keeps_what_was_taken(okafor):
    with time_machine.travel(NOON, tick=False):
        incident = open_incident(actor=okafor, **contact())
    assert (incident.reference, incident.canonical) == ("1 of 21/11/2026", "99-20261121-0001")
    assert incident.caller_number == "+447700900417"
    assert incident.caller_name == "Leah Marsden"
    assert incident.initial_grade == incident.current_grade
    assert incident.opening_category.code == "401"
    assert incident.closing_category is None
    assert incident.received_at == incident.opened_at == NOON
    assert incident.attend_by == NOON + timedelta(minutes=15)
    assert incident.opened_by_label == okafor.label


def test_its_log_begins_with_the_contact_one_subject_an_entry(okafor):
    incident = make_incident(okafor)
    log = list(LogEntry.objects.filter(incident=incident).order_by("seq"))
    assert [(entry.seq, entry.type) for entry in log] == [
        (1, LogType.CALL), (2, LogType.LOCATION), (3, LogType.NARRATIVE), (4, LogType.GRADE),
    ]  # fmt: skip
    assert "07700 900417" in log[0].text
    assert {entry.author_label for entry in log} == {okafor.label}
    assert GradeChange.objects.get(incident=incident).from_grade is None


def test_every_board_hears_of_it_without_a_word_about_anybody(okafor):
    incident = make_incident(okafor)
    event = LiveEvent.objects.get(kind="incident.opened")
    assert event.topic == f"board.{okafor.force_id}"
    assert event.data == {
        "incident": str(incident.pk), "serial": incident.serial, "grade": "I", "version": 1,
        "assign_by": incident.assign_by.isoformat(),
    }  # fmt: skip


def test_opening_is_one_audit_entry(okafor):
    incident = make_incident(okafor)
    entry = AuditEvent.objects.get()
    assert (entry.action, entry.object) == ("COLLECT", f"incidents.incident:{incident.pk}")
    assert entry.actor_label == okafor.label


def test_the_same_form_opens_once(okafor):
    given = contact()
    first = open_incident(actor=okafor, **given)
    again = open_incident(actor=okafor, **given)
    assert again.pk == first.pk
    assert Incident.objects.count() == 1
    assert IncidentSerial.objects.get().last == 1
    assert LogEntry.objects.filter(incident=first).count() == 4


def test_somebody_elses_form_key_is_refused(okafor, hale):
    given = contact()
    open_incident(actor=okafor, **given)
    with pytest.raises(Conflict):
        open_incident(actor=hale, **given)


def test_the_same_key_in_another_force_is_another_incident(okafor, stranger):
    given = contact()
    ours, theirs = open_incident(actor=okafor, **given), open_incident(actor=stranger, **given)
    assert ours.force_id != theirs.force_id
    assert (ours.serial, theirs.serial) == (1, 1)


def test_without_a_key_each_form_is_an_incident(okafor):
    assert open_incident(actor=okafor, **contact(client_key=None)).serial == 1
    assert open_incident(actor=okafor, **contact(client_key="")).serial == 2


def test_an_abandoned_call_still_opens_a_record(okafor):
    empty = contact(caller_number="", caller_name="", location_text="", description="")
    incident = open_incident(actor=okafor, **empty)
    log = LogEntry.objects.filter(incident=incident).order_by("seq")
    assert [entry.type for entry in log] == [LogType.CALL, LogType.GRADE]
    assert log[0].text == "999 contact. Name not given, number not given."


def test_a_withheld_number_is_kept_and_marked(okafor):
    incident = open_incident(actor=okafor, **contact(), caller_number_withheld=True)
    assert incident.caller_number == "+447700900417"
    assert "withheld by the caller" in LogEntry.objects.get(incident=incident, seq=1).text


def test_every_problem_of_a_form_is_told_at_once(okafor):
    bad = contact(channel="PIGEON", caller_number="12", caller_name="x" * 101, location_text="y" * 301,
                  description="z" * 4001, grade_code="Q", category_code="999")  # fmt: skip
    with pytest.raises(Invalid) as refusal:
        open_incident(actor=okafor, **bad)
    assert set(refusal.value.fields) == {
        "channel", "caller_number", "caller_name", "location_text", "description", "grade_code", "category_code",
    }  # fmt: skip
    assert Incident.objects.count() == LogEntry.objects.count() == AuditEvent.objects.count() == 0


def test_a_key_that_is_no_uuid_is_refused(okafor):
    with pytest.raises(Invalid) as refusal:
        open_incident(actor=okafor, **contact(client_key="../../etc/passwd"))
    assert list(refusal.value.fields) == ["client_key"]


def test_html_and_control_characters_are_kept_as_plain_text(okafor):
    incident = open_incident(actor=okafor, **contact(caller_name="<b>Le\x00ah</b>\u202e", description="a\x1b[2Jb"))
    assert incident.caller_name == "<b>Leah</b>"
    assert incident.description == "a[2Jb"


def test_another_forces_grade_and_category_are_unknown(okafor):
    other = make_tables(make_force("98", "Southmere Police"))
    ResponseGrade.objects.create(force=other, code="X", label="Theirs", sort=9)
    with pytest.raises(Invalid) as refusal:
        open_incident(actor=okafor, **contact(grade_code="X"))
    assert list(refusal.value.fields) == ["grade_code"]


def test_a_grade_taken_out_of_use_cannot_be_chosen(okafor):
    ResponseGrade.objects.filter(code="A").update(active=False)
    with pytest.raises(Invalid):
        open_incident(actor=okafor, **contact(grade_code="A"))


@pytest.mark.parametrize("role", sorted(ROLES))
def test_who_may_open(db, role):
    make_tables()
    actor = make_actor(roles=(role,))
    if "incident.open" in ROLES[role].capabilities:
        assert open_incident(actor=actor, **contact()).serial == 1
    else:
        with pytest.raises(NotAllowed):
            open_incident(actor=actor, **contact())


@pytest.mark.parametrize(
    ("received", "kept"),
    [(NOON - timedelta(minutes=3), NOON - timedelta(minutes=3)), (NOON + timedelta(hours=1), NOON), (None, NOON)],
)
def test_the_clock_starts_when_the_call_came(okafor, received, kept):
    with time_machine.travel(NOON, tick=False):
        incident = open_incident(actor=okafor, **contact(), received_at=received)
    assert incident.received_at == kept
    assert incident.attend_by == kept + timedelta(minutes=15)


@pytest.mark.parametrize("received", [NOON - timedelta(days=8), NOON.replace(tzinfo=None)])
def test_a_time_that_cannot_be_is_refused(okafor, received):
    with time_machine.travel(NOON, tick=False), pytest.raises(Invalid):
        open_incident(actor=okafor, **contact(), received_at=received)


def test_a_target_that_starts_with_the_grading(okafor):
    ResponseGrade.objects.filter(code="I").update(clock_start="GRADED")
    with time_machine.travel(NOON, tick=False):
        incident = open_incident(actor=okafor, **contact(), received_at=NOON - timedelta(minutes=5))
    assert incident.attend_by == NOON + timedelta(minutes=15)


def test_a_grade_without_a_target_promises_nothing(okafor):
    assert open_incident(actor=okafor, **contact(grade_code="R")).attend_by is None


def test_editing_the_table_later_does_not_move_a_promise(okafor):
    incident = make_incident(okafor)
    ResponseGrade.objects.filter(code="I").update(attend_target_min=1)
    promised = incident.attend_by
    incident.refresh_from_db()
    assert incident.attend_by == promised


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 6, 30, 22, 59, tzinfo=UTC), "30/06/2026"),  # 23:59 BST
        (datetime(2026, 6, 30, 23, 1, tzinfo=UTC), "01/07/2026"),  # 00:01 BST
        (datetime(2026, 11, 20, 23, 59, tzinfo=UTC), "20/11/2026"),  # GMT
        (datetime(2026, 11, 21, 0, 1, tzinfo=UTC), "21/11/2026"),
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "25/10/2026"),  # 01:30 BST, first time
        (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), "25/10/2026"),  # 01:30 GMT, second time
        (datetime(2026, 3, 29, 0, 59, tzinfo=UTC), "29/03/2026"),  # last second before spring forward
    ],
)
def test_the_day_of_a_number_is_londons(okafor, moment, day):
    with time_machine.travel(moment, tick=False):
        incident = make_incident(okafor)
    assert incident.reference == f"1 of {day}"


def test_numbers_begin_again_at_midnight_and_go_on_over_the_clock_change(okafor):
    moments = [
        datetime(2026, 10, 24, 22, 58, tzinfo=UTC), datetime(2026, 10, 24, 22, 59, tzinfo=UTC),
        datetime(2026, 10, 24, 23, 1, tzinfo=UTC), datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
        datetime(2026, 10, 25, 1, 30, tzinfo=UTC), datetime(2026, 10, 26, 0, 0, tzinfo=UTC),
    ]  # fmt: skip
    references = []
    for moment in moments:
        with time_machine.travel(moment, tick=False):
            references.append(make_incident(okafor).reference)
    assert references == [
        "1 of 24/10/2026", "2 of 24/10/2026", "1 of 25/10/2026", "2 of 25/10/2026", "3 of 25/10/2026",
        "1 of 26/10/2026",
    ]  # fmt: skip


def test_the_last_number_of_a_day_is_the_last(okafor):
    make_incident(okafor)
    IncidentSerial.objects.update(last=99_999)
    with pytest.raises(Conflict, match="manual block"):
        open_incident(actor=okafor, **contact(client_key=uuid4()))
