"""The shape of wanted records and reservations in the API. Rules are the services'; limits here bound what is read."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from suspects.selectors.wanted import GalleryFilters, Near
from suspects.services.reservations import Plan, ResultGiven, Tick
from suspects.services.wanted import WantedDetails
from suspects.states import RESULT_CHOICES, Necessity, ReservationState, Severity, WantedState, WarrantCategory


def _text(limit: int) -> serializers.CharField:
    return serializers.CharField(max_length=limit, allow_blank=True, default="")


class CardWarningOut(serializers.Serializer[Any]):
    marker = serializers.UUIDField(source="marker_id")
    code = serializers.CharField()
    name = serializers.CharField(source="label")
    severity = serializers.ChoiceField(choices=Severity.choices)
    about = serializers.ChoiceField(choices=["person", "address"])
    text = serializers.CharField()
    added_at = serializers.DateTimeField()
    review_due = serializers.DateField()
    review_overdue = serializers.BooleanField()


class HolderOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    state = serializers.ChoiceField(choices=ReservationState.choices)
    who = serializers.CharField(help_text="PC 7741 Ansah")
    call_sign = serializers.CharField()
    collar = serializers.CharField()
    since = serializers.DateTimeField()
    until = serializers.DateTimeField()
    mine = serializers.BooleanField()


class WantedCardOut(serializers.Serializer[Any]):
    id = serializers.UUIDField(source="wanted_id")
    person = serializers.UUIDField(source="person_id")
    state = serializers.ChoiceField(choices=WantedState.choices)
    version = serializers.IntegerField()
    name = serializers.CharField()
    age = serializers.IntegerField(allow_null=True)
    under_18 = serializers.BooleanField()
    band = serializers.CharField()
    target = serializers.CharField(source="target_words", help_text="24 h")
    due_at = serializers.DateTimeField()
    overdue = serializers.BooleanField()
    issued_at = serializers.DateTimeField()
    basis = serializers.CharField()
    basis_name = serializers.CharField(source="basis_label")
    offence = serializers.CharField()
    warrant_category = serializers.CharField()
    power = serializers.CharField(source="power_text", help_text="Arrest: the warrant, no bail")
    may_arrest = serializers.BooleanField()
    do_not_approach = serializers.BooleanField()
    instruction = serializers.CharField()
    contact_text = serializers.CharField()
    two_officers = serializers.BooleanField()
    armed_only = serializers.BooleanField()
    warnings = CardWarningOut(many=True)
    image = serializers.UUIDField(source="image_id", allow_null=True)
    image_date = serializers.DateField(allow_null=True)
    image_old = serializers.BooleanField()
    image_hidden = serializers.BooleanField()
    area = serializers.CharField()
    lat = serializers.FloatField(allow_null=True, help_text="Rounded to about a kilometre.")
    lon = serializers.FloatField(allow_null=True)
    distance_km = serializers.FloatField(allow_null=True)
    reservation = HolderOut(allow_null=True)


class WantedPageOut(serializers.Serializer[Any]):
    count = serializers.IntegerField()
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    results = WantedCardOut(many=True)


class WantedListIn(serializers.Serializer[Any]):
    band = serializers.ListField(child=serializers.CharField(max_length=4), required=False)
    basis = serializers.ListField(child=serializers.CharField(max_length=30), required=False)
    area = _text(40)
    offence = _text(60)
    warrant_category = serializers.ChoiceField(choices=WarrantCategory.choices, required=False)
    overdue = serializers.BooleanField(default=False)
    not_taken = serializers.BooleanField(default=False)
    power_now = serializers.BooleanField(default=False)
    limit = serializers.IntegerField(required=False, min_value=1, max_value=200)
    offset = serializers.IntegerField(required=False, min_value=0, max_value=1_000_000)

    def filters(self, near: Near | None = None) -> GalleryFilters:
        given = self.validated_data
        return GalleryFilters(
            near=near,
            bands=tuple(given.get("band", ())),
            bases=tuple(given.get("basis", ())),
            warrant_category=given.get("warrant_category", ""),
            **{name: given[name] for name in ("area", "offence", "overdue", "not_taken", "power_now")},
        )


class WantedNearIn(WantedListIn):
    """A position is sent in a body: addresses of requests are kept in logs."""

    lat = serializers.FloatField(min_value=-90, max_value=90)
    lon = serializers.FloatField(min_value=-180, max_value=180)
    km = serializers.FloatField(min_value=0.1, max_value=100)

    def near(self) -> Near:
        return Near(**{name: self.validated_data[name] for name in ("lat", "lon", "km")})


class OpenWantedIn(serializers.Serializer[Any]):
    person = serializers.UUIDField()
    draft = serializers.BooleanField(default=False)
    basis = serializers.CharField(max_length=30)
    band = serializers.CharField(max_length=4)
    offence = serializers.CharField(max_length=400)
    source = serializers.CharField(max_length=200)  # type: ignore[assignment]  # also the name of a field's own option
    band_reason = _text(400)
    offence_code = _text(40)
    crime_ref = _text(60)
    urn = _text(40)
    warrant_category = _text(1)
    court = _text(200)
    bail_backed = serializers.BooleanField(default=False)
    execute_conditions = _text(400)
    two_officers = serializers.BooleanField(default=False)
    armed_only = serializers.BooleanField(default=False)
    address = serializers.UUIDField(source="address_id", required=False, allow_null=True)
    area = _text(100)
    owner_unit = _text(200)
    contact_text = _text(400)
    grounds_known_at = serializers.DateTimeField(required=False, allow_null=True)
    issued_at = serializers.DateTimeField(required=False, allow_null=True)

    def details(self) -> WantedDetails:
        given = {name: value for name, value in self.validated_data.items() if name not in ("person", "draft")}
        return WantedDetails(**given)


class WantedOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    person = serializers.UUIDField(source="person_id")
    state = serializers.ChoiceField(choices=WantedState.choices)
    basis = serializers.CharField(source="basis.code")
    band = serializers.CharField(source="band.code")
    offence = serializers.CharField()
    due_at = serializers.DateTimeField()
    circulated_at = serializers.DateTimeField(allow_null=True)
    opened_by = serializers.CharField(source="opened_by_label")
    approved_by = serializers.CharField(source="approved_by_label")
    closed_at = serializers.DateTimeField(allow_null=True)
    closed_reason = serializers.CharField()
    version = serializers.IntegerField()


class VersionIn(serializers.Serializer[Any]):
    expected_version = serializers.IntegerField(required=False, allow_null=True, min_value=1)


class ReasonIn(VersionIn):
    reason = serializers.CharField(max_length=1000)


class BandIn(ReasonIn):
    band = serializers.CharField(max_length=4)


class StepOut(serializers.Serializer[Any]):
    at = serializers.DateTimeField()
    verb = serializers.CharField()
    state = serializers.CharField()
    by = serializers.CharField()
    text = serializers.CharField()


class TickIn(serializers.Serializer[Any]):
    marker = serializers.UUIDField()
    at = serializers.DateTimeField(required=False, allow_null=True)


class TicksIn(serializers.Serializer[Any]):
    """Each warning by itself, with the moment it was ticked."""

    acknowledged = TickIn(many=True, required=False)

    def ticks(self) -> list[Tick]:
        rows = self.validated_data.get("acknowledged", [])
        return [Tick(marker_id=row["marker"], at=row.get("at")) for row in rows]


class PlanIn(serializers.Serializer[Any]):
    address = serializers.UUIDField(source="address_id", required=False, allow_null=True)
    plan_text = _text(1000)
    plan_units = _text(400)
    eta_at = serializers.DateTimeField(required=False, allow_null=True)

    def plan(self) -> Plan:
        given = self.validated_data
        return Plan(
            address_id=given.get("address_id"), text=given["plan_text"], units=given["plan_units"],
            eta_at=given.get("eta_at"),
        )  # fmt: skip


class ReserveIn(TicksIn, PlanIn):
    client_key = serializers.UUIDField(help_text="Of the tap: sent twice, it is one reservation.")
    receipt = serializers.UUIDField(required=False, allow_null=True)
    armed_authority = _text(400)


class ReservationOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    wanted = serializers.UUIDField(source="wanted_id")
    person = serializers.UUIDField(source="person_id")
    state = serializers.ChoiceField(choices=ReservationState.choices)
    holder = serializers.CharField(source="holder_label")
    call_sign = serializers.CharField()
    reserved_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()
    extensions = serializers.IntegerField()
    address = serializers.UUIDField(source="address_id", allow_null=True)
    plan_text = serializers.CharField()
    plan_units = serializers.CharField()
    eta_at = serializers.DateTimeField(allow_null=True)
    previous = serializers.UUIDField(source="previous_id", allow_null=True)
    ended_at = serializers.DateTimeField(allow_null=True)
    end_reason = serializers.CharField()
    version = serializers.IntegerField()


class TakenOut(serializers.Serializer[Any]):
    """Somebody else was first."""

    code = serializers.CharField()
    message = serializers.CharField()
    reservation = HolderOut()


class ResultOut(serializers.Serializer[Any]):
    outcome = serializers.ChoiceField(choices=RESULT_CHOICES)
    occurred_at = serializers.DateTimeField()
    recorded_at = serializers.DateTimeField()
    place_text = serializers.CharField()
    custody_ref = serializers.CharField()
    asn = serializers.CharField()
    asn_verified = serializers.BooleanField(help_text="False: the check letter is wrong, or it is no such number.")
    cautioned = serializers.BooleanField(allow_null=True)
    reply = serializers.CharField()
    necessity = serializers.ListField(child=serializers.CharField())
    necessity_text = serializers.CharField()
    text = serializers.CharField()


class TickedOut(serializers.Serializer[Any]):
    warning = CardWarningOut()
    ticked_at = serializers.DateTimeField(allow_null=True)


class ReservationPageOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    card = WantedCardOut()
    holder = HolderOut()
    live = serializers.BooleanField()
    extensions_left = serializers.IntegerField()
    address = serializers.CharField(source="address.line", default="")
    plan_text = serializers.CharField()
    plan_units = serializers.CharField()
    eta_at = serializers.DateTimeField(allow_null=True)
    warnings = TickedOut(many=True)
    operation = serializers.CharField(source="operation_words", help_text="A number to call instead of going.")
    needs_necessity = serializers.BooleanField()
    necessity = serializers.ListField(child=serializers.CharField())
    necessity_text = serializers.CharField()
    grounds_text = serializers.CharField()
    end_reason = serializers.CharField()
    next = serializers.UUIDField(source="next_id", allow_null=True)
    steps = StepOut(many=True)
    result = ResultOut(allow_null=True)
    version = serializers.IntegerField()


class NecessityIn(serializers.Serializer[Any]):
    codes = serializers.ListField(child=serializers.ChoiceField(choices=Necessity.choices))
    text = serializers.CharField(max_length=2000)
    grounds_text = _text(2000)


class HandOverIn(serializers.Serializer[Any]):
    to = serializers.CharField(max_length=40, help_text="Collar number or call sign of somebody on duty.")
    reason = _text(1000)


class OverrideIn(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=1000)
    to = _text(40)


class ReleaseIn(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=1000)


class ResultIn(serializers.Serializer[Any]):
    outcome = serializers.ChoiceField(choices=RESULT_CHOICES)
    occurred_at = serializers.DateTimeField(required=False, allow_null=True)
    place_text = _text(400)
    custody_ref = _text(100)
    asn = _text(40)
    cautioned = serializers.BooleanField(required=False, allow_null=True, default=None)
    reply = _text(1000)
    necessity = serializers.ListField(child=serializers.ChoiceField(choices=Necessity.choices), default=list)
    necessity_text = _text(2000)
    grounds_text = _text(2000)
    use_of_force = serializers.BooleanField(required=False, allow_null=True, default=None)
    body_worn_ref = _text(100)
    text = _text(4000)

    def given(self) -> ResultGiven:
        given = self.validated_data
        return ResultGiven(**{**given, "necessity": tuple(given["necessity"])})


class StartOperationIn(serializers.Serializer[Any]):
    person_id = serializers.UUIDField()
    name = serializers.CharField(max_length=200)
    call_number = serializers.CharField(max_length=100, help_text="What an officer who taps is told to call.")
    starts_at = serializers.DateTimeField(required=False, allow_null=True)
    ends_at = serializers.DateTimeField()


class OperationLookOut(serializers.Serializer[Any]):
    at = serializers.DateTimeField()
    who = serializers.CharField()
    call_sign = serializers.CharField()
    what = serializers.CharField()


class OperationOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    person_id = serializers.UUIDField()
    name = serializers.CharField()
    call_number = serializers.CharField()
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)


class OwnOperationOut(OperationOut):
    looks = OperationLookOut(many=True)
