"""Opening and sealing exhibits."""

from __future__ import annotations

import hashlib
import json
from uuid import UUID

from django.db import IntegrityError, transaction

from core import audit
from core.actors import Actor
from core.clock import now
from core.errors import Conflict
from core.models import AuditAction
from evidence.continuity import add_act, lock_exhibit
from evidence.models import EvidenceItem, Exhibit
from evidence.permissions import check_collect
from evidence.services.announce import announce
from evidence.services.references import next_reference
from evidence.states import EXHIBIT_TRANSITIONS, Act, ExhibitState, ItemState
from incidents import selectors as incidents
from incidents.services import clean_text


def open_exhibit(
    *, actor: Actor, incident_id: UUID | str, producer: Actor, description: str, source_key: str
) -> Exhibit:
    """Open an exhibit of an incident under the producer's next reference. The same `source_key` opens one.

    Raises NotFound (incident hidden or missing), NotAllowed, Invalid (description, source_key).
    """
    check_collect(actor)
    incident = incidents.incident_key(actor, incident_id)
    words = clean_text(description, field="description", limit=300, required=True)
    key = clean_text(source_key, field="source_key", limit=120, required=True)
    try:
        with transaction.atomic():
            return _earlier(incident.force_id, key) or _store(
                actor, producer, words, key, incident.id, incident.force_id
            )
    except IntegrityError:
        earlier = _earlier(incident.force_id, key)  # opened at the same moment by somebody else's hand
        if earlier is None:
            raise
        return earlier


def seal_exhibit(*, actor: Actor, exhibit_id: UUID | str) -> Exhibit:
    """End collecting: every item must be sealed, then the list of their hashes gets one hash, the exhibit's seal.

    Sealing again changes nothing. Raises NotFound, NotAllowed, Conflict (nothing in it, an item not sealed, locked).
    """
    check_collect(actor)
    with transaction.atomic():
        exhibit = lock_exhibit(actor, exhibit_id)
        if exhibit.is_sealed:
            return exhibit
        if ExhibitState.SEALED not in EXHIBIT_TRANSITIONS[exhibit.state]:
            raise Conflict("A check of this exhibit failed. An evidence manager has to look first.", code="locked")
        items = list(EvidenceItem.objects.filter(exhibit=exhibit).in_order())
        if not items:
            raise Conflict("There is nothing in this exhibit to seal.", code="empty")
        if any(item.state != ItemState.SEALED for item in items):
            raise Conflict("Not every part of this exhibit is stored yet.", code="not_stored")
        exhibit.state = ExhibitState.SEALED
        exhibit.seal = seal_of(items)
        exhibit.sealed_at = now()
        exhibit.save(update_fields=["state", "seal", "sealed_at"])
        add_act(actor, exhibit, Act.SEALED, seal=exhibit.seal, items=len(items))
        audit.record(
            actor, AuditAction.ALTER, f"evidence.exhibit:{exhibit.pk}", fields=["state"],
            incident=str(exhibit.incident_id),
        )  # fmt: skip
        announce(exhibit)
    return exhibit


def seal_of(items: list[EvidenceItem]) -> str:
    """SHA-256 over the canonical list of kind, part, hash and size of every item."""
    rows = sorted([str(item.kind), item.part_number, item.sha256, item.size_bytes] for item in items)
    return hashlib.sha256(json.dumps(rows, separators=(",", ":")).encode()).hexdigest()


def _earlier(force_id: int, source_key: str) -> Exhibit | None:
    found: Exhibit | None = Exhibit.objects.filter(force_id=force_id, source_key=source_key).first()
    return found


def _store(
    actor: Actor, producer: Actor, description: str, source_key: str, incident_id: UUID, force_id: int
) -> Exhibit:
    initials, number = next_reference(force_id=force_id, incident_id=incident_id, producer=producer)
    exhibit = Exhibit.objects.create(
        force_id=force_id,
        incident_id=incident_id,
        ref=f"{initials}/{number}",
        initials=initials,
        number=number,
        producer_id=producer.user_id,
        producer_label=producer.label[:100],
        description=description,
        opened_at=now(),
        source_key=source_key,
    )
    add_act(actor, exhibit, Act.OPENED, ref=exhibit.ref)
    audit.record(actor, AuditAction.COLLECT, f"evidence.exhibit:{exhibit.pk}", incident=str(incident_id))
    announce(exhibit)
    return exhibit
