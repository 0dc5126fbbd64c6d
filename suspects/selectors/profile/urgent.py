"""The first screen of a profile: warnings, wanted, what binds the person now, pictures (B3.1, B3.2)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from uuid import UUID

from core.actors import Actor
from core.clock import LONDON, local, local_date
from core.permissions import can
from core.roles import SERGEANT, SUPERVISOR
from suspects.codes.dates import age_words
from suspects.models import BailCondition, CurfewSlot, Marker, Person, PersonImage, WantedRecord
from suspects.querysets import MarkerQuerySet
from suspects.selectors.profile.shapes import Condition, Picture, Wanted, Warning_
from suspects.states import WantedState

_WORST_FIRST = {"CRITICAL": 0, "CAUTION": 1, "NOTE": 2}
_FAMILY_FIRST = {"SIGNAL": 0, "ADDRESS": 1, "INFORMATION": 2, "VEHICLE": 3}


def visible_markers(actor: Actor, moment: dt.datetime) -> MarkerQuerySet:
    """Standing markers the actor may see: health for roles that need it, refuges for supervisors and sergeants."""
    markers: MarkerQuerySet = Marker.objects.visible_to(actor).standing(moment).select_related("kind")
    if not can(actor, "marker.health"):
        markers = markers.without_health()
    if not (actor.kind == "system" or actor.has_role(SUPERVISOR, SERGEANT)):
        markers = markers.filter(kind__secret=False)
    return markers


def as_warning(marker: Marker, moment: dt.datetime, about: str = "") -> Warning_:
    """One marker in words, with what it is of when that is an address."""
    dated = marker.confirmed_at or marker.event_date or marker.added_at
    kind = marker.kind
    return Warning_(
        section="warning",
        ref=f"suspects.marker:{marker.pk}",
        title=kind.label,
        text=marker.text,
        source=marker.source,
        dated=marker.event_date or marker.added_at,
        age=how_old(dated, moment),
        marker_id=marker.pk,
        code=kind.code,
        severity=kind.severity,
        icon=kind.icon,
        family=kind.family,
        health=kind.health,
        review_due=marker.review_due,
        review_overdue=marker.review_due < local_date(moment),
        about=about,
    )


def worst_first(warnings: Iterable[Warning_]) -> tuple[Warning_, ...]:
    """Critical before caution before note; of the person before of an address; then by code."""
    return tuple(
        sorted(
            warnings,
            key=lambda one: (_WORST_FIRST.get(one.severity, 3), _FAMILY_FIRST.get(one.family, 9), one.code, one.ref),
        )
    )


def read_wanted(actor: Actor, person: Person, moment: dt.datetime) -> tuple[Wanted, ...]:
    rows = WantedRecord.objects.visible_to(actor).filter(person=person, state=WantedState.ACTIVE)
    return tuple(
        _wanted(record, moment) for record in rows.most_urgent_first().select_related("basis", "band")
    )  # fmt: skip


def _wanted(record: WantedRecord, moment: dt.datetime) -> Wanted:
    basis, band = record.basis, record.band
    seen = record.circulated_at or record.issued_at
    return Wanted(
        section="wanted",
        ref=f"suspects.wantedrecord:{record.pk}",
        title=f"{basis.label}: {record.offence}",
        source=record.source,
        dated=seen,
        age=how_old(seen, moment),
        wanted_id=record.pk,
        basis=basis.label,
        may_arrest=basis.may_arrest,
        power=f"Arrest: {basis.power}" if basis.may_arrest else "No power of arrest",
        band=band.code,
        band_label=band.label,
        band_colour=band.colour,
        band_icon=band.icon,
        target_hours=band.target_hours,
        due_at=record.due_at,
        due=due_words(record.due_at, moment),
        overdue=record.due_at <= moment,
        two_officers=record.two_officers,
        armed_only=record.armed_only,
        warrant_category=record.warrant_category,
        state=record.state,
    )


def due_words(due_at: dt.datetime, moment: dt.datetime) -> str:
    """ "due in 9 h", "due in 3 days", "overdue by 5 h"."""
    left = due_at - moment
    words = "due in" if left > dt.timedelta() else "overdue by"
    left = abs(left)
    if left < dt.timedelta(hours=1):
        return f"{words} {left // dt.timedelta(minutes=1)} min"
    if left < dt.timedelta(days=3):
        return f"{words} {left // dt.timedelta(hours=1)} h"
    return f"{words} {left.days} days"


def read_conditions(actor: Actor, person: Person, moment: dt.datetime) -> tuple[Condition, ...]:
    """Conditions of every bail that has not ended, by code; two queries."""
    rows = BailCondition.objects.visible_to(actor).filter(bail__person=person, bail__cancelled_at=None)
    rows = rows.exclude(bail__ends_at__lte=moment).select_related("bail", "kind", "address")
    conditions = list(rows)
    slots: dict[UUID, list[CurfewSlot]] = {}
    if any(condition.kind.is_curfew for condition in conditions):
        for slot in CurfewSlot.objects.visible_to(actor).filter(condition__in=conditions):
            slots.setdefault(slot.condition_id, []).append(slot)
    return tuple(_condition(one, slots.get(one.pk, []), moment) for one in conditions)


def _condition(row: BailCondition, slots: list[CurfewSlot], moment: dt.datetime) -> Condition:
    bail, kind, today = row.bail, row.kind, local_date(moment)
    binds = (
        bail.starts_at <= moment
        and row.cancelled_at is None
        and (row.starts_on is None or row.starts_on <= today)
        and (row.ends_on is None or row.ends_on >= today)
    )
    until = running_until(slots, moment) if kind.is_curfew else None
    return Condition(
        section="condition",
        ref=f"suspects.bailcondition:{row.pk}",
        title=kind.label,
        text=row.text,
        source=bail.source,
        dated=bail.starts_at,
        age=how_old(bail.starts_at, moment),
        condition_id=row.pk,
        code=kind.code,
        in_force=binds and (not kind.is_curfew or until is not None),
        until=until,
        is_curfew=kind.is_curfew,
        is_exclusion=kind.is_exclusion,
        may_knock=kind.is_curfew and kind.permits_doorstep,
        knock=_knock_words(row),
        address_id=row.address_id,
        tagged=row.tagged,
        if_broken=bail.power_if_broken,
        bail=f"{bail.get_type_display()}, {bail.authority}, {local_date(bail.starts_at):%d/%m/%Y}",
    )


def _knock_words(row: BailCondition) -> str:
    if not row.kind.is_curfew:
        return ""
    if row.kind.permits_doorstep:
        return f"You may knock ({row.kind.code} doorstep check)"
    return f"Do not knock ({row.kind.code}: no police doorstep check)"


def running_until(slots: Iterable[CurfewSlot], moment: dt.datetime) -> dt.datetime | None:
    """When the curfew hours that run at `moment` end, UTC; None when none run. Hours are by the wall clock, so that
    "21:00 to 07:00" ends at 07:00 in the night the clocks change, too."""
    ends = []
    today = local_date(moment)
    for day in (today - dt.timedelta(days=1), today):
        for slot in slots:
            if slot.weekday != day.weekday():
                continue
            start = dt.datetime.combine(day, slot.start)
            begins, finishes = (
                wall.replace(tzinfo=LONDON).astimezone(dt.UTC)
                for wall in (start, start + dt.timedelta(minutes=slot.minutes))
            )
            if begins <= moment < finishes:
                ends.append(finishes)
    return max(ends, default=None)


def read_pictures(actor: Actor, person: Person, moment: dt.datetime, *, hidden: bool) -> tuple[Picture, ...]:
    rows = PersonImage.objects.visible_to(actor).filter(person=person, withdrawn_at=None)
    pictures = [
        Picture(
            section="image",
            ref=f"suspects.personimage:{row.pk}",
            title=row.kind.capitalize(),
            source=row.source,
            dated=row.taken_on,
            age=how_old(row.taken_on, moment),
            old=is_old(row.taken_on, moment),
            image_id=row.pk,
            width=row.width,
            height=row.height,
            hidden=hidden,
        )
        for row in rows
    ]
    return tuple(sorted(pictures, key=lambda one: one.dated or dt.date.min, reverse=True))


def how_old(dated: dt.date | dt.datetime | None, moment: dt.datetime) -> str:
    """ "5 months old"; empty when nobody knows when."""
    if dated is None:
        return ""
    return age_words(local(dated) if isinstance(dated, dt.datetime) else dated, local(moment))


OLD_AFTER = dt.timedelta(days=365)  # an address of a year ago is asked about again (STANDARDS 12.3)


def is_old(dated: dt.date | dt.datetime | None, moment: dt.datetime) -> bool:
    """A year or more without confirmation: shown in grey with its date."""
    if dated is None:
        return False
    day = local_date(dated) if isinstance(dated, dt.datetime) else dated
    return local_date(moment) - day >= OLD_AFTER
