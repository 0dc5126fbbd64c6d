"""Grade, closing and their history."""

from __future__ import annotations

from datetime import UTC, timedelta

import pytest

from core.errors import Conflict, Invalid, NotAllowed, NotFound
from core.models import LiveEvent
from core.roles import ROLES
from incidents.models import Emergency, GradeChange, LogEntry
from incidents.selectors.board import row_words
from incidents.services import (
    acknowledge_emergency,
    assign,
    change_grade,
    close_incident,
    end_emergency,
    set_resource_status,
    set_rural,
)
from incidents.states import INCIDENT_TRANSITIONS, IncidentStatus
from tests.factories.core import make_actor
from tests.factories.incidents import assess_again, make_incident, make_resource


def last_entry(incident):
    return LogEntry.objects.filter(incident=incident).latest("seq")


def test_grading_up_needs_no_supervisor(okafor):
    incident = make_incident(okafor, grade_code="P")
    changed = change_grade(actor=okafor, incident_id=incident.pk, grade_code="I")
    assert (changed.initial_grade.code, changed.current_grade.code, changed.version) == ("P", "I", 2)
    assert changed.attend_by == changed.received_at + timedelta(minutes=15)
    assert last_entry(incident).text == "Immediate, was Priority."


def test_grading_down_needs_a_supervisor_and_a_reason(okafor, hale, incident):
    with pytest.raises(NotAllowed, match="supervisor"):
        change_grade(actor=okafor, incident_id=incident.pk, grade_code="P", reason="calm now")
    with pytest.raises(Invalid) as refusal:
        change_grade(actor=hale, incident_id=incident.pk, grade_code="P", reason="  ")
    assert list(refusal.value.fields) == ["reason"]
    changed = change_grade(actor=hale, incident_id=incident.pk, grade_code="P", reason="Offender has left.")
    assert changed.current_grade.code == "P"
    history = GradeChange.objects.filter(incident=incident).order_by("at")
    assert [(row.to_grade.code, row.reason) for row in history] == [("I", ""), ("P", "Offender has left.")]


@pytest.mark.parametrize("role", sorted(ROLES))
@pytest.mark.parametrize(
    ("start", "to", "capability"), [("P", "I", "incident.grade_up"), ("I", "P", "incident.grade_down")]
)
def test_who_may_grade(okafor, role, start, to, capability):
    incident = make_incident(okafor, grade_code=start)
    actor = make_actor(roles=(role,))
    if capability in ROLES[role].capabilities:
        assert change_grade(actor=actor, incident_id=incident.pk, grade_code=to, reason="risk").current_grade.code == to
    else:
        with pytest.raises(NotAllowed):
            change_grade(actor=actor, incident_id=incident.pk, grade_code=to, reason="risk")


def test_the_same_grade_changes_nothing(hale, incident):
    change_grade(actor=hale, incident_id=incident.pk, grade_code="I")
    incident.refresh_from_db()
    assert incident.version == 1
    assert last_entry(incident).seq == 4


@pytest.mark.parametrize("code", ["", "Q", "i", "I' OR 1=1"])
def test_an_unknown_grade_is_refused(hale, incident, code):
    with pytest.raises(Invalid):
        change_grade(actor=hale, incident_id=incident.pk, grade_code=code)


def test_a_decision_on_an_old_screen_is_refused(hale, incident):
    change_grade(actor=hale, incident_id=incident.pk, grade_code="P", reason="calm", seen_grade="I")
    with pytest.raises(Conflict, match="graded it Priority meanwhile"):
        change_grade(actor=hale, incident_id=incident.pk, grade_code="S", reason="calm", seen_grade="I")


def test_other_news_of_the_incident_does_not_stand_in_the_way(hale, incident):
    """A fix, a unit's step, a place: a live incident changes every few seconds."""
    version = incident.version
    set_rural(actor=hale, incident_id=incident.pk, rural=True)
    changed = change_grade(actor=hale, incident_id=incident.pk, grade_code="P", reason="calm", seen_grade="I")
    assert (changed.current_grade.code, changed.version > version + 1) == ("P", True)


