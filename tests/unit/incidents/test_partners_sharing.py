"""Okafor tells the ambulance about a stabbing; nobody there answers; Hale closes it. What goes out, and what rings."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import transaction

from core import outgoing
from core.clock import now
from core.errors import Conflict, Invalid, NotAllowed, NotFound, Unavailable
from core.models import AuditEvent, LiveEvent, OutboxMessage
from core.outgoing import NoAnswer, Reply
from core.roles import DISPATCHER
from incidents import selectors, services
from incidents.interchange.cap import parse
from incidents.models import Incident, LogEntry, PartnerShare, Transfer, TransferPayload
from incidents.services import sending
from tests.factories.core import make_actor
from tests.factories.incidents import assess_again, make_location, make_resource, make_stranger
from tests.factories.partners import make_partner, work

pytestmark = pytest.mark.django_db


class Wire:
    """What the partner's door answers, and what came to it."""

    def __init__(self) -> None:
        self.answers: list[Any] = []
        self.got: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []

    def post(self, url: str, body: bytes, headers: dict[str, str], *, seconds: float, limit: int) -> Reply:
        answer = self.answers.pop(0) if self.answers else Reply(202, {}, b"{}")
        if isinstance(answer, Exception):
            raise answer
        self.got.append(json.loads(body) if body.startswith(b"{") else {"xml": body})
        self.headers.append(headers)
        return answer


@pytest.fixture
def wire(monkeypatch) -> Wire:
    wire = Wire()
    monkeypatch.setattr(sending, "post", wire.post)
    return wire


@pytest.fixture
def ambulance(okafor):
    return make_partner()


def share(okafor, incident: Incident, partner, **changes: Any) -> PartnerShare:
    incident = Incident.objects.with_tables().get(pk=incident.pk)
    given = {
        "purpose": "Treat the injured man", "legal_basis": "VITAL_INTERESTS", "with_caller": True,
        "seen": services.preview(incident).seen,
    }  # fmt: skip
    return services.share_incident(actor=okafor, incident_id=incident.pk, partner_id=partner.pk, **{**given, **changes})


def last_words(incident: Incident) -> str:
    return str(LogEntry.objects.filter(incident=incident).order_by("-seq").values_list("text", flat=True)[0])


def test_what_is_shown_is_sent_signed_with_both_references(okafor, incident, ambulance, wire) -> None:
    make_location(incident)
    one = share(okafor, incident, ambulance)
    assert work("transfer.send") == 1
    [sent] = wire.got
    assert (sent["message_type"], sent["sequence"], sent["environment"]) == ("CREATE", 1, "exercise")
    assert sent["originator"] == {"agency": "northmere-police", "reference": incident.canonical}
    told = sent["incident"]
    assert told["caller"] == {"name": "Leah Marsden", "number": "+447700900417"}
    assert (told["location"]["lat"], told["location"]["radius_m"]) == (53.73615, 11.0)
    assert {"Signature", "Signature-Input", "Content-Digest"} <= set(wire.headers[0])
    transfer = Transfer.objects.get(share=one)
    assert (transfer.status, transfer.payload.raw) == (
        "DELIVERED",
        json.dumps(sent, ensure_ascii=False, separators=(",", ":")),
    )
    assert f"Our reference {incident.canonical}, theirs not known yet." in last_words(incident)


def test_the_disclosure_is_on_the_trail_with_whom_why_and_on_what_basis(okafor, incident, ambulance) -> None:
    share(okafor, incident, ambulance)
    entry = AuditEvent.objects.get(action="DISCLOSE")
    assert (entry.recipient, entry.purpose, entry.incident) == (
        "Northmere Ambulance", "Treat the injured man", str(incident.pk),
    )  # fmt: skip
    assert "Vital interests" in entry.justification
    assert "caller_number" in entry.fields


def test_the_caller_is_told_only_when_somebody_ticks_it(okafor, incident, ambulance, wire) -> None:
    share(okafor, incident, ambulance, with_caller=False)
    work("transfer.send")
    assert wire.got[0]["incident"]["caller"] == {"name": "", "number": ""}
    assert "caller_number" not in AuditEvent.objects.get(action="DISCLOSE").fields


