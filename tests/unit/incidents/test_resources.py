"""Units: their States, their way to an incident, their place on the map."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core.actors import Actor
from core.clock import now
from core.errors import Conflict, Invalid, NotAllowed, NotFound
from core.roles import ROLES
from incidents.models import Assignment, Emergency, Incident, LogEntry, Resource
from incidents.selectors import resources_on_map, units_of
from incidents.services import (
    assign,
    at_scene,
    en_route,
    move_resource,
    register_resource,
    set_resource_status,
    stand_down,
)
from incidents.services.unit_states import say_state
from incidents.states import ASSIGNMENT_TRANSITIONS, AssignmentStatus
from tests.factories.core import make_actor
from tests.factories.incidents import make_incident, make_resource


def test_a_unit_goes_arrives_and_is_released(dispatcher, incident):
    unit = make_resource(call_sign="NB21")
    where = {"actor": dispatcher, "incident_id": incident.pk, "resource_id": unit.pk}
    assign(**where)
    en_route(**where)
    assert [(one.resource.call_sign, one.resource.status_code) for one in units_of(dispatcher, incident)] == [
        ("NB21", "5")
    ]
    at_scene(**where)
    incident.refresh_from_db()
    first = incident.attended_at
    assert first is not None
    stand_down(**where)
    unit.refresh_from_db()
    assert unit.status_code == "2"
    assert units_of(dispatcher, incident) == []
    said = LogEntry.objects.filter(incident=incident, type="RESOURCE").order_by("seq").values_list("text", flat=True)
    assert list(said) == ["NB21 assigned.", "NB21 en route (State 5).", "NB21 at scene (State 6).", "NB21 stood down."]
    incident.refresh_from_db()
    assert (incident.attended_at, incident.version) == (first, 5)


def test_the_first_unit_at_scene_is_the_attendance(dispatcher, incident):
    for sign in ("NB21", "NB24"):
        where = {"actor": dispatcher, "incident_id": incident.pk, "resource_id": make_resource(call_sign=sign).pk}
        assign(**where)
        at_scene(**where)
    incident.refresh_from_db()
    assert incident.attended_at == Assignment.objects.get(resource__call_sign="NB21").at_scene_at


def test_who_was_there_first_is_the_attendance_also_when_the_radio_tells_it_second(dispatcher, incident):
    """NB24's State 6 came through at once; NB21 was there two minutes before it, in a tunnel."""
    Incident.objects.filter(pk=incident.pk).update(received_at=now() - timedelta(minutes=20))
    units = [make_resource(call_sign=sign) for sign in ("NB21", "NB24")]
    for unit in units:
        assign(actor=dispatcher, incident_id=incident.pk, resource_id=unit.pk)
        Assignment.objects.filter(resource=unit).update(assigned_at=now() - timedelta(minutes=15))
        Resource.objects.filter(pk=unit.pk).update(status_at=now() - timedelta(minutes=15))
    there, later = now() - timedelta(minutes=5), now() - timedelta(minutes=3)
    radio = Actor.provider(dispatcher.force_id, "Airwave")
    say_state(radio, units[1].pk, "6", source="radio", at=later)
    say_state(radio, units[0].pk, "6", source="radio", at=there)
    incident.refresh_from_db()
    assert incident.attended_at == there


def test_a_state_over_the_radio_moves_the_assignment(dispatcher, incident):
    unit = make_resource()
    assign(actor=dispatcher, incident_id=incident.pk, resource_id=unit.pk)
    set_resource_status(actor=dispatcher, resource_id=unit.pk, status_code="6")
    assert Assignment.objects.get().status == AssignmentStatus.AT_SCENE
    set_resource_status(actor=dispatcher, resource_id=unit.pk, status_code="5")  # said twice: no way back
    assert Assignment.objects.get().status == AssignmentStatus.AT_SCENE


def test_state_zero_is_an_emergency_not_a_status(dispatcher):
    unit = set_resource_status(actor=dispatcher, resource_id=make_resource().pk, status_code="0")
    assert unit.status_code == "2"
    assert Emergency.objects.get().resource == unit