def test_boards_hear_of_a_new_grade(hale, incident):
    change_grade(actor=hale, incident_id=incident.pk, grade_code="P", reason="calm")
    events = LiveEvent.objects.filter(kind="incident.changed")
    assert {event.topic for event in events} == {f"board.{hale.force_id}", f"incident.{incident.pk}"}
    incident.refresh_from_db()
    assert events[0].data == {
        "incident": str(incident.pk), "status": "OPEN", "grade": "P", "units": 0, "version": 2, "unit": "", "step": "",
        "attend_by": incident.attend_by.astimezone(UTC).isoformat(), "attended_at": None, "words": row_words(incident),
        "assign_by": None,
    }  # fmt: skip


def test_closing_keeps_the_opening_category(hale, incident):
    assess_again(hale, incident)
    closed = close_incident(actor=hale, incident_id=incident.pk, category_code="307", text="Same call as 416.")
    assert (closed.opening_category.code, closed.closing_category.code) == ("401", "307")
    assert (closed.status, closed.closed_by_label) == (IncidentStatus.CLOSED, hale.label)
    assert last_entry(incident).type == "CLOSE"


def test_closing_needs_a_category_and_words(hale, incident):
    assess_again(hale, incident)
    with pytest.raises(Invalid) as refusal:
        close_incident(actor=hale, incident_id=incident.pk, category_code="", text=" ")
    assert set(refusal.value.fields) == {"category_code", "text"}


def test_closed_is_closed(hale, incident):
    assess_again(hale, incident)
    close_incident(
        actor=hale, incident_id=incident.pk, category_code="401", text="Done.", no_crime_rationale="No offence."
    )
    with pytest.raises(Conflict):
        close_incident(actor=hale, incident_id=incident.pk, category_code="401", text="Again.")
    with pytest.raises(Conflict):
        change_grade(actor=hale, incident_id=incident.pk, grade_code="P", reason="late")
    with pytest.raises(Conflict):
        assign(actor=hale, incident_id=incident.pk, resource_id=make_resource().pk)


def test_nobody_is_left_behind_on_a_closed_incident(hale, incident):
    assign(actor=hale, incident_id=incident.pk, resource_id=make_resource(call_sign="AR02").pk)
    with pytest.raises(Conflict, match="Stand down AR02 first"):
        close_incident(
            actor=hale, incident_id=incident.pk, category_code="401", text="Done.", no_crime_rationale="No offence."
        )


def test_nobody_who_calls_for_help_is_left_behind_on_a_closed_incident(hale, dispatcher):
    """Nobody is assigned to an emergency's own incident yet: it must not be closed over the officer's head."""
    unit = make_resource(call_sign="AR02")
    set_resource_status(actor=dispatcher, resource_id=unit.pk, status_code="0")
    emergency = Emergency.objects.get()
    assess_again(hale, emergency.incident)
    close = {
        "actor": hale, "incident_id": emergency.incident_id, "category_code": "401", "text": "Safe.",
        "no_crime_rationale": "No offence.",
    }  # fmt: skip
    with pytest.raises(Conflict, match="State 0 of AR02 is not over"):
        close_incident(**close)
    acknowledge_emergency(actor=dispatcher, emergency_id=emergency.pk)
    end_emergency(actor=dispatcher, emergency_id=emergency.pk, outcome="Pressed by mistake")
    assert close_incident(**close).status == IncidentStatus.CLOSED


@pytest.mark.parametrize("role", sorted(ROLES))
def test_who_may_close(incident, role):
    actor = make_actor(roles=(role,))
    if "incident.close" in ROLES[role].capabilities:
        assess_again(actor, incident)
        close_incident(
            actor=actor, incident_id=incident.pk, category_code="401", text="Done.", no_crime_rationale="No offence."
        )
        return
    with pytest.raises(NotAllowed):
        close_incident(
            actor=actor, incident_id=incident.pk, category_code="401", text="Done.", no_crime_rationale="No offence."
        )
    incident.refresh_from_db()
    assert incident.is_open


def test_another_force_cannot_touch_it(stranger, incident):
    with pytest.raises(NotFound):
        change_grade(actor=stranger, incident_id=incident.pk, grade_code="P", reason="x")
    with pytest.raises(NotFound):
        close_incident(actor=stranger, incident_id=incident.pk, category_code="401", text="x")


def test_every_state_is_in_the_table_and_reachable():
    assert set(INCIDENT_TRANSITIONS) == set(IncidentStatus.values)
    reached = {IncidentStatus.OPEN}.union(*INCIDENT_TRANSITIONS.values())
    assert reached == set(IncidentStatus.values)
