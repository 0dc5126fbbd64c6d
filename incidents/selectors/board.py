"""The board: every open incident of the force in three sections, in a constant number of queries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.crypto import salted_hmac

from core import audit
from core.actors import Actor
from core.errors import NotFound
from core.models import AuditAction
from incidents.models import Assignment, Incident
from incidents.models.incidents import reference_of
from incidents.permissions import can_view, check_list
from incidents.selectors.ids import as_uuid
from incidents.states import IncidentStatus

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
        found = list(open_rows.most_urgent_first().values(*_SHOWN)[:BOARD_LIMIT])
        total = len(found) if len(found) < BOARD_LIMIT else open_rows.count()
        rows = _rows(actor, found)
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
        found = Incident.objects.visible_to(actor).filter(pk=as_uuid(incident_id)).values(*_SHOWN).first()
        if found is None:
            raise NotFound()
        [row] = _rows(actor, [found])
        audit.record(actor, AuditAction.LIST, "incidents.incident", purpose="board row", result_ids=[row.id])
    return row


def _rows(actor: Actor, found: list[dict[str, Any]]) -> list[BoardRow]:
    units = _units_by_incident([one["id"] for one in found])
    full = can_view(actor)
    return [_row(actor, one, units.get(one["id"], ()), full=full) for one in found]


def _units_by_incident(ids: list[UUID]) -> dict[UUID, tuple[UnitOnRow, ...]]:
    found: dict[UUID, tuple[UnitOnRow, ...]] = {}
    assignments = Assignment.objects.filter(incident__in=ids).active().order_by("assigned_at")
    facts = assignments.values_list("incident_id", "resource__call_sign", "resource__status__code", "status")
    for incident, call_sign, state, status in facts:
        unit = UnitOnRow(call_sign=call_sign, state=state, status=status)
        found[incident] = (*found.get(incident, ()), unit)
    return found


# A board of 500 is read at every opening of every page: rows of values, no objects with all they could do.
_SHOWN = (
    "id",
    "serial",
    "local_date",
    "channel",
    "status",
    "location_text",
    "received_at",
    "attend_by",
    "attended_at",
    "opened_by_id",
    "opened_by_label",
    "version",
    "opening_category_id",
    "closing_category_id",
    "opening_category__name",
    "closing_category__name",
    "current_grade__code",
    "current_grade__label",
    "current_grade__colour",
    "current_grade__sort",
    "current_grade__emergency",
)


def _row(actor: Actor, one: dict[str, Any], units: tuple[UnitOnRow, ...], *, full: bool) -> BoardRow:
    mine = actor.user_id is not None and one["opened_by_id"] == actor.user_id
    emergency = one["current_grade__emergency"]
    waiting = emergency and not units and one["status"] == IncidentStatus.OPEN
    return BoardRow(
        id=one["id"],
        section="unassigned_immediate" if waiting else "mine" if mine or _goes(actor, units) else "others",
        reference=reference_of(one["serial"], one["local_date"]),
        serial=one["serial"],
        channel=one["channel"],
        status=one["status"],
        grade=one["current_grade__code"],
        grade_label=one["current_grade__label"],
        grade_colour=one["current_grade__colour"],
        grade_sort=one["current_grade__sort"],
        emergency=emergency,
        category=one["closing_category__name"] or one["opening_category__name"],
        location_text=one["location_text"] if full else "",
        received_at=one["received_at"],
        attend_by=one["attend_by"],
        attended_at=one["attended_at"],
        units=units,
        opened_by=one["opened_by_label"] if full else "",
        opened_by_me=mine,
        version=one["version"],
        words=_digest(one["closing_category_id"] or one["opening_category_id"], one["location_text"]),
    )


def _goes(actor: Actor, units: tuple[UnitOnRow, ...]) -> bool:
    """Whether the person's own unit is among them."""
    return bool(actor.call_sign) and any(unit.call_sign == actor.call_sign for unit in units)


def row_words(incident: Incident) -> str:
    """Digest of the words that a row shows, 16 hex digits: tells a board that they changed, and nothing else."""
    return _digest(incident.closing_category_id or incident.opening_category_id, incident.location_text)


def _digest(category: UUID | int | None, place: str) -> str:
    """Keyed, so that nobody who hears it can try words against it."""
    return salted_hmac("incidents.row_words", f"{category}\n{place}").hexdigest()[:16]
