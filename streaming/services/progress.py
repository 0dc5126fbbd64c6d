"""How a session moves: the only code that changes `VideoSession.state`, always by the table and always announced.

Everything here runs inside the caller's transaction, with the session's row locked first, so that a claim, a
revocation and a late delivery report of the same call happen one after another.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from core.clock import now
from core.outbox import enqueue
from core.realtime import publish
from streaming.events import LinkChanged, SessionChanged, incident_topic, session_topic, wall_topic
from streaming.models import CloseReason, LinkToken, OutboxText, SmsMessage, VideoSession
from streaming.services import interruptions
from streaming.states import SessionState, SmsStatus, may_move

_REACHED_AT = {
    SessionState.OPENED: "opened_at",
    SessionState.CAMERA_ON: "camera_on_at",
    SessionState.LIVE: "live_at",
    SessionState.ENDED: "ended_at",
}
_AT_ONCE = timedelta(0)
# Which report closes a link for which end of the call.
_CLOSED_BY_END = {"revoked": CloseReason.REVOKED, "expired": CloseReason.EXPIRED}


def lock_session(session_id: UUID) -> VideoSession:
    """The session's row, locked until the end of the transaction. For writers that have checked visibility."""
    return VideoSession.objects.select_for_update(no_key=True).get(pk=session_id)


def advance(session: VideoSession, state: str, **changes: Any) -> bool:
    """Move `session` to `state` if the table allows it and announce it; False (and nothing changed) if it does not.

    `changes` are further fields written in the same update (for ENDED: `end_reason`). The time of the state is set
    here unless given. Ending a session closes its link. The given object is brought up to date.
    """
    locked = lock_session(session.pk)
    moved = may_move(locked.state, state)
    if moved:
        column = _REACHED_AT.get(SessionState(state))
        if column and getattr(locked, column) is None:
            changes.setdefault(column, now())
        if state != SessionState.FAILED:
            changes.setdefault("failure_code", "")
            changes.setdefault("failure_reason", "")
        _write(locked, state=state, **changes)
        if state == SessionState.ENDED:
            close_link(locked, _CLOSED_BY_END.get(locked.end_reason, CloseReason.ENDED))
            interruptions.close_all(locked)
    session.__dict__.update({f.attname: getattr(locked, f.attname) for f in VideoSession._meta.concrete_fields})
    return moved


def restart(session: VideoSession) -> None:
    """Back to the start of the row for a new text; the caller has checked `states.RESENDABLE` under the lock."""
    _write(session, state=SessionState.QUEUED, failure_code="", failure_reason="", opened_at=None)


def _write(session: VideoSession, **changes: Any) -> None:
    for name, value in changes.items():
        setattr(session, name, value)
    session.version += 1
    session.save(update_fields=[*changes, "version"])
    announce_session(session)


def announce_session(session: VideoSession) -> None:
    """Tell the incident's page and the call's viewers what the row now says (its `version` must have grown)."""
    event = SessionChanged(
        session=session.pk,
        incident=session.incident_id,
        state=str(session.state),
        version=session.version,
        failure_code=session.failure_code,
        end_reason=session.end_reason,
        alarm=session.alarm,
    )
    publish(event, incident_topic(session.incident_id), session_topic(session.pk), wall_topic(session.force_id))


def announce_link(session: VideoSession, link: LinkToken, change: str) -> None:
    event = LinkChanged(
        session=session.pk,
        incident=session.incident_id,
        link=link.pk,
        change=change,
        expires_at=link.expires_at,
    )
    publish(event, incident_topic(session.incident_id), session_topic(session.pk))


def close_link(session: VideoSession, reason: CloseReason) -> LinkToken | None:
    """Close the session's open link, if any: no browser may use it again, and no text with it leaves any more."""
    link = LinkToken.objects.open().select_for_update(no_key=True).filter(session_id=session.pk).first()
    if link is None:
        return None
    link.closed_at, link.close_reason, link.sealed_token = now(), reason, ""
    link.save(update_fields=["closed_at", "close_reason", "sealed_token"])
    SmsMessage.objects.filter(link=link, status=SmsStatus.QUEUED).update(status=SmsStatus.CANCELLED)
    OutboxText.objects.filter(message__link=link).update(sealed="")
    announce_link(session, link, str(reason))
    return link


def schedule_expiry(link: LinkToken) -> None:
    """Write the row that will close the link at its hour; an extension writes another."""
    enqueue("link.expire", {"link": str(link.pk)}, delay=max(link.expires_at - now(), _AT_ONCE))
