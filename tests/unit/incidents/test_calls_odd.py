"""Telephony systems, lines and telephones say odd things: the call is taken all the same, and what was odd is told."""

from __future__ import annotations

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client

from core.clock import now
from incidents.models import CallFix, Contact, Incident, Location
from incidents.services import take_event
from tests.factories.calls import CELL, FIXED, aml, make_connection, told


def the_call() -> Contact:
    return Contact.objects.get()


def test_an_impossible_ellipse_leaves_the_address_and_the_name(iccs):
    """One figure of the cell is wrong: whose line it is stays known."""
    taken = take_event(actor=iccs, told=told(eisec={**CELL, **FIXED, "kind": "CELL", "orientation_deg": -1.0}))
    assert set(taken.warnings) == {"eisec.semi_major_m"}
    assert (the_call().eisec_name, the_call().eisec_postcode) == ("H PRYCE", "NM1 4QT")
    assert Location.objects.get().words == "14 Harbour Lane, Northmere"


def test_an_aml_message_that_comes_with_the_ring_is_a_fix_too(iccs):
    assert not take_event(actor=iccs, told=told(aml=aml(ml=""))).warnings
    assert CallFix.objects.get().location.source == "AML"
    take_event(actor=iccs, told=told("ENDED", aml=aml(rd="7")))
    assert Incident.objects.get().location.radius_m == 7.0


@pytest.mark.parametrize(
    "unread", ['A"ML=1;lt=+99', "garbage", aml(top="20991121224254"), aml(lt="north"), "x" * 501, "  "]
)
def test_an_aml_message_that_cannot_be_used_is_kept_and_told(iccs, unread):
    """The handler hears that the telephone said something, and what; the map is shown nothing."""
    taken = take_event(actor=iccs, told=told("AML", aml=unread))
    fix = CallFix.objects.get()
    assert fix.location is None
    assert fix.warning == taken.warnings["aml"]
    assert fix.warning.startswith("Not used: ")
    assert "23415012345" not in fix.text


def test_a_telephony_clock_that_runs_ahead_keeps_no_call_from_a_screen(okafor, iccs):
    ahead = now() + timedelta(hours=1)
    taken = take_event(actor=iccs, told=told(at=ahead, connected_by_bt_at=ahead))
    assert set(taken.warnings) == {"at", "connected_by_bt_at"}
    assert the_call().ring_start <= now()
    assert the_call().connected_by_bt_at is None
    take_event(actor=iccs, told=told("ANSWERED", at=ahead, collar_number=okafor.user.collar_number))
    assert the_call().answered_by_id == okafor.user_id


def post(token: str, **facts: object):
    body = {"call_id": "C-9", "event_id": uuid4().hex, "event": "RINGING", "at": now().isoformat(), **facts}
    headers = {"Authorization": f"Bearer {token}"}
    return Client().post("/api/v1/calls/", json.dumps(body), content_type="application/json", headers=headers)


@pytest.mark.parametrize(
    ("odd", "told_of"),
    [
        ({"cli": "0" * 41}, "cli"),
        ({"cli_withheld": "perhaps"}, "cli_withheld"),
        ({"connected_by_bt_at": "just now"}, "connected_by_bt_at"),
        ({"line": "x" * 41}, "line"),
        ({"eisec": {**CELL, "confidence_pct": 101}}, "eisec.confidence_pct"),
        ({"eisec": {**CELL, "easting": "far"}}, "eisec.easting"),
        ({"eisec": {**CELL, "kind": "PIGEON"}}, "eisec.kind"),
        ({"eisec": "no object"}, "eisec"),
        ({"eisec": {**FIXED, "address_lines": ["x" * 201]}}, "eisec.address_lines"),
        ({"aml": "x" * 2001}, "aml"),
    ],
)
def test_nothing_that_a_call_can_do_without_keeps_it_out(force, odd, told_of):
    _, token = make_connection(force)
    answer = post(token, **odd)
    assert answer.status_code == 201, answer.content
    assert told_of in answer.json()["warnings"]
    assert Contact.objects.count() == 1


def test_of_eisec_only_what_is_wrong_is_left_out(force):
    _, token = make_connection(force)
    post(token, eisec={**FIXED, "confidence_pct": 101})
    assert the_call().eisec_name == "H PRYCE"


def test_a_record_that_was_opened_before_the_ring_was_told_has_the_number(iccs):
    """The end was told first: the record says "ring back", and a while later it knows whom."""
    take_event(actor=iccs, told=told("ENDED"))
    assert Incident.objects.get().caller_number == ""
    take_event(actor=iccs, told=told(at=now() - timedelta(seconds=20), cli_withheld=True))
    take_event(actor=iccs, told=told("RINGING", at=now() - timedelta(seconds=20)))
    incident = Incident.objects.get()
    assert (incident.caller_number, incident.caller_number_withheld) == ("+447700900862", True)
    words = "Number of the line: 07700 900862, withheld by the caller. The news came late."
    assert incident.log.filter(type="CALL", text=words).count() == 1
