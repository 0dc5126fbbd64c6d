"""A picture kept from the live video by somebody who watches: a new exhibit of that person, with its moment."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any
from uuid import UUID

from core.actors import Actor
from core.errors import Invalid
from evidence import services as evidence
from incidents.services import append_log
from streaming.permissions import check_snapshot
from streaming.pictures import NotAPicture, measure
from streaming.services.moments import clock_words, offset_of, session_with_picture

MAX_BYTES = 5 * 1024 * 1024


def take_snapshot(*, actor: Actor, session_id: UUID, data: bytes, moment: datetime, key: UUID) -> Any:
    """Store a picture of the live video; returns its evidence item. The same `key` stores one.

    `moment` is when the shown frame was seen, aware. Raises NotAllowed, NotFound (also another force's session),
    Invalid (picture, moment), Conflict (no picture has come yet), evidence.NotStored.
    """
    check_snapshot(actor)
    session = session_with_picture(actor, session_id)
    mime, width, height = _checked(data)
    offset = offset_of(session, moment)
    system = Actor.system(session.force_id)
    exhibit = evidence.open_exhibit(
        actor=system,
        incident_id=session.incident_id,
        producer=actor,
        description=f"Snapshot of the live video at {clock_words(offset)}",
        source_key=f"snapshot:{session.pk}:{key}",
    )
    item = evidence.register_bytes(
        actor=actor,
        exhibit_id=exhibit.pk,
        data=data,
        mime=mime,
        sha256=hashlib.sha256(data).hexdigest(),
        source_key=f"snapshot:{session.pk}:{key}",
        captured_at=moment,
        width=width,
        height=height,
    )
    evidence.seal_exhibit(actor=system, exhibit_id=exhibit.pk)
    append_log(
        actor=actor,
        incident_id=session.incident_id,
        type="MEDIA",
        channel="system",
        text=f"Snapshot {exhibit.ref} kept from the live video at {clock_words(offset)}.",
        client_key=key,
    )
    return item


def _checked(data: bytes) -> tuple[str, int, int]:
    if len(data) > MAX_BYTES:
        raise Invalid(fields={"picture": "The picture is larger than 5 MB."})
    try:
        return measure(data)
    except NotAPicture as error:
        raise Invalid(fields={"picture": "Send a whole JPEG or PNG picture."}) from error
