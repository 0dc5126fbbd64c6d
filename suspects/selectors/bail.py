"""Which conditions bind a person now and here, in the words of the card (B3.2). One CONSULT entry a reading."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from core import audit
from core.actors import Actor
from core.clock import local
from core.errors import NotFound
from core.models import AuditAction
from core.permissions import can, check
from incidents.selectors.ids import as_uuid
from suspects.codes.curfew_hours import wall_words
from suspects.codes.dates import age_words
from suspects.codes.ground import Position, contains
from suspects.models import BailCondition, CurfewCheck, Person, SuspectRules
from suspects.selectors.curfew_times import CONDITION_TABLES, door_words, ended_at, from_words, hours_of, until_words
from suspects.selectors.wanted_cards import under_operation

SHOWN_AFTER_END = dt.timedelta(days=28)
_ICONS = {"JK": "people", "JO": "people", "JP": "people", "JF": "car", "RH": "phone", "JG": "phone"}
_ORDER = {"now": 0, "folded": 1, "ended": 2}


@dataclass(frozen=True, kw_only=True)
class ConditionView:
    """One condition as a card shows it. `state` is "now" (open), "folded" (not now, or not here) or "ended".

    `until` is when it next changes, UTC; `until_words` says that ("until 07:00", "always", "from 20:00"). `inside` is
    whether the phone is in the zone: None without a zone or a position. `door_words` is empty for what is no curfew.
    """

    id: UUID
    bail_id: UUID
    code: str
    label: str
    icon: str
    text: str
    address: str
    persons: str
    tagged: bool
    state: str
    until: dt.datetime | None
    until_words: str
    is_curfew: bool
    is_exclusion: bool
    may_knock: bool
    door_words: str
    door_detail: str
    inside: bool | None
    power_if_broken: str
    source_words: str
    confirmed_at: dt.datetime


def conditions_in_force(
    actor: Actor, person_id: UUID | str, moment: dt.datetime, position: Position | None = None
) -> list[ConditionView]:
    """The person's bail conditions at `moment`, those in force first; `position` is the phone's (lat, lon).

    A curfew is in force in its hours. An exclusion is in force unless the phone is known to be outside its zone. What
    ended in the last 28 days comes last. Raises NotAllowed, NotFound.
    """
    check(actor, "person.view")
    key = as_uuid(person_id)
    with transaction.atomic():
        if not Person.objects.visible_to(actor).filter(pk=key).exists():
            raise NotFound()
        views = read_conditions(actor, key, moment, position)
        audit.record(
            actor, AuditAction.CONSULT, f"suspects.person:{key}", purpose="bail and curfew",
            result_ids=[view.id for view in views],
        )  # fmt: skip
    return views


def read_conditions(
    actor: Actor, person_id: UUID, moment: dt.datetime, position: Position | None = None, *, planned: bool | None = None
) -> list[ConditionView]:
    """The same without permission and audit: for selectors that ask and write their own.

    Under a planned operation (`planned`, or asked here) nothing says where: no address, words, zone or door, except for
    who runs operations.
    """
    if planned is None:
        planned = bool(under_operation(actor, [person_id], moment))
    hidden = planned and not can(actor, "operation.manage")
    old = moment - SHOWN_AFTER_END
    rows = BailCondition.objects.visible_to(actor).filter(bail__person_id=person_id, bail__starts_at__lte=moment)
    rows = rows.filter(Q(bail__ends_at=None) | Q(bail__ends_at__gt=old))
    rows = rows.filter(Q(bail__cancelled_at=None) | Q(bail__cancelled_at__gt=old))
    rows = rows.filter(Q(cancelled_at=None) | Q(cancelled_at__gt=old), Q(ends_on=None) | Q(ends_on__gt=old.date()))
    conditions = list(rows.select_related(*CONDITION_TABLES).prefetch_related("slots"))
    rules = SuspectRules.objects.visible_to(actor).first() or SuspectRules()
    done = _done_tonight(conditions, moment)
    views = [_view(one, rules, done[one.pk], moment, None if hidden else position) for one in conditions]
    views = [_without_place(view) for view in views] if hidden else views
    return sorted(views, key=lambda view: (_ORDER[view.state], not view.is_curfew, view.inside is not True, view.code))


def _without_place(view: ConditionView) -> ConditionView:
    return replace(
        view, text=view.label, address="", persons="", may_knock=False, door_words="", door_detail="", inside=None
    )


def _done_tonight(conditions: Iterable[BailCondition], moment: dt.datetime) -> Counter[UUID]:
    nights = {one.pk: hours_of(one).night_of(moment) for one in conditions if one.kind.is_curfew}
    checks = CurfewCheck.objects.filter(condition_id__in=nights, night__in=set(nights.values())) if nights else []
    return Counter(one.condition_id for one in checks if one.night == nights[one.condition_id])


def _view(
    condition: BailCondition, rules: SuspectRules, done: int, moment: dt.datetime, position: Position | None
) -> ConditionView:
    kind, bail = condition.kind, condition.bail
    inside = contains(condition.zone, position) if condition.zone and position else None
    state, until, words = _standing(condition, moment, inside)
    return ConditionView(
        id=condition.pk,
        bail_id=bail.pk,
        code=kind.code,
        label=kind.label,
        icon="home" if kind.is_curfew else "pin" if kind.is_exclusion else _ICONS.get(kind.code, "flag"),
        text=condition.text,
        address=condition.address.line if condition.address else "",
        persons=condition.persons,
        tagged=condition.tagged,
        state=state,
        until=until,
        until_words=words,
        is_curfew=kind.is_curfew,
        is_exclusion=kind.is_exclusion,
        may_knock=kind.permits_doorstep,
        door_words=door_words(condition),
        door_detail=_door_detail(condition, rules, done),
        inside=inside,
        power_if_broken=bail.power_if_broken,
        source_words=_source(condition, moment),
        confirmed_at=bail.confirmed_at,
    )


def _standing(
    condition: BailCondition, moment: dt.datetime, inside: bool | None
) -> tuple[str, dt.datetime | None, str]:
    over = ended_at(condition, moment)
    if over is not None:
        return "ended", over, f"ended {local(over):%d/%m/%Y}"
    if condition.starts_on and condition.starts_on > local(moment).date():
        return "folded", None, f"from {condition.starts_on:%d/%m/%Y}"
    if condition.kind.is_curfew:
        hours = hours_of(condition)
        if hours.at(moment):
            until = hours.ends_after(moment)
            return "now", until, until_words(until, moment)
        following = hours.next_after(moment)
        if following is None:
            return "folded", None, "no hours left"
        return "folded", following.starts_at, from_words(following.starts_at, moment)
    if inside is False:
        return "folded", None, "not where you are"
    until = condition.bail.ends_at
    return "now", until, until_words(until, moment) if until else "always"


def _door_detail(condition: BailCondition, rules: SuspectRules, done: int) -> str:
    """ "Not 01:00 to 06:00 without an inspector. 1 check done tonight"."""
    if not condition.kind.permits_doorstep:
        return ""
    quiet = f"Not {rules.quiet_from:%H:%M} to {rules.quiet_until:%H:%M} without an inspector."
    if condition.quiet_hours_authorised:
        quiet = f"Knocking in quiet hours allowed by {condition.quiet_hours_authorised}."
    count = {0: "No check yet tonight", 1: "1 check done tonight"}.get(done, f"{done} checks done tonight")
    return f"{quiet} {count}"


def _source(condition: BailCondition, moment: dt.datetime) -> str:
    """ "Court bail, Northmere Magistrates, 12/11/2026. 9 days old. Checked 21:50"."""
    bail, granted = condition.bail, local(condition.bail.starts_at)
    checked = local(bail.confirmed_at)
    day = "" if checked.date() == local(moment).date() else f"{checked:%d/%m/%Y} "
    age = age_words(granted.date(), local(moment))
    age = age[:1].upper() + age[1:]
    kind = bail.get_type_display()
    return f"{kind}, {bail.authority}, {granted:%d/%m/%Y}. {age}. Checked {day}{wall_words(checked)}"
