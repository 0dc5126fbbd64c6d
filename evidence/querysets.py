"""Composable filters. `visible_to(actor)` comes from ForceQuerySet: rows of the actor's own force, or none."""

from __future__ import annotations

from typing import Self

from core.querysets import ForceQuerySet


class ExhibitQuerySet(ForceQuerySet):
    def whole(self) -> Self:
        """With incident, items and working copies: three queries however many there are."""
        return self.select_related("incident", "incident__force").prefetch_related("items", "copies")


class EvidenceItemQuerySet(ForceQuerySet):
    def in_order(self) -> Self:
        return self.order_by("kind", "part_number")
