"""Vehicles, addresses, organisations, and what joins any two records (STANDARDS 1.1, 3, 6)."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from core.models.base import ForceOwned
from suspects.querysets import LinkQuerySet
from suspects.states import LinkKind


def address_line(flat: str, number: str, premises: str, street: str, town: str, postcode: str) -> str:
    """An address in one line, without what is not known of it."""
    parts = (f"Flat {flat}" if flat else "", premises, f"{number} {street}".strip(), f"{town} {postcode}".strip())
    return ", ".join(part for part in parts if part)


class Vehicle(ForceOwned):
    """`vrm` is normalised (capitals, no spaces). `vrm_folded` has confusable characters made equal (0/O, 1/I, 5/S, 8/B,
    2/Z) and `vrm_reversed` is that backwards, so that a plate seen in part is found from either end."""

    vrm = models.CharField(max_length=11)
    vrm_folded = models.CharField(max_length=11)
    vrm_reversed = models.CharField(max_length=11)
    country = models.CharField(max_length=3, default="GBR")
    vin = models.CharField(max_length=17, blank=True)
    make = models.CharField(max_length=30, blank=True)
    model = models.CharField(max_length=40, blank=True)
    colour = models.CharField(max_length=20, blank=True)
    body = models.CharField(max_length=30, blank=True)
    source = models.CharField(max_length=20, blank=True)
    source_ref = models.CharField(max_length=40, blank=True)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["force", "source", "source_ref"], condition=~Q(source_ref=""), name="vehicle_once_per_source"
            ),
            models.CheckConstraint(condition=~Q(vrm="") | ~Q(vin=""), name="vehicle_has_vrm_or_vin"),
        ]
        indexes = [
            models.Index(fields=["force", "vrm_folded"], name="vehicle_by_vrm"),
            models.Index(fields=["force", "vrm_reversed"], name="vehicle_by_vrm_end"),
        ]

    def __str__(self) -> str:
        return self.vrm


class Address(ForceOwned):
    """WGS84 degrees. `street_folded` is what a search compares; `area` is the force's own beat or neighbourhood."""

    flat = models.CharField(max_length=5, blank=True)
    number = models.CharField(max_length=5, blank=True)
    premises = models.CharField(max_length=35, blank=True)
    street = models.CharField(max_length=35, blank=True)
    town = models.CharField(max_length=35, blank=True)
    county = models.CharField(max_length=35, blank=True)
    postcode = models.CharField(max_length=8, blank=True)
    uprn = models.CharField(max_length=12, blank=True, help_text="Without leading zeros.")
    usrn = models.CharField(max_length=8, blank=True)
    street_folded = models.CharField(max_length=35, blank=True)
    area = models.CharField(max_length=40, blank=True)
    lat = models.FloatField(null=True, blank=True)
    lon = models.FloatField(null=True, blank=True)
    source = models.CharField(max_length=20, blank=True)
    source_ref = models.CharField(max_length=40, blank=True)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["force", "source", "source_ref"], condition=~Q(source_ref=""), name="address_once_per_source"
            ),
            models.CheckConstraint(
                condition=Q(lat=None, lon=None)
                | Q(
                    lat__isnull=False,
                    lon__isnull=False,
                    lat__gte=-90,
                    lat__lte=90,
                    lon__gte=-180,
                    lon__lte=180,
                ),
                name="address_position_whole",
            ),
        ]
        indexes = [
            models.Index(fields=["force", "postcode"], name="address_by_postcode"),
            models.Index(fields=["force", "street_folded", "number"], name="address_by_street"),
            models.Index(fields=["force", "uprn"], name="address_by_uprn"),
        ]

    def __str__(self) -> str:
        return self.line

    @property
    def line(self) -> str:
        """One line: "Flat 3, 8 Eel Pie Court, Northmere NM4 2AB"."""
        return address_line(self.flat, self.number, self.premises, self.street, self.town, self.postcode)


class Organisation(ForceOwned):
    """Never a person's record."""

    name = models.CharField(max_length=255)
    kind = models.CharField(max_length=40, blank=True)
    source = models.CharField(max_length=60, blank=True)
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["name"]
        constraints = [models.CheckConstraint(condition=~Q(name=""), name="organisation_has_a_name")]

    def __str__(self) -> str:
        return self.name


def _joins(*ends: str) -> Q:
    names = ("person", "other_person", "vehicle", "address", "organisation")
    return Q(**{f"{name}__isnull": name not in ends for name in names})


class Link(ForceOwned):
    """Two records of which something is known, from whom and for how long. Exactly two of the five ends are set."""

    person = models.ForeignKey("suspects.Person", models.PROTECT, related_name="links", null=True, blank=True)
    other_person = models.ForeignKey("suspects.Person", models.PROTECT, related_name="links_to", null=True, blank=True)
    vehicle = models.ForeignKey("suspects.Vehicle", models.PROTECT, related_name="links", null=True, blank=True)
    address = models.ForeignKey("suspects.Address", models.PROTECT, related_name="links", null=True, blank=True)
    organisation = models.ForeignKey(
        "suspects.Organisation", models.PROTECT, related_name="links", null=True, blank=True
    )
    kind = models.CharField(max_length=14, choices=LinkKind.choices)
    text = models.CharField(max_length=200, blank=True)
    is_opinion = models.BooleanField(default=False)
    source = models.CharField(max_length=60)
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)
    recorded_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[Any] = LinkQuerySet.as_manager()

    class Meta:
        ordering = ["-recorded_at"]
        constraints = [
            models.CheckConstraint(
                condition=_joins("person", "other_person")
                | _joins("person", "vehicle")
                | _joins("person", "address")
                | _joins("person", "organisation")
                | _joins("vehicle", "address")
                | _joins("vehicle", "organisation")
                | _joins("address", "organisation"),
                name="link_joins_two",
            ),
            models.CheckConstraint(
                condition=Q(valid_from=None) | Q(valid_to=None) | Q(valid_to__gte=models.F("valid_from")),
                name="link_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return self.kind
