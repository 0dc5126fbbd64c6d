"""/api/v1/: incidents. Parse, one call, render; the same permissions as the pages."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.api_defaults import Pages, actor_of
from incidents import selectors, services
from incidents.serializers.incidents import (
    CategoryOut,
    GradeOut,
    IncidentListIn,
    IncidentOut,
    IncidentPageOut,
    OpenIncidentIn,
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
        asked, actor = given.validated_data, actor_of(request)
        caller = services.Caller(channel=asked["channel"], number=asked["caller_number"], name=asked["caller_name"])
        with transaction.atomic():  # the incident, who rang and the place in its words, or none of them
            incident = services.open_from_contact(actor=actor, caller=caller, **asked)
            services.keep_typed_place(actor=actor, incident_id=incident.pk)
        return Response(IncidentOut(incident).data, status=status.HTTP_201_CREATED)


class OneIncident(APIView):
    @extend_schema(operation_id="incidents_get", responses=IncidentOut)
    def get(self, request: Request, incident_id: UUID) -> Response:
        return Response(IncidentOut(selectors.get_incident(actor_of(request), incident_id, purpose="API")).data)


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
