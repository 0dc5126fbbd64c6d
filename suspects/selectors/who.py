"""The person who acts, for rows that must name one."""

from __future__ import annotations

from dataclasses import dataclass

from core.actors import Actor
from core.errors import NotAllowed


@dataclass(frozen=True)
class Who:
    user_id: int
    force_id: int


def person_of(actor: Actor) -> Who:
    """Keys of the signed-in person. Raises NotAllowed for the system, a caller or a provider: they check nobody."""
    if actor.user_id is None or actor.force_id is None:
        raise NotAllowed()
    return Who(actor.user_id, actor.force_id)
