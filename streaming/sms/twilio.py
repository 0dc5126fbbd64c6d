"""Twilio: Programmable Messaging through its SDK, and its signed status callbacks.

Error codes: Twilio's error dictionary. Statuses: queued, sending, sent, delivered, undelivered, failed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import requests
from django.conf import settings
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.request_validator import RequestValidator
from twilio.rest import Client

from streaming.sms.provider import HTTP_TIMEOUT, OutgoingSms, SendResult, SmsRefused, SmsReport, SmsRetry, SmsUnclear
from streaming.states import SmsStatus
from streaming.twilio_http import RedirectingHttpClient

_CODES: dict[int, str] = {
    20003: "sign_in",
    21211: "number_invalid",
    21212: "sender_unknown",
    21408: "abroad",
    21606: "sender_unknown",
    21608: "trial",
    21610: "opted_out",
    21612: "not_a_mobile",
    21614: "not_a_mobile",
    30003: "unreachable",
    30004: "blocked",
    30005: "unknown_number",
    30006: "not_a_mobile",
    30007: "blocked",
    30008: "unreachable",
}
_STATUSES: dict[str, SmsStatus | None] = {
    "accepted": None,
    "scheduled": None,
    "queued": None,
    "sending": None,
    "sent": SmsStatus.SENT,
    "delivered": SmsStatus.DELIVERED,
    "read": SmsStatus.DELIVERED,
    "undelivered": SmsStatus.FAILED,
    "failed": SmsStatus.FAILED,
    "canceled": SmsStatus.FAILED,
}
_BUSY_WAIT = 2.0  # seconds, when a 429 names no time


class TwilioProvider:
    name: ClassVar[str] = "twilio"

    def __init__(self) -> None:
        self._client = Client(
            settings.TWILIO_ACCOUNT_SID or "unset",
            settings.TWILIO_AUTH_TOKEN or "unset",
            http_client=RedirectingHttpClient(settings.TWILIO_BASE_URL, HTTP_TIMEOUT),
        )

    def send(self, message: OutgoingSms) -> SendResult:
        try:
            sent = self._client.messages.create(
                to=message.to,
                from_=message.sender or settings.TWILIO_FROM,
                body=message.body,
                status_callback=message.callback_url,
            )
        except requests.Timeout as error:
            raise SmsUnclear() from error
        except requests.RequestException as error:
            raise SmsRefused("provider_down", permanent=False) from error
        except TwilioRestException as error:
            raise _refusal(error) from error
        except TwilioException as error:
            raise SmsRefused("sign_in") from error
        return SendResult(provider_ref=sent.sid or "")


def _refusal(error: TwilioRestException) -> Exception:
    if error.status == 429:
        return SmsRetry(_BUSY_WAIT)
    if error.status >= 500:
        return SmsRefused("provider_down", permanent=False)
    return SmsRefused(_CODES.get(error.code or 0, "sign_in" if error.status in (401, 403) else "provider_refused"))


def signature_holds(url: str, form: Mapping[str, Any], signature: str) -> bool:
    """Whether Twilio, who alone shares the account's token, signed this request. `url` is the public address."""
    if not settings.TWILIO_AUTH_TOKEN or not signature:
        return False
    return bool(RequestValidator(settings.TWILIO_AUTH_TOKEN).validate(url, form, signature))


def read_report(form: Mapping[str, Any]) -> SmsReport:
    """The report of a status callback. Unknown statuses are no news."""
    code = str(form.get("ErrorCode") or "")
    status = _STATUSES.get(str(form.get("MessageStatus", "")))
    reason = _CODES.get(int(code), "provider_refused") if code.isascii() and code.isdigit() else "provider_refused"
    return SmsReport(
        status=status,
        provider_ref=str(form.get("MessageSid", ""))[:64],
        reason_code=reason if status == SmsStatus.FAILED else "",
    )
