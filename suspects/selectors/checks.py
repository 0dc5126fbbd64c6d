"""Reading a check again: the reason in force, the result as it was shown, what the registers answered."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, TypedDict
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from core import audit
from core.actors import Actor
from core.clock import now
from core.errors import NotFound
from core.models import AuditAction
from core.permissions import can, check
from core.statements import Statement, columns, instance
from incidents.selectors.ids import as_uuid
from suspects.models import Check, CheckStop, SourceResult
from suspects.selectors.operations import note_look
from suspects.selectors.rows import HIDDEN, NOT_WANTED, Row
from suspects.selectors.wanted_cards import under_operation
from suspects.selectors.who import person_of
from suspects.sources import ANSWERS
from suspects.sources.problems import words_for
from suspects.states import CheckSystem, Outcome, Subject

SHORT_NAMES = {CheckSystem.PNC: "PNC", CheckSystem.LOCAL: "Local and intel"}


@dataclass(frozen=True, kw_only=True)
class Look:
    """One line of "Where we looked". `state`: "answered", "waiting", "not_run". `outcome` is empty while waiting.
    `stale`: older than the force lets an answer be relied on."""

    system: str
    name: str
    state: str
    outcome: str
    words: str
    facts: tuple[dict[str, str], ...] = ()
    reference: str = ""
    at: dt.datetime | None = None
    stale: bool = False
    may_retry: bool = False


@dataclass(frozen=True, kw_only=True)
class CheckResult:
    """A check as it was answered (`check.shown`), with what the registers said until now."""

    check: Any
    looks: tuple[Look, ...]

    @property
    def waiting(self) -> bool:
        return any(look.state == "waiting" for look in self.looks)


class Reason(TypedDict):
    """What the audit entry of a look keeps of why somebody looks."""

    reason_code: str
    justification: str
    on_behalf_of: str
    incident: str


def open_stop(actor: Actor, moment: dt.datetime | None = None) -> CheckStop | None:
    """The actor's reason that still holds, or None. Only the actor's own words: no audit entry."""
    found: CheckStop | None = open_stops(actor).filter(expires_at__gt=moment or now()).first()
    return found


def reason_now(actor: Actor) -> Reason:
    """The actor's reason that still holds; empty words without one."""
    stop = open_stop(actor)
    if stop is None:
        return Reason(reason_code="", justification="", on_behalf_of="", incident="")
    return Reason(
        reason_code=stop.reason_code, justification=stop.justification, on_behalf_of=stop.on_behalf_of,
        incident=str(stop.incident_id or ""),
    )  # fmt: skip


def open_stops(actor: Actor) -> QuerySet[CheckStop]:
    return CheckStop.objects.visible_to(actor).open().filter(user_id=person_of(actor).user_id)


# Plain SQL: every check begins with it, and Django needs longer to write it than PostgreSQL to answer it.
_STOP = Statement(
    "SELECT COALESCE(r.searches_per_minute, 60), COALESCE(r.stop_metres, 200),"  # noqa: S608  # our own columns
    f" (SELECT COUNT(*) FROM suspects_check c WHERE c.user_id = s.user_id AND c.at > %s), {columns(CheckStop, 's')}"
    " FROM suspects_checkstop s LEFT JOIN suspects_suspectrules r ON r.force_id = s.force_id"
    " WHERE s.force_id = %s AND s.user_id = %s AND s.ended_at IS NULL"
)


def stop_with_volume(actor: Actor, moment: dt.datetime) -> Any:
    """The open stop in one statement, with `.recent` (the actor's checks of the last minute), `.most` (checks a
    minute of the force) and `.metres` (how far the reason carries); None without one."""
    who = person_of(actor)
    found = _STOP.rows(moment - dt.timedelta(minutes=1), who.force_id, who.user_id)
    if not found:
        return None
    stop: Any = instance(CheckStop, found[0][3:])
    stop.most, stop.metres, stop.recent = found[0][:3]
    return stop


