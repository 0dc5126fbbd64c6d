"""What the line says and the form does not: withheld numbers, the time of a call, a fix that comes after the words."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest

from core.clock import now
from incidents.models import Contact, Incident
from incidents.services import Caller, assess_risk, open_from_contact, report_place, save_methane, take_event
from tests.factories.calls import told
from tests.factories.incidents import contact as intake
from tests.factories.incidents import make_incident, thrive
from tests.unit.console.conftest import browser_of


def answered(iccs, okafor, **ringing: object) -> Contact:
    take_event(actor=iccs, told=told(**ringing))
    take_event(actor=iccs, told=told("ANSWERED", collar_number=okafor.user.collar_number))
    return Contact.objects.get()


def form_of(desk, call: Contact) -> dict[str, object]:
    page = desk.get(f"/incidents/new/?call={call.pk}").context
    first = {**page["form"].initial, **page["caller"].initial}
    return {**first, "description": "He is outside. I hid my number.", "category_code": "401", "grade_code": "I"}


def test_a_caller_who_withheld_the_number_has_it_withheld_on_the_incident(okafor, iccs):
    """She lives with him: whoever rings back has to see that she hid the number, on the incident and in its log."""
    call = answered(iccs, okafor, cli_withheld=True)
    opened = open_from_contact(
        actor=okafor, caller=Caller(contact_id=call.pk, number="07700 900862"), **intake(caller_number="07700 900862")
    )
    assert opened.caller_number_withheld
    assert "07700 900862, withheld by the caller" in opened.log.get(seq=1).text


def test_another_number_that_she_gives_is_not_withheld(okafor, iccs):
    call = answered(iccs, okafor, cli_withheld=True)
    opened = open_from_contact(
        actor=okafor, caller=Caller(contact_id=call.pk, number="07700 900111"), **intake(caller_number="07700 900111")
    )
    assert not opened.caller_number_withheld


def test_the_clock_of_a_call_is_the_lines_whatever_the_page_says(okafor, iccs):
    """The form carries the time along; the one that counts is the server's."""
    rang = now() - timedelta(minutes=4)
    call = answered(iccs, okafor, at=rang)
    opened = open_from_contact(
        actor=okafor, caller=Caller(contact_id=call.pk), **intake(received_at=now() + timedelta(minutes=30))
    )
    assert opened.received_at == rang
    assert opened.attend_by < now() + timedelta(minutes=12)


def test_a_fix_that_comes_after_the_callers_words_is_used(okafor, iccs):
    """The words are no point: until the telephone spoke, the map showed nothing, and afterwards it has to."""
    call = answered(iccs, okafor)
    desk = browser_of(okafor)
    sent = {name: value for name, value in form_of(desk, call).items() if value not in (None, False)}
    sent["location_text"] = "behind the Co-op"
    assert desk.post("/incidents/new/", sent).status_code == 302
    incident = Incident.objects.get()
    assert not incident.location.has_point
    take_event(actor=iccs, told=told("AML"))
    incident.refresh_from_db()
    assert (incident.location.source, incident.location_text) == ("AML", "behind the Co-op")


def test_a_place_that_somebody_reported_is_not_taken_away_by_a_fix(okafor, iccs):
    call = answered(iccs, okafor)
    opened = open_from_contact(actor=okafor, caller=Caller(contact_id=call.pk), **intake())
    chosen = report_place(actor=okafor, incident_id=opened.pk, text="TA 12345 67890").location
    take_event(actor=iccs, told=told("AML"))
    opened.refresh_from_db()
    assert opened.location == chosen


@pytest.mark.parametrize("typed", ["07700 900101", "+44 7700 900101", "0044 7700 900101"])
def test_the_same_number_is_offered_however_it_is_typed(okafor, typed):
    make_incident(okafor, caller_number="07700 900101", location_text="Quay", description="Shouting")
    page = browser_of(okafor).post("/incidents/same/", {"caller_number": typed}).content.decode()
    assert "same number" in page


@pytest.mark.parametrize("typed", ["0770", "ask later", ""])
def test_what_is_no_number_yet_finds_nothing(okafor, typed):
    make_incident(okafor, caller_number="", location_text="Quay", description="Shouting")
    assert "same number" not in browser_of(okafor).post("/incidents/same/", {"caller_number": typed}).content.decode()


def test_no_field_of_words_cuts_what_is_pasted(okafor):
    """A browser cuts at a field's length without a word. Too long is said, with everything still there."""
    desk, pasted = browser_of(okafor), "He says " + "stop " * 999
    page = desk.get("/incidents/new/").content.decode()
    assert "maxlength" not in "".join(re.findall(r"<textarea[^>]*>", page))
    refused = desk.post("/incidents/new/", {**intake(description=pasted), "category_code": "401"})
    said = unescape(refused.content.decode())
    assert refused.status_code == 422
    assert "Use at most 4,000 characters; this is 5,002." in said
    assert pasted in said


def test_the_logs_own_field_takes_what_is_pasted_whole(okafor):
    incident = make_incident(okafor)
    page = browser_of(okafor).get(f"/incidents/{incident.pk}/").content.decode()
    fields = re.findall(r"<textarea[^>]*>", page)
    assert any('id="quick-text"' in field for field in fields)
    assert not [field for field in fields if "maxlength" in field]


def test_what_was_typed_into_thrive_and_methane_stands_in_the_log_as_it_was_typed(okafor, hale):
    incident = make_incident(okafor)
    assess_risk(actor=okafor, incident_id=incident.pk, given=thrive(threat="He waits... with a knife."))
    save_methane(actor=hale, incident_id=incident.pk, given={"type_of_incident": "Fire... spreading"}, seen_version=0)
    texts = [entry.text for entry in incident.log.filter(type__in=["RISK", "DECISION"]).order_by("seq")]
    assert "Threat low: He waits... with a knife. Harm low." in texts[0]
    assert texts[1].endswith("Type of incident: Fire... spreading.")
