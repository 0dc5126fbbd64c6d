"""Intelligence reports, 3x5x2 (STANDARDS 8.1): submitted, graded, sanitised, disseminated, reviewed.

Who the source is has no place here: there is no field for it, and text that speaks of one is refused.
"""

from __future__ import annotations

import datetime as dt
import re
import secrets
from collections.abc import Sequence
from uuid import UUID

from django.db import IntegrityError, transaction

from core import audit
from core.actors import Actor
from core.clock import local_date, now
from core.errors import Conflict, Invalid, NotFound
from core.models import AuditAction
from core.permissions import check
from incidents.selectors.ids import as_uuid
from incidents.services import clean_text
from incidents.services.problems import Problems
from suspects.codes import grading
from suspects.models import Address, IntelligenceReport, IntelligenceSubject, Person, Vehicle
from suspects.services import pole
from suspects.services.records import force_of, record, typed
from suspects.states import INTELLIGENCE_TRANSITIONS, IntelState

REVIEW_DAYS = 183
LONGEST_REVIEW_DAYS = 731
SUBJECTS_LIMIT = 20
_MODELS: dict[str, type[Person | Vehicle | Address]] = {"person": Person, "vehicle": Vehicle, "address": Address}
_SPEAKS_OF_A_SOURCE = re.compile(
    r"\b(chis|informants?|covert human|registered source|confidential contact|pseudonym|wants to stay anonymous"
    r"|source (?:name|number|says|said|told|states|is|was|lives|works))\b",
    re.IGNORECASE,
)
_REACHES_SOMEBODY = re.compile(r"(?:\+44|\b0)\d[\d\s]{8,12}\d\b|[^\s@]+@[^\s@]+\.[a-z]{2,}", re.IGNORECASE)


def submit_report(
    *,
    actor: Actor,
    grade: str,
    text: str,
    subjects: Sequence[tuple[str, UUID | str]],
    handling_conditions: str = "",
    is_opinion: bool | None = None,
    occurred_at: dt.datetime | None = None,
    review_due: dt.date | None = None,
    urn: str = "",
) -> IntelligenceReport:
    """A report about people, vehicles and addresses: `subjects` is [("person", id), …]. Not yet seen by officers.

    Fact or opinion follows the grade unless said otherwise. Without `urn` it gets one.
    Raises NotFound (a subject), NotAllowed, Invalid naming every field, Conflict (urn).
    """
    check(actor, "intel.write")
    moment, today = now(), local_date(now())
    problems = Problems()
    words = problems.take(lambda: _sanitised(text), "")
    found = problems.take(lambda: typed("grade", lambda: grading.parse(grade)), None)
    conditions = problems.take(lambda: clean_text(handling_conditions, field="handling_conditions", limit=200), "")
    number = problems.take(lambda: clean_text(urn, field="urn", limit=30), "")
    review = review_due or today + dt.timedelta(days=REVIEW_DAYS)
    if found is not None and found.has_conditions and not conditions:
        problems.add("handling_conditions", "Handling C: say the conditions.")
    if not today < review <= today + dt.timedelta(days=LONGEST_REVIEW_DAYS):
        problems.add("review_due", "Give a day to come, within two years.")
    if occurred_at is not None and (occurred_at.tzinfo is None or occurred_at > moment):
        problems.add("occurred_at", "Give the time of the information, with its zone; not one to come.")
    if not 1 <= len(subjects) <= SUBJECTS_LIMIT or any(name not in _MODELS for name, _ in subjects):
        problems.add("subjects", f"Name 1 to {SUBJECTS_LIMIT} people, vehicles or addresses.")
    problems.stop_here()
    assert found is not None  # or stop_here had raised
    report = IntelligenceReport(
        force_id=force_of(actor), urn=number or f"{today:%y%m%d}-{secrets.token_hex(3).upper()}", grading=found.code,
        handling_conditions=conditions, text=words, is_opinion=not found.is_fact if is_opinion is None else is_opinion,
        occurred_at=occurred_at, submitted_at=moment, submitted_by_label=actor.label[:100],
        submitted_by_id=actor.user_id, review_due=review,
    )  # fmt: skip
    try:
        with transaction.atomic():
            _write(actor, report, subjects)
    except IntegrityError as error:
        if not IntelligenceReport.objects.visible_to(actor).filter(urn=report.urn).exists():
            raise
        raise Conflict("A report with this number is here already.", code="already_there") from error
    return report


