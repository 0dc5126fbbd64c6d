"""A partner's person who was given a link to a force's incident and has not opened it yet."""

from __future__ import annotations

from uuid import UUID

from core.actors import Actor
from tests.factories import guests


def shared(actor: Actor, incident: UUID) -> tuple[UUID, str]:
    """The link and its token."""
    link = guests.share(actor, incident, place=False)
    return link.pk, guests.token_of(link)
