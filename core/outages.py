"""Which part of the system is away, and since when: noticed by every process, one row for all, said on every screen.

A process looks every few seconds (`Watch.look`). A part that does not answer twice running is away; the row says since
when. It is over when no process has found it away for some seconds, with the moment it was last away as its end: a
process that dies meanwhile leaves nothing open, and two that disagree do not make it flicker.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

import structlog
from django.db import DatabaseError, transaction

from core import health
from core.clock import local_date, now
from core.models import Outage

log = structlog.get_logger(__name__)

LOOKS = 2  # running, that find it away, before anybody is told
QUIET = dt.timedelta(seconds=10)  # without a look that finds it away, before it is over

LATELY = dt.timedelta(hours=24)
MOST_ENDED = 5  # as many as the card has places for

AtEnd = Callable[[Outage], None]
_at_end: dict[str, AtEnd] = {}


def at_end(name: str, action: AtEnd) -> None:
    """What else happens when an outage is over, in the transaction that ends it. An app says it once, at its start."""
    _at_end[name] = action


@dataclass(frozen=True)
class Away:
    """A part that is away. `seen`: when it was last found so."""

    part: str
    since: dt.datetime
    seen: dt.datetime


@dataclass
class _Failing:
    since: dt.datetime
    seen: dt.datetime
    looks: int = 0


class Watch:
    """What one process has noticed. Touches the database: call `look` from a thread, one at a time."""

    def __init__(self) -> None:
        self._failing: dict[str, _Failing] = {}
        self._unwritten: dict[str, Away] = {}

    def look(self) -> list[Away]:
        """Every part that is away now, the first to go first. Where the database is away, as this process knows it."""
        mine = self._mine(health.check_all())
        known = {**self._unwritten, **mine}
        if "database" not in self._failing:
            try:
                standing = _written(known, mine)
            except DatabaseError as error:
                log.error("outages.unwritten", error=type(error).__name__)
            else:
                self._unwritten = {}
                return standing
        self._unwritten = known  # written when the database is back
        return sorted(mine.values(), key=lambda away: away.since)

    def _mine(self, parts: list[health.Part]) -> dict[str, Away]:
        moment = now()
        self._failing = {
            part.name: self._failing.get(part.name, _Failing(moment, moment)) for part in parts if not part.ok
        }
        for failing in self._failing.values():
            failing.looks, failing.seen = failing.looks + 1, moment
        return {
            name: Away(name, failing.since, failing.seen)
            for name, failing in self._failing.items()
            if failing.looks >= LOOKS
        }


def _written(known: dict[str, Away], mine: dict[str, Away]) -> list[Away]:
    """Write what is away, end what is over, read what stands: all processes', not only this one's."""
    with transaction.atomic():
        for away in known.values():
            row, new = Outage.objects.get_or_create(
                part=away.part, ended_at=None, defaults={"began_at": away.since, "seen_at": away.seen}
            )
            if new:
                log.error("outage.began", part=away.part)
            elif row.seen_at < away.seen:
                Outage.objects.filter(pk=row.pk, seen_at__lt=away.seen).update(seen_at=away.seen)
        for row in Outage.objects.filter(ended_at=None, seen_at__lt=now() - QUIET).exclude(part__in=mine):
            _end(row)
        standing = Outage.objects.filter(ended_at=None).order_by("began_at", "pk")
        return [Away(row.part, row.began_at, row.seen_at) for row in standing]


def _end(row: Outage) -> None:
    """Once, by whichever process comes first."""
    if not Outage.objects.filter(pk=row.pk, ended_at=None, seen_at=row.seen_at).update(ended_at=row.seen_at):
        return
    row.ended_at = row.seen_at
    log.warning("outage.ended", part=row.part, seconds=round((row.ended_at - row.began_at).total_seconds()))
    for action in _at_end.values():
        action(row)


@dataclass(frozen=True)
class Ended:
    """An outage that is over. `day`: when it did not begin today."""

    label: str
    began_at: dt.datetime
    ended_at: dt.datetime

    @property
    def seconds(self) -> float:
        return (self.ended_at - self.began_at).total_seconds()

    @property
    def day(self) -> dt.date | None:
        return None if local_date(self.began_at) == local_date(now()) else local_date(self.began_at)


def ended_lately() -> list[Ended]:
    """What was away and is back, of the last 24 hours, the newest first: no data of any force, the same for all."""
    rows = Outage.objects.filter(ended_at__gt=now() - LATELY).order_by("-ended_at", "-pk")[:MOST_ENDED]
    return [Ended(health.label_of(row.part), row.began_at, row.ended_at) for row in rows if row.ended_at]
