"""Lists of the intelligence database: records POLE still wants something of, links, markers, reports.

Finding somebody by name is a check, with a reason (`services.checks`); these lists start from a record that is known.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from core import audit
from core.actors import Actor
from core.clock import now
from core.errors import Invalid, NotFound
from core.models import AuditAction
from core.permissions import can, check
from incidents.selectors.ids import as_uuid
from suspects.models import Address, IntelligenceReport, Link, Operation, Organisation, Person, Vehicle
from suspects.selectors.profile.urgent import visible_markers
from suspects.selectors.wanted_cards import planned_people
from suspects.states import IntelState

PAGE_LIMIT = 200
_MODELS: dict[str, type[Person | Vehicle | Address | Organisation]] = {
    "person": Person, "vehicle": Vehicle, "address": Address, "organisation": Organisation,
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Page:
    """`count` is how many there are in all; `rows` the slice asked for."""

    count: int
    rows: list[Any]


def incomplete_people(actor: Actor, *, limit: int = 50, offset: int = 0) -> Page:
    """People whose record lacks the POLE minimum, the oldest first: work for who may write them.

    One LIST entry with the ids shown. Raises NotAllowed.
    """
    check(actor, "person.write")
    rows = Person.objects.visible_to(actor).filter(pole_incomplete=True).order_by("recorded_at", "id")
    return _page(actor, rows, "suspects.person", "POLE minimum wanted", limit, offset)


def get_organisation(actor: Actor, organisation_id: UUID | str, purpose: str = "") -> Organisation:
    """One organisation; one CONSULT entry. Raises NotFound, NotAllowed."""
    check(actor, "person.view")
    with transaction.atomic():
        row: Organisation = _known(actor, "organisation", organisation_id)
        audit.record(actor, AuditAction.CONSULT, f"suspects.organisation:{row.pk}", purpose=purpose)
    return row


def links_of(actor: Actor, end: str, key: UUID | str, *, limit: int = 50, offset: int = 0) -> Page:
    """Links of a person, vehicle, address or organisation, newest first, with both ends. One LIST entry.

    Under a planned operation a person's places are left out, from whichever end one asks.
    Raises NotFound, NotAllowed, Invalid (end).
    """
    check(actor, "person.view")
    row = _known(actor, end, key)
    rows = Link.objects.visible_to(actor).filter(**{end: row})
    if end == "person":
        rows = rows | Link.objects.visible_to(actor).filter(other_person=row)
    rows = rows.exclude(address__isnull=False, person__in=planned_people(actor, now()))
    rows = rows.select_related("person", "other_person", "vehicle", "address", "organisation")
    return _page(actor, rows.order_by("-recorded_at", "id"), "suspects.link", f"{end}:{row.pk}", limit, offset)


def markers_of(actor: Actor, end: str, key: UUID | str, *, limit: int = 50, offset: int = 0) -> Page:
    """Standing markers of a person, vehicle or address that the actor may see. One LIST entry.

    Raises NotFound, NotAllowed, Invalid (end).
    """
    check(actor, "person.view")
    if end == "organisation":
        raise Invalid(fields={"subject": "Name one person, vehicle or address."})
    row = _known(actor, end, key)
    rows = visible_markers(actor, now()).filter(**{end: row}).order_by("added_at", "id")
    return _page(actor, rows, "suspects.marker", f"{end}:{row.pk}", limit, offset)


def intelligence_page(actor: Actor, *, state: str = IntelState.DISSEMINATED, limit: int = 50, offset: int = 0) -> Page:
    """Reports, newest first: disseminated ones for who may view, all states for who may write. One LIST entry.

    What concerns somebody under a planned operation is left out, but for who may run one.
    Raises NotAllowed, Invalid (state).
    """
    check(actor, "intel.view" if state == IntelState.DISSEMINATED else "intel.write")
    if state not in IntelState.values:
        raise Invalid(fields={"state": f"Use one of: {', '.join(IntelState.values)}."})
    rows = IntelligenceReport.objects.visible_to(actor).filter(state=state).prefetch_related("subjects")
    if not can(actor, "operation.manage"):
        planned = Operation.objects.visible_to(actor).in_force(now()).values("person_id")
        rows = rows.exclude(subjects__person__in=planned)
    rows = rows.order_by("-submitted_at", "id")
    return _page(actor, rows, "suspects.intelligencereport", f"intelligence {state}", limit, offset)


def get_report(actor: Actor, report_id: UUID | str, purpose: str = "") -> IntelligenceReport:
    """One report the actor may see; one CONSULT entry. Raises NotFound, NotAllowed."""
    check(actor, "intel.view")
    rows = IntelligenceReport.objects.visible_to(actor).prefetch_related("subjects")
    if not can(actor, "intel.write"):
        rows = rows.disseminated()
    if not can(actor, "operation.manage"):
        rows = rows.exclude(
            subjects__person__in=Operation.objects.visible_to(actor).in_force(now()).values("person_id")
        )
    with transaction.atomic():
        report: IntelligenceReport | None = rows.filter(pk=as_uuid(report_id)).first()
        if report is None:
            raise NotFound()
        audit.record(actor, AuditAction.CONSULT, f"suspects.intelligencereport:{report.pk}", purpose=purpose)
    return report


def _known(actor: Actor, end: str, key: UUID | str) -> Any:
    if end not in _MODELS:
        raise Invalid(fields={"subject": f"Name one of: {', '.join(_MODELS)}."})
    row = _MODELS[end].objects.visible_to(actor).filter(pk=as_uuid(key)).first()
    if row is None:
        raise NotFound()
    return row


def _page(actor: Actor, rows: QuerySet[Any], obj: str, purpose: str, limit: int, offset: int) -> Page:
    start = max(offset, 0)
    with transaction.atomic():
        count = rows.count()
        shown = list(rows[start : start + min(max(limit, 1), PAGE_LIMIT)])
        audit.record(
            actor, AuditAction.LIST, obj, purpose=purpose, result_ids=[row.pk for row in shown], result_count=len(shown)
        )
    return Page(count=count, rows=shown)
