"""/api/v1/: bail and its conditions: granted, varied, cancelled, and which of them bind a person now and here."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.api_defaults import actor_of
from core.clock import now
from suspects.codes.curfew_hours import WHOLE_DAY, Slot
from suspects.codes.ground import ZONE_POINTS
from suspects.selectors.bail import conditions_in_force
from suspects.services import bail as services
from suspects.services.bail import BailTerms, ConditionTerms
from suspects.states import BailType


class HereIn(serializers.Serializer[Any]):
    lat = serializers.FloatField(required=False, allow_null=True, min_value=-90, max_value=90)
    lon = serializers.FloatField(required=False, allow_null=True, min_value=-180, max_value=180)


class ConditionViewOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    bail_id = serializers.UUIDField()
    code = serializers.CharField(help_text="CJS condition code.")
    label = serializers.CharField()  # type: ignore[assignment]  # also the name of a field's own option
    text = serializers.CharField()
    state = serializers.ChoiceField(choices=["now", "folded", "ended"])
    until = serializers.DateTimeField(allow_null=True)
    until_words = serializers.CharField()
    address = serializers.CharField()
    persons = serializers.CharField()
    tagged = serializers.BooleanField()
    may_knock = serializers.BooleanField()
    door_words = serializers.CharField()
    inside = serializers.BooleanField(allow_null=True, help_text="Whether the position is in the zone.")
    power_if_broken = serializers.CharField()
    source_words = serializers.CharField()
    confirmed_at = serializers.DateTimeField()


class SlotIn(serializers.Serializer[Any]):
    weekday = serializers.IntegerField(min_value=0, max_value=6, help_text="0 is Monday.")
    start = serializers.TimeField(help_text="By the local wall clock.")
    minutes = serializers.IntegerField(min_value=1, max_value=WHOLE_DAY)


class TermsIn(serializers.Serializer[Any]):
    code = serializers.CharField(max_length=4)
    text = serializers.CharField(max_length=2500)
    address_id = serializers.UUIDField(required=False, allow_null=True)
    zone = serializers.ListField(
        child=serializers.ListField(child=serializers.FloatField(), min_length=2, max_length=2),
        required=False, default=list, max_length=ZONE_POINTS + 1, help_text="[[lon, lat], …] in WGS84 degrees.",
    )  # fmt: skip
    persons = serializers.CharField(max_length=200, allow_blank=True, default="")
    tagged = serializers.BooleanField(default=False)
    checks_per_night = serializers.IntegerField(required=False, allow_null=True, min_value=1, max_value=24)
    quiet_hours_authorised = serializers.CharField(max_length=100, allow_blank=True, default="")
    starts_on = serializers.DateField(required=False, allow_null=True)
    ends_on = serializers.DateField(required=False, allow_null=True)
    slots = SlotIn(many=True, required=False, default=list)


class VaryIn(TermsIn):
    reason = serializers.CharField(max_length=200)


class BailIn(serializers.Serializer[Any]):
    person_id = serializers.UUIDField()
    type = serializers.ChoiceField(choices=BailType.choices)
    authority = serializers.CharField(max_length=80)
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField(required=False, allow_null=True)
    next_appearance = serializers.DateTimeField(required=False, allow_null=True)
    confirmed_at = serializers.DateTimeField(required=False, allow_null=True)
    source = serializers.CharField(max_length=60)  # type: ignore[assignment]  # also the name of a field's own option
    offence = serializers.CharField(max_length=120, allow_blank=True, default="")
    crime_ref = serializers.CharField(max_length=30, allow_blank=True, default="")
    power_if_broken = serializers.CharField(max_length=120, allow_blank=True, default="")
    oic = serializers.CharField(max_length=10, allow_blank=True, default="", help_text="Collar number.")
    conditions = TermsIn(many=True, required=False, default=list)


class BailOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    person_id = serializers.UUIDField()
    type = serializers.ChoiceField(choices=BailType.choices)
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField(allow_null=True)
    cancelled_at = serializers.DateTimeField(allow_null=True)
    power_if_broken = serializers.CharField()


class BailReasonIn(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=200)


class ConditionOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    bail_id = serializers.UUIDField()
    code = serializers.CharField(source="kind.code")
    text = serializers.CharField()
    cancelled_at = serializers.DateTimeField(allow_null=True)


def _terms(given: dict[str, Any]) -> ConditionTerms:
    return ConditionTerms(**{**given, "slots": tuple(Slot(**slot) for slot in given["slots"])})


class BailOfPerson(APIView):
    """What binds a person now; POST: now and here, with the phone's position in the body."""

    @extend_schema(operation_id="person_bail_list", responses=ConditionViewOut(many=True))
    def get(self, request: Request, person_id: UUID) -> Response:
        return Response(ConditionViewOut(conditions_in_force(actor_of(request), person_id, now()), many=True).data)

    @extend_schema(operation_id="person_bail_here", request=HereIn, responses=ConditionViewOut(many=True))
    def post(self, request: Request, person_id: UUID) -> Response:
        given = HereIn(data=request.data)
        given.is_valid(raise_exception=True)
        lat, lon = given.validated_data.get("lat"), given.validated_data.get("lon")
        position = (lat, lon) if lat is not None and lon is not None else None
        views = conditions_in_force(actor_of(request), person_id, now(), position)
        return Response(ConditionViewOut(views, many=True).data)


class Bails(APIView):
    """Record a grant of bail with its conditions."""

    @extend_schema(operation_id="bail_grant", request=BailIn, responses={201: BailOut})
    def post(self, request: Request) -> Response:
        given = BailIn(data=request.data)
        given.is_valid(raise_exception=True)
        fields = dict(given.validated_data)
        person_id, conditions = fields.pop("person_id"), [_terms(dict(one)) for one in fields.pop("conditions")]
        bail = services.grant_bail(
            actor=actor_of(request), person_id=person_id, terms=BailTerms(**fields), conditions=conditions
        )
        return Response(BailOut(bail).data, status=status.HTTP_201_CREATED)


class CancelBail(APIView):
    @extend_schema(operation_id="bail_cancel", request=BailReasonIn, responses=BailOut)
    def post(self, request: Request, bail_id: UUID) -> Response:
        given = BailReasonIn(data=request.data)
        given.is_valid(raise_exception=True)
        return Response(
            BailOut(services.cancel_bail(actor=actor_of(request), bail_id=bail_id, **given.validated_data)).data
        )


class VaryCondition(APIView):
    """The condition ends; what is returned took its place."""

    @extend_schema(operation_id="bail_condition_vary", request=VaryIn, responses={201: ConditionOut})
    def post(self, request: Request, condition_id: UUID) -> Response:
        given = VaryIn(data=request.data)
        given.is_valid(raise_exception=True)
        fields = dict(given.validated_data)
        reason = fields.pop("reason")
        new = services.vary_condition(
            actor=actor_of(request), condition_id=condition_id, terms=_terms(fields), reason=reason
        )
        return Response(ConditionOut(new).data, status=status.HTTP_201_CREATED)


class CancelCondition(APIView):
    @extend_schema(operation_id="bail_condition_cancel", request=BailReasonIn, responses=ConditionOut)
    def post(self, request: Request, condition_id: UUID) -> Response:
        given = BailReasonIn(data=request.data)
        given.is_valid(raise_exception=True)
        ended = services.cancel_condition(actor=actor_of(request), condition_id=condition_id, **given.validated_data)
        return Response(ConditionOut(ended).data)
