"""What the tabs THRIVE, Grade, M/ETHANE and Close show, and what the head says of risk. One audit entry a tab."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Value

from core import audit
from core.actors import Actor
from core.clock import now
from core.models import AuditAction
from core.permissions import can
from incidents.models import (
    CloseRequest,
    CrimeNumber,
    FactAmendment,
    GradeChange,
    GradeRequest,
    GradeTick,
    Incident,
    IncidentFlag,
    IncidentQualifier,
    LogEntry,
    MethaneReport,
    RiskAssessment,
)
from incidents.permissions import check_decide
from incidents.selectors.incidents import get_incident
from incidents.states import ClockStart, LogType, RequestStatus
from incidents.thrive import Occasion

NEAR = 0.2  # the last fifth before a target


@dataclass(frozen=True, kw_only=True)
class Clock:
    """A target as the server sees it. `state`: "running", "near", "over" or "met"."""

    deadline: datetime
    started: datetime
    state: str


@dataclass(frozen=True, kw_only=True)
class Prompt:
    """Why THRIVE is asked again, in words, and the occasion its form starts with."""

    words: str
    occasion: str


@dataclass(frozen=True, kw_only=True)
class HeadRisk:
    """What the head of an incident says. `prompts` are empty on a closed one."""

    assign: Clock | None
    attend: Clock | None
    no_time_agreed: bool
    prompts: list[Prompt]
    thrive_version: int
    flags: list[str]
    qualifiers: list[str]
    asked: list[GradeRequest | CloseRequest]


@dataclass(frozen=True, kw_only=True)
class RiskPage:
    """An incident with the versions and rows a tab shows; only what the tab asked for is filled."""

    incident: Incident
    head: HeadRisk
    assessments: list[RiskAssessment] = field(default_factory=list)
    reports: list[MethaneReport] = field(default_factory=list)
    changes: list[GradeChange] = field(default_factory=list)
    amendments: list[FactAmendment] = field(default_factory=list)
    crime_numbers: list[str] = field(default_factory=list)


def head_risk(incident: Incident) -> HeadRisk:
    """For a page whose reading is audited already."""
    first = None
    if incident.assign_by is not None:
        first = incident.assignments.order_by("assigned_at").values_list("assigned_at", flat=True).first()
    newest = RiskAssessment.objects.filter(incident=incident).first()
    marks = _marks(incident)
    return HeadRisk(
        assign=_clock(incident, incident.assign_by, first),
        attend=_clock(incident, incident.attend_by, incident.attended_at),
        no_time_agreed=(
            incident.is_open
            and incident.attended_at is None
            and incident.agreed_from is None
            and incident.current_grade.clock_start == ClockStart.AGREED
        ),
        prompts=_prompts(incident, newest) if incident.is_open else [],
        thrive_version=newest.version if newest else 0,
        flags=[label for kind, label, _ in marks if kind == "flag"],
        qualifiers=[label for kind, label, _ in marks if kind == "qualifier"],
        asked=_asked(incident) if any(kind == "asked" for kind, _, _ in marks) else [],
    )


def _marks(incident: Incident) -> list[tuple[str, str, int]]:
    """Words set on the incident, in the order of their tables, and whether something is asked: one query, because the
    head is on every page."""
    flags, qualifiers = (
        model.objects.filter(incident=incident, removed_at=None)
        .order_by()
        .annotate(mark=Value(kind))
        .values_list("mark", "word__label", "word__sort")
        for model, kind in ((IncidentFlag, "flag"), (IncidentQualifier, "qualifier"))
    )
    grade, close = (
        model.objects.filter(incident=incident, status=RequestStatus.ASKED)
        .order_by()
        .annotate(mark=Value("asked"), label=Value(""), place=Value(0))
        .values_list("mark", "label", "place")
        for model in (GradeRequest, CloseRequest)
    )
    return sorted(flags.union(qualifiers, grade, close, all=True), key=lambda mark: mark[2])


def thrive_page(actor: Actor, incident_id: UUID | str) -> RiskPage:
    """Raises NotFound, NotAllowed; so do the others."""
    incident = get_incident(actor, incident_id, purpose="THRIVE")
    versions = list(RiskAssessment.objects.filter(incident=incident))
    return RiskPage(incident=incident, head=head_risk(incident), assessments=versions)


def grade_page(actor: Actor, incident_id: UUID | str) -> RiskPage:
    incident = get_incident(actor, incident_id, purpose="grade")
    changes = GradeChange.objects.filter(incident=incident).select_related("from_grade", "to_grade")
    return RiskPage(incident=incident, head=head_risk(incident), changes=list(changes.order_by("-at")))


def methane_page(actor: Actor, incident_id: UUID | str) -> RiskPage:
    incident = get_incident(actor, incident_id, purpose="METHANE")
    reports = list(MethaneReport.objects.filter(incident=incident))
    return RiskPage(incident=incident, head=head_risk(incident), reports=reports)


def close_page(actor: Actor, incident_id: UUID | str) -> RiskPage:
    incident = get_incident(actor, incident_id, purpose="close")
    numbers = list(CrimeNumber.objects.filter(incident=incident).values_list("number", flat=True))
    return RiskPage(incident=incident, head=head_risk(incident), crime_numbers=numbers)


def facts_page(actor: Actor, incident_id: UUID | str) -> RiskPage:
    incident = get_incident(actor, incident_id, purpose="facts")
    amendments = list(FactAmendment.objects.filter(incident=incident).order_by("-number"))
    return RiskPage(incident=incident, head=head_risk(incident), amendments=amendments)


def ticks_of(changes: list[GradeChange]) -> dict[UUID, list[str]]:
    """Codes ticked at each of these gradings."""
    found: dict[UUID, list[str]] = {}
    for tick in GradeTick.objects.filter(change__in=[one.pk for one in changes]):
        found.setdefault(tick.change_id, []).append(tick.code)
    return found


def open_requests(actor: Actor) -> list[GradeRequest | CloseRequest]:
    """What waits for a decision that this person may take, oldest first. One LIST audit entry. Raises NotAllowed."""
    check_decide(actor)
    with transaction.atomic():
        rows: list[GradeRequest | CloseRequest] = []
        for model, capability in ((GradeRequest, "incident.grade_down"), (CloseRequest, "incident.close")):
            if can(actor, capability):
                asked = model.objects.visible_to(actor).filter(status=RequestStatus.ASKED)
                rows += asked.select_related("incident__opening_category")
        rows.sort(key=lambda one: one.asked_at)
        audit.record(
            actor, AuditAction.LIST, "incidents.request", purpose="requests",
            result_ids=[one.incident_id for one in rows], result_count=len(rows),
        )  # fmt: skip
    return rows


def _asked(incident: Incident) -> list[GradeRequest | CloseRequest]:
    grade = GradeRequest.objects.filter(incident=incident, status=RequestStatus.ASKED)
    close = CloseRequest.objects.filter(incident=incident, status=RequestStatus.ASKED)
    return [*grade.select_related("to_grade"), *close]


def _clock(incident: Incident, deadline: datetime | None, met: datetime | None) -> Clock | None:
    if deadline is None:
        return None
    start, moment = incident.received_at, met or now()
    whole, left = (deadline - start).total_seconds(), (deadline - moment).total_seconds()
    state = "met" if met and left >= 0 else "over" if left < 0 else "near" if left < whole * NEAR else "running"
    return Clock(deadline=deadline, started=start, state=state)


def _prompts(incident: Incident, newest: RiskAssessment | None) -> list[Prompt]:
    """Rules of STANDARDS 2.4: on contact again, when the target is missed, before closing unattended."""
    if newest is None:
        return [Prompt(words="THRIVE: not assessed yet.", occasion=Occasion.REVIEW)]
    found = []
    calls = LogEntry.objects.filter(incident=incident, type=LogType.CALL, seq__gt=1, entered_at__gt=newest.at)
    if calls.exists():
        found.append(Prompt(words="THRIVE: contacted again. Assess anew.", occasion=Occasion.RECONTACT))
    missed = incident.attend_by if incident.attended_at is None else None
    if missed is not None and newest.at < missed < now():
        found.append(Prompt(words="THRIVE: target missed. Assess anew.", occasion=Occasion.TARGET_MISSED))
    return found
