"""What a telephony system tells of calls: once, in any order, nothing lost, nothing believed without its token."""

from __future__ import annotations

import json
import logging
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.test import Client

from core import limits
from core.actors import Actor
from core.clock import now
from core.errors import Conflict, Invalid, NotAllowed
from core.models import AuditEvent, LiveEvent
from incidents.models import CallEvent, CallFix, Contact, DeviceIdentity, Incident, Location, LogEntry
from incidents.services import Caller, attach_contact, purge_device_identities, take_event, telephony
from tests.factories.calls import AML, CELL, FIXED, aml, make_connection, told
from tests.factories.core import make_force
from tests.factories.incidents import make_incident, make_location, make_tables


def the_call() -> Contact:
    return Contact.objects.get()


# --- one call, as it goes
def test_a_ring_an_answer_and_an_end_are_one_contact(okafor, iccs):
    start = now() - timedelta(seconds=60)
    take_event(actor=iccs, told=told(at=start, connected_by_bt_at=start, eisec=FIXED))
    take_event(
        actor=iccs, told=told("ANSWERED", at=start + timedelta(seconds=4), collar_number=okafor.user.collar_number)
    )
    take_event(actor=iccs, told=told("ENDED", at=start + timedelta(seconds=50)))
    call = the_call()
    assert (call.cli, call.line, call.waited, call.answered_by_id) == ("+447700900862", "3", 4, okafor.user_id)
    assert (call.eisec_name, call.eisec_address, call.eisec_postcode) == (
        "H PRYCE",
        "14 Harbour Lane, Northmere",
        "NM1 4QT",
    )
    assert not call.abandoned
    assert not Incident.objects.exists()


def test_events_in_the_wrong_order_keep_what_is_known(okafor, iccs):
    start = now() - timedelta(seconds=60)
    events = [
        told("AML"),
        told("ANSWERED", at=start + timedelta(seconds=7), collar_number=okafor.user.collar_number),
        told("ENDED", at=start + timedelta(seconds=50)),
        told(at=start, connected_by_bt_at=start, eisec=CELL),
    ]
    for event in events:
        take_event(actor=iccs, told=event)
    call = the_call()
    assert (call.waited, call.cli, call.abandoned) == (7, "+447700900862", False)
    assert list(call.events.values_list("seq", "kind")) == [(1, "AML"), (2, "ANSWERED"), (3, "ENDED"), (4, "RINGING")]
    assert {fix.location.source for fix in call.fixes.all()} == {"AML", "EISEC_CELL"}


def test_the_same_event_again_changes_nothing(iccs):
    event = told("AML", event_id="E-1")
    assert take_event(actor=iccs, told=event).new
    assert not take_event(actor=iccs, told=event).new
    assert (CallEvent.objects.count(), Location.objects.count(), DeviceIdentity.objects.count()) == (1, 1, 1)


def test_another_event_under_a_used_id_is_told_so(iccs):
    take_event(actor=iccs, told=told(event_id="E-1"))
    with pytest.raises(Conflict, match="another event"):
        take_event(actor=iccs, told=told(event_id="E-1", cli="07700 900863"))


def test_a_transferred_call_is_with_who_answered_last(okafor, iccs, hale):
    start = now() - timedelta(seconds=60)
    later = told("ANSWERED", at=start + timedelta(seconds=30), collar_number=hale.user.collar_number)
    first = told("ANSWERED", at=start + timedelta(seconds=4), collar_number=okafor.user.collar_number)
    take_event(actor=iccs, told=told(at=start))
    take_event(actor=iccs, told=later)
    take_event(actor=iccs, told=first)
    assert (the_call().answered_by_id, the_call().waited) == (hale.user_id, 4)


def test_the_answering_persons_screens_are_told_ids_only(okafor, iccs):
    take_event(actor=iccs, told=told(eisec=FIXED))
    take_event(actor=iccs, told=told("ANSWERED", collar_number=okafor.user.collar_number))
    event = LiveEvent.objects.get(kind="call.changed")
    assert (event.topic, event.data) == (
        f"person.{okafor.user_id}",
        {"contact": str(the_call().pk), "what": "answered"},
    )


# --- calls that nobody answers
def test_a_call_that_rings_off_opens_a_record(okafor, iccs):
    start = now() - timedelta(seconds=40)
    take_event(actor=iccs, told=told(at=start, eisec=FIXED, cli_withheld=True))
    take_event(actor=iccs, told=told("AML"))
    take_event(actor=iccs, told=told("ENDED", at=start + timedelta(seconds=12)))
    incident = Incident.objects.get()
    assert (incident.opening_category.name, incident.current_grade.code) == (
        "Abandoned call to emergency services",
        "P",
    )
    assert (incident.caller_number, incident.caller_number_withheld) == ("+447700900862", True)
    assert "rang off after 12 s" in incident.description
    assert incident.location.source == "AML"
    assert the_call().abandoned
    assert the_call().links.get().incident == incident


