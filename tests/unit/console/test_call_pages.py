"""From the ring to the form: the call that was answered fills it, and nothing typed is written over."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.test import Client

from core.actors import Actor
from core.models import AuditEvent, Force
from incidents.models import Contact, Incident
from incidents.services import take_event
from tests.factories.calls import CELL, FIXED, switchboard, told
from tests.factories.incidents import make_incident, make_location
from tests.unit.console.test_intake_page import typed


@pytest.fixture
def call(okafor: Actor) -> Contact:
    """Answered by Okafor: a fixed line in the name of Pryce, with one AML fix."""
    iccs = switchboard(Force.objects.get(pk=okafor.force_id))
    assert okafor.user
    take_event(actor=iccs, told=told(eisec=FIXED))
    take_event(actor=iccs, told=told("AML"))
    take_event(actor=iccs, told=told("ANSWERED", collar_number=okafor.user.collar_number))
    return Contact.objects.get()


def test_the_top_bar_leads_to_the_form_that_the_line_filled(desk: Client, call: Contact) -> None:
    pop = desk.get("/calls/mine/").content.decode()
    assert f"/incidents/new/?call={call.pk}" in pop
    assert "999 line 3" in pop
    assert "PRYCE" not in pop
    before = AuditEvent.objects.count()
    page = desk.get(f"/incidents/new/?call={call.pk}").content.decode()
    assert AuditEvent.objects.count() == before + 1
    for shown in (
        "Filled from the call",
        "07700 900862",
        "H PRYCE",
        "14 Harbour Lane, Northmere",
        "EISEC",
        "±11 m",
        "answered in",
    ):
        assert shown in page, shown


def test_the_forms_call_is_linked_and_leaves_the_top_bars_red(desk: Client, call: Contact) -> None:
    desk.post("/incidents/new/", typed(call=str(call.pk), caller_role="WITNESS", interpreter="on"))
    call.refresh_from_db()
    assert (call.role, call.interpreter, call.name) == ("WITNESS", True, "Hannah Pryce")
    assert call.links.get().incident == Incident.objects.get()
    assert "data-taken" in desk.get("/calls/mine/").content.decode()


def test_a_refused_form_keeps_the_call_and_what_was_typed(desk: Client, call: Contact) -> None:
    page = desk.post("/incidents/new/", typed(call=str(call.pk), safe_number="12", on_behalf_of="Her mother"))
    text = page.content.decode()
    assert page.status_code == 422
    assert f'value="{call.pk}"' in text
    assert "Her mother" in text
    assert 'id="id_safe_number_error"' in text
    assert not Incident.objects.exists()


def test_anothers_forces_call_and_a_made_up_one_are_not_there(
    desk: Client, stranger_desk: Client, call: Contact
) -> None:
    assert stranger_desk.get(f"/incidents/new/?call={call.pk}").status_code == 404
    assert stranger_desk.get(f"/calls/{call.pk}/facts/").status_code == 404
    assert desk.get(f"/incidents/new/?call={uuid4()}").status_code == 404
    assert desk.get("/incidents/new/?call=%22%3E%3Cscript%3E").status_code == 404


def test_what_the_line_says_later_is_offered_beside(desk: Client, call: Contact) -> None:
    iccs = switchboard(Force.objects.get(pk=call.force_id))
    take_event(actor=iccs, told=told(eisec={**CELL, "name": "<b>R</b> PRYCE"}))
    facts = desk.get(f"/calls/{call.pk}/facts/").content.decode()
    assert 'data-offer="caller_name" data-value="&lt;b&gt;R&lt;/b&gt; PRYCE"' in facts
    assert "EISEC cell 620 × 340 m" in facts


def test_an_officer_has_no_call_and_no_place_for_one(officer_phone: Client, call: Contact) -> None:
    assert "<a" not in officer_phone.get("/calls/mine/").content.decode()
    assert "<call-pop" not in officer_phone.get("/").content.decode()


def test_the_same_incident_is_offered_with_its_key_and_attached(desk: Client, okafor: Actor, call: Contact) -> None:
    crash = make_incident(okafor, location_text="Tidewell Road / Ropewalk", description="Car on its side")
    said = {"location_text": "Tidewell Road, by Ropewalk junction", "description": "Two cars, one on its side"}
    offered = desk.post("/incidents/same/", said).content.decode()
    assert "Possible" in offered or "Likely" in offered
    assert "“on its side”" in offered
    assert f'formaction="/incidents/{crash.pk}/contacts/"' in offered
    compared = desk.get(f"/incidents/{crash.pk}/compare/").content.decode()
    assert "Tidewell Road / Ropewalk" in compared
    answer = desk.post(f"/incidents/{crash.pk}/contacts/", typed(call=str(call.pk), then="attach"))
    assert answer.url == f"/incidents/{crash.pk}/"
    callers = desk.get(f"/incidents/{crash.pk}/contacts/").content.decode()
    assert "Hannah Pryce" in callers
    assert "Answered" in callers
    assert Incident.objects.count() == 1


def test_how_far_away_it_is_comes_from_the_calls_own_fix_or_from_the_words(
    desk: Client, okafor: Actor, call: Contact
) -> None:
    crash = make_incident(okafor, location_text="Northbound slip", description="Car on its side")
    make_location(crash, lat=53.73588, lon=0.44980)
    by_fix = desk.post("/incidents/same/", {"call": str(call.pk), "description": "A car is on its side"})
    assert "49 m away" in by_fix.content.decode()
    by_words = desk.post("/incidents/same/", {"location_text": "Slip road at 53.73588, 0.44980", "description": "Car"})
    assert "0 m away" in by_words.content.decode()


def test_a_caller_that_cannot_be_added_is_kept_on_the_screen(desk: Client, okafor: Actor) -> None:
    crash = make_incident(okafor)
    page = desk.post(f"/incidents/{crash.pk}/contacts/", typed(caller_number="12"))
    assert page.status_code == 422
    assert "Not attached yet" in page.content.decode()
    assert "Hannah Pryce" in page.content.decode()
    assert not Contact.objects.exists()


@pytest.mark.parametrize(
    "odd", [{"lat": "nan", "lon": "inf"}, {"lat": "91", "lon": "0"}, {"call": "x"}, {"description": "x" * 5000}]
)
def test_what_cannot_be_read_counts_as_not_said(desk: Client, odd: dict[str, str]) -> None:
    assert desk.post("/incidents/same/", {"location_text": "Harbour Lane", **odd}).status_code == 200
