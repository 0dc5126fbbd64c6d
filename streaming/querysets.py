"""Composable filters of the streaming tables. `visible_to(actor)` comes from core: only the actor's own force."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import F, Q

from core.querysets import ForceQuerySet
from streaming.states import FINAL_STATES


class SessionQuerySet(ForceQuerySet):
    """Filters for VideoSession."""

    def of_incident(self, incident_id: UUID) -> SessionQuerySet:
        return self.filter(incident_id=incident_id)

    def not_ended(self) -> SessionQuerySet:
        return self.exclude(state__in=FINAL_STATES)


class LinkQuerySet(ForceQuerySet):
    """Filters for LinkToken. "Live" is what a browser may use at `moment`; "open" is what nobody has closed yet."""

    def open(self) -> LinkQuerySet:
        return self.filter(closed_at__isnull=True)

    def live_at(self, moment: datetime) -> LinkQuerySet:
        return self.open().filter(expires_at__gt=moment).exclude(session__state__in=FINAL_STATES)

    def expired_at(self, moment: datetime) -> LinkQuerySet:
        return self.open().filter(expires_at__lte=moment)

    def claimable_by(self, claim_hash: str) -> LinkQuerySet:
        """Links nobody has claimed, and those this browser holds."""
        return self.filter(Q(claim_hash="") | Q(claim_hash=claim_hash))

    def count_fetch(self) -> int:
        return self.update(fetch_count=F("fetch_count") + 1)
