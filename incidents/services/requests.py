"""What a call handler asks a supervisor: a lower grade, or closing. Asked and decided in the log, told to consoles."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction

from core import audit
from core.actors import Actor
from core.clock import local, now
from core.errors import Conflict, Invalid, NotFound
from core.models import AuditAction
from core.permissions import check
from core.realtime import publish
from incidents.decisions import compose
from incidents.events import SupervisorAsked, SupervisorDecided, board_topic, incident_topic
from incidents.models import CloseRequest, GradeRequest, Incident
from incidents.permissions import check_ask, check_decide, check_view
from incidents.selectors.ids import as_uuid
from incidents.services.announce import announce_change
from incidents.services.closing import check_closing, close_now
from incidents.services.decisions import cited_entry
from incidents.services.grades import new_grade, set_grade
from incidents.services.locks import lock_incident
from incidents.services.log import write_entry, write_whole
from incidents.services.text import clean_text
from incidents.states import LogChannel, LogType, RequestStatus

_MAY = {"grade": "incident.grade_down", "close": "incident.close"}


def ask_grade(
    *, actor: Actor, incident_id: UUID | str, grade_code: str, reason: str, cites_seq: int | None = None
) -> GradeRequest:
    """Ask the supervisors for a lower grade; `cites_seq` is the entry about the picture that says why.

    Raises NotFound, NotAllowed, Invalid (grade_code, reason, cites_seq), Conflict.
    """
    check_view(actor)
    check_ask(actor)
    with transaction.atomic():
        incident = lock_incident(actor, incident_id)
        new = new_grade(actor, incident, grade_code)
        if new.sort <= incident.current_grade.sort:
            raise Invalid(fields={"grade_code": "Grading up needs nobody else: set the grade."})
        why = clean_text(reason, field="reason", limit=500, required=True)
        cited = cited_entry(incident, cites_seq)
        _one_at_a_time(GradeRequest, incident)
        asked = GradeRequest.objects.create(
            force_id=incident.force_id, incident=incident, from_grade=incident.current_grade, to_grade=new,
            **_signed(actor, why),
        )  # fmt: skip
        words = f"Asked a supervisor: {new.label} instead of {incident.current_grade.label}. {why}"
        _tell(actor, asked, compose(words, {}, cited), cites_seq)
    return asked


def ask_close(*, actor: Actor, incident_id: UUID | str, given: dict[str, Any]) -> CloseRequest:
    """Ask the supervisors to close: the closing is checked now and again when a supervisor accepts it.

    `given`: the keyword arguments of `close_incident`. Raises NotFound, NotAllowed, Invalid, Conflict.
    """
    check_view(actor)
    check_ask(actor)
    with transaction.atomic():
        incident = lock_incident(actor, incident_id)
        closing = check_closing(actor, incident, **given)
        _one_at_a_time(CloseRequest, incident)
        words = f"Closing as {closing.category.name}."
        asked = CloseRequest.objects.create(
            force_id=incident.force_id, incident=incident, given=given, **_signed(actor, words)
        )
        _tell(actor, asked, f"Asked a supervisor: close as {closing.category.name}. {closing.text}")
    return asked


def decide_request(*, actor: Actor, request_id: UUID | str, accept: bool, words: str = "") -> Incident:
    """Accept or refuse what was asked; a refusal needs a reason. What is accepted is done in the same moment.

    The first decision counts. Raises NotFound, NotAllowed, Invalid (decision), Conflict naming who decided before.
    """
    check_view(actor)
    check_decide(actor)
    with transaction.atomic():
        found = _find(actor, request_id)
        check(actor, _MAY[found.kind])
        incident = lock_incident(actor, found.incident_id)
        found.refresh_from_db()
        if found.status != RequestStatus.ASKED:
            done = f"{found.decided_by_label} {found.get_status_display().lower()} this at {_time(found.decided_at)}"
            raise Conflict(f"{done}. Nothing more to decide.", code="decided")
        said = clean_text(words, field="decision", limit=500)
        if not accept and not said:
            raise Invalid(fields={"decision": "Say why not."})
        if accept:
            _do(actor, incident, found)
        found.status = RequestStatus.ACCEPTED if accept else RequestStatus.REFUSED
        found.decided_at, found.decided_by_label, found.decision = now(), actor.label[:100], said
        found.save(update_fields=["status", "decided_at", "decided_by_label", "decision"])
        _told(actor, incident, found)
    return incident


def _find(actor: Actor, request_id: UUID | str) -> GradeRequest | CloseRequest:
    key = as_uuid(request_id)
    found: GradeRequest | CloseRequest | None = (
        GradeRequest.objects.visible_to(actor).filter(pk=key).first()
        or CloseRequest.objects.visible_to(actor).filter(pk=key).first()
    )
    if found is None:
        raise NotFound()
    return found


def _do(actor: Actor, incident: Incident, found: GradeRequest | CloseRequest) -> None:
    if isinstance(found, CloseRequest):
        close_now(actor, incident, check_closing(actor, incident, **found.given))
        return
    new = new_grade(actor, incident, found.to_grade.code)
    if new.sort <= incident.current_grade.sort:
        raise Conflict("The grade changed since this was asked. Refuse it, and look again.", code="stale")
    set_grade(actor, incident, new, found.reason, {})


def _one_at_a_time(model: type[GradeRequest] | type[CloseRequest], incident: Incident) -> None:
    open_one = model.objects.filter(incident=incident, status=RequestStatus.ASKED).first()
    if open_one is not None:
        when = _time(open_one.asked_at)
        raise Conflict(f"{open_one.asked_by_label} asked at {when}. A supervisor has not answered yet.", code="asked")


def _signed(actor: Actor, reason: str) -> dict[str, Any]:
    return {"reason": reason, "asked_at": now(), "asked_by_id": actor.user_id, "asked_by_label": actor.label[:100]}


def _tell(actor: Actor, asked: GradeRequest | CloseRequest, words: str, cites_seq: int | None = None) -> None:
    incident, typed = asked.incident, LogChannel.TYPED
    write_whole(actor, incident, type=LogType.SUPERVISOR, channel=typed, text=words, cites_seq=cites_seq)
    name = f"incidents.{asked.kind}request:{asked.pk}"
    audit.record(actor, AuditAction.COLLECT, name, incident=str(incident.pk))
    publish(
        SupervisorAsked(incident=incident.pk, request=asked.pk, what=asked.kind),
        board_topic(incident.force_id), incident_topic(incident.pk),
    )  # fmt: skip


def _told(actor: Actor, incident: Incident, found: GradeRequest | CloseRequest) -> None:
    accepted = found.status == RequestStatus.ACCEPTED
    what = "closing" if isinstance(found, CloseRequest) else f"{found.to_grade.label}"
    verb = "Accepted" if accepted else "Refused"
    words = f"{verb}: {what}, asked by {found.asked_by_label}. {found.decision}".strip()
    write_entry(actor, incident, type=LogType.SUPERVISOR, channel=LogChannel.TYPED, text=words)
    name = f"incidents.{found.kind}request:{found.pk}"
    audit.record(actor, AuditAction.ALTER, name, fields=["status"], incident=str(incident.pk))
    publish(
        SupervisorDecided(incident=incident.pk, request=found.pk, what=found.kind, status=found.status),
        board_topic(incident.force_id), incident_topic(incident.pk),
    )  # fmt: skip
    if accepted:
        announce_change(incident)


def _time(moment: Any) -> str:
    return f"{local(moment):%H:%M:%S}"
