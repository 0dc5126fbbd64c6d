"""The life of a session after its link was claimed: the caller's page, the camera, the end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast
from uuid import UUID

from django.db import transaction

from core import audit
from core.actors import Actor
from core.clock import now
from core.errors import Conflict, NotAllowed, NotFound
from core.models import AuditAction
from core.outbox import Retry, enqueue
from incidents.services import append_log
from streaming import sockets
from streaming.contracts import EndReason, EngineError
from streaming.gateway import call_sync, get_gateway, mint_ticket
from streaming.models import Recording, VideoSession, Viewing
from streaming.permissions import check_end, check_revoke_link, check_watch
from streaming.services.feed_states import move_feed
from streaming.services.progress import advance, lock_session
from streaming.services.recordings import finish_when_ready
from streaming.states import FeedState, SessionMode, SessionState

_FEED_END_WORDS = {
    "handler": "Camera taken off the incident.",
    "revoked": "Camera taken off the incident: it was switched off.",
    "lost": "Video ended: the camera did not come back.",
    "shutdown": "Video ended: the video service was stopped.",
}
_END_WORDS = {
    "caller": "The caller stopped the video.",
    "handler": "Video ended.",
    "revoked": "Video link withdrawn; camera and location are off.",
    "expired": "Video link expired; camera and location are off.",
    "lost": "Video ended: the caller's phone did not come back.",
    "shutdown": "Video ended: the video service was stopped.",
}
_UPLOAD_END_WORDS = {
    "caller": "The caller stopped sending; location is off.",
    "handler": "Upload link ended; nothing more is taken, location is off.",
    "revoked": "Upload link withdrawn; nothing more is taken, location is off.",
    "expired": "Upload link expired; nothing more is taken, location is off.",
}


@dataclass(frozen=True)
class Passage:
    """What a peer needs at the engine's door: a signed ticket, and the label the recording carries."""

    ticket: str
    label: str


def caller_session(actor: Actor, session_id: UUID) -> VideoSession:
    """The session of this caller's browser, or NotFound."""
    session = VideoSession.objects.visible_to(actor).filter(pk=session_id).first()
    if session is None or actor.kind != "caller" or actor.reference != str(session_id):
        raise NotFound()
    return session


def page_joined(*, actor: Actor, session_id: UUID, peer_id: str) -> VideoSession:
    """The caller's page `peer_id` is connected and is now the session's one live page: the last to come stays.

    Raises NotFound, Conflict("ended").
    """
    session = caller_session(actor, session_id)
    if session.ended:
        raise Conflict("The video session has ended.", code="ended")
    seen = {"page_peer": peer_id, "page_seen_at": now()}
    Recording.objects.update_or_create(
        session_id=session_id, defaults=seen, create_defaults={"force_id": session.force_id, **seen}
    )
    return session


def page_is_current(session_id: UUID, peer_id: str) -> bool:
    """Whether no other page of the caller's browser has said hello after this one."""
    return Recording.objects.filter(session_id=session_id, page_peer=peer_id).exists()


def page_seen(session_id: UUID, peer_id: str) -> None:
    """The caller's page is still connected."""
    Recording.objects.filter(session_id=session_id, page_peer=peer_id).update(page_seen_at=now())


def begin_publishing(*, actor: Actor, session_id: UUID, peer_id: str) -> Passage:
    """Let the caller's camera in: check, audit, mint. Raises NotFound, NotAllowed (another link), Conflict."""
    with transaction.atomic():
        session = caller_session(actor, session_id)
        session = lock_session(session.pk)
        if session.ended:
            raise Conflict("The video session has ended.", code="ended")
        if session.mode != SessionMode.VIDEO:
            raise NotAllowed("This link does not ask for the camera.")
        audit.record(
            actor,
            AuditAction.COLLECT,
            f"streaming.videosession:{session.pk}",
            purpose="Camera of the caller's phone",
            incident=str(session.incident_id),
        )
        label = session.incident.canonical
    return Passage(ticket=mint_ticket(session_id, peer_id, "caller"), label=label)


def watch_ticket(*, actor: Actor, session_id: UUID, peer_id: str) -> str:
    """A ticket for the viewer of an open viewing, whose start was audited.

    Raises NotAllowed, NotFound, Conflict("ended").
    """
    check_watch(actor)
    session = VideoSession.objects.visible_to(actor).filter(pk=session_id).first()
    if session is None or not Viewing.objects.filter(session=session, peer_id=peer_id, ended_at__isnull=True).exists():
        raise NotFound()
    if session.ended:
        raise Conflict("The video session has ended.", code="ended")
    return mint_ticket(session_id, peer_id, "viewer")


def ended_because(session_id: UUID) -> EndReason | None:
    """Why the session has ended, or None while it lasts."""
    session = VideoSession.objects.get(pk=session_id)
    return cast(EndReason, session.end_reason or "lost") if session.ended else None


def sending_peer(session_id: UUID) -> str:
    """The connection that sends now, "" when none does."""
    peer = Recording.objects.filter(session_id=session_id).values_list("caller_peer", flat=True).first()
    return peer or ""


def close_at_engine(session_id: UUID, reason: EndReason, attempt: int = 1) -> None:
    """Tell the engine that a session has ended. An engine that does not answer is asked again: raises Retry."""
    try:
        call_sync(get_gateway().end_session(session_id, reason))
    except EngineError as error:
        raise Retry(after=2 if attempt <= 30 else 30, reason=error.code) from error


def end_session(*, actor: Actor, session_id: UUID, reason: EndReason) -> VideoSession:
    """End a session for good: its link closes, the engine seals, every page is told. Idempotent.

    Raises NotFound (also for another force) and NotAllowed.
    """
    _check_may_end(actor, session_id, reason)
    with transaction.atomic():
        if not VideoSession.objects.visible_to(actor).filter(pk=session_id).exists():
            raise NotFound()
        session = lock_session(session_id)
        if session.ended:
            return session
        advance(session, SessionState.ENDED, end_reason=reason)
        words = _END_WORDS[reason]
        if session.mode == SessionMode.UPLOAD:
            words = _UPLOAD_END_WORDS.get(reason, words)
        if session.feed_id is not None:
            move_feed(session, FeedState.IDLE)
            words = f"{session.source}: {_FEED_END_WORDS.get(reason, words)}"
        audit.record(
            actor,
            AuditAction.ALTER,
            f"streaming.videosession:{session.pk}",
            fields=["state"],
            purpose=words,
            incident=str(session.incident_id),
        )
        append_log(
            actor=actor if actor.kind == "user" else Actor.system(session.force_id),
            incident_id=session.incident_id,
            type="MEDIA",
            channel="system",
            text=words,
        )
        enqueue("video.close", {"session": str(session.pk), "reason": reason})
        _end_two_way(session)
        finish_when_ready(session)
        sockets.tell_all_after_commit(session.pk, "ended", {"by": reason})
    return session


def _end_two_way(session: VideoSession) -> None:
    """An officer who is shown to the caller is shown no more."""
    from streaming.services import two_way  # it uses this module's passages

    two_way.stop(actor=Actor.system(session.force_id), session_id=session.pk)


def _check_may_end(actor: Actor, session_id: UUID, reason: EndReason) -> None:
    if actor.kind == "system":
        return
    if actor.kind == "caller":
        if actor.reference != str(session_id):
            raise NotFound()
        return
    if reason == "revoked":
        check_revoke_link(actor)
    else:
        check_end(actor)
