"""Sending units and releasing them. A unit is on one incident at most; the database keeps that, whoever is quicker."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from core.actors import Actor
from core.clock import now
from core.errors import Conflict, NotFound
from incidents.models import Assignment, Incident, Resource, StateChange, SuggestionShown, UnitChoice
from incidents.permissions import check_deploy
from incidents.selectors.ids import as_uuid
from incidents.services.decisions import cited_entry
from incidents.services.locks import lock_incident
from incidents.services.pushing import push_to_crews
from incidents.services.text import clean_text
from incidents.services.units import lock_unit, note, say_unit, state_with, take_step
from incidents.states import AssignmentStatus, ChoiceKind, Deployable, PushWord, StateSource

REASON_LIMIT = 300


def assign(
    *,
    actor: Actor,
    incident_id: UUID | str,
    resource_id: UUID | str,
    shown_id: UUID | str | None = None,
    divert_reason: str = "",
    cites_seq: int | None = None,
) -> Assignment:
    """Send a unit to an incident. Sending it where it already goes changes nothing.

    A unit on another incident is diverted when a reason is given and it may be: it is committed but deployable (State
    7), or on its way to a less urgent grade. It is stood down there in the same transaction. `shown_id` is the list of
    suggestions it was chosen from, `cites_seq` the entry about the picture that says why. Raises NotFound, NotAllowed,
    Invalid (reason, cites_seq), Conflict (closed incident; the unit is on another one).
    """
    check_deploy(actor)
    reason = clean_text(divert_reason, field="reason", limit=REASON_LIMIT)
    try:
        with transaction.atomic():
            return _assign(actor, as_uuid(incident_id), as_uuid(resource_id), shown_id, reason, cites_seq)
    except IntegrityError as error:
        # Two at the same instant, on two incidents: the database kept one.
        raise Conflict("Somebody assigned this unit a moment ago. Choose from the fresh list.", code="busy") from error


def _assign(
    actor: Actor,
    incident_id: UUID,
    resource_id: UUID,
    shown_id: UUID | str | None,
    reason: str,
    cites_seq: int | None,
) -> Assignment:
    before: Assignment | None = (
        Assignment.objects.visible_to(actor).active().filter(resource_id=resource_id).select_related("incident").first()
    )
    elsewhere = before.incident_id if before is not None and before.incident_id != incident_id else None
    # Two incidents are taken in the order of their keys: two diverts across cannot wait for each other.
    locked = {key: lock_incident(actor, key) for key in sorted(filter(None, {incident_id, elsewhere}), key=str)}
    incident = locked[incident_id]
    if not incident.is_open:
        raise Conflict("This incident is closed.", code="closed")
    cited = cited_entry(incident, cites_seq)
    resource = lock_unit(actor, resource_id)
    current: Assignment | None = Assignment.objects.filter(resource=resource).active().first()
    if current is not None and current.incident_id == incident.pk:
        return current
    if current is not None:
        there = locked.get(current.incident_id)
        if there is None:
            raise Conflict(_taken(resource, current), code="busy")
        _divert(actor, resource, current, there, incident, reason)
    assignment = Assignment.objects.create(
        force_id=incident.force_id, incident=incident, resource=resource, assigned_at=now(),
        assigned_by_label=actor.label[:100],
    )  # fmt: skip
    kind = ChoiceKind.DIVERTED if current is not None else ChoiceKind.ASSIGNED
    choice = _choose(actor, incident, resource, shown_id, kind, reason)
    words = f"{resource.call_sign} assigned{_of_list(choice)}.{reason and f' {reason}'}"
    note(actor, incident, words, cited=cited)
    say_unit(resource, incident)
    push_to_crews(incident, PushWord.ASSIGNED, assignment.pk, only=resource, but_not=actor.user_id)
    return assignment


def _taken(resource: Resource, current: Assignment) -> str:
    by = f"{resource.call_sign} is on another incident, assigned by {current.assigned_by_label}."
    return f"{by} Choose another, or divert it with a reason."


def _divert(
    actor: Actor, resource: Resource, current: Assignment, there: Incident, incident: Incident, reason: str
) -> None:
    deployable = resource.status.deployable == Deployable.LOW
    less_urgent = there.current_grade.sort > incident.current_grade.sort
    on_its_way = current.status in {AssignmentStatus.ASSIGNED, AssignmentStatus.EN_ROUTE}
    if not (deployable or (on_its_way and less_urgent)) or not reason:
        if deployable or (on_its_way and less_urgent):
            raise Conflict(_taken(resource, current), code="busy")
        raise Conflict(f"{resource.call_sign} is on another incident. Stand it down there first.", code="busy")
    take_step(
        actor, there, current, resource, AssignmentStatus.STOOD_DOWN, why=f"Diverted to {incident.reference}. {reason}"
    )


def _choose(
    actor: Actor,
    incident: Incident,
    resource: Resource,
    shown_id: UUID | str | None,
    kind: str,
    reason: str = "",
) -> UnitChoice:
    """Keep the choice beside the list it was made from. Another incident's list, or somebody else's, is none."""
    shown: SuggestionShown | None = None
    if shown_id:
        rows = SuggestionShown.objects.visible_to(actor).filter(incident=incident, seen_by_id=actor.user_id)
        shown = rows.filter(pk=as_uuid(shown_id)).first()
    rank = None
    if shown is not None:
        rank = next((one["rank"] for one in shown.offered if one["resource"] == str(resource.pk)), None)
    return UnitChoice.objects.create(
        force_id=incident.force_id, incident=incident, resource=resource, shown=shown, kind=kind, rank=rank, at=now(),
        by_label=actor.label[:100], reason=reason,
    )  # fmt: skip


def _of_list(choice: UnitChoice) -> str:
    """The list in the log: what stood above the chosen one is what a question later is about."""
    shown = choice.shown
    if shown is None:
        return ""
    if choice.rank is None:
        return f", not among the {len(shown.offered)} suggested"
    seen = ", ".join(f"{one['rank']} {one['call_sign']} {one['minutes_words']}".strip() for one in shown.offered[:5])
    return f", {choice.rank} of {len(shown.offered)} suggested ({seen}). A suggestion, not an order"


def ask_first(
    *,
    actor: Actor,
    incident_id: UUID | str,
    resource_id: UUID | str,
    shown_id: UUID | str | None = None,
    cites_seq: int | None = None,
) -> UnitChoice:
    """The unit is asked by radio before it is sent: said in the log, changes nothing else. Raises NotFound, NotAllowed,
    Invalid (cites_seq), Conflict (closed incident)."""
    check_deploy(actor)
    with transaction.atomic():
        incident = lock_incident(actor, incident_id)
        if not incident.is_open:
            raise Conflict("This incident is closed.", code="closed")
        resource: Resource | None = Resource.objects.visible_to(actor).filter(pk=as_uuid(resource_id)).first()
        if resource is None:
            raise NotFound()
        cited = cited_entry(incident, cites_seq)
        choice = _choose(actor, incident, resource, shown_id, ChoiceKind.ASKED)
        note(actor, incident, f"{resource.call_sign} asked, before it is assigned.", cited=cited)
    return choice


def stand_down(*, actor: Actor, incident_id: UUID | str, resource_id: UUID | str) -> Assignment:
    """Release a unit from an incident. Raises NotFound when it is not on it, NotAllowed."""
    return _step(actor, incident_id, resource_id, AssignmentStatus.STOOD_DOWN)


def en_route(*, actor: Actor, incident_id: UUID | str, resource_id: UUID | str) -> Assignment:
    """On its way (State 5). Raises NotFound, NotAllowed, Conflict when it is already further."""
    return _step(actor, incident_id, resource_id, AssignmentStatus.EN_ROUTE)


def at_scene(*, actor: Actor, incident_id: UUID | str, resource_id: UUID | str) -> Assignment:
    """There (State 6). The first one is the incident's attendance time. Raises NotFound, NotAllowed, Conflict."""
    return _step(actor, incident_id, resource_id, AssignmentStatus.AT_SCENE)


