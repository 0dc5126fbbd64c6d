"""Reads of links and texts: the console's rows of an incident, and the outbox page of the embedded profile."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Prefetch

from core.actors import Actor
from core.audit import record
from core.clock import now
from core.errors import NotFound
from core.models import AuditAction
from incidents import selectors as incidents
from streaming.models import LinkToken, OutboxText, SmsMessage, VideoSession
from streaming.permissions import check_see_session, check_send_link
from streaming.querysets import SessionQuerySet
from streaming.states import RESENDABLE, SmsStatus
from streaming.tokens import SealBroken, unseal


@dataclass(frozen=True)
class TextRow:
    """One text at one provider."""

    id: UUID
    provider: str
    attempt: int
    status: str  # states.SmsStatus
    status_words: str
    reason: str  # plain words, "" unless failed
    queued_at: datetime
    sent_at: datetime | None
    delivered_at: datetime | None


@dataclass(frozen=True)
class LinkRow:
    """The newest link of a session. `number` is masked."""

    id: UUID
    number: str
    open: bool
    claimed: bool
    fetched: int
    created_at: datetime
    expires_at: datetime
    close_reason: str  # models.CloseReason, "" while open
    texts: tuple[TextRow, ...]


@dataclass(frozen=True)
class SessionRow:
    """What the console shows of one session besides the picture."""

    session: VideoSession
    link: LinkRow | None
    can_resend: bool
    can_revoke: bool

    @property
    def state_words(self) -> str:
        return self.session.state_words


def incident_sessions(actor: Actor, incident_id: UUID, *, purpose: str = "") -> list[SessionRow]:
    """The incident's sessions, newest first, each with its newest link; one LIST entry. Raises NotAllowed, NotFound."""
    check_see_session(actor)
    incidents.incident_key(actor, incident_id)
    with transaction.atomic():
        rows = [_row(session) for session in _sessions(actor).filter(incident_id=incident_id)]
        record(
            actor,
            AuditAction.LIST,
            f"incidents.incident:{incident_id}",
            purpose=purpose or "Video links",
            result_ids=[row.session.pk for row in rows],
            incident=str(incident_id),
        )
    return rows


def all_sessions(actor: Actor, *, live_only: bool = False, limit: int = 200) -> list[SessionRow]:
    """The force's newest sessions; one LIST entry. Raises NotAllowed."""
    check_see_session(actor)
    found = _sessions(actor)
    if live_only:
        found = found.not_ended()
    with transaction.atomic():
        rows = [_row(session) for session in found[:limit]]
        record(
            actor,
            AuditAction.LIST,
            "streaming.videosession",
            purpose="Sessions",
            result_ids=[r.session.pk for r in rows],
        )
    return rows


def get_session(actor: Actor, session_id: UUID, *, purpose: str = "") -> SessionRow:
    """One session with its newest link; one CONSULT entry. Raises NotAllowed, NotFound."""
    check_see_session(actor)
    with transaction.atomic():
        session = _sessions(actor).filter(pk=session_id).first()
        if session is None:
            raise NotFound()
        record(
            actor,
            AuditAction.CONSULT,
            f"streaming.videosession:{session.pk}",
            purpose=purpose,
            incident=str(session.incident_id),
        )
    return _row(session)


@dataclass(frozen=True)
class ShownText:
    """A text of the on-screen outbox. `body` holds the link while it works; afterwards it is ""."""

    id: UUID
    number: str  # masked
    body: str
    created_at: datetime


def on_screen_texts(actor: Actor, *, limit: int = 50) -> list[ShownText]:
    """The texts of the embedded profile's outbox page, newest first; one LIST entry. Raises NotAllowed.

    Only for who may send links: whoever reads a text here could open its link.
    """
    check_send_link(actor)
    with transaction.atomic():
        texts = list(OutboxText.objects.visible_to(actor).select_related("message", "guest_message")[:limit])
        record(
            actor, AuditAction.LIST, "streaming.outboxtext", purpose="On-screen texts", result_ids=[t.pk for t in texts]
        )
    return [ShownText(id=t.pk, number=_sent_to(t), body=_opened(t.sealed), created_at=t.created_at) for t in texts]


def _sent_to(text: OutboxText) -> str:
    if text.message is not None:
        return text.message.number_masked
    return text.guest_message.to_masked if text.guest_message is not None else ""


def _opened(sealed: str) -> str:
    try:
        return unseal(sealed) if sealed else ""
    except SealBroken:
        return ""


def _sessions(actor: Actor) -> SessionQuerySet:
    links = LinkToken.objects.order_by("-created_at").prefetch_related(
        Prefetch("messages", queryset=SmsMessage.objects.order_by("attempt"))
    )
    found: SessionQuerySet = VideoSession.objects.visible_to(actor).select_related("incident", "requested_by")
    return found.prefetch_related(Prefetch("links", queryset=links))


def _row(session: VideoSession) -> SessionRow:
    newest = next(iter(session.links.all()), None)
    return SessionRow(
        session=session,
        link=_link_row(newest) if newest else None,
        can_resend=session.state in RESENDABLE,
        can_revoke=not session.ended,
    )


def _link_row(link: LinkToken) -> LinkRow:
    return LinkRow(
        id=link.pk,
        number=link.masked_number,
        open=link.closed_at is None and link.expires_at > now(),
        claimed=bool(link.claim_hash),
        fetched=link.fetch_count,
        created_at=link.created_at,
        expires_at=link.expires_at,
        close_reason=link.close_reason,
        texts=tuple(_text_row(message) for message in link.messages.all()),
    )


def _text_row(message: SmsMessage) -> TextRow:
    return TextRow(
        id=message.pk,
        provider=message.provider,
        attempt=message.attempt,
        status=message.status,
        status_words=str(SmsStatus(message.status).label),
        reason=message.reason,
        queued_at=message.queued_at,
        sent_at=message.sent_at,
        delivered_at=message.delivered_at,
    )
