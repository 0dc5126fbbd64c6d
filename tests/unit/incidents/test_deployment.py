"""Sending, diverting and clearing: by dispatchers, and by what units say themselves."""

from __future__ import annotations

from datetime import UTC, timedelta

import pytest

from core.clock import now
from core.errors import Conflict, Invalid, NotAllowed, NotFound
from core.models import LiveEvent
from incidents.models import (
    Assignment,
    IncidentCategory,
    LogEntry,
    ResourceStatus,
    StateChange,
    UnitChoice,
    UnitMessage,
)
from incidents.selectors import attendance, attendance_by_day, units_board, units_on
from incidents.services import (
    answer_message,
    assign,
    at_scene,
    book_on,
    en_route,
    register_resource,
    say_own_state,
    set_resource_status,
    unusual_call_sign,
)
from incidents.services.unit_states import say_state
from tests.factories.core import make_actor
from tests.factories.incidents import make_incident, make_location, make_resource


def said(incident):
    return list(
        LogEntry.objects.filter(incident=incident, type="RESOURCE").order_by("seq").values_list("text", flat=True)
    )


def where(actor, incident, unit):
    return {"actor": actor, "incident_id": incident.pk, "resource_id": unit.pk}


def test_a_unit_goes_to_what_is_more_urgent_with_a_reason(okafor, dispatcher, incident):
    lower, unit = make_incident(okafor, grade_code="P"), make_resource(call_sign="NB24")
    assign(**where(dispatcher, lower, unit))
    en_route(**where(dispatcher, lower, unit))
    with pytest.raises(Conflict, match="divert it with a reason"):
        assign(**where(dispatcher, incident, unit))
    assign(**where(dispatcher, incident, unit), divert_reason="Knife, nobody nearer.")
    unit.refresh_from_db()
    assert [one.incident_id for one in Assignment.objects.active()] == [incident.pk]
    assert said(lower)[-1] == f"NB24 stood down. Diverted to {incident.reference}. Knife, nobody nearer."
    assert said(incident) == ["NB24 assigned. Knife, nobody nearer."]
    assert UnitChoice.objects.get(kind="diverted").reason == "Knife, nobody nearer."


def test_nobody_is_taken_from_what_is_as_urgent_or_from_a_scene(okafor, dispatcher, incident):
    other, lower = make_incident(okafor), make_incident(okafor, grade_code="P")
    going, there = make_resource(), make_resource()
    assign(**where(dispatcher, other, going))
    assign(**where(dispatcher, lower, there))
    at_scene(**where(dispatcher, lower, there))
    for unit in (going, there):
        with pytest.raises(Conflict, match="Stand it down there first"):
            assign(**where(dispatcher, incident, unit), divert_reason="I want it.")
    assert Assignment.objects.active().count() == 2


def test_committed_but_deployable_may_be_taken_from_its_scene(okafor, dispatcher, incident):
    guard, unit = make_incident(okafor, grade_code="S"), make_resource()
    assign(**where(dispatcher, guard, unit))
    at_scene(**where(dispatcher, guard, unit))
    set_resource_status(actor=dispatcher, resource_id=unit.pk, status_code="7")
    assign(**where(dispatcher, incident, unit), divert_reason="Scene can wait.")
    assert [one.incident_id for one in Assignment.objects.active()] == [incident.pk]


def test_states_by_radio_move_the_assignment_and_clear_it(dispatcher, incident, hale):
    unit, start = make_resource(call_sign="NB21"), now()
    assign(**where(dispatcher, incident, unit))
    for seconds, state in ((1, "2"), (2, "5"), (60, "6"), (900, "2")):
        moment = start - timedelta(minutes=20) + timedelta(seconds=seconds)
        say_state(hale, unit.pk, state, source="radio", at=moment)
        step = Assignment.objects.get().status
        assert step == {1: "ASSIGNED", 2: "EN_ROUTE", 60: "AT_SCENE", 900: "STOOD_DOWN"}[seconds]
    incident.refresh_from_db()
    assert incident.attended_at == Assignment.objects.get().assigned_at  # nobody arrives before being sent
    changes = StateChange.objects.order_by("at").values_list("from_code", "to_code", "incident", "taken")
    assert [one[:2] for one in changes] == [("2", "2"), ("2", "5"), ("5", "6"), ("6", "2")]
    assert {one[2] for one in changes} == {incident.pk}