def _step(actor: Actor, incident_id: UUID | str, resource_id: UUID | str, step: str) -> Assignment:
    check_deploy(actor)
    with transaction.atomic():
        incident = lock_incident(actor, incident_id)
        resource = lock_unit(actor, resource_id)
        assignment: Assignment | None = Assignment.objects.filter(incident=incident, resource=resource).active().first()
        if assignment is None:
            raise NotFound(f"{resource.call_sign} is not on this incident.")
        moment = now()
        _take_state(actor, incident, resource, step, moment)
        take_step(actor, incident, assignment, resource, step, moment)
        say_unit(resource, None if step == AssignmentStatus.STOOD_DOWN else incident)
    return assignment


def _take_state(actor: Actor, incident: Incident, resource: Resource, step: str, moment: datetime) -> None:
    """The State that goes with the step, as if the unit had said it."""
    state = state_with(actor, step)
    if state is None or state.pk == resource.status_id:
        return
    StateChange.objects.create(
        force_id=resource.force_id, resource=resource, from_code=resource.status_code, to_code=state.code, at=moment,
        received_at=moment, source=StateSource.DISPATCHER, by_label=actor.label[:100], incident=incident,
    )  # fmt: skip
    resource.status, resource.status_at = state, moment
    resource.save(update_fields=["status", "status_at"])
