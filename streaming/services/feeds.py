"""Camera feeds as the police use them: put on an incident, tried again, switched off; and fetching those we fetch."""

from __future__ import annotations

import secrets
from uuid import UUID

import structlog
from django.conf import settings
from django.db import transaction

from core import audit
from core.actors import Actor
from core.clock import now
from core.errors import Conflict, NotAllowed, NotFound
from core.models import AuditAction
from core.outbox import Retry, enqueue
from incidents.services import append_log
from incidents.states import LogChannel, LogType
from streaming.contracts import EngineError
from streaming.gateway import call_sync, get_gateway, mint_ticket
from streaming.models import Feed, VideoSession
from streaming.permissions import check_attach_feed
from streaming.services import sessions
from streaming.services.feed_states import lock_feed, move_feed
from streaming.services.progress import announce_session
from streaming.states import FeedState, FeedTransport, SessionState
from streaming.tokens import SealBroken, new_trust_code, unseal

log = structlog.get_logger(__name__)

#: Why there is no picture, by the engine's word (contracts.FEED_REASONS), in words that say what to do.
REASONS = {
    "unreachable": "The camera cannot be reached. Check its power and its network.",
    "login": "The camera refuses the name or password kept for it. Ask an administrator to correct them.",
    "not_found": "The camera has no stream at that address. Ask an administrator to correct it.",
    "not_allowed": "The camera's address is not on the list of allowed hosts. Ask an administrator.",
    "not_h264": "The camera's picture is not H264. Change its video codec.",
    "reordered": "The camera sends B-frames, which cannot be shown live. Switch them off in the camera.",
    "stalled": "The camera is connected but sends no picture.",
    "closed": "The camera ended the stream.",
    "handshake": "The camera and this server agree on no encryption. Ask an administrator to check its certificate.",
    "unsupported": "This server cannot fetch that protocol. Ask an administrator.",
    "unreadable": "What the camera sends is not a stream.",
}


def attach(*, actor: Actor, feed_id: UUID, incident_id: UUID) -> VideoSession:
    """Put a feed on an incident: a session of its own, recorded, watched and sealed like a caller's.

    Raises NotAllowed, NotFound (feed or incident, also of another force), Conflict: the incident is closed, the feed is
    switched off or on an incident already.
    """
    check_attach_feed(actor)
    if actor.user_id is None:
        raise NotAllowed()
    with transaction.atomic():
        if not Feed.objects.visible_to(actor).filter(pk=feed_id).exists():
            raise NotFound()
        feed = lock_feed(feed_id)
        text = f"{feed} put on this incident."
        entry = append_log(
            actor=actor, incident_id=incident_id, type=LogType.MEDIA, text=text, channel=LogChannel.SYSTEM
        )
        if not entry.incident.is_open:
            raise Conflict("This incident is closed. Open a new incident to use a camera.", code="closed")
        _check_free(feed)
        moment = now()
        session = VideoSession.objects.create(
            force_id=feed.force_id,
            incident_id=incident_id,
            feed=feed,
            source_label=str(feed)[:80],
            state=SessionState.OPENED,
            opened_at=moment,
            trust_code=new_trust_code(),
            requested_by_id=actor.user_id,
            requested_at=moment,
        )
        _audit(actor, session, "Camera feed put on the incident")
        announce_session(session)
        move_feed(session, FeedState.WAITING)
        _fetch_after_commit(session, feed)
    return session


def try_again(*, actor: Actor, session_id: UUID) -> VideoSession:
    """Try a feed again that waits for a person. Raises NotAllowed, NotFound, Conflict when there is nothing to try."""
    check_attach_feed(actor)
    with transaction.atomic():
        session = VideoSession.objects.visible_to(actor).filter(pk=session_id, feed__isnull=False).first()
        if session is None or session.feed_id is None:
            raise NotFound()
        feed = lock_feed(session.feed_id)
        if session.ended or not feed.is_pulled or not move_feed(session, FeedState.WAITING):
            raise Conflict("This camera is being tried already.", code="being_tried")
        _audit(actor, session, "Camera feed tried again")
        _fetch_after_commit(session, feed)
    return session


