"""The board: every open incident of the force in three sections, in a constant number of queries."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Case, Count, Exists, IntegerField, OuterRef, Q, Value, When
from django.utils.crypto import salted_hmac

from core import audit
from core.actors import Actor
from core.errors import NotFound
from core.models import AuditAction
from incidents.models import Assignment, Incident
from incidents.models.incidents import reference_of
from incidents.permissions import can_view, check_list
from incidents.querysets import IncidentQuerySet
from incidents.selectors.ids import as_uuid
from incidents.states import IncidentStatus

BOARD_LIMIT = 500  # rows; the first of the board's order are kept
FIRST_ROWS = 40  # more than the tallest screen shows: a page has these, and asks for the rest when it is there
SECTIONS = ("unassigned_immediate", "mine", "others")


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
class Section:
    """Rows in order. `count` is of all open incidents of the section, also of those whose rows are not here."""

    name: str
    rows: tuple[BoardRow, ...]
    count: int

    @property
    def more(self) -> int:
        return max(0, self.count - len(self.rows))


@dataclass(frozen=True, kw_only=True)
class Board:
    """The three sections, in the order of SECTIONS."""

    sections: tuple[Section, Section, Section]

    @property
    def unassigned_immediate(self) -> tuple[BoardRow, ...]:
        return self.sections[0].rows

    @property
    def mine(self) -> tuple[BoardRow, ...]:
        return self.sections[1].rows

    @property
    def others(self) -> tuple[BoardRow, ...]:
        return self.sections[2].rows

    @property
    def rows(self) -> tuple[BoardRow, ...]:
        return self.unassigned_immediate + self.mine + self.others

    @property
    def total(self) -> int:
        """Every open incident, also those whose rows are not here."""
        return sum(section.count for section in self.sections)

    @property
    def more(self) -> int:
        return sum(section.more for section in self.sections)


def board(actor: Actor, *, first: int = BOARD_LIMIT) -> Board:
    """Open incidents of the actor's force by section, then most urgent first, then oldest; rows of the `first`, counts
    of all. One LIST audit entry names the ids shown. Raises NotAllowed."""
    check_list(actor)
    with audit.reading():
        placed = _placed(Incident.objects.visible_to(actor).open(), actor)
        limit = min(first, BOARD_LIMIT)
        found = list(placed.most_urgent_first("place").values(*_SHOWN)[:limit])
        counts = Counter(one["place"] for one in found)
        if len(found) == limit:
            counts = Counter(dict(placed.order_by().values_list("place").annotate(many=Count("pk"))))
        rows = _rows(actor, found)
        audit.record(
            actor, AuditAction.LIST, "incidents.incident", purpose="board", result_ids=[row.id for row in rows],
            result_count=len(rows),
        )  # fmt: skip
    by_section = {name: tuple(row for row in rows if row.section == name) for name in SECTIONS}
    waiting, mine, others = (
        Section(name=name, rows=by_section[name], count=max(counts[place], len(by_section[name])))
        for place, name in enumerate(SECTIONS)
    )
    return Board(sections=(waiting, mine, others))


def _placed(rows: IncidentQuerySet, actor: Actor) -> IncidentQuerySet:
    """With `place`, the number of the section that each belongs to."""
    sent = Assignment.objects.filter(incident=OuterRef("pk")).active()
    waiting = Q(status=IncidentStatus.OPEN, current_grade__emergency=True) & ~Exists(sent)
    cases = [When(waiting, then=Value(0))]
    if actor.user_id is not None:
        cases.append(When(opened_by_id=actor.user_id, then=Value(1)))
    if actor.call_sign:
        cases.append(When(Exists(sent.filter(resource__call_sign=actor.call_sign)), then=Value(1)))
    return rows.annotate(place=Case(*cases, default=Value(2), output_field=IntegerField()))


def board_row(actor: Actor, incident_id: UUID | str) -> BoardRow:
    """One row, for a board that heard of a change; a closed incident's says so. Raises NotFound, NotAllowed."""
    check_list(actor)
    with audit.reading():
        one = Incident.objects.visible_to(actor).filter(pk=as_uuid(incident_id))
        found = _placed(one, actor).values(*_SHOWN).first()
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
    "place",
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
    return BoardRow(
        id=one["id"],
        section=SECTIONS[one["place"]],
        reference=reference_of(one["serial"], one["local_date"]),
        serial=one["serial"],
        channel=one["channel"],
        status=one["status"],
        grade=one["current_grade__code"],
        grade_label=one["current_grade__label"],
        grade_colour=one["current_grade__colour"],
        grade_sort=one["current_grade__sort"],
        emergency=one["current_grade__emergency"],
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


def row_words(incident: Incident) -> str:
    """Digest of the words that a row shows, 16 hex digits: tells a board that they changed, and nothing else."""
    return _digest(incident.closing_category_id or incident.opening_category_id, incident.location_text)


def _digest(category: UUID | int | None, place: str) -> str:
    """Keyed, so that nobody who hears it can try words against it."""
    return salted_hmac("incidents.row_words", f"{category}\n{place}").hexdigest()[:16]
