"""The radio interface: a machine that says units' States. Believed for its token alone, heard once for each message.

The token has 256 random bits and is kept as its SHA-256: it is looked up by equality of the hash, so that neither the
database nor the time an answer takes tells anything about it. Wrong tokens are counted by address and refused past a
limit; a right one never is, whoever else guesses behind the same address.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog
from django.core.cache import cache
from django.db import IntegrityError, transaction
from redis.exceptions import RedisError

from core import audit
from core.actors import Actor
from core.clock import now
from core.errors import Conflict, DomainError, Invalid, NotAllowed, NotFound, TooMany
from core.models import AuditAction
from incidents.models import RadioConnection, RadioMessage, Resource
from incidents.services.emergencies import enter_for_help
from incidents.services.resources import keep_position
from incidents.services.text import clean_text
from incidents.services.unit_states import Said, is_for_help, read_place, say_state
from incidents.states import UNKNOWN_RADIO

log = structlog.get_logger(__name__)

_BEARER = re.compile(r"bearer +([A-Za-z0-9_-]{43})", re.IGNORECASE)  # RFC 6750; 32 bytes of base64url
_ISSI = re.compile(r"[0-9]{1,8}")
WINDOW = 60  # seconds
HEARD_EVERY = timedelta(seconds=30)  # how exactly `last_heard_at` is kept
MISSES, MESSAGES = 20, 6000  # a window: wrong tokens of one address; messages of one connection (4,000 phones at once)


class NotKnown(DomainError):
    """No token, or one that is nobody's. One answer for every reason."""

    status = 401
    code = "invalid_token"

    def __init__(self) -> None:
        super().__init__("A valid token is needed: Authorization: Bearer …")


@dataclass(frozen=True, kw_only=True)
class Heard:
    """`refused` is the code of why not, "" when taken. `again`: this message was heard before; nothing was done."""

    refused: str = ""
    words: str = ""
    late: bool = False
    again: bool = False
    warnings: dict[str, str] = field(default_factory=dict)


REFUSALS = {
    "unknown_unit": "No unit of this force has that call sign or ISSI.",
    "unknown_state": "The force's table has no such State.",
    "bad_time": "Give the time with its zone, not in the future and not more than a day old.",
    "refused": "The State could not be taken. Look at the unit and send it anew.",
}


def new_token() -> tuple[str, str]:
    """A token to hand over once, and what is kept of it."""
    token = secrets.token_urlsafe(32)
    return token, digest(token)


def digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def connection_of(header: str, address: str) -> RadioConnection:
    """Whose token it is. Raises NotKnown, NotAllowed when it is switched off, TooMany."""
    found = _BEARER.fullmatch(header.strip())
    rows = RadioConnection.objects.select_related("force")
    connection: RadioConnection | None = rows.filter(token_hash=digest(found[1])).first() if found else None
    if connection is None:
        if _count(f"radio-miss:{address}") > MISSES:
            raise TooMany("Too many wrong tokens from here. Wait a minute.", retry_after=WINDOW)
        raise NotKnown()
    if not connection.enabled:
        raise NotAllowed("This connection is switched off. Ask an administrator.", code="switched_off")
    if _count(f"radio-message:{connection.pk}") > MESSAGES:
        raise TooMany("Too many messages. Wait a minute.", retry_after=WINDOW)
    return connection