def test_what_changed_while_somebody_looked_is_not_sent_unseen(okafor, incident, ambulance) -> None:
    old = services.preview(Incident.objects.with_tables().get(pk=incident.pk)).seen
    make_location(incident)
    with pytest.raises(Conflict, match="changed while you looked"):
        share(okafor, incident, ambulance, seen=old)
    assert not PartnerShare.objects.exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"purpose": " "}, "purpose"), ({"legal_basis": "CURIOSITY"}, "legal_basis"), ({"purpose": "x" * 201}, "purpose")],
)
def test_purpose_and_basis_are_asked(okafor, incident, ambulance, changes, field) -> None:
    with pytest.raises(Invalid) as error:
        share(okafor, incident, ambulance, **changes)
    assert list(error.value.fields) == [field]


def test_who_may_share_and_with_whom(okafor, reid, incident, ambulance) -> None:
    with pytest.raises(NotAllowed):
        share(reid, incident, ambulance)
    stranger = make_stranger()
    with pytest.raises(NotFound):
        share(stranger, incident, ambulance)
    theirs = make_partner(stranger.user.force)
    with pytest.raises(Invalid):
        share(okafor, incident, theirs)


def test_one_incident_is_shared_once_with_each_partner(okafor, incident, ambulance) -> None:
    share(okafor, incident, ambulance)
    with pytest.raises(Conflict, match="already shared"):
        share(okafor, incident, ambulance)
    share(okafor, incident, make_partner(name="Northmere Fire"))
    assert PartnerShare.objects.count() == 2


def test_a_partner_that_is_down_is_tried_again_and_after_a_minute_somebody_telephones(
    okafor, incident, ambulance, wire
) -> None:
    wire.answers = [NoAnswer("unreachable"), NoAnswer("no_answer")]
    start = now()
    one = share(okafor, incident, ambulance)
    assert work("transfer.send") == 0
    transfer = Transfer.objects.get(share=one)
    assert (transfer.status, transfer.attempts, transfer.reason) == ("QUEUED", 1, "Try 1: not reachable.")
    assert work("transfer.send") == 0  # not due yet: nothing is tried in a hurry
    with time_machine.travel(start + timedelta(seconds=3), tick=False):
        work("transfer.send")
        assert Transfer.objects.get(share=one).attempts == 2
    with time_machine.travel(start + timedelta(seconds=59), tick=False):
        assert work("transfer.alarm") == 0
    with time_machine.travel(start + timedelta(seconds=61), tick=False):
        assert work("transfer.alarm") == 1
        assert "has not acknowledged this incident. Telephone them: 01632 960111." in last_words(incident)
        [line] = selectors.share_lines(okafor, incident)
        assert (line.look, line.words, line.telephone) == ("live", "telephone them", "01632 960111")
        desk = selectors.partner_desk(make_actor(roles=(DISPATCHER,)))
        assert [(one.partner, one.telephone) for one in desk.not_taken] == [(ambulance.name, "01632 960111")]
        assert desk.offers == []
        event = LiveEvent.objects.filter(kind="transfer.changed", data__alarm=True)
        assert {one.topic.partition(".")[0] for one in event} == {"board", "incident"}
        work("transfer.send")  # it is still tried
        sending.ring(transfer.pk)  # and rings once
    assert Transfer.objects.get(share=one).status == "DELIVERED"
    assert LogEntry.objects.filter(incident=incident, text__contains="Telephone them").count() == 1


def test_a_machines_receipt_is_not_a_persons_word(okafor, incident, ambulance, wire) -> None:
    start = now()
    share(okafor, incident, ambulance)
    work("transfer.send")
    assert selectors.share_lines(okafor, incident)[0].look == "warn"
    with time_machine.travel(start + timedelta(seconds=61), tick=False):
        work("transfer.alarm")
    assert selectors.share_lines(okafor, incident)[0].look == "live"


