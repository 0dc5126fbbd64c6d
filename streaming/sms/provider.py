"""What every text provider can do, and how it says no. An adapter speaks HTTP; it decides nothing about fallback."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Protocol
from uuid import UUID

from django.conf import settings
from django.utils.module_loading import import_string

from streaming.sms.reasons import words_for
from streaming.states import SmsStatus

HTTP_TIMEOUT = 6.0  # seconds; a silent provider must leave time for the second one inside SMS_FALLBACK_SECONDS


@dataclass(frozen=True, kw_only=True)
class OutgoingSms:
    """One text to hand over. `sender` is the registered sender ID, at most 11 characters, or "" for the provider's."""

    message_id: UUID  # comes back in the provider's reports
    force_id: int
    to: str  # E.164
    body: str
    sender: str
    callback_url: str  # public https address for reports about this message
    to_guest: bool = False  # a partner's link or code, not a caller's link


@dataclass(frozen=True, kw_only=True)
class SendResult:
    """The provider has the text. `status` is SENT, or DELIVERED when nothing more will be reported."""

    provider_ref: str
    accepted: bool = True
    status: SmsStatus = SmsStatus.SENT


@dataclass(frozen=True, kw_only=True)
class SmsReport:
    """A later report of a provider about one text. `status` None: nothing new ("still sending")."""

    status: SmsStatus | None
    provider_ref: str
    reason_code: str = ""


class SmsRefused(Exception):
    """The provider will not take this text. `permanent`: nor would it if asked again; `words` are for the console."""

    def __init__(self, code: str, *, permanent: bool = True) -> None:
        super().__init__(code)
        self.code = code
        self.permanent = permanent

    @property
    def words(self) -> str:
        return words_for(self.code)


class SmsRetry(Exception):
    """The provider is busy: ask again in `after` seconds."""

    def __init__(self, after: float, code: str = "provider_busy") -> None:
        super().__init__(code)
        self.after = after
        self.code = code


class SmsUnclear(SmsRefused):
    """No answer in time: the text may or may not leave. A report may still follow."""

    def __init__(self, code: str = "provider_timeout") -> None:
        super().__init__(code, permanent=False)


class SmsProvider(Protocol):
    """`name` is kept with each message ("twilio"). Adapters are made without arguments, from the settings."""

    name: ClassVar[str]

    def send(self, message: OutgoingSms) -> SendResult:
        """Hand the text over within HTTP_TIMEOUT. Raises SmsRefused, SmsRetry or SmsUnclear; nothing else."""
        ...


def provider_count() -> int:
    return len(settings.SMS_PROVIDERS)


def provider_at(attempt: int) -> SmsProvider:
    """The provider of attempt 1 (first choice), 2 (its fallback), …"""
    provider: SmsProvider = import_string(settings.SMS_PROVIDERS[attempt - 1])()
    return provider


def provider_name(attempt: int) -> str:
    name: str = import_string(settings.SMS_PROVIDERS[attempt - 1]).name
    return name
