"""The link of a session, the texts that carried it, their wording, and what the caller accepted.

A link is found by `token_hash`, the sha256 of its token in hex. Until somebody claims it or it closes, the token itself
is kept sealed under the server's key (`streaming.tokens`), because a fallback text must carry the same link; a copy of
the database opens nothing. The caller's number is kept whole only here (the next text needs it); all else is masked.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q

from core.models.base import ForceOwned
from streaming.querysets import LinkQuerySet
from streaming.states import SmsStatus

_SHA256 = RegexValidator(r"^[0-9a-f]{64}\Z")


class CloseReason(models.TextChoices):
    """Why a link no longer works."""

    REPLACED = "replaced", "A new link was sent"
    REVOKED = "revoked", "Withdrawn by police"
    EXPIRED = "expired", "Its time ran out"
    ENDED = "ended", "The call ended"


class LinkToken(ForceOwned):
    """One one-time link. Open until `closed_at`; claimed by at most one browser (`claim_hash`)."""

    session = models.ForeignKey("streaming.VideoSession", on_delete=models.PROTECT, related_name="links")
    token_hash = models.CharField(max_length=64, unique=True, validators=[_SHA256])
    sealed_token = models.CharField(max_length=200, blank=True)  # for the next text only; emptied at claim and close
    number = models.CharField(max_length=16)  # E.164
    created_at = models.DateTimeField()
    created_by = models.ForeignKey("core.User", on_delete=models.PROTECT, related_name="+")
    expires_at = models.DateTimeField()
    consent_at = models.DateTimeField()  # the handler confirmed on the call that the caller agreed to be sent it
    fetch_count = models.PositiveIntegerField(default=0)  # GET and HEAD: preview bots and the caller alike
    fetched_at = models.DateTimeField(null=True, blank=True)  # the first of them
    claimed_at = models.DateTimeField(null=True, blank=True)
    claim_hash = models.CharField(max_length=64, blank=True)  # sha256 of the browser's secret; "" = unclaimed
    closed_at = models.DateTimeField(null=True, blank=True)
    close_reason = models.CharField(max_length=10, choices=CloseReason.choices, blank=True)

    objects: ClassVar[Any] = LinkQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        indexes = [
            models.Index(fields=["claim_hash"], name="link_by_claim"),
            models.Index(fields=["expires_at"], condition=Q(closed_at__isnull=True), name="link_open_by_expiry"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["session"], condition=Q(closed_at__isnull=True), name="link_one_open_per_session"
            ),
            models.UniqueConstraint(
                fields=["claim_hash"], condition=~Q(claim_hash=""), name="link_one_claim_per_secret"
            ),
            models.CheckConstraint(
                condition=Q(claimed_at__isnull=True, claim_hash="") | (Q(claimed_at__isnull=False) & ~Q(claim_hash="")),
                name="link_claim_has_time_and_browser",
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, close_reason="")
                | (Q(closed_at__isnull=False) & Q(close_reason__in=CloseReason.values)),
                name="link_closed_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(sealed_token="") | Q(closed_at__isnull=True, claimed_at__isnull=True),
                name="link_token_forgotten_after_use",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def masked_number(self) -> str:
        """The number as screens and logs may show it: the last three digits."""
        return mask(self.number)


class SmsMessage(ForceOwned):
    """One text handed to one provider. A fallback to the second provider is a second row."""

    link = models.ForeignKey(LinkToken, on_delete=models.PROTECT, related_name="messages")
    provider = models.CharField(max_length=20)
    provider_ref = models.CharField(max_length=64, blank=True)
    number_masked = models.CharField(max_length=16)
    status = models.CharField(max_length=10, choices=SmsStatus.choices, default=SmsStatus.QUEUED)
    reason_code = models.CharField(max_length=40, blank=True)
    reason = models.CharField(max_length=200, blank=True)  # plain words
    attempt = models.PositiveSmallIntegerField(default=1)  # 1 = the first provider of the list, 2 = its fallback, …
    body_hash = models.CharField(max_length=64, validators=[_SHA256])
    queued_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)  # the provider took it
    confirmed_at = models.DateTimeField(null=True, blank=True)  # the provider reported that the network took it
    delivered_at = models.DateTimeField(null=True, blank=True)
    failed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["queued_at"]
        indexes = [models.Index(fields=["link", "queued_at"], name="sms_by_link")]
        constraints = [
            models.UniqueConstraint(fields=["link", "attempt"], name="sms_one_per_link_and_attempt"),
            models.UniqueConstraint(
                fields=["provider", "provider_ref"], condition=~Q(provider_ref=""), name="sms_provider_ref_unique"
            ),
            models.CheckConstraint(condition=Q(status__in=SmsStatus.values), name="sms_status_known"),
            models.CheckConstraint(condition=~Q(status=SmsStatus.FAILED) | ~Q(reason=""), name="sms_failed_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.pk} {self.status}"


class OutboxText(ForceOwned):
    """A text of the on-screen provider (embedded profile): shown to the force's users instead of being sent.

    `sealed` is the body under the server's key (`streaming.tokens`), so that a copy of the database holds no link; it
    is emptied when the link closes.
    """

    message = models.OneToOneField(
        SmsMessage, on_delete=models.PROTECT, null=True, blank=True, related_name="on_screen"
    )
    guest_message = models.OneToOneField(
        "streaming.GuestMessage", on_delete=models.PROTECT, null=True, blank=True, related_name="on_screen"
    )
    sealed = models.TextField(blank=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(message__isnull=False, guest_message__isnull=True)
                | Q(message__isnull=True, guest_message__isnull=False),
                name="outbox_text_of_one_message",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class MessageText(ForceOwned):
    """The force's own wording of a text, one per kind and language. `{link}` and `{force}` are filled in."""

    class Kind(models.TextChoices):
        VIDEO_LINK = "video_link", "Link to show live video"
        LOCATION_LINK = "location_link", "Link to share a location"
        UPLOAD_LINK = "upload_link", "Link to send photos or films"
        COVERT_LINK = "covert_link", "Covert link: names nobody"

    kind = models.CharField(max_length=16, choices=Kind.choices)
    locale = models.CharField(max_length=16, default="en")
    text = models.CharField(max_length=320)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["kind", "locale"]
        constraints = [
            models.UniqueConstraint(fields=["force", "kind", "locale"], name="message_text_one_per_kind_and_locale"),
            models.CheckConstraint(condition=Q(text__contains="{link}"), name="message_text_has_link"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.locale}"


class NoticeAcceptance(ForceOwned):
    """The caller read the notice in a version and language and tapped the button (STANDARDS 13.5). Append-only."""

    link = models.ForeignKey(LinkToken, on_delete=models.PROTECT, related_name="acceptances")
    notice_hash = models.CharField(max_length=64, validators=[_SHA256])  # sha256 of the words as shown
    locale = models.CharField(max_length=16, blank=True)
    accepted_at = models.DateTimeField()
    user_agent = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["accepted_at"]
        constraints = [models.UniqueConstraint(fields=["link", "notice_hash"], name="notice_once_per_link_and_version")]

    def __str__(self) -> str:
        return f"{self.link_id} {self.notice_hash[:8]}"


def mask(number: str) -> str:
    """The number as screens show it: "+447700900123" is "+44 ••• 123"."""
    return f"{number[:3]} ••• {number[-3:]}" if len(number) > 6 else "•••"