def test_the_record_is_opened_once_and_a_late_answer_is_written_in_it(okafor, iccs):
    take_event(actor=iccs, told=told())
    take_event(actor=iccs, told=told("ENDED"))
    take_event(actor=iccs, told=told("ENDED"))
    take_event(actor=iccs, told=told("ANSWERED", collar_number=okafor.user.collar_number))
    incident = Incident.objects.get()
    assert not the_call().abandoned
    assert LogEntry.objects.filter(incident=incident, text__contains="Answered after all").count() == 1


def test_a_silent_call_that_rings_off_is_immediate(iccs):
    take_event(actor=iccs, told=told(silent_55=True))
    take_event(actor=iccs, told=told("ENDED"))
    assert Incident.objects.get().current_grade.code == "I"


# --- where it comes from
def test_every_fix_is_kept_and_the_newest_then_smallest_is_used(okafor, iccs, incident):
    moment = now()
    take_event(actor=iccs, told=told(eisec={**CELL, "at": moment}))
    call = the_call()

    attach_contact(actor=okafor, incident_id=incident.pk, caller=Caller(contact_id=call.pk))
    for age, radius in ((30, "8"), (5, "48"), (5, "11"), (20, "9")):
        at = moment - timedelta(seconds=age)
        take_event(actor=iccs, told=told("AML", aml=aml(rd=radius, top=f"{at:%Y%m%d%H%M%S}")))
    incident.refresh_from_db()
    assert Location.objects.filter(incident=incident).count() == 5
    assert (incident.location.source, incident.location.radius_m) == ("AML", 11.0)


def test_a_place_that_a_person_read_back_stays_in_use(okafor, iccs, incident):

    chosen = make_location(incident, source="MAP_CLICK", read_back_at=now(), read_back_by_label="A. Okafor 5127")
    take_event(actor=iccs, told=told())
    attach_contact(actor=okafor, incident_id=incident.pk, caller=Caller(contact_id=the_call().pk))
    take_event(actor=iccs, told=told("AML"))
    incident.refresh_from_db()
    assert incident.location == chosen


def test_a_null_aml_is_kept_as_a_message_and_is_no_place(iccs):
    taken = take_event(actor=iccs, told=told("AML", aml=aml(lt="+00.00000", lg="+000.00000", rd="N", pm="N")))
    assert "No position" in taken.warnings["aml"]
    assert CallFix.objects.get().location is None
    assert not Location.objects.exists()


def test_a_voip_address_is_to_be_confirmed(iccs):
    take_event(actor=iccs, told=told(eisec={**FIXED, "kind": "VOIP"}))
    assert the_call().confirm_with_caller
    assert Location.objects.get().method == "VoIP"


@pytest.mark.parametrize(
    "wrong",
    [
        {"easting": 9_000_000.0}, {"semi_minor_m": 900.0}, {"semi_major_m": float("inf")}, {"orientation_deg": None},
        {"easting": float("nan")}, {"orientation_deg": -1.0},
    ],
)  # fmt: skip
def test_an_impossible_cell_is_told_and_the_call_goes_on(iccs, wrong):
    taken = take_event(actor=iccs, told=told(eisec={**CELL, **wrong}))
    assert any(name.startswith("eisec") for name in taken.warnings)
    assert the_call().cli == "+447700900862"
    assert not Location.objects.exists()


def test_a_number_that_cannot_be_never_loses_the_call(iccs):
    taken = take_event(actor=iccs, told=told(cli="anonymous"))
    assert "cli" in taken.warnings
    assert the_call().cli == ""


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"at": now() - timedelta(days=8)}, "at"),
        ({"event": "EXPLODED"}, "event"),
        ({"channel": "PIGEON"}, "channel"),
        ({"call_id": ""}, "call_id"),
        ({"call_id": "x" * 81}, "call_id"),
        ({"event_id": "a\u202eb"}, "event_id"),
    ],
)
def test_what_cannot_be_is_refused_by_field(iccs, wrong, field):
    with pytest.raises(Invalid) as refusal:
        take_event(actor=iccs, told=told(**wrong))
    assert field in refusal.value.fields
    assert not Contact.objects.exists()


# --- identities of telephones
def test_imsi_and_imei_are_nowhere_but_in_their_table(okafor, iccs, caplog):
    caplog.set_level(logging.DEBUG)
    take_event(actor=iccs, told=told())
    take_event(actor=iccs, told=told("AML"))
    take_event(actor=iccs, told=told("ENDED"))
    for identity in ("234150123456789", "356938035643809"):
        assert identity in AML
        for model in (Contact, CallFix, CallEvent, Location, LogEntry, AuditEvent, LiveEvent, Incident):
            assert identity not in json.dumps(list(model.objects.values()), default=str), model
        assert identity not in caplog.text
    kept = DeviceIdentity.objects.get()
    assert (kept.imsi, kept.imei) == ("234150123456789", "356938035643809")


def test_identities_are_purged_when_their_time_is_over(iccs, force):
    take_event(actor=iccs, told=told("AML"))
    assert purge_device_identities() == 0
    DeviceIdentity.objects.update(received_at=now() - timedelta(days=3), purge_after=now() - timedelta(seconds=1))
    call_command("purge_device_identities")
    assert not DeviceIdentity.objects.exists()
    assert AuditEvent.objects.filter(action="ERASE", force_code=force.code).count() == 1