def test_sending_twice_sends_once_and_a_unit_is_on_one_incident(dispatcher, okafor, incident):
    unit, other = make_resource(), make_incident(okafor)
    first = assign(actor=dispatcher, incident_id=incident.pk, resource_id=unit.pk)
    assert assign(actor=dispatcher, incident_id=incident.pk, resource_id=unit.pk).pk == first.pk
    with pytest.raises(Conflict, match="another incident"):
        assign(actor=dispatcher, incident_id=other.pk, resource_id=unit.pk)


def test_who_is_not_there_cannot_stand_down(dispatcher, incident):
    with pytest.raises(NotFound):
        stand_down(actor=dispatcher, incident_id=incident.pk, resource_id=make_resource().pk)


def test_nobody_arrives_twice(dispatcher, incident):
    where = {"actor": dispatcher, "incident_id": incident.pk, "resource_id": make_resource().pk}
    assign(**where)
    at_scene(**where)
    with pytest.raises(Conflict):
        en_route(**where)


@pytest.mark.parametrize("role", sorted(ROLES))
def test_who_may_deploy(incident, role):
    actor, unit = make_actor(roles=(role,)), make_resource()
    if "incident.deploy" in ROLES[role].capabilities:
        assign(actor=actor, incident_id=incident.pk, resource_id=unit.pk)
    else:
        with pytest.raises(NotAllowed):
            assign(actor=actor, incident_id=incident.pk, resource_id=unit.pk)
        assert not Assignment.objects.exists()


def test_booking_on_twice_updates_the_unit(dispatcher):
    first = register_resource(actor=dispatcher, call_sign="ar02", type="ARV", crew="Cole, Mir")
    again = register_resource(actor=dispatcher, call_sign="AR02", type="ARV", crew="Cole", status_code="3")
    assert again.pk == first.pk
    assert (again.crew, again.status_code) == ("Cole", "3")


def test_a_position_has_its_time_and_only_newer_ones_count(dispatcher):
    unit, moment = make_resource(), now()
    assert resources_on_map(dispatcher) == []
    move_resource(actor=dispatcher, resource_id=unit.pk, lat=53.7, lon=0.4, at=moment)
    move_resource(actor=dispatcher, resource_id=unit.pk, lat=1.0, lon=1.0, at=moment - timedelta(seconds=5))
    [shown] = resources_on_map(dispatcher)
    assert (shown.lat, shown.lon, shown.position_at) == (53.7, 0.4, moment)


@pytest.mark.parametrize(("lat", "lon"), [(91, 0), (0, 181), (float("nan"), 0), (0, float("inf"))])
def test_a_position_off_the_earth_is_refused(dispatcher, lat, lon):
    with pytest.raises(Invalid):
        move_resource(actor=dispatcher, resource_id=make_resource().pk, lat=lat, lon=lon, at=now())


def test_an_officer_moves_only_their_own_unit(reid):
    own, other = make_resource(call_sign="NB21"), make_resource(call_sign="NB22")
    move_resource(actor=reid, resource_id=own.pk, lat=53.7, lon=0.4, at=now())
    with pytest.raises(NotAllowed):
        move_resource(actor=reid, resource_id=other.pk, lat=53.7, lon=0.4, at=now())


def test_another_forces_units_and_incidents_are_not_there(stranger, dispatcher, hale, incident):
    ours, theirs = make_resource(), make_resource(force=stranger.user.force)
    move_resource(actor=dispatcher, resource_id=ours.pk, lat=53.7, lon=0.4, at=now())
    assert resources_on_map(stranger) == []
    assert units_of(stranger, incident) == []
    for resource, who in ((theirs, hale), (ours, stranger)):
        with pytest.raises(NotFound):
            assign(actor=who, incident_id=incident.pk, resource_id=resource.pk)
        with pytest.raises(NotFound):
            set_resource_status(actor=who, resource_id=theirs.pk if who is hale else ours.pk, status_code="3")
        with pytest.raises(NotFound):
            move_resource(actor=who, resource_id=theirs.pk if who is hale else ours.pk, lat=1, lon=1, at=now())
    assert not Assignment.objects.exists()


def test_every_step_is_in_the_table_and_reachable():
    assert set(ASSIGNMENT_TRANSITIONS) == set(AssignmentStatus.values)
    assert {AssignmentStatus.ASSIGNED}.union(*ASSIGNMENT_TRANSITIONS.values()) == set(AssignmentStatus.values)
