"""The force's units: registering them, what they can do, and where they are."""

from __future__ import annotations

import math
import re
from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from core import audit
from core.actors import Actor
from core.errors import Invalid, NotAllowed, NotFound
from core.models import AuditAction
from core.realtime import send_ephemeral
from incidents.events import board_topic
from incidents.models import Resource, ResourceStatus, Skill
from incidents.permissions import check_deploy
from incidents.selectors.ids import as_uuid
from incidents.services.text import clean_text
from incidents.states import ResourceStatusKind

# STANDARDS 2.10: there is no national pattern, so another form is kept and only pointed out.
USUAL_CALL_SIGN = re.compile(r"^[A-Z]{1,3}[ -]?[A-Z0-9]{1,4}([ -]?[A-Z0-9]{1,3})?$")
_ISSI = re.compile(r"^[0-9]{1,8}$")


def unusual_call_sign(call_sign: str) -> bool:
    """Whether a call sign has another form than most: asked about, never refused."""
    return USUAL_CALL_SIGN.match(call_sign) is None


def register_resource(
    *,
    actor: Actor,
    call_sign: str,
    type: str = "",
    crew: str = "",
    status_code: str = "2",
    crew_size: int | None = None,
    skills: Collection[str] | None = None,
    issi: str = "",
) -> Resource:
    """Book a unit on, or update the one with that call sign. `skills` are codes of the force's table; None leaves them.

    Raises NotAllowed, Invalid (call_sign, status_code, skills, issi, crew_size).
    """
    check_deploy(actor)
    if actor.force_id is None:
        raise NotAllowed()
    sign = clean_text(call_sign, field="call_sign", limit=12, required=True).upper()
    if issi and not _ISSI.match(issi):
        raise Invalid(fields={"issi": "An ISSI has at most eight digits."})
    if crew_size is not None and not 0 <= crew_size <= 99:
        raise Invalid(fields={"crew_size": "Say how many are in the crew, 0 to 99."})
    with transaction.atomic():
        known = _skills(actor, skills)
        resource, _ = Resource.objects.update_or_create(
            force_id=actor.force_id,
            call_sign=sign,
            defaults={
                "type": clean_text(type, field="type", limit=40),
                "crew": clean_text(crew, field="crew", limit=200),
                "crew_size": crew_size,
                "issi": issi,
                "status": _standing_status(actor, status_code),
            },
        )
        if known is not None:
            resource.skills.set(known)
        audit.record(actor, AuditAction.ALTER, f"incidents.resource:{resource.pk}")
    return resource


def _skills(actor: Actor, codes: Collection[str] | None) -> list[Skill] | None:
    if codes is None:
        return None
    found = list(Skill.objects.visible_to(actor).in_use().filter(code__in=codes))
    if unknown := sorted(set(codes) - {skill.code for skill in found}):
        raise Invalid(fields={"skills": f"Not in the force's table of skills: {', '.join(unknown)}."})
    return found


def move_resource(*, actor: Actor, resource_id: UUID | str, lat: float, lon: float, at: datetime) -> None:
    """Note where a unit is (WGS84 degrees, aware time). An older position than the known one is ignored.

    A unit may say its own; a dispatcher anyone's. Boards hear of it at once and without an outbox: a position is stale
    in seconds. Raises NotFound, NotAllowed, Invalid.
    """
    _check_position(lat, lon)
    rows = Resource.objects.visible_to(actor).filter(pk=as_uuid(resource_id))
    resource = rows.select_related("status").first()
    if resource is None:
        raise NotFound()
    if resource.call_sign != actor.call_sign:
        check_deploy(actor)
    keep_position(resource, lat=lat, lon=lon, at=at)


def keep_position(resource: Resource, *, lat: float, lon: float, at: datetime) -> None:
    """For services of this app, which have asked who may."""
    _check_position(lat, lon)
    rows = Resource.objects.filter(pk=resource.pk).filter(Q(position_at=None) | Q(position_at__lt=at))
    if rows.update(lat=lat, lon=lon, position_at=at):
        data: dict[str, str | float] = {"resource": str(resource.pk), "call_sign": resource.call_sign}
        data["state"] = resource.status_code
        data |= {"lat": lat, "lon": lon, "at": at.isoformat()}
        topic = board_topic(resource.force_id)

        def tell() -> None:
            send_ephemeral(topic, "unit.moved", data)

        transaction.on_commit(tell, robust=True)


def _check_position(lat: float, lon: float) -> None:
    if not (math.isfinite(lat) and math.isfinite(lon) and -90 <= lat <= 90 and -180 <= lon <= 180):
        raise Invalid(fields={"position": "Give latitude and longitude in degrees."})


def _standing_status(actor: Actor, code: str) -> ResourceStatus:
    kind = ResourceStatusKind.STANDING
    status: ResourceStatus | None = ResourceStatus.objects.visible_to(actor).filter(code=code, kind=kind).first()
    if status is None:
        raise Invalid(fields={"status_code": "Choose a State from the list."})
    return status
