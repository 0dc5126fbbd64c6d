"""/api/v1/wanted/ and /api/v1/operations/. The same selectors and services as the pages."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.api_defaults import Pages, actor_of
from core.pages import error_body
from suspects.selectors.operations import own_operations
from suspects.selectors.reservations import wanted_history
from suspects.selectors.wanted import GalleryFilters, gallery, wanted_card
from suspects.serializers import wanted as shapes
from suspects.services import operations, wanted
from suspects.services.reservations import Taken, reserve


def valid(shape: type[Any], data: Any) -> Any:
    """The serializer, read; raises what the API answers with 422."""
    given: serializers.Serializer[Any] = shape(data=data)
    given.is_valid(raise_exception=True)
    return given


def _page(request: Request, filters: GalleryFilters) -> Response:
    def read(limit: int, offset: int) -> tuple[int, list[Any]]:
        shown = gallery(actor_of(request), filters, "API", limit=limit, offset=offset)
        return shown.total, [*shown.cards]

    return Pages().answer(request, read, shapes.WantedCardOut)


class Wanted(APIView):
    """The gallery, most urgent first; POST opens a record, or a draft for a sergeant."""

    @extend_schema(operation_id="wanted_list", parameters=[shapes.WantedListIn], responses=shapes.WantedPageOut)
    def get(self, request: Request) -> Response:
        return _page(request, valid(shapes.WantedListIn, request.query_params).filters())

    @extend_schema(operation_id="wanted_open", request=shapes.OpenWantedIn, responses={201: shapes.WantedOut})
    def post(self, request: Request) -> Response:
        given = valid(shapes.OpenWantedIn, request.data)
        asked = given.validated_data
        record = wanted.open_wanted(
            actor=actor_of(request), person_id=asked["person"], details=given.details(), draft=asked["draft"]
        )
        return Response(shapes.WantedOut(record).data, status=status.HTTP_201_CREATED)


class WantedNear(APIView):
    """The gallery around a position. Changes nothing."""

    @extend_schema(operation_id="wanted_near", request=shapes.WantedNearIn, responses=shapes.WantedPageOut)
    def post(self, request: Request) -> Response:
        given = valid(shapes.WantedNearIn, request.data)
        return _page(request, given.filters(given.near()))


class OneWanted(APIView):
    @extend_schema(operation_id="wanted_get", responses=shapes.WantedCardOut)
    def get(self, request: Request, wanted_id: UUID) -> Response:
        return Response(shapes.WantedCardOut(wanted_card(actor_of(request), wanted_id, "API")).data)


class WantedHistory(APIView):
    """What became of the record and of every attempt, oldest first."""

    @extend_schema(operation_id="wanted_history", responses=shapes.StepOut(many=True))
    def get(self, request: Request, wanted_id: UUID) -> Response:
        return Response(shapes.StepOut(wanted_history(actor_of(request), wanted_id), many=True).data)


class ApproveWanted(APIView):
    """Circulate a draft; never by whoever wrote it."""

    @extend_schema(operation_id="wanted_approve", request=shapes.VersionIn, responses=shapes.WantedOut)
    def post(self, request: Request, wanted_id: UUID) -> Response:
        given = valid(shapes.VersionIn, request.data).validated_data
        record = wanted.approve(actor=actor_of(request), wanted_id=wanted_id, **given)
        return Response(shapes.WantedOut(record).data)


class WantedBand(APIView):
    """Another priority, with the reason."""

    @extend_schema(operation_id="wanted_band", request=shapes.BandIn, responses=shapes.WantedOut)
    def post(self, request: Request, wanted_id: UUID) -> Response:
        given = valid(shapes.BandIn, request.data).validated_data
        record = wanted.change_band(actor=actor_of(request), wanted_id=wanted_id, **given)
        return Response(shapes.WantedOut(record).data)


class CancelWanted(APIView):
    """No longer wanted, with the reason."""

    @extend_schema(operation_id="wanted_cancel", request=shapes.ReasonIn, responses=shapes.WantedOut)
    def post(self, request: Request, wanted_id: UUID) -> Response:
        given = valid(shapes.ReasonIn, request.data).validated_data
        return Response(shapes.WantedOut(wanted.cancel(actor=actor_of(request), wanted_id=wanted_id, **given)).data)


class ReactivateWanted(APIView):
    """Wanted again after an arrest, with the reason."""

    @extend_schema(operation_id="wanted_reactivate", request=shapes.ReasonIn, responses=shapes.WantedOut)
    def post(self, request: Request, wanted_id: UUID) -> Response:
        given = valid(shapes.ReasonIn, request.data).validated_data
        record = wanted.reactivate(actor=actor_of(request), wanted_id=wanted_id, **given)
        return Response(shapes.WantedOut(record).data)


class Reserve(APIView):
    """Take the person. 409 with code "taken" says who was first, since when and until when."""

    @extend_schema(
        operation_id="wanted_reserve",
        request=shapes.ReserveIn,
        responses={201: shapes.ReservationOut, 409: shapes.TakenOut},
    )
    def post(self, request: Request, wanted_id: UUID) -> Response:
        given = valid(shapes.ReserveIn, request.data)
        asked = given.validated_data
        try:
            row = reserve(
                actor=actor_of(request),
                wanted_id=wanted_id,
                acknowledged=given.ticks(),
                client_key=asked["client_key"],
                plan=given.plan(),
                receipt_id=asked.get("receipt"),
                armed_authority=asked["armed_authority"],
            )
        except Taken as error:
            body = error_body(error) | {"reservation": shapes.HolderOut(error.reservation).data}
            return Response(body, status=error.status)
        return Response(shapes.ReservationOut(row).data, status=status.HTTP_201_CREATED)


class Operations(APIView):
    """One's own operations with who looked; POST begins one."""

    @extend_schema(operation_id="operations_list", responses=shapes.OwnOperationOut(many=True))
    def get(self, request: Request) -> Response:
        return Response(shapes.OwnOperationOut(own_operations(actor_of(request)), many=True).data)

    @extend_schema(
        operation_id="operations_start", request=shapes.StartOperationIn, responses={201: shapes.OperationOut}
    )
    def post(self, request: Request) -> Response:
        given = valid(shapes.StartOperationIn, request.data).validated_data
        operation = operations.start_operation(actor=actor_of(request), **given)
        return Response(shapes.OperationOut(operation).data, status=status.HTTP_201_CREATED)


class EndOperation(APIView):
    @extend_schema(operation_id="operations_end", request=None, responses=shapes.OperationOut)
    def post(self, request: Request, operation_id: UUID) -> Response:
        operation = operations.end_operation(actor=actor_of(request), operation_id=operation_id)
        return Response(shapes.OperationOut(operation).data)
