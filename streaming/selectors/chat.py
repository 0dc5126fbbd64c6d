"""Reading the chat of a session."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from core import audit
from core.actors import Actor
from core.errors import NotFound
from core.models import AuditAction
from streaming.models import ChatMessage, VideoSession
from streaming.permissions import check_watch
from streaming.phrase_bank import answers_for
from streaming.selectors.phones import since_this_phone

LIMIT = 200


def chat_list(actor: Actor, session_id: UUID, *, purpose: str = "") -> list[ChatMessage]:
    """The newest messages of a session, oldest first. Audited. Raises NotAllowed, NotFound."""
    check_watch(actor)
    with transaction.atomic():
        session = VideoSession.objects.visible_to(actor).filter(pk=session_id).first()
        if session is None:
            raise NotFound()
        messages = newest(session.pk)
        audit.record(
            actor,
            AuditAction.CONSULT,
            f"streaming.videosession:{session.pk}",
            purpose=purpose,
            fields=["chat"],
            result_count=len(messages),
            incident=str(session.incident_id),
        )
    return messages


def newest(session_id: UUID, limit: int = LIMIT, *, since: datetime | None = None) -> list[ChatMessage]:
    """The last `limit` messages, oldest first, for a reader who has been let in."""
    found = ChatMessage.objects.filter(session_id=session_id)
    if since is not None:
        found = found.filter(sent_at__gte=since)
    messages = list(found.order_by("-sent_at", "-id")[:limit])
    messages.reverse()
    return messages


def for_caller(session_id: UUID, locale: str = "") -> list[dict[str, Any]]:
    """The chat as the caller's page shows it: no name, rank or number of any police user leaves here."""
    return [
        {
            "id": str(message.pk),
            "from": message.direction,
            **words_for_page(message.text, message.translation, message.answers, locale),
            "at": round(message.sent_at.timestamp() * 1000),
            "seen": message.seen_at is not None,
            **({"key": str(message.key)} if message.direction == ChatMessage.Direction.CALLER else {}),
        }
        for message in newest(session_id, since=since_this_phone(session_id))
    ]


def words_for_page(text: str, translation: str, answers: str, locale: str) -> dict[str, Any]:
    """What the caller's page shows: the words, the original beside them where they were translated, the answers."""
    shown: dict[str, Any] = {"text": translation or text}
    if translation:
        shown["original"] = text
    if answers:
        shown["answers"] = answers_for(answers, locale)
    return shown


def unseen_by_police(session_id: UUID) -> int:
    """How many of the caller's messages no police screen has shown yet."""
    return ChatMessage.objects.filter(
        session_id=session_id, direction=ChatMessage.Direction.CALLER, seen_at__isnull=True
    ).count()
