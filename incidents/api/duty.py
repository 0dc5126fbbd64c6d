"""/api/v1/: shifts."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.api_defaults import actor_of
from incidents import selectors, services
from incidents.models import Duty
from incidents.serializers.duty import BookOnIn, DutyOut, PersonOnDutyOut


def _duty(duty: Duty | None) -> dict[str, Any]:
    if duty is None:
        return {"on_duty": False, "call_sign": "", "booked_on_at": None, "until": None}
    return DutyOut(
        {"on_duty": True, "call_sign": duty.call_sign, "booked_on_at": duty.booked_on_at, "until": duty.until}
    ).data


class OnDuty(APIView):
    """Who of the force is on duty."""

    @extend_schema(operation_id="duty_list", responses=PersonOnDutyOut(many=True))
    def get(self, request: Request) -> Response:
        return Response(PersonOnDutyOut(selectors.on_duty(actor_of(request)), many=True).data)


class OwnDuty(APIView):
    """The shift of whoever asks."""

    @extend_schema(operation_id="duty_own", responses=DutyOut)
    def get(self, request: Request) -> Response:
        return Response(_duty(selectors.own_duty(actor_of(request))))


class BookOn(APIView):
    @extend_schema(operation_id="duty_book_on", request=BookOnIn, responses=DutyOut)
    def post(self, request: Request) -> Response:
        given = BookOnIn(data=request.data)
        given.is_valid(raise_exception=True)
        return Response(_duty(services.book_on(actor=actor_of(request), **given.validated_data)))


class BookOff(APIView):
    @extend_schema(operation_id="duty_book_off", request=None, responses=DutyOut)
    def post(self, request: Request) -> Response:
        services.book_off(actor=actor_of(request))
        return Response(_duty(None))
