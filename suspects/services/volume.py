"""One account that searches faster than a person does is slowed, and a supervisor told once (STANDARDS 14.4).

What counts is the checks themselves, so no restart and no second server forgets them. Nobody is locked out: the limit
is of the last minute, and after repeated surges an eighth of it is still left.
"""

from __future__ import annotations

import datetime as dt
from functools import reduce
from operator import or_

from django.db import transaction
from django.db.models import F, Q

from core import audit
from core.actors import Actor
from core.clock import now
from core.errors import TooMany
from core.models import AuditAction, AuditEvent
from core.realtime import publish
from suspects.events import SearchesSlowed
from suspects.models import SearchSurge
from suspects.selectors.rules import rules_of
from suspects.selectors.who import person_of

REMEMBERED = dt.timedelta(minutes=10)
STEPS = 3  # surges until the limit is at its lowest, an eighth
_LOOKS = (AuditAction.CONSULT, AuditAction.COLLECT)
_RECORDS = ("person", "vehicle", "address", "identitycheck")
FIRST_WAIT, LONGEST_WAIT = 5, 60  # seconds
TOO_FAST = "That is faster than one person can search. Wait {wait} seconds. A supervisor has been told."


def guard(actor: Actor, *, recent: int, limit: int) -> None:
    """Raise TooMany when `recent` searches of the last minute reach what the account may do now.

    `limit` is the force's number a minute. Each minute of surges within the last ten halves it, down to an eighth, and
    doubles the wait that is asked for.
    """
    if recent < max(1, limit >> STEPS):
        return
    surges = _surges(actor)
    if recent < max(1, limit >> min(surges, STEPS)):
        return
    _note(actor, recent, told=surges > 0)
    wait = min(LONGEST_WAIT, FIRST_WAIT << min(max(surges, 1) - 1, STEPS + 1))
    raise TooMany(TOO_FAST.format(wait=wait), code="slowed", retry_after=wait)


def guard_looks(actor: Actor) -> None:
    """The same of records that are opened one after the other: whoever goes through a list of ids searches, too.

    What counts is the audit trail of the last minute. Call it before the transaction of the look: a refusal would undo
    what is told to the supervisors. Raises TooMany.
    """
    looks = AuditEvent.objects.filter(at__gt=now() - dt.timedelta(minutes=1), actor_id=actor.id, action__in=_LOOKS)
    recent = looks.filter(reduce(or_, (Q(object__startswith=f"suspects.{name}:") for name in _RECORDS))).count()
    guard(actor, recent=recent, limit=rules_of(actor).searches_per_minute)


def _surges(actor: Actor) -> int:
    """Minutes of the last ten in which the account was slowed."""
    since = now() - REMEMBERED
    mine = SearchSurge.objects.visible_to(actor).filter(user_id=person_of(actor).user_id, minute__gte=since)
    return int(mine.count())


def _note(actor: Actor, recent: int, *, told: bool) -> None:
    """Write the surge of this minute down; the first in ten minutes is told to the supervisors."""
    minute, who = now().replace(second=0, microsecond=0), person_of(actor)
    with transaction.atomic():
        surge, new = SearchSurge.objects.get_or_create(
            user_id=who.user_id, minute=minute, defaults={"force_id": who.force_id, "searches": recent + 1}
        )
        if not new:
            SearchSurge.objects.filter(pk=surge.pk).update(searches=F("searches") + 1)
        elif not told:
            audit.record(actor, AuditAction.SEARCH, f"suspects.searchsurge:{surge.pk}", purpose="searches slowed")
            event = SearchesSlowed(surge=surge.pk, user=surge.user_id, searches=surge.searches)
            publish(event, f"supervisors.{actor.force_id}")
