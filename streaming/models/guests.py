"""A partner's person who is shown one incident: the link, its one-time codes, the browsers they opened, what was sent.

Of every secret the database holds a hash: the link's token, a code, a browser's cookie. What must still be sent waits
sealed under the server's key and is emptied when it has left or the link is over.
"""

from __future__ import annotations

from typing import ClassVar

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q

from core.models.base import ForceOwned
from streaming.states import GUEST_OVER, AgencyKind, GuestChannel, GuestState, SharingBasis, SmsStatus

_SHA256 = RegexValidator(r"^[0-9a-f]{64}\Z")
_OVER = [str(state) for state in GUEST_OVER]

#: How often a wrong code may be typed before it is void.
MOST_TRIES = 5
LONGEST_MINUTES = 24 * 60


class GuestRule(ForceOwned):
    """How long a force shares with partners, minutes. Without a row: 60, at most 240."""

    usual_minutes = models.PositiveSmallIntegerField(default=60)
    most_minutes = models.PositiveSmallIntegerField(default=240)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["force"], name="guest_rule_one_per_force"),
            models.CheckConstraint(
                condition=Q(
                    usual_minutes__gte=5, usual_minutes__lte=F("most_minutes"), most_minutes__lte=LONGEST_MINUTES
                ),
                name="guest_rule_minutes",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.usual_minutes}, at most {self.most_minutes} minutes"


class GuestLink(ForceOwned):
    """One incident for one named person of one agency. Moved only by `services.guests` and `services.guest_codes`."""

    incident = models.ForeignKey("incidents.Incident", on_delete=models.PROTECT, related_name="+")
    token_hash = models.CharField(max_length=64, unique=True, validators=[_SHA256])
    state = models.CharField(max_length=10, choices=GuestState.choices, default=GuestState.INVITED)
    name = models.CharField(max_length=40)
    agency_kind = models.CharField(max_length=12, choices=AgencyKind.choices)
    agency = models.CharField(max_length=38)
    channel = models.CharField(max_length=5, choices=GuestChannel.choices)
    address = models.CharField(max_length=254, blank=True)  # E.164 or e-mail; emptied by the purge
    purpose = models.CharField(max_length=200)
    basis = models.CharField(max_length=16, choices=SharingBasis.choices)
    show_video = models.BooleanField(default=True)
    show_place = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey("core.User", on_delete=models.PROTECT, related_name="+")
    created_by_label = models.CharField(max_length=80)
    expires_at = models.DateTimeField()
    last_look_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by_label = models.CharField(max_length=80, blank=True)
    problem = models.CharField(max_length=200, blank=True)  # why the last message did not leave, plain words
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering: ClassVar[list[str]] = ["-created_at"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["incident", "-created_at"], name="guest_by_incident"),
            models.Index(fields=["expires_at"], condition=Q(closed_at__isnull=True), name="guest_open_by_expiry"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(state__in=GuestState.values), name="guest_state_known"),
            models.CheckConstraint(condition=Q(agency_kind__in=AgencyKind.values), name="guest_agency_known"),
            models.CheckConstraint(condition=Q(channel__in=GuestChannel.values), name="guest_channel_known"),
            models.CheckConstraint(condition=Q(basis__in=SharingBasis.values), name="guest_basis_known"),
            models.CheckConstraint(
                condition=~Q(name="") & ~Q(agency="") & ~Q(purpose=""), name="guest_named_for_a_purpose"
            ),
            models.CheckConstraint(condition=Q(expires_at__gt=F("created_at")), name="guest_expires_after_start"),
            models.CheckConstraint(
                condition=Q(state__in=_OVER, closed_at__isnull=False) | ~Q(state__in=_OVER) & Q(closed_at__isnull=True),
                name="guest_over_has_time",
            ),
            models.CheckConstraint(
                condition=~Q(address="") | Q(closed_at__isnull=False), name="guest_address_while_open"
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def label(self) -> str:
        """How the guest is named in the log, on the watermark and in the audit trail."""
        return f"{self.name}, {self.agency}"

    @property
    def is_over(self) -> bool:
        return self.state in GUEST_OVER

    @property
    def ended_early(self) -> bool:
        """Neither withdrawn nor out of time: it ended with its incident."""
        return self.state == GuestState.ENDED and self.closed_at is not None and self.closed_at < self.expires_at


class GuestFilm(ForceOwned):
    """A sealed exhibit whose playback copy the guest may see."""

    link = models.ForeignKey(GuestLink, on_delete=models.PROTECT, related_name="films")
    exhibit = models.ForeignKey("evidence.Exhibit", on_delete=models.PROTECT, related_name="+")
    ref = models.CharField(max_length=40)

    class Meta:
        ordering: ClassVar[list[str]] = ["ref"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["link", "exhibit"], name="guest_film_once"),
        ]

    def __str__(self) -> str:
        return self.ref


class GuestCode(ForceOwned):
    """One code, for the browser that asked for it. Live until it is used, void, out of tries or out of time."""

    link = models.ForeignKey(GuestLink, on_delete=models.PROTECT, related_name="codes")
    code_hash = models.CharField(max_length=64, validators=[_SHA256])
    browser_hash = models.CharField(max_length=64, validators=[_SHA256])  # of the cookie it was asked with
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True, blank=True)
    void_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-created_at"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["link"],
                condition=Q(used_at__isnull=True, void_at__isnull=True),
                name="guest_code_one_live_per_link",
            ),
            models.CheckConstraint(condition=Q(tries__lte=MOST_TRIES), name="guest_code_tries"),
            models.CheckConstraint(
                condition=Q(used_at__isnull=True) | Q(void_at__isnull=True), name="guest_code_used_or_void"
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class GuestSession(ForceOwned):
    """One browser that a code opened. Its cookie is a new secret, never the one the code was asked with."""

    link = models.ForeignKey(GuestLink, on_delete=models.PROTECT, related_name="sessions")
    code = models.OneToOneField(GuestCode, on_delete=models.PROTECT, related_name="session")
    secret_hash = models.CharField(max_length=64, unique=True, validators=[_SHA256])
    opened_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    device = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["opened_at"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("opened_at")), name="guest_session_order"
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class GuestMessage(ForceOwned):
    """The link or a code on its way to the guest. `sealed` holds the words until they have left."""

    class Kind(models.TextChoices):
        LINK = "link", "Link"
        CODE = "code", "Code"

    link = models.ForeignKey(GuestLink, on_delete=models.PROTECT, related_name="messages")
    kind = models.CharField(max_length=4, choices=Kind.choices)
    sealed = models.TextField(blank=True)
    to_masked = models.CharField(max_length=60)
    provider = models.CharField(max_length=20, blank=True)
    attempt = models.PositiveSmallIntegerField(default=1)
    status = models.CharField(max_length=10, choices=SmsStatus.choices, default=SmsStatus.QUEUED)
    reason_code = models.CharField(max_length=40, blank=True)
    queued_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["queued_at"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(kind__in=["link", "code"]), name="guest_message_kind_known"),
            models.CheckConstraint(condition=Q(status__in=SmsStatus.values), name="guest_message_status_known"),
            models.CheckConstraint(
                condition=Q(sealed="") | Q(status__in=[SmsStatus.QUEUED, SmsStatus.SENDING]),
                name="guest_message_forgotten_after_sending",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.status}"
