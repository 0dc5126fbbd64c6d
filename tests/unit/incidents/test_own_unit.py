"""PC Reid of NB21 says the unit's States on the phone, in the rain, with and without signal."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from core.clock import now
from core.errors import Conflict, NotAllowed
from core.models import AuditEvent, LiveEvent
from core.realtime import may_follow
from incidents.events import unit_topic
from incidents.models import Assignment, Emergency, Resource, StateChange
from incidents.selectors import own_unit
from incidents.services import (
    acknowledge_emergency,
    assign,
    book_off,
    book_on,
    end_emergency,
    say_own_state,
    set_resource_status,
    stand_down,
)
from incidents.states import AssignmentStatus, StateEffect, state_follows
from tests.factories.core import make_actor
from tests.factories.incidents import make_resource

URL = reverse("incidents_api:own_state")


@pytest.fixture
def nb21(reid):
    book_on(actor=reid)
    return make_resource(call_sign="NB21", lat=53.74, lon=0.45, position_at=now() - timedelta(minutes=5))


@pytest.fixture
def phone(reid):
    browser = Client()
    browser.force_login(reid.user)
    return browser


def allowed(actor):
    return [one.code for one in own_unit(actor).standing if one.allowed]


def test_only_what_the_job_allows(reid, nb21, dispatcher, incident):
    assert "5" not in allowed(reid)
    assert "6" not in allowed(reid)
    assign(actor=dispatcher, incident_id=incident.pk, resource_id=nb21.pk)
    assert {"5", "6", "2", "7"} <= set(allowed(reid))
    say_own_state(actor=reid, status_code="6")
    assert "5" not in allowed(reid)
    with pytest.raises(Conflict, match="NB21 is already at scene"):
        say_own_state(actor=reid, status_code="5")
    say_own_state(actor=reid, status_code="2")
    assert Assignment.objects.get().status == "STOOD_DOWN"
    with pytest.raises(Conflict, match="on no incident"):
        say_own_state(actor=reid, status_code="6")
    assert [one.to_code for one in StateChange.objects.order_by("received_at")] == ["6", "2"]  # refused leave no row


@pytest.mark.parametrize("step", [None, *AssignmentStatus.values])
def test_states_that_move_no_job_may_always_be_said(step):
    assert state_follows(StateEffect.NONE, step)
    assert state_follows(StateEffect.EMERGENCY, step)


def test_a_state_sent_twice_counts_once(phone, reid, nb21, dispatcher, incident):
    assign(actor=dispatcher, incident_id=incident.pk, resource_id=nb21.pk)
    said = {"state": "5", "at": (now() - timedelta(seconds=30)).isoformat(), "key": str(uuid4())}
    first = phone.post(URL, said, content_type="application/json").json()
    again = phone.post(URL, said, content_type="application/json").json()
    assert first == {"call_sign": "NB21", "state": "5", "late": False, "again": False, "warnings": {}}
    assert again == {"call_sign": "NB21", "state": "5", "late": False, "again": True, "warnings": {}}
    row = StateChange.objects.get()
    assert (row.source, row.at.isoformat()) == ("app", said["at"])


def test_a_call_for_help_without_signal_is_raised_once_with_the_time_it_was_pressed(reid, nb21):
    pressed, key = now() - timedelta(minutes=4), uuid4()
    for _ in range(3):
        say_own_state(actor=reid, status_code="0", at=pressed, key=key, lat=53.7401, lon=0.4502)
    emergency = Emergency.objects.get()
    assert (emergency.presses, emergency.raised_at, emergency.source) == (1, pressed, "app")
    assert (emergency.lat, emergency.position_at) == (53.7401, pressed)
    nb21.refresh_from_db()
    assert (nb21.lat, nb21.position_at) == (53.7401, pressed)  # newer than what the radio last said


def test_an_older_place_does_not_move_the_unit_back(reid, nb21):
    say_own_state(actor=reid, status_code="4", at=now() - timedelta(minutes=9), lat=53.0, lon=0.1)
    nb21.refresh_from_db()
    assert nb21.lat == 53.74


def test_what_was_pressed_on_duty_is_taken_after_booking_off(reid, nb21):
    pressed = now()
    book_off(actor=reid)
    say_own_state(actor=reid, status_code="0", at=pressed, key=uuid4())
    assert Emergency.objects.get().resource == nb21
    with pytest.raises(Conflict, match="Book on"):
        say_own_state(actor=reid, status_code="2", at=now() + timedelta(seconds=1))


def test_a_press_that_comes_after_its_emergency_is_over_raises_no_second(reid, nb21, dispatcher):
    pressed = now() - timedelta(minutes=5)
    say_own_state(actor=reid, status_code="0")
    emergency = Emergency.objects.get()
    acknowledge_emergency(actor=dispatcher, emergency_id=emergency.pk)
    end_emergency(actor=dispatcher, emergency_id=emergency.pk, outcome="Safe.")
    assert say_own_state(actor=reid, status_code="0", at=pressed, key=uuid4()).late
    assert Emergency.objects.count() == 1


def test_the_phone_hears_of_what_the_dispatcher_does(reid, nb21, dispatcher, incident):
    topic = unit_topic(nb21.pk)
    assert may_follow(reid, topic)
    assign(actor=dispatcher, incident_id=incident.pk, resource_id=nb21.pk)
    set_resource_status(actor=dispatcher, resource_id=nb21.pk, status_code="5")
    stand_down(actor=dispatcher, incident_id=incident.pk, resource_id=nb21.pk)
    heard = LiveEvent.objects.filter(topic=topic).order_by("id").values_list("data", flat=True)
    assert [(one["state"], one["incident"]) for one in heard] == [
        ("2", str(incident.pk)), ("5", str(incident.pk)), ("2", None),
    ]  # fmt: skip
    book_on(actor=reid, call_sign="NB22")
    assert not may_follow(reid, topic)
    assert not may_follow(dispatcher, topic)


def test_the_page_shows_where_to_go_and_keeps_the_reading(phone, reid, nb21, dispatcher, incident):
    page = phone.get(reverse("incidents:own_unit")).content.decode()
    assert "No incident now" in page
    assert "data-sos" in page
    assign(actor=dispatcher, incident_id=incident.pk, resource_id=nb21.pk)
    before = AuditEvent.objects.count()
    page = phone.get(reverse("incidents:own_unit")).content.decode()
    assert incident.location_text in page
    assert AuditEvent.objects.filter(purpose="own job").count() == 1
    assert AuditEvent.objects.count() == before + 1


def test_the_part_in_every_frame_shows_a_number_and_nothing_personal(
    phone, reid, nb21, dispatcher, incident, django_assert_num_queries
):
    assign(actor=dispatcher, incident_id=incident.pk, resource_id=nb21.pk)
    say_own_state(actor=reid, status_code="0")
    before = AuditEvent.objects.count()
    with django_assert_num_queries(7):  # session, person, and five
        page = phone.get(reverse("incidents:own_unit"), {"part": "states"}).content.decode()
    assert 'data-emergency="RAISED"' in page
    assert f"incident {incident.serial}" in page
    assert incident.location_text not in page
    assert AuditEvent.objects.count() == before


def test_off_duty_there_is_no_unit(phone, reid):
    make_resource(call_sign="NB21")
    page = phone.get(reverse("incidents:own_unit")).content.decode()
    assert "No unit." in page
    with pytest.raises(NotAllowed):
        own_unit(make_actor(roles=("call_handler",)))


def test_another_officers_key_is_no_door(reid, nb21, stranger):
    key = uuid4()
    say_own_state(actor=reid, status_code="4", key=key)
    with pytest.raises(NotAllowed):
        say_own_state(actor=make_actor(roles=("investigator",)), status_code="2", key=key)
    assert Resource.objects.get(pk=nb21.pk).status_code == "4"
