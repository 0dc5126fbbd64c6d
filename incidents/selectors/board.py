"""The board: every open incident of the force in three sections, in a constant number of queries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.crypto import salted_hmac

from core import audit
from core.actors import Actor
from core.errors import NotFound
from core.models import AuditAction
from incidents.models import Assignment, Incident
from incidents.permissions import can_view, check_list
from incidents.selectors.ids import as_uuid

BOARD_LIMIT = 500  # rows; the most urgent are kept


@dataclass(frozen=True, kw_only=True)
class UnitOnRow:
    """A unit on its way or there. `state` is the force's State code."""

    call_sign: str
    state: str
    status: str


@dataclass(frozen=True, kw_only=True)
class BoardRow:
    """What one row shows. Times are UTC; clocks run on the terminal from `received_at` and `attend_by`.

    `section` is "unassigned_immediate", "mine" or "others". `location_text` is empty for roles that see only the list.
    """

    id: UUID
    section: str
    reference: str
    serial: int
    channel: str
    status: str
    grade: str
    grade_label: str
    grade_colour: str
    grade_sort: int
    emergency: bool
    category: str
    location_text: str
    received_at: datetime
    attend_by: datetime | None
    attended_at: datetime | None
    units: tuple[UnitOnRow, ...]
    opened_by: str
    opened_by_me: bool
    version: int
    words: str


@dataclass(frozen=True, kw_only=True)
class Board:
    """`total` counts every open incident, also those beyond the limit."""

    unassigned_immediate: tuple[BoardRow, ...]
    mine: tuple[BoardRow, ...]
    others: tuple[BoardRow, ...]
    total: int

    @property
    def rows(self) -> tuple[BoardRow, ...]:
        return self.unassigned_immediate + self.mine + self.others


def board(actor: Actor) -> Board:
    """Open incidents of the actor's force, most urgent first, then oldest. One LIST audit entry names the ids shown.

    Raises NotAllowed.
    """
    check_list(actor)
    with transaction.atomic():
        open_rows = Incident.objects.visible_to(actor).open()
        incidents = list(open_rows.with_tables().most_urgent_first()[:BOARD_LIMIT])
        total = len(incidents) if len(incidents) < BOARD_LIMIT else open_rows.count()
        rows = _rows(actor, incidents)
        audit.record(
            actor, AuditAction.LIST, "incidents.incident", purpose="board", result_ids=[row.id for row in rows],
            result_count=len(rows),
        )  # fmt: skip
    return Board(
        unassigned_immediate=tuple(row for row in rows if row.section == "unassigned_immediate"),
        mine=tuple(row for row in rows if row.section == "mine"),
        others=tuple(row for row in rows if row.section == "others"),
        total=total,
    )


def board_row(actor: Actor, incident_id: UUID | str) -> BoardRow:
    """One row, for a board that heard of a change; a closed incident's says so. Raises NotFound, NotAllowed."""
    check_list(actor)
    with transaction.atomic():
        incident = Incident.objects.visible_to(actor).with_tables().filter(pk=as_uuid(incident_id)).first()
        if incident is None:
            raise NotFound()
        [row] = _rows(actor, [incident])
        audit.record(actor, AuditAction.LIST, "incidents.incident", purpose="board row", result_ids=[row.id])
    return row


def _rows(actor: Actor, incidents: list[Incident]) -> list[BoardRow]:
    units = _units_by_incident(incidents)
    seen = can_view(actor)
    return [_row(actor, incident, units.get(incident.pk, ()), full=seen) for incident in incidents]


def _units_by_incident(incidents: Iterable[Incident]) -> dict[UUID, tuple[UnitOnRow, ...]]:
    found: dict[UUID, tuple[UnitOnRow, ...]] = {}
    assignments = Assignment.objects.filter(incident__in=[incident.pk for incident in incidents]).active()
    for one in assignments.select_related("resource__status").order_by("assigned_at"):
        unit = UnitOnRow(call_sign=one.resource.call_sign, state=one.resource.status.code, status=one.status)
        found[one.incident_id] = (*found.get(one.incident_id, ()), unit)
    return found


def _row(actor: Actor, incident: Incident, units: tuple[UnitOnRow, ...], *, full: bool) -> BoardRow:
    grade = incident.current_grade
    return BoardRow(
        id=incident.pk,
        section=_section(actor, incident, units),
        reference=incident.reference,
        serial=incident.serial,
        channel=incident.channel,
        status=incident.status,
        grade=grade.code,
        grade_label=grade.label,
        grade_colour=grade.colour,
        grade_sort=grade.sort,
        emergency=grade.emergency,
        category=(incident.closing_category or incident.opening_category).name,
        location_text=incident.location_text if full else "",
        received_at=incident.received_at,
        attend_by=incident.attend_by,
        attended_at=incident.attended_at,
        units=units,
        opened_by=incident.opened_by_label if full else "",
        opened_by_me=_opened_by(actor, incident),
        version=incident.version,
        words=row_words(incident),
    )


def row_words(incident: Incident) -> str:
    """Digest of the words that a row shows, 16 hex digits: tells a board that they changed, and nothing else.

    Keyed, so that nobody who hears it can try words against it.
    """
    category = incident.closing_category_id or incident.opening_category_id
    return salted_hmac("incidents.row_words", f"{category}\n{incident.location_text}").hexdigest()[:16]


def _opened_by(actor: Actor, incident: Incident) -> bool:
    return actor.user_id is not None and incident.opened_by_id == actor.user_id


def _section(actor: Actor, incident: Incident, units: tuple[UnitOnRow, ...]) -> str:
    if incident.current_grade.emergency and not units and incident.is_open:
        return "unassigned_immediate"
    sent = bool(actor.call_sign) and any(unit.call_sign == actor.call_sign for unit in units)
    return "mine" if _opened_by(actor, incident) or sent else "others"
