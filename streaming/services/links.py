"""The one-time link as the police see it: send, send again, keep open longer, withdraw, and its end by the clock.

What the caller's browser does with it is in `services.claims`.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import NAMESPACE_OID, UUID, uuid5

from django.conf import settings
from django.db import transaction

from core.actors import Actor
from core.audit import record
from core.clock import now
from core.errors import Conflict, Invalid, NotAllowed, NotFound
from core.models import AuditAction
from incidents.services import append_log, clean_text, parse_uk_mobile
from incidents.states import LogChannel, LogType
from streaming.models import CloseReason, LinkToken, VideoSession
from streaming.permissions import check_revoke_link, check_send_link
from streaming.services import sessions
from streaming.services.delivery import queue_text
from streaming.services.progress import (
    announce_link,
    announce_session,
    close_link,
    lock_session,
    restart,
    schedule_expiry,
)
from streaming.services.rates import check_texts_to
from streaming.states import COVERT_MODE, RESENDABLE, SessionMode
from streaming.tokens import digest, new_token, new_trust_code, seal

if TYPE_CHECKING:
    from incidents.models import LogEntry

_ENDED = "This call has ended. Send a new link."
#: By what the caller is asked for: what the log calls the link, and the usual reason to send it.
_SENT: dict[str, tuple[str, str]] = {
    SessionMode.VIDEO: ("Live video", "to see what is happening"),
    SessionMode.LOCATION: ("Location", "to find the caller"),
    SessionMode.UPLOAD: ("Location and upload", "to get photos or films the caller already has"),
    COVERT_MODE: ("Covert", "the caller must not be seen or heard with it"),
}
_CLOSED = "This incident is closed. Open a new incident to send a link."

#: A file that was begun goes on after the link's time: with less than `_SENDING_NEEDS` left each chunk keeps the link
#: for `_SENDING_KEEPS`, until `SENDING_AT_MOST` after its own time.
SENDING_AT_MOST = timedelta(hours=1)
_SENDING_NEEDS, _SENDING_KEEPS = timedelta(minutes=3), timedelta(minutes=5)


def send_link(
    *,
    actor: Actor,
    incident_id: UUID,
    number: str,
    mode: str = SessionMode.VIDEO,
    locale: str = "",
    consent: bool,
    reason: str = "",
) -> VideoSession:
    """Start a session on the incident and text its link to `number`. Nothing leaves before the commit. `reason` is why
    this sort of link is sent (STANDARDS 13.5); "" is the usual one of its sort.

    Raises NotAllowed, NotFound, Invalid (number, mode, locale, consent, reason), Conflict when the incident is closed
    or a link to the same number is already open on it, TooMany when the number was sent too many.
    """
    check_send_link(actor)
    mobile = parse_uk_mobile(number, field="number")
    why = clean_text(reason, field="reason", limit=200)
    covert = mode == COVERT_MODE
    mode = SessionMode.VIDEO if covert else mode
    _check_choices(mode, locale, consent)
    words, usual = _SENT[COVERT_MODE if covert else mode]
    why = why or usual
    with transaction.atomic():
        entry = append_log(
            actor=actor,
            incident_id=incident_id,
            type=LogType.MEDIA,
            text=f"{words} link sent to {_tail(mobile)}. Caller agreed on the call. Why: {why.rstrip('.')}.",
            channel=LogChannel.SYSTEM,
        )
        _check_incident_open(entry)
        _check_not_open_already(entry.incident_id, mobile)
        check_texts_to(mobile, entry.force_id)
        session = VideoSession.objects.create(
            force_id=entry.force_id,
            incident_id=entry.incident_id,
            trust_code=new_trust_code(),
            mode=mode,
            covert=covert,
            reason=why,
            locale=locale,
            requested_by_id=_person(actor),
            requested_at=now(),
        )
        _audit(actor, session, AuditAction.COLLECT, mobile, purpose=f"{words} link: {why}")
        announce_session(session)
        _issue(actor, session, mobile)
    return session


def resend_link(*, actor: Actor, session_id: UUID, number: str = "") -> VideoSession:
    """Send a new link for the same session, to the same number unless another is given; the old link stops working.

    Raises NotAllowed, NotFound, Invalid(number), Conflict once the camera is on, the call has ended or the incident is
    closed, TooMany.
    """
    check_send_link(actor)
    with transaction.atomic():
        session = _lock_visible(actor, session_id)
        if session.ended:
            raise Conflict(_ENDED, code="ended")
        if session.feed_id is not None:
            raise Conflict("This is a camera, not a caller: there is no link to send again.", code="not_a_caller")
        if session.state not in RESENDABLE:
            raise Conflict("The caller's camera is on. End this call first, then send a new link.", code="camera_on")
        last = LinkToken.objects.filter(session=session).latest("created_at")
        mobile = parse_uk_mobile(number, field="number") if number.strip() else last.number
        check_texts_to(mobile, session.force_id)
        _check_incident_open(
            _log(actor, session, f"New link sent to {_tail(mobile)}. The link before no longer works.")
        )
        close_link(session, CloseReason.REPLACED)
        restart(session)
        _audit(actor, session, AuditAction.COLLECT, mobile)
        _issue(actor, session, mobile)
    return session


def extend_link(*, actor: Actor, session_id: UUID) -> LinkToken:
    """Keep the open link, and so the call, for another LINK_EXPIRY_MINUTES from now.

    Raises NotAllowed, NotFound, Conflict when no link is open.
    """
    check_send_link(actor)
    with transaction.atomic():
        session = _lock_visible(actor, session_id)
        link = LinkToken.objects.live_at(now()).filter(session=session).first()
        if link is None:
            raise Conflict(_ENDED, code="ended")
        link.expires_at = now() + timedelta(minutes=settings.LINK_EXPIRY_MINUTES)
        link.save(update_fields=["expires_at"])
        schedule_expiry(link)
        _log(actor, session, f"Link kept open for another {settings.LINK_EXPIRY_MINUTES} minutes.")
        _audit(actor, session, AuditAction.ALTER, link.number)
        announce_link(session, link, "extended")
    return link


def keep_for_sending(session: VideoSession) -> None:
    """A caller is sending a file that was begun in time: its link is not closed in the middle of it, up to a bound.
    In a transaction."""
    moment = now()
    link = LinkToken.objects.live_at(moment).filter(session=session, expires_at__lt=moment + _SENDING_NEEDS).first()
    if link is None:
        return
    last = link.created_at + timedelta(minutes=settings.LINK_EXPIRY_MINUTES) + SENDING_AT_MOST
    until = min(moment + _SENDING_KEEPS, last)
    if until <= link.expires_at or not LinkToken.objects.open().filter(pk=link.pk).update(expires_at=until):
        return
    link.expires_at = until
    schedule_expiry(link)
    system = Actor.system(session.force_id)
    append_log(
        actor=system, incident_id=session.incident_id, type=LogType.MEDIA, channel=LogChannel.SYSTEM,
        text="The caller is still sending a file. The link is kept open until it is here.",
        client_key=uuid5(NAMESPACE_OID, f"{link.pk}:sending"),
    )  # fmt: skip
    _audit(system, session, AuditAction.ALTER, link.number, purpose="Kept open while the caller sends")
    announce_link(session, link, "extended")


def revoke_link(*, actor: Actor, session_id: UUID) -> VideoSession:
    """Withdraw the link and end the call at once, also while the caller is live. Doing it twice is doing it once.

    Raises NotAllowed, NotFound.
    """
    check_revoke_link(actor)
    return sessions.end_session(actor=actor, session_id=session_id, reason="revoked")


def expire_link(link_id: UUID) -> bool:
    """Close a link whose time is over and end its call. False when it is closed already or was extended."""
    with transaction.atomic():
        session_id = LinkToken.objects.expired_at(now()).filter(pk=link_id).values_list("session_id", flat=True).first()
        if session_id is None:
            return False
        session = lock_session(session_id)
        if not LinkToken.objects.expired_at(now()).filter(pk=link_id).exists():
            return False  # extended or closed while we waited for the lock
        sessions.end_session(actor=Actor.system(session.force_id), session_id=session.pk, reason="expired")
    return True


def expire_due_links() -> int:
    """The sweep behind the outbox rows: close every link whose time is over. Returns how many."""
    due = list(LinkToken.objects.expired_at(now()).values_list("pk", flat=True)[:200])
    return sum(expire_link(link_id) for link_id in due)


def _issue(actor: Actor, session: VideoSession, mobile: str) -> LinkToken:
    """A fresh token for the session, its text and its end, all as rows of this transaction."""
    token = new_token()
    moment = now()
    link = LinkToken.objects.create(
        force_id=session.force_id,
        session=session,
        token_hash=digest(token),
        sealed_token=seal(token),
        number=mobile,
        created_at=moment,
        created_by_id=_person(actor),
        consent_at=moment,
        expires_at=moment + timedelta(minutes=settings.LINK_EXPIRY_MINUTES),
    )
    schedule_expiry(link)
    announce_link(session, link, "issued")
    queue_text(link)
    return link


def _check_choices(mode: str, locale: str, consent: bool) -> None:
    wrong: dict[str, str] = {}
    if mode not in SessionMode.values:
        wrong["mode"] = "Choose live video, location only, or upload."
    if locale and locale != "en" and locale not in dict(settings.LANGUAGES):
        wrong["locale"] = "Choose a language from the list, or leave it to the phone."
    if consent is not True:
        wrong["consent"] = "Ask the caller first: may we send a link to this phone?"
    if wrong:
        raise Invalid(fields=wrong)


def _check_incident_open(entry: LogEntry) -> None:
    """A camera on a closed incident would show the scene to nobody. `entry` is refused with it: one transaction."""
    if not entry.incident.is_open:
        raise Conflict(_CLOSED, code="closed")


def _check_not_open_already(incident_id: UUID, mobile: str) -> None:
    """Two clicks are one link. The incident's row is locked, so two requests come here one after the other."""
    if LinkToken.objects.live_at(now()).filter(session__incident_id=incident_id, number=mobile).exists():
        raise Conflict("A link to this number is already open here. Send it again from its row.", code="already_open")


def _lock_visible(actor: Actor, session_id: UUID) -> VideoSession:
    if not VideoSession.objects.visible_to(actor).filter(pk=session_id).exists():
        raise NotFound()
    return lock_session(session_id)


def _log(actor: Actor, session: VideoSession, text: str) -> LogEntry:
    return append_log(
        actor=actor, incident_id=session.incident_id, type=LogType.MEDIA, text=text, channel=LogChannel.SYSTEM
    )


def _audit(actor: Actor, session: VideoSession, action: AuditAction, mobile: str = "", *, purpose: str = "") -> None:
    record(
        actor,
        action,
        f"streaming.videosession:{session.pk}",
        purpose=purpose,
        incident=str(session.incident_id),
        recipient=_tail(mobile) if mobile else "",
    )


def _person(actor: Actor) -> int:
    """A link is sent by somebody who can be named."""
    if actor.user_id is None:
        raise NotAllowed()
    return actor.user_id


def _tail(mobile: str) -> str:
    """The number as the log may keep it: enough to tell two phones apart."""
    return f"mobile ending {mobile[-3:]}"
