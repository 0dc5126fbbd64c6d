"""Getting a text to the caller: one provider after the other, every step a row, reports taken in any order.

`queue_text` writes the message and its outbox rows in the sender's transaction. The first row sends; a second, delayed
one falls back to the next provider unless the text is confirmed by then (the network took it, it was delivered, or
somebody fetched the link). A provider that refuses, fails or does not answer is followed at once. When no text can
arrive any more, the session has failed, with the last reason in plain words.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from django.conf import settings
from django.db import transaction
from django.urls import reverse

from core.clock import now
from core.errors import NotFound
from core.outbox import Retry, enqueue
from core.realtime import publish
from streaming.events import TextChanged, incident_topic, session_topic
from streaming.models import LinkToken, SmsMessage
from streaming.models.links import mask
from streaming.selectors.care import policy_of
from streaming.services.progress import advance, lock_session
from streaming.services.texts import kind_of, link_url, render
from streaming.sms import (
    OutgoingSms,
    SendResult,
    SmsRefused,
    SmsReport,
    SmsRetry,
    provider_at,
    provider_count,
    provider_name,
)
from streaming.sms.reasons import words_for
from streaming.states import SessionState, SmsStatus, sms_may_move
from streaming.tokens import SealBroken, digest, unseal

log = structlog.get_logger(__name__)

# The fallback row is due before SMS_FALLBACK_SECONDS: the courier's sweep and the network need their share of it.
_FALLBACK_SHARE = 0.7
_SESSION_STATE = {SmsStatus.SENT: SessionState.SENT, SmsStatus.DELIVERED: SessionState.DELIVERED}
_TIME_OF = {SmsStatus.SENT: "sent_at", SmsStatus.DELIVERED: "delivered_at", SmsStatus.FAILED: "failed_at"}
_CANNOT_ARRIVE = (SmsStatus.FAILED, SmsStatus.CANCELLED)


def queue_text(link: LinkToken, attempt: int = 1) -> SmsMessage:
    """Write the message of `attempt`, the work of sending it and the work of falling back. Inside a transaction."""
    message = SmsMessage.objects.create(
        force_id=link.force_id,
        link=link,
        provider=provider_name(attempt),
        number_masked=mask(link.number),
        attempt=attempt,
        body_hash=digest(_body(link, unseal(link.sealed_token))),
        queued_at=now(),
    )
    payload = {"message": str(message.pk)}
    enqueue("sms.send", payload, dedupe_key=f"sms.send:{message.pk}")
    if attempt < provider_count():
        wait = timedelta(seconds=settings.SMS_FALLBACK_SECONDS * _FALLBACK_SHARE)
        enqueue("sms.fallback", payload, dedupe_key=f"sms.fallback:{message.pk}", delay=wait)
    _announce(message)
    return message


def send_text(message_id: UUID) -> None:
    """Outbox work "sms.send": hand one text to its provider. Idempotent; raises Retry while the provider is busy."""
    with transaction.atomic():
        message = _lock_message(message_id)
        if message is None or message.status not in (SmsStatus.QUEUED, SmsStatus.SENDING):
            return
        if not _worth_sending(message.link):
            _move(message, SmsStatus.CANCELLED)
            return
        if message.status == SmsStatus.QUEUED:
            _move(message, SmsStatus.SENDING)
    try:
        result = provider_at(message.attempt).send(_outgoing(message))
    except SealBroken:
        _fail(message_id, "link_lost")
    except SmsRetry as busy:
        if now() + timedelta(seconds=busy.after) < _deadline(message):
            raise Retry(after=busy.after, reason=busy.code) from busy
        _fail(message_id, busy.code)
    except SmsRefused as refusal:
        log.warning("sms.refused", provider=message.provider, code=refusal.code, message=str(message_id))
        _fail(message_id, refusal.code)
    else:
        _accept(message_id, result)


def fall_back(message_id: UUID) -> None:
    """Outbox work "sms.fallback": try the next provider unless this text is confirmed. Idempotent."""
    with transaction.atomic():
        message = _lock_message(message_id)
        if message is None or message.confirmed_at or message.link.fetched_at:
            return
        if _try_next(message):
            log.warning("sms.not_confirmed", provider=message.provider, message=str(message_id))


def take_report(*, provider: str, report: SmsReport, message_id: UUID | None = None) -> bool:
    """Take a provider's report about a text, found by our id or by the provider's reference. True when it was news.

    Repeats and late reports change nothing: a message only moves forward. Raises NotFound for a text we never sent.
    """
    with transaction.atomic():
        message = _lock_reported(provider, report, message_id)
        if report.status == message.status == SmsStatus.SENT and message.confirmed_at is None:
            return _confirm(message, report)
        if report.status is None or not sms_may_move(message.status, report.status):
            return False
        known = {"provider_ref": message.provider_ref or report.provider_ref}
        if report.status == SmsStatus.FAILED:
            _move(message, SmsStatus.FAILED, report.reason_code, **known)
            _next_or_give_up(message)
        else:
            _move(message, report.status, confirmed_at=now(), **known)
            _advance_session(message)
    return True


def _confirm(message: SmsMessage, report: SmsReport) -> bool:
    """The provider's acceptance already counts as sent; its own "sent" says that the network has the text."""
    message.confirmed_at = now()
    message.provider_ref = message.provider_ref or report.provider_ref
    message.save(update_fields=["confirmed_at", "provider_ref"])
    return True