def switched_off(feed: Feed) -> None:
    """An administrator has disabled the feed: its session ends and is sealed. In the administrator's transaction."""
    for session_id in _open_sessions(feed):
        sessions.end_session(actor=Actor.system(feed.force_id), session_id=session_id, reason="revoked")


def token_replaced(feed: Feed) -> None:
    """Whoever sends with the old token is hung up. In the administrator's transaction."""
    for session_id in _open_sessions(feed):
        enqueue("feed.hang_up", {"session": str(session_id)})


def _open_sessions(feed: Feed) -> list[UUID]:
    return list(VideoSession.objects.not_ended().filter(feed=feed).values_list("pk", flat=True))


def _check_free(feed: Feed) -> None:
    if not feed.enabled:
        raise Conflict("This camera is switched off. Ask an administrator.", code="switched_off")
    elsewhere = VideoSession.objects.not_ended().filter(feed=feed).select_related("incident").first()
    if elsewhere is not None:
        words = f"This camera is on incident {elsewhere.incident.canonical}. End its video there first."
        raise Conflict(words, code="already_attached")


def _fetch_after_commit(session: VideoSession, feed: Feed) -> None:
    if feed.transport != FeedTransport.WHIP:
        enqueue("feed.pull", {"session": str(session.pk)})


def _audit(actor: Actor, session: VideoSession, purpose: str) -> None:
    obj = f"streaming.videosession:{session.pk}"
    audit.record(actor, AuditAction.COLLECT, obj, purpose=purpose, incident=str(session.incident_id))


# --- fetching ---------------------------------------------------------------------------------------------------------


def pull(session_id: UUID, *, sweeping: bool = False) -> None:
    """Have an engine fetch the feed's picture; one that does so already goes on. Raises Retry when none answers.

    When `sweeping` nobody waits: a pause between two tries lasts as long as it should, and no answer is no fault.
    """
    session = VideoSession.objects.select_related("feed", "incident").get(pk=session_id)
    feed = session.feed
    if session.ended or feed is None or not feed.enabled or feed.state == FeedState.REFUSED:
        return
    try:
        login = unseal(feed.sealed_login) if feed.sealed_login else ""
    except SealBroken:
        log.error("feed.login_unreadable", feed=str(feed.pk))
        with transaction.atomic():
            move_feed(session, FeedState.REFUSED, reason="login")
        return
    gateway = get_gateway()
    try:
        call_sync(gateway.open_session(session.pk, session.incident.canonical))
        ticket = mint_ticket(session.pk, f"f-{secrets.token_hex(16)}", "caller")
        call_sync(gateway.pull_feed(session.pk, ticket, feed.address, login, settings.FEED_HOSTS, now=not sweeping))
        if (reason := sessions.ended_because(session.pk)) is not None:  # the end has overtaken us
            call_sync(gateway.end_session(session.pk, reason))
    except EngineError as error:
        log.warning("feed.engine_refused", session=str(session.pk), code=error.code)
        if not sweeping:
            raise Retry(after=max(1.0, error.retry_after or 2.0), reason=error.code) from error


def keep_pulling() -> int:
    """The sweep: an engine that died, or was told in vain, is told again. Returns how many feeds are fetched."""
    waiting = VideoSession.objects.not_ended().filter(feed__enabled=True).exclude(feed__state=FeedState.REFUSED)
    ids = list(waiting.exclude(feed__transport=FeedTransport.WHIP).values_list("pk", flat=True))
    for session_id in ids:
        pull(session_id, sweeping=True)
    return len(ids)


def hang_up(session_id: UUID) -> None:
    """Close the connection that sends now. Raises Retry when the engine does not answer."""
    peer = sessions.sending_peer(session_id)
    if not peer:
        return
    try:
        call_sync(get_gateway().close_peer(session_id, peer))
    except EngineError as error:
        raise Retry(after=2, reason=error.code) from error
