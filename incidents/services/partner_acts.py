"""What a kept message of a partner does here. It adds to our log and never changes what is in it."""

from __future__ import annotations

from core.actors import Actor
from core.clock import now
from core.errors import Invalid
from core.realtime import publish
from incidents.events import TransferOffered, board_topic
from incidents.models import Incident, PartnerShare, Transfer
from incidents.services.log import in_pieces, write_entry
from incidents.services.partner_messages import announce, references
from incidents.states import (
    SENDING_TRANSITIONS,
    LogChannel,
    LogType,
    ReceivingStatus,
    SendingStatus,
    TransferDirection,
    TransferType,
)

_ANSWERS = {TransferType.ACK: SendingStatus.ACKNOWLEDGED, TransferType.REJECT: SendingStatus.REJECTED}


def act_on(actor: Actor, share: PartnerShare, incident: Incident | None, transfer: Transfer) -> None:
    """Inside the transaction that keeps the message; share and incident are locked."""
    if transfer.message_type == TransferType.CREATE:
        announce_offer(transfer)
    elif transfer.message_type in _ANSWERS:
        _answer(actor, share, incident, transfer)
    elif incident is not None:
        append_to_log(actor, share, incident, transfer)
    elif transfer.message_type == TransferType.CLOSE:
        _withdraw(share, transfer)


def announce_offer(transfer: Transfer) -> None:
    publish(TransferOffered(transfer=transfer.pk, status=transfer.status), board_topic(transfer.force_id))


def append_to_log(actor: Actor, share: PartnerShare, incident: Incident, transfer: Transfer) -> None:
    """Their words in our log, violet, with both references; a long text in pieces."""
    if not share.their_ref:
        share.their_ref = transfer.originator_ref
        share.save(update_fields=["their_ref"])
    for text in in_pieces(_words(share, transfer)):
        partner_entry(actor, incident, transfer, text)
    transfer.status = ReceivingStatus.NOTED
    transfer.save(update_fields=["status"])
    announce(share, transfer)


def partner_entry(actor: Actor, incident: Incident, transfer: Transfer, text: str) -> None:
    write_entry(
        actor, incident, type=LogType.TRANSFER, channel=LogChannel.PARTNER, text=text,
        occurred_at=min(transfer.sent_at, now()),
    )  # fmt: skip


def told_lines(transfer: Transfer) -> list[str]:
    """What a message says beside its narrative, a line a subject."""
    place = transfer.location_words
    if transfer.lat is not None:
        place = f"{place} {transfer.lat:.5f}, {transfer.lon:.5f}, within {transfer.radius_m:.0f} m".strip()
    return [
        f"{name}: {value}"
        for name, value in (
            ("Priority", transfer.priority),
            ("Type", transfer.incident_type_local),
            ("Place", place),
            ("Casualties", transfer.casualties),
            ("Hazards", transfer.hazards),
            ("Marking", transfer.marking),
        )
        if value
    ]


def _words(share: PartnerShare, transfer: Transfer) -> str:
    name = share.partner.name
    exercise = "EXERCISE. " if transfer.exercise else ""
    if transfer.message_type == TransferType.CLOSE:
        head = f"{name} has closed its incident. Ours goes on."
    elif transfer.message_type == TransferType.REQUEST_INFO:
        head = f"{name} asks:"
    else:
        head = f"{name}:"
    return "\n".join([f"{exercise}{head} {transfer.narrative}".strip(), *told_lines(transfer), references(share)])


def _answer(actor: Actor, share: PartnerShare, incident: Incident | None, answer: Transfer) -> None:
    """A person at the partner's has taken our incident, or refused it. Later words about the same change nothing."""
    rows = Transfer.objects.select_for_update(no_key=True)
    created = rows.filter(share=share, direction=TransferDirection.OUT, message_type=TransferType.CREATE)
    told = created.filter(message_id=answer.in_reply_to).first() if answer.in_reply_to else None
    if told is None or incident is None:
        raise Invalid(fields={"in_reply_to": "This answers no incident of ours."})
    status = _ANSWERS[TransferType(answer.message_type)]
    moment = now()
    if status in SENDING_TRANSITIONS[told.status]:
        told.status, told.ack_at, told.accepted_by = status, moment, answer.accepted_by
        told.reason = answer.reason if status == SendingStatus.REJECTED else ""
        told.save(update_fields=["status", "ack_at", "accepted_by", "reason"])
        share.alarm_at = None
        share.their_ref = answer.originator_ref or share.their_ref
        if status == SendingStatus.REJECTED:
            share.closed_at = moment
        share.save(update_fields=["alarm_at", "their_ref", "closed_at"])
    by = f", {answer.accepted_by}" if answer.accepted_by else ""
    if status == SendingStatus.ACKNOWLEDGED:
        text = f"{share.partner.name}{by} has accepted this incident. {references(share)}"
    else:
        why = answer.reason or "no reason given"
        text = f"{share.partner.name}{by} has rejected this incident: {why}. Telephone {share.partner.telephone}."
    partner_entry(actor, incident, answer, text)
    answer.status = ReceivingStatus.NOTED
    answer.save(update_fields=["status"])
    announce(share, told)


def _withdraw(share: PartnerShare, closing: Transfer) -> None:
    """They closed it before anybody here took it: the offer is gone, and both messages are kept."""
    rows = Transfer.objects.select_for_update(no_key=True)
    offer = rows.filter(share=share, status=ReceivingStatus.OFFERED).first()
    if offer is not None:
        offer.status = ReceivingStatus.WITHDRAWN
        offer.save(update_fields=["status"])
        share.closed_at = now()
        share.save(update_fields=["closed_at"])
        announce_offer(offer)
    closing.status = ReceivingStatus.NOTED
    closing.save(update_fields=["status"])
