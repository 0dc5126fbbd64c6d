"""Whom to send: the nearest suitable free units, why each stands where it does, and why the others are not offered.

Nothing is decided here. The order is minutes, with a fixed allowance for each thing that speaks against a
unit; each part of it is said in words beside the unit. The number of queries does not depend on the units.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from core.actors import Actor
from core.clock import now
from incidents.journeys import Journey, Routing, Start, routing
from incidents.models import Incident, Location
from incidents.selectors.suggestion_facts import Facts, Job, Unit, facts_about
from incidents.states import AssignmentStatus, Deployable, SkillNeed

OFFERED = 9  # one key each
LEFT_OUT = 8  # named; the others are counted
AGEING_S, TOO_OLD_S = 60, 180  # of a position: a caution, then no offer
# Seconds added for what speaks against a unit: enough to let a clear one a little further away go first.
ALLOWANCE = {"limited": 120, "committed": 180, "single": 60, "ageing": 30, "lacks": 60}


@dataclass(frozen=True, kw_only=True)
class Offer:
    """One unit. `reasons` speak for it, `cautions` against; `lacks` would help. `divert`: it is on another incident and
    needs a reason."""

    rank: int
    unit: Unit
    journey: Journey | None
    reasons: tuple[str, ...]
    cautions: tuple[str, ...]
    lacks: tuple[str, ...]
    divert: bool

    @property
    def minutes_words(self) -> str:
        return self.journey.minutes_words if self.journey else ""


@dataclass(frozen=True, kw_only=True)
class LeftOut:
    """One unit that is not offered. `divert`: a dispatcher may send it all the same, with a reason."""

    unit: Unit
    why: str
    divert: bool
    journey: Journey | None


@dataclass(frozen=True, kw_only=True)
class Suggestion:
    """`more_left_out`: how many more are not offered, by reason. Without a place nothing is ranked by distance."""

    offers: tuple[Offer, ...]
    left_out: tuple[LeftOut, ...]
    more_left_out: tuple[tuple[str, int], ...]
    needs: tuple[str, ...]
    wants: tuple[str, ...]
    lat: float | None
    lon: float | None
    radius_m: float | None
    at: datetime
    method: str
    units: int

    @property
    def has_place(self) -> bool:
        return self.lat is not None


@dataclass
class _Sorting:
    offers: list[tuple[tuple[float, ...], Offer]] = field(default_factory=list)
    left_out: list[tuple[float, LeftOut]] = field(default_factory=list)


def place_of(incident: Incident) -> Location | None:
    """The report in use, else the newest with a point."""
    if incident.location is not None and incident.location.has_point:
        return incident.location
    rows = Location.objects.filter(incident=incident, lat__isnull=False)
    return rows.order_by("-received_at").first()


def suggest(actor: Actor, incident: Incident, *, by: Routing | None = None) -> Suggestion:
    """Units for an incident the actor has been shown (it writes no audit entry of its own: no personal data)."""
    moment, way = now(), by or routing()
    place = place_of(incident)
    facts = facts_about(actor, incident)
    lat, lon = (place.lat, place.lon) if place else (None, None)
    journeys = _journeys(facts, way, lat, lon)
    found = _Sorting()
    for unit in facts.units:
        if unit.job is None or unit.job.incident != incident.pk:
            _sort_in(found, unit, journeys.get(unit.id), facts, moment, placed=lat is not None)
    found.offers.sort(key=lambda one: one[0])
    found.left_out.sort(key=lambda one: one[0])
    offers = _numbered([offer for _, offer in found.offers], placed=lat is not None)
    rest = Counter(one.why.split(":")[0] for _, one in found.left_out[LEFT_OUT:])
    beyond = len(offers) - OFFERED
    if beyond > 0:
        rest["further away"] += beyond
    return Suggestion(
        offers=tuple(offers[:OFFERED]), left_out=tuple(one for _, one in found.left_out[:LEFT_OUT]),
        more_left_out=tuple(rest.most_common()), needs=_labels(facts, SkillNeed.MUST),
        wants=_labels(facts, SkillNeed.HELPS), lat=lat, lon=lon, radius_m=place.radius_m if place else None,
        at=moment, method=way.name, units=len(facts.units),
    )  # fmt: skip


def _labels(facts: Facts, need: str) -> tuple[str, ...]:
    return tuple(facts.skills[skill] for skill, how in facts.asked.items() if how == need)


def _journeys(facts: Facts, way: Routing, lat: float | None, lon: float | None) -> dict[UUID, Journey]:
    if lat is None or lon is None:
        return {}
    starts = {
        unit.id: Start(unit.lat, unit.lon, *facts.speed_of(unit.type))
        for unit in facts.units
        if unit.lat is not None and unit.lon is not None
    }
    answered = way.journeys(list(starts.values()), lat, lon)
    return {unit: journey for unit, journey in zip(starts, answered, strict=True) if journey is not None}


def _sort_in(
    found: _Sorting, unit: Unit, journey: Journey | None, facts: Facts, moment: datetime, *, placed: bool
) -> None:
    age = (moment - unit.position_at).total_seconds() if unit.position_at else None
    why, divert = _why_not(unit, age if placed else 0.0, facts)  # without a place nobody is near or far
    far = journey.seconds if journey else float("inf")
    if why:
        found.left_out.append((far, LeftOut(unit=unit, why=why, divert=divert, journey=journey)))
        return
    lacks = tuple(facts.skills[s] for s, how in facts.asked.items() if how == SkillNeed.HELPS and s not in unit.skills)
    reasons, cautions, extra = _weigh(unit, age, facts)
    extra += ALLOWANCE["lacks"] * len(lacks)
    offer = Offer(
        rank=0,
        unit=unit,
        journey=journey,
        reasons=tuple(reasons),
        cautions=tuple(cautions),
        lacks=lacks,
        divert=unit.job is not None,
    )
    found.offers.append(((extra + (journey.seconds if journey else 0.0), unit.sort), offer))


def _why_not(unit: Unit, age: float | None, facts: Facts) -> tuple[str, bool]:
    """Why a unit is not offered, "" when it is; and whether it may be diverted all the same."""
    if unit.emergency:
        return "State 0: needs help itself", False
    missing = [facts.skills[s] for s, how in facts.asked.items() if how == SkillNeed.MUST and s not in unit.skills]
    if missing:
        return f"not {' or '.join(missing)}", False
    if unit.job is not None and unit.deployable != Deployable.LOW:
        return _busy(unit.job, facts)
    if unit.deployable == Deployable.NO:
        return f"not deployable: {unit.state_label}", False
    if age is None:
        return "no position", False
    if age > TOO_OLD_S:
        return f"position too old: {_age(age)}", False
    return "", False


def _busy(job: Job, facts: Facts) -> tuple[str, bool]:
    if job.status == AssignmentStatus.AT_SCENE:
        return f"at scene: {job.serial}", False
    on = "en route to" if job.status == AssignmentStatus.EN_ROUTE else "assigned to"
    return f"{on} another: {job.serial} {job.grade}", job.grade_sort > facts.grade_sort


def _weigh(unit: Unit, age: float | None, facts: Facts) -> tuple[list[str], list[str], float]:
    reasons = [facts.skills[skill] for skill in facts.asked if skill in unit.skills]
    cautions: list[str] = []
    extra = 0.0
    if unit.crew_size is None:
        cautions.append("Crew not known")
    elif unit.crew_size >= 2:
        reasons.append("Double crewed" if unit.crew_size == 2 else f"Crew of {unit.crew_size}")
    else:
        cautions.append("Single crewed")
        extra += ALLOWANCE["single"]
    if unit.deployable == Deployable.LIMITED:
        cautions.append(unit.state_label)
        extra += ALLOWANCE["limited"]
    elif unit.deployable == Deployable.LOW:
        cautions.append(f"On {unit.job.serial}, {unit.job.category}" if unit.job else unit.state_label)
        extra += ALLOWANCE["committed"]
    if age is not None and age > AGEING_S:
        cautions.append(f"Position {_age(age)} old")
        extra += ALLOWANCE["ageing"]
    elif age is not None:
        reasons.append(f"Position {_age(age)} old")
    return reasons, cautions, extra


def _numbered(offers: list[Offer], *, placed: bool) -> list[Offer]:
    quickest = min((one.journey.seconds for one in offers if one.journey), default=None)
    made = []
    for rank, one in enumerate(offers, start=1):
        first = placed and one.journey is not None and one.journey.seconds == quickest
        reasons = ("Nearest", *one.reasons) if first else one.reasons
        made.append(replace(one, rank=rank, reasons=reasons))
    return made


def _age(seconds: float) -> str:
    whole = max(0, int(seconds))
    if whole < 120:
        return f"{whole} s"
    return f"{whole // 60} min" if whole < 7200 else f"{whole // 3600} h"


def as_rows(suggestion: Suggestion) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The offered and the left out as they are kept: the words that were seen."""
    offered = [
        {
            "rank": one.rank,
            "resource": str(one.unit.id),
            "call_sign": one.unit.call_sign,
            "state": one.unit.state,
            "minutes_words": one.minutes_words,
            "metres": round(one.journey.metres) if one.journey else None,
            "reasons": list(one.reasons),
            "cautions": list(one.cautions),
            "lacks": list(one.lacks),
        }
        for one in suggestion.offers
    ]
    left_out = [
        {"resource": str(one.unit.id), "call_sign": one.unit.call_sign, "state": one.unit.state, "why": one.why}
        for one in suggestion.left_out
    ]
    return offered, left_out
