"""Opening an incident from a contact."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction

from core import audit
from core.actors import Actor
from core.clock import local_date, now
from core.errors import Conflict, Invalid, NotAllowed
from core.models import AuditAction
from core.realtime import publish
from incidents.events import IncidentOpened, board_topic
from incidents.models import GradeChange, Incident, IncidentCategory, LogEntry, ResponseGrade
from incidents.permissions import check_open
from incidents.selectors.ids import as_client_key
from incidents.selectors.rings import assign_by_now
from incidents.selectors.risk_tables import has_thrive_plus
from incidents.services.criteria import criteria_of, write_ticks
from incidents.services.log import write_entry
from incidents.services.marks import flag_words, write_flags
from incidents.services.phones import parse_phone, readable_phone
from incidents.services.problems import Problems
from incidents.services.risk import THRIVE_NEEDED, clean_assessment, opening_words, store_assessment
from incidents.services.serials import lock_day, take_number
from incidents.services.text import clean_text
from incidents.states import Channel, ClockStart, LogChannel, LogType
from incidents.thrive import Occasion

DESCRIPTION_LIMIT = 4000
OLDEST_RECEIPT = timedelta(days=7)


class KeyUsed(Conflict):
    """A form's key came again with other contents: nothing of them was kept. `incident` has the first contents."""

    code = "key_used"

    def __init__(self, incident: Incident) -> None:
        super().__init__(
            f"This form was sent to {incident.reference} already, with other words. What you typed is kept here: "
            "if it is another call, send it again."
        )
        self.incident = incident


@dataclass(frozen=True, kw_only=True)
class _Contact:
    """What was taken from the caller, checked."""

    channel: str
    caller_number: str
    caller_name: str
    location_text: str
    description: str
    grade: ResponseGrade
    category: IncidentCategory
    received_at: datetime


@dataclass(frozen=True, kw_only=True)
class _Risk:
    """What was thought of it at the first grade, checked: criteria by code with their labels, THRIVE, flags."""

    rural: bool
    criteria: Mapping[str, str]
    assessment: Mapping[str, str]
    flags: Collection[str]


def open_incident(
    *,
    actor: Actor,
    channel: str,
    caller_number: str,
    caller_name: str,
    location_text: str,
    description: str,
    grade_code: str,
    category_code: str,
    client_key: UUID | str | None,
    caller_number_withheld: bool = False,
    received_at: datetime | None = None,
    system: str = "CAD",
    rural: bool = False,
    criteria: Collection[str] = (),
    assessment: Mapping[str, str] | None = None,
    flags: Collection[str] = (),
) -> Incident:
    """Open an incident: number it, write its first log entries, tell every board.

    A person who opens one that is not Immediate assesses the risk first: `assessment` holds THRIVE (STANDARDS 2.4).
    `criteria` and `flags` are codes of the force's tables.

    The same `client_key` with the same contents opens once and returns the first incident. Number, name, place and
    words may be empty: an abandoned call still opens a record. A withheld number that is known is kept: 999 overrides
    withholding. Raises NotAllowed, Invalid naming every field that needs another value, Conflict when another's key is
    reused, KeyUsed when the key comes with other contents.
    """
    check_open(actor)
    key = as_client_key(client_key)
    moment = now()
    contact = _check(
        actor, channel, caller_number, caller_name, location_text, description, grade_code, category_code,
        received_at, moment,
    )  # fmt: skip
    risk = _check_risk(actor, contact.grade, rural, criteria, assessment or {}, flags)
    incident = _new(actor, contact, risk, moment, system=system, withheld=caller_number_withheld, key=key)
    try:
        with transaction.atomic():
            return _earlier(actor, incident, risk) or _store(actor, incident, risk)
    except IntegrityError:
        # One key sent twice at once, on the two sides of midnight: other locks, but the first one counts.
        earlier = _earlier(actor, incident, risk)
        if earlier is None:
            raise
        return earlier


