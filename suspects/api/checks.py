"""/api/v1/: stops and checks. The same services as the pages."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.api_defaults import actor_of
from core.errors import NotFound
from core.permissions import check as check_permission
from suspects.selectors.checks import Look, get_check, open_stop
from suspects.services.checks import run_check
from suspects.services.stops import Place, end_stop, start_stop
from suspects.services.typed import TYPED_LIMIT, Typed
from suspects.states import CheckSystem, Outcome, ReasonCode, Subject


class PlaceIn(serializers.Serializer[Any]):
    lat = serializers.FloatField(required=False, allow_null=True, min_value=-90, max_value=90)
    lon = serializers.FloatField(required=False, allow_null=True, min_value=-180, max_value=180)

    def place(self, text: str = "") -> Place:
        given = self.validated_data
        return Place(text=text, lat=given.get("lat"), lon=given.get("lon"))


class StopIn(PlaceIn):
    reason_code = serializers.ChoiceField(choices=ReasonCode.choices)
    justification = serializers.CharField(max_length=1000)
    on_behalf_of = serializers.CharField(max_length=200, allow_blank=True, default="")
    reference = serializers.CharField(
        max_length=200, allow_blank=True, default="", help_text="Incident or crime number; needed for reason 5."
    )
    place_text = serializers.CharField(max_length=500, allow_blank=True, default="")


class StopOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    reason_code = serializers.ChoiceField(choices=ReasonCode.choices)
    justification = serializers.CharField()
    on_behalf_of = serializers.CharField()
    place_text = serializers.CharField()
    incident = serializers.UUIDField(source="incident_id", allow_null=True)
    crime_ref = serializers.CharField()
    started_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()


def _typed() -> serializers.CharField:
    return serializers.CharField(max_length=TYPED_LIMIT * 2, allow_blank=True, default="")


class CheckIn(PlaceIn):
    """One box in `text`, or the fields of `subject`."""

    subject = serializers.ChoiceField(choices=Subject.choices, required=False, allow_blank=True, default="")
    text = _typed()
    surname = _typed()
    given = _typed()
    born = _typed()
    vrm = _typed()
    number = _typed()
    street = _typed()
    postcode = _typed()


TYPED = ("text", "surname", "given", "born", "vrm", "number", "street", "postcode")
_CHECK = CheckIn()  # keeps nothing of what it reads; making its fields anew takes longer than reading them


class CheckWantedOut(serializers.Serializer[Any]):
    basis = serializers.CharField(help_text="Why, or whom to call when nobody may approach.")
    may_arrest = serializers.BooleanField()
    power = serializers.CharField(allow_blank=True)
    band = serializers.CharField()
    do_not_approach = serializers.BooleanField(default=False)


class CheckWarningOut(serializers.Serializer[Any]):
    code = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # also the name of a field's own option
    severity = serializers.CharField()


class CheckRowOut(serializers.Serializer[Any]):
    """One record that may be meant. `score` orders the rows; it is no verdict."""

    kind = serializers.ChoiceField(choices=Subject.choices)
    id = serializers.UUIDField()
    name = serializers.CharField()
    line = serializers.CharField(default="", help_text="Of a vehicle or an address.")
    score = serializers.IntegerField()
    same = serializers.ListField(child=serializers.CharField())
    differs = serializers.ListField(child=serializers.CharField())
    born = serializers.DateField(default=None, allow_null=True)
    under_18 = serializers.BooleanField(default=False)
    wanted = CheckWantedOut(allow_null=True)
    wanted_people = serializers.IntegerField(default=0)
    warnings = CheckWarningOut(many=True)
    image = serializers.UUIDField(allow_null=True)
    image_on = serializers.DateField(allow_null=True)


class LookFactOut(serializers.Serializer[Any]):
    label = serializers.CharField()  # type: ignore[assignment]  # also the name of a field's own option
    value = serializers.CharField()


class LookOut(serializers.Serializer[Any]):
    system = serializers.ChoiceField(choices=CheckSystem.choices)
    state = serializers.ChoiceField(choices=["answered", "waiting", "not_run"])
    outcome = serializers.ChoiceField(choices=Outcome.choices, allow_blank=True)
    words = serializers.CharField()
    facts = LookFactOut(many=True)
    reference = serializers.CharField()
    at = serializers.DateTimeField(allow_null=True)
    stale = serializers.BooleanField()


class CheckOut(serializers.Serializer[Any]):
    id = serializers.UUIDField(source="check.id")
    at = serializers.DateTimeField(source="check.at")
    subject = serializers.ChoiceField(source="check.subject", choices=Subject.choices)
    typed = serializers.CharField(source="check.typed")
    understood = serializers.CharField(source="check.understood")
    outcome = serializers.ChoiceField(source="check.outcome", choices=Outcome.choices)
    advice = serializers.CharField(default="")
    rows = CheckRowOut(source="check.shown", many=True)
    looks = LookOut(many=True)


def as_json(answer: Any) -> dict[str, Any]:
    """The shape of `CheckOut`, written out: a serializer for each row would take longer than the search."""
    one = answer.check
    return {
        "id": one.pk, "at": one.at, "subject": one.subject, "typed": one.typed, "understood": one.understood,
        "outcome": one.outcome, "advice": getattr(answer, "advice", ""), "rows": [_row(row) for row in one.shown],
        "looks": [_look(look) for look in answer.looks],
    }  # fmt: skip


def _row(row: dict[str, Any]) -> dict[str, Any]:
    wanted = row["wanted"]
    names = ("kind", "id", "name", "score", "same", "differs", "image", "image_on")
    return {name: row[name] for name in names} | {
        "line": row.get("line", ""), "born": row.get("born"), "under_18": row.get("under_18", False),
        "wanted_people": row.get("wanted_people", 0),
        "wanted": wanted and {name: wanted.get(name, False) for name in _WANTED},
        "warnings": [{name: one[name] for name in ("code", "label", "severity")} for one in row["warnings"]],
    }  # fmt: skip


_WANTED = ("basis", "may_arrest", "power", "band", "do_not_approach")


def _look(look: Look) -> dict[str, Any]:
    return {
        "system": look.system, "state": look.state, "outcome": look.outcome, "words": look.words,
        "facts": list(look.facts), "reference": look.reference, "at": look.at, "stale": look.stale,
    }  # fmt: skip


class Stops(APIView):
    """The reason in force; POST gives one, DELETE ends it."""

    @extend_schema(operation_id="stops_current", responses=StopOut)
    def get(self, request: Request) -> Response:
        check_permission(actor_of(request), "person.check")
        stop = open_stop(actor_of(request))
        if stop is None:
            raise NotFound("No reason is in force. Give one first.")
        return Response(StopOut(stop).data)

    @extend_schema(operation_id="stops_start", request=StopIn, responses={201: StopOut})
    def post(self, request: Request) -> Response:
        given = StopIn(data=request.data)
        given.is_valid(raise_exception=True)
        data = given.validated_data
        stop = start_stop(
            actor=actor_of(request), reason_code=data["reason_code"], justification=data["justification"],
            on_behalf_of=data["on_behalf_of"], reference=data["reference"], place=given.place(data["place_text"]),
        )  # fmt: skip
        return Response(StopOut(stop).data, status=status.HTTP_201_CREATED)

    @extend_schema(operation_id="stops_end", responses={204: None})
    def delete(self, request: Request) -> Response:
        end_stop(actor=actor_of(request))
        return Response(status=status.HTTP_204_NO_CONTENT)


class Checks(APIView):
    @extend_schema(operation_id="checks_run", request=CheckIn, responses={201: CheckOut})
    def post(self, request: Request) -> Response:
        """Search our records for the reason in force; registers outside answer later, at the check's own address."""
        given = _CHECK.run_validation(request.data)
        answer = run_check(
            actor=actor_of(request), typed=Typed(**{name: given[name] for name in TYPED}), subject=given["subject"],
            place=Place(lat=given.get("lat"), lon=given.get("lon")),
        )  # fmt: skip
        return Response(as_json(answer), status=status.HTTP_201_CREATED)


class OneCheck(APIView):
    @extend_schema(operation_id="checks_get", responses=CheckOut)
    def get(self, request: Request, check_id: UUID) -> Response:
        return Response(as_json(get_check(actor_of(request), check_id)))
