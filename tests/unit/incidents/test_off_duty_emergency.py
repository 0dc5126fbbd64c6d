"""PC Reid is on the way home when a man comes at her with a bottle. An emergency is never refused."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from core.clock import now
from core.errors import Conflict
from core.models import AuditEvent, LiveEvent
from core.roles import OFFICER
from incidents.models import Emergency, Incident, LogEntry, Resource, StateChange
from incidents.selectors import log_entries, verify_log
from incidents.services import acknowledge_emergency, book_off, book_on, end_emergency, say_own_state
from incidents.states import StateSource
from tests.factories.core import make_actor
from tests.factories.incidents import make_resource

URL = reverse("incidents_api:own_state")
HERE = {"lat": 53.74, "lon": 0.45}


@pytest.fixture
def nb21(reid):
    return make_resource(call_sign="NB21", lat=53.7, lon=0.4, position_at=now())


@pytest.fixture
def phone(reid):
    browser = Client()
    browser.force_login(reid.user)
    return browser


def press(reid, **changes):
    return say_own_state(actor=reid, status_code="0", **changes)


def collar(actor):
    return actor.user.collar_number


def test_it_is_taken_with_their_position_and_marked_off_duty(phone, reid, nb21, dispatcher):
    book_on(actor=reid)
    book_off(actor=reid)
    answer = phone.post(URL, {"state": "0", "key": str(uuid4()), **HERE}, content_type="application/json")
    assert answer.status_code == 200
    assert answer.json()["call_sign"] == f"OFF {collar(reid)}"
    emergency = Emergency.objects.select_related("resource", "incident__location", "incident__current_grade").get()
    unit, incident = emergency.resource, emergency.incident
    assert (unit.is_off_duty, unit.crew) == (True, f"{reid.label} (last NB21)")
    assert (emergency.lat, emergency.lon, emergency.source) == (53.74, 0.45, StateSource.APP)
    assert incident.current_grade.emergency
    assert incident.description == f"State 0: Off duty {reid.label} (last NB21) calls for emergency assistance."
    place = incident.location
    assert (place.lat, place.lon, place.method, place.easting is not None) == (53.74, 0.45, "phone", True)
    desk = Client()
    desk.force_login(dispatcher.user)
    shown = desk.get(reverse("incidents:emergencies")).content.decode()
    assert "off duty" in shown
    assert reid.label in shown
    assert verify_log(dispatcher, incident).ok


def test_the_crew_that_has_the_call_sign_now_is_not_the_one_in_trouble(reid, nb21, dispatcher):
    book_on(actor=reid)
    book_off(actor=reid)
    press(reid)
    nb21.refresh_from_db()
    assert not Emergency.objects.filter(resource=nb21).exists()
    assert not StateChange.objects.filter(resource=nb21).exists()


def test_who_never_had_a_shift_is_heard_too(reid):
    said = press(reid)
    assert (said.resource.crew, said.late) == (reid.label, False)
    assert Incident.objects.get().location_text.endswith("position not known")


def test_everybody_hears_of_it_and_no_event_has_a_name(reid):
    press(reid, **HERE)
    events = LiveEvent.objects.filter(kind="emergency.changed")
    assert {one.topic.split(".")[0] for one in events} == {"board", "emergencies", "incident"}
    assert {one.data["call_sign"] for one in events} == {f"OFF {collar(reid)}"}
    assert not [one for one in LiveEvent.objects.all() if reid.user.last_name in str(one.data)]
    assert AuditEvent.objects.filter(object__startswith="incidents.emergency:").exists()


def test_sent_again_from_a_phone_without_signal_it_is_one_press(phone, reid):
    said = {"state": "0", "at": (now() - timedelta(minutes=4)).isoformat(), "key": str(uuid4()), **HERE}
    first, again = (phone.post(URL, said, content_type="application/json").json() for _ in range(2))
    assert (first["again"], again["again"], first["call_sign"]) == (False, True, again["call_sign"])
    assert (Emergency.objects.get().presses, StateChange.objects.count(), Incident.objects.count()) == (1, 1, 1)


def test_pressed_off_duty_and_sent_after_booking_on_belongs_to_the_unit_of_now(reid, nb21):
    at = now()
    with time_machine.travel(at + timedelta(minutes=5)):
        book_on(actor=reid)
        assert press(reid, at=at).resource == nb21


def test_pressing_again_is_the_same_emergency(reid):
    for _ in range(3):
        press(reid, key=uuid4())
    assert Emergency.objects.get().presses == 3
    assert Resource.objects.count() == 1


def test_booked_off_during_their_own_emergency_another_press_belongs_to_it(reid, nb21):
    book_on(actor=reid)
    press(reid)
    book_off(actor=reid)
    assert press(reid).resource == nb21
    assert Emergency.objects.get().presses == 2


def test_an_emergency_of_the_units_next_crew_is_not_theirs(reid, nb21, dispatcher):
    book_on(actor=reid)
    book_off(actor=reid)
    with time_machine.travel(now() + timedelta(hours=9)):
        Emergency.objects.create(
            force_id=nb21.force_id, resource=nb21, raised_at=now(), last_pressed_at=now(), source=StateSource.RADIO,
            incident=press(reid, key=uuid4()) and Incident.objects.get(),
        )  # fmt: skip
        end_emergency_of(reid, dispatcher)
        assert press(reid).resource.is_off_duty


def end_emergency_of(reid, dispatcher):
    mine = Emergency.objects.get(resource__type="Off duty")
    acknowledge_emergency(actor=dispatcher, emergency_id=mine.pk)
    end_emergency(actor=dispatcher, emergency_id=mine.pk, outcome="Safe at home.")


def test_where_they_were_last_month_sends_nobody_there(reid, dispatcher):
    press(reid, **HERE)
    end_emergency_of(reid, dispatcher)
    with time_machine.travel(now() + timedelta(days=30)):
        press(reid)
        newest = Emergency.objects.order_by("raised_at").last()
        assert (newest.lat, newest.position_at) == (None, None)
        assert "position not known" in newest.incident.location_text


def test_a_call_sign_that_nobody_entered_is_heard_too(reid, dispatcher):
    book_on(actor=reid)
    said = press(reid, **HERE)
    assert (said.resource.call_sign, said.resource.type) == ("NB21", "Not on the units' board")
    assert said.resource.crew == reid.label
    assert [entry.text for entry in log_entries(dispatcher, Incident.objects.get())][1].startswith("NB21, 53.74")


def test_what_is_no_call_for_help_still_needs_a_shift(reid):
    for code in ("2", "5", "12"):
        with pytest.raises(Conflict) as refusal:
            say_own_state(actor=reid, status_code=code)
        assert refusal.value.code == "off_duty"
    assert not Resource.objects.exists()


def test_the_button_is_there_off_duty(phone):
    page = phone.get(reverse("incidents:own_unit")).content.decode()
    assert "data-sos " in page
    assert "data-sos-said" in page


def part(phone) -> str:
    return phone.get(reverse("incidents:own_unit"), {"part": "states"}).content.decode()


def test_after_a_reload_the_phone_knows_the_call_and_what_the_desk_has_said(phone, reid, dispatcher):
    assert "data-emergency=" not in part(phone)
    press(reid)
    shown = part(phone)
    assert 'data-emergency="RAISED"' in shown
    assert f'data-emergency-of="OFF {collar(reid)}"' in shown
    assert f'data-emergency-at="{Emergency.objects.get().raised_at.isoformat()[:16]}' in shown
    acknowledge_emergency(actor=dispatcher, emergency_id=Emergency.objects.get().pk)
    assert 'data-emergency="ACKNOWLEDGED"' in part(phone)
    end_emergency(actor=dispatcher, emergency_id=Emergency.objects.get().pk, outcome="Safe at home.")
    assert "data-emergency=" not in part(phone)


def test_every_officers_page_asks_for_it_off_duty_too(phone):
    page = phone.get(reverse("incidents:own_unit")).content.decode()
    assert page.count("<own-unit ") == 2  # the page's own, and the one in every officer's frame


def test_booked_off_during_their_own_emergency_it_is_still_shown(phone, reid, nb21):
    book_on(actor=reid)
    press(reid)
    book_off(actor=reid)
    assert 'data-emergency-of="NB21"' in part(phone)


def test_an_emergency_of_the_units_next_crew_is_shown_to_no_one_else(phone, reid, nb21, dispatcher):
    book_on(actor=reid)
    book_off(actor=reid)
    with time_machine.travel(now() + timedelta(hours=9)):
        other = make_actor(roles=(OFFICER,), last_name="Arkwright", call_sign="NB21")
        book_on(actor=other)
        press(other)
        phone.force_login(reid.user)
        assert "data-emergency=" not in part(phone)


def test_another_officers_call_is_not_theirs(phone, reid):
    press(make_actor(roles=(OFFICER,), last_name="Arkwright"))
    assert "data-emergency=" not in part(phone)


def test_booked_on_with_it_still_open_the_panel_stays_theirs(phone, reid, nb21):
    press(reid)
    book_on(actor=reid)
    shown = part(phone)
    assert 'data-unit="NB21"' in shown
    assert f'data-emergency-of="OFF {collar(reid)}"' in shown


def test_asking_costs_the_same_with_and_without_a_call(phone, reid, nb21, django_assert_max_num_queries):
    book_on(actor=reid)
    book_off(actor=reid)
    for _ in range(2):
        with django_assert_max_num_queries(6):  # session, person, shift, last shift, the unit's call, their own
            part(phone)
        press(reid)


def test_a_position_that_cannot_be_is_left_out_and_help_still_comes(phone, reid):
    for odd in ({"lat": 91, "lon": 0}, {"lat": "north", "lon": 0}, {"lat": 53.7}, {"at": "soon"}):
        said = {"state": "0", "key": str(uuid4()), **odd}
        assert phone.post(URL, said, content_type="application/json").status_code == 200
    assert Emergency.objects.get().presses == 4
    assert LogEntry.objects.filter(text__contains="calls for emergency assistance").exists()


def test_a_long_collar_number_is_nobody_elses(reid):
    reid.user.collar_number = "ABCDEFGHIJ"
    long = type(reid).for_user(reid.user)
    assert press(long).resource.call_sign == "OABCDEFGHIJ"
