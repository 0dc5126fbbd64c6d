"""Reading what is shared with partners, and what they offer."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from core import audit
from core.actors import Actor
from core.errors import NotFound
from core.machine_door import KnownKey
from core.models import AuditAction
from incidents.models import Incident, PartnerAgency, PartnerShare, Transfer
from incidents.permissions import can_accept, can_share, check_accept, check_list
from incidents.selectors.ids import as_uuid
from incidents.states import ReceivingStatus, SendingStatus, TransferDirection, TransferType

OFFERS_SHOWN = 50


@dataclass(frozen=True, kw_only=True)
class ShareLine:
    """One partner on the head of an incident: who, how far, and whether somebody must telephone."""

    share: PartnerShare
    opening: Transfer

    @property
    def partner(self) -> str:
        return self.share.partner.name

    @property
    def telephone(self) -> str:
        return self.share.partner.telephone

    @property
    def is_open(self) -> bool:
        return self.share.closed_at is None and self.share.incident_id is not None

    @property
    def look(self) -> str:
        """A look of the chip: its word beside it says the same."""
        if self.share.alarm_at is not None or self.opening.status == SendingStatus.FAILED:
            return "live"
        if self.opening.status in (SendingStatus.ACKNOWLEDGED, ReceivingStatus.ACCEPTED):
            return "partner"
        return "warn"

    @property
    def words(self) -> str:
        if self.share.alarm_at is not None or self.opening.status == SendingStatus.FAILED:
            return "telephone them"
        if self.share.closed_at is not None and self.opening.status != SendingStatus.REJECTED:
            return "sharing ended"
        waits = self.opening.status in (SendingStatus.QUEUED, SendingStatus.DELIVERED)
        return "waiting for them" if waits else str(self.opening.get_status_display()).lower()


def share_lines(actor: Actor, incident: Incident) -> list[ShareLine]:
    """Whom this incident is shared with, oldest first. For a page that has read the incident: no entry of its own."""
    openings = Transfer.objects.visible_to(actor).filter(share__incident=incident, message_type=TransferType.CREATE)
    rows = openings.select_related("share__partner").order_by("share__opened_at")
    return [ShareLine(share=one.share, opening=one) for one in rows]


def transfers_of(actor: Actor, incident: Incident) -> list[Transfer]:
    """Every message about this incident, oldest first. For a page that has read the incident."""
    rows = Transfer.objects.visible_to(actor).filter(share__incident=incident).select_related("partner")
    return list(rows.order_by("sent_at", "sequence"))


def partners(actor: Actor) -> list[PartnerAgency]:
    """Agencies that can be told, by name: a table, nobody's data."""
    return list(PartnerAgency.objects.visible_to(actor).filter(active=True).order_by("name"))


@dataclass(frozen=True, kw_only=True)
class PartnerDesk:
    """What of partners waits for a person here: what they offer, and whom of them to telephone."""

    offers: list[Transfer]
    not_taken: list[ShareLine]


def partner_desk(actor: Actor) -> PartnerDesk:
    """What partners offer and nobody has taken yet, and what nobody there has taken in time; oldest first. One LIST
    entry with the ids shown, if any. Raises NotAllowed."""
    check_list(actor)
    if not can_share(actor):
        check_accept(actor)
    with transaction.atomic():
        waiting = (
            _offers(actor).filter(status=ReceivingStatus.OFFERED) if can_accept(actor) else Transfer.objects.none()
        )
        offers = list(waiting.order_by("received_at")[:OFFERS_SHOWN])
        late = Transfer.objects.visible_to(actor).filter(
            message_type=TransferType.CREATE, share__alarm_at__isnull=False, share__closed_at=None
        )
        rows = late.select_related("share__partner", "share__incident").order_by("share__alarm_at")[:OFFERS_SHOWN]
        not_taken = [ShareLine(share=one.share, opening=one) for one in rows]
        if shown := [*(one.pk for one in offers), *(one.opening.pk for one in not_taken)]:
            audit.record(actor, AuditAction.LIST, "incidents.transfer", result_ids=shown)
    return PartnerDesk(offers=offers, not_taken=not_taken)


def get_offer(actor: Actor, transfer_id: UUID | str) -> Transfer:
    """One offer, taken or not; one CONSULT entry. Raises NotFound, NotAllowed."""
    check_accept(actor)
    with transaction.atomic():
        offer = _offers(actor).filter(pk=as_uuid(transfer_id)).first()
        if offer is None:
            raise NotFound()
        audit.record(actor, AuditAction.CONSULT, f"incidents.transfer:{offer.pk}", purpose="offer")
    return offer


def _offers(actor: Actor) -> QuerySet[Transfer]:
    rows: QuerySet[Transfer] = Transfer.objects.visible_to(actor).select_related("partner", "share")
    return rows.filter(direction=TransferDirection.IN, message_type=TransferType.CREATE)


def partner_key(keyid: str) -> KnownKey[PartnerAgency] | None:
    """Whose key that is, for the door. The one read across forces: nobody is signed in yet, and the key says who."""
    partner = PartnerAgency.objects.select_related("force").filter(their_key_id=keyid, active=True).first()
    if partner is None or not partner.their_public_key:
        return None
    return KnownKey(public=partner.their_public_key, owner=partner)
