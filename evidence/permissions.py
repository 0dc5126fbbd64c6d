"""Who may do what with evidence, from the roles' table."""

from __future__ import annotations

from core.actors import Actor
from core.errors import NotAllowed
from core.permissions import can, check


def can_view(actor: Actor) -> bool:
    return can(actor, "evidence.view")


def check_view(actor: Actor) -> None:
    check(actor, "evidence.view")


def can_verify(actor: Actor) -> bool:
    return can(actor, "evidence.verify")


def check_verify(actor: Actor) -> None:
    check(actor, "evidence.verify")


def can_collect(actor: Actor) -> bool:
    """The recorder works as the system; people add snapshots or manage evidence."""
    return can(actor, "video.snapshot") or can(actor, "evidence.manage")


def check_collect(actor: Actor) -> None:
    if not can_collect(actor):
        raise NotAllowed()


def can_open_locked(actor: Actor) -> bool:
    """Content of an exhibit whose check failed stays closed to everybody else."""
    return can(actor, "evidence.manage")
