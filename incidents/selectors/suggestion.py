"""Whom to send: the nearest suitable free units, why each stands where it does, and why the others are not offered.

Nothing is decided here. The order is minutes, with a fixed allowance for each thing that speaks against a
unit; each part of it is said in words beside the unit. The number of queries does not depend on the units.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from heapq import nsmallest
from typing import Any, NamedTuple

from core.actors import Actor
from core.clock import now
from incidents.journeys import Journey, Routing, Start, routing
from incidents.models import Incident, Location
from incidents.selectors.suggestion_facts import Facts, Job, Unit, facts_about
from incidents.states import AssignmentStatus, Deployable

OFFERED = 9  # one key each
LEFT_OUT = 8  # named; the others are counted
INFINITE = float("inf")  # seconds of a unit whose place is not known
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


class _Fit(NamedTuple):
    """A unit that may be offered. In order: seconds with what speaks against it, then call sign."""

    score: float
    sort: int
    unit: Unit
    journey: Journey | None
    age: float | None


class _Unfit(NamedTuple):
    """One that may not, and why. In order: seconds, then call sign."""

    far: float
    sort: int
    unit: Unit
    journey: Journey | None
    why: str
    divert: bool


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
    fit, unfit = _sorted(incident, facts, _journeys(facts, way, lat, lon), moment, placed=lat is not None)
    ways = [one.journey for one in fit if one.journey] if lat is not None else []
    best = (min((way.metres for way in ways), default=None), min((way.seconds for way in ways), default=None))
    # Thousands are weighed, and words are made for those that are shown.
    offers = [_offer(rank, one, facts, best) for rank, one in enumerate(nsmallest(OFFERED, fit), start=1)]
    unfit.sort()
    rest = Counter(one.why.split(":")[0] for one in unfit[LEFT_OUT:])
    if len(fit) > OFFERED:
        rest["further away"] += len(fit) - OFFERED
    return Suggestion(
        offers=tuple(offers), left_out=tuple(_left_out(one) for one in unfit[:LEFT_OUT]),
        more_left_out=tuple(rest.most_common()), needs=_labels(facts, facts.must),
        wants=_labels(facts, facts.helps), lat=lat, lon=lon, radius_m=place.radius_m if place else None,
        at=moment, method=way.name, units=len(facts.units),
    )  # fmt: skip


def _labels(facts: Facts, skills: Iterable[str]) -> tuple[str, ...]:
    return tuple(facts.skills[skill] for skill in skills)


def _journeys(facts: Facts, way: Routing, lat: float | None, lon: float | None) -> dict[int, Journey]:
    """By the unit's place in `facts.units`."""
    if lat is None or lon is None:
        return {}
    starts = {
        unit.sort: Start(unit.lat, unit.lon, *facts.speed_of(unit.type))
        for unit in facts.units
        if unit.lat is not None and unit.lon is not None
    }
    answered = way.journeys(list(starts.values()), lat, lon)
    return {unit: journey for unit, journey in zip(starts, answered, strict=True) if journey is not None}


def _sorted(
    incident: Incident, facts: Facts, journeys: dict[int, Journey], moment: datetime, *, placed: bool
) -> tuple[list[_Fit], list[_Unfit]]:
    fit: list[_Fit] = []
    unfit: list[_Unfit] = []
    for unit in facts.units:
        if unit.job is not None and unit.job.incident == incident.pk:
            continue
        journey = journeys.get(unit.sort)
        age = (moment - unit.position_at).total_seconds() if unit.position_at else None
        why, divert = _why_not(unit, age if placed else 0.0, facts)  # without a place nobody is near or far
        if why:
            unfit.append(_Unfit(journey.seconds if journey else INFINITE, unit.sort, unit, journey, why, divert))
            continue
        extra = sum(map(ALLOWANCE.__getitem__, _against(unit, age)), ALLOWANCE["lacks"] * len(_lacks(unit, facts)))
        fit.append(_Fit(extra + (journey.seconds if journey else 0.0), unit.sort, unit, journey, age))
    return fit, unfit


def _offer(rank: int, one: _Fit, facts: Facts, best: tuple[float | None, float | None]) -> Offer:
    """`best`: the fewest metres and the fewest seconds; who is near on foot is not there first."""
    reasons, cautions = _said(one.unit, one.age, facts)
    if one.journey is not None and one.journey.metres == best[0]:
        reasons.insert(0, "Nearest")
    elif one.journey is not None and one.journey.seconds == best[1]:
        reasons.insert(0, "Quickest")
    return Offer(
        rank=rank,
        unit=one.unit,
        journey=one.journey,
        reasons=tuple(reasons),
        cautions=tuple(cautions),
        lacks=_labels(facts, _lacks(one.unit, facts)),
        divert=one.unit.job is not None,
    )


def _left_out(one: _Unfit) -> LeftOut:
    return LeftOut(unit=one.unit, why=one.why, divert=one.divert, journey=one.journey)


def _lacks(unit: Unit, facts: Facts) -> list[str]:
    """What would help and it has not."""
    return [skill for skill in facts.helps if skill not in unit.skills]


def _why_not(unit: Unit, age: float | None, facts: Facts) -> tuple[str, bool]:
    """Why a unit is not offered, "" when it is; and whether it may be diverted all the same."""
    if unit.emergency:
        return "State 0: needs help itself", False
    if not unit.skills.issuperset(facts.must):
        missing = [facts.skills[skill] for skill in facts.must if skill not in unit.skills]
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


def _against(unit: Unit, age: float | None) -> list[str]:
    """What speaks against a unit, by the names of ALLOWANCE."""
    found = []
    if unit.crew_size is not None and unit.crew_size < 2:
        found.append("single")
    if unit.deployable == Deployable.LIMITED:
        found.append("limited")
    elif unit.deployable == Deployable.LOW:
        found.append("committed")
    if age is not None and age > AGEING_S:
        found.append("ageing")
    return found


def _said(unit: Unit, age: float | None, facts: Facts) -> tuple[list[str], list[str]]:
    """What speaks for a unit and what against it, in words."""
    against = _against(unit, age)
    reasons = [facts.skills[skill] for skill in facts.asked if skill in unit.skills]
    cautions: list[str] = []
    if unit.crew_size is None:
        cautions.append("Crew not known")
    elif "single" in against:
        cautions.append("Single crewed")
    else:
        reasons.append("Double crewed" if unit.crew_size == 2 else f"Crew of {unit.crew_size}")
    if "limited" in against:
        cautions.append(unit.state_label)
    elif "committed" in against:
        cautions.append(f"On {unit.job.serial}, {unit.job.category}" if unit.job else unit.state_label)
    if age is not None:
        (cautions if "ageing" in against else reasons).append(f"Position {_age(age)} old")
    return reasons, cautions


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