def get_check(actor: Actor, check_id: UUID | str) -> CheckResult:
    """A check looked at again: one CONSULT audit entry with the ids it shows.

    The officer's own, or any of the force for who supervises checks. An operation that began since then hides what
    was answered, and hears of the look. Raises NotFound, NotAllowed.
    """
    check(actor, "person.check")
    with transaction.atomic():
        one = _visible(actor, as_uuid(check_id))
        _hide_planned(actor, one.shown)
        audit.record(
            actor, AuditAction.CONSULT, f"suspects.check:{one.pk}", purpose="result of a check",
            result_ids=[row["id"] for row in one.shown], reason_code=one.stop.reason_code,
            justification=one.stop.justification, on_behalf_of=one.stop.on_behalf_of,
            incident=str(one.stop.incident_id or ""),
        )  # fmt: skip
        return CheckResult(check=one, looks=looks_of(actor, one))


def get_looks(actor: Actor, check_id: UUID | str) -> CheckResult:
    """Where we looked, for a result that heard of an answer; one CONSULT audit entry. Raises NotFound, NotAllowed."""
    check(actor, "person.check")
    with transaction.atomic():
        one = _visible(actor, as_uuid(check_id))
        looks = looks_of(actor, one)
        audit.record(
            actor, AuditAction.CONSULT, f"suspects.check:{one.pk}", purpose="answers of registers",
            fields=[look.system for look in looks if look.state == "answered"], reason_code=one.stop.reason_code,
            justification=one.stop.justification, on_behalf_of=one.stop.on_behalf_of,
        )  # fmt: skip
    return CheckResult(check=one, looks=looks)


def looks_of(actor: Actor, one: Check, results: list[SourceResult] | None = None) -> tuple[Look, ...]:
    """Our own records first, then each register that could answer: asked, answered, or not connected here."""
    if results is None:
        results = list(SourceResult.objects.filter(asked_for=one))
    by_system = {result.system: result for result in results}
    own = one.user_id == actor.user_id
    outside = [
        _look(by_system[system], own) if system in by_system else _not_asked(system)
        for system, subjects in ANSWERS.items()
        if one.subject in subjects or system in by_system
    ]
    return (_local(one), *outside)


def _hide_planned(actor: Actor, rows: list[Row]) -> None:
    """Of somebody who is under an operation by now a row says whom to call, and no more; the operation is told."""
    people = [UUID(row["id"]) for row in rows if row["kind"] == Subject.PERSON]
    planned = under_operation(actor, people, now()) if people else frozenset()
    for row in rows:
        if UUID(row["id"]) in planned and (told := note_look(actor, UUID(row["id"]), "check")) is not None:
            row["wanted"] = (row["wanted"] or NOT_WANTED) | HIDDEN | {"basis": told.words}


def _visible(actor: Actor, key: UUID) -> Check:
    rows = Check.objects.visible_to(actor).select_related("stop", "user").filter(pk=key)
    if not can(actor, "checks.supervise"):
        rows = rows.filter(user_id=person_of(actor).user_id)
    found: Check | None = rows.first()
    if found is None:
        raise NotFound()
    return found


def _local(one: Check) -> Look:
    count = len(one.shown)
    words = "no trace" if not count else f"{count} trace{'s' if count > 1 else ''}"
    return Look(
        system=CheckSystem.LOCAL, name="Local and intel", state="answered", outcome=one.outcome, words=words, at=one.at
    )


def _look(result: SourceResult, own: bool) -> Look:
    name = SHORT_NAMES.get(CheckSystem(result.system), CheckSystem(result.system).label)
    if not result.outcome:
        return Look(system=result.system, name=name, state="waiting", outcome="", words="asking", at=result.asked_at)
    if result.outcome in (Outcome.ERROR, Outcome.NOT_RUN):
        words = words_for(result.problem)
        return Look(
            system=result.system, name=name, state="not_run", outcome=result.outcome, words=words,
            at=result.returned_at, may_retry=own and result.problem != "not_set_up",
        )  # fmt: skip
    first, *facts = [*result.summary, {}][:40]
    return Look(
        system=result.system, name=name, state="answered", outcome=result.outcome,
        words=first.get("value", "") or Outcome(result.outcome).label, facts=tuple(fact for fact in facts if fact),
        reference=result.reference, at=result.returned_at,
        stale=result.stale_at is not None and result.stale_at <= now(),
    )  # fmt: skip


def _not_asked(system: str) -> Look:
    name = SHORT_NAMES.get(CheckSystem(system), CheckSystem(system).label)
    return Look(system=system, name=name, state="not_run", outcome=Outcome.NOT_RUN, words=words_for("not_set_up"))
