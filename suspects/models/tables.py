"""The tables a force edits: everything STANDARDS marks [M] or [L]. Seeded by `services.reference_data.seed_force`."""

from __future__ import annotations

import datetime as dt

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from core.models.base import ForceOwned
from suspects.states import MarkerFamily, Severity


class PriorityBand(ForceOwned):
    """STANDARDS 7.3. Colour, shape and words together: never colour alone."""

    code = models.CharField(max_length=4)
    label = models.CharField(max_length=80)
    rank = models.PositiveSmallIntegerField(help_text="1 comes first.")
    target_hours = models.PositiveIntegerField(help_text="Hours from circulation to action.")
    colour = models.CharField(max_length=12, help_text="red, amber or blue: a name in the style sheet.")
    icon = models.CharField(max_length=20, help_text="triangle, diamond, circle.")

    class Meta:
        ordering = ["rank"]
        constraints = [models.UniqueConstraint(fields=["force", "code"], name="band_code_once_per_force")]

    def __str__(self) -> str:
        return self.code


class WantedBasis(ForceOwned):
    """Why somebody is wanted, which decides the power (STANDARDS 7.1)."""

    code = models.CharField(max_length=30)
    label = models.CharField(max_length=80, help_text="On the card: Recall to prison.")
    power = models.CharField(max_length=120, help_text='On the card: "unlawfully at large". Empty: no power of arrest.')
    may_arrest = models.BooleanField()
    by_warrant = models.BooleanField(default=False)
    needs_necessity = models.BooleanField(default=False, help_text="PACE s.24(5): a necessity reason is recorded.")
    court_within_hours = models.PositiveSmallIntegerField(null=True, blank=True)
    sort = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["sort", "code"]
        constraints = [
            models.UniqueConstraint(fields=["force", "code"], name="basis_code_once_per_force"),
            models.CheckConstraint(
                condition=models.Q(may_arrest=False, power="") | (models.Q(may_arrest=True) & ~models.Q(power="")),
                name="basis_names_its_power",
            ),
        ]

    def __str__(self) -> str:
        return self.label


class MarkerKind(ForceOwned):
    """Codes of warning signals and markers (STANDARDS 5.7): to be reconciled with the force's PNC/LEDS bureau."""

    family = models.CharField(max_length=12, choices=MarkerFamily.choices)
    code = models.CharField(max_length=6)
    label = models.CharField(max_length=60)
    severity = models.CharField(max_length=10, choices=Severity.choices)
    health = models.BooleanField(default=False, help_text="Restricted: only roles that need it see it.")
    secret = models.BooleanField(default=False, help_text="A refuge: shown to supervisors and sergeants only.")
    icon = models.CharField(max_length=20, blank=True)
    review_months = models.PositiveSmallIntegerField(default=12)

    class Meta:
        ordering = ["family", "code"]
        constraints = [
            models.UniqueConstraint(fields=["force", "family", "code"], name="marker_code_once_per_family"),
        ]

    def __str__(self) -> str:
        return f"{self.label} ({self.code})"


class ConditionKind(ForceOwned):
    """CJS condition codes (STANDARDS 7.4). Only a kind that permits it lets an officer knock."""

    code = models.CharField(max_length=4)
    label = models.CharField(max_length=80)
    is_curfew = models.BooleanField(default=False)
    is_exclusion = models.BooleanField(default=False)
    permits_doorstep = models.BooleanField(default=False)

    class Meta:
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(fields=["force", "code"], name="condition_code_once_per_force"),
            models.CheckConstraint(
                condition=models.Q(permits_doorstep=False) | models.Q(is_curfew=True), name="doorstep_only_for_curfew"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.label} ({self.code})"


class SuspectRules(ForceOwned):
    """One row of policy values per force. Minutes, metres and hours say so in their names."""

    lease_minutes = models.PositiveSmallIntegerField(default=45, validators=[MinValueValidator(5)])
    lease_extensions = models.PositiveSmallIntegerField(default=3, help_text="How often a holder may ask for more.")
    stop_minutes = models.PositiveSmallIntegerField(default=30, help_text="A reason is good for so long.")
    stop_metres = models.PositiveIntegerField(default=200, help_text="And so far.")
    source_stale_hours = models.PositiveSmallIntegerField(default=24)
    searches_per_minute = models.PositiveSmallIntegerField(default=60, help_text="Above it one account is slowed.")
    door_metres = models.PositiveSmallIntegerField(default=100, help_text="A curfew check counts within so far.")
    attempts_for_breach = models.PositiveSmallIntegerField(default=2)
    attempt_gap_minutes = models.PositiveSmallIntegerField(default=5)
    checks_per_night = models.PositiveSmallIntegerField(default=2, help_text="Completed checks of one person.")
    quiet_from = models.TimeField(default=dt.time(1, 0), help_text="No knocking from then without an inspector.")
    quiet_until = models.TimeField(default=dt.time(6, 0))
    breaches_for_wanted = models.PositiveSmallIntegerField(
        default=1, validators=[MaxValueValidator(20)], help_text="Breaches before a wanted draft goes to a sergeant."
    )
    nearby_km = models.PositiveSmallIntegerField(default=3, help_text="Phones within so far vibrate.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["force"], name="one_row_of_suspect_rules")]

    def __str__(self) -> str:
        return "Rules of suspects"
