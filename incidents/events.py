"""What every open console hears about incidents: ids, numbers, codes. Never a name, a number or a word of the log."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from core.realtime import Event, live_event


def board_topic(force_id: object) -> str:
    """All incidents of a force."""
    return f"board.{force_id}"


def incident_topic(incident_id: object) -> str:
    """One incident: its log, its facts, its video."""
    return f"incident.{incident_id}"


def person_topic(user_id: object) -> str:
    """What concerns one person, on every screen they have open."""
    return f"person.{user_id}"


@live_event("incident.opened")
@dataclass(frozen=True, kw_only=True)
class IncidentOpened(Event):
    incident: UUID
    serial: int
    grade: str
    version: int
    assign_by: datetime | None = None


@live_event("incident.changed")
@dataclass(frozen=True, kw_only=True)
class IncidentChanged(Event):
    """Grade, status, units or clocks changed: all that a board needs to draw the row again without asking.

    `unit` and `step` are the first unit's call sign and how far it is, empty when there is none. `words` is a keyed
    digest of the row's own words (`selectors.row_words`): a board whose row has another one fetches that row.
    `assign_by` is there as long as an emergency has nobody: what rings when it passes.
    """

    incident: UUID
    status: str
    grade: str
    units: int
    version: int
    unit: str = ""
    step: str = ""
    attend_by: datetime | None = None
    attended_at: datetime | None = None
    words: str = ""
    assign_by: datetime | None = None


@live_event("log.appended")
@dataclass(frozen=True, kw_only=True)
class LogAppended(Event):
    incident: UUID
    entry: UUID
    entry_seq: int
    type: str
    at: datetime


@live_event("log.restricted")
@dataclass(frozen=True, kw_only=True)
class LogRestricted(Event):
    """An entry's words are withheld from most from now on, or shown again: pages that have it read it anew."""

    incident: UUID
    entry: UUID
    entry_seq: int
    restricted: bool
    at: datetime


@live_event("duty.changed")
@dataclass(frozen=True, kw_only=True)
class DutyChanged(Event):
    """Somebody booked on (`until` is the end of the shift) or off (None)."""

    user: int
    call_sign: str
    until: datetime | None


@live_event("call.changed")
@dataclass(frozen=True, kw_only=True)
class CallChanged(Event):
    """A call that somebody answered, or that an incident has: answered, ended, a fix came, linked."""

    contact: UUID
    what: str


@live_event("call.lost")
@dataclass(frozen=True, kw_only=True)
class CallLost(Event):
    """An emergency call is over and came to nothing: for everybody when nobody had answered, else for who had."""

    contact: UUID
    at: datetime


def emergency_topic(force_id: object) -> str:
    """State 0 in a force, and nothing else: so little that every phone may follow it."""
    return f"emergencies.{force_id}"


@live_event("emergency.changed")
@dataclass(frozen=True, kw_only=True)
class EmergencyChanged(Event):
    """State 0 was raised, acknowledged, or is over."""

    emergency: UUID
    incident: UUID
    serial: int
    call_sign: str
    status: str
    at: datetime


@live_event("unit.message")
@dataclass(frozen=True, kw_only=True)
class UnitMessaged(Event):
    """A unit wants to be called (States 12 to 16), or was."""

    message: UUID
    resource: UUID
    call_sign: str
    state: str
    answered: bool


@live_event("transfer.offered")
@dataclass(frozen=True, kw_only=True)
class TransferOffered(Event):
    """A partner offers an incident, or an offer was taken, refused or withdrawn: a list of offers asks again."""

    transfer: UUID
    status: str


@live_event("transfer.changed")
@dataclass(frozen=True, kw_only=True)
class TransferChanged(Event):
    """What became of a message to or from a partner. `alarm`: nobody there has taken the incident in time."""

    incident: UUID
    share: UUID
    type: str
    status: str
    alarm: bool


@live_event("risk.assessed")
@dataclass(frozen=True, kw_only=True)
class RiskAssessed(Event):
    """Another version of THRIVE."""

    incident: UUID
    version: int


@live_event("methane.saved")
@dataclass(frozen=True, kw_only=True)
class MethaneSaved(Event):
    incident: UUID
    version: int


@live_event("request.asked")
@dataclass(frozen=True, kw_only=True)
class SupervisorAsked(Event):
    """A call handler asks for a lower grade or for closing. `what`: "grade" or "close"."""

    incident: UUID
    request: UUID
    what: str


@live_event("request.decided")
@dataclass(frozen=True, kw_only=True)
class SupervisorDecided(Event):
    incident: UUID
    request: UUID
    what: str
    status: str


@live_event("facts.amended")
@dataclass(frozen=True, kw_only=True)
class FactsAmended(Event):
    incident: UUID
    version: int


def unit_topic(resource_id: object) -> str:
    """One unit: its State and its job, for the phones of whoever is booked on with it."""
    return f"unit.{resource_id}"


@live_event("unit.changed")
@dataclass(frozen=True, kw_only=True)
class UnitChanged(Event):
    """The unit took another State, was sent, or was released."""

    resource: UUID
    call_sign: str
    state: str
    at: datetime
    incident: UUID | None
    serial: int | None
