"""Composable filters of the streaming tables. `visible_to(actor)` comes from core: only the actor's own force."""

from __future__ import annotations

from datetime import datetime
from typing import Self
from uuid import UUID

from core.querysets import ForceQuerySet
from streaming.states import FINAL_STATES


class SessionQuerySet(ForceQuerySet):
    """Filters for VideoSession."""

    def of_incident(self, incident_id: UUID) -> Self:
        return self.filter(incident_id=incident_id)

    def not_ended(self) -> Self:
        return self.exclude(state__in=FINAL_STATES)


class LinkQuerySet(ForceQuerySet):
    """Filters for LinkToken. "Live" is what a browser may use at `moment`; "open" is what nobody has closed yet."""

    def open(self) -> Self:
        return self.filter(closed_at__isnull=True)

    def live_at(self, moment: datetime) -> Self:
        return self.open().filter(expires_at__gt=moment).exclude(session__state__in=FINAL_STATES)

    def expired_at(self, moment: datetime) -> Self:
        return self.open().filter(expires_at__lte=moment)
