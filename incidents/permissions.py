"""Who may do what with incidents, from the roles' table. What an incident's state allows is in `states.py`."""

from __future__ import annotations

from uuid import UUID

from core.actors import Actor
from core.clock import now
from core.errors import NotAllowed
from core.permissions import can, check
from incidents.models import Duty, Incident, Resource, ResponseGrade


def can_list(actor: Actor) -> bool:
    return can(actor, "incident.list")


def check_list(actor: Actor) -> None:
    check(actor, "incident.list")


def can_view(actor: Actor) -> bool:
    return can(actor, "incident.view")


def check_view(actor: Actor) -> None:
    check(actor, "incident.view")


def can_open(actor: Actor) -> bool:
    return can(actor, "incident.open")


def check_open(actor: Actor) -> None:
    check(actor, "incident.open")


def can_log(actor: Actor) -> bool:
    """People by role. A caller's phone or a provider has no role: the code that speaks for it has checked it."""
    return actor.kind != "user" or can(actor, "incident.log")


def check_log(actor: Actor) -> None:
    if not can_log(actor):
        raise NotAllowed()


def can_read_restricted(actor: Actor) -> bool:
    """Restricted log entries that somebody else wrote."""
    return can(actor, "incident.read_restricted")


def can_restrict(actor: Actor) -> bool:
    """Mark an entry that is in the log as restricted, and lift that."""
    return can(actor, "incident.restrict")


def check_restrict(actor: Actor) -> None:
    check(actor, "incident.restrict")


def can_regrade(actor: Actor, old: ResponseGrade, new: ResponseGrade) -> bool:
    """Down needs a supervisor (STANDARDS 2.3); up is open to the desk."""
    return can(actor, "incident.grade_down" if new.sort > old.sort else "incident.grade_up")


def check_regrade(actor: Actor, old: ResponseGrade, new: ResponseGrade) -> None:
    if not can_regrade(actor, old, new):
        if new.sort > old.sort:
            raise NotAllowed("Only a supervisor may grade down. Ask a supervisor.", code="grade_down")
        raise NotAllowed()


def can_close(actor: Actor) -> bool:
    return can(actor, "incident.close")


def check_close(actor: Actor) -> None:
    check(actor, "incident.close")


def can_ask(actor: Actor) -> bool:
    """A supervisor, for a lower grade or for closing."""
    return can(actor, "incident.ask")


def check_ask(actor: Actor) -> None:
    check(actor, "incident.ask")


def can_assess(actor: Actor) -> bool:
    """THRIVE, vulnerability flags, and which attendance target counts."""
    return can(actor, "incident.assess")


def check_assess(actor: Actor) -> None:
    check(actor, "incident.assess")


def can_amend(actor: Actor) -> bool:
    """What the caller said. A dispatcher does not (STANDARDS 14.3)."""
    return can(actor, "incident.amend")


def check_amend(actor: Actor) -> None:
    check(actor, "incident.amend")


def can_reopen(actor: Actor) -> bool:
    return can(actor, "incident.reopen")


def check_reopen(actor: Actor) -> None:
    check(actor, "incident.reopen")


def can_report_methane(actor: Actor) -> bool:
    return can(actor, "incident.methane")


def check_report_methane(actor: Actor) -> None:
    check(actor, "incident.methane")


def can_declare_major(actor: Actor) -> bool:
    return can(actor, "incident.major")


def check_declare_major(actor: Actor) -> None:
    check(actor, "incident.major")


def can_decide_grade(actor: Actor) -> bool:
    return can(actor, "incident.grade_down")


def can_decide(actor: Actor) -> bool:
    """Whether what call handlers ask is this person's to decide."""
    return can_decide_grade(actor) or can_close(actor)


def check_decide(actor: Actor) -> None:
    if not can_decide(actor):
        raise NotAllowed()


def can_deploy(actor: Actor) -> bool:
    return can(actor, "incident.deploy")


def check_deploy(actor: Actor) -> None:
    check(actor, "incident.deploy")


def can_book(actor: Actor) -> bool:
    """Oneself on and off duty: people only."""
    return actor.user_id is not None and can(actor, "duty.book")


def check_book(actor: Actor) -> None:
    if not can_book(actor):
        raise NotAllowed()


def can_follow_board(actor: Actor, force_id: str) -> bool:
    """Live events of a board: one's own force, with the right to see the list."""
    return actor.force_id is not None and force_id == str(actor.force_id) and can_list(actor)


def can_follow_incident(actor: Actor, incident_id: str) -> bool:
    """Live events of one incident: whoever could open it."""
    try:
        key = UUID(incident_id)
    except ValueError:
        return False
    return can_view(actor) and Incident.objects.visible_to(actor).filter(pk=key).exists()


def check_tell_of_calls(actor: Actor) -> None:
    """A telephony system, known by its token, tells of calls; people do not, whatever their role."""
    if actor.kind not in {"provider", "system"} or actor.force_id is None:
        raise NotAllowed()


def can_follow_emergencies(actor: Actor, force_id: str) -> bool:
    """State 0 of one's own force: whoever sees its board, at a desk or on a phone."""
    return can_follow_board(actor, force_id)


def can_share(actor: Actor) -> bool:
    """Tell another agency about an incident."""
    return can(actor, "transfer.share")


def check_share(actor: Actor) -> None:
    check(actor, "transfer.share")


def can_accept(actor: Actor) -> bool:
    """Take or refuse what a partner offers: it opens an incident."""
    return can(actor, "transfer.accept")


def check_accept(actor: Actor) -> None:
    check(actor, "transfer.accept")


def can_work_unit(actor: Actor) -> bool:
    """Say the State of one's own unit on a phone, and see its job."""
    return actor.user_id is not None and can(actor, "unit.own")


def check_work_unit(actor: Actor) -> None:
    if not can_work_unit(actor):
        raise NotAllowed()


def can_follow_unit(actor: Actor, resource_id: str) -> bool:
    """Live events of one unit: whoever is booked on with it now."""
    try:
        key = UUID(resource_id)
    except ValueError:
        return False
    if not can_work_unit(actor) or str(key) != resource_id:
        return False
    unit = Resource.objects.visible_to(actor).filter(pk=key)
    duties = Duty.objects.visible_to(actor).on_at(now()).filter(user_id=actor.user_id)
    return bool(unit.filter(call_sign__in=duties.values("call_sign")).exists())
