"""The base of every row that belongs to one force."""

from __future__ import annotations

import uuid

from django.db import models

from core.querysets import ForceQuerySet


class ForceOwned(models.Model):
    """A row of one force. Reach it through `objects.visible_to(actor)`: hidden equals missing."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    force = models.ForeignKey("core.Force", on_delete=models.PROTECT, related_name="+")

    objects = ForceQuerySet.as_manager()

    class Meta:
        abstract = True
