"""/api/v1/: incidents and their log. Parse, one call, render; the same permissions as the pages."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.api_defaults import Pages, actor_of
from incidents import selectors, services
from incidents.models import Duty
from incidents.serializers import (
    BookOnIn,
    CategoryOut,
    DutyOut,
    GradeOut,
    IncidentListIn,
    IncidentOut,
    IncidentPageOut,
    LogEntryIn,
    LogEntryOut,
    LogListIn,
    OpenIncidentIn,
    PersonOnDutyOut,
)


class Incidents(APIView):
    """The force's incidents, newest first; POST opens one."""

    @extend_schema(operation_id="incidents_list", parameters=[IncidentListIn], responses=IncidentPageOut)
    def get(self, request: Request) -> Response:
        given = IncidentListIn(data=request.query_params)
        given.is_valid(raise_exception=True)
        asked = given.validated_data

        def read(limit: int, offset: int) -> tuple[int, list[object]]:
            if "reference" in asked:
                page = selectors.find_incidents(actor_of(request), asked["reference"], limit=limit, offset=offset)
            else:
                page = selectors.incidents_page(
                    actor_of(request), status=asked.get("status", ""), limit=limit, offset=offset
                )
            return page.count, [*page.incidents]

        return Pages().answer(request, read, IncidentOut)

    @extend_schema(operation_id="incidents_open", request=OpenIncidentIn, responses={201: IncidentOut})
    def post(self, request: Request) -> Response:
        given = OpenIncidentIn(data=request.data)
        given.is_valid(raise_exception=True)
        incident = services.open_incident(actor=actor_of(request), **given.validated_data)
        return Response(IncidentOut(incident).data, status=status.HTTP_201_CREATED)


class OneIncident(APIView):
    @extend_schema(operation_id="incidents_get", responses=IncidentOut)
    def get(self, request: Request, incident_id: UUID) -> Response:
        return Response(IncidentOut(selectors.get_incident(actor_of(request), incident_id, purpose="API")).data)


class IncidentLog(APIView):
    """An incident's log, oldest first; POST adds an entry."""

    @extend_schema(operation_id="incident_log_list", parameters=[LogListIn], responses=LogEntryOut(many=True))
    def get(self, request: Request, incident_id: UUID) -> Response:
        given = LogListIn(data=request.query_params)
        given.is_valid(raise_exception=True)
        asked = given.validated_data
        rows = selectors.log_entries(actor_of(request), incident_id, asked["after"], limit=asked["limit"])
        return Response(LogEntryOut(rows, many=True).data)

    @extend_schema(operation_id="incident_log_append", request=LogEntryIn, responses={201: LogEntryOut})
    def post(self, request: Request, incident_id: UUID) -> Response:
        given = LogEntryIn(data=request.data)
        given.is_valid(raise_exception=True)
        entry = services.append_log(actor=actor_of(request), incident_id=incident_id, **given.validated_data)
        return Response(LogEntryOut(entry).data, status=status.HTTP_201_CREATED)


class Grades(APIView):
    """The force's grades in use."""

    @extend_schema(operation_id="grades_list", responses=GradeOut(many=True))
    def get(self, request: Request) -> Response:
        return Response(GradeOut(selectors.grades(actor_of(request)), many=True).data)


class Categories(APIView):
    """The force's incident categories in use."""

    @extend_schema(operation_id="categories_list", responses=CategoryOut(many=True))
    def get(self, request: Request) -> Response:
        return Response(CategoryOut(selectors.categories(actor_of(request)), many=True).data)


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
