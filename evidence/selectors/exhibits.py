"""Exhibits with their items, copies and continuity."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Prefetch

from core import audit
from core.actors import Actor
from core.errors import NotFound
from core.models import AuditAction
from evidence.models import ContinuityEvent, EvidenceItem, Exhibit
from evidence.permissions import can_view, check_view
from incidents import selectors as incidents
from incidents.selectors.ids import as_uuid

PAGE_LIMIT = 200


@dataclass(frozen=True, kw_only=True)
class ExhibitPage:
    """`count` is how many there are in all; `rows` the slice asked for, newest first."""

    count: int
    rows: list[Any]


def incident_exhibits(actor: Actor, incident_id: UUID | str) -> list[Exhibit]:
    """Exhibits of an incident with `.items.all()` and `.copies.all()`, oldest first; one LIST audit entry.

    Raises NotFound, NotAllowed.
    """
    check_view(actor)
    incident = incidents.incident_key(actor, incident_id)
    with transaction.atomic():
        rows = list(Exhibit.objects.visible_to(actor).whole().filter(incident_id=incident.id).order_by("opened_at"))
        audit.record(
            actor, AuditAction.LIST, "evidence.exhibit", result_ids=[row.pk for row in rows], result_count=len(rows),
            incident=str(incident.id),
        )  # fmt: skip
    return rows


def get_exhibit(actor: Actor, exhibit_id: UUID | str, purpose: str = "") -> Exhibit:
    """One exhibit with items, copies and `.continuity.all()` in order; one CONSULT audit entry.

    Raises NotFound, NotAllowed.
    """
    check_view(actor)
    with transaction.atomic():
        acts = Prefetch("continuity", ContinuityEvent.objects.select_related("item").order_by("seq"))
        exhibit: Exhibit | None = (
            Exhibit.objects.visible_to(actor).whole().prefetch_related(acts).filter(pk=as_uuid(exhibit_id)).first()
        )
        if exhibit is None:
            raise NotFound()
        audit.record(
            actor, AuditAction.CONSULT, f"evidence.exhibit:{exhibit.pk}", purpose=purpose,
            incident=str(exhibit.incident_id),
        )  # fmt: skip
    return exhibit


def get_item(actor: Actor, item_id: UUID | str, purpose: str = "") -> EvidenceItem:
    """One item's particulars, not its content; one CONSULT audit entry. Raises NotFound, NotAllowed."""
    check_view(actor)
    with transaction.atomic():
        rows = EvidenceItem.objects.visible_to(actor).select_related("exhibit")
        item: EvidenceItem | None = rows.filter(pk=as_uuid(item_id)).first()
        if item is None:
            raise NotFound()
        audit.record(
            actor, AuditAction.CONSULT, f"evidence.evidenceitem:{item.pk}", purpose=purpose,
            incident=str(item.exhibit.incident_id),
        )  # fmt: skip
    return item


@dataclass(frozen=True, kw_only=True)
class PictureMoment:
    """When a picture was taken, and the exhibit that holds it."""

    ref: str
    at: datetime


def picture_moments(actor: Actor, source_prefix: str) -> list[PictureMoment]:
    """Of the pictures a collector registered under keys that begin so: references and times only, so no audit entry.
    Nothing for who may not see evidence."""
    if not can_view(actor):
        return []
    rows = EvidenceItem.objects.visible_to(actor).filter(source_key__startswith=source_prefix)
    found = rows.exclude(captured_start=None).order_by("captured_start").values_list("exhibit__ref", "captured_start")
    return [PictureMoment(ref=ref, at=at) for ref, at in found[:PAGE_LIMIT]]


def sealed_hash(actor: Actor, item_id: UUID) -> str:
    """The SHA-256 that an item was sealed with; "" for one that is not sealed or not to be seen. No audit entry."""
    rows = EvidenceItem.objects.visible_to(actor).filter(pk=item_id)
    item: EvidenceItem | None = rows.first()
    return item.sha256 if item is not None and item.is_sealed else ""


def exhibits_page(
    actor: Actor, *, incident_id: UUID | str | None = None, limit: int = 50, offset: int = 0
) -> ExhibitPage:
    """A slice of the force's exhibits, newest first; one LIST audit entry. Raises NotAllowed, NotFound (incident)."""
    check_view(actor)
    rows = Exhibit.objects.visible_to(actor).whole()
    if incident_id is not None:
        rows = rows.filter(incident_id=incidents.incident_key(actor, incident_id).id)
    return _page(actor, rows.order_by("-opened_at", "id"), "evidence.exhibit", limit, offset)


def items_page(actor: Actor, *, exhibit_id: UUID | str | None = None, limit: int = 50, offset: int = 0) -> ExhibitPage:
    """A slice of the force's evidence items, newest first; one LIST audit entry. Raises NotAllowed, NotFound."""
    check_view(actor)
    rows = EvidenceItem.objects.visible_to(actor).select_related("exhibit")
    if exhibit_id is not None:
        key = as_uuid(exhibit_id)
        if not Exhibit.objects.visible_to(actor).filter(pk=key).exists():
            raise NotFound()
        rows = rows.filter(exhibit_id=key)
    return _page(actor, rows.order_by("-received_at", "id"), "evidence.evidenceitem", limit, offset)


def _page(actor: Actor, rows: Any, what: str, limit: int, offset: int) -> ExhibitPage:
    start = max(offset, 0)
    with transaction.atomic():
        count = rows.count()
        found = list(rows[start : start + min(max(limit, 1), PAGE_LIMIT)])
        audit.record(actor, AuditAction.LIST, what, result_ids=[row.pk for row in found], result_count=len(found))
    return ExhibitPage(count=count, rows=found)
