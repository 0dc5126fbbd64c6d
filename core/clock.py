"""Time: stored in UTC, shown in Europe/London (STANDARDS 1.3)."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")


def now() -> dt.datetime:
    """This moment, aware, UTC."""
    return dt.datetime.now(dt.UTC)


def local(moment: dt.datetime) -> dt.datetime:
    return moment.astimezone(LONDON)


def local_date(moment: dt.datetime) -> dt.date:
    """The calendar day in London at `moment`: what an incident's number belongs to."""
    return moment.astimezone(LONDON).date()


def from_epoch(seconds: float) -> dt.datetime:
    return dt.datetime.fromtimestamp(seconds, dt.UTC)
