"""The hours and the words of one condition, from its rows. Needs the condition with `bail`, `kind`, `slots` at hand."""

from __future__ import annotations

import datetime as dt

from core.clock import local, local_date
from suspects.codes.curfew_hours import CurfewHours, Slot, wall_words
from suspects.models import BailCondition

CONDITION_TABLES = ("bail__person", "kind", "address")


def hours_of(condition: BailCondition) -> CurfewHours:
    """When the condition binds by its slots, until it or its bail ends or is cancelled."""
    bail = condition.bail
    ends = [moment for moment in (bail.ends_at, bail.cancelled_at, condition.cancelled_at) if moment is not None]
    return CurfewHours(
        slots=tuple(
            Slot(weekday=slot.weekday, start=slot.start, minutes=slot.minutes) for slot in condition.slots.all()
        ),
        first_night=condition.starts_on,
        last_night=condition.ends_on,
        since=bail.starts_at,
        until=min(ends) if ends else None,
    )


def ended_at(condition: BailCondition, moment: dt.datetime) -> dt.datetime | None:
    """When the condition, or its bail, was over or cancelled; None while it stands. A curfew whose last night runs is
    not over."""
    bail = condition.bail
    ends = [one for one in (bail.ends_at, bail.cancelled_at, condition.cancelled_at) if one is not None]
    if condition.ends_on is not None and condition.ends_on < local_date(moment) and not hours_of(condition).at(moment):
        ends.append(dt.datetime.combine(condition.ends_on, dt.time(23, 59), tzinfo=local(moment).tzinfo))
    past = [one for one in ends if one <= moment]
    return min(past) if past else None


def until_words(end: dt.datetime | None, moment: dt.datetime) -> str:
    """ "until 07:00", with the date when that is not today or tonight; "always" without an end."""
    if end is None:
        return "always"
    day = "" if end - moment < dt.timedelta(hours=24) else f"{local(end):%d/%m/%Y} "
    return f"until {day}{wall_words(end)}"


def from_words(start: dt.datetime, moment: dt.datetime) -> str:
    """ "from 20:00", with the date when that is not within a day."""
    day = "" if start - moment < dt.timedelta(hours=24) else f"{local(start):%d/%m/%Y} "
    return f"from {day}{wall_words(start)}"


def door_words(condition: BailCondition) -> str:
    """Whether police may knock, in the words an officer acts on (STANDARDS 7.4: only JE authorises a demand)."""
    code = condition.kind.code
    if not condition.kind.is_curfew:
        return ""
    if condition.kind.permits_doorstep:
        return f"You may knock ({code} doorstep check)"
    return f"Do not knock ({code}). Tag only." if condition.tagged else f"Do not knock ({code})."
