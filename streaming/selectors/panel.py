"""What the console's video panel shows of an incident's calls, in one read."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from core import audit
from core.actors import Actor
from core.models import AuditAction
from streaming.models import (
    LinkToken,
    LocationFix,
    Recording,
    RecordingPart,
    SmsMessage,
    VideoSession,
    Viewing,
)
from streaming.permissions import check_see_session
from streaming.selectors.chat import unseen_by_police
from streaming.selectors.locations import last_fix


@dataclass(frozen=True)
class SessionPanel:
    """One call as its panel shows it. `recording` is None until the caller's page was open once."""

    session: VideoSession
    link: LinkToken | None  # the newest
    texts: list[SmsMessage]  # of that link, in order
    recording: Recording | None
    parts: list[RecordingPart]
    viewers: list[Viewing]  # open ones
    last_fix: LocationFix | None
    unseen_chat: int

    @property
    def recorded_seconds(self) -> float:
        """Of sealed parts; the running part is in the health messages."""
        return sum(part.seconds for part in self.parts)


def session_panel(actor: Actor, incident_id: UUID, *, purpose: str = "") -> SessionPanel | None:
    """The incident's call that matters now: an open one before one that has ended, a caller's before a camera's, the
    newest of those; what an officer showed a caller is no call of its own. None for an incident the actor cannot see.
    Nothing of the other calls is read, however many there are. Audited. Raises NotAllowed."""
    with audit.reading():
        session = min(_sessions(actor, incident_id), key=_rank, default=None)
        audit.record(
            actor,
            AuditAction.CONSULT,
            f"incidents.incident:{incident_id}",
            purpose=purpose,
            fields=["video", "location", "texts"],
            result_ids=[session.pk] if session else [],
            incident=str(incident_id),
        )
        return _panel(session) if session else None


def _sessions(actor: Actor, incident_id: UUID) -> list[VideoSession]:
    check_see_session(actor)
    calls = VideoSession.objects.visible_to(actor).of_incident(incident_id).filter(answering=None)
    return list(calls.select_related("requested_by", "incident"))


def _rank(session: VideoSession) -> tuple[bool, bool]:
    return (session.ended, session.feed_id is not None)


def _panel(session: VideoSession) -> SessionPanel:
    link = LinkToken.objects.filter(session=session).order_by("-created_at").first()
    return SessionPanel(
        session=session,
        link=link,
        texts=list(SmsMessage.objects.filter(link=link).order_by("queued_at")) if link else [],
        recording=Recording.objects.filter(session=session).first(),
        parts=list(RecordingPart.objects.filter(session=session).order_by("number")),
        viewers=list(Viewing.objects.filter(session=session, ended_at__isnull=True)),
        last_fix=last_fix(session),
        unseen_chat=unseen_by_police(session.pk),
    )
