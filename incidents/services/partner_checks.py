"""What a partner's message says, made safe to keep and show. What cannot be is refused in words; the rest is kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from incidents.interchange.message import Facts, Message
from incidents.services.problems import Problems
from incidents.services.text import clean_text
from incidents.states import TRANSFER_NARRATIVE_LIMIT, TransferType

_AHEAD, _OLDEST = timedelta(minutes=5), timedelta(days=7)
_EARTH_M = 6_371_000.0
_TEXTS = {
    "priority": 60, "incident_type": 100, "caller_name": 100, "caller_number": 40, "casualties": 500, "hazards": 500,
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Clean:
    """`facts` are columns of a Transfer."""

    their_ref: str
    decided_by: str
    reason: str
    facts: dict[str, Any]


def cleaned(message: Message, moment: datetime) -> Clean:
    """The message's words, cleaned. Raises Invalid naming everything that cannot be kept."""
    problems, facts = Problems(), message.facts

    def text(raw: str, field: str, limit: int, *, lines: bool = False) -> str:
        return problems.take(lambda: clean_text(raw, field=field, limit=limit, lines=lines), "")

    _check_times(message, moment, problems)
    _check_place(facts, problems)
    their_ref = text(message.originator.reference, "originator.reference", 100)
    if not their_ref and message.type != TransferType.REJECT:
        problems.add("originator.reference", "Give your own reference of the incident.")
    told = {name: text(getattr(facts, name), f"incident.{name}", limit) for name, limit in _TEXTS.items()}
    kept = Clean(
        their_ref=their_ref,
        decided_by=text(message.decided_by, "decision.by", 100),
        reason=text(message.reason, "decision.reason", 500),
        facts={
            **told,
            "incident_type_local": told["incident_type"],
            "marking": text(message.marking, "marking", 60),
            "location_words": text(facts.place.words, "incident.location.words", 300),
            "narrative": text(facts.narrative, "incident.narrative", TRANSFER_NARRATIVE_LIMIT, lines=True),
            "lat": facts.place.lat,
            "lon": facts.place.lon,
            "radius_m": (facts.place.radius_m or 0.0) if facts.place.has_point else None,
        },
    )
    problems.stop_here()
    del kept.facts["incident_type"]
    return kept


def _check_times(message: Message, moment: datetime, problems: Problems) -> None:
    if message.sent_at > moment + _AHEAD:
        problems.add("sent_at", "This time is in the future. Set your clock.")
    if message.sent_at < moment - _OLDEST:
        problems.add("sent_at", "This is more than seven days old. Telephone us.")


def _check_place(facts: Facts, problems: Problems) -> None:
    place = facts.place
    if (place.lat is None) != (place.lon is None):
        problems.add("incident.location", "Send latitude and longitude, or neither.")
    elif place.has_point:
        assert place.lat is not None
        assert place.lon is not None
        if not (abs(place.lat) <= 90 and abs(place.lon) <= 180):
            problems.add("incident.location", "Latitude is -90 to 90 and longitude -180 to 180 degrees.")
        elif place.lat == place.lon == 0:
            problems.add("incident.location", "0, 0 is no position. Leave both out when there is none.")
    if place.radius_m is not None and not 0 <= place.radius_m <= _EARTH_M:
        problems.add("incident.location.radius_m", "Send metres, 0 or more.")