def test_an_update_that_arrived_does_not_ring(okafor, incident, ambulance, wire) -> None:
    one = share(okafor, incident, ambulance)
    services.send_update(actor=okafor, incident_id=incident.pk, share_id=one.pk, text="Offender has left.")
    work("transfer.send")
    update = Transfer.objects.get(message_type="UPDATE")
    assert (update.status, update.sequence, wire.got[1]["incident"]["narrative"]) == (
        "DELIVERED",
        2,
        "Offender has left.",
    )
    sending.ring(update.pk)
    assert Transfer.objects.get(pk=update.pk).alarm_at is None


def test_order_is_kept_when_the_first_does_not_get_through(okafor, incident, ambulance, wire) -> None:
    wire.answers = [NoAnswer("unreachable")]
    start = now()
    one = share(okafor, incident, ambulance)
    services.send_update(actor=okafor, incident_id=incident.pk, share_id=one.pk, text="Offender has left.")
    work("transfer.send")
    assert wire.got == []
    with time_machine.travel(start + timedelta(seconds=5), tick=False):
        work("transfer.send")
        work("transfer.send")
    assert [sent["sequence"] for sent in wire.got] == [1, 2]


def test_one_message_that_they_refuse_holds_up_none_of_those_that_follow(
    okafor, hale, incident, ambulance, monkeypatch
) -> None:
    taken: dict[int, dict[str, Any]] = {}

    def door(url: str, body: bytes, headers: dict[str, str], *, seconds: float, limit: int) -> Reply:
        """A partner that counts, as ours does, and cannot read one message."""
        sent = json.loads(body)
        if "Unreadable" in body.decode():
            return Reply(422, {}, b'{"code": "invalid", "fields": {"incident.narrative": "No."}}')
        if sent["sequence"] in taken:
            same = taken[sent["sequence"]] == sent
            return Reply(202 if same else 409, {}, b"{}" if same else b'{"code": "sequence_used"}')
        if sent["sequence"] != len(taken) + 1:
            return Reply(409, {}, b'{"code": "out_of_order"}')
        taken[sent["sequence"]] = sent
        return Reply(202, {}, b"{}")

    monkeypatch.setattr(sending, "post", door)
    one = share(okafor, incident, ambulance)
    work("transfer.send")
    for words in ("Unreadable", "Unreadable too", "He is dying.", "He is breathing again."):
        services.send_update(actor=okafor, incident_id=incident.pk, share_id=one.pk, text=words)
        work("transfer.send")
    status = list(Transfer.objects.order_by("sequence").values_list("status", flat=True))
    assert status == ["DELIVERED", "FAILED", "FAILED", "DELIVERED", "DELIVERED"]
    assert [sent["message_type"] for sent in taken.values()] == ["CREATE", "STATUS", "STATUS", "UPDATE", "UPDATE"]
    assert taken[2]["incident"]["narrative"] == "Our message 2 (UPDATE) did not reach you. Telephone us."
    assert taken[4]["incident"]["narrative"] == "He is dying."


@pytest.mark.parametrize("status", [401, 429, 500, 503])
def test_what_may_pass_is_tried_again(okafor, incident, ambulance, wire, status) -> None:
    wire.answers = [Reply(status, {"retry-after": "20"}, b"")]
    share(okafor, incident, ambulance)
    work("transfer.send")
    row = OutboxMessage.objects.get(kind="transfer.send")
    assert (row.state, Transfer.objects.get().status) == ("waiting", "QUEUED")
    assert row.due_at > now() + timedelta(seconds=15)


def test_what_they_refuse_for_good_is_said_at_once_and_rings(okafor, incident, ambulance, wire) -> None:
    body = json.dumps({"code": "invalid", "fields": {"incident.location": "No such place.\u202e<b>"}}).encode()
    wire.answers = [Reply(422, {}, body)]
    share(okafor, incident, ambulance)
    work("transfer.send")
    transfer = Transfer.objects.get()
    assert transfer.status == "FAILED"
    assert "incident.location: No such place.<b>" in transfer.reason
    assert "Telephone them: 01632 960111" in last_words(incident)


def test_after_a_day_it_is_given_up_in_words(okafor, incident, ambulance, wire) -> None:
    start = now()
    share(okafor, incident, ambulance)
    wire.answers = [NoAnswer("unreachable")]
    with time_machine.travel(start + timedelta(hours=25), tick=False):
        work("transfer.send")
    assert Transfer.objects.get().reason == "Not delivered in 24 hours: not reachable."


