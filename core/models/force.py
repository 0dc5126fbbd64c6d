"""A police force: the wall between one force's data and another's."""

from __future__ import annotations

from django.core.validators import RegexValidator
from django.db import models


class Jurisdiction(models.TextChoices):
    ENGLAND_AND_WALES = "EW", "England and Wales"
    SCOTLAND = "SCT", "Scotland"
    NORTHERN_IRELAND = "NI", "Northern Ireland"


class Force(models.Model):
    """`code` is the two-digit PNC/CJS force code (STANDARDS 1.4)."""

    code = models.CharField(max_length=2, unique=True, validators=[RegexValidator(r"^\d{2}$", "Two digits.")])
    name = models.CharField(max_length=80)
    short_name = models.CharField(max_length=30)
    jurisdiction = models.CharField(max_length=3, choices=Jurisdiction.choices, default=Jurisdiction.ENGLAND_AND_WALES)
    sms_sender = models.CharField(
        max_length=11, blank=True, help_text="Registered sender ID, at most 11 letters or digits (STANDARDS 13.3)."
    )
    public_url = models.URLField(
        blank=True,
        help_text="Where this force's links point, for example https://northmere.police.uk. Empty: this site.",
    )
    is_demo = models.BooleanField(default=False, editable=False, help_text="Made up: `make demo` may write to it.")

    class Meta:
        ordering = ("code",)
        constraints = [
            models.CheckConstraint(condition=models.Q(code__regex=r"^[0-9]{2}$"), name="force_code_is_two_digits")
        ]

    def __str__(self) -> str:
        return self.name
