"""Who is watching a session."""

from __future__ import annotations

from uuid import UUID

from core.actors import Actor
from core.errors import NotFound
from core.models import User
from streaming.models import VideoSession, Viewing
from streaming.permissions import can_see_session, check_watch


def viewers(actor: Actor, session_id: UUID) -> list[Viewing]:
    """The open viewings of a session, first come first. Colleagues' names, no audit. Raises NotAllowed, NotFound."""
    check_watch(actor)
    if not VideoSession.objects.visible_to(actor).filter(pk=session_id).exists():
        raise NotFound()
    return list(Viewing.objects.filter(session_id=session_id, ended_at__isnull=True))


def viewer_count(session_id: UUID) -> int:
    return Viewing.objects.filter(session_id=session_id, ended_at__isnull=True).count()


def watchable(actor: Actor, session_id: UUID) -> VideoSession:
    """The session, for somebody about to watch it; `services.viewing` writes the audit. Raises NotAllowed, NotFound."""
    check_watch(actor)
    session: VideoSession | None = VideoSession.objects.visible_to(actor).filter(pk=session_id).first()
    if session is None:
        raise NotFound()
    return session


def may_still_watch(actor: Actor, session_id: UUID) -> bool:
    """Whether an open picture may stay open: account active, role held, session visible. Reads the roles afresh."""
    if actor.user_id is None:
        return False
    user = User.objects.select_related("force").filter(pk=actor.user_id, is_active=True).first()
    if user is None:
        return False
    fresh = Actor.for_user(user)
    return can_see_session(fresh) and VideoSession.objects.visible_to(fresh).filter(pk=session_id).exists()
