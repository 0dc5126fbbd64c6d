"""/api/v1/: States, from the radio interface (a machine, by its token) and from an officer's phone (signed in)."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.actors import request_ip
from core.api_defaults import actor_of
from core.errors import Invalid
from incidents import services
from incidents.serializers.radio import OwnStateIn, OwnStateOut, RadioStateIn, RadioStateOut
from incidents.services.radio import connection_of, take_message


class RadioStates(APIView):
    """A unit's State from the radio interface. Bearer token of a connection; idempotent by message id."""

    authentication_classes = ()  # no cookie is read: a browser that is signed in is nobody here
    permission_classes = ()

    @extend_schema(operation_id="states_radio", request=RadioStateIn, responses=RadioStateOut, auth=[])
    def post(self, request: Request) -> Response:
        connection = connection_of(request.headers.get("Authorization", ""), request_ip(request))
        given = RadioStateIn(data=request.data)
        given.is_valid(raise_exception=True)
        heard = take_message(connection=connection, **given.validated_data)
        if heard.refused:
            raise Invalid(heard.words, code=heard.refused)
        body = {"taken": True, "late": heard.late, "again": heard.again, "warnings": heard.warnings}
        return Response(RadioStateOut(body).data)


class OwnState(APIView):
    """The State of the unit that the officer is booked on with."""

    @extend_schema(operation_id="states_own", request=OwnStateIn, responses=OwnStateOut)
    def post(self, request: Request) -> Response:
        given = OwnStateIn(data=request.data)
        given.is_valid(raise_exception=True)
        asked = given.validated_data
        said = services.say_own_state(
            actor=actor_of(request), status_code=asked["state"], at=asked["at"], lat=asked["lat"], lon=asked["lon"],
            key=asked["key"],
        )  # fmt: skip
        unit = said.resource
        body = {
            "call_sign": unit.call_sign, "state": unit.status_code, "late": said.late, "again": said.again,
            "warnings": said.warnings,
        }  # fmt: skip
        return Response(OwnStateOut(body).data)
