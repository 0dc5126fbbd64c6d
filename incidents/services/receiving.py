"""Taking messages from a partner's machine. Whoever calls this has checked the signature.

The same message twice is one message and one answer; the same id with other words is refused. A refusal says what is
wrong and takes nothing: the sender keeps its message. What is taken is kept with its bytes before anything is done.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction

from core import audit
from core.actors import Actor
from core.clock import now
from core.errors import Conflict, Invalid, TooMany
from core.models import AuditAction
from incidents.interchange.adapters import adapter_for, standard_of
from incidents.interchange.message import BadMessage, Message, NotPossible
from incidents.models import Incident, PartnerAgency, PartnerShare, Transfer, TransferPayload
from incidents.services.locks import lock_incident
from incidents.services.partner_acts import act_on
from incidents.services.partner_checks import Clean, cleaned
from incidents.states import ReceivingStatus, TransferDirection, TransferStandard, TransferType

PER_MINUTE = 120  # messages of one partner; the rest wait in the partner's own outbox


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """The machine's word that the message is here and kept. A person's answer is a message of its own."""

    message_id: UUID
    received_at: datetime
    status: str = "received"


def take_message(*, actor: Actor, partner: PartnerAgency, content_type: str, body: bytes) -> Receipt:
    """Keep a message, and do what it asks: offer an incident, append to a log, note an answer.

    Raises Invalid (unreadable, another agency's, an impossible place or time), Conflict (id used with other words, a
    message before it is missing, already offered), TooMany.
    """
    standard, message = _read(partner, content_type, body)
    sha256 = hashlib.sha256(body).hexdigest()
    if (earlier := _same(partner, message, sha256)) is not None:
        return earlier
    _check_rate(partner)
    clean = cleaned(message, now())
    try:
        with transaction.atomic():
            return _keep(actor, partner, message, clean, standard, content_type, body, sha256)
    except IntegrityError as error:
        # Sent twice at once: the first one counts.
        if (earlier := _same(partner, message, sha256)) is not None:
            return earlier
        if not PartnerShare.objects.filter(
            partner=partner, direction=TransferDirection.IN, their_ref=clean.their_ref
        ).exists():
            raise
        raise Conflict("This incident is already offered to us.", code="already_offered") from error


def _read(partner: PartnerAgency, content_type: str, body: bytes) -> tuple[str, Message]:
    try:
        standard = standard_of(content_type)
        message = adapter_for(standard).decode(body)
    except NotPossible as error:
        raise Invalid(str(error), code="standard_not_read") from error
    except BadMessage as error:
        raise Invalid(fields=error.fields) from error
    if message.originator.agency != partner.code:
        raise Invalid(fields={"originator.agency": "This is not the agency whose key signed the message."})
    if message.recipient.agency != partner.our_code:
        raise Invalid(fields={"recipient.agency": f"This door belongs to {partner.our_code}."})
    return standard, message


def _same(partner: PartnerAgency, message: Message, sha256: str) -> Receipt | None:
    rows = Transfer.objects.filter(partner=partner, direction=TransferDirection.IN, message_id=message.message_id)
    earlier = rows.first()
    if earlier is None:
        return None
    if earlier.payload_sha256 != sha256:
        raise Conflict("This message_id was used for another message. Send it under its own.", code="message_id_used")
    assert earlier.received_at is not None
    return Receipt(message_id=earlier.message_id, received_at=earlier.received_at)


def _check_rate(partner: PartnerAgency) -> None:
    since = now() - timedelta(minutes=1)
    rows = Transfer.objects.filter(partner=partner, direction=TransferDirection.IN, received_at__gt=since)
    if rows.count() >= PER_MINUTE:
        raise TooMany("Too many messages. Keep them and send them later, in their order.", retry_after=30)


def _keep(
    actor: Actor,
    partner: PartnerAgency,
    message: Message,
    clean: Clean,
    standard: str,
    content_type: str,
    body: bytes,
    sha256: str,
) -> Receipt:
    share, incident = _share_for(actor, partner, message, clean)
    sequence = _next(share, message, standard)
    moment = now()
    status = ReceivingStatus.OFFERED if message.type == TransferType.CREATE else ReceivingStatus.RECEIVED
    transfer = Transfer.objects.create(
        force_id=partner.force_id, share=share, partner=partner, direction=TransferDirection.IN, standard=standard,
        message_type=message.type, message_id=message.message_id, in_reply_to=message.in_reply_to, sequence=sequence,
        originator_agency=message.originator.agency, originator_ref=clean.their_ref,
        recipient_agency=message.recipient.agency, recipient_ref=share.our_ref, sent_at=message.sent_at,
        received_at=moment, exercise=message.exercise, payload_sha256=sha256, status=status,
        accepted_by=clean.decided_by, reason=clean.reason, **clean.facts,
    )  # fmt: skip
    TransferPayload.objects.create(
        force_id=partner.force_id, transfer=transfer, content_type=content_type[:100], raw=body.decode()
    )
    where = str(incident.pk) if incident else ""
    audit.record(
        actor, AuditAction.COLLECT, f"incidents.transfer:{transfer.pk}", incident=where, purpose=str(message.type)
    )
    act_on(actor, share, incident, transfer)
    return Receipt(message_id=transfer.message_id, received_at=moment)


def _share_for(
    actor: Actor, partner: PartnerAgency, message: Message, clean: Clean
) -> tuple[PartnerShare, Incident | None]:
    """The sharing that a message belongs to, locked, and its incident, locked before it. A CREATE begins one."""
    if message.type == TransferType.CREATE:
        share = PartnerShare.objects.create(
            force_id=partner.force_id, partner=partner, direction=TransferDirection.IN, their_ref=clean.their_ref,
            opened_at=now(), opened_by_label=actor.label[:100],
        )  # fmt: skip
        return share, None
    key = _find_share(partner, message, clean)
    if key is None:
        raise Conflict(
            "We know of no such incident. Send its CREATE first, or reply with our reference.", code="unknown_incident"
        )
    share_id, incident_id = key
    incident = None
    if incident_id is not None:
        incident = lock_incident(actor, incident_id)
    shares = PartnerShare.objects.visible_to(actor).select_for_update(no_key=True, of=("self",))
    share = shares.select_related("partner__force").get(pk=share_id)
    if share.incident_id is not None and incident is None:  # taken while we looked: come again
        raise Conflict("This incident is being taken just now. Send it again.", code="out_of_order")
    return share, incident


def _find_share(partner: PartnerAgency, message: Message, clean: Clean) -> tuple[UUID, UUID | None] | None:
    shares = PartnerShare.objects.filter(partner=partner)
    if message.in_reply_to is not None:
        ours = shares.filter(transfers__message_id=message.in_reply_to).values_list("pk", "incident_id").first()
        if ours is not None:
            return ours
    if message.recipient.reference:
        named = shares.filter(our_ref=message.recipient.reference).order_by("-opened_at")
        return named.values_list("pk", "incident_id").first()
    return shares.filter(their_ref=clean.their_ref).order_by("-opened_at").values_list("pk", "incident_id").first()


def _next(share: PartnerShare, message: Message, standard: str) -> int:
    """The number of this message among theirs. Where they count, none may be missing before it."""
    wanted = share.received_seq + 1
    if standard == TransferStandard.JSON and message.sequence is not None and message.sequence != wanted:
        if message.sequence < wanted:
            raise Conflict("This number of the sequence is already taken.", code="sequence_used")
        raise Conflict(f"Message {wanted} of this incident is not here yet. Send it first.", code="out_of_order")
    share.received_seq = wanted
    share.save(update_fields=["received_seq"])
    return wanted
