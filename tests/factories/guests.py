"""Guests: links to one incident, shared and opened as a handler and a partner would."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

from core.actors import Actor
from incidents.models import Incident
from streaming.models import GuestLink, GuestMessage, GuestSession
from streaming.services import guest_codes, guests
from streaming.tokens import unseal
from tests.factories.links import open_call

SMITH = {
    "name": "J. Smith",
    "agency": "Northmere Ambulance",
    "agency_kind": "ambulance",
    "channel": "sms",
    "address": "07700 900642",
    "confirmed": True,
    "purpose": "To find the patient",
    "basis": "vital_interests",
    "minutes": 60,
    "video": True,
    "place": True,
}
IP = "198.51.100.20"


def share(actor: Actor, incident: Incident | UUID | None = None, **changes: Any) -> GuestLink:
    given = incident.pk if isinstance(incident, Incident) else incident or open_call(actor).pk
    return guests.share(actor=actor, incident_id=given, wanted=guests.Wanted(**{**SMITH, **changes}))


def words_of(link: GuestLink, kind: str) -> str:
    """The newest message of this kind, before it is sent."""
    return unseal(GuestMessage.objects.filter(link=link, kind=kind).latest("queued_at").sealed)


def token_of(link: GuestLink) -> str:
    found = re.search(r"/guest/([A-Za-z0-9_-]{22})/", words_of(link, "link"))
    assert found
    return found[1]


def code_of(link: GuestLink) -> str:
    found = re.search(r"code is (\d{4}) (\d{4})", words_of(link, "code"))
    assert found
    return found[1] + found[2]


def open_door(link: GuestLink, token: str = "") -> tuple[GuestSession, str]:
    """A browser asks, reads the text and types the code: its session and its cookie."""
    token = token or token_of(link)
    asking = guest_codes.ask_code(token=token, ip=IP)
    opened = guest_codes.enter_code(token=token, code=code_of(link), browser_secret=asking, ip=IP)
    return opened.session, opened.secret
