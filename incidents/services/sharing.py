"""Sharing an incident with a partner: a person says why, sees what is sent, and the disclosure is on the record."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db import IntegrityError, transaction

from core import audit
from core.actors import Actor
from core.clock import now
from core.errors import Conflict, NotFound, Unavailable
from core.models import AuditAction
from incidents.interchange.message import Facts
from incidents.models import Incident, PartnerAgency, PartnerShare, Transfer
from incidents.permissions import check_share, check_view
from incidents.selectors.ids import as_uuid
from incidents.selectors.partners import ShareLine
from incidents.services.locks import lock_incident
from incidents.services.log import write_entry
from incidents.services.partner_messages import announce, digest_of, facts_of, queue_message, references
from incidents.services.problems import Problems
from incidents.services.text import clean_text
from incidents.states import LegalBasis, LogChannel, LogType, TransferDirection, TransferType

PURPOSE_LIMIT, UPDATE_LIMIT = 200, 3000


def share_incident(
    *,
    actor: Actor,
    incident_id: UUID | str,
    partner_id: UUID | str,
    purpose: str,
    legal_basis: str,
    with_caller: bool,
    seen: str,
) -> PartnerShare:
    """Tell a partner about an incident. `seen` is the digest of the preview the person decided on.

    Raises NotFound, NotAllowed, Invalid (partner, purpose, legal_basis), Conflict (already shared, facts changed),
    Unavailable (the partner's standard is not ready).
    """
    check_share(actor)
    check_view(actor)
    try:
        with transaction.atomic():
            incident = lock_incident(actor, incident_id)
            partner, why = _check(actor, partner_id, purpose, legal_basis)
            facts = facts_of(incident, with_caller=with_caller)
            if seen != digest_of(facts_of(incident, with_caller=True)):
                raise Conflict(
                    "The incident changed while you looked. Look at what is sent, then share it.", code="stale"
                )
            share = PartnerShare.objects.create(
                force_id=incident.force_id, partner=partner, incident=incident, direction=TransferDirection.OUT,
                our_ref=incident.canonical, purpose=why, legal_basis=legal_basis, with_caller=with_caller,
                opened_at=now(), opened_by_label=actor.label[:100], told_digest=digest_of(facts),
            )  # fmt: skip
            transfer = queue_message(share, TransferType.CREATE, facts=facts)
            _disclosed(actor, share, incident, facts, why)
            basis = LegalBasis(legal_basis).label
            _log(actor, incident, f"Shared with {partner.name}. Purpose: {why}. {basis}. {references(share)}")
            announce(share, transfer)
    except IntegrityError as error:
        if (
            not PartnerShare.objects.visible_to(actor)
            .filter(incident=incident.pk, partner=partner.pk, closed_at=None)
            .exists()
        ):
            raise
        raise Conflict("This incident is already shared with them. Send an update.", code="shared") from error
    return share


@dataclass(frozen=True, kw_only=True)
class Preview:
    """What is sent when it is shared now. `seen` names it: what is sent is what was looked at."""

    facts: Facts
    seen: str


def preview(incident: Incident) -> Preview:
    """For a page that has read the incident."""
    facts = facts_of(incident, with_caller=True)
    return Preview(facts=facts, seen=digest_of(facts))


def changed_since(incident: Incident, lines: Iterable[ShareLine]) -> set[UUID]:
    """Sharings whose partner was told other facts than these. For a page that has read the incident."""
    now_so = {caller: digest_of(facts_of(incident, with_caller=caller)) for caller in (False, True)}
    return {
        line.share.pk
        for line in lines
        if line.share.told_digest and line.share.told_digest != now_so[line.share.with_caller]
    }


def send_update(*, actor: Actor, incident_id: UUID | str, share_id: UUID | str, text: str) -> Transfer:
    """Tell a partner what changed: the facts as they are now, and a person's words.

    Raises NotFound, NotAllowed, Invalid (text), Conflict (the sharing is over).
    """
    check_share(actor)
    check_view(actor)
    with transaction.atomic():
        incident = lock_incident(actor, incident_id)
        words = clean_text(text, field="text", limit=UPDATE_LIMIT, required=True, lines=True)
        share = _lock_share(actor, incident, share_id)
        facts = facts_of(incident, with_caller=share.with_caller)
        share.told_digest = digest_of(facts)
        share.save(update_fields=["told_digest"])
        told = Facts(
            priority=facts.priority, incident_type=facts.incident_type, place=facts.place,
            caller_name=facts.caller_name, caller_number=facts.caller_number, narrative=words,
        )  # fmt: skip
        transfer = queue_message(share, TransferType.UPDATE, facts=told)
        _disclosed(actor, share, incident, told, share.purpose)
        _log(actor, incident, f"To {share.partner.name}: {words}")
        announce(share, transfer)
    return transfer


def tell_partners_closed(actor: Actor, incident: Incident) -> None:
    """Each partner that knows of the incident hears that we closed it. In the closing's own transaction."""
    rows = PartnerShare.objects.visible_to(actor).select_for_update(no_key=True, of=("self",))
    for share in rows.select_related("partner__force").filter(incident=incident, closed_at=None):
        assert incident.closing_category is not None
        facts = Facts(incident_type=incident.closing_category.name, narrative="We have closed this incident.")
        share.closed_at = now()
        share.save(update_fields=["closed_at"])
        try:
            transfer = queue_message(share, TransferType.CLOSE, facts=facts)
        except Unavailable as error:  # no reason to keep our incident open
            _log(actor, incident, f"{share.partner.name} was not told: {error.message} {share.partner.telephone}")
            continue
        _disclosed(actor, share, incident, facts, share.purpose)
        _log(actor, incident, f"{share.partner.name} is told that this incident is closed. {references(share)}")
        announce(share, transfer)


def _check(actor: Actor, partner_id: UUID | str, purpose: str, legal_basis: str) -> tuple[PartnerAgency, str]:
    problems = Problems()
    try:
        rows = PartnerAgency.objects.visible_to(actor).select_related("force")
        partner: PartnerAgency | None = rows.filter(pk=as_uuid(partner_id), active=True).first()
    except NotFound:
        partner = None
    if partner is None:
        problems.add("partner", "Choose who is told.")
    why = problems.take(lambda: clean_text(purpose, field="purpose", limit=PURPOSE_LIMIT, required=True), "")
    if legal_basis not in LegalBasis.values:
        problems.add("legal_basis", "Choose the legal basis.")
    problems.stop_here()
    assert partner is not None  # or stop_here had raised
    return partner, why


def _lock_share(actor: Actor, incident: Incident, share_id: UUID | str) -> PartnerShare:
    rows = PartnerShare.objects.visible_to(actor).select_for_update(no_key=True, of=("self",))
    share: PartnerShare | None = (
        rows.select_related("partner__force").filter(pk=as_uuid(share_id), incident=incident).first()
    )
    if share is None:
        raise NotFound()
    if share.closed_at is not None:
        raise Conflict("This sharing is over. Share the incident again if they must know.", code="share_closed")
    return share


def _disclosed(actor: Actor, share: PartnerShare, incident: Incident, facts: Facts, purpose: str) -> None:
    """DPA 2018 s.62: what was told, to whom, why and on what basis."""
    told = [name for name in ("caller_name", "caller_number", "narrative") if getattr(facts, name)]
    basis = LegalBasis(share.legal_basis).label if share.legal_basis else "Answer to the agency that told us"
    audit.record(
        actor, AuditAction.DISCLOSE, f"incidents.partnershare:{share.pk}", incident=str(incident.pk),
        recipient=share.partner.name, fields=["priority", "incident_type", "location", *told],
        purpose=purpose or "shared incident", justification=basis,
    )  # fmt: skip


def _log(actor: Actor, incident: Incident, text: str) -> None:
    typed = LogChannel.TYPED if actor.kind == "user" else LogChannel.SYSTEM
    write_entry(actor, incident, type=LogType.TRANSFER, channel=typed, text=text)
