"""What rings once at a desk: an Immediate that nobody is assigned to at its target, an emergency call that was lost."""

from __future__ import annotations

from datetime import timedelta

from django.test import Client

from core.clock import now
from core.models import LiveEvent
from incidents import services
from incidents.models import Incident
from incidents.selectors import desk_rings
from tests.factories.calls import told
from tests.factories.incidents import make_incident, make_resource, make_stranger


def said(kind: str) -> list[LiveEvent]:
    return list(LiveEvent.objects.filter(kind=kind).order_by("pk"))


def as_told(moment) -> str:
    return moment.isoformat()


# --- an Immediate that nobody is assigned to
def test_whoever_assigns_is_told_until_when_and_that_somebody_is_on_it(okafor, dispatcher, hale):
    incident = make_incident(okafor)
    assert said("incident.opened")[-1].data["assign_by"] == as_told(incident.assign_by)
    for actor in (dispatcher, hale):
        assert [(one.incident, one.serial, one.at) for one in desk_rings(actor).waiting] == [
            (incident.pk, incident.serial, incident.assign_by)
        ]
    unit = make_resource(call_sign="NB21")
    services.assign(actor=dispatcher, incident_id=incident.pk, resource_id=unit.pk)
    assert said("incident.changed")[-1].data["assign_by"] is None
    assert desk_rings(dispatcher).waiting == ()
    services.stand_down(actor=dispatcher, incident_id=incident.pk, resource_id=unit.pk)
    assert said("incident.changed")[-1].data["assign_by"] == as_told(incident.assign_by)
    assert len(desk_rings(dispatcher).waiting) == 1


def test_a_lower_grade_rings_nowhere_and_a_raised_one_does(okafor, dispatcher):
    incident = make_incident(okafor, grade_code="P")
    assert said("incident.opened")[-1].data["assign_by"] is None
    assert desk_rings(dispatcher).waiting == ()
    services.change_grade(actor=okafor, incident_id=incident.pk, grade_code="I", reason="He has a knife")
    incident.refresh_from_db()
    assert said("incident.changed")[-1].data["assign_by"] == as_told(incident.assign_by)
    assert [one.incident for one in desk_rings(dispatcher).waiting] == [incident.pk]


def test_what_was_late_long_before_is_no_news_to_whoever_sits_down_now(okafor, dispatcher):
    incident = make_incident(okafor)
    Incident.objects.filter(pk=incident.pk).update(assign_by=now() - timedelta(minutes=1))
    assert len(desk_rings(dispatcher).waiting) == 1
    Incident.objects.filter(pk=incident.pk).update(assign_by=now() - timedelta(minutes=3))
    assert desk_rings(dispatcher).waiting == ()


def test_who_neither_assigns_nor_takes_calls_hears_nothing_and_another_force_nothing_of_it(okafor, reid, iccs):
    make_incident(okafor)
    services.take_event(actor=iccs, told=told("ENDED"))
    for actor in (reid, make_stranger()):
        rings = desk_rings(actor)
        assert (rings.waiting, rings.lost) == ((), ())
    assert desk_rings(okafor).waiting == (), "whoever only takes calls cannot assign"


# --- a call that was lost
def test_a_call_that_nobody_answered_is_told_to_everybody_who_takes_calls(okafor, hale, dispatcher, iccs):
    services.take_event(actor=iccs, told=told())
    services.take_event(actor=iccs, told=told("ENDED"))
    [event] = said("call.lost")
    assert event.topic == f"board.{okafor.force_id}"
    assert set(event.data) == {"contact", "at"}
    for actor in (okafor, hale):
        assert [(str(one.contact), one.own) for one in desk_rings(actor).lost] == [(event.data["contact"], False)]
    assert desk_rings(dispatcher).lost == ()


def test_a_call_that_was_answered_and_dropped_is_told_to_who_had_it(okafor, hale, iccs):
    services.take_event(actor=iccs, told=told())
    services.take_event(actor=iccs, told=told("ANSWERED", collar_number=okafor.user.collar_number))
    services.take_event(actor=iccs, told=told("ENDED"))
    assert [event.topic for event in said("call.lost")] == [f"person.{okafor.user_id}"]
    assert [one.own for one in desk_rings(okafor).lost] == [True]
    assert desk_rings(hale).lost == ()
    services.dismiss_call(actor=okafor, contact_id=desk_rings(okafor).lost[0].contact, reason="Wrong number")
    assert desk_rings(okafor).lost == ()


def test_a_call_to_101_is_no_emergency(okafor, iccs):
    services.take_event(actor=iccs, told=told(channel="101"))
    services.take_event(actor=iccs, told=told("ENDED", channel="101"))
    assert said("call.lost") == []
    assert desk_rings(okafor).lost == ()


def test_a_repeat_and_an_ended_call_that_has_an_incident_tell_nothing(okafor, iccs):
    ended = told("ENDED")
    services.take_event(actor=iccs, told=told())
    services.take_event(actor=iccs, told=ended)
    services.take_event(actor=iccs, told=ended)
    services.take_event(actor=iccs, told=told("ENDED"))  # its record is open already
    assert len(said("call.lost")) == 1


# --- the page's part
def test_a_window_asks_once_and_it_costs_the_same_whatever_waits(okafor, hale, iccs, django_assert_num_queries):
    desk = Client()
    desk.force_login(hale.user)
    desk.get("/desk/rings/")
    with django_assert_num_queries(4):  # who signed in, their roles, what waits, what was lost
        assert desk.get("/desk/rings/").json() == {"waiting": [], "lost": []}
    incident = make_incident(okafor)
    services.take_event(actor=iccs, told=told("ENDED"))
    with django_assert_num_queries(4):
        told_of = desk.get("/desk/rings/").json()
    assert [(one["incident"], one["serial"]) for one in told_of["waiting"]] == [(str(incident.pk), incident.serial)]
    assert [one["own"] for one in told_of["lost"]] == [False]


def test_only_desks_that_ring_have_the_element_and_its_switch(hale, dispatcher, okafor, reid):
    for actor, parts in ((hale, (True, True)), (dispatcher, (True, False)), (okafor, (False, True))):
        desk = Client()
        desk.force_login(actor.user)
        page = desk.get("/").content.decode()
        assert ("data-assigns" in page, " data-calls" in page) == parts
        assert "data-no-rings" in page
    phone = Client()
    phone.force_login(reid.user)
    page = phone.get("/").content.decode()
    assert "<desk-rings" not in page
    assert "data-no-rings" not in page
