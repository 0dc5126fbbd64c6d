"""How a report of a place is read out."""

from __future__ import annotations

import datetime as dt

from django import template

from core.clock import now
from incidents.models import Location
from incidents.selectors import grid_reference as reference_of

register = template.Library()


@register.filter
def grid_reference(location: Location) -> str:
    """As people say it, no finer than the radius allows."""
    return reference_of(location)


@register.filter
def age(moment: dt.datetime) -> str:
    """How old a position is, as `ageWords` of place.js says it."""
    seconds = max(0, round((now() - moment).total_seconds()))
    if seconds < 120:
        return f"{seconds} s old"
    return f"{round(seconds / 60)} min old" if seconds < 7200 else f"{seconds // 3600} h old"