def test_which_code_does_what_is_the_forces_table(dispatcher, incident):
    ResourceStatus.objects.filter(code="6").update(effect="")
    ResourceStatus.objects.filter(code="8").update(effect="AT_SCENE")
    unit = make_resource()
    assign(**where(dispatcher, incident, unit))
    set_resource_status(actor=dispatcher, resource_id=unit.pk, status_code="6")
    assert Assignment.objects.get().status == "ASSIGNED"
    set_resource_status(actor=dispatcher, resource_id=unit.pk, status_code="8")
    assert Assignment.objects.get().status == "AT_SCENE"


def test_an_older_state_is_kept_and_changes_nothing(hale, incident):
    unit = make_resource()
    say_state(hale, unit.pk, "8", source="radio", at=now() - timedelta(seconds=10))
    late = say_state(hale, unit.pk, "3", source="radio", at=now() - timedelta(seconds=30))
    unit.refresh_from_db()
    assert (late.late, unit.status_code) == (True, "8")
    assert list(StateChange.objects.order_by("received_at").values_list("to_code", "taken")) == [
        ("8", True),
        ("3", False),
    ]


@pytest.mark.parametrize(("hours", "zone"), [(0.1, UTC), (-48, UTC), (0, None)])
def test_impossible_times_are_refused(hale, incident, hours, zone):
    at = (now() + timedelta(hours=hours)).replace(tzinfo=zone)
    with pytest.raises(Invalid):
        say_state(hale, make_resource().pk, "8", source="radio", at=at)
    assert not StateChange.objects.exists()


def test_a_message_waits_until_somebody_has_called_back(dispatcher, okafor, incident):
    unit = make_resource(call_sign="NB21", status_code="8")
    for _ in range(3):
        set_resource_status(actor=dispatcher, resource_id=unit.pk, status_code="14")
    unit.refresh_from_db()
    assert unit.status_code == "8"
    message = UnitMessage.objects.get()
    assert [one.label for one in units_board(dispatcher).messages] == ["Urgent call back"]
    with pytest.raises(NotAllowed):
        answer_message(actor=okafor, message_id=message.pk)
    answer_message(actor=dispatcher, message_id=message.pk)
    first = UnitMessage.objects.get().answered_at
    answer_message(actor=dispatcher, message_id=message.pk)
    assert (UnitMessage.objects.get().answered_at, units_board(dispatcher).messages) == (first, ())
    heard = LiveEvent.objects.filter(kind="unit.message").order_by("id").values_list("data", flat=True)
    assert [one["answered"] for one in heard] == [False, True]


def test_an_officer_says_the_state_of_the_unit_they_are_on(reid, dispatcher, incident):
    unit = make_resource(call_sign="NB21")
    with pytest.raises(Conflict, match="Book on"):
        say_own_state(actor=reid, status_code="5")
    book_on(actor=reid)
    assign(**where(dispatcher, incident, unit))
    say_own_state(actor=reid, status_code="5", lat=53.7, lon=0.4)
    assert Assignment.objects.get().status == "EN_ROUTE"
    change = StateChange.objects.get()
    assert (change.source, change.by_label, change.lat) == ("app", reid.label, 53.7)
    with pytest.raises(Invalid, match="degrees"):
        say_own_state(actor=reid, status_code="6", lat=float("nan"), lon=0.4)
    book_on(actor=reid, call_sign="ZZ99")
    with pytest.raises(Conflict, match="units' board"):
        say_own_state(actor=reid, status_code="6")


