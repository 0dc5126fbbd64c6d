"""Shapes of the intelligence database in the API. Rules are the services'; limits here only bound what is read."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from suspects.states import ContactKind, DpaCategory, IdentifierKind, IntelState, LinkKind, NameType, Sex

Shape = serializers.Serializer[Any]


def words(limit: int = 200, **more: Any) -> serializers.CharField:
    """A text that may be left out."""
    return serializers.CharField(**{"max_length": limit, "allow_blank": True, "required": False, **more})


class MarkIn(Shape):
    feature = serializers.CharField(max_length=20)
    location = serializers.CharField(max_length=80)
    text = serializers.CharField(max_length=400)


class DetailsIn(Shape):
    """Dates as dd/mm/yyyy or ISO 8601; heights in centimetres."""

    date_of_birth = words(40)
    died_on = words(40)
    sex = serializers.ChoiceField(choices=Sex.choices, required=False)
    gender_self = words(40)
    gender_restricted = serializers.BooleanField(required=False)
    ethnicity_self = words(4, help_text="18+1, as the person said.")
    ethnicity_ns_reason = words(4)
    ethnicity_observed = words(4, help_text="IC1 to IC6, IC9: an officer's perception.")
    birthplace = words(80)
    height_from = serializers.IntegerField(required=False, allow_null=True)
    height_to = serializers.IntegerField(required=False, allow_null=True)
    build = words(40)
    complexion = words(40)
    eye_left = words(40)
    eye_right = words(40)
    hair = words(40)
    facial_hair = words(80)
    accent = words(80)
    dpa_category = serializers.ChoiceField(choices=DpaCategory.choices, required=False)


class PersonIn(DetailsIn):
    surname = words()
    given_names = words()
    source = serializers.CharField(max_length=40)  # type: ignore[assignment]  # also the name of a field's own option
    source_ref = words(80, default="")
    unknown_suspect = serializers.BooleanField(default=False)
    name_type = serializers.ChoiceField(choices=NameType.choices, default=NameType.LEGAL)
    marks = MarkIn(many=True, default=list)


class PersonChangeIn(DetailsIn):
    version = serializers.IntegerField(min_value=1, help_text="Of the record that was looked at.")
    reason = serializers.CharField(max_length=400)


class PersonOut(Shape):
    id = serializers.UUIDField()
    filename = serializers.CharField(help_text="SURNAME, Forename Middle")
    date_of_birth = serializers.DateField(allow_null=True)
    unknown_suspect = serializers.BooleanField()
    pole_incomplete = serializers.BooleanField()
    version = serializers.IntegerField()


class ProfileOut(Shape):
    """Facts in the order a phone shows them, each with section, title, text, source, date and age."""

    id = serializers.UUIDField(source="person_id")
    title = serializers.CharField()
    moment = serializers.DateTimeField()
    version = serializers.IntegerField()
    do_not_approach = serializers.CharField(help_text="Not empty: a planned operation. Call before anything else.")
    facts = serializers.ListField(source="as_facts", child=serializers.DictField())


class NameIn(Shape):
    type = serializers.ChoiceField(choices=NameType.choices)
    given_names = words(default="")
    surname = words(default="")
    title = words(40, default="")
    valid_from = serializers.DateField(required=False, allow_null=True)
    valid_to = serializers.DateField(required=False, allow_null=True)
    source = serializers.CharField(max_length=120)  # type: ignore[assignment]  # also the name of a field's own option
    show_first = serializers.BooleanField(default=False)


class NameOut(Shape):
    id = serializers.UUIDField()
    type = serializers.ChoiceField(choices=NameType.choices)
    given_names = serializers.CharField()
    surname = serializers.CharField()


class IdentifierIn(Shape):
    kind = serializers.ChoiceField(choices=IdentifierKind.choices)
    value = serializers.CharField(max_length=80)
    source = serializers.CharField(max_length=120)  # type: ignore[assignment]  # also the name of a field's own option


class IdentifierOut(Shape):
    id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=IdentifierKind.choices)
    value = serializers.CharField()
    verified = serializers.BooleanField(help_text="False: kept as said. Never use it as if it were the person's.")


class ContactIn(Shape):
    kind = serializers.ChoiceField(choices=ContactKind.choices)
    value = serializers.CharField(max_length=200)
    extension = words(10, default="")
    source = serializers.CharField(max_length=120)  # type: ignore[assignment]  # also the name of a field's own option


class ContactOut(Shape):
    id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=ContactKind.choices)
    value = serializers.CharField(help_text="E.164, or an email.")
    extension = serializers.CharField()


class ImageQuery(Shape):
    source = serializers.CharField(max_length=120)  # type: ignore[assignment]  # also the name of a field's own option
    kind = serializers.CharField(max_length=20, default="CUSTODY")
    taken_on = serializers.DateField(required=False, allow_null=True, default=None)


class ImageOut(Shape):
    id = serializers.UUIDField()
    kind = serializers.CharField()
    taken_on = serializers.DateField(allow_null=True)
    width = serializers.IntegerField()
    height = serializers.IntegerField()


class VehicleIn(Shape):
    vrm = words(40, default="")
    vin = words(40, default="")
    country = words(3, default="GBR")
    make = words(60, default="")
    model = words(80, default="")
    colour = words(40, default="")
    body = words(60, default="")
    source = words(40, default="")  # type: ignore[assignment]  # also the name of a field's own option
    source_ref = words(80, default="")


class VehicleOut(Shape):
    id = serializers.UUIDField(source="vehicle.id")
    vrm = serializers.CharField(source="vehicle.vrm")
    vin = serializers.CharField(source="vehicle.vin")
    warning = serializers.CharField(help_text="What to look at again; empty when nothing.")


class CardOut(Shape):
    """A vehicle or an address: facts in the order a phone shows them."""

    id = serializers.UUIDField(source="record_id")
    title = serializers.CharField()
    facts = serializers.ListField(source="as_facts", child=serializers.DictField())


class AddressIn(Shape):
    flat = words(10, default="")
    number = words(10, default="")
    premises = words(80, default="")
    street = words(80, default="")
    town = words(80, default="")
    county = words(80, default="")
    postcode = words(20, default="")
    uprn = words(20, default="")
    usrn = words(20, default="")
    area = words(80, default="")
    lat = serializers.FloatField(required=False, allow_null=True, default=None)
    lon = serializers.FloatField(required=False, allow_null=True, default=None)
    source = words(40, default="")  # type: ignore[assignment]  # also the name of a field's own option
    source_ref = words(80, default="")


class AddressOut(Shape):
    id = serializers.UUIDField()
    line = serializers.CharField()


class OrganisationIn(Shape):
    name = serializers.CharField(max_length=300)
    kind = words(80, default="")
    source = words(120, default="")  # type: ignore[assignment]  # also the name of a field's own option


class OrganisationOut(Shape):
    id = serializers.UUIDField()
    name = serializers.CharField()
    kind = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]  # also the name of a field's own option


class OfIn(Shape):
    """Of which record; exactly one."""

    person = serializers.UUIDField(required=False)
    vehicle = serializers.UUIDField(required=False)
    address = serializers.UUIDField(required=False)
    organisation = serializers.UUIDField(required=False)
    limit = serializers.IntegerField(required=False, min_value=1, max_value=200)
    offset = serializers.IntegerField(required=False, min_value=0, max_value=10_000_000)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        named = [name for name in ("person", "vehicle", "address", "organisation") if name in attrs]
        if len(named) != 1:
            raise serializers.ValidationError({"person": "Name one person, vehicle, address or organisation."})
        return {**attrs, "end": named[0], "key": attrs[named[0]]}


class LinkIn(Shape):
    """Two of the five ends; of two people the second is `other_person`."""

    kind = serializers.ChoiceField(choices=LinkKind.choices)
    person = serializers.UUIDField(required=False)
    other_person = serializers.UUIDField(required=False)
    vehicle = serializers.UUIDField(required=False)
    address = serializers.UUIDField(required=False)
    organisation = serializers.UUIDField(required=False)
    text = words(400, default="")
    is_opinion = serializers.BooleanField(default=False)
    source = serializers.CharField(max_length=120)  # type: ignore[assignment]  # also the name of a field's own option
    valid_from = serializers.DateField(required=False, allow_null=True, default=None)
    valid_to = serializers.DateField(required=False, allow_null=True, default=None)


class RecordLinkOut(Shape):
    id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=LinkKind.choices)
    person = serializers.UUIDField(source="person_id", allow_null=True)
    other_person = serializers.UUIDField(source="other_person_id", allow_null=True)
    vehicle = serializers.UUIDField(source="vehicle_id", allow_null=True)
    address = serializers.UUIDField(source="address_id", allow_null=True)
    organisation = serializers.UUIDField(source="organisation_id", allow_null=True)
    text = serializers.CharField()
    is_opinion = serializers.BooleanField()
    source = serializers.CharField()  # type: ignore[assignment]  # also the name of a field's own option
    valid_from = serializers.DateField(allow_null=True)
    valid_to = serializers.DateField(allow_null=True)
    confirmed_at = serializers.DateTimeField(allow_null=True)


class LinkVerbIn(Shape):
    """`confirm` with `source`; `end` with `last_day` and `reason`."""

    verb = serializers.ChoiceField(choices=["confirm", "end"])
    source = words(120, default="")  # type: ignore[assignment]  # also the name of a field's own option
    last_day = serializers.DateField(required=False, allow_null=True, default=None)
    reason = words(400, default="")


class MarkerIn(Shape):
    person = serializers.UUIDField(required=False)
    vehicle = serializers.UUIDField(required=False)
    address = serializers.UUIDField(required=False)
    code = serializers.CharField(max_length=6)
    text = serializers.CharField(max_length=600, help_text="What, and towards whom.")
    source = serializers.CharField(max_length=120)  # type: ignore[assignment]  # also the name of a field's own option
    event_date = serializers.DateField(required=False, allow_null=True, default=None)
    review_due = serializers.DateField(required=False, allow_null=True, default=None)
    expires_at = serializers.DateTimeField(required=False, allow_null=True, default=None)


class MarkerOut(Shape):
    id = serializers.UUIDField()
    code = serializers.CharField(source="kind.code")
    label = serializers.CharField(source="kind.label")  # type: ignore[assignment]  # also the name of a field's own option
    severity = serializers.CharField(source="kind.severity")
    text = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]  # also the name of a field's own option
    event_date = serializers.DateField(allow_null=True)
    added_at = serializers.DateTimeField()
    review_due = serializers.DateField()
    expires_at = serializers.DateTimeField(allow_null=True)


class MarkerVerbIn(Shape):
    """`confirm` with `source` and `review_due`; `remove` with `reason`, by somebody else than who added it."""

    verb = serializers.ChoiceField(choices=["confirm", "remove"])
    source = words(120, default="")  # type: ignore[assignment]  # also the name of a field's own option
    review_due = serializers.DateField(required=False, allow_null=True, default=None)
    reason = words(400, default="")


class SubjectIn(Shape):
    kind = serializers.ChoiceField(choices=["person", "vehicle", "address"])
    id = serializers.UUIDField()


class ReportIn(Shape):
    grade = serializers.CharField(max_length=8, help_text="2BC")
    text = serializers.CharField(max_length=4000, help_text="Sanitised: what is known, not who said it.")
    subjects = SubjectIn(many=True)
    handling_conditions = words(400, default="", help_text="Needed for handling C.")
    is_opinion = serializers.BooleanField(required=False, allow_null=True, default=None)
    occurred_at = serializers.DateTimeField(required=False, allow_null=True, default=None)
    review_due = serializers.DateField(required=False, allow_null=True, default=None)
    urn = words(60, default="")


class ReportSubjectOut(Shape):
    person = serializers.UUIDField(source="person_id", allow_null=True)
    vehicle = serializers.UUIDField(source="vehicle_id", allow_null=True)
    address = serializers.UUIDField(source="address_id", allow_null=True)


class ReportOut(Shape):
    id = serializers.UUIDField()
    urn = serializers.CharField()
    grading = serializers.CharField()
    handling_conditions = serializers.CharField()
    text = serializers.CharField()
    is_opinion = serializers.BooleanField()
    state = serializers.ChoiceField(choices=IntelState.choices)
    occurred_at = serializers.DateTimeField(allow_null=True)
    submitted_at = serializers.DateTimeField()
    review_due = serializers.DateField()
    subjects = ReportSubjectOut(many=True, source="subjects.all")


class ReportListIn(Shape):
    state = serializers.ChoiceField(choices=IntelState.choices, default=IntelState.DISSEMINATED)
    limit = serializers.IntegerField(required=False, min_value=1, max_value=200)
    offset = serializers.IntegerField(required=False, min_value=0, max_value=10_000_000)


class ReportVerbIn(Shape):
    """`disseminate` with `recipient` and `purpose`; `regrade` with `grade` and `comment`; `withdraw` with `reason`."""

    verb = serializers.ChoiceField(choices=["disseminate", "regrade", "withdraw"])
    recipient = words(default="")
    purpose = words(400, default="")
    grade = words(8, default="")
    comment = words(600, default="")
    handling_conditions = words(400, default="")
    reason = words(600, default="")


class PageIn(Shape):
    limit = serializers.IntegerField(required=False, min_value=1, max_value=200)
    offset = serializers.IntegerField(required=False, min_value=0, max_value=10_000_000)


class _PageOut(Shape):
    count = serializers.IntegerField()
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)


class PersonPageOut(_PageOut):
    results = PersonOut(many=True)


class LinkPageOut(_PageOut):
    results = RecordLinkOut(many=True)


class MarkerPageOut(_PageOut):
    results = MarkerOut(many=True)


class ReportPageOut(_PageOut):
    results = ReportOut(many=True)
