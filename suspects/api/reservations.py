"""/api/v1/reservations/: from the tap to the result."""

from __future__ import annotations

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.api_defaults import actor_of
from suspects.api.wanted import valid
from suspects.models import Reservation
from suspects.selectors.reservations import reservation_page
from suspects.serializers import wanted as shapes
from suspects.services import reservations


def _answer(row: Reservation) -> Response:
    return Response(shapes.ReservationOut(row).data)


class OneReservation(APIView):
    @extend_schema(operation_id="reservations_get", responses=shapes.ReservationPageOut)
    def get(self, request: Request, reservation_id: UUID) -> Response:
        return Response(shapes.ReservationPageOut(reservation_page(actor_of(request), reservation_id)).data)


class Touch(APIView):
    """The holder is at work: the lease is as long as at the start again."""

    @extend_schema(operation_id="reservations_touch", request=None, responses=shapes.ReservationOut)
    def post(self, request: Request, reservation_id: UUID) -> Response:
        return _answer(reservations.touch(actor=actor_of(request), reservation_id=reservation_id))


class Extend(APIView):
    """One lease more; the force's rules say how often."""

    @extend_schema(operation_id="reservations_extend", request=None, responses=shapes.ReservationOut)
    def post(self, request: Request, reservation_id: UUID) -> Response:
        return _answer(reservations.extend(actor=actor_of(request), reservation_id=reservation_id))


class SetPlan(APIView):
    """Address, units, time of arrival."""

    @extend_schema(operation_id="reservations_plan", request=shapes.PlanIn, responses=shapes.ReservationOut)
    def post(self, request: Request, reservation_id: UUID) -> Response:
        plan = valid(shapes.PlanIn, request.data).plan()
        return _answer(reservations.set_plan(actor=actor_of(request), reservation_id=reservation_id, plan=plan))


class Acknowledge(APIView):
    """Warnings ticked after a hand-over, or for another address."""

    @extend_schema(operation_id="reservations_acknowledge", request=shapes.TicksIn, responses=shapes.ReservationOut)
    def post(self, request: Request, reservation_id: UUID) -> Response:
        ticks = valid(shapes.TicksIn, request.data).ticks()
        row = reservations.acknowledge(actor=actor_of(request), reservation_id=reservation_id, acknowledged=ticks)
        return _answer(row)


class RecordNecessity(APIView):
    """Why an arrest is necessary (PACE s.24(5)); suspicion is `grounds_text`."""

    @extend_schema(operation_id="reservations_necessity", request=shapes.NecessityIn, responses=shapes.ReservationOut)
    def post(self, request: Request, reservation_id: UUID) -> Response:
        given = valid(shapes.NecessityIn, request.data).validated_data
        row = reservations.record_necessity(actor=actor_of(request), reservation_id=reservation_id, **given)
        return _answer(row)


class EnRoute(APIView):
    @extend_schema(operation_id="reservations_en_route", request=None, responses=shapes.ReservationOut)
    def post(self, request: Request, reservation_id: UUID) -> Response:
        return _answer(reservations.set_en_route(actor=actor_of(request), reservation_id=reservation_id))


class Attempted(APIView):
    """At the door."""

    @extend_schema(operation_id="reservations_attempted", request=None, responses=shapes.ReservationOut)
    def post(self, request: Request, reservation_id: UUID) -> Response:
        return _answer(reservations.set_attempted(actor=actor_of(request), reservation_id=reservation_id))


class Release(APIView):
    """Given back to the list, with the reason."""

    @extend_schema(operation_id="reservations_release", request=shapes.ReleaseIn, responses=shapes.ReservationOut)
    def post(self, request: Request, reservation_id: UUID) -> Response:
        given = valid(shapes.ReleaseIn, request.data).validated_data
        return _answer(reservations.release(actor=actor_of(request), reservation_id=reservation_id, **given))


class HandOver(APIView):
    """To somebody on duty; answers with theirs."""

    @extend_schema(operation_id="reservations_hand_over", request=shapes.HandOverIn, responses=shapes.ReservationOut)
    def post(self, request: Request, reservation_id: UUID) -> Response:
        given = valid(shapes.HandOverIn, request.data).validated_data
        return _answer(reservations.hand_over(actor=actor_of(request), reservation_id=reservation_id, **given))


class Override(APIView):
    """A sergeant or supervisor takes the person back, or gives them to another officer (`to`)."""

    @extend_schema(operation_id="reservations_override", request=shapes.OverrideIn, responses=shapes.ReservationOut)
    def post(self, request: Request, reservation_id: UUID) -> Response:
        given = valid(shapes.OverrideIn, request.data).validated_data
        return _answer(reservations.override(actor=actor_of(request), reservation_id=reservation_id, **given))


class Result(APIView):
    """How it ended. Sent twice, the first counts."""

    @extend_schema(operation_id="reservations_result", request=shapes.ResultIn, responses=shapes.ResultOut)
    def post(self, request: Request, reservation_id: UUID) -> Response:
        given = valid(shapes.ResultIn, request.data).given()
        result = reservations.record_result(actor=actor_of(request), reservation_id=reservation_id, result=given)
        return Response(shapes.ResultOut(result).data)


VERBS: dict[str, type[APIView]] = {
    "touch": Touch,
    "extend": Extend,
    "plan": SetPlan,
    "acknowledge": Acknowledge,
    "necessity": RecordNecessity,
    "en_route": EnRoute,
    "attempted": Attempted,
    "release": Release,
    "hand_over": HandOver,
    "override": Override,
    "result": Result,
}
