"""Northmere Ambulance offers a stabbing; Okafor takes it. What comes in, what is refused, and what is never lost."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine

from core.clock import now
from core.errors import Conflict, NotAllowed, NotFound
from core.models import AuditEvent, LiveEvent
from incidents import selectors, services
from incidents.models import Incident, LogEntry, PartnerShare, Transfer
from incidents.services import receiving
from tests.factories.incidents import make_stranger, make_tables
from tests.factories.partners import Machine, work
from tests.unit.incidents.test_partners_sharing import Wire, last_words, share

pytestmark = pytest.mark.django_db


@pytest.fixture
def ambulance(okafor) -> Machine:
    return Machine.of()


@pytest.fixture
def wire(monkeypatch) -> Wire:
    from incidents.services import sending

    wire = Wire()
    monkeypatch.setattr(sending, "post", wire.post)
    return wire


def accept(actor, transfer: Transfer) -> Incident:
    return services.accept_offer(actor=actor, transfer_id=transfer.pk, grade_code="I", category_code="401")


def offered(machine: Machine, **changes: Any) -> Transfer:
    answer = machine.send(machine.message(**changes))
    assert answer.status_code == 202, answer.content
    return Transfer.objects.get(message_id=answer.json()["message_id"])


def test_an_incident_is_offered_and_opens_nothing_by_itself(okafor, ambulance) -> None:
    offer = offered(ambulance)
    assert (offer.status, Incident.objects.count()) == ("OFFERED", 0)
    [shown] = selectors.partner_desk(okafor).offers
    assert (shown.pk, shown.partner.name) == (offer.pk, "Northmere Ambulance")
    assert LiveEvent.objects.filter(kind="transfer.offered", topic=f"board.{okafor.force_id}").count() == 1
    assert AuditEvent.objects.filter(action="LIST").latest("at").result_ids == [str(offer.pk)]


def test_a_person_takes_it_and_they_are_told_who_and_under_which_reference(okafor, ambulance, wire) -> None:
    offer = offered(ambulance)
    incident = accept(okafor, offer)
    assert (incident.channel, incident.caller_number, incident.caller_name) == (
        "PARTNER_TRANSFER", "+447700900417", "Leah Marsden",
    )  # fmt: skip
    incident.refresh_from_db()
    assert incident.location is not None
    assert (incident.location.lat, incident.location.radius_m) == (53.7361, 12.0)
    entry = LogEntry.objects.get(incident=incident, channel="partner")
    assert (entry.type, entry.author_label) == ("TRANSFER", "Northmere Ambulance")
    assert f"Our reference {incident.canonical}, theirs AMB-2211-0417." in entry.text
    assert "Hazards: Knife seen" in entry.text
    work("transfer.send")
    [ack] = wire.got
    assert (ack["message_type"], ack["in_reply_to"]) == ("ACK", str(offer.message_id))
    assert ack["originator"]["reference"] == incident.canonical
    assert "Okafor" in ack["decision"]["by"]
    assert selectors.verify_log(okafor, incident.pk).problem == ""


def test_it_is_taken_once(okafor, hale, ambulance) -> None:
    offer = offered(ambulance)
    accept(okafor, offer)
    with pytest.raises(Conflict, match="already accepted by"):
        accept(hale, offer)
    with pytest.raises(Conflict):
        services.decline_offer(actor=hale, transfer_id=offer.pk, reason="Not ours.")
    assert Incident.objects.count() == 1


def test_a_person_refuses_with_a_reason_that_they_are_told(okafor, ambulance, wire) -> None:
    offer = offered(ambulance)
    services.decline_offer(actor=okafor, transfer_id=offer.pk, reason="Southmere's ground.")
    work("transfer.send")
    assert (wire.got[0]["message_type"], wire.got[0]["decision"]["reason"]) == ("REJECT", "Southmere's ground.")
    assert (selectors.partner_desk(okafor).offers, Incident.objects.count()) == ([], 0)


def test_who_may_take_what_is_offered(reid, ambulance) -> None:
    offer = offered(ambulance)
    with pytest.raises(NotAllowed):
        accept(reid, offer)
    with pytest.raises(NotFound):
        accept(make_stranger(), offer)


def test_the_same_message_again_is_the_same_answer_and_with_other_words_a_conflict(ambulance) -> None:
    message = ambulance.message()
    first, second = ambulance.send(message), ambulance.send(message)
    assert first.json() == second.json()
    assert (second.status_code, Transfer.objects.count()) == (202, 1)
    changed = {**message, "marking": "OFFICIAL"}
    answer = ambulance.send(changed)
    assert (answer.status_code, answer.json()["code"]) == (409, "message_id_used")


def test_the_same_incident_under_another_id_is_not_offered_twice(ambulance) -> None:
    offered(ambulance)
    answer = ambulance.send(ambulance.again().message())
    assert (answer.status_code, answer.json()["code"]) == (409, "already_offered")


def test_their_updates_append_and_never_edit(okafor, ambulance) -> None:
    incident = accept(okafor, offered(ambulance))
    before = list(LogEntry.objects.filter(incident=incident).values_list("hash", flat=True))
    answer = ambulance.send(ambulance.message("UPDATE", incident={"narrative": "Two more hurt.", "priority": "Low"}))
    assert answer.status_code == 202
    assert list(LogEntry.objects.filter(incident=incident).values_list("hash", flat=True))[: len(before)] == before
    entry = LogEntry.objects.filter(incident=incident).latest("seq")
    assert (entry.channel, entry.text.splitlines()[0]) == ("partner", "EXERCISE. Northmere Ambulance: Two more hurt.")
    assert "Our reference" in entry.text
    incident.refresh_from_db()
    assert incident.current_grade.code == "I"


def test_what_follows_an_offer_waits_for_it_and_comes_in_order(okafor, ambulance) -> None:
    offer = offered(ambulance)
    for words in ("First.", "Second."):
        assert ambulance.send(ambulance.message("UPDATE", incident={"narrative": words})).status_code == 202
    assert LogEntry.objects.count() == 0
    incident = accept(okafor, offer)
    theirs = LogEntry.objects.filter(incident=incident, channel="partner").order_by("seq")
    assert [one.text.splitlines()[0].rpartition(": ")[2] for one in theirs][1:] == ["First.", "Second."]


def test_a_missing_message_is_asked_for(ambulance) -> None:
    offered(ambulance)
    second, third = ambulance.message("UPDATE"), ambulance.message("UPDATE")
    early = ambulance.send(third)
    assert (early.status_code, early.json()["code"]) == (409, "out_of_order")
    assert ambulance.send(second).status_code == 202
    assert ambulance.send(third).status_code == 202


def test_closing_informs_and_closes_nothing_of_ours(okafor, ambulance) -> None:
    incident = accept(okafor, offered(ambulance))
    ambulance.send(ambulance.message("CLOSE", incident={}))
    incident.refresh_from_db()
    assert incident.status == "OPEN"
    assert "has closed its incident. Ours goes on." in last_words(incident)


def test_what_they_close_before_anybody_took_it_is_withdrawn_and_kept(okafor, ambulance) -> None:
    offer = offered(ambulance)
    ambulance.send(ambulance.message("CLOSE", incident={}))
    assert selectors.partner_desk(okafor).offers == []
    with pytest.raises(Conflict, match="withdrawn"):
        accept(okafor, offer)
    assert Transfer.objects.count() == 2


def test_an_update_of_something_unknown_is_refused_in_words(ambulance) -> None:
    answer = ambulance.send(ambulance.message("UPDATE"))
    assert (answer.status_code, answer.json()["code"]) == (409, "unknown_incident")


def answer_to(machine: Machine, sharing: PartnerShare, kind: str, **decision: str) -> Any:
    told = Transfer.objects.get(share=sharing, message_type="CREATE", direction="OUT")
    return machine.send(
        machine.message(kind, in_reply_to=str(told.message_id), incident={}, decision={"by": "K. Lowe", **decision})
    )


def test_a_persons_acknowledgement_ends_the_alarm(okafor, incident, ambulance, wire) -> None:
    start = now()
    sharing = share(okafor, incident, ambulance.partner)
    work("transfer.send")
    with time_machine.travel(start + timedelta(seconds=61), tick=False):
        work("transfer.alarm")
        assert selectors.share_lines(okafor, incident)[0].look == "live"
        assert answer_to(ambulance, sharing, "ACK").status_code == 202
    [line] = selectors.share_lines(okafor, incident)
    assert (line.look, line.words, line.share.their_ref) == ("partner", "accepted", "AMB-2211-0417")
    assert f"K. Lowe has accepted this incident. Our reference {incident.canonical}" in last_words(incident)


def test_a_rejection_says_why_and_whom_to_telephone(okafor, incident, ambulance) -> None:
    sharing = share(okafor, incident, ambulance.partner)
    answer_to(ambulance, sharing, "REJECT", reason="No crew")
    assert "has rejected this incident: No crew. Telephone 01632 960111." in last_words(incident)
    assert selectors.share_lines(okafor, incident)[0].words == "rejected"


def test_an_answer_quicker_than_the_receipt_stays(okafor, incident, ambulance, wire) -> None:
    sharing = share(okafor, incident, ambulance.partner)
    answer_to(ambulance, sharing, "ACK")
    work("transfer.send")
    assert Transfer.objects.get(share=sharing, direction="OUT").status == "ACKNOWLEDGED"


def test_an_answer_to_another_partners_incident_is_refused(okafor, incident, ambulance) -> None:
    sharing = share(okafor, incident, ambulance.partner)
    fire = Machine.of(name="Northmere Fire")
    assert answer_to(fire, sharing, "ACK").status_code == 409
    assert Transfer.objects.get(share=sharing).status == "QUEUED"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"lat": 91, "lon": 0}, "incident.location"),
        ({"lat": 0, "lon": 0}, "incident.location"),
        ({"lat": 53.7}, "incident.location"),
        ({"lat": "53", "lon": 0}, "incident.location.lat"),
        ({"lat": 1, "lon": 1, "radius_m": -5}, "incident.location.radius_m"),
        ({"lat": 10**400, "lon": 0}, "incident.location.lat"),
    ],
)
def test_impossible_places_are_refused(ambulance, changes, field) -> None:
    answer = ambulance.send(ambulance.message(incident={"location": changes}))
    assert (answer.status_code, list(answer.json()["fields"])) == (422, [field])
    assert Transfer.objects.count() == 0


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_numbers_that_are_none_are_refused(ambulance, number) -> None:
    body = json.dumps(ambulance.message()).replace("53.7361", number).encode()
    assert ambulance.send(body).status_code == 422


@pytest.mark.parametrize(("ahead", "status"), [(600, 422), (200, 202), (-86_400 * 8, 422)])
def test_times_that_cannot_be(ambulance, ahead, status) -> None:
    moment = (now() + timedelta(seconds=ahead)).isoformat()
    assert ambulance.send(ambulance.message(sent_at=moment)).status_code == status


def test_a_long_narrative_is_kept_whole_in_pieces_and_a_longer_one_refused(okafor, ambulance) -> None:
    long = "".join(f"Line {number} of what happened.\n" for number in range(600))
    offer = offered(ambulance, incident={"narrative": long})
    incident = accept(okafor, offer)
    entries = LogEntry.objects.filter(incident=incident).order_by("seq")
    assert "".join(one.text for one in entries if one.text.startswith(("Line", "e", "of", " "))).count("Line") <= 600
    assert sum(one.text.count("of what happened") for one in entries) >= 595
    answer = ambulance.again().send(ambulance.message(incident={"narrative": "x" * 100_000}))
    assert (answer.status_code, list(answer.json()["fields"])) == (422, ["incident.narrative"])


def test_text_that_would_reorder_or_command_is_shown_plain_and_kept_as_it_came(okafor, ambulance) -> None:
    hostile = "\u202egnihton\x07 \U0001f525 عربي <script>"
    offer = offered(ambulance, incident={"narrative": hostile, "caller": {"name": hostile}})
    assert offer.narrative == "gnihton \U0001f525 عربي <script>"
    assert json.loads(offer.payload.raw)["incident"]["narrative"] == hostile


@pytest.mark.parametrize(
    "body",
    [b" ", b"[]", b"null", b"{", b"[" * 100_000, b"\xff\xfe", b'{"schema": "sightline-transfer/2"}', b"7"],
)
def test_what_is_no_message_is_refused_in_words(ambulance, body) -> None:
    answer = ambulance.send(body)
    assert answer.status_code == 422
    assert answer.json()["message"]


@pytest.mark.parametrize("field", ["message_id", "message_type", "sent_at", "environment", "sequence", "originator"])
@pytest.mark.parametrize("value", [{"$ne": 1}, [], 7.5, "x" * 5000, "\x00", True])
def test_a_field_of_the_wrong_kind_is_named(ambulance, field, value) -> None:
    answer = ambulance.send({**ambulance.message(), field: value})
    assert answer.status_code == 422
    assert any(name.startswith(field) for name in answer.json()["fields"])


def test_a_storm_is_told_to_wait_and_loses_nothing(ambulance, monkeypatch) -> None:
    monkeypatch.setattr(receiving, "PER_MINUTE", 3)
    offered(ambulance)
    updates = [ambulance.message("UPDATE") for _ in range(3)]
    answers = [ambulance.send(one) for one in updates]
    assert [one.status_code for one in answers] == [202, 202, 429]
    assert answers[2].headers["Retry-After"] == "30"
    with time_machine.travel(now() + timedelta(seconds=61), tick=False):
        assert ambulance.send(updates[2]).status_code == 202


def test_another_partners_storm_is_its_own(ambulance, monkeypatch) -> None:
    monkeypatch.setattr(receiving, "PER_MINUTE", 1)
    offered(ambulance)
    assert Machine.of(name="Fire").send(Machine.of().message()).status_code in {401, 422}
    fire = Machine.of(name="Northmere Fire")
    assert fire.send(fire.message()).status_code == 202


def test_a_message_of_another_force_finds_nothing_here(okafor, incident, ambulance) -> None:
    """A partner of Southmere that quotes our reference gets no further than one that quotes none."""
    share(okafor, incident, ambulance.partner)
    stranger = make_stranger()
    machine = Machine.of(make_tables(stranger.user.force))
    party = {"agency": machine.partner.our_code, "reference": incident.canonical}
    answer = machine.send(machine.message("UPDATE", recipient=party))
    assert (answer.status_code, answer.json()["code"]) == (409, "unknown_incident")


def test_a_callers_number_that_is_none_is_kept_in_the_log(okafor, ambulance) -> None:
    offer = offered(ambulance, incident={"caller": {"name": "", "number": "ext 12, ask for Jo"}})
    incident = accept(okafor, offer)
    assert incident.caller_number == ""
    assert LogEntry.objects.filter(incident=incident, text__contains="as sent: ext 12, ask for Jo").exists()


def test_every_message_is_kept_with_its_bytes_and_its_hash(ambulance) -> None:
    import hashlib

    offer = offered(ambulance)
    assert hashlib.sha256(offer.payload.raw.encode()).hexdigest() == offer.payload_sha256


def test_a_media_type_that_is_not_read_is_named(ambulance) -> None:
    for kind in ("text/plain", "application/emergency.eido+json", "application/xml"):
        answer = ambulance.send(b"x", kind)
        assert (answer.status_code, answer.json()["code"]) == (422, "standard_not_read")
    assert "British APCO" in answer.json()["message"]


def test_a_message_id_is_its_partners_own(okafor) -> None:
    one, two = Machine.of(), Machine.of(name="Northmere Fire")
    key = str(uuid4())
    assert one.send(one.message(message_id=key)).status_code == 202
    assert two.send(two.message(message_id=key)).status_code == 202
