"""Where an incident is, as each source said it: every report is a row, and one of them is in use (STANDARDS 3.1)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from core.models.base import ForceOwned
from incidents.states import LocationSource


class Location(ForceOwned):
    """One report of a place. WGS 84 degrees; easting and northing are metres of EPSG:27700; radius in metres.

    A better report is another row, and `Incident.location` points at the one in use; only the read-back is marked
    later. A point always has a radius; a report without a point (a null AML, words only) has none of the three.
    """

    incident = models.ForeignKey("incidents.Incident", models.PROTECT, related_name="locations", null=True, blank=True)
    source = models.CharField(max_length=16, choices=LocationSource.choices)
    lat = models.FloatField(null=True, blank=True)
    lon = models.FloatField(null=True, blank=True)
    radius_m = models.FloatField(null=True, blank=True)
    easting = models.FloatField(null=True, blank=True)
    northing = models.FloatField(null=True, blank=True)
    confidence_pct = models.PositiveSmallIntegerField(null=True, blank=True)
    method = models.CharField(max_length=20, blank=True, help_text="GNSS, Wi-Fi, cell, map, words.")
    words = models.CharField(max_length=300, blank=True, help_text="The address or place in words.")
    postcode = models.CharField(max_length=8, blank=True)
    uprn = models.CharField(max_length=12, blank=True)
    usrn = models.CharField(max_length=8, blank=True)
    w3w = models.CharField(max_length=80, blank=True, help_text="Three words, without slashes.")
    fixed_at = models.DateTimeField(help_text="When it was so, by the source's clock.")
    received_at = models.DateTimeField(help_text="When it reached us.")
    author_label = models.CharField(max_length=100)
    read_back_at = models.DateTimeField(null=True, blank=True, help_text="Read back to the caller and confirmed.")
    read_back_by_label = models.CharField(max_length=100, blank=True)

    class Meta:
        ordering = ["received_at"]
        indexes = [models.Index(fields=["incident", "-received_at"], name="location_by_incident")]
        constraints = [
            models.CheckConstraint(condition=Q(source__in=LocationSource.values), name="location_source_known"),
            models.CheckConstraint(
                condition=Q(lat=None, lon=None, radius_m=None)
                | Q(
                    lat__isnull=False,
                    lon__isnull=False,
                    lat__gte=-90,
                    lat__lte=90,
                    lon__gte=-180,
                    lon__lte=180,
                    radius_m__gte=0,
                    radius_m__isnull=False,
                ),
                name="location_point_has_a_radius",
            ),
            models.CheckConstraint(
                condition=Q(confidence_pct=None) | Q(confidence_pct__lte=100),
                name="location_confidence_is_a_percentage",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def has_point(self) -> bool:
        return self.lat is not None

    @property
    def codes(self) -> str:
        """Postcode, property and three words in one line, "" when there are none."""
        found = (self.postcode, self.uprn and f"UPRN {self.uprn}", self.usrn and f"USRN {self.usrn}")
        return ", ".join(code for code in (*found, self.w3w and f"///{self.w3w}") if code)
