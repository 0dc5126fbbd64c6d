"""Broken curfews: for the sergeants who decide, the officers in the case, and whoever was at the door (B6.4)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from core import audit
from core.actors import Actor
from core.clock import local, now
from core.errors import NotFound
from core.models import AuditAction
from core.permissions import can, check
from incidents.selectors.ids import as_uuid
from suspects.codes.curfew_hours import wall_words
from suspects.models import CurfewBreach, CurfewCheck
from suspects.selectors.curfew_door import CheckView, check_view
from suspects.selectors.curfews import tonight_of
from suspects.states import BREACH_TRANSITIONS, BreachState

PAGE = 100


@dataclass(frozen=True, kw_only=True)
class BreachView:
    """One breach. Times are UTC; `raised_words` and `decided_words` are local. `may_decide`: the actor reviews curfews,
    was not at the door, and it is open. `may_write`: the actor was at the door, and it is open."""

    id: UUID
    reference: str
    state: str
    state_label: str
    open: bool
    condition_id: UUID
    person_id: UUID
    name: str
    address: str
    night: dt.date
    headline: str
    power_if_broken: str
    oic: str
    told_words: str
    raised_at: dt.datetime
    raised_words: str
    raised_by: str
    statement: str
    checks: tuple[CheckView, ...]
    wanted_id: UUID | None
    wanted_words: str
    decided_words: str
    decision_text: str
    may_decide: bool
    may_write: bool


@dataclass(frozen=True, kw_only=True)
class BreachPage:
    """`rows` are cut; `count` is how many there are."""

    count: int
    rows: tuple[BreachView, ...]


def breach(actor: Actor, breach_id: UUID | str) -> BreachView:
    """One breach with its checks. One CONSULT entry. Raises NotAllowed, NotFound."""
    check(actor, "curfew.view")
    with transaction.atomic():
        row = _tables(CurfewBreach.objects.visible_to(actor)).filter(pk=as_uuid(breach_id)).first()
        if row is None:
            raise NotFound()
        [view] = _views(actor, [row])
        audit.record(
            actor, AuditAction.CONSULT, f"suspects.curfewbreach:{row.pk}", purpose="curfew breach",
            result_ids=[view.person_id],
        )  # fmt: skip
    return view


def breaches(actor: Actor, *, open_only: bool = False, limit: int = PAGE, offset: int = 0) -> BreachPage:
    """Breaches of the force, open first, then the newest; who does not review curfews sees those of their own cases
    and of the doors they knocked at. One LIST entry. Raises NotAllowed."""
    check(actor, "curfew.view")
    with transaction.atomic():
        rows = CurfewBreach.objects.visible_to(actor)
        if not can(actor, "curfew.review"):
            knocked = CurfewCheck.objects.visible_to(actor).filter(officer_id=actor.user_id or 0)
            own_case = Q(condition__bail__oic_id=actor.user_id or 0)
            rows = rows.filter(own_case | Q(condition__in=knocked.values("condition")))
        undecided = rows.filter(state__in=_OPEN)
        count = undecided.count() if open_only else rows.count()
        first = list(_tables(undecided)[offset : offset + limit])
        if not open_only and len(first) < limit:
            skipped = max(0, offset - undecided.count())
            decided = _tables(rows.exclude(state__in=_OPEN))
            first += list(decided[skipped : skipped + limit - len(first)])
        views = _views(actor, first)
        audit.record(
            actor, AuditAction.LIST, "suspects.curfewbreach", purpose="curfew breaches",
            result_ids=[view.id for view in views], result_count=len(views),
        )  # fmt: skip
    return BreachPage(count=count, rows=tuple(views))


_OPEN = [state for state, steps in BREACH_TRANSITIONS.items() if steps]


def _tables(rows: QuerySet[CurfewBreach]) -> QuerySet[CurfewBreach]:
    return rows.select_related("condition__bail__person", "condition__address", "condition__kind", "wanted__band")


def _views(actor: Actor, rows: list[CurfewBreach]) -> list[BreachView]:
    moment = now()
    nights = Q(pk__in=[])
    for row in rows:
        nights |= Q(condition=row.condition_id, night=row.night)
    checks: dict[tuple[UUID, dt.date], list[CurfewCheck]] = {}
    for one in CurfewCheck.objects.visible_to(actor).filter(nights):
        checks.setdefault((one.condition_id, one.night), []).append(one)
    return [_view(actor, row, tonight_of(checks.get((row.condition_id, row.night), [])), moment) for row in rows]


def _view(actor: Actor, row: CurfewBreach, checks: list[CurfewCheck], moment: dt.datetime) -> BreachView:
    bail, address = row.condition.bail, row.condition.address
    knocked = any(one.officer_id == actor.user_id for one in checks)
    standing = bool(BREACH_TRANSITIONS[row.state])
    return BreachView(
        id=row.pk,
        reference=row.reference,
        state=row.state,
        state_label=BreachState(row.state).label,
        open=standing,
        condition_id=row.condition_id,
        person_id=bail.person_id,
        name=bail.person.spoken_name,
        address=address.line if address else "",
        night=row.night,
        headline=_headline(checks, row),
        power_if_broken=bail.power_if_broken,
        oic=bail.oic_label,
        told_words=f"Sent to {bail.oic_label}, officer in the case"
        if bail.oic_id
        else "No officer in the case on record",
        raised_at=row.raised_at,
        raised_words=wall_words(row.raised_at),
        raised_by=row.raised_by_label,
        statement=row.statement,
        checks=tuple(check_view(one, moment) for one in checks),
        wanted_id=row.wanted_id,
        wanted_words=_wanted_words(row),
        decided_words=f"{row.decided_by_label}, {local(row.decided_at):%d/%m/%Y %H:%M}" if row.decided_at else "",
        decision_text=row.decision_text,
        may_decide=standing and can(actor, "curfew.review") and not knocked,
        may_write=standing and can(actor, "curfew.check") and knocked,
    )


def _headline(checks: list[CurfewCheck], row: CurfewBreach) -> str:
    """ "Two tries, no reply: 22:16 and 22:23." or "Not there at 22:16."."""
    told = [one for one in checks if one.recorded_at <= row.raised_at] or checks
    if not told:
        return "Breach raised."
    last = told[-1]
    same = [one for one in told if one.outcome == last.outcome]
    if last.outcome == "NO_REPLY" and len(same) > 1:
        number = {2: "Two", 3: "Three", 4: "Four"}.get(len(same), str(len(same)))
        times = [wall_words(one.at) for one in same]
        return f"{number} tries, no reply: {', '.join(times[:-1])} and {times[-1]}."
    return f"{last.get_outcome_display()} at {wall_words(last.at)}."


def _wanted_words(row: CurfewBreach) -> str:
    if row.state == BreachState.RAISED:
        return "Wanted board: sergeant decides"
    if row.state == BreachState.WANTED_DRAFTED:
        return "Wanted draft: sergeant decides"
    return (
        "On the wanted board" if row.wanted_id and row.wanted and row.wanted.closed_at is None else "Not on the board"
    )
