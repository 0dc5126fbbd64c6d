"""Row-level walls between forces."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.db import models

if TYPE_CHECKING:
    from core.actors import Actor


class ForceQuerySet(models.QuerySet[Any]):
    """Rows of one force."""

    def visible_to(self, actor: Actor) -> Self:
        """Rows of the actor's own force; none for an actor without one."""
        if actor.force_id is None:
            return self.none()
        return self.filter(force_id=actor.force_id)
