"""E-mail to partners: Django's own back end sends it; in the demo a back end that shows it beside the texts."""

from __future__ import annotations

import smtplib
from collections.abc import Sequence
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from core.clock import now
from streaming.models import GuestMessage, OutboxText
from streaming.sms.provider import SmsRefused
from streaming.tokens import seal

MESSAGE_HEADER = "X-Sightline-Message"
NAME = "email"


def is_on() -> bool:
    return bool(settings.EMAIL_URL)


def send_mail(*, message_id: UUID, to: str, subject: str, body: str) -> None:
    """Hand one e-mail to the force's server. Raises SmsRefused, as a text's provider does."""
    if not is_on():
        raise SmsRefused("email_off")
    mail = EmailMessage(subject=subject, body=body, to=[to], headers={MESSAGE_HEADER: str(message_id)})
    try:
        mail.send()
    except (smtplib.SMTPRecipientsRefused, smtplib.SMTPSenderRefused) as error:
        raise SmsRefused("email_refused") from error
    except (smtplib.SMTPException, OSError) as error:
        raise SmsRefused("provider_down", permanent=False) from error


class OnScreenMail(BaseEmailBackend):
    """Shows partners' e-mails on the force's page of texts. Idempotent: the same message is one row."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for mail in email_messages:
            message = GuestMessage.objects.get(pk=UUID(mail.extra_headers[MESSAGE_HEADER]))
            OutboxText.objects.update_or_create(
                guest_message=message,
                defaults={"force_id": message.force_id, "sealed": seal(str(mail.body)), "created_at": now()},
            )
        return len(email_messages)
