"""The units' board: every unit of the force by State, what it can do, where it is and on what. No crew names in it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from core.actors import Actor
from incidents.journeys import Journey, Start, routing
from incidents.models import Assignment, Emergency, Incident, ResourceStatus, Skill, UnitMessage
from incidents.permissions import can_list, check_deploy, check_list
from incidents.selectors.suggestion import place_of
from incidents.selectors.suggestion_facts import FALLBACK, Unit, skill_labels, speeds_for, units_now
from incidents.states import AssignmentStatus, EmergencyStatus, ResourceStatusKind, StateEffect


@dataclass(frozen=True, kw_only=True)
class UnitRow:
    unit: Unit
    skills: tuple[str, ...]
    emergency: bool
    unusual: bool = False


@dataclass(frozen=True, kw_only=True)
class StateGroup:
    """Units in one State of the force's table; there even when empty, so that the first moves nothing."""

    code: str
    label: str
    rows: tuple[UnitRow, ...]


@dataclass(frozen=True, kw_only=True)
class UnitsBoard:
    groups: tuple[StateGroup, ...]
    states: tuple[ResourceStatus, ...]
    skills: tuple[str, ...]
    messages: tuple[UnitMessage, ...]
    total: int


def units_board(actor: Actor) -> UnitsBoard:
    """Seven queries, however many units. Raises NotAllowed."""
    check_deploy(actor)
    units, labels = units_now(actor), skill_labels(actor)
    rows = ResourceStatus.objects.visible_to(actor).filter(kind=ResourceStatusKind.STANDING).order_by("sort")
    states = tuple(rows)
    each: dict[str, list[UnitRow]] = {state.code: [] for state in states}
    for unit in units:
        skills = tuple(label for key, label in labels.items() if key in unit.skills)
        row = UnitRow(unit=unit, skills=skills, emergency=unit.emergency)
        each.setdefault(unit.state, []).append(row)
    groups = tuple(StateGroup(code=one.code, label=one.label, rows=tuple(each[one.code])) for one in states)
    held = {label for group in groups for row in group.rows for label in row.skills}
    return UnitsBoard(
        groups=groups, states=states, skills=tuple(label for label in labels.values() if label in held),
        messages=tuple(waiting_messages(actor)), total=len(units),
    )  # fmt: skip


def waiting_messages(actor: Actor) -> list[UnitMessage]:
    """Message States nobody has answered, oldest first."""
    rows = UnitMessage.objects.visible_to(actor).waiting().select_related("resource")
    return list(rows.order_by("at")[:100])


@dataclass(frozen=True, kw_only=True)
class UnitCall:
    """A unit whose State asks a dispatcher to call. `now`: at once."""

    message: UnitMessage
    now: bool


def unit_calls(actor: Actor) -> list[UnitCall]:
    """Units that ask to be called and that nobody has answered: at once first, then the oldest. Two queries.

    Which States ask is the force's table. Raises NotAllowed.
    """
    check_deploy(actor)
    asks = ResourceStatus.objects.visible_to(actor).filter(effect__in=(StateEffect.CALL, StateEffect.CALL_NOW))
    effects = dict(asks.values_list("code", "effect"))
    rows = UnitMessage.objects.visible_to(actor).waiting().filter(code__in=effects).select_related("resource")
    calls = [UnitCall(message=row, now=effects[row.code] == StateEffect.CALL_NOW) for row in rows.order_by("at")[:100]]
    return sorted(calls, key=lambda call: not call.now)


def open_emergencies(actor: Actor) -> list[Emergency]:
    """State 0 that is not over: not acknowledged first, then newest. Raises NotAllowed."""
    check_list(actor)
    rows = Emergency.objects.visible_to(actor).open().select_related("resource", "incident").order_by("-raised_at")
    return sorted(rows[:20], key=lambda one: one.status != EmergencyStatus.RAISED)


@dataclass(frozen=True, kw_only=True)
class UnitOnIncident:
    """A unit in the incident's head: its State, and about how long it still needs while it is on its way."""

    assignment: Assignment
    journey: Journey | None

    @property
    def call_sign(self) -> str:
        return self.assignment.resource.call_sign


def units_on(actor: Actor, incident: Incident) -> list[UnitOnIncident]:
    """Units assigned and not stood down, oldest first. Two more queries while somebody is on the way."""
    if not can_list(actor):
        return []
    rows = Assignment.objects.visible_to(actor).filter(incident=incident).active()
    found = list(rows.select_related("resource__status").order_by("assigned_at"))
    coming = [one for one in found if one.status != AssignmentStatus.AT_SCENE and one.resource.lat is not None]
    place = place_of(incident) if coming else None
    if place is None:
        return [UnitOnIncident(assignment=one, journey=None) for one in found]
    speeds = speeds_for(actor, emergency=incident.current_grade.emergency)
    starts = [
        Start(one.resource.lat, one.resource.lon, *(speeds.get(one.resource.type) or speeds.get("") or FALLBACK))
        for one in coming
    ]
    journeys: dict[UUID, Journey | None] = dict(
        zip([one.pk for one in coming], routing().journeys(starts, place.lat or 0.0, place.lon or 0.0), strict=True)
    )
    return [UnitOnIncident(assignment=one, journey=journeys.get(one.pk)) for one in found]


def skills_in_use(actor: Actor) -> list[Skill]:
    return list(Skill.objects.visible_to(actor).in_use())
