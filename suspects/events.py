"""Live events: ids, short words and times, never a name. A screen that shows the person already knows who it is."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from core.realtime import Event, live_event


@live_event("wanted.reservation")
@dataclass(frozen=True, kw_only=True)
class ReservationChanged(Event):
    """Somebody took a wanted person, or no longer has them. `near_lat` and `near_lon` are rounded to 0.01 degrees: a
    phone compares them with its own position, which never leaves it."""

    wanted: UUID
    reservation: UUID
    state: str
    call_sign: str
    collar: str
    since: dt.datetime
    until: dt.datetime
    version: int
    near_lat: float | None = None
    near_lon: float | None = None


@live_event("wanted.changed")
@dataclass(frozen=True, kw_only=True)
class WantedChanged(Event):
    """A record was opened, changed or closed. Whoever does not show it fetches the card."""

    wanted: UUID
    state: str
    band: str
    version: int


@live_event("check.answered")
@dataclass(frozen=True, kw_only=True)
class SourceAnswered(Event):
    check: UUID
    system: str
    outcome: str


@live_event("operation.looked")
@dataclass(frozen=True, kw_only=True)
class OperationLooked(Event):
    operation: UUID
    look: UUID
    call_sign: str
    what: str


@live_event("curfew.checked")
@dataclass(frozen=True, kw_only=True)
class CurfewChecked(Event):
    condition: UUID
    outcome: str
    attempt: int
    call_sign: str
    at: dt.datetime


@live_event("curfew.breach")
@dataclass(frozen=True, kw_only=True)
class CurfewBreached(Event):
    breach: UUID
    condition: UUID
    state: str


@live_event("checks.slowed")
@dataclass(frozen=True, kw_only=True)
class SearchesSlowed(Event):
    surge: UUID
    user: int
    searches: int