def _write(actor: Actor, report: IntelligenceReport, subjects: Sequence[tuple[str, UUID | str]]) -> None:
    rows = [(name, record(_MODELS[name], actor, key)) for name, key in dict.fromkeys(subjects)]
    report.save(force_insert=True)
    for name, row in rows:
        IntelligenceSubject.objects.create(force_id=report.force_id, report=report, **{name: row})
        if isinstance(row, Person):
            pole.flag(row)
    audit.record(
        actor,
        AuditAction.COLLECT,
        f"suspects.intelligencereport:{report.pk}",
        fields=[f"{n}:{row.pk}" for n, row in rows],
    )


def disseminate(*, actor: Actor, report_id: UUID | str, recipient: str, purpose: str) -> IntelligenceReport:
    """Officers may read it from now on. Who it is for and why is on the trail.

    Raises NotFound, NotAllowed, Invalid, Conflict (withdrawn, or out already).
    """
    check(actor, "intel.write")
    whom = clean_text(recipient, field="recipient", limit=120, required=True)
    why = clean_text(purpose, field="purpose", limit=200, required=True)
    with transaction.atomic():
        report = _moved(actor, report_id, IntelState.DISSEMINATED)
        report.graded_by_label = actor.label[:100]
        report.save(update_fields=["state", "graded_by_label"])
        audit.record(
            actor, AuditAction.DISCLOSE, f"suspects.intelligencereport:{report.pk}", recipient=whom, purpose=why
        )
    return report


def regrade(
    *, actor: Actor, report_id: UUID | str, grade: str, comment: str, handling_conditions: str = ""
) -> IntelligenceReport:
    """Another grading, with a comment that says why. Raises NotFound, NotAllowed, Invalid, Conflict (withdrawn)."""
    check(actor, "intel.write")
    problems = Problems()
    found = problems.take(lambda: typed("grade", lambda: grading.parse(grade)), None)
    words = problems.take(lambda: clean_text(comment, field="comment", limit=300, required=True), "")
    conditions = problems.take(lambda: clean_text(handling_conditions, field="handling_conditions", limit=200), "")
    if found is not None and found.has_conditions and not conditions:
        problems.add("handling_conditions", "Handling C: say the conditions.")
    problems.stop_here()
    assert found is not None  # or stop_here had raised
    with transaction.atomic():
        report = _locked(actor, report_id)
        if report.state == IntelState.WITHDRAWN:
            raise Conflict("This report was withdrawn.", code="withdrawn")
        before, report.grading, report.handling_conditions = report.grading, found.code, conditions
        report.graded_by_label = actor.label[:100]
        report.save(update_fields=["grading", "handling_conditions", "graded_by_label"])
        audit.record(
            actor, AuditAction.ALTER, f"suspects.intelligencereport:{report.pk}",
            fields=[f"grading {before} to {found.code}"], justification=words,
        )  # fmt: skip
    return report


def withdraw(*, actor: Actor, report_id: UUID | str, reason: str) -> IntelligenceReport:
    """Officers see it no longer; it stays kept. Raises NotFound, NotAllowed, Invalid, Conflict (already)."""
    check(actor, "intel.write")
    words = clean_text(reason, field="reason", limit=300, required=True)
    with transaction.atomic():
        report = _moved(actor, report_id, IntelState.WITHDRAWN)
        report.save(update_fields=["state"])
        audit.record(
            actor, AuditAction.ALTER, f"suspects.intelligencereport:{report.pk}", fields=["state"], justification=words
        )
    return report


def _sanitised(text: str) -> str:
    words = clean_text(text, field="text", limit=2000, required=True, lines=True)
    if _SPEAKS_OF_A_SOURCE.search(words):
        raise Invalid(fields={"text": "This speaks of a source. Say what is known, not who said it."})
    if _REACHES_SOMEBODY.search(words):
        raise Invalid(fields={"text": "Leave out telephone numbers and emails: record them as contacts of the person."})
    return words


def _moved(actor: Actor, report_id: UUID | str, to: IntelState) -> IntelligenceReport:
    report = _locked(actor, report_id)
    if to not in INTELLIGENCE_TRANSITIONS[report.state]:
        raise Conflict(f"The report is {IntelState(report.state).label.lower()} already.", code="state")
    report.state = to
    return report


def _locked(actor: Actor, report_id: UUID | str) -> IntelligenceReport:
    rows = IntelligenceReport.objects.visible_to(actor).select_for_update()
    report: IntelligenceReport | None = rows.filter(pk=as_uuid(report_id)).first()
    if report is None:
        raise NotFound()
    return report
