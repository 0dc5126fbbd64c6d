"""What a suggestion is made of: units, their jobs and skills, what is asked for, and speeds.

The number of queries does not depend on the units; rows are read as plain values, because a large force has thousands.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db.models import Q

from core.actors import Actor
from incidents.models import (
    Assignment,
    CategorySkill,
    Emergency,
    Incident,
    Resource,
    ResourceStatus,
    Skill,
    TravelSpeed,
)
from incidents.states import SkillNeed

FALLBACK = (40.0, 1.35)  # km/h and road factor of a force whose table is empty


@dataclass(frozen=True, slots=True)
class Job:
    """The incident a unit is on."""

    incident: UUID
    serial: int
    grade: str
    grade_sort: int
    category: str
    status: str
    since: datetime


class Unit(NamedTuple):
    """A unit as it is now; thousands are made for one list. `skills` are codes of the force's table; `status_at` is
    None where it was not asked for."""

    id: UUID
    call_sign: str
    type: str
    crew_size: int | None
    lat: float | None
    lon: float | None
    position_at: datetime | None
    state: str
    state_label: str
    deployable: str
    status_at: datetime | None
    skills: frozenset[str]
    job: Job | None
    emergency: bool
    sort: int


@dataclass(frozen=True, slots=True)
class Facts:
    """`skills` are labels by code; `asked` is what this incident asks for, `must` and `helps` its two kinds; `speeds`:
    km/h and road factor by type."""

    units: list[Unit]
    skills: dict[str, str]
    asked: dict[str, str]
    must: tuple[str, ...]
    helps: tuple[str, ...]
    speeds: dict[str, tuple[float, float]]
    grade_sort: int

    def speed_of(self, type_: str) -> tuple[float, float]:
        return self.speeds.get(type_) or self.speeds.get("") or FALLBACK


def facts_about(actor: Actor, incident: Incident) -> Facts:
    grade = incident.current_grade
    skills = skill_labels(actor)
    asked = _asked(actor, incident, emergency=grade.emergency, known=skills)
    return Facts(
        units=units_now(actor, skills=asked, times=False),
        skills=skills,
        asked=asked,
        must=tuple(skill for skill, how in asked.items() if how == SkillNeed.MUST),
        helps=tuple(skill for skill, how in asked.items() if how == SkillNeed.HELPS),
        speeds=speeds_for(actor, emergency=grade.emergency),
        grade_sort=grade.sort,
    )


def skill_labels(actor: Actor) -> dict[str, str]:
    return dict(Skill.objects.visible_to(actor).in_use().order_by("sort").values_list("code", "label"))


def speeds_for(actor: Actor, *, emergency: bool) -> dict[str, tuple[float, float]]:
    rows = TravelSpeed.objects.visible_to(actor).filter(emergency=emergency)
    return {type_: (kmh, factor) for type_, kmh, factor in rows.values_list("type", "kmh", "road_factor")}


def _asked(actor: Actor, incident: Incident, *, emergency: bool, known: dict[str, str]) -> dict[str, str]:
    """What the category asks for, and any emergency; what is needed before what helps."""
    wanted = Q(category_id=incident.opening_category_id)
    if emergency:
        wanted |= Q(category=None)
    found: dict[str, str] = {}
    rows = CategorySkill.objects.visible_to(actor).filter(wanted).values_list("skill__code", "need")
    order = {skill: place for place, skill in enumerate(known)}
    for skill, need in sorted(rows, key=lambda row: (row[1] != SkillNeed.MUST, order.get(row[0], 0))):
        if skill in known:
            found.setdefault(skill, need)
    return found


def units_now(actor: Actor, *, skills: Collection[str] | None = None, times: bool = True) -> list[Unit]:
    """Every unit of the force, by call sign; of its skills those that are asked for, None for all. Five queries."""
    states = {row.code: row for row in ResourceStatus.objects.visible_to(actor)}
    jobs, has = _jobs(actor), _skills(actor, skills)
    troubled = set(Emergency.objects.visible_to(actor).open().values_list("resource_id", flat=True))
    nothing: frozenset[str] = frozenset()
    fields = ["id", "call_sign", "type", "crew_size", "lat", "lon", "position_at", "status__code"]
    rows = Resource.objects.visible_to(actor).order_by("call_sign").values_list(*fields, *(["status_at"] * times))
    units = []
    for sort, (key, sign, type_, crew, lat, lon, position_at, code, *rest) in enumerate(rows.iterator(2000)):
        state, found = states[code], has.get(key) if has else None
        units.append(
            Unit(
                id=key,
                call_sign=sign,
                type=type_,
                crew_size=crew,
                lat=lat,
                lon=lon,
                position_at=position_at,
                state=code,
                state_label=state.label,
                deployable=state.deployable,
                status_at=rest[0] if rest else None,
                skills=frozenset(found) if found else nothing,
                job=jobs.get(key) if jobs else None,
                emergency=bool(troubled) and key in troubled,
                sort=sort,
            )
        )
    return units


def _skills(actor: Actor, wanted: Collection[str] | None) -> dict[UUID, list[str]]:
    if actor.force_id is None:
        return {}
    pairs = Resource.skills.through.objects.filter(resource__force_id=actor.force_id)
    if wanted is not None:
        pairs = pairs.filter(skill__code__in=wanted)
    found: dict[UUID, list[str]] = {}
    for resource, skill in pairs.values_list("resource_id", "skill__code"):
        found.setdefault(resource, []).append(skill)
    return found


def _jobs(actor: Actor) -> dict[UUID, Job]:
    rows = Assignment.objects.visible_to(actor).active().values_list(
        "resource_id", "incident_id", "incident__serial", "incident__current_grade__code",
        "incident__current_grade__sort", "incident__opening_category__name", "status", "assigned_at",
    )  # fmt: skip
    return {row[0]: Job(*row[1:]) for row in rows}
