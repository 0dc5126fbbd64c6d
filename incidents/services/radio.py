"""The radio interface: a machine that says units' States. Believed for its token alone, heard once for each message."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog
from django.db import IntegrityError, transaction

from core import audit
from core.actors import Actor
from core.bearer import owner_of
from core.clock import now
from core.errors import Conflict, Invalid, NotAllowed, NotFound
from core.limits import Limit
from core.models import AuditAction
from incidents.models import RadioConnection, RadioMessage, Resource
from incidents.services.emergencies import enter_for_help
from incidents.services.resources import keep_position
from incidents.services.text import clean_text
from incidents.services.unit_states import Said, is_for_help, read_place, say_state
from incidents.states import UNKNOWN_RADIO

log = structlog.get_logger(__name__)

_ISSI = re.compile(r"[0-9]{1,8}")
HEARD_EVERY = timedelta(seconds=30)  # how exactly `last_heard_at` is kept
MISSES = Limit("radio-miss", most=20, seconds=60)  # wrong tokens of one network
MESSAGES = Limit("radio-message", most=6000, seconds=60)  # of one connection: 4,000 phones at once


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


def connection_of(header: str, address: str) -> RadioConnection:
    """Whose token it is. Raises NotKnown, NotAllowed when it is switched off, TooMany."""
    connection = owner_of(header, address, _of_token, misses=MISSES, requests=MESSAGES)
    if not connection.enabled:
        raise NotAllowed("This connection is switched off. Ask an administrator.", code="switched_off")
    return connection


def _of_token(hashed: str) -> RadioConnection | None:
    found: RadioConnection | None = RadioConnection.objects.select_related("force").filter(token_hash=hashed).first()
    return found


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
