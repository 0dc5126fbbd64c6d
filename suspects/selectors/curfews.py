"""Curfews due tonight, as an officer drives from door to door: nearest first, or in the order of a route (B6.1)."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.db import transaction

from core import audit
from core.actors import Actor
from core.clock import local, local_date, now
from core.models import AuditAction
from core.permissions import check
from suspects.codes import route
from suspects.codes.curfew_hours import CurfewHours, Window, in_words, wall_words
from suspects.codes.dates import age_on
from suspects.codes.ground import Position, distance_words, metres_between
from suspects.models import Bail, BailCondition, CurfewCheck, SuspectRules
from suspects.selectors.curfew_times import CONDITION_TABLES, ended_at, from_words, hours_of, until_words
from suspects.selectors.rows import warnings_of
from suspects.selectors.rules import rules_of
from suspects.selectors.wanted_cards import DO_NOT_APPROACH, under_operation
from suspects.states import CurfewOutcome as Outcome

LATER = dt.timedelta(hours=12)  # what begins within so long is "later tonight"
REMEMBERED = dt.timedelta(days=28)  # how far back "last seen" looks
LIST_LIMIT = 400  # curfews; a force has a few hundred at most
ATTEMPT_WORDS = ("First", "Second", "Third", "Fourth", "Fifth")
CONCLUSIVE = frozenset(Outcome.values) - {Outcome.NO_REPLY, Outcome.INACCESSIBLE, Outcome.WITHDREW}
_ORDER = {"due": 0, "wait": 1, "done": 2, "tag": 3, "stay_away": 4, "later": 5}


@dataclass(frozen=True, kw_only=True)
class DueCurfew:
    """One curfew. `state`: "due" (knock now), "wait" (a try is behind, the next not before `again_at`), "done" (checked
    tonight), "tag" (no doorstep), "stay_away" (planned operation: no place is said), "later" (its hours begin tonight).

    Times are UTC. `warnings` are {code, label, severity, icon}, worst first. `distance_m` and `route` (from 1) are None
    without the phone's position or the address's.
    """

    condition_id: UUID
    person_id: UUID
    name: str
    age: int | None
    address: str
    lat: float | None
    lon: float | None
    code: str
    hours_words: str
    state: str
    until: dt.datetime | None
    until_words: str
    may_knock: bool
    door_words: str
    instruction: str
    last_words: str
    tonight_words: str
    again_at: dt.datetime | None
    tries: int
    warnings: tuple[dict[str, Any], ...]
    distance_m: float | None = None
    distance_words: str = ""
    route: int | None = None


@dataclass(frozen=True, kw_only=True)
class DueList:
    """`rows` nearest first when a position was given, else by the beginning of their hours and the name."""

    rows: tuple[DueCurfew, ...]
    as_of: dt.datetime

    @property
    def now(self) -> tuple[DueCurfew, ...]:
        """What is open: also those not to be knocked at, so that nobody drives there."""
        return tuple(row for row in self.rows if row.state not in {"done", "later"})

    @property
    def done(self) -> tuple[DueCurfew, ...]:
        return tuple(row for row in self.rows if row.state == "done")

    @property
    def later(self) -> tuple[DueCurfew, ...]:
        return tuple(row for row in self.rows if row.state == "later")

    @property
    def to_visit(self) -> int:
        return sum(row.state in {"due", "wait"} for row in self.rows)

    @property
    def geojson(self) -> dict[str, Any]:
        """The doors as GeoJSON points: ids, states and the order of the route, never a name."""
        return {
            "type": "FeatureCollection",
            "features": [
                {
                    "type": "Feature",
                    "id": str(row.condition_id),
                    "geometry": {"type": "Point", "coordinates": [row.lon, row.lat]},
                    "properties": {"state": row.state, "may_knock": row.may_knock, "route": row.route},
                }
                for row in self.rows
                if row.lat is not None and row.state != "later"
            ],
        }


def due_tonight(actor: Actor, position: Position | None = None, moment: dt.datetime | None = None) -> DueList:
    """Every curfew of the force whose hours run now or begin within 12 hours, from the phone's (lat, lon).

    One LIST entry names them. Raises NotAllowed.
    """
    check(actor, "curfew.view")
    moment = moment or now()
    with transaction.atomic():
        rows = _rows(actor, moment)
        if position is not None:
            rows = _from(position, rows)
        audit.record(
            actor, AuditAction.LIST, "suspects.bailcondition", purpose="curfews due",
            result_ids=[row.condition_id for row in rows], result_count=len(rows),
        )  # fmt: skip
    return DueList(rows=tuple(rows), as_of=moment)


def distances(actor: Actor, position: Position, moment: dt.datetime | None = None) -> list[dict[str, Any]]:
    """How far each door of the list is: {id, metres, words, route}, nearest first. Ids and numbers of a list that was
    read before: nothing personal, so no entry of its own. Raises NotAllowed."""
    check(actor, "curfew.view")
    rows = _from(position, _rows(actor, moment or now()))
    return [
        {"id": str(row.condition_id), "metres": round(row.distance_m), "words": row.distance_words, "route": row.route}
        for row in rows
        if row.distance_m is not None
    ]


def tonight_of(checks: Sequence[CurfewCheck]) -> list[CurfewCheck]:
    """The checks of one night in the order of their attempts."""
    return sorted(checks, key=lambda one: one.attempt)


def attempt_words(number: int) -> str:
    """ "First try"."""
    return f"{ATTEMPT_WORDS[number - 1]} try" if number <= len(ATTEMPT_WORDS) else f"Try {number}"


def again_at(tonight: Sequence[CurfewCheck], rules: SuspectRules) -> dt.datetime | None:
    """When the next try may be made, when the last one found nobody."""
    last = tonight[-1] if tonight else None
    if last is None or last.outcome != Outcome.NO_REPLY:
        return None
    return last.at + dt.timedelta(minutes=rules.attempt_gap_minutes)


def _rows(actor: Actor, moment: dt.datetime) -> list[DueCurfew]:
    open_now = [(one, window) for one in _conditions(actor, moment) if (window := _window(one, moment))]
    conditions = [one for one, _ in open_now][:LIST_LIMIT]
    people = [one.bail.person_id for one in conditions]
    warnings = warnings_of(actor, "person", people, moment)
    at_door = warnings_of(actor, "address", [one.address_id for one in conditions if one.address_id], moment)
    operations = under_operation(actor, people, moment)
    checks = _checks(actor, conditions, moment)
    rules = rules_of(actor)
    rows = [
        _row(
            one, window, rules, checks[one.pk], moment,
            warnings=warnings.get(one.bail.person_id, []) + (at_door.get(one.address_id, []) if one.address_id else []),
            operation=one.bail.person_id in operations,
        )
        for one, window in open_now[:LIST_LIMIT]
    ]  # fmt: skip
    return sorted(rows, key=lambda row: (_ORDER[row.state], row.name, str(row.condition_id)))


def _conditions(actor: Actor, moment: dt.datetime) -> list[BailCondition]:
    standing = Bail.objects.visible_to(actor).in_force(moment)
    rows = BailCondition.objects.visible_to(actor).filter(bail__in=standing, kind__is_curfew=True, cancelled_at=None)
    return list(rows.select_related(*CONDITION_TABLES).prefetch_related("slots"))


def _window(condition: BailCondition, moment: dt.datetime) -> Window | None:
    """The window that runs, or begins later tonight."""
    if ended_at(condition, moment):
        return None
    hours = hours_of(condition)
    if window := hours.at(moment):
        return window
    following = hours.next_after(moment)
    return following if following and following.starts_at - moment <= LATER else None


def _checks(actor: Actor, conditions: Sequence[BailCondition], moment: dt.datetime) -> dict[UUID, list[CurfewCheck]]:
    found: dict[UUID, list[CurfewCheck]] = defaultdict(list)
    since = local_date(moment - REMEMBERED)
    rows = CurfewCheck.objects.visible_to(actor).filter(condition__in=conditions, night__gte=since)
    for one in rows.order_by("night", "attempt"):
        found[one.condition_id].append(one)
    return found


def _row(
    condition: BailCondition, window: Window, rules: SuspectRules, checks: list[CurfewCheck], moment: dt.datetime,
    *, warnings: list[dict[str, Any]], operation: bool,
) -> DueCurfew:  # fmt: skip
    person, kind, address = condition.bail.person, condition.kind, condition.address
    hours = hours_of(condition)
    running = window.holds(moment)
    tonight = [one for one in checks if one.night == window.night] if running else []
    state = _state(condition, running, tonight, operation)
    again = again_at(tonight, rules) if state == "due" else None
    if again and again > moment:
        state = "wait"
    until = hours.ends_after(moment) if running else window.starts_at
    hidden = state == "stay_away"
    return DueCurfew(
        condition_id=condition.pk,
        person_id=person.pk,
        name=person.spoken_name,
        age=age_on(person.date_of_birth, local_date(moment)) if person.date_of_birth else None,
        address=address.line if address and not hidden else "",
        lat=address.lat if address and not hidden else None,
        lon=address.lon if address and not hidden else None,
        code=kind.code,
        hours_words=_home(hours, window),
        state=state,
        until=until,
        until_words=until_words(until, moment) if running else from_words(window.starts_at, moment),
        may_knock=kind.permits_doorstep and not hidden,
        door_words=f"May knock ({kind.code})"
        if kind.permits_doorstep and not hidden
        else f"Do not knock ({kind.code})",
        instruction=_instruction(condition, hidden),
        last_words=_last(checks, moment),
        tonight_words=_tonight(tonight, state, again, rules),
        again_at=again,
        tries=sum(one.outcome == Outcome.NO_REPLY for one in tonight),
        warnings=tuple({warning["code"]: warning for warning in warnings}.values()),
    )


def _state(condition: BailCondition, running: bool, tonight: list[CurfewCheck], operation: bool) -> str:
    if operation:
        return "stay_away"
    if not running:
        return "later"
    if not condition.kind.permits_doorstep:
        return "tag"
    return "done" if any(one.outcome in CONCLUSIVE for one in tonight) else "due"


def _home(hours: CurfewHours, window: Window) -> str:
    words = in_words(hours.slots)
    return f"Home {window.slot.words if ';' in words or 'day' in words else words}"


def _instruction(condition: BailCondition, hidden: bool) -> str:
    if hidden:
        return DO_NOT_APPROACH
    if condition.kind.permits_doorstep:
        return ""
    return "Tag only. Ask the tag contractor, no doorstep." if condition.tagged else "No doorstep check."


def _last(checks: Sequence[CurfewCheck], moment: dt.datetime) -> str:
    """ "Last: seen 19/11, 22:40"; of this night only the time."""
    seen = [one for one in checks if one.outcome in {Outcome.PRESENT_SEEN, Outcome.PRESENT_VOICE_ONLY}]
    last = seen[-1] if seen else checks[-1] if checks else None
    if last is None:
        return "Not checked in the last 28 days"
    when = local(last.at)
    day = "" if when.date() == local(moment).date() else f"{when:%d/%m}, "
    return f"Last: {Outcome(last.outcome).label.lower()} {day}{wall_words(last.at)}"


def _tonight(tonight: Sequence[CurfewCheck], state: str, again: dt.datetime | None, rules: SuspectRules) -> str:
    """ "1 no reply at 21:48. Second try due now"."""
    if not tonight:
        return ""
    last = tonight[-1]
    if state == "done":
        return f"{Outcome(last.outcome).label} at {wall_words(last.at)}"
    tries = sum(one.outcome == Outcome.NO_REPLY for one in tonight)
    if not tries or again is None:
        return f"{Outcome(last.outcome).label} at {wall_words(last.at)}"
    words = f"{tries} no {'reply' if tries == 1 else 'replies'}, last at {wall_words(last.at)}"
    words = words.replace(", last", "") if tries == 1 else words
    if tries >= rules.attempts_for_breach:
        return f"{words}. Breach raised"
    return f"{words}. {attempt_words(last.attempt + 1)} {'due now' if state == 'due' else f'after {wall_words(again)}'}"


def _from(position: Position, rows: list[DueCurfew]) -> list[DueCurfew]:
    """The rows with distances, nearest first, and the order in which to drive to those that may be knocked at."""
    measured = []
    for row in rows:
        if row.lat is None or row.lon is None:
            measured.append(row)
            continue
        metres = metres_between(position, (row.lat, row.lon))
        measured.append(replace(row, distance_m=metres, distance_words=distance_words(metres)))
    far = float("inf")
    measured.sort(
        key=lambda row: (_ORDER[row.state] >= _ORDER["done"], row.distance_m if row.distance_m is not None else far)
    )
    stops = [
        number for number, row in enumerate(measured) if row.state in {"due", "wait"} and row.distance_m is not None
    ]
    places = [(float(measured[number].lat or 0), float(measured[number].lon or 0)) for number in stops]
    for turn, stop in enumerate(route.order(position, places), 1):
        measured[stops[stop]] = replace(measured[stops[stop]], route=turn)
    return measured
