"""An alarm company rings, or tells by the calls API: the alarm's URN stays with the contact (STANDARDS 2.2)."""

from __future__ import annotations

import pytest
from django.test import Client

from incidents.models import Contact, LogEntry
from incidents.selectors.search import search_incidents
from incidents.services import Caller, attach_contact, open_from_contact, take_event
from incidents.services.intake import KeyUsed
from tests.factories.calls import told
from tests.factories.incidents import contact as intake

URN = "NM 20417A"


def alarm(**changes: str) -> Caller:
    return Caller(**{"channel": "ALARM", "number": "0113 496 0417", "alarm_urn": URN, **changes})


def calls(incident) -> list[str]:
    return list(LogEntry.objects.filter(incident=incident, type="CALL").order_by("seq").values_list("text", flat=True))


def test_the_urn_stands_with_the_contact_and_in_the_log_where_it_is_found(okafor):
    given = intake(channel="ALARM", caller_number="0113 496 0417")
    incident = open_from_contact(actor=okafor, caller=alarm(), **given)
    assert Contact.objects.get().alarm_urn == URN
    assert calls(incident)[1] == f"Alarm URN {URN}."
    assert [one.incident.pk for one in search_incidents(okafor, f'"{URN}"').found] == [incident.pk]
    again = open_from_contact(actor=okafor, caller=alarm(), **given)
    assert (again.pk, len(calls(again))) == (incident.pk, 2), "sent twice, said once"
    with pytest.raises(KeyUsed):
        open_from_contact(actor=okafor, caller=alarm(alarm_urn="NM 1"), **given)


def test_an_alarm_about_an_incident_that_is_open_says_which(okafor, incident):
    attach_contact(actor=okafor, incident_id=incident.pk, caller=alarm())
    assert calls(incident)[-1].endswith(f"Alarm contact, attached here. Alarm URN {URN}.")


def test_what_the_alarm_system_tells_fills_the_form(okafor, iccs):
    told_by = told("ANSWERED", channel="ALARM", collar_number=okafor.user.collar_number, alarm_urn=f" {URN} ")
    call = Contact.objects.get(pk=take_event(actor=iccs, told=told_by).contact_id)
    assert call.alarm_urn == URN
    desk = Client()
    desk.force_login(okafor.user)
    page = desk.get(f"/incidents/new/?call={call.pk}").content.decode()
    assert f'value="{URN}"' in page
    assert '<details class="intake-more" open>' in page


def test_a_urn_that_cannot_be_keeps_no_alarm_from_a_screen(iccs):
    taken = take_event(actor=iccs, told=told(channel="ALARM", alarm_urn="9" * 21))
    assert list(taken.warnings) == ["alarm_urn"]
    assert Contact.objects.get().alarm_urn == ""