def test_units_can_do_what_the_forces_table_knows(dispatcher):
    unit = register_resource(actor=dispatcher, call_sign="ar02", skills=["AFO", "TASER"], crew_size=3, issi="4001")
    assert sorted(skill.code for skill in unit.skills.all()) == ["AFO", "TASER"]
    register_resource(actor=dispatcher, call_sign="AR02", crew_size=2, issi="4001")
    assert unit.skills.count() == 2
    for wrong in ({"skills": ["FLYING"]}, {"issi": "40-1"}, {"crew_size": -1}):
        with pytest.raises(Invalid):
            register_resource(actor=dispatcher, call_sign="AR03", **wrong)
    assert [unusual_call_sign(sign) for sign in ("NB21", "N 12", "AR-02-1", "FLYING SQUAD")] == [
        False,
        False,
        False,
        True,
    ]


def test_the_board_has_every_state_and_costs_as_much_for_many_as_for_few(
    dispatcher, okafor, incident, django_assert_num_queries
):
    unit = make_resource(call_sign="NB21")
    assign(**where(dispatcher, incident, unit))
    assert [group.code for group in units_board(dispatcher).groups] == [str(code) for code in range(1, 12)]
    with pytest.raises(NotAllowed):
        units_board(okafor)
    for _ in range(20):
        make_resource()
    with django_assert_num_queries(8):
        board = units_board(dispatcher)
    available = board.groups[1]
    assert (available.label, len(available.rows), board.total) == ("On patrol, available", 21, 21)
    assert [row.unit.job.serial for row in available.rows if row.unit.job] == [incident.serial]


def test_the_head_says_about_how_long_a_unit_still_needs(dispatcher, incident):
    make_location(incident, lat=53.7362, lon=0.4471)
    incident.refresh_from_db()
    near = make_resource(call_sign="NB21", lat=53.7452, lon=0.4471, position_at=now())
    there = make_resource(call_sign="NB22", lat=53.7362, lon=0.4471, position_at=now())
    unplaced = make_resource(call_sign="NB23")
    for unit in (near, there, unplaced):
        assign(**where(dispatcher, incident, unit))
    at_scene(**where(dispatcher, incident, there))
    shown = {one.call_sign: one.journey and one.journey.minutes_words for one in units_on(dispatcher, incident)}
    assert shown == {"NB21": "about 2 min", "NB22": None, "NB23": None}


def test_attendance_is_counted_against_the_target(dispatcher, okafor, stranger):
    def attended(minutes, **changes):
        incident = make_incident(okafor, received_at=now() - timedelta(minutes=minutes), **changes)
        unit = make_resource()
        assign(**where(dispatcher, incident, unit))
        at_scene(**where(dispatcher, incident, unit))

    for minutes in (4, 6, 8, 30):
        attended(minutes)
    make_incident(okafor, received_at=now() - timedelta(hours=1))  # nobody there, and over
    make_incident(okafor)  # nobody there yet
    attended(50, grade_code="P")
    make_incident(okafor, grade_code="R")
    found = {one.grade: one for one in attendance(dispatcher)}
    assert set(found) == {"I", "P"}
    now_i = found["I"]
    assert (now_i.attended, now_i.waiting, now_i.with_target, now_i.in_target, now_i.share) == (4, 2, 5, 3, 60)
    assert (round(now_i.median), round(now_i.p90)) == (6, 30)
    assert found["P"].share == 100
    assert attendance(stranger) == []
    assert sum(one.attended for one in attendance_by_day(dispatcher)) == 5
    with pytest.raises(NotAllowed):
        attendance(make_actor(roles=("auditor",)))


def test_another_forces_units_and_messages_are_not_there(stranger, dispatcher, incident):
    unit = make_resource()
    set_resource_status(actor=dispatcher, resource_id=unit.pk, status_code="14")
    with pytest.raises(NotFound):
        answer_message(actor=stranger, message_id=UnitMessage.objects.get().pk)
    assert units_board(stranger).total == 0
    assert IncidentCategory.objects.visible_to(stranger).exists()
