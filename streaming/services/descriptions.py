"""Describing people and vehicles of the picture: numbered, versioned, tied to a moment and a picture of it.

Two people may change one description at once. Changes of different fields are put together; where both changed the same
field nobody wins silently: the second is told what the first wrote and keeps what was typed, the first hears of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction

from core import audit
from core.actors import Actor
from core.clock import now
from core.errors import Conflict, Invalid, NotAllowed, NotFound
from core.models import AuditAction
from core.realtime import publish
from incidents.services import append_log, clean_text, tell_crews
from streaming.descriptions import FIELDS, BadField, clean, together, words
from streaming.events import PictureDescribed, incident_topic, session_topic
from streaming.models import Description, DescriptionVersion, VideoSession
from streaming.permissions import check_snapshot
from streaming.services.moments import clock_words, milliseconds, offset_of, session_with_picture
from streaming.services.snapshots import take_snapshot
from streaming.states import DescribedRole

MOST = 200  # descriptions of one incident


@dataclass(frozen=True)
class Box:
    """Where in the frame: shares of its width and height, from the upper left."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, kw_only=True)
class Said:
    """What a form brings. `fields` as typed."""

    role: str
    fields: dict[str, str]
    finished: bool
    box: Box | None = None


class Clash(Conflict):
    """Another person changed the same fields meanwhile. `newest` is theirs; `fields` are the names of both."""

    code = "clash"

    def __init__(self, newest: DescriptionVersion, fields: list[str]) -> None:
        self.newest = newest
        self.fields = fields
        super().__init__(
            f"{newest.author_label} changed this at the same time. Nothing is lost: compare, then save again."
        )


def describe(
    *, actor: Actor, session_id: UUID, key: UUID, kind: str, said: Said, moment: datetime, picture: bytes | None = None
) -> Description:
    """A new description, once per `key`, with the picture of the moment kept as evidence.

    Raises NotAllowed, NotFound, Conflict (no picture yet, too many), Invalid.
    """
    _check(actor)
    session = session_with_picture(actor, session_id)
    known: Description | None = Description.objects.filter(session=session, key=key).first()
    if known is not None:
        return known
    if kind not in FIELDS:
        raise Invalid(fields={"kind": "Person or vehicle."})
    details = _details(kind, said)
    offset = offset_of(session, moment)
    item = None
    if picture is not None:
        item = take_snapshot(actor=actor, session_id=session_id, data=picture, moment=moment, key=uuid5(key, "picture"))
    with transaction.atomic():
        _lock_incident(session)
        if (known := Description.objects.filter(session=session, key=key).first()) is not None:
            return known
        number = Description.objects.filter(incident_id=session.incident_id).count() + 1
        if number > MOST:
            raise Conflict(f"This incident has {MOST} descriptions already.", code="too_many")
        made: Description = Description.objects.create(
            force_id=session.force_id,
            incident_id=session.incident_id,
            session=session,
            key=key,
            number=number,
            kind=kind,
            moment=moment,
            offset_ms=milliseconds(offset),
            snapshot=item,
            made_at=now(),
        )
        _write(actor, made, key=key, version=1, based_on=0, said=said, details=details, change="made")
    return made


def revise(*, actor: Actor, description_id: UUID, key: UUID, based_on: int, said: Said) -> DescriptionVersion:
    """The next version, once per `key`. `based_on` is the version the writer had before them.

    Raises NotAllowed, NotFound, Invalid, Clash.
    """
    _check(actor)
    description: Description | None = (
        Description.objects.visible_to(actor).select_related("session").filter(pk=description_id).first()
    )
    if description is None:
        raise NotFound()
    details = _details(description.kind, said)
    try:
        with transaction.atomic():
            _lock_incident(description.session)
            return _revised(actor, description, key, based_on, said, details)
    except Clash:
        with transaction.atomic():  # the one who saved first hears of the other
            _publish(description, based_on, "clashed")
        raise


def _revised(
    actor: Actor, description: Description, key: UUID, based_on: int, said: Said, details: dict[str, Any]
) -> DescriptionVersion:
    versions = {one.version: one for one in description.versions.all()}
    for one in versions.values():
        if one.key == key:
            return one
    newest, base = versions[max(versions)], versions.get(based_on)
    if base is None:
        raise Invalid(fields={"based_on": "Open the description again."})
    change = "changed"
    if newest.version != based_on:
        details, both = together(_whole(base), _whole(newest), _said_whole(said, details))
        if both:
            raise Clash(newest, both)
        said, details = _apart(details)
        change = "joined"
    return _write(
        actor, description, key=key, version=newest.version + 1, based_on=based_on, said=said, details=details,
        change=change, before=newest,
    )  # fmt: skip


