"""An Appointment is attended at the time that is agreed with the caller (STANDARDS 2.3)."""

from __future__ import annotations

import importlib
from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse

from core.clock import by_when, local, local_date, now
from core.errors import Conflict, Invalid, NotAllowed, NotFound
from core.models import AuditEvent, LiveEvent
from core.roles import OFFICER
from incidents.models import LogEntry, ResponseGrade
from incidents.services import agree_time, assign, at_scene, change_grade, close_incident, set_rural
from incidents.services.appointments import Slot
from tests.factories.core import make_actor
from tests.factories.incidents import assess_again, make_incident, make_resource


@pytest.fixture
def visit(okafor):
    """A theft, taken as an Appointment."""
    return make_incident(okafor, grade_code="A")


def slot(days: int = 1, start: str = "10:00", until: str = "12:00") -> Slot:
    return Slot(
        day=local_date(now()) + timedelta(days=days), start=time.fromisoformat(start), until=time.fromisoformat(until)
    )


def last_words(incident) -> str:
    return LogEntry.objects.filter(incident=incident).latest("seq").text


def test_the_end_of_the_agreed_time_is_the_target_and_everybody_hears_of_it(okafor, visit):
    assert visit.attend_by == visit.received_at + timedelta(hours=48)
    agreed = agree_time(actor=okafor, incident_id=visit.pk, slot=slot())
    assert (local(agreed.attend_by).time(), agreed.attend_by) == (time(12), agreed.agreed_until)
    day = local_date(now()) + timedelta(days=1)
    assert last_words(visit) == f"Agreed with the caller: {day:%a %d/%m/%Y} 10:00 to 12:00."
    changed = LiveEvent.objects.filter(kind="incident.changed").latest("id")
    assert changed.data["attend_by"] == agreed.agreed_until.isoformat()
    assert AuditEvent.objects.filter(fields=["agreed_from", "agreed_until"], incident=str(visit.pk)).count() == 1


def test_saying_it_twice_changes_nothing(okafor, visit):
    agree_time(actor=okafor, incident_id=visit.pk, slot=slot())
    again = agree_time(actor=okafor, incident_id=visit.pk, slot=slot())
    assert again.version == 2


def test_later_than_the_target_needs_a_reason(okafor, visit):
    with pytest.raises(Invalid) as refusal:
        agree_time(actor=okafor, incident_id=visit.pk, slot=slot(5))
    assert refusal.value.fields["reason"].startswith("Later than the target, ")
    agree_time(actor=okafor, incident_id=visit.pk, slot=slot(5), reason="She is abroad until Friday")
    assert last_words(visit).endswith("10:00 to 12:00. She is abroad until Friday.")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"days": -1}, "day"), ({"days": 61}, "day"), ({"start": "12:00"}, "until"), ({"start": "13:00"}, "until"),
        ({"start": "00:30", "until": "12:31"}, "until"),
    ],
)  # fmt: skip
def test_what_is_no_time_to_be_at_home_for_is_refused(okafor, visit, wrong, field):
    with pytest.raises(Invalid) as refusal:
        agree_time(actor=okafor, incident_id=visit.pk, slot=slot(**wrong), reason="x")
    assert list(refusal.value.fields) == [field]


@pytest.mark.parametrize("day", [date.min, date.max])
def test_days_out_of_all_reckoning_are_refused_and_break_nothing(okafor, visit, day):
    with pytest.raises(Invalid):
        agree_time(actor=okafor, incident_id=visit.pk, slot=Slot(day=day, start=time(1), until=time(0)))


def test_until_midnight_is_the_end_of_that_day(okafor, visit):
    agreed = agree_time(actor=okafor, incident_id=visit.pk, slot=slot(1, "22:00", "00:00"))
    assert agreed.agreed_until - agreed.agreed_from == timedelta(hours=2)


def test_the_nights_when_the_clocks_change(okafor, visit, monkeypatch):
    told = datetime(2027, 3, 26, 9, tzinfo=UTC)
    monkeypatch.setattr("incidents.services.appointments.now", lambda: told)
    spring = date(2027, 3, 28)
    with pytest.raises(Invalid) as refusal:
        agree_time(actor=okafor, incident_id=visit.pk, slot=Slot(day=spring, start=time(1, 30), until=time(3)))
    assert refusal.value.fields == {"start": "The clocks go forward that night: there is no such time."}
    agreed = agree_time(
        actor=okafor, incident_id=visit.pk, slot=Slot(day=spring, start=time(0, 30), until=time(3)), reason="Nights."
    )
    assert agreed.agreed_until - agreed.agreed_from == timedelta(hours=1.5)


def test_two_handlers_agree_two_times_and_both_are_told(okafor, hale, visit):
    first = agree_time(actor=okafor, incident_id=visit.pk, slot=slot())
    with pytest.raises(Conflict, match=r"Somebody agreed .* 10:00 to 12:00 meanwhile"):
        agree_time(actor=hale, incident_id=visit.pk, slot=slot(1, "14:00", "16:00"))
    moved = agree_time(actor=hale, incident_id=visit.pk, slot=slot(1, "14:00", "16:00"), seen=first.agreed_from)
    assert local(moved.attend_by).time() == time(16)


