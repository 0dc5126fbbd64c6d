"""/api/v1/: curfews due, checks at the door, breaches. A position is sent in a body, never in an address."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.api_defaults import Pages, actor_of
from suspects.selectors.breaches import breach, breaches
from suspects.selectors.curfew_door import checks_of
from suspects.selectors.curfews import due_tonight
from suspects.services.breaches import DECISIONS, decide_breach
from suspects.services.curfew_rules import DOOR, TAG
from suspects.services.curfews import BODY_WORN_LIMIT, NOTE_LIMIT, REASON_LIMIT, Seen, record_check
from suspects.states import BreachState, CurfewOutcome


class PositionIn(serializers.Serializer[Any]):
    lat = serializers.FloatField(min_value=-90, max_value=90)
    lon = serializers.FloatField(min_value=-180, max_value=180)


class DueWarningOut(serializers.Serializer[Any]):
    code = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # also the name of a field's own option
    severity = serializers.CharField()


class DueCurfewOut(serializers.Serializer[Any]):
    condition_id = serializers.UUIDField()
    person_id = serializers.UUIDField()
    name = serializers.CharField()
    age = serializers.IntegerField(allow_null=True)
    address = serializers.CharField(help_text="Empty under a planned operation.")
    lat = serializers.FloatField(allow_null=True)
    lon = serializers.FloatField(allow_null=True)
    code = serializers.CharField(help_text="CJS condition code: JE, JD.")
    hours = serializers.CharField(source="hours_words")
    state = serializers.ChoiceField(choices=["due", "wait", "done", "tag", "stay_away", "later"])
    until = serializers.DateTimeField(allow_null=True)
    may_knock = serializers.BooleanField()
    instruction = serializers.CharField()
    last = serializers.CharField(source="last_words")
    tonight = serializers.CharField(source="tonight_words")
    again_at = serializers.DateTimeField(allow_null=True)
    warnings = DueWarningOut(many=True)
    distance_m = serializers.FloatField(allow_null=True)
    route = serializers.IntegerField(allow_null=True, help_text="Order in which to drive, from 1.")


class DueListOut(serializers.Serializer[Any]):
    as_of = serializers.DateTimeField()
    rows = DueCurfewOut(many=True)
    geojson = serializers.JSONField(help_text="RFC 7946: the doors as points, ids and states only.")


class CurfewCheckIn(serializers.Serializer[Any]):
    client_key = serializers.UUIDField(help_text="The same key is one check, however often it is sent.")
    outcome = serializers.ChoiceField(choices=CurfewOutcome.choices)
    method = serializers.ChoiceField(choices=[(DOOR, "At the door"), (TAG, "Told by the tag contractor")], default=DOOR)
    at = serializers.DateTimeField(required=False, allow_null=True, help_text="When they knocked; now when left out.")
    attempt = serializers.IntegerField(required=False, allow_null=True, min_value=1, max_value=500)
    lat = serializers.FloatField(required=False, allow_null=True, min_value=-90, max_value=90)
    lon = serializers.FloatField(required=False, allow_null=True, min_value=-180, max_value=180)
    accuracy_m = serializers.FloatField(required=False, allow_null=True, min_value=0)
    place_reason = serializers.CharField(max_length=REASON_LIMIT, allow_blank=True, default="")
    note = serializers.CharField(max_length=NOTE_LIMIT, allow_blank=True, default="")
    body_worn_ref = serializers.CharField(max_length=BODY_WORN_LIMIT, allow_blank=True, default="")


class CurfewCheckOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    condition_id = serializers.UUIDField()
    night = serializers.DateField(help_text="The local date on which the hours began.")
    attempt = serializers.IntegerField()
    at = serializers.DateTimeField()
    recorded_at = serializers.DateTimeField()
    officer = serializers.CharField(source="officer_label")
    call_sign = serializers.CharField()
    method = serializers.CharField()
    outcome = serializers.ChoiceField(choices=CurfewOutcome.choices)
    note = serializers.CharField()
    distance_m = serializers.FloatField(allow_null=True)
    body_worn_ref = serializers.CharField()
    photo_id = serializers.UUIDField(allow_null=True)


class RecordedOut(serializers.Serializer[Any]):
    check = CurfewCheckOut()
    breach_id = serializers.UUIDField(allow_null=True, help_text="The breach that this check raised.")


class BreachOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    reference = serializers.CharField()
    state = serializers.ChoiceField(choices=BreachState.choices)
    condition_id = serializers.UUIDField()
    person_id = serializers.UUIDField()
    name = serializers.CharField()
    night = serializers.DateField()
    headline = serializers.CharField()
    statement = serializers.CharField()
    raised_at = serializers.DateTimeField()
    raised_by = serializers.CharField()
    wanted_id = serializers.UUIDField(allow_null=True)
    decision_text = serializers.CharField()


class BreachPageOut(serializers.Serializer[Any]):
    count = serializers.IntegerField()
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    results = BreachOut(many=True)


class BreachListIn(serializers.Serializer[Any]):
    open = serializers.BooleanField(required=False, default=False, help_text="Only those not yet decided.")
    limit = serializers.IntegerField(required=False, min_value=1, max_value=200)
    offset = serializers.IntegerField(required=False, min_value=0)


class DecisionIn(serializers.Serializer[Any]):
    decision = serializers.ChoiceField(choices=list(DECISIONS.items()))
    text = serializers.CharField(max_length=300, allow_blank=True, default="")


class Curfews(APIView):
    """Curfews whose hours run now or begin tonight. POST: the same from a position, nearest first, with a route."""

    @extend_schema(operation_id="curfews_list", responses=DueListOut)
    def get(self, request: Request) -> Response:
        return Response(DueListOut(due_tonight(actor_of(request))).data)

    @extend_schema(operation_id="curfews_near", request=PositionIn, responses=DueListOut)
    def post(self, request: Request) -> Response:
        given = PositionIn(data=request.data)
        given.is_valid(raise_exception=True)
        position = given.validated_data["lat"], given.validated_data["lon"]
        return Response(DueListOut(due_tonight(actor_of(request), position)).data)


class CurfewChecks(APIView):
    """The checks of one curfew, newest first; POST logs one."""

    @extend_schema(operation_id="curfew_checks_list", responses=CurfewCheckOut(many=True))
    def get(self, request: Request, condition_id: UUID) -> Response:
        return Response(CurfewCheckOut(checks_of(actor_of(request), condition_id), many=True).data)

    @extend_schema(operation_id="curfew_checks_record", request=CurfewCheckIn, responses={201: RecordedOut})
    def post(self, request: Request, condition_id: UUID) -> Response:
        given = CurfewCheckIn(data=request.data)
        given.is_valid(raise_exception=True)
        fields = dict(given.validated_data)
        key = fields.pop("client_key")
        done = record_check(actor=actor_of(request), condition_id=condition_id, client_key=key, seen=Seen(**fields))
        body = {"check": done.check, "breach_id": done.breach.pk if done.breach else None}
        return Response(RecordedOut(body).data, status=status.HTTP_201_CREATED)


class Breaches(APIView):
    """Broken curfews the actor may see, open ones first."""

    @extend_schema(operation_id="breaches_list", parameters=[BreachListIn], responses=BreachPageOut)
    def get(self, request: Request) -> Response:
        given = BreachListIn(data=request.query_params)
        given.is_valid(raise_exception=True)
        open_only = given.validated_data["open"]

        def read(limit: int, offset: int) -> tuple[int, list[object]]:
            page = breaches(actor_of(request), open_only=open_only, limit=limit, offset=offset)
            return page.count, [*page.rows]

        return Pages().answer(request, read, BreachOut)


class OneBreach(APIView):
    """A breach; POST decides it, for whoever reviews curfews and was not at the door."""

    @extend_schema(operation_id="breaches_get", responses=BreachOut)
    def get(self, request: Request, breach_id: UUID) -> Response:
        return Response(BreachOut(breach(actor_of(request), breach_id)).data)

    @extend_schema(operation_id="breaches_decide", request=DecisionIn, responses=BreachOut)
    def post(self, request: Request, breach_id: UUID) -> Response:
        given = DecisionIn(data=request.data)
        given.is_valid(raise_exception=True)
        decide_breach(actor=actor_of(request), breach_id=breach_id, **given.validated_data)
        return Response(BreachOut(breach(actor_of(request), breach_id)).data)