def test_a_courier_that_died_after_sending_sends_the_same_message(okafor, incident, ambulance, wire) -> None:
    share(okafor, incident, ambulance)
    transfer = Transfer.objects.get()
    sending.send_transfer(transfer.pk)
    Transfer.objects.filter(pk=transfer.pk).update(status="QUEUED")  # its answer was never written
    sending.send_transfer(transfer.pk)
    assert wire.got[0] == wire.got[1]
    assert wire.headers[0]["Signature-Input"] != wire.headers[1]["Signature-Input"]


def test_closing_tells_the_partner_what_it_was_and_no_closing_words(okafor, hale, incident, ambulance, wire) -> None:
    share(okafor, incident, ambulance)
    assess_again(hale, incident)
    services.close_incident(actor=hale, incident_id=incident.pk, category_code="307", text="Suspect named as X.")
    work("transfer.send")
    assert [sent["message_type"] for sent in wire.got] == ["CREATE", "CLOSE"]
    assert "Suspect" not in json.dumps(wire.got[1])
    assert wire.got[1]["in_reply_to"] == wire.got[0]["message_id"]
    assert PartnerShare.objects.get().closed_at is not None


def test_a_partner_whose_standard_is_not_ready_never_keeps_an_incident_open(okafor, hale, incident, ambulance) -> None:
    share(okafor, incident, ambulance)
    ambulance.standard = "MAIT"
    ambulance.save()
    assess_again(hale, incident)
    closed = services.close_incident(actor=hale, incident_id=incident.pk, category_code="307", text="Done.")
    assert closed.status == "CLOSED"
    assert LogEntry.objects.filter(incident=incident, text__contains="was not told: MAIT is not ready").exists()


def test_mait_says_where_its_schema_must_come_from(okafor, incident) -> None:
    with pytest.raises(Unavailable, match="British APCO"):
        share(okafor, incident, make_partner(standard="MAIT"))
    assert not PartnerShare.objects.exists()


def test_cap_goes_out_as_cap(okafor, incident, wire) -> None:
    share(okafor, incident, make_partner(standard="CAP"))
    work("transfer.send")
    assert wire.headers[0]["Content-Type"] == "application/cap+xml"
    assert parse(wire.got[0]["xml"]).tag.endswith("}alert")


def test_nothing_is_live_from_a_training_system_or_to_a_partner_in_test(okafor, incident, wire, settings) -> None:
    for training, production, said in ((True, True, "exercise"), (False, False, "exercise"), (False, True, "live")):
        settings.TRAINING = settings.DEMO = training
        partner = make_partner(production=production)
        partner.force.is_demo = False
        partner.force.save()
        share(okafor, incident, partner)
        work("transfer.send")
        assert wire.got[-1]["environment"] == said


def test_facts_that_changed_since_are_marked(okafor, hale, incident, ambulance) -> None:
    share(okafor, incident, ambulance)
    lines = selectors.share_lines(okafor, incident)
    fresh = Incident.objects.with_tables().get(pk=incident.pk)
    assert services.changed_since(fresh, lines) == set()
    make_location(incident)
    fresh = Incident.objects.with_tables().get(pk=incident.pk)
    assert services.changed_since(fresh, lines) == {lines[0].share.pk}


def test_the_bytes_of_a_message_are_never_changed(okafor, incident, ambulance) -> None:
    from django.db import DatabaseError

    share(okafor, incident, ambulance)
    for change in (lambda rows: rows.update(raw="{}"), lambda rows: rows.delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            change(TransferPayload.objects.all())


def test_units_do_not_leave_with_it(okafor, incident, ambulance, wire) -> None:
    """Call signs and the log are not in what is shared."""
    make_resource(call_sign="NB21")
    services.append_log(actor=okafor, incident_id=incident.pk, type="NARRATIVE", text="Informant is his brother.")
    share(okafor, incident, ambulance)
    work("transfer.send")
    assert "brother" not in json.dumps(wire.got)
    assert outgoing.post is not sending.post