def take_message(
    *,
    connection: RadioConnection,
    message_id: str,
    unit: str,
    state: str,
    at: datetime | None,
    lat: float | None = None,
    lon: float | None = None,
) -> Heard:
    """A unit said its State. The same `message_id` counts once, whatever it says the second time.

    Raises Invalid for a message that cannot be kept at all (message_id, unit, state, at, position); any other refusal
    is kept as a row. A call for help is taken whatever its clock, its position and its sender are; when it could not
    be (Conflict), nothing is kept and the same message can be sent again.
    """
    message = clean_text(message_id, field="message_id", limit=64, required=True)
    named = clean_text(unit, field="unit", limit=16, required=True).upper()
    code = clean_text(state, field="state", limit=4, required=True)
    actor = Actor.provider(connection.force_id, connection.name)
    if not is_for_help(actor, code):
        read_place(lat, lon)
        if at is None or at.tzinfo is None:
            raise Invalid(fields={"at": "Give the time with its zone."})
    earlier: RadioMessage | None = RadioMessage.objects.filter(connection=connection, message_id=message).first()
    if earlier is not None:
        return _again(earlier)
    moment = now()
    row = RadioMessage(
        force_id=connection.force_id, connection=connection, message_id=message, received_at=moment,
        at=at if at and at.tzinfo else moment, unit=named, state=code,
    )  # fmt: skip
    try:
        with transaction.atomic():
            return _take(actor, connection, row, at, lat, lon)
    except IntegrityError:
        # The same message twice at the same instant: the database kept one, and so did we.
        kept: RadioMessage | None = RadioMessage.objects.filter(connection=connection, message_id=message).first()
        if kept is None:
            raise
        return _again(kept)


def _again(earlier: RadioMessage) -> Heard:
    words = REFUSALS.get(earlier.refused, "")
    return Heard(refused=earlier.refused, words=words, late=earlier.late, again=True)


def _take(
    actor: Actor,
    connection: RadioConnection,
    row: RadioMessage,
    at: datetime | None,
    lat: float | None,
    lon: float | None,
) -> Heard:
    said = _do(actor, connection, row, at, lat, lon)
    row.refused, row.late = (said, False) if isinstance(said, str) else ("", said.late)
    row.save(force_insert=True)
    heard = connection.last_heard_at
    if heard is None or row.received_at - heard > HEARD_EVERY:
        RadioConnection.objects.filter(pk=connection.pk).update(last_heard_at=row.received_at)
    if row.refused:
        log.warning("radio.refused", connection=connection.name, unit=row.unit, state=row.state, reason=row.refused)
        audit.record(actor, AuditAction.ALTER, f"incidents.radiomessage:{row.pk}", purpose=f"refused {row.refused}")
    warnings = {} if isinstance(said, str) else said.warnings
    if warnings:
        log.warning("radio.taken_with_warnings", connection=connection.name, unit=row.unit, fields=sorted(warnings))
    return Heard(refused=row.refused, words=REFUSALS.get(row.refused, ""), late=row.late, warnings=warnings)


def _do(
    actor: Actor,
    connection: RadioConnection,
    row: RadioMessage,
    at: datetime | None,
    lat: float | None,
    lon: float | None,
) -> Said | str:
    """What became of it, or why it was refused. What is refused leaves nothing behind but its row."""
    issi = row.unit if _ISSI.fullmatch(row.unit) else ""
    named = {"issi": issi} if issi else {"call_sign": row.unit}
    for_help = is_for_help(actor, row.state)
    resource: Resource | None = Resource.objects.visible_to(actor).select_related("status").filter(**named).first()
    if resource is None and for_help:
        resource = enter_for_help(actor, row.unit, type=UNKNOWN_RADIO, issi=issi)
    if resource is None:
        return "unknown_unit"
    try:
        with transaction.atomic():
            said = say_state(actor, resource.pk, row.state, source=connection.source, at=at, lat=lat, lon=lon)
            if said.place is not None:
                when = min(said.at, row.received_at)
                keep_position(said.resource, lat=said.place.lat, lon=said.place.lon, at=when)
    except Invalid as refusal:
        return refusal.code if refusal.code in REFUSALS else "refused"
    except (Conflict, NotFound):
        if for_help:
            raise
        return "refused"
    return said


def _count(key: str) -> int:
    """How often in this window; 0 when the counter is away: an officer's call for help comes first."""
    name = f"{key}:{int(now().timestamp()) // WINDOW}"
    try:
        cache.add(name, 0, WINDOW * 2)
        return int(cache.incr(name))
    except (ValueError, RedisError, OSError):
        log.warning("radio.limiter_unavailable")
        return 0
