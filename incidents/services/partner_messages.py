"""Writing messages to a partner: facts → neutral message → bytes → rows and the work of sending, in one transaction."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from datetime import timedelta
from uuid import UUID, uuid4

from django.conf import settings

from core.clock import now
from core.errors import Unavailable
from core.outbox import enqueue
from core.realtime import publish
from incidents.events import TransferChanged, board_topic, incident_topic
from incidents.interchange.adapters import adapter_for
from incidents.interchange.message import BadMessage, Facts, Message, NotPossible, Party, Place
from incidents.models import Incident, PartnerAgency, PartnerShare, Transfer, TransferPayload
from incidents.states import (
    TRANSFER_ALARM_SECONDS,
    SendingStatus,
    TransferDirection,
    TransferStandard,
    TransferType,
)

#: Types that a person waits for: when they are late, somebody telephones.
RINGS = (TransferType.CREATE, TransferType.UPDATE, TransferType.CLOSE)


def is_exercise(partner: PartnerAgency) -> bool:
    """Never "live" from a training system, a demo force, or to a partner that is not in production."""
    return settings.TRAINING or settings.DEMO or partner.force.is_demo or not partner.production


def facts_of(incident: Incident, *, with_caller: bool) -> Facts:
    """What a partner would be told now: the same for the preview and for what is sent."""
    location = incident.location
    point = location if location is not None and location.has_point else None
    return Facts(
        priority=incident.current_grade.label,
        incident_type=incident.opening_category.name,
        place=Place(
            words=incident.location_text,
            lat=point.lat if point else None,
            lon=point.lon if point else None,
            radius_m=point.radius_m if point else None,
        ),
        caller_name=incident.caller_name if with_caller else "",
        caller_number=incident.caller_number if with_caller else "",
        narrative=incident.description,
    )


def digest_of(facts: Facts) -> str:
    """Names these facts: whether what a person saw is still what would be sent."""
    return hashlib.sha256(json.dumps(asdict(facts), sort_keys=True).encode()).hexdigest()


def queue_message(
    share: PartnerShare,
    kind: TransferType,
    *,
    facts: Facts,
    in_reply_to: UUID | None = None,
    decided_by: str = "",
    reason: str = "",
) -> Transfer:
    """Number, encode and store a message of a share this transaction has locked, and the work of sending it.

    Raises Unavailable when the partner's standard cannot be written here.
    """
    partner, moment = share.partner, now()
    opening = _opening(share, kind)
    message = Message(
        type=kind, message_id=uuid4(), in_reply_to=in_reply_to or (opening.message_id if opening else None),
        reply_sent_at=opening.sent_at if opening else None, sequence=share.sent_seq + 1,
        originator=Party(agency=partner.our_code, reference=share.our_ref),
        recipient=Party(agency=partner.code, reference=share.their_ref),
        sent_at=moment, exercise=is_exercise(partner), facts=facts, decided_by=decided_by, reason=reason,
    )  # fmt: skip
    standard = _standard(partner, kind)
    try:
        adapter = adapter_for(standard)
        body = adapter.encode(message)
    except NotPossible as error:
        raise Unavailable(str(error), code="standard_not_ready") from error
    except BadMessage as error:
        raise Unavailable(f"This cannot be written for {partner.name}: {error}", code="not_writable") from error
    transfer = _store(share, message, standard, adapter.content_type, body)
    enqueue("transfer.send", {"transfer": str(transfer.pk)}, dedupe_key=f"transfer.send:{transfer.pk}")
    if kind in RINGS:
        wait = timedelta(seconds=TRANSFER_ALARM_SECONDS)
        enqueue(
            "transfer.alarm", {"transfer": str(transfer.pk)}, dedupe_key=f"transfer.alarm:{transfer.pk}", delay=wait
        )
    return transfer


def _standard(partner: PartnerAgency, kind: TransferType) -> str:
    """EIDO has no acknowledgements: those go as our own JSON."""
    if partner.standard == TransferStandard.EIDO and kind not in RINGS:
        return TransferStandard.JSON
    return partner.standard


def _opening(share: PartnerShare, kind: TransferType) -> Transfer | None:
    """The message that began the sharing: what all others are about."""
    if kind == TransferType.CREATE:
        return None
    return Transfer.objects.filter(share=share, message_type=TransferType.CREATE).order_by("sent_at").first()


def _store(share: PartnerShare, message: Message, standard: str, content_type: str, body: bytes) -> Transfer:
    facts = message.facts
    share.sent_seq += 1
    share.save(update_fields=["sent_seq"])
    transfer = Transfer.objects.create(
        force_id=share.force_id, share=share, partner=share.partner, direction=TransferDirection.OUT,
        standard=standard, message_type=message.type, message_id=message.message_id,
        in_reply_to=message.in_reply_to, sequence=share.sent_seq,
        originator_agency=message.originator.agency, originator_ref=message.originator.reference,
        recipient_agency=message.recipient.agency, recipient_ref=message.recipient.reference,
        sent_at=message.sent_at, exercise=message.exercise, priority=facts.priority,
        incident_type_local=facts.incident_type, location_words=facts.place.words, lat=facts.place.lat,
        lon=facts.place.lon, radius_m=facts.place.radius_m, caller_name=facts.caller_name,
        caller_number=facts.caller_number, narrative=facts.narrative,
        payload_sha256=hashlib.sha256(body).hexdigest(), status=SendingStatus.QUEUED, reason=message.reason[:500],
    )  # fmt: skip
    TransferPayload.objects.create(
        force_id=share.force_id, transfer=transfer, content_type=content_type, raw=body.decode()
    )
    return transfer


def announce(share: PartnerShare, transfer: Transfer) -> None:
    """Tell the incident's consoles and the board. Inside the transaction that made the change."""
    if share.incident_id is None:
        return
    publish(
        TransferChanged(
            incident=share.incident_id, share=share.pk, type=transfer.message_type, status=transfer.status,
            alarm=share.alarm_at is not None,
        ),
        incident_topic(share.incident_id),
        board_topic(share.force_id),
    )  # fmt: skip


def references(share: PartnerShare) -> str:
    """Both references, always both, for the log."""
    return f"Our reference {share.our_ref or 'none yet'}, theirs {share.their_ref or 'not known yet'}."