def _whole(version: DescriptionVersion) -> dict[str, Any]:
    """Everything a version says, in one flat thing to compare."""
    box = (version.x, version.y, version.width, version.height) if version.has_box else None
    return {**version.details, "role": version.role, "finished": version.finished, "box": box}


def _said_whole(said: Said, details: dict[str, Any]) -> dict[str, Any]:
    box = (said.box.x, said.box.y, said.box.width, said.box.height) if said.box else None
    return {**details, "role": said.role, "finished": said.finished, "box": box}


def _apart(whole: dict[str, Any]) -> tuple[Said, dict[str, Any]]:
    details = {name: value for name, value in whole.items() if name not in ("role", "finished", "box")}
    box = Box(*whole["box"]) if whole.get("box") else None
    return Said(role=whole["role"], fields={}, finished=whole["finished"], box=box), details


def _write(
    actor: Actor,
    description: Description,
    *,
    key: UUID,
    version: int,
    based_on: int,
    said: Said,
    details: dict[str, Any],
    change: str,
    before: DescriptionVersion | None = None,
) -> DescriptionVersion:
    text = words(description.kind, details) or "nothing described yet"
    box = said.box
    made: DescriptionVersion = DescriptionVersion.objects.create(
        force_id=description.force_id,
        description=description,
        version=version,
        based_on=based_on,
        key=key,
        role=said.role,
        details=details,
        words=text[:2000],
        finished=said.finished,
        x=box.x if box else None,
        y=box.y if box else None,
        width=box.width if box else None,
        height=box.height if box else None,
        author_label=actor.label[:80],
        author_id=actor.user_id or 0,
        written_at=now(),
    )
    audit.record(
        actor,
        AuditAction.COLLECT if version == 1 else AuditAction.ALTER,
        f"streaming.description:{description.pk}",
        incident=str(description.incident_id),
        result_ids=[made.pk],
    )
    _log(actor, description, made)
    _publish(description, version, change)
    said_before = (before.role, before.details) if before else (made.role, {})
    if (made.role, made.details) != said_before:  # a knife seen later is news to who is on the way
        tell_crews(description.incident_id, made.pk, but_not=actor.user_id)
    return made


def _log(actor: Actor, description: Description, made: DescriptionVersion) -> None:
    at = clock_words(timedelta(milliseconds=description.offset_ms))
    again = f", version {made.version}" if made.version > 1 else ""
    who = "" if made.role == DescribedRole.OTHER else f"{DescribedRole(made.role).label.lower()}, "
    vehicle = "vehicle, " if description.kind == Description.Kind.VEHICLE else ""
    append_log(
        actor=actor,
        incident_id=description.incident_id,
        type="MEDIA",
        channel="system",
        text=f"{description.label} at {at}{again}: {who}{vehicle}{made.words}.",
        client_key=uuid5(made.key, "log"),
    )


def _publish(description: Description, version: int, change: str) -> None:
    event = PictureDescribed(
        session=description.session_id,
        incident=description.incident_id,
        description=description.pk,
        ordinal=description.number,
        version=version,
        change=change,
    )
    publish(event, session_topic(description.session_id), incident_topic(description.incident_id))


def _check(actor: Actor) -> None:
    check_snapshot(actor)
    if actor.user_id is None:
        raise NotAllowed()


def _details(kind: str, said: Said) -> dict[str, Any]:
    if said.role not in DescribedRole.values:
        raise Invalid(fields={"role": "Choose one of the list."})
    box = said.box
    if box is not None and not (
        0 <= box.x <= 1 and 0 <= box.y <= 1 and 0 < box.width <= 1 - box.x + 1e-6 and 0 < box.height <= 1 - box.y + 1e-6
    ):
        raise Invalid(fields={"box": "The box is not in the picture. Draw it again."})
    raw = {name: clean_text(value, field=name, limit=1_000_000) for name, value in said.fields.items()}
    try:
        details = clean(kind, raw)
    except BadField as error:
        raise Invalid(fields={error.field: error.message}) from error
    if said.finished and not details:
        raise Invalid(fields={"finished": "Describe something first, or leave it unfinished."})
    return details


def _lock_incident(session: VideoSession) -> None:
    """All sessions of the incident, in one order: numbers and versions are given one after another."""
    list(VideoSession.objects.select_for_update().filter(incident_id=session.incident_id).order_by("pk").only("pk"))
