"""The units of one force in the walls' world: one that is free, its message, and two calls for help."""

from __future__ import annotations

from uuid import UUID

from core.clock import now
from core.models import Force
from incidents.models import Emergency, UnitMessage
from tests.factories.incidents import make_resource


def units(force: Force, incident_id: UUID) -> dict[str, UUID]:
    """By the names of `sent.THINGS`."""
    free = make_resource(force, call_sign=f"WA{force.code}", lat=53.7, lon=0.4, position_at=now())
    message = UnitMessage.objects.create(
        force=force, resource=free, code="14", label="Urgent call back", at=now(), source="radio"
    )
    pressed = {
        "force": force,
        "incident_id": incident_id,
        "raised_at": now(),
        "last_pressed_at": now(),
        "source": "radio",
    }
    raised = Emergency.objects.create(**pressed, resource=free)
    seen = Emergency.objects.create(
        **pressed, resource=make_resource(force, call_sign=f"WB{force.code}"), status="ACKNOWLEDGED",
        acknowledged_at=now(), acknowledged_by_label="Somebody 1",
    )  # fmt: skip
    return {"unit": free.pk, "unit message": message.pk, "emergency": raised.pk, "emergency seen": seen.pk}