def attendance_target(
    grade: ResponseGrade, *, received_at: datetime, graded_at: datetime, rural: bool = False
) -> datetime | None:
    """When a unit should be there, UTC; None when the grade promises nothing."""
    minutes = grade.rural_target_min if rural and grade.rural_target_min is not None else grade.attend_target_min
    return _target(grade, minutes, received_at, graded_at)


def assignment_target(grade: ResponseGrade, *, received_at: datetime, graded_at: datetime) -> datetime | None:
    """When the first unit should be assigned, UTC; None when the grade promises nothing."""
    return _target(grade, grade.dispatch_target_min, received_at, graded_at)


def _target(grade: ResponseGrade, minutes: int | None, received_at: datetime, graded_at: datetime) -> datetime | None:
    if minutes is None:
        return None
    return (graded_at if grade.clock_start == ClockStart.GRADED else received_at) + timedelta(minutes=minutes)


def _check_risk(
    actor: Actor,
    grade: ResponseGrade,
    rural: bool,
    criteria: Collection[str],
    assessment: Mapping[str, str],
    flags: Collection[str],
) -> _Risk:
    """Machines that open an incident (alarms, partners) assess nothing; the person who takes it up does."""
    problems = Problems()
    must = actor.kind == "user" and not grade.emergency
    nothing: dict[str, str] = {}
    ticked = problems.take(lambda: criteria_of(grade, criteria), nothing)
    plus = has_thrive_plus(actor.force_id)
    thought = problems.take(lambda: clean_assessment(assessment, plus=plus, whole=must), nothing)
    if must and any(field.endswith("_score") for field in problems.fields):
        problems.add("assessment", THRIVE_NEEDED)
    problems.stop_here()
    return _Risk(rural=rural, criteria=ticked, assessment=thought, flags=flags)


def _check(
    actor: Actor,
    channel: str,
    number: str,
    name: str,
    location: str,
    description: str,
    grade_code: str,
    category_code: str,
    received_at: datetime | None,
    moment: datetime,
) -> _Contact:
    problems = Problems()
    if channel not in Channel.values:
        problems.add("channel", "Choose how the contact came in.")
    number = number.strip()
    number = problems.take(lambda: parse_phone(number) if number else "", "")
    name = problems.take(lambda: clean_text(name, field="caller_name", limit=100), "")
    location = problems.take(lambda: clean_text(location, field="location_text", limit=300), "")
    description = problems.take(
        lambda: clean_text(description, field="description", limit=DESCRIPTION_LIMIT, lines=True), ""
    )
    grade = ResponseGrade.objects.visible_to(actor).filter(code=grade_code, active=True).first()
    if grade is None:
        problems.add("grade_code", "Choose a grade.")
    category = IncidentCategory.objects.visible_to(actor).filter(code=category_code, active=True).first()
    if category is None:
        problems.add("category_code", "Choose an opening category.")
    received = problems.take(lambda: _received(received_at, moment), moment)
    problems.stop_here()
    assert grade is not None  # or stop_here had raised
    assert category is not None
    return _Contact(
        channel=channel, caller_number=number, caller_name=name, location_text=location, description=description,
        grade=grade, category=category, received_at=received,
    )  # fmt: skip


def _received(received_at: datetime | None, moment: datetime) -> datetime:
    """When the contact came. A terminal's clock that runs ahead cannot put it into the future."""
    if received_at is None:
        return moment
    if received_at.tzinfo is None or received_at < moment - OLDEST_RECEIPT:
        raise Invalid(fields={"received_at": "Give a time within the last seven days."})
    return min(received_at, moment)


def _new(
    actor: Actor, contact: _Contact, risk: _Risk, moment: datetime, *, system: str, withheld: bool, key: UUID | None
) -> Incident:
    if actor.force_id is None:
        raise NotAllowed()
    return Incident(
        force_id=actor.force_id,
        system=system,
        local_date=local_date(moment),
        channel=contact.channel,
        caller_name=contact.caller_name,
        caller_number=contact.caller_number,
        caller_number_withheld=withheld,
        location_text=contact.location_text,
        description=contact.description,
        initial_grade=contact.grade,
        current_grade=contact.grade,
        graded_at=moment,
        attend_by=attendance_target(contact.grade, received_at=contact.received_at, graded_at=moment, rural=risk.rural),
        assign_by=assignment_target(contact.grade, received_at=contact.received_at, graded_at=moment),
        rural=risk.rural,
        rural_by_hand=risk.rural,
        opening_category=contact.category,
        received_at=contact.received_at,
        opened_at=moment,
        opened_by_id=actor.user_id,
        opened_by_label=actor.label[:100],
        client_key=key,
    )


