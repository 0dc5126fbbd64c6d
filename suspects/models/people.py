"""People, their names, numbers and ways to reach them (STANDARDS 1.1, 1.2, 5)."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from core.models.base import ForceOwned
from core.querysets import ForceQuerySet
from suspects.states import ContactKind, DpaCategory, IdentifierKind, NameType, Sex


class Person(ForceOwned):
    """One nominal. `surname` and `given_names` repeat the name shown first; every name is a `PersonName`.

    Heights in centimetres. Two ethnicities, neither derived from the other. `source` and `source_ref` name the record
    in the system it came from: an import finds it again by them.
    """

    surname = models.CharField(max_length=35, blank=True)
    given_names = models.CharField(max_length=110, blank=True)
    date_of_birth = models.DateField(null=True, blank=True)
    sex = models.CharField(max_length=1, choices=Sex.choices, default=Sex.UNKNOWN)
    gender_self = models.CharField(max_length=20, blank=True)
    gender_restricted = models.BooleanField(default=False, help_text="GRA 2004 s.22: do not disclose a history.")
    ethnicity_self = models.CharField(max_length=2, blank=True, help_text="18+1 code as the person said.")
    ethnicity_ns_reason = models.CharField(max_length=2, blank=True)
    ethnicity_observed = models.CharField(max_length=3, blank=True, help_text="IC1–IC6, IC9: an officer's perception.")
    birthplace = models.CharField(max_length=35, blank=True)
    height_from = models.PositiveSmallIntegerField(null=True, blank=True)
    height_to = models.PositiveSmallIntegerField(null=True, blank=True)
    build = models.CharField(max_length=16, blank=True)
    complexion = models.CharField(max_length=10, blank=True)
    eye_left = models.CharField(max_length=8, blank=True)
    eye_right = models.CharField(max_length=8, blank=True)
    hair = models.CharField(max_length=14, blank=True)
    facial_hair = models.CharField(max_length=40, blank=True)
    accent = models.CharField(max_length=40, blank=True)
    unknown_suspect = models.BooleanField(default=False, help_text="No name is known: at least four features are.")
    pole_incomplete = models.BooleanField(default=False)
    dpa_category = models.CharField(max_length=10, choices=DpaCategory.choices, default=DpaCategory.WITNESS)
    died_on = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=20, blank=True)
    source_ref = models.CharField(max_length=40, blank=True)
    source_hash = models.CharField(max_length=64, blank=True, help_text="Of the imported row: equal means unchanged.")
    recorded_at = models.DateTimeField()
    recorded_by_label = models.CharField(max_length=100, blank=True)
    changed_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["force", "source", "source_ref"], condition=~Q(source_ref=""), name="person_once_per_source"
            ),
            models.CheckConstraint(
                condition=~Q(surname="") | ~Q(given_names="") | Q(unknown_suspect=True), name="person_named_or_unknown"
            ),
            models.CheckConstraint(
                # One of the two without the other would be neither true nor false, which a database lets pass.
                condition=Q(height_from=None, height_to=None)
                | Q(
                    height_from__isnull=False,
                    height_to__isnull=False,
                    height_from__gte=30,
                    height_to__gte=models.F("height_from"),
                    height_to__lte=272,
                ),
                name="height_is_a_range",
            ),
        ]

    def __str__(self) -> str:
        return self.filename

    @property
    def filename(self) -> str:
        """Police order: SURNAME, Forename Middle."""
        if not self.surname:
            return self.given_names or "Name not known"
        return f"{self.surname.upper()}, {self.given_names}" if self.given_names else self.surname.upper()

    @property
    def spoken_name(self) -> str:
        """First given name and surname, as a card shows it."""
        return " ".join(part for part in (self.given_names.split(" ")[0], self.surname) if part) or "Name not known"


class PersonName(ForceOwned):
    """A name somebody has, had or gave. Append-only by practice: a false name is evidence."""

    # db_index: the constraint below begins with it
    person = models.ForeignKey("suspects.Person", models.PROTECT, related_name="names", db_index=False)
    type = models.CharField(max_length=14, choices=NameType.choices)
    given_names = models.CharField(max_length=110, blank=True)
    surname = models.CharField(max_length=35, blank=True)
    title = models.CharField(max_length=20, blank=True)
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=60, blank=True)
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["recorded_at", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(surname="") | ~Q(given_names=""), name="name_is_not_empty"),
            models.UniqueConstraint(fields=["person", "type", "given_names", "surname"], name="name_once_per_type"),
        ]

    def __str__(self) -> str:
        return f"{self.given_names} {self.surname}".strip()


class PersonIdentifier(ForceOwned):
    """PNC ID, CRO, ASN and the like. A wrong check letter is kept with `verified` false, never taken as valid."""

    # db_index: the constraint below begins with it
    person = models.ForeignKey("suspects.Person", models.PROTECT, related_name="identifiers", db_index=False)
    kind = models.CharField(max_length=10, choices=IdentifierKind.choices)
    value = models.CharField(max_length=40, help_text="Canonical when verified, as typed (capitals) when not.")
    verified = models.BooleanField(default=False)
    source = models.CharField(max_length=60, blank=True)
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["kind", "value"]
        constraints = [
            models.UniqueConstraint(fields=["person", "kind", "value"], name="identifier_once_per_person"),
        ]
        indexes = [models.Index(fields=["force", "value"], name="identifier_by_value")]

    def __str__(self) -> str:
        return f"{self.kind} {self.value}"


class ContactPoint(ForceOwned):
    """A number (E.164) or an email of a person or an organisation."""

    person = models.ForeignKey("suspects.Person", models.PROTECT, related_name="contact_points", null=True, blank=True)
    organisation = models.ForeignKey(
        "suspects.Organisation", models.PROTECT, related_name="contact_points", null=True, blank=True
    )
    kind = models.CharField(max_length=5, choices=ContactKind.choices)
    value = models.CharField(max_length=120)
    extension = models.CharField(max_length=6, blank=True)
    source = models.CharField(max_length=60, blank=True)
    recorded_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-recorded_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(person=None, organisation__isnull=False) | Q(person__isnull=False, organisation=None),
                name="contact_point_of_one",
            ),
        ]
        indexes = [models.Index(fields=["force", "value"], name="contact_point_by_value")]

    def __str__(self) -> str:
        return self.kind


class DistinguishingMark(ForceOwned):
    """Scar, tattoo, piercing: where on the body and what (STANDARDS 5.8)."""

    person = models.ForeignKey("suspects.Person", models.PROTECT, related_name="marks")
    feature = models.CharField(max_length=10, help_text="Lacking, Mark, Peculiar, Pierced, Scarred, Tattoo.")
    location = models.CharField(max_length=40)
    text = models.CharField(max_length=200)
    source = models.CharField(max_length=60, blank=True)
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["recorded_at"]

    def __str__(self) -> str:
        return f"{self.feature}, {self.location}"


class PoliceContact(ForceOwned):
    """A time the police met the person: stop, arrest, visit, call."""

    person = models.ForeignKey("suspects.Person", models.PROTECT, related_name="police_contacts")
    kind = models.CharField(max_length=40)
    occurred_at = models.DateTimeField()
    text = models.CharField(max_length=500)
    source = models.CharField(max_length=60, help_text="Custody 22/1187/26, Incident 417 of 21/11/2026.")
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["-occurred_at"]

    def __str__(self) -> str:
        return self.kind


class PersonRole(ForceOwned):
    """What a person is in an incident (STANDARDS 5.9)."""

    person = models.ForeignKey("suspects.Person", models.PROTECT, related_name="roles")
    incident = models.ForeignKey("incidents.Incident", models.PROTECT, related_name="+")
    role = models.CharField(max_length=30)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "incident", "role"], name="role_once_per_incident"),
        ]

    def __str__(self) -> str:
        return self.role


class SearchKey(models.Model):
    """One of the few short texts a person is found by. Derived: rebuilt from the names, so it has no foreign keys to
    check while a million people are loaded."""

    force = models.ForeignKey("core.Force", models.CASCADE, related_name="+", db_index=False, db_constraint=False)
    key = models.CharField(max_length=48)
    person = models.ForeignKey("suspects.Person", models.CASCADE, related_name="search_keys", db_constraint=False)

    objects: ClassVar[Any] = ForceQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["force", "key", "person"], name="search_key")]

    def __str__(self) -> str:
        return self.key
