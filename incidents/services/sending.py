"""Getting a message to a partner, and ringing when nobody there has taken it.

Outbox work: the row is written before anything is sent, every try is signed anew, and the message's id makes a repeat
harmless on the other side. Messages of one share go in their order: a later one waits for the earlier.
"""

from __future__ import annotations

import json
from datetime import timedelta
from uuid import UUID, uuid5

import structlog
from django.db import transaction

from core.actors import Actor
from core.clock import now
from core.machine_door import signed_headers
from core.outbox import Retry
from core.outgoing import NoAnswer, Reply, TooMuch, post
from incidents.interchange.adapters import adapter_for
from incidents.interchange.message import Facts, Message, Party
from incidents.models import Incident, PartnerAgency, PartnerShare, Transfer
from incidents.services.log import write_entry
from incidents.services.partner_messages import announce
from incidents.states import LogType, SendingStatus, TransferDirection, TransferStandard, TransferType

log = structlog.get_logger(__name__)

SECONDS, ANSWER_LIMIT = 10.0, 64 * 1024
FIRST_WAIT, LONGEST_WAIT = 2.0, 60.0
GIVE_UP = timedelta(hours=24)
_GAP = UUID("0e0b2a8e-6f0c-4a53-9b52-6f3a2c1d7e44")
_WAITING = {"no_answer": "no answer", "unreachable": "not reachable", "broken": "the connection broke"}


def send_transfer(transfer_id: UUID) -> None:
    """Outbox work "transfer.send". Idempotent; raises Retry while the partner cannot take it."""
    transfer = _waiting(transfer_id)
    if transfer is None:
        return
    if _earlier_waits(transfer):
        raise Retry(after=FIRST_WAIT, reason="an earlier message is not there yet")
    body = transfer.payload.raw.encode()
    try:
        reply = _post(transfer.partner, body, transfer.payload.content_type)
        if _told(reply)[0] == "out_of_order" and _fill_gaps(transfer):
            reply = _post(transfer.partner, body, transfer.payload.content_type)
    except NoAnswer as error:
        _again(transfer, _WAITING.get(error.code, error.code))
    except TooMuch:
        _again(transfer, "their answer was too long")
    else:
        _take_answer(transfer, reply)


def _post(partner: PartnerAgency, body: bytes, content_type: str) -> Reply:
    headers = signed_headers(url=partner.endpoint, body=body, content_type=content_type, keyid=partner.our_key_id)
    return post(partner.endpoint, body, headers, seconds=SECONDS, limit=ANSWER_LIMIT)


def _fill_gaps(transfer: Transfer) -> bool:
    """Say, in the place of each message before this one that could not be delivered, that there is none.

    Otherwise one message that they refuse would hold up all that follow it, the closing too. Its id and its bytes
    follow from the message it stands for: saying it again is the same message. True when they took one.
    """
    earlier = Transfer.objects.filter(share_id=transfer.share_id, direction=TransferDirection.OUT)
    failed = earlier.filter(sequence__lt=transfer.sequence, status=SendingStatus.FAILED)
    failed = failed.filter(standard=TransferStandard.JSON).exclude(message_type=TransferType.CREATE)
    adapter, filled = adapter_for(TransferStandard.JSON), False
    for one in failed.order_by("sequence"):
        gap = Message(
            type=TransferType.STATUS, message_id=uuid5(_GAP, str(one.pk)), in_reply_to=one.in_reply_to,
            sequence=one.sequence, sent_at=one.sent_at, exercise=one.exercise,
            originator=Party(agency=one.originator_agency, reference=one.originator_ref),
            recipient=Party(agency=one.recipient_agency, reference=one.recipient_ref),
            facts=Facts(narrative=f"Our message {one.sequence} ({one.message_type}) did not reach you. Telephone us."),
        )  # fmt: skip
        reply = _post(transfer.partner, adapter.encode(gap), adapter.content_type)
        filled = 200 <= reply.status < 300 or filled
    return filled


def _take_answer(transfer: Transfer, reply: Reply) -> None:
    if 200 <= reply.status < 300:
        _move(transfer, SendingStatus.DELIVERED)
        return
    code, words = _told(reply)
    # What may be different in a while: their clock, their keys, their load, a message still on its way.
    if reply.status >= 500 or reply.status in (401, 403, 408, 425, 429) or code == "out_of_order":
        _again(transfer, f"answered {reply.status}", _wait_of(reply))
    else:
        log.warning("transfer.refused", transfer=str(transfer.pk), status=reply.status, code=code)
        _move(transfer, SendingStatus.FAILED, f"Their system refused it ({reply.status}): {words}"[:500])
        ring(transfer.pk)


