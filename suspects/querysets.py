"""Composable filters. `visible_to(actor)` comes from ForceQuerySet: rows of the actor's own force, or none."""

from __future__ import annotations

import datetime as dt
from typing import Self

from django.db.models import Q

from core.querysets import ForceQuerySet
from suspects.states import LIVE_RESERVATION, IntelState, WantedState


class MarkerQuerySet(ForceQuerySet):
    def standing(self, moment: dt.datetime) -> Self:
        """Neither removed nor expired at `moment`."""
        return self.filter(removed_at=None).filter(Q(expires_at=None) | Q(expires_at__gt=moment))

    def without_health(self) -> Self:
        return self.filter(kind__health=False)


class LinkQuerySet(ForceQuerySet):
    def holding_on(self, day: dt.date) -> Self:
        return self.filter(Q(valid_from=None) | Q(valid_from__lte=day), Q(valid_to=None) | Q(valid_to__gte=day))


class IntelligenceQuerySet(ForceQuerySet):
    def disseminated(self) -> Self:
        return self.filter(state=IntelState.DISSEMINATED)


class WantedQuerySet(ForceQuerySet):
    def active(self) -> Self:
        return self.filter(state=WantedState.ACTIVE)

    def most_urgent_first(self) -> Self:
        """By band, then the longest wanted first (STANDARDS 7.3)."""
        return self.order_by("band__rank", "issued_at", "id")


class ReservationQuerySet(ForceQuerySet):
    def live(self) -> Self:
        return self.filter(state__in=LIVE_RESERVATION)

    def run_out(self, moment: dt.datetime) -> Self:
        return self.live().filter(expires_at__lte=moment)


class BailQuerySet(ForceQuerySet):
    def in_force(self, moment: dt.datetime) -> Self:
        return self.filter(cancelled_at=None, starts_at__lte=moment).filter(Q(ends_at=None) | Q(ends_at__gt=moment))


class OperationQuerySet(ForceQuerySet):
    def in_force(self, moment: dt.datetime) -> Self:
        return self.filter(ended_at=None, starts_at__lte=moment, ends_at__gt=moment)


class StopQuerySet(ForceQuerySet):
    def open(self) -> Self:
        return self.filter(ended_at=None)
