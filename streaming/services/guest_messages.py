"""Getting a guest's link and codes to them: each is a row with its words sealed, sent by outbox work, then forgotten.

A mobile gets a text through the same providers as callers do, one after the other when one refuses; an e-mail goes
through Django's back end. What cannot be sent is said on the console, on the guest's line.
"""

from __future__ import annotations

from uuid import UUID

import structlog
from django.conf import settings
from django.db import transaction

from core.clock import local, now
from core.outbox import Retry, enqueue
from streaming.models import GuestLink, GuestMessage
from streaming.models.links import mask
from streaming.sms import OutgoingSms, SmsRefused, SmsRetry, mail, provider_at, provider_count, provider_name
from streaming.sms.reasons import words_for
from streaming.states import GuestChannel, SmsStatus
from streaming.tokens import SealBroken, seal, unseal

log = structlog.get_logger(__name__)

MOST_BUSY = 5  # times that a busy provider is asked again
_LINK = (
    "{force}: {name}, police share an incident with you until {until}. Open this link and ask for your code. "
    "The link works for you only. {link}"
)
_CODE = "{force}: your code is {code}. It works for {minutes} minutes in the browser that asked for it. Tell nobody."


def link_url(link: GuestLink, token: str) -> str:
    """The force's own address if it has one; a slash at the end, where the browser's cookie begins."""
    return f"{(link.force.public_url or settings.PUBLIC_URL).rstrip('/')}/guest/{token}/"


def queue_link(link: GuestLink, token: str) -> GuestMessage:
    until = f"{local(link.expires_at):%H:%M}"
    words = _LINK.format(force=link.force.name, name=link.name, until=until, link=link_url(link, token))
    return _queue(link, GuestMessage.Kind.LINK, words)


def queue_code(link: GuestLink, code: str, minutes: int) -> GuestMessage:
    shown = f"{code[:4]} {code[4:]}"
    return _queue(link, GuestMessage.Kind.CODE, _CODE.format(force=link.force.name, code=shown, minutes=minutes))


def masked(link: GuestLink) -> str:
    """The address as screens show it: enough to tell two apart."""
    if link.channel == GuestChannel.SMS:
        return mask(link.address)
    name, _, domain = link.address.partition("@")
    return f"{name[:1]}•••@{domain}"[:60] if link.address else "•••"


def _queue(link: GuestLink, kind: str, words: str) -> GuestMessage:
    message = GuestMessage.objects.create(
        force_id=link.force_id, link=link, kind=kind, sealed=seal(words), to_masked=masked(link), queued_at=now()
    )
    enqueue("guest.send", {"message": str(message.pk)}, dedupe_key=f"guest.send:{message.pk}")
    return message


def send(message_id: UUID, attempt: int = 1) -> None:
    """Outbox work "guest.send": hand one message over. Idempotent; raises Retry while the provider is busy."""
    message = GuestMessage.objects.select_related("link__force").filter(pk=message_id).first()
    if message is None or message.status not in (SmsStatus.QUEUED, SmsStatus.SENDING) or message.link.is_over:
        return
    GuestMessage.objects.filter(pk=message_id, status=SmsStatus.QUEUED).update(status=SmsStatus.SENDING)
    try:
        _hand_over(message, unseal(message.sealed))
    except SealBroken:
        _failed(message_id, "link_lost")
    except SmsRetry as busy:
        if attempt < MOST_BUSY:
            raise Retry(after=busy.after, reason=busy.code) from busy
        _failed(message_id, busy.code)
    except SmsRefused as refusal:
        log.warning("guest.refused", provider=message.provider, code=refusal.code, message=str(message_id))
        _failed(message_id, refusal.code)
    else:
        _sent(message_id)


def _hand_over(message: GuestMessage, words: str) -> None:
    link = message.link
    if link.channel == GuestChannel.EMAIL:
        subject = f"{link.force.name}: {'your code' if message.kind == 'code' else 'an incident is shared with you'}"
        mail.send_mail(message_id=message.pk, to=link.address, subject=subject, body=words)
        return
    provider_at(message.attempt).send(
        OutgoingSms(
            message_id=message.pk,
            force_id=message.force_id,
            to=link.address,
            body=words,
            sender=link.force.sms_sender,
            callback_url=settings.PUBLIC_URL,  # reports of delivery are for callers' links
            to_guest=True,
        )
    )


def _sent(message_id: UUID) -> None:
    with transaction.atomic():
        message = GuestMessage.objects.select_related("link").select_for_update(of=("self",)).get(pk=message_id)
        message.provider = mail.NAME if message.link.channel == GuestChannel.EMAIL else provider_name(message.attempt)
        message.status, message.sealed, message.sent_at = SmsStatus.SENT, "", now()
        message.save(update_fields=["provider", "status", "sealed", "sent_at"])
        _say(message.link_id, "")


def _failed(message_id: UUID, code: str) -> None:
    """The next provider gets a text that one would not take; after the last, the console says so."""
    with transaction.atomic():
        message = GuestMessage.objects.select_related("link").select_for_update(of=("self",)).get(pk=message_id)
        if message.link.channel == GuestChannel.SMS and message.attempt < provider_count() and message.sealed:
            message.attempt += 1
            message.status = SmsStatus.QUEUED
            message.save(update_fields=["attempt", "status"])
            key = f"guest.send:{message.pk}:{message.attempt}"
            enqueue("guest.send", {"message": str(message.pk)}, dedupe_key=key)
            return
        message.status, message.reason_code, message.sealed = SmsStatus.FAILED, code, ""
        message.save(update_fields=["status", "reason_code", "sealed"])
        _say(message.link_id, words_for(code))


def _say(link_id: UUID, problem: str) -> None:
    from streaming.services.guests import announce  # it queues messages

    link = GuestLink.objects.select_for_update(of=("self",)).get(pk=link_id)
    if link.problem != problem:
        link.problem = problem
        link.version += 1
        link.save(update_fields=["problem", "version"])
        announce(link)
