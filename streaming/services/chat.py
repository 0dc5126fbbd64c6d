"""Chat between caller and police: stored once per key, marked delivered and seen, never lost and never doubled."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from core import audit
from core.actors import Actor
from core.clock import now
from core.errors import Conflict, Invalid, NotFound
from core.models import AuditAction
from core.realtime import publish
from streaming import sockets
from streaming.events import ChatAdded, ChatMarked, incident_topic, session_topic
from streaming.models import ChatMessage, VideoSession
from streaming.permissions import check_chat, check_watch
from streaming.services.phrases import Ready, find_phrase
from streaming.services.translating import caller_language, translate_later
from streaming.signalling import MAX_CHAT, clean_text

Direction = ChatMessage.Direction


@dataclass(frozen=True)
class Stored:
    """`created` is False when the key was known: the message is the one stored first."""

    message: ChatMessage
    created: bool


def save_from_caller(*, actor: Actor, session_id: UUID, key: UUID, text: str) -> Stored:
    """Store what the caller wrote. Raises Invalid, Conflict("ended")."""
    stored = _store(_session_of_caller(actor, session_id), actor, Direction.CALLER, key, text)
    if stored.created:
        sockets.tell_viewers(session_id, "chat", {"id": str(stored.message.pk)})
    return stored


def send_to_caller(*, actor: Actor, session_id: UUID, key: UUID, text: str, phrase: str = "") -> ChatMessage:
    """Store what a police user wrote and hand it to the caller's page. A `phrase` of the bank brings its own words, in
    the caller's language, and its one-tap answers.

    Raises Invalid, NotFound, NotAllowed, Conflict("ended").
    """
    check_chat(actor)
    session = VideoSession.objects.visible_to(actor).filter(pk=session_id).first()
    if session is None:
        raise NotFound()
    if session.feed_id is not None:
        raise Conflict("This is a camera, not a caller: nobody reads messages there.", code="not_a_caller")
    ready = find_phrase(session.force_id, phrase) if phrase else None
    if phrase and ready is None:
        raise Invalid(fields={"phrase": "This question is no longer in the bank. Choose another."})
    stored = _store(session, actor, Direction.POLICE, key, ready.english if ready else text, ready)
    if stored.created:
        message = stored.message
        sockets.tell_caller(session_id, "chat", handed(message))
        sockets.tell_viewers(session_id, "chat", {"id": str(message.pk)})
    return stored.message


def handed(message: ChatMessage) -> dict[str, Any]:
    """A police message for the caller's page, which adds its own language."""
    return {
        "id": str(message.pk),
        "text": message.text,
        "at": round(message.sent_at.timestamp() * 1000),
        "translation": message.translation,
        "answers": message.answers,
    }


def unheard(session_id: UUID) -> list[dict[str, Any]]:
    """Police messages that the caller's page was not handed although it is there: their announcement was lost."""
    waiting = ChatMessage.objects.filter(
        session_id=session_id, direction=Direction.POLICE, delivered_at=None, sent_at__lt=now() - sockets.HANDED_WITHIN
    )
    return [handed(message) for message in waiting.order_by("sent_at")]


def _session_of_caller(actor: Actor, session_id: UUID) -> VideoSession:
    session = VideoSession.objects.visible_to(actor).filter(pk=session_id).first()
    if session is None or actor.kind != "caller" or actor.reference != str(session_id):
        raise NotFound()
    return session


def _checked(text: str) -> str:
    cleaned = clean_text(text)
    if len(cleaned) > MAX_CHAT:
        words = f"Use at most {MAX_CHAT:,} characters; this is {len(cleaned):,}. Send it in shorter pieces."
        raise Invalid(fields={"text": words}, code="too_long")
    if not cleaned:
        raise Invalid(fields={"text": "Write something first."}, code="bad_value")
    return cleaned


def _store(
    session: VideoSession, actor: Actor, direction: str, key: UUID, text: str, ready: Ready | None = None
) -> Stored:
    text = _checked(text)
    said, language = ready.shown(caller_language(session.pk)) if ready else ("", "")
    known = ChatMessage.objects.filter(session=session, key=key).first()
    if known is not None:
        return _same_side(known, direction)
    if session.ended:
        raise Conflict("The video session has ended.", code="ended")
    try:
        with transaction.atomic():
            message = ChatMessage.objects.create(
                force_id=session.force_id,
                session=session,
                key=key,
                direction=direction,
                text=text,
                author_label=actor.label[:80],
                author_id=actor.user_id,
                sent_at=now(),
                answers=ready.answers if ready else "",
                translation=said if said != text else "",
                translation_locale=language if said != text else "",
            )
            if ready is None:
                translate_later("chat", message.pk, session.pk)
            audit.record(
                actor, AuditAction.COLLECT, f"streaming.chatmessage:{message.pk}", incident=str(session.incident_id)
            )
            event = ChatAdded(
                session=session.pk, incident=session.incident_id, message=message.pk, direction=str(direction)
            )
            publish(event, session_topic(session.pk), incident_topic(session.incident_id))
    except IntegrityError:
        known = ChatMessage.objects.filter(session=session, key=key).first()
        if known is None:
            raise
        return _same_side(known, direction)
    return Stored(message, created=True)


def _same_side(message: ChatMessage, direction: str) -> Stored:
    """A key belongs to the side that made it: the other side learns nothing by guessing it."""
    if message.direction != direction:
        raise Invalid(fields={"key": "Make a new key for a new message."}, code="bad_value")
    return Stored(message, created=False)


def mark_delivered(*, actor: Actor, session_id: UUID, ids: Iterable[UUID]) -> list[UUID]:
    """These police messages were handed to the caller's page. Returns the ids that were not marked before."""
    _session_of_caller(actor, session_id)
    return _mark(session_id, Direction.POLICE, ids, "delivered")


def mark_seen(*, actor: Actor, session_id: UUID, ids: Iterable[UUID]) -> list[UUID]:
    """These police messages were on the caller's screen. Unknown ids are ignored."""
    _session_of_caller(actor, session_id)
    marked = _mark(session_id, Direction.POLICE, ids, "seen")
    if marked:
        sockets.tell_viewers(session_id, "chat", {"id": str(marked[-1])})
    return marked


def mark_seen_by_police(*, actor: Actor, session_id: UUID, ids: Iterable[UUID]) -> list[UUID]:
    """These messages of the caller were on a police screen: the caller's page says "Seen"."""
    check_watch(actor)
    if not VideoSession.objects.visible_to(actor).filter(pk=session_id).exists():
        raise NotFound()
    marked = _mark(session_id, Direction.CALLER, ids, "seen")
    if marked:
        sockets.tell_caller(session_id, "chat_seen", {"ids": [str(value) for value in marked]})
    return marked


def _mark(session_id: UUID, direction: str, ids: Iterable[UUID], mark: str) -> list[UUID]:
    field = f"{mark}_at"
    with transaction.atomic():
        rows = ChatMessage.objects.select_for_update(of=("self",)).select_related("session")
        fresh = list(
            rows.filter(session_id=session_id, direction=direction, pk__in=list(ids), **{f"{field}__isnull": True})
        )
        moment = now()
        for message in fresh:
            setattr(message, field, moment)
            if mark == "seen" and message.delivered_at is None:
                message.delivered_at = moment
        ChatMessage.objects.bulk_update(fresh, ["delivered_at", "seen_at"])
        for message in fresh:
            incident_id = message.session.incident_id
            event = ChatMarked(session=session_id, incident=incident_id, message=message.pk, mark=mark)
            publish(event, session_topic(session_id))
    return [message.pk for message in fresh]
