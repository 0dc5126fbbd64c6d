"""What open pages hear about evidence: ids, numbers, states."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from core.realtime import Event, live_event


@live_event("exhibit.changed")
@dataclass(frozen=True, kw_only=True)
class ExhibitChanged(Event):
    """Opened, got an item or a copy, sealed, checked, locked. Goes to the incident's topic."""

    incident: UUID
    exhibit: UUID
    state: str
    items: int
    playable: bool
    version: int
