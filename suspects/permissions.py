"""Who may do what with people, wanted records and curfews, from the roles' table."""

from __future__ import annotations

from uuid import UUID

from core.actors import Actor
from core.permissions import can
from core.roles import OFFICER, SERGEANT
from incidents.selectors import is_on_duty
from suspects.models import Check, Operation


def can_follow_wanted(actor: Actor, force_id: str) -> bool:
    """The board of one's own force. On the street only while on duty: an alert never reaches somebody at home."""
    if actor.force_id is None or force_id != str(actor.force_id) or not can(actor, "wanted.view"):
        return False
    at_a_desk = bool(actor.roles - {OFFICER, SERGEANT})
    return at_a_desk or is_on_duty(actor)


def can_follow_curfews(actor: Actor, force_id: str) -> bool:
    return actor.force_id is not None and force_id == str(actor.force_id) and can(actor, "curfew.view")


def can_follow_supervisors(actor: Actor, force_id: str) -> bool:
    return actor.force_id is not None and force_id == str(actor.force_id) and can(actor, "checks.supervise")


def can_follow_person(actor: Actor, user_id: str) -> bool:
    """What concerns one officer: their own reservations, their own cases."""
    return actor.user_id is not None and user_id == str(actor.user_id)


def can_follow_check(actor: Actor, check_id: str) -> bool:
    """Answers to one's own check."""
    key = _uuid(check_id)
    return bool(
        key
        and actor.user_id
        and can(actor, "person.check")
        and Check.objects.visible_to(actor).filter(pk=key, user_id=actor.user_id).exists()
    )


def can_follow_operation(actor: Actor, operation_id: str) -> bool:
    """Who looked: for the owner of the operation, who must still be allowed to run one."""
    key = _uuid(operation_id)
    return bool(
        key
        and actor.user_id
        and can(actor, "operation.manage")
        and Operation.objects.visible_to(actor).filter(pk=key, owner_id=actor.user_id).exists()
    )


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
