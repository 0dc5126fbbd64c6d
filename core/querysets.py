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

    def locked(self) -> Self:
        """These rows, locked until the transaction ends, and read when they are; in the order of their keys.

        NO KEY: rows of other tables that point here can still be written meanwhile. SQLite locks whole at BEGIN
        IMMEDIATE. Locked first and read after: when a query that joins waits for the lock and the row points elsewhere
        meanwhile, PostgreSQL looks for the new row beside the old joined one and finds nothing.
        """
        plain = self.select_related(None).prefetch_related(None).order_by("pk").only("pk")
        keys = [row.pk for row in plain.select_for_update(no_key=True, of=("self",))]
        return self.filter(pk__in=keys)
