"""/api/v1/: the log of one incident."""

from __future__ import annotations

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.api_defaults import actor_of
from incidents import selectors, services
from incidents.serializers.log import LogEntryIn, LogEntryOut, LogListIn, LogVerdictOut


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


class IncidentLogCheck(APIView):
    """Every number and hash of an incident's log, computed anew from its first entry."""

    @extend_schema(operation_id="incident_log_check", responses=LogVerdictOut)
    def get(self, request: Request, incident_id: UUID) -> Response:
        return Response(LogVerdictOut(selectors.verify_log(actor_of(request), incident_id)).data)
