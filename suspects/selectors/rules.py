"""Policy values of the actor's force that pages need."""

from __future__ import annotations

from core.actors import Actor
from suspects.models import SuspectRules


def rules_of(actor: Actor) -> SuspectRules:
    """The force's row, or the starting values where a force has none."""
    rules: SuspectRules = SuspectRules.objects.visible_to(actor).first() or SuspectRules()
    return rules


def nearby_km(actor: Actor) -> int:
    """Within so many kilometres a phone vibrates when somebody is reserved."""
    return int(rules_of(actor).nearby_km)
