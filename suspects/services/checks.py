"""A check: the reason and its audit entry are committed before the answer leaves (STANDARDS 5.12, 12.2).

Our own records answer at once. Registers outside are asked afterwards, by outbox work, and their answers come live.
"""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction

from core import audit
from core.actors import Actor
from core.clock import now
from core.models import AuditAction
from core.permissions import check
from core.statements import insert
from suspects.models import Check
from suspects.selectors.checks import Look, looks_of, stop_with_volume
from suspects.selectors.operations import note_look
from suspects.selectors.rows import Row, rows_of
from suspects.selectors.search import search
from suspects.selectors.who import person_of
from suspects.services import asking, volume
from suspects.services.stops import NOT_ON_MOBILE, Place, is_mobile, need_reason
from suspects.services.typed import Typed, parts, read
from suspects.states import Outcome

NO_REASON = "Say why you are checking first. What you typed is kept."
TOO_OLD = "Your reason has run out. Give it again; what you typed is kept."
DESK_ONLY = "Reasons 6 and 9 are for a desk. Give the reason for this stop; what you typed is kept."
TOO_FAR = "You have moved on from the stop. Give the reason for this one; what you typed is kept."


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What leaves at once. `check.shown` are the rows, best first; `looks` where we looked; `advice` how to narrow it,
    when there are more."""

    check: Check
    looks: tuple[Look, ...]
    advice: str = ""

    @property
    def waiting(self) -> bool:
        return any(look.state == "waiting" for look in self.looks)


def run_check(*, actor: Actor, typed: Typed, subject: str = "", place: Place | None = None) -> Answer:
    """Search our own records for what was typed, for the reason of the actor's open stop; ask the registers outside.

    In one transaction, before anything is returned: the check, one SEARCH audit entry with the query, the reason and
    every id shown, and the work of asking outside.

    Raises NotAllowed, Invalid (what was typed), Conflict "reason_needed", TooMany "slowed".
    """
    check(actor, "person.check")
    moment, who = now(), person_of(actor)
    stop = stop_with_volume(actor, moment)
    _check_stop(actor, stop, moment, place)
    volume.guard(actor, recent=stop.recent, limit=stop.most)
    asked = read(typed, subject)
    with transaction.atomic():
        found = search(actor, asked.query)
        rows = rows_of(actor, found, moment)
        _tell_operations(actor, rows)
        one = Check(
            id=uuid4(), force_id=who.force_id, stop=stop, user_id=who.user_id, subject=asked.subject.value,
            typed=asked.line, understood=asked.words[:200], outcome=_outcome(rows), shown=rows, at=moment,
        )  # fmt: skip
        insert(one)
        _record(actor, one, stop)
        results = asking.ask_all(one, parts(asked.query))
    return Answer(
        check=one,
        looks=looks_of(actor, one, results),
        advice=" ".join(part for part in (found.advice, *asked.problems) if part),
    )


def _check_stop(actor: Actor, stop: Any, moment: dt.datetime, place: Place | None) -> None:
    if stop is None:
        raise need_reason(NO_REASON)
    if stop.expires_at <= moment:
        raise need_reason(TOO_OLD)
    if stop.reason_code in NOT_ON_MOBILE and is_mobile(actor):  # given at a desk, carried into the street
        raise need_reason(DESK_ONLY)
    here = (place.lat, place.lon) if place else (None, None)
    if None not in (*here, stop.lat, stop.lon) and metres(here, (stop.lat, stop.lon)) > stop.metres:
        raise need_reason(TOO_FAR)


def metres(one: Any, other: Any) -> float:
    """Between two (lat, lon) in degrees, by the haversine formula on a sphere of 6,371 km."""
    lat1, lon1, lat2, lon2 = map(math.radians, (*one, *other))
    half = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return 2 * 6_371_000 * math.asin(math.sqrt(half))


def _outcome(rows: list[Row]) -> Outcome:
    if not rows:
        return Outcome.NO_TRACE
    if any(row["wanted"] and row["wanted"]["id"] for row in rows):
        return Outcome.WANTED
    return Outcome.TRACE if len(rows) == 1 else Outcome.MULTI


def _record(actor: Actor, one: Check, stop: Any) -> None:
    audit.record(
        actor, AuditAction.SEARCH, f"suspects.check:{one.pk}", purpose=f"{one.subject}: {one.typed}"[:200],
        result_ids=[row["id"] for row in one.shown], result_count=len(one.shown), reason_code=stop.reason_code,
        justification=stop.justification, on_behalf_of=stop.on_behalf_of, incident=str(stop.incident_id or ""),
    )  # fmt: skip


def _tell_operations(actor: Actor, rows: list[Row]) -> None:
    """A planned operation about somebody shown hears who looked; the row says which number to call, and no more."""
    for row in rows:
        if row["wanted"] and row["wanted"].get("do_not_approach"):
            told = note_look(actor, UUID(row["id"]), "check")
            if told is not None:
                row["wanted"]["basis"] = told.words
