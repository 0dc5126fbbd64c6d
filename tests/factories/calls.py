"""Telephony systems and what they tell, for the tests' police stories."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

from core.actors import Actor
from core.clock import now
from core.models import Force
from incidents.models import TelephonyConnection
from incidents.services import Told, telephony

AML = (
    'A"ML=1;lt=+53.73588;lg=+0.44905;rd=11;top={top};lc=68;pm=G;'
    "si=234150123456789;ei=356938035643809;mcc=234;mnc=15;ml=118"
)
CELL = {
    "kind": "CELL", "easting": 561402.0, "northing": 430655.0, "semi_major_m": 620.0, "semi_minor_m": 340.0,
    "orientation_deg": 40.0, "confidence_pct": 67,
}  # fmt: skip
FIXED = {"kind": "FIXED", "name": "H PRYCE", "address_lines": ["14 Harbour Lane", "Northmere"], "postcode": "NM1 4QT"}


def make_connection(force: Force, name: str = "ICCS") -> tuple[TelephonyConnection, str]:
    return telephony.make_connection(actor=Actor.system(force.pk), force_id=force.pk, name=name)


def switchboard(force: Force) -> Actor:
    """Who tells of calls: the force's telephony system."""
    return Actor.provider(force.pk, "ICCS")


def aml(age: float = 6, **changes: str) -> str:
    """An AML message fixed `age` seconds ago; `changes` replace parts, None-like "" removes them."""
    text = AML.format(top=f"{now() - timedelta(seconds=age):%Y%m%d%H%M%S}")
    parts = dict(piece.split("=", 1) for piece in text.split(";")) | changes
    return ";".join(f"{key}={value}" for key, value in parts.items() if value)


def told(event: str = "RINGING", call_id: str = "C-1", **changes: Any) -> Told:
    """One event of one 999 call from +44 7700 900862."""
    facts: dict[str, Any] = {"at": now(), "event_id": uuid4().hex, "call_id": call_id, "event": event}
    if event == "RINGING":
        facts |= {"cli": "07700 900862", "line": "3"}
    if event == "AML":
        facts |= {"aml": aml()}
    return Told(**{**facts, **changes})
