"""Watching with a client that is not our page (draft-ietf-wish-whep): a token of one person, for one session.

The viewing that it opens is audited like any other. No socket shows that the client is still there: the engine says
when its connection ends, and a sweep asks every few seconds whether the person may still watch.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import structlog
from django.db import transaction

from core import audit
from core.actors import Actor
from core.bearer import NotKnown, new_token
from core.clock import now
from core.errors import Conflict, NotFound
from core.limits import spend
from core.models import AuditAction
from streaming.contracts import EngineError, SdpAnswer
from streaming.gateway import call_sync, get_gateway
from streaming.models import VideoSession, ViewerToken, Viewing
from streaming.permissions import check_watch
from streaming.selectors import may_still_watch
from streaming.services import bearer, sessions, viewing

log = structlog.get_logger(__name__)

VALID_FOR = timedelta(minutes=15)  # to begin watching; what has begun may go on


def mint_viewer_token(*, actor: Actor, session_id: UUID) -> tuple[ViewerToken, str]:
    """A token for the actor to watch this session with another client, and its text, which is shown once.

    Raises NotAllowed, NotFound, Conflict("ended").
    """
    check_watch(actor)
    with transaction.atomic():
        session = VideoSession.objects.visible_to(actor).filter(pk=session_id).first()
        if session is None or actor.user_id is None:
            raise NotFound()
        if session.ended:
            raise Conflict("The video session has ended.", code="ended")
        text, hashed = new_token()
        token = ViewerToken.objects.create(
            force_id=session.force_id,
            session=session,
            user_id=actor.user_id,
            token_hash=hashed,
            created_at=now(),
            expires_at=now() + VALID_FOR,
        )
        audit.record(
            actor,
            AuditAction.CONSULT,
            f"streaming.videosession:{session.pk}",
            purpose="Token to watch live video with another client",
            incident=str(session.incident_id),
        )
    return token, text


def start_watching(*, token: ViewerToken, peer_id: str, sdp: str, ip: str = "", device: str = "") -> SdpAnswer:
    """Open a viewing for the token's owner and answer the offer. Raises NotKnown (too late), NotAllowed, NotFound,
    Conflict("ended"), TooMany, EngineError."""
    if token.expires_at < now():
        raise NotKnown()
    spend(bearer.OFFERS, str(token.pk))
    actor = Actor.for_user(token.user, ip=ip, device=device[:200])
    opened = viewing.start_viewing(actor=actor, session_id=token.session_id, peer_id=peer_id, viewer_token=token)
    try:
        ticket = sessions.watch_ticket(actor=actor, session_id=token.session_id, peer_id=peer_id)
        return call_sync(get_gateway().watch_offer(token.session_id, ticket, sdp))
    except EngineError:
        viewing.stop_viewing(actor=actor, viewing_id=opened.pk)
        raise


def add_candidates(*, token: ViewerToken, peer_id: str, fragment: str) -> None:
    """Raises EngineError: no_session (that connection is over), bad_sdp, ice_restart."""
    if not _open(token, peer_id):
        raise EngineError("no_session", "not the token's connection")
    call_sync(get_gateway().add_candidates(token.session_id, peer_id, fragment))


def stop_watching(*, token: ViewerToken, peer_id: str) -> None:
    """End a viewing of this token. Idempotent. Raises EngineError when the engine does not answer."""
    found = _open(token, peer_id)
    if found is not None:
        _end(found)


def _open(token: ViewerToken, peer_id: str) -> Viewing | None:
    return Viewing.objects.filter(viewer_token=token, peer_id=peer_id, ended_at__isnull=True).first()


def _watcher(found: Viewing) -> Actor:
    """Whose token it is: a guest has none (constraint "viewing_of_one_person")."""
    assert found.user is not None
    return Actor.for_user(found.user)


def _end(found: Viewing) -> None:
    """Hang up first: a viewing is over when nothing is sent any more."""
    call_sync(get_gateway().close_peer(found.session_id, found.peer_id))
    viewing.stop_viewing(actor=_watcher(found), viewing_id=found.pk)


def connection_ended(session_id: UUID, peer_id: str) -> None:
    """The engine says that a viewer's connection is over. A page's viewing goes on: it connects again."""
    rows = Viewing.objects.select_related("user__force").filter(session_id=session_id, peer_id=peer_id)
    found = rows.filter(ended_at__isnull=True, viewer_token__isnull=False).first()
    if found is not None:
        viewing.stop_viewing(actor=_watcher(found), viewing_id=found.pk)


def recheck() -> int:
    """The sweep, every few seconds: hang up on whoever may no longer watch. Returns how many."""
    ended = 0
    alive = []
    rows = Viewing.objects.filter(viewer_token__isnull=False, ended_at__isnull=True)
    for found in rows.select_related("user__force", "session"):
        if not found.session.ended and may_still_watch(_watcher(found), found.session_id):
            alive.append(found.pk)
            continue
        try:
            _end(found)
            ended += 1
        except EngineError as error:
            log.warning("whep.not_closed", session=str(found.session_id), code=error.code)
    viewing.touch(alive)
    return ended