def test_another_grade_has_its_own_target_and_the_agreed_time_is_gone(okafor, visit):
    agree_time(actor=okafor, incident_id=visit.pk, slot=slot())
    graded = change_grade(actor=okafor, incident_id=visit.pk, grade_code="P")
    assert (graded.agreed_from, graded.attend_by) == (None, graded.received_at + timedelta(minutes=60))
    assert last_words(visit) == "Priority, was Appointment. The time agreed with the caller no longer counts."


def test_the_rural_target_does_not_move_what_was_agreed(okafor, visit):
    agreed = agree_time(actor=okafor, incident_id=visit.pk, slot=slot())
    assert set_rural(actor=okafor, incident_id=visit.pk, rural=True).attend_by == agreed.agreed_until
    assert last_words(visit).endswith(f"Attend by {slot().day:%a %d/%m} 12:00."), "not of today: the day is said"


def test_no_time_where_none_can_be(okafor, hale, dispatcher, visit):
    urgent = make_incident(okafor)
    with pytest.raises(Conflict, match="Immediate is not attended at an agreed time"):
        agree_time(actor=okafor, incident_id=urgent.pk, slot=slot())
    closed = make_incident(okafor, grade_code="A")
    assess_again(okafor, closed)
    close_incident(actor=hale, incident_id=closed.pk, category_code="307", text="Withdrawn.")
    with pytest.raises(Conflict, match="closed"):
        agree_time(actor=okafor, incident_id=closed.pk, slot=slot())
    unit = make_resource(visit.force)
    assign(actor=dispatcher, incident_id=visit.pk, resource_id=unit.pk)
    at_scene(actor=dispatcher, incident_id=visit.pk, resource_id=unit.pk)
    with pytest.raises(Conflict, match="was there already"):
        agree_time(actor=okafor, incident_id=visit.pk, slot=slot())


def test_who_may_not(okafor, stranger, visit):
    with pytest.raises(NotFound):
        agree_time(actor=stranger, incident_id=visit.pk, slot=slot())
    with pytest.raises(NotAllowed):
        agree_time(actor=make_actor(roles=(OFFICER,)), incident_id=visit.pk, slot=slot())


# --- on the page


@pytest.fixture
def desk(okafor) -> Client:
    client = Client()
    client.force_login(okafor.user)
    return client


def typed(**changes: str) -> dict[str, str]:
    chosen = slot()
    return {"day": chosen.day.isoformat(), "start": "10:00", "until": "12:00", "reason": "", "seen": "", **changes}


def test_the_page_asks_for_the_time_until_there_is_one(desk, visit):
    top = reverse("incidents:head", args=[visit.pk])
    assert "No time agreed" in desk.get(top).content.decode()
    url = reverse("incidents:agreed", args=[visit.pk])
    said = desk.post(url, typed(), headers={"HX-Request": "true"})
    assert "Time agreed." in said.content.decode()
    assert 'value="10:00"' in said.content.decode()
    page = desk.get(top).content.decode()
    assert "No time agreed" not in page
    assert f"agreed {slot().day:%a %d/%m} 10:00 to 12:00" in page


def test_a_refused_time_stays_in_its_fields(desk, visit):
    url = reverse("incidents:agreed", args=[visit.pk])
    for wrong in ({"until": "09:00"}, {"day": "soon"}, {"start": ""}, {"seen": "-1"}, {"seen": "9" * 30}):
        answer = desk.post(url, typed(**wrong), headers={"HX-Request": "true"})
        assert answer.status_code == 422
        assert 'class="error"' in answer.content.decode()
        for value in (value for value in wrong.values() if value):
            assert f'value="{value}"' in answer.content.decode()


def test_times_are_typed_as_they_are_said(desk, visit):
    desk.post(reverse("incidents:agreed", args=[visit.pk]), typed(start="1000", until="12.30"))
    assert last_words(visit).endswith("10:00 to 12:30.")


def test_an_immediate_has_no_place_for_it(desk, okafor):
    page = desk.get(reverse("incidents:grade", args=[make_incident(okafor).pk])).content.decode()
    assert "Time agreed with the caller" not in page


def test_a_target_of_another_day_says_which(visit):
    moment = now()
    assert by_when(moment) == f"{local(moment):%H:%M:%S}"
    assert by_when(visit.attend_by) == f"{local(visit.attend_by):%a %d/%m %H:%M}"


def test_forces_that_stand_already_attend_appointments_when_agreed_and_changed_ones_stay(okafor):
    grades = ResponseGrade.objects.filter(force_id=okafor.force_id)
    assert grades.get(code="A").clock_start == "AGREED"
    grades.filter(code="A").update(clock_start="RECEIVED")
    grades.filter(code="S").update(clock_start="GRADED")
    step = importlib.import_module("incidents.migrations.0008_agreed_times")
    step.attend_appointments_when_agreed(apps, None)
    assert list(grades.filter(clock_start="AGREED").values_list("code", flat=True)) == ["A"]
    grades.filter(code="A").update(clock_start="RECEIVED", label="Visit")
    step.attend_appointments_when_agreed(apps, None)
    assert not grades.filter(clock_start="AGREED").exists()