# --- over HTTP
URL = "/api/v1/calls/"


def post(token: str, **facts: object):
    body = {"call_id": "C-9", "event_id": uuid4().hex, "event": "RINGING", "at": now().isoformat(), **facts}
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return Client().post(URL, json.dumps(body), content_type="application/json", headers=headers)


def test_a_token_of_the_force_tells_of_a_call_and_a_repeat_is_no_news(force):
    _, token = make_connection(force)
    first = post(token, event_id="E-1", at="2026-01-01T00:00:00Z")
    assert first.status_code == 422
    at = now().isoformat()
    first, again = (
        post(token, event_id="E-1", at=at, cli="07700 900862"),
        post(token, event_id="E-1", at=at, cli="07700 900862"),
    )
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["contact"] == again.json()["contact"] == str(the_call().pk)
    assert the_call().force_id == force.pk
    assert AuditEvent.objects.filter(object=f"incidents.contact:{the_call().pk}", actor_kind="provider").count() == 1


@pytest.mark.parametrize("token", ["", "x" * 43, "x", "' OR 1=1 --", "é" * 43])
def test_no_token_or_a_wrong_one_tells_nothing(force, token):
    make_connection(force)
    answer = post(token)
    assert answer.status_code == 401
    assert not Contact.objects.exists()


def test_a_signed_in_supervisor_is_no_telephony_system(force, hale):
    browser = Client()
    browser.force_login(hale.user)
    answer = browser.post(URL, json.dumps({"call_id": "C-9"}), content_type="application/json")
    assert answer.status_code == 401
    with pytest.raises(NotAllowed):
        take_event(actor=hale, told=told())


def test_a_revoked_token_and_an_old_token_tell_nothing(force):
    connection, token = make_connection(force)
    newer = telephony.new_token(actor=Actor.system(force.pk), connection=connection)
    assert post(token).status_code == 401
    assert post(newer).status_code == 201
    telephony.revoke(actor=Actor.system(force.pk), connection=connection)
    assert post(newer, call_id="C-10").status_code == 403
    assert Contact.objects.count() == 1


def test_the_token_is_kept_as_a_hash_and_made_by_administrators_only(force, okafor):
    connection, token = make_connection(force)
    assert token not in json.dumps(list(type(connection).objects.values()), default=str)
    with pytest.raises(NotAllowed):
        telephony.make_connection(actor=okafor, force_id=force.pk, name="Mine")


def test_two_forces_may_use_one_call_id(force, okafor):
    other = make_tables(make_force("98", "Southmere Police"))
    (_, ours), (_, theirs) = make_connection(force), make_connection(other)
    assert (post(ours).status_code, post(theirs).status_code) == (201, 201)
    assert {one.force_id for one in Contact.objects.all()} == {force.pk, other.pk}


def test_guessing_is_stopped_and_the_right_token_is_not(force, monkeypatch):
    _, token = make_connection(force)
    monkeypatch.setattr(limits, "clock", lambda: 1_800_000_030.0)
    for _ in range(telephony.MISSES.most):
        assert post("x" * 43).status_code == 401
    assert post("y" * 43).status_code == 429
    assert post(token).status_code == 201  # the right one, behind the same address


def test_a_flood_is_told_when_to_send_again(force, monkeypatch):
    _, token = make_connection(force)
    monkeypatch.setattr(limits, "clock", lambda: 1_800_000_030.0)
    monkeypatch.setattr(telephony, "REQUESTS", limits.Limit("telephony-request", most=2, seconds=60))
    assert [post(token).status_code for _ in range(2)] == [201, 201]
    answer = post(token)
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "30")


@pytest.mark.parametrize(
    "body",
    [
        "{", "[]", '"x"', '{"call_id": {}}', '{"eisec": {"kind": "CELL", "easting": NaN}}',
        '{"call_id": "\\ud800", "event_id": "1", "event": "RINGING", "at": "2026-11-22T10:00:00Z"}', "[" * 2000,
    ],
)  # fmt: skip
def test_no_body_is_more_than_refused(force, body):
    _, token = make_connection(force)
    answer = Client().post(URL, body, content_type="application/json", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code in (400, 422)
    assert not Contact.objects.exists()


def test_a_ring_costs_the_database_the_same_however_many_calls_there_are(iccs, django_assert_num_queries):
    make_incident()
    for number in range(5):
        take_event(actor=iccs, told=told(call_id=f"C-{number}"))
    with django_assert_num_queries(11):
        take_event(actor=iccs, told=told(call_id="C-99"))


def test_the_command_makes_and_revokes_a_connection(force, capsys):
    call_command("telephony", "--force", force.code, "--name", "ICCS 2")
    token = capsys.readouterr().out.strip()
    assert post(token).status_code == 201
    call_command("telephony", "--force", force.code, "--name", "ICCS 2", "--revoke")
    assert post(token).status_code == 403
