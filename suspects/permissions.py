"""Who may do what with people, wanted records and curfews, from the roles' table."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from core.actors import Actor
from core.permissions import can
from core.roles import OFFICER, SERGEANT
from incidents.selectors import who_is_on_duty
from suspects.models import Check, Operation


def can_follow_wanted(actor: Actor, force_id: str) -> bool:
    """The board of one's own force. On the street only while on duty: an alert never reaches somebody at home."""
    return actor.user_id is not None and actor.user_id in who_may_follow_wanted([actor], force_id)


def who_may_follow_wanted(actors: Sequence[Actor], force_id: str) -> set[int]:
    """The same for thousands of phones in one query: user ids of those who may."""
    seeing = [actor for actor in actors if str(actor.force_id) == force_id and can(actor, "wanted.view")]
    at_a_desk = {actor.user_id for actor in seeing if actor.roles - {OFFICER, SERGEANT}}
    on_the_street = {actor.user_id for actor in seeing if actor.user_id is not None} - at_a_desk
    found = at_a_desk | who_is_on_duty(on_the_street) if on_the_street else at_a_desk
    return {user_id for user_id in found if user_id is not None}


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
