"""GOV.UK Notify: texts through its client, and its delivery callbacks with a bearer token (STANDARDS 13.3).

Notify sends templates only: the one named by NOTIFY_TEMPLATE_ID holds the single placeholder ((message)). The reference
of each text is our message's id. Statuses: delivered, permanent-failure, temporary-failure, technical-failure.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from typing import Any, ClassVar

import requests
from django.conf import settings
from notifications_python_client.errors import APIError, HTTPError
from notifications_python_client.notifications import NotificationsAPIClient

from streaming.sms.provider import HTTP_TIMEOUT, OutgoingSms, SendResult, SmsRefused, SmsReport, SmsRetry, SmsUnclear
from streaming.states import SmsStatus

_BASE_URL = "https://api.notifications.service.gov.uk"
_BUSY_WAIT = 2.0  # seconds; Notify's limit is per rolling minute and names no time
# What Notify's 400s say, in lower case, and what they mean to a handler.
_PHRASES: tuple[tuple[str, str], ...] = (
    ("not a uk mobile", "not_a_mobile"),
    ("not a valid country prefix", "number_invalid"),
    ("country code not found", "number_invalid"),
    ("too many digits", "number_invalid"),
    ("not enough digits", "number_invalid"),
    ("number is too", "number_invalid"),
    ("must not contain letters", "number_invalid"),
    ("cannot send to international", "abroad"),
    ("team-only", "trial"),
    ("trial mode", "trial"),
    ("sms_sender_id", "sender_unknown"),
)
_STATUSES: dict[str, SmsStatus | None] = {
    "created": None,
    "sending": None,
    "pending": None,
    "sent": SmsStatus.SENT,
    "delivered": SmsStatus.DELIVERED,
    "permanent-failure": SmsStatus.FAILED,
    "temporary-failure": SmsStatus.FAILED,
    "technical-failure": SmsStatus.FAILED,
}
_REASONS = {
    "permanent-failure": "unknown_number",
    "temporary-failure": "unreachable",
    "technical-failure": "provider_down",
}


class NotifyProvider:
    name: ClassVar[str] = "notify"

    def send(self, message: OutgoingSms) -> SendResult:
        try:
            # Made per text: the client is not thread-safe.
            client = NotificationsAPIClient(
                settings.NOTIFY_API_KEY, base_url=settings.NOTIFY_BASE_URL or _BASE_URL, timeout=HTTP_TIMEOUT
            )
            answer = client.send_sms_notification(
                phone_number=message.to,
                template_id=settings.NOTIFY_TEMPLATE_ID,
                personalisation={"message": message.body},
                reference=str(message.message_id),
            )
        except AssertionError as error:  # how the client says that the key is not one
            raise SmsRefused("sign_in") from error
        except APIError as error:
            raise _refusal(error) from error
        return SendResult(provider_ref=str(answer["id"]))


def _refusal(error: APIError) -> Exception:
    if isinstance(error, HTTPError) and error.response is None:
        timed_out = isinstance(error.__cause__, requests.Timeout)
        return SmsUnclear() if timed_out else SmsRefused("provider_down", permanent=False)
    if error.status_code == 429:
        return SmsRetry(_BUSY_WAIT)
    if error.status_code >= 500 or not isinstance(error, HTTPError):
        return SmsRefused("provider_down", permanent=False)
    said = str(error.message).lower()
    for phrase, code in _PHRASES:
        if phrase in said:
            return SmsRefused(code)
    return SmsRefused("sign_in" if error.status_code in (401, 403) else "provider_refused")


def bearer_holds(header: str) -> bool:
    """Whether the Authorization header carries our token; compared in constant time."""
    scheme, _, token = header.partition(" ")
    expected = settings.NOTIFY_CALLBACK_TOKEN
    return bool(expected) and scheme.lower() == "bearer" and hmac.compare_digest(token.encode(), expected.encode())


def read_report(data: Mapping[str, Any]) -> SmsReport:
    """The report of a delivery callback. Unknown statuses are no news."""
    name = str(data.get("status", ""))
    return SmsReport(
        status=_STATUSES.get(name), provider_ref=str(data.get("id", ""))[:64], reason_code=_REASONS.get(name, "")
    )
