"""The neutral message (STANDARDS 4.1): what an adapter writes and reads, whatever the standard on the wire."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from incidents.states import TransferType


class BadMessage(Exception):
    """It cannot be read; `fields` says for each part what is wrong, in words for the sender's engineers."""

    def __init__(self, fields: Mapping[str, str]) -> None:
        super().__init__("; ".join(f"{name}: {words}" for name, words in fields.items()))
        self.fields = dict(fields)


class NotPossible(Exception):
    """This adapter cannot do that, and what would be needed; the words are shown to a person."""


@dataclass(frozen=True, kw_only=True)
class Party:
    """An agency, by the identifier both sides agreed on, and its own reference of the incident ("" when unknown)."""

    agency: str
    reference: str = ""


@dataclass(frozen=True, kw_only=True)
class Place:
    """Words, and a point with its radius when there is one. WGS 84 degrees, metres."""

    words: str = ""
    lat: float | None = None
    lon: float | None = None
    radius_m: float | None = None

    @property
    def has_point(self) -> bool:
        return self.lat is not None and self.lon is not None


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What is told about the incident. Empty means not told."""

    priority: str = ""
    incident_type: str = ""
    place: Place = Place()
    caller_name: str = ""
    caller_number: str = ""
    casualties: str = ""
    hazards: str = ""
    narrative: str = ""


@dataclass(frozen=True, kw_only=True)
class Message:
    """`sequence` counts the messages of one side about one incident from 1; None where a standard has no place for it.

    `decided_by` and `reason` are those of an ACK or a REJECT. `exercise` is true for anything but a real incident.
    """

    type: TransferType
    message_id: UUID
    originator: Party
    recipient: Party
    sent_at: datetime
    in_reply_to: UUID | None = None
    reply_sent_at: datetime | None = None  # of the message replied to: CAP names it by that, too
    sequence: int | None = None
    exercise: bool = True
    marking: str = ""
    facts: Facts = Facts()
    decided_by: str = ""
    reason: str = ""


class Adapter(Protocol):
    """One standard. `encode` raises NotPossible, `decode` BadMessage or NotPossible."""

    content_type: str

    def encode(self, message: Message) -> bytes: ...

    def decode(self, body: bytes) -> Message: ...
