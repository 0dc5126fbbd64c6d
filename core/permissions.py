"""Who may: the one question, answered from the roles' table. What the object's state allows is asked elsewhere."""

from __future__ import annotations

from core.actors import Actor
from core.errors import NotAllowed
from core.roles import CAPABILITIES, capabilities_of


def can(actor: Actor, capability: str) -> bool:
    """Whether one of the actor's roles has the capability. The system itself may do everything it has code for."""
    if capability not in CAPABILITIES:
        raise LookupError(f"no role has {capability!r}: a misspelt capability would refuse everyone in silence")
    if actor.kind == "system":
        return True
    return actor.kind == "user" and capability in capabilities_of(actor.roles)


def check(actor: Actor, capability: str) -> None:
    """Raise NotAllowed unless `can`."""
    if not can(actor, capability):
        raise NotAllowed()
