"""Contacts: one inbound communication each, and which incidents they are about (STANDARDS 2.1, 2.2, 3.6, 3.7)."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from core.models.base import ForceOwned
from incidents.querysets import ContactQuerySet
from incidents.states import CallerRole, Channel, EisecKind


def _e164(field: str) -> Q:
    return Q(**{field: ""}) | Q(**{f"{field}__startswith": "+"})


class Contact(ForceOwned):
    """One call, message or visit. What the line said (CLI, EISEC) and what the caller said stand side by side.

    Times are what the telephony system told, in whatever order it told them; `recorded_at` is ours. Service levels are
    counted from them and never stored.
    """

    channel = models.CharField(max_length=20, choices=Channel.choices)
    cli = models.CharField(max_length=16, blank=True, help_text="The line's number, E.164.")
    cli_withheld = models.BooleanField(default=False, help_text="Withheld by the caller; 999 overrides it.")
    callback_number = models.CharField(max_length=16, blank=True, help_text="E.164.")
    safe_number = models.CharField(max_length=16, blank=True, help_text="Safe to ring. E.164.")
    alarm_urn = models.CharField(max_length=20, blank=True, help_text="The alarm's unique reference number.")
    name = models.CharField(max_length=100, blank=True)
    role = models.CharField(max_length=12, choices=CallerRole.choices, blank=True)
    on_behalf_of = models.CharField(max_length=100, blank=True)
    language = models.CharField(max_length=40, blank=True)
    interpreter = models.BooleanField(default=False)
    anonymous_requested = models.BooleanField(default=False)
    willing_to_be_contacted = models.BooleanField(null=True, blank=True)

    ring_start = models.DateTimeField(null=True, blank=True)
    connected_by_bt_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    abandoned = models.BooleanField(default=False)
    dismissed_at = models.DateTimeField(null=True, blank=True, help_text="Rang off, and no incident came of it.")
    dismissed_by_label = models.CharField(max_length=100, blank=True)
    dismissed_why = models.CharField(max_length=300, blank=True)
    silent_55 = models.BooleanField(default=False)
    line = models.CharField(max_length=20, blank=True)
    position = models.CharField(max_length=40, blank=True)

    external_id = models.CharField(max_length=80, blank=True, help_text="The telephony system's own id of the call.")
    client_key = models.UUIDField(null=True, blank=True, help_text="Made by the terminal: the same key adds once.")
    eisec_kind = models.CharField(max_length=8, choices=EisecKind.choices, blank=True)
    eisec_name = models.CharField(max_length=100, blank=True)
    eisec_address = models.CharField(max_length=300, blank=True)
    eisec_postcode = models.CharField(max_length=8, blank=True)
    recorded_at = models.DateTimeField()

    objects: ClassVar[Any] = ContactQuerySet.as_manager()

    class Meta:
        ordering = ["recorded_at"]
        indexes = [
            models.Index(
                fields=["answered_by", "-answered_at"], condition=Q(ended_at=None), name="contact_on_the_line"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["force", "external_id"], condition=~Q(external_id=""), name="contact_call_id_once"
            ),
            models.UniqueConstraint(fields=["force", "client_key"], name="contact_client_key_once"),
            models.CheckConstraint(condition=Q(channel__in=Channel.values), name="contact_channel_known"),
            models.CheckConstraint(condition=Q(role="") | Q(role__in=CallerRole.values), name="contact_role_known"),
            models.CheckConstraint(
                condition=Q(eisec_kind="") | Q(eisec_kind__in=EisecKind.values), name="contact_eisec_known"
            ),
            models.CheckConstraint(
                condition=_e164("cli") & _e164("callback_number") & _e164("safe_number"),
                name="contact_numbers_are_e164",
            ),
            models.CheckConstraint(
                condition=Q(dismissed_at=None, dismissed_by_label="", dismissed_why="")
                | (Q(dismissed_at__isnull=False) & ~Q(dismissed_by_label="") & ~Q(dismissed_why="")),
                name="contact_dismissal_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(answered_by=None) | Q(answered_at__isnull=False), name="contact_answerer_has_a_time"
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def came_at(self) -> datetime:
        """From when the call is counted: the operator's hand-over, else the ring, else what is known first."""
        return self.connected_by_bt_at or self.ring_start or self.answered_at or self.recorded_at

    @property
    def waited(self) -> int | None:
        """Seconds until it was answered, for the service level; None when not known."""
        if self.answered_at is None or (self.ring_start is None and self.connected_by_bt_at is None):
            return None
        return max(0, round((self.answered_at - self.came_at).total_seconds()))

    @property
    def number(self) -> str:
        return self.cli or self.callback_number

    @property
    def confirm_with_caller(self) -> bool:
        return self.eisec_kind == EisecKind.VOIP


class ContactLink(ForceOwned):
    """A contact is about an incident. Several callers on one incident are linked, never merged."""

    contact = models.ForeignKey("incidents.Contact", models.PROTECT, related_name="links")
    incident = models.ForeignKey("incidents.Incident", models.PROTECT, related_name="contact_links")
    at = models.DateTimeField()
    by_label = models.CharField(max_length=100)

    class Meta:
        ordering = ["at"]
        constraints = [models.UniqueConstraint(fields=["contact", "incident"], name="contact_linked_once")]


class CallFix(ForceOwned):
    """One message about where a call comes from. A message without a fix (a null AML) is kept without a location.

    `text` is the AML message without the two fields that identify the telephone; those are in `DeviceIdentity`.
    """

    contact = models.ForeignKey("incidents.Contact", models.PROTECT, related_name="fixes")
    location = models.OneToOneField("incidents.Location", models.PROTECT, related_name="+", null=True, blank=True)
    text = models.CharField(max_length=500, blank=True)
    warning = models.CharField(max_length=200, blank=True)
    semi_major_m = models.FloatField(null=True, blank=True)
    semi_minor_m = models.FloatField(null=True, blank=True)
    orientation_deg = models.FloatField(null=True, blank=True)
    received_at = models.DateTimeField()

    class Meta:
        ordering = ["received_at"]
        verbose_name_plural = "call fixes"
        constraints = [
            models.CheckConstraint(
                condition=Q(semi_major_m=None, semi_minor_m=None, orientation_deg=None)
                | Q(
                    semi_major_m__isnull=False,
                    semi_minor_m__isnull=False,
                    orientation_deg__isnull=False,
                    semi_minor_m__gte=0,
                    semi_major_m__gte=models.F("semi_minor_m"),
                    orientation_deg__gte=0,
                    orientation_deg__lte=360,
                ),
                name="call_fix_ellipse_whole",
            ),
        ]


class DeviceIdentity(ForceOwned):
    """IMSI and IMEI of a caller's telephone, apart from everything: no page, list, event or log shows them.

    Purged when `purge_after` has passed (`manage.py purge_device_identities`, and every hour by itself).
    """

    contact = models.ForeignKey("incidents.Contact", models.PROTECT, related_name="+")
    imsi = models.CharField(max_length=15, blank=True)
    imei = models.CharField(max_length=15, blank=True)
    received_at = models.DateTimeField()
    purge_after = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name_plural = "device identities"
        constraints = [
            models.CheckConstraint(condition=~Q(imsi="", imei=""), name="device_identity_says_something"),
            models.CheckConstraint(
                condition=Q(purge_after__gt=models.F("received_at")), name="device_identity_ends_after_it_begins"
            ),
        ]
