"""Asking registers outside about a check: outbox work, one row per register, after the local answer has left.

An answer is a moment. It is written once, told live, and never used to answer another check.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from uuid import UUID

from django.db import transaction

from core import audit
from core.actors import Actor
from core.clock import now
from core.errors import Conflict, Invalid, NotFound
from core.models import AuditAction
from core.outbox import Retry, enqueue
from core.permissions import check
from core.realtime import publish
from incidents.selectors.ids import as_uuid
from suspects.events import SourceAnswered
from suspects.models import Check, SourceResult, SuspectRules
from suspects.selectors.who import person_of
from suspects.services.typed import again, parts
from suspects.sources import SourceAnswer, SourceBusy, SourceQuestion, problem, sources, systems_for
from suspects.states import Outcome, ReasonCode

TRIES = 3  # of a register that says it is busy
WORK = "checks.ask"
UNANSWERED = (Outcome.ERROR, Outcome.NOT_RUN)


def topic(check_id: object) -> str:
    """The live topic of one check."""
    return f"check.{check_id}"


def ask_all(one: Check, question: Mapping[str, str]) -> list[SourceResult]:
    """Write the work of asking every register that answers this subject. In the transaction of the check."""
    systems = systems_for(one.subject) if question else []
    rows = [
        SourceResult(force_id=one.force_id, asked_for=one, system=system, asked_at=one.at, attempts=1)
        for system in systems
    ]
    SourceResult.objects.bulk_create(rows)
    for row in rows:
        enqueue(WORK, {"result": str(row.pk)})
    return rows


def try_again(*, actor: Actor, check_id: UUID | str, system: str) -> SourceResult:
    """Ask one register again, when it did not answer. One audit entry.

    Raises NotFound for another's check or a register that was not asked, Conflict when it has answered or is asked
    right now.
    """
    check(actor, "person.check")
    with transaction.atomic():
        rows = SourceResult.objects.visible_to(actor).filter(
            asked_for_id=as_uuid(check_id), asked_for__user_id=person_of(actor).user_id, system=system
        )
        row: SourceResult | None = rows.locked().select_related("asked_for").first()
        if row is None:
            raise NotFound()
        if row.outcome not in UNANSWERED:
            raise Conflict("It has answered, or is being asked now. Run the check again for a new answer.")
        row.outcome, row.returned_at, row.stale_at, row.problem, row.summary = "", None, None, "", []
        row.asked_at, row.attempts = now(), row.attempts + 1
        row.save()
        enqueue(WORK, {"result": str(row.pk)}, dedupe_key=f"{WORK}:{row.pk}:{row.attempts}")
        audit.record(actor, AuditAction.SEARCH, f"suspects.check:{row.asked_for_id}", purpose=f"asked {system} again")
        publish(SourceAnswered(check=row.asked_for_id, system=row.system, outcome=""), topic(row.asked_for_id))
    return row


def ask(result_id: str, attempt: int) -> None:
    """Outbox work: ask, and write what came back. Idempotent: an answered row is left as it is."""
    row = SourceResult.objects.select_related("asked_for__stop", "asked_for__user__force").filter(pk=result_id).first()
    if row is None or row.outcome:
        return
    try:
        answer = _answer(row)
    except SourceBusy as busy:
        if attempt < TRIES:
            raise Retry(after=busy.after, reason="busy") from busy
        answer = problem(row.system, "busy")
    _write(row, answer)


def _answer(row: SourceResult) -> SourceAnswer:
    source = sources().get(row.system)
    if source is None:
        return problem(row.system, "not_set_up")
    try:
        question = _question(row.asked_for)
    except Invalid:
        return problem(row.system, "refused", Outcome.ERROR)
    return source.ask(question)


def _question(one: Check) -> SourceQuestion:
    stop, user = one.stop, one.user
    place = f"{stop.lat:.4f},{stop.lon:.4f}" if stop.lat is not None and stop.lon is not None else stop.place_text
    return SourceQuestion(
        check_id=one.pk,
        subject=one.subject,
        typed=parts(again(one.typed, one.subject).query),
        reason=f"{stop.reason_code} - {ReasonCode(stop.reason_code).label}",
        justification=stop.justification,
        on_behalf_of=stop.on_behalf_of,
        asked_by=f"{user.force.code} {user.collar_number} {user.call_sign}".strip(),
        asked_at=one.at,
        place=place,
    )


def _write(row: SourceResult, answer: SourceAnswer) -> None:
    """The answer, its audit entry and its live event, once."""
    one = row.asked_for
    hours = SuspectRules.objects.filter(force_id=one.force_id).values_list("source_stale_hours", flat=True).first()
    stale_at = None if answer.problem else answer.returned_at + dt.timedelta(hours=24 if hours is None else hours)
    with transaction.atomic():
        locked = SourceResult.objects.select_for_update(of=("self",)).get(pk=row.pk)
        if locked.outcome:
            return
        locked.outcome = answer.outcome
        locked.summary = [{"label": "", "value": answer.summary}] + [
            {"label": fact.label, "value": fact.value} for fact in answer.facts
        ]
        locked.reference, locked.problem = answer.ref, answer.problem
        locked.returned_at, locked.stale_at = answer.returned_at, stale_at
        locked.save()
        audit.record(
            Actor.for_user(one.user), AuditAction.COLLECT, f"suspects.check:{one.pk}",
            purpose=f"answer of {row.system}",
            fields=[answer.outcome, answer.ref], reason_code=one.stop.reason_code, justification=one.stop.justification,
            on_behalf_of=one.stop.on_behalf_of, incident=str(one.stop.incident_id or ""),
        )  # fmt: skip
        publish(SourceAnswered(check=one.pk, system=row.system, outcome=answer.outcome), topic(one.pk))
