"""Time: stored in UTC, shown in Europe/London (STANDARDS 1.3)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from zoneinfo import ZoneInfo

from django.conf import settings

LONDON = ZoneInfo("Europe/London")
_shift: ContextVar[dt.timedelta] = ContextVar("clock_shift", default=dt.timedelta())


def now() -> dt.datetime:
    """This moment, aware, UTC."""
    return dt.datetime.now(dt.UTC) + _shift.get()


@contextmanager
def as_if(moment: dt.datetime) -> Iterator[None]:
    """Live through `moment` again: how the demo force gets a past. Refused wherever a real force's clock runs."""
    if not settings.DEMO:
        raise RuntimeError("the clock is the server's; only the demo may tell it otherwise")
    token = _shift.set(moment - dt.datetime.now(dt.UTC))
    try:
        yield
    finally:
        _shift.reset(token)


def local(moment: dt.datetime) -> dt.datetime:
    return moment.astimezone(LONDON)


def local_date(moment: dt.datetime) -> dt.date:
    """The calendar day in London at `moment`: what an incident's number belongs to."""
    return moment.astimezone(LONDON).date()


def by_when(moment: dt.datetime) -> str:
    """When a target ends, in London: "23:30:37" today, "Tue 24/11 23:30" on another day."""
    at = local(moment)
    return f"{at:%H:%M:%S}" if at.date() == local_date(now()) else f"{at:%a %d/%m %H:%M}"


def from_epoch(seconds: float) -> dt.datetime:
    return dt.datetime.fromtimestamp(seconds, dt.UTC)
