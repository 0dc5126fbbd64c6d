"""Text providers behind one Protocol. Which are used, and in what order, is `settings.SMS_PROVIDERS`."""

from streaming.sms.provider import (
    OutgoingSms,
    SendResult,
    SmsProvider,
    SmsRefused,
    SmsReport,
    SmsRetry,
    SmsUnclear,
    provider_at,
    provider_count,
    provider_name,
)

__all__ = [
    "OutgoingSms",
    "SendResult",
    "SmsProvider",
    "SmsRefused",
    "SmsReport",
    "SmsRetry",
    "SmsUnclear",
    "provider_at",
    "provider_count",
    "provider_name",
]