def _accept(message_id: UUID, result: SendResult) -> None:
    """The provider has the text; its first report may have come before its answer."""
    with transaction.atomic():
        message = _lock_message(message_id)
        if message is None:
            return
        if not message.provider_ref:
            message.provider_ref = result.provider_ref
            message.save(update_fields=["provider_ref"])
        if sms_may_move(message.status, result.status):
            _move(message, result.status, confirmed_at=now() if result.status == SmsStatus.DELIVERED else None)
            _advance_session(message)


def _fail(message_id: UUID, code: str) -> None:
    with transaction.atomic():
        message = _lock_message(message_id)
        if message is not None and sms_may_move(message.status, SmsStatus.FAILED):
            _move(message, SmsStatus.FAILED, code)
            _next_or_give_up(message)


def _next_or_give_up(message: SmsMessage) -> None:
    """After a failure: the next provider gets the text; when no text of this link can arrive, the session fails."""
    if _try_next(message):
        return
    hope = SmsMessage.objects.filter(link=message.link).exclude(status__in=_CANNOT_ARRIVE)
    if message.link.closed_at is None and not hope.exists():
        session = lock_session(message.link.session_id)
        code = message.reason_code
        advance(session, SessionState.FAILED, failure_code=code, failure_reason=words_for(code))


def _try_next(message: SmsMessage) -> bool:
    later = SmsMessage.objects.filter(link=message.link, attempt__gt=message.attempt).exists()
    if later or message.attempt >= provider_count() or not _worth_sending(message.link):
        return False
    try:
        queue_text(message.link, message.attempt + 1)
    except SealBroken:
        log.exception("sms.link_lost", message=str(message.pk))
        return False
    return True


def _lock_message(message_id: UUID) -> SmsMessage | None:
    """The message with its link and force, the session locked first: the same order as every other writer."""
    session_id = SmsMessage.objects.filter(pk=message_id).values_list("link__session_id", flat=True).first()
    if session_id is None:
        return None
    lock_session(session_id)
    return SmsMessage.objects.select_related("link__session", "link__force").get(pk=message_id)


def _lock_reported(provider: str, report: SmsReport, message_id: UUID | None) -> SmsMessage:
    found = SmsMessage.objects.filter(provider=provider)
    found = found.filter(pk=message_id) if message_id else found.filter(provider_ref=report.provider_ref or None)
    key = found.values_list("pk", flat=True).first()
    message = _lock_message(key) if key else None
    if message is None or message.provider_ref not in ("", report.provider_ref):
        raise NotFound()
    return message


def _move(message: SmsMessage, status: SmsStatus, reason_code: str = "", **changes: Any) -> None:
    """Write a step the table allows, its time and its reason, and announce it."""
    changes |= {"status": status, "reason_code": reason_code, "reason": words_for(reason_code) if reason_code else ""}
    if column := _TIME_OF.get(status):
        changes[column] = now()
    for name, value in changes.items():
        setattr(message, name, value)
    message.save(update_fields=list(changes))
    _announce(message)


def _advance_session(message: SmsMessage) -> None:
    """A text of the open link arrived: so says the session. News about an older link's text is not the call's state."""
    if message.link.closed_at is None:
        advance(lock_session(message.link.session_id), _SESSION_STATE[SmsStatus(message.status)])


def _announce(message: SmsMessage) -> None:
    session_id, incident_id = message.link.session_id, message.link.session.incident_id
    event = TextChanged(
        session=session_id,
        incident=incident_id,
        message=message.pk,
        provider=message.provider,
        status=str(message.status),
        reason_code=message.reason_code,
        attempt=message.attempt,
    )
    publish(event, incident_topic(incident_id), session_topic(session_id))


def _worth_sending(link: LinkToken) -> bool:
    return bool(link.sealed_token) and link.closed_at is None and link.expires_at > now()


def _deadline(message: SmsMessage) -> datetime:
    """Until when it makes sense to wait for this provider: the next one must have the text in time."""
    return message.queued_at + timedelta(seconds=settings.SMS_FALLBACK_SECONDS * _FALLBACK_SHARE)


def _body(link: LinkToken, token: str) -> str:
    session = link.session
    url = link_url(link.force, token, covert=session.covert)
    return render(link.force, kind_of(session.mode, covert=session.covert), session.locale, url)


def _outgoing(message: SmsMessage) -> OutgoingSms:
    link = message.link
    path = reverse("streaming_callbacks:twilio", kwargs={"message_id": message.pk})
    return OutgoingSms(
        message_id=message.pk,
        force_id=message.force_id,
        to=link.number,
        body=_body(link, unseal(link.sealed_token)),
        sender=policy_of(link.force_id).covert_sender if link.session.covert else link.force.sms_sender,
        callback_url=f"{settings.PUBLIC_URL}{path}",
    )
