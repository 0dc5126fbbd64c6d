"""PC Reid presses the orange button."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from core.clock import now
from core.errors import Conflict, Invalid, NotAllowed, NotFound
from core.models import AuditEvent, LiveEvent
from core.roles import CALL_HANDLER
from incidents.events import board_topic, emergency_topic
from incidents.models import Emergency, Incident, IncidentCategory, LogEntry, ResponseGrade
from incidents.selectors import board, open_emergencies, verify_log
from incidents.services import acknowledge_emergency, assign, book_on, end_emergency, say_own_state
from incidents.services.unit_states import say_state
from tests.factories.core import make_actor
from tests.factories.incidents import make_incident, make_resource


@pytest.fixture
def nb21(reid):
    book_on(actor=reid)
    return make_resource(call_sign="NB21", lat=53.74, lon=0.45, position_at=now() - timedelta(seconds=20))


def events(topic):
    rows = LiveEvent.objects.filter(kind="emergency.changed", topic=topic).order_by("id")
    return [row.data["status"] for row in rows]


def test_an_immediate_of_its_own_at_the_units_position(reid, nb21, dispatcher):
    say_own_state(actor=reid, status_code="0")
    emergency = Emergency.objects.get()
    incident = emergency.incident
    assert (incident.current_grade.emergency, incident.channel, incident.is_open) == (True, "OFFICER", True)
    assert (incident.location.lat, incident.location.source, incident.location.radius_m) == (53.74, "GPS_DEVICE", 50.0)
    assert (incident.location.method, incident.location.easting is not None) == ("radio", True)
    assert incident.opening_category.name == "Police-generated activity"
    assert [row.id for row in board(dispatcher).unassigned_immediate] == [incident.pk]
    nb21.refresh_from_db()
    assert nb21.status_code == "2"  # an event, not a standing State
    assert verify_log(dispatcher, incident).ok
    for topic in (board_topic(reid.force_id), emergency_topic(reid.force_id)):
        assert events(topic) == ["RAISED"]


def test_the_incident_it_is_on_becomes_an_emergency(reid, nb21, okafor, dispatcher):
    incident = make_incident(okafor, grade_code="P")
    assign(actor=dispatcher, incident_id=incident.pk, resource_id=nb21.pk)
    say_own_state(actor=reid, status_code="0")
    incident.refresh_from_db()
    assert (Emergency.objects.get().incident, incident.current_grade.code) == (incident, "I")
    assert Incident.objects.count() == 1
    said = LogEntry.objects.filter(incident=incident, type="STATUS").get()
    assert said.text == "State 0: NB21 calls for emergency assistance."
    assert verify_log(dispatcher, incident).ok


def test_pressing_again_is_the_same_emergency(reid, nb21):
    for _ in range(5):
        say_own_state(actor=reid, status_code="0")
    emergency = Emergency.objects.get()
    assert (emergency.presses, Incident.objects.count()) == (5, 1)
    assert events(emergency_topic(reid.force_id)) == ["RAISED"]


def test_a_person_acknowledges_and_a_person_ends_it(reid, nb21, dispatcher, hale):
    say_own_state(actor=reid, status_code="0")
    emergency = Emergency.objects.get()
    with pytest.raises(Conflict, match="Acknowledge it first"):
        end_emergency(actor=dispatcher, emergency_id=emergency.pk, outcome="Safe.")
    acknowledge_emergency(actor=dispatcher, emergency_id=emergency.pk)
    acknowledge_emergency(actor=hale, emergency_id=emergency.pk)  # the first one counts
    emergency.refresh_from_db()
    assert (emergency.status, emergency.acknowledged_by_label) == ("ACKNOWLEDGED", dispatcher.label)
    with pytest.raises(Invalid):
        end_emergency(actor=dispatcher, emergency_id=emergency.pk, outcome="  ")
    end_emergency(actor=dispatcher, emergency_id=emergency.pk, outcome="Pressed by mistake.")
    with pytest.raises(Conflict, match="already over"):
        end_emergency(actor=dispatcher, emergency_id=emergency.pk, outcome="Again.")
    assert open_emergencies(dispatcher) == []
    assert events(emergency_topic(reid.force_id)) == ["RAISED", "ACKNOWLEDGED", "OVER"]
    assert AuditEvent.objects.filter(object=f"incidents.emergency:{emergency.pk}").count() == 3
    assert verify_log(dispatcher, emergency.incident).ok
    say_own_state(actor=reid, status_code="0")  # a new call for help
    assert Emergency.objects.count() == 2


def test_an_old_press_delivered_minutes_late_after_the_end_raises_nothing(reid, nb21, dispatcher, hale):
    say_own_state(actor=reid, status_code="0")
    emergency = Emergency.objects.get()
    acknowledge_emergency(actor=dispatcher, emergency_id=emergency.pk)
    end_emergency(actor=dispatcher, emergency_id=emergency.pk, outcome="Safe.")
    assert say_state(hale, nb21.pk, "0", source="radio", at=now() - timedelta(minutes=4)).late
    assert Emergency.objects.count() == 1


def test_a_second_call_for_help_on_a_clock_that_is_slow_is_heard(reid, nb21, dispatcher, hale):
    say_own_state(actor=reid, status_code="0")
    emergency = Emergency.objects.get()
    acknowledge_emergency(actor=dispatcher, emergency_id=emergency.pk)
    end_emergency(actor=dispatcher, emergency_id=emergency.pk, outcome="Pressed by mistake.")
    said = say_state(hale, nb21.pk, "0", source="radio", at=now() - timedelta(seconds=45))  # pressed just now
    assert not said.late
    assert Emergency.objects.filter(status="RAISED").count() == 1


@pytest.mark.parametrize("hours", [0.025, 5, -72])
def test_no_clock_keeps_a_call_for_help_waiting(reid, nb21, hours):
    said = say_own_state(actor=reid, status_code="0", at=now() + timedelta(hours=hours))
    assert "taken as said now" in said.warnings["at"]
    assert abs(Emergency.objects.get().raised_at - now()) < timedelta(seconds=30)


def test_no_position_keeps_a_call_for_help_waiting(reid, nb21):
    said = say_own_state(actor=reid, status_code="0", lat=999.0, lon=0.0)
    assert "position" in said.warnings
    assert Emergency.objects.get().lat == 53.74  # the unit's last known one
    with pytest.raises(Invalid):
        say_own_state(actor=reid, status_code="6", lat=999.0, lon=0.0)


def test_without_a_position_it_is_raised_all_the_same(reid, dispatcher):
    book_on(actor=reid)
    make_resource(call_sign="NB21")
    say_own_state(actor=reid, status_code="0")
    incident = Emergency.objects.get().incident
    assert (incident.location, incident.location_text) == (None, "NB21, position not known")


def test_no_table_keeps_a_call_for_help_waiting(reid, nb21):
    IncidentCategory.objects.filter(name="Police-generated activity").update(active=False)
    say_own_state(actor=reid, status_code="0")
    assert Emergency.objects.get().incident.opening_category.active
    assert ResponseGrade.objects.filter(emergency=True).exists()


def test_two_consoles_hear_it_and_one_acknowledges_for_both(reid, nb21, dispatcher, okafor):
    """What each console asks for when it hears of it; the sound is a matter of `tests/js/emergencies.test.js`."""
    first, second, phone = Client(), Client(), Client()
    first.force_login(dispatcher.user)
    second.force_login(make_actor(roles=(CALL_HANDLER,), last_name="Whitlock").user)
    phone.force_login(reid.user)
    url = reverse("incidents:emergencies")
    assert "State 0" not in first.get(url).content.decode()
    say_own_state(actor=reid, status_code="0")
    emergency = Emergency.objects.get()
    for console in (first, second):
        body = console.get(url).content.decode()
        assert "NB21" in body
        assert 'data-status="RAISED"' in body
    acknowledge = reverse("incidents:acknowledge_emergency", args=[emergency.pk])
    assert acknowledge in first.get(url).content.decode()
    assert acknowledge not in second.get(url).content.decode()  # a call handler sees it and does not command it
    assert second.post(acknowledge).status_code == 403
    assert first.post(acknowledge, headers={"X-Requested-With": "fetch"}).status_code == 204
    for console in (first, second):
        body = console.get(url).content.decode()
        assert 'data-status="ACKNOWLEDGED"' in body
        assert "State 0, acknowledged by" in body
    assert phone.get(url).status_code == 200


def test_who_may_and_what_is_not_there(reid, nb21, okafor, stranger):
    say_own_state(actor=reid, status_code="0")
    emergency = Emergency.objects.get()
    for actor in (okafor, reid):
        with pytest.raises(NotAllowed):
            acknowledge_emergency(actor=actor, emergency_id=emergency.pk)
    with pytest.raises(NotFound):
        acknowledge_emergency(actor=stranger, emergency_id=emergency.pk)
    assert open_emergencies(stranger) == []
    with pytest.raises(NotAllowed):
        open_emergencies(make_actor(roles=("admin",)))