def _again(transfer: Transfer, why: str, after: float = 0.0) -> None:
    attempts = transfer.attempts + 1
    if now() - transfer.sent_at > GIVE_UP:
        _move(transfer, SendingStatus.FAILED, f"Not delivered in 24 hours: {why}.")
        ring(transfer.pk)
        return
    Transfer.objects.filter(pk=transfer.pk).update(attempts=attempts, reason=f"Try {attempts}: {why}.")
    raise Retry(after=max(after, min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(attempts - 1, 10))), reason=why)


def ring(transfer_id: UUID) -> None:
    """Outbox work "transfer.alarm": nobody at the partner's has taken it in time. Once; says whom to telephone."""
    with transaction.atomic():
        transfer, share, incident = _locked(transfer_id)
        if incident is None or transfer.alarm_at is not None or not _late(transfer):
            return
        partner, moment = share.partner, now()
        transfer.alarm_at = share.alarm_at = moment
        transfer.save(update_fields=["alarm_at"])
        share.save(update_fields=["alarm_at"])
        what = (
            "not acknowledged this incident" if transfer.message_type == TransferType.CREATE else "not had our message"
        )
        if transfer.status == SendingStatus.FAILED:
            what = f"not had our message: {transfer.reason.rstrip('.')}"
        number = partner.telephone or "number not recorded"
        text = f"{partner.name} has {what}. Telephone them: {number}. Our reference {share.our_ref}."
        write_entry(Actor.system(share.force_id), incident, type=LogType.TRANSFER, text=text)
        announce(share, transfer)


def _late(transfer: Transfer) -> bool:
    """A new incident needs a person's word; what follows it needs their machine's receipt."""
    if transfer.message_type == TransferType.CREATE:
        return transfer.status not in (SendingStatus.ACKNOWLEDGED, SendingStatus.REJECTED)
    return transfer.status in (SendingStatus.QUEUED, SendingStatus.FAILED)


def _waiting(transfer_id: UUID) -> Transfer | None:
    rows = Transfer.objects.select_related("partner", "payload")
    return rows.filter(pk=transfer_id, status=SendingStatus.QUEUED).first()


def _earlier_waits(transfer: Transfer) -> bool:
    earlier = Transfer.objects.filter(share_id=transfer.share_id, direction=TransferDirection.OUT)
    return earlier.filter(sequence__lt=transfer.sequence, status=SendingStatus.QUEUED).exists()


def _locked(transfer_id: UUID) -> tuple[Transfer, PartnerShare, Incident | None]:
    """Incident, then share, then message: the order of every writer."""
    share_id, incident_id = Transfer.objects.values_list("share_id", "share__incident_id").get(pk=transfer_id)
    incident = None
    if incident_id is not None:
        incident = Incident.objects.select_for_update(no_key=True, of=("self",)).get(pk=incident_id)
    shares = PartnerShare.objects.select_for_update(no_key=True, of=("self",)).select_related("partner__force")
    share = shares.get(pk=share_id)
    return Transfer.objects.select_for_update(no_key=True).get(pk=transfer_id), share, incident


def _move(transfer: Transfer, status: SendingStatus, reason: str = "") -> None:
    """Their receipt, unless a person's answer was quicker than it."""
    with transaction.atomic():
        fresh, share, _ = _locked(transfer.pk)
        if fresh.status != SendingStatus.QUEUED:
            return
        fresh.status, fresh.reason, fresh.attempts = status, reason, fresh.attempts + 1
        if status == SendingStatus.DELIVERED:
            fresh.received_at = now()
            if fresh.message_type != TransferType.CREATE and fresh.alarm_at is not None:
                share.alarm_at = None
                share.save(update_fields=["alarm_at"])
        fresh.save(update_fields=["status", "reason", "attempts", "received_at"])
        announce(share, fresh)


def _told(reply: Reply) -> tuple[str, str]:
    """Code and words of their refusal, read as hostile text."""
    try:
        given = json.loads(reply.body)
        fields = given.get("fields") or {}
        words = "; ".join(f"{name}: {said}" for name, said in fields.items()) or given.get("message", "")
        plain = "".join(char for char in str(words)[:400] if char.isprintable())
        return str(given.get("code", ""))[:40], plain or "no reason given"
    except (ValueError, AttributeError, RecursionError):
        return "", "no reason given"


def _wait_of(reply: Reply) -> float:
    told = reply.headers.get("retry-after", "")
    return min(float(told), LONGEST_WAIT) if told.isdecimal() and len(told) < 6 else 0.0
