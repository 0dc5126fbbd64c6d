"""A person takes or refuses what a partner offers. The machine's receipt went at once; this is the human answer."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from core import audit
from core.actors import Actor
from core.clock import now
from core.errors import Conflict, Invalid, NotFound
from core.models import AuditAction
from incidents.interchange.message import Facts
from incidents.models import Incident, IncidentCategory, Location, PartnerShare, ResponseGrade, Transfer
from incidents.permissions import check_accept
from incidents.selectors.ids import as_uuid
from incidents.services.areas import follow_area
from incidents.services.intake import DESCRIPTION_LIMIT, open_incident
from incidents.services.locks import lock_incident
from incidents.services.log import in_pieces
from incidents.services.partner_acts import announce_offer, append_to_log, partner_entry, told_lines
from incidents.services.partner_messages import announce, queue_message, references
from incidents.services.phones import parse_phone
from incidents.services.text import clean_text
from incidents.states import (
    RECEIVING_TRANSITIONS,
    Channel,
    LocationSource,
    ReceivingStatus,
    TransferDirection,
    TransferType,
)


def accept_offer(*, actor: Actor, transfer_id: UUID | str, grade_code: str, category_code: str) -> Incident:
    """Open an incident from a partner's, graded by the person who takes it, and tell the partner.

    Raises NotFound, NotAllowed, Invalid (grade_code, category_code), Conflict (somebody was quicker, withdrawn).
    """
    check_accept(actor)
    with transaction.atomic():
        offer, share = _lock_offer(actor, transfer_id, ReceivingStatus.ACCEPTED)
        number = _number(offer.caller_number)
        incident = open_incident(
            actor=actor, channel=Channel.PARTNER_TRANSFER, caller_number=number, caller_name=offer.caller_name,
            location_text=offer.location_words, description=offer.narrative[:DESCRIPTION_LIMIT],
            grade_code=grade_code, category_code=category_code, client_key=offer.pk,
        )  # fmt: skip
        incident = lock_incident(actor, incident.pk)
        share.incident, share.our_ref = incident, incident.canonical
        share.save(update_fields=["incident", "our_ref"])
        _decide(actor, offer, ReceivingStatus.ACCEPTED, mapped=category_code)
        partner = Actor.provider(share.force_id, share.partner.name)
        _place(incident, offer)
        follow_area(actor, incident)
        _tell_log(partner, share, incident, offer, number)
        for later in Transfer.objects.filter(share=share, status=ReceivingStatus.RECEIVED).order_by("sequence"):
            append_to_log(partner, share, incident, later)
        queue_message(
            share, TransferType.ACK, facts=Facts(), in_reply_to=offer.message_id, decided_by=actor.label[:100]
        )
        audit.record(
            actor, AuditAction.DISCLOSE, f"incidents.partnershare:{share.pk}", incident=str(incident.pk),
            recipient=share.partner.name, fields=["reference"], purpose="accepted their incident",
        )  # fmt: skip
        announce(share, offer)
    return incident


def guess(actor: Actor, offer: Transfer) -> dict[str, str]:
    """Grade and category when theirs are called as ours are; a person decides."""
    grade = ResponseGrade.objects.visible_to(actor).filter(active=True, label__iexact=offer.priority).first()
    category = IncidentCategory.objects.visible_to(actor).filter(
        active=True, name__iexact=offer.incident_type_local
    ).first()  # fmt: skip
    return {"grade_code": grade.code if grade else "", "category_code": category.code if category else ""}


def decline_offer(*, actor: Actor, transfer_id: UUID | str, reason: str) -> None:
    """Refuse a partner's incident with a reason that they are told. Raises NotFound, NotAllowed, Invalid, Conflict."""
    check_accept(actor)
    with transaction.atomic():
        offer, share = _lock_offer(actor, transfer_id, ReceivingStatus.DECLINED)
        words = clean_text(reason, field="reason", limit=500, required=True)
        _decide(actor, offer, ReceivingStatus.DECLINED, reason=words)
        queue_message(
            share, TransferType.REJECT, facts=Facts(), in_reply_to=offer.message_id, decided_by=actor.label[:100],
            reason=words,
        )  # fmt: skip
        share.closed_at = now()
        share.save(update_fields=["closed_at"])
        audit.record(actor, AuditAction.ALTER, f"incidents.transfer:{offer.pk}", fields=["status"], purpose=words)


def _lock_offer(actor: Actor, transfer_id: UUID | str, to: ReceivingStatus) -> tuple[Transfer, PartnerShare]:
    """Share, then message. No incident is there yet that would come before them."""
    key = as_uuid(transfer_id)
    mine = Transfer.objects.visible_to(actor).filter(
        pk=key, direction=TransferDirection.IN, message_type=TransferType.CREATE
    )
    share_id = mine.values_list("share_id", flat=True).first()
    if share_id is None:
        raise NotFound()
    shares = PartnerShare.objects.visible_to(actor).select_for_update(no_key=True, of=("self",))
    share = shares.select_related("partner__force").get(pk=share_id)
    offer = Transfer.objects.visible_to(actor).select_for_update(no_key=True).get(pk=key)
    if to not in RECEIVING_TRANSITIONS[offer.status]:
        by = f" by {offer.accepted_by}" if offer.accepted_by else ""
        what = ReceivingStatus(offer.status).label.lower()
        raise Conflict(f"This offer is already {what}{by}. Look in the queue.", code="decided")
    return offer, share


def _decide(actor: Actor, offer: Transfer, status: ReceivingStatus, *, mapped: str = "", reason: str = "") -> None:
    offer.status, offer.ack_at, offer.accepted_by = status, now(), actor.label[:100]
    offer.incident_type_mapped, offer.reason = mapped[:3], reason
    offer.save(update_fields=["status", "ack_at", "accepted_by", "incident_type_mapped", "reason"])
    announce_offer(offer)


def _number(raw: str) -> str:
    """Their caller's number where we can read it; where not, the log keeps it as it was sent."""
    try:
        return parse_phone(raw) if raw else ""
    except Invalid:
        return ""


def _place(incident: Incident, offer: Transfer) -> None:
    """Their point is a report like any other; it is in use until there is a better one."""
    if offer.lat is None:
        return
    assert offer.received_at is not None
    incident.location = Location.objects.create(
        force_id=incident.force_id, incident=incident, source=LocationSource.CALLER, method="partner",
        lat=offer.lat, lon=offer.lon, radius_m=offer.radius_m, words=offer.location_words,
        fixed_at=min(offer.sent_at, offer.received_at), received_at=offer.received_at,
        author_label=offer.partner.name,
    )  # fmt: skip
    incident.save(update_fields=["location"])


def _tell_log(partner: Actor, share: PartnerShare, incident: Incident, offer: Transfer, number: str) -> None:
    exercise = "EXERCISE. " if offer.exercise else ""
    lines = [f"{exercise}Offered by {share.partner.name}. {references(share)}", *told_lines(offer)]
    if offer.caller_number and not number:
        lines.append(f"Caller's number as sent: {offer.caller_number}")
    partner_entry(partner, incident, offer, "\n".join(lines))
    for rest in in_pieces(offer.narrative[DESCRIPTION_LIMIT:]):
        partner_entry(partner, incident, offer, rest)