def _store(actor: Actor, incident: Incident, risk: _Risk) -> Incident:
    day = lock_day(force_id=incident.force_id, system=incident.system, local_date=incident.local_date)
    # Whoever sent the same key a moment before has committed by now.
    if (earlier := _earlier(actor, incident, risk)) is not None:
        return earlier
    incident.serial = take_number(day)
    incident.save(force_insert=True)
    change = GradeChange.objects.create(
        force_id=incident.force_id,
        incident=incident,
        to_grade=incident.current_grade,
        at=incident.graded_at,
        by_label=incident.opened_by_label,
    )
    write_ticks(change, risk.criteria)
    _first_entries(actor, incident, risk)
    if risk.assessment:
        store_assessment(actor, incident, risk.assessment, Occasion.OPENING, 0)
    write_flags(actor, incident, risk.flags)
    audit.record(actor, AuditAction.COLLECT, f"incidents.incident:{incident.pk}", incident=str(incident.pk))
    grade = incident.current_grade.code
    publish(
        IncidentOpened(
            incident=incident.pk, serial=incident.serial, grade=grade, version=incident.version,
            assign_by=assign_by_now(incident, 0),
        ),
        board_topic(incident.force_id),
    )  # fmt: skip
    return incident


def _first_entries(actor: Actor, incident: Incident, risk: _Risk) -> None:
    typed = LogChannel.TYPED if actor.kind == "user" else LogChannel.SYSTEM
    for type_, text in _first_words(incident, risk):
        write_entry(actor, incident, type=type_, text=text, channel=typed, occurred_at=incident.received_at)


def _first_words(incident: Incident, risk: _Risk) -> list[tuple[str, str]]:
    """The contact as it was taken, one entry a subject, so that a correction can name exactly what it corrects."""
    who = incident.caller_name or "Name not given"
    number = readable_phone(incident.caller_number) or "number not given"
    withheld = ", withheld by the caller" if incident.caller_number_withheld else ""
    contact = f"{Channel(incident.channel).label} contact. {who}, {number}{withheld}."
    why = f" {'; '.join(risk.criteria.values())}." if risk.criteria else ""
    rural = " Rural target." if risk.rural else ""
    graded = f"{incident.current_grade.label}.{why}{rural} Opening category: {incident.opening_category.name}."
    words = [
        (LogType.CALL, contact), (LogType.LOCATION, incident.location_text),
        (LogType.NARRATIVE, incident.description), (LogType.GRADE, graded),
    ]  # fmt: skip
    return [(type_, text) for type_, text in words if text]


def _earlier(actor: Actor, incident: Incident, risk: _Risk) -> Incident | None:
    """The incident that this form opened before. What it said then is in its first entries, which never change."""
    key = incident.client_key
    if key is None:
        return None
    earlier: Incident | None = Incident.objects.visible_to(actor).with_tables().filter(client_key=key).first()
    if earlier is None:
        return None
    if earlier.opened_by_id != actor.user_id:
        raise Conflict("Somebody else already sent this form. What you typed is kept: send it again.", code="key_used")
    said = _first_words(incident, risk)
    if risk.assessment:
        said.append((LogType.RISK, opening_words(risk.assessment)))
    if flagged := flag_words(incident.force_id, risk.flags):
        said.append((LogType.RISK, flagged))
    written = LogEntry.objects.filter(incident=earlier, seq__lte=len(said)).order_by("seq")
    if list(written.values_list("type", "text")) != said:
        raise KeyUsed(earlier)
    return earlier
