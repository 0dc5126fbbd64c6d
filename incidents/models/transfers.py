"""Incidents shared with other agencies by machine: the agency, the sharing, its messages and their bytes."""

from __future__ import annotations

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Length
from django.db.models.lookups import Exact

from core.models.base import ForceOwned
from incidents.states import (
    AgencyKind,
    LegalBasis,
    ReceivingStatus,
    SendingStatus,
    TransferDirection,
    TransferStandard,
    TransferType,
)

_CODE = RegexValidator(r"^[A-Za-z0-9._:@-]+$", "Use letters, digits and . _ : @ - only.")
_BY_MACHINE = Q(standard__in=[TransferStandard.JSON, TransferStandard.CAP, TransferStandard.EIDO])


class PartnerAgency(ForceOwned):
    """Another agency's control room. `code` is its identifier as it writes it in messages, `our_code` ours.

    Our private key is not here: `core.machine_door.own_key` derives it from `our_key_id`.
    """

    name = models.CharField(max_length=100)
    kind = models.CharField(max_length=12, choices=AgencyKind.choices)
    code = models.CharField(max_length=60, validators=[_CODE], help_text="Their identifier in messages.")
    our_code = models.CharField(max_length=60, validators=[_CODE], help_text="Ours, as they know us.")
    standard = models.CharField(max_length=8, choices=TransferStandard.choices, default=TransferStandard.JSON)
    endpoint = models.CharField(max_length=300, blank=True, help_text="Where their door is: https.")
    telephone = models.CharField(max_length=30, help_text="Called when no machine answers.")
    our_key_id = models.CharField(max_length=80, validators=[_CODE], unique=True, help_text="Names our key.")
    their_key_id = models.CharField(max_length=80, validators=[_CODE], unique=True, help_text="Names theirs.")
    their_public_key = models.CharField(max_length=44, blank=True, help_text="ed25519, 32 bytes in base64.")
    production = models.BooleanField(default=False, help_text="Real incidents. Off: everything is marked Exercise.")
    active = models.BooleanField(default=True)

    class Meta:
        ordering = ["name"]
        verbose_name_plural = "partner agencies"
        constraints = [
            models.UniqueConstraint(fields=["force", "code"], name="partner_code_once"),
            models.CheckConstraint(condition=Q(kind__in=AgencyKind.values), name="partner_kind_known"),
            models.CheckConstraint(condition=Q(standard__in=TransferStandard.values), name="partner_standard_known"),
            models.CheckConstraint(
                condition=Q(active=False) | ~_BY_MACHINE | (~Q(endpoint="") & ~Q(their_public_key="")),
                name="partner_has_address_and_key",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class PartnerShare(ForceOwned):
    """One incident, known to us and to one partner. `direction` says who told whom; both references are kept.

    The incident is empty while their offer waits for a person. `alarm_at`: nobody there has taken it in time.
    The row is the lock under which messages are numbered.
    """

    partner = models.ForeignKey("incidents.PartnerAgency", models.PROTECT, related_name="shares")
    incident = models.ForeignKey("incidents.Incident", models.PROTECT, related_name="shares", null=True, blank=True)
    direction = models.CharField(max_length=3, choices=TransferDirection.choices)
    our_ref = models.CharField(max_length=60, blank=True)
    their_ref = models.CharField(max_length=100, blank=True)
    purpose = models.CharField(max_length=200, blank=True)
    legal_basis = models.CharField(max_length=20, choices=LegalBasis.choices, blank=True)
    with_caller = models.BooleanField(default=False)
    opened_at = models.DateTimeField()
    opened_by_label = models.CharField(max_length=100)
    told_digest = models.CharField(max_length=64, blank=True, help_text="Of the facts last sent.")
    sent_seq = models.PositiveIntegerField(default=0)
    received_seq = models.PositiveIntegerField(default=0)
    alarm_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["opened_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["incident", "partner"], condition=Q(closed_at=None), name="share_open_once_per_partner"
            ),
            models.UniqueConstraint(
                fields=["partner", "their_ref"],
                condition=Q(direction=TransferDirection.IN),
                name="share_offered_once",
            ),
            models.CheckConstraint(
                condition=Q(direction=TransferDirection.IN)
                | Q(direction=TransferDirection.OUT, incident__isnull=False)
                & ~Q(purpose="")
                & Q(legal_basis__in=LegalBasis.values),
                name="share_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.our_ref or '–'} / {self.their_ref or '–'}"


class Transfer(ForceOwned):
    """One message (STANDARDS 4.1), adapter-neutral. What was said is never changed, only what became of it; its bytes
    as they went or came are in `TransferPayload`."""

    share = models.ForeignKey("incidents.PartnerShare", models.PROTECT, related_name="transfers")
    partner = models.ForeignKey("incidents.PartnerAgency", models.PROTECT, related_name="+")
    direction = models.CharField(max_length=3, choices=TransferDirection.choices)
    standard = models.CharField(max_length=8, choices=TransferStandard.choices)
    message_type = models.CharField(max_length=12, choices=TransferType.choices)
    message_id = models.UUIDField()
    in_reply_to = models.UUIDField(null=True, blank=True)
    sequence = models.PositiveIntegerField()
    originator_agency = models.CharField(max_length=60)
    originator_ref = models.CharField(max_length=100, blank=True)
    recipient_agency = models.CharField(max_length=60)
    recipient_ref = models.CharField(max_length=100, blank=True)
    sent_at = models.DateTimeField()
    received_at = models.DateTimeField(null=True, blank=True, help_text="By us, or their machine's receipt.")
    ack_at = models.DateTimeField(null=True, blank=True, help_text="When a person took or refused it.")
    accepted_by = models.CharField(max_length=100, blank=True)
    exercise = models.BooleanField(default=True)
    priority = models.CharField(max_length=60, blank=True)
    incident_type_local = models.CharField(max_length=100, blank=True, help_text="As its sender calls it.")
    incident_type_mapped = models.CharField(max_length=3, blank=True, help_text="Our category's code.")
    location_words = models.CharField(max_length=300, blank=True)
    lat = models.FloatField(null=True, blank=True)
    lon = models.FloatField(null=True, blank=True)
    radius_m = models.FloatField(null=True, blank=True)
    caller_name = models.CharField(max_length=100, blank=True)
    caller_number = models.CharField(max_length=40, blank=True, help_text="As its sender wrote it.")
    casualties = models.CharField(max_length=500, blank=True)
    hazards = models.CharField(max_length=500, blank=True)
    narrative = models.TextField(blank=True)
    marking = models.CharField(max_length=60, blank=True)
    payload_sha256 = models.CharField(max_length=64)
    status = models.CharField(max_length=12, choices=[*SendingStatus.choices, *ReceivingStatus.choices])
    reason = models.CharField(max_length=500, blank=True, help_text="Why it was rejected, or could not be sent.")
    attempts = models.PositiveIntegerField(default=0)
    alarm_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["sent_at", "sequence"]
        indexes = [
            models.Index(fields=["force", "status", "received_at"], name="transfer_offers"),
            models.Index(fields=["partner", "direction", "-received_at"], name="transfer_by_partner"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["partner", "direction", "message_id"], name="transfer_message_once"),
            models.UniqueConstraint(fields=["share", "direction", "sequence"], name="transfer_sequence_once"),
            models.CheckConstraint(condition=Q(message_type__in=TransferType.values), name="transfer_type_known"),
            models.CheckConstraint(condition=Q(standard__in=TransferStandard.values), name="transfer_standard_known"),
            models.CheckConstraint(condition=Exact(Length("payload_sha256"), 64), name="transfer_hash_length"),
            models.CheckConstraint(
                condition=Q(direction=TransferDirection.OUT, status__in=SendingStatus.values)
                | Q(direction=TransferDirection.IN, status__in=ReceivingStatus.values, received_at__isnull=False),
                name="transfer_status_fits_direction",
            ),
            models.CheckConstraint(
                condition=Q(lat=None, lon=None, radius_m=None)
                | Q(
                    lat__isnull=False, lon__isnull=False, radius_m__isnull=False, lat__gte=-90, lat__lte=90,
                    lon__gte=-180, lon__lte=180, radius_m__gte=0,
                ),
                name="transfer_point_has_a_radius",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.direction} {self.message_type} {self.sequence}"


class TransferPayload(ForceOwned):
    """The bytes of a message, as text. The database refuses to change or delete a row."""

    transfer = models.OneToOneField("incidents.Transfer", models.PROTECT, related_name="payload")
    content_type = models.CharField(max_length=100)
    raw = models.TextField()

    def __str__(self) -> str:
        return str(self.transfer_id)
