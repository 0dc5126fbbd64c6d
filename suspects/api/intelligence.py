"""/api/v1/: markers and intelligence reports."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.api_defaults import Pages, actor_of
from core.errors import Invalid
from suspects.api import people_shapes as shapes
from suspects.selectors import people as selectors
from suspects.services import intelligence, markers

CREATED = status.HTTP_201_CREATED


class Markers(APIView):
    """GET: what stands against one person, vehicle or address, as the role may see it; POST adds a marker."""

    @extend_schema(operation_id="markers_list", parameters=[shapes.OfIn], responses=shapes.MarkerPageOut)
    def get(self, request: Request) -> Response:
        of = _read(shapes.OfIn, request.query_params)

        def read(limit: int, offset: int) -> tuple[int, list[Any]]:
            page = selectors.markers_of(actor_of(request), of["end"], of["key"], limit=limit, offset=offset)
            return page.count, page.rows

        return Pages().answer(request, read, shapes.MarkerOut)

    @extend_schema(operation_id="markers_add", request=shapes.MarkerIn, responses={201: shapes.MarkerOut})
    def post(self, request: Request) -> Response:
        given = _read(shapes.MarkerIn, request.data)
        subject: dict[str, UUID | str] = {}
        for name in ("person", "vehicle", "address"):
            if name in given:
                subject[name] = given.pop(name)
        marker = markers.add_marker(actor=actor_of(request), subject=subject, **given)
        return Response(shapes.MarkerOut(marker).data, status=CREATED)


class OneMarker(APIView):
    @extend_schema(operation_id="markers_act", request=shapes.MarkerVerbIn, responses=shapes.MarkerOut)
    def post(self, request: Request, marker_id: UUID) -> Response:
        """Confirm the marker, or remove it."""
        given, actor = _read(shapes.MarkerVerbIn, request.data), actor_of(request)
        if given["verb"] == "remove":
            marker = markers.remove_marker(actor=actor, marker_id=marker_id, reason=given["reason"])
        else:
            review = given["review_due"]
            if review is None:
                raise Invalid(fields={"review_due": "Give the day of the next review."})
            marker = markers.confirm_marker(actor=actor, marker_id=marker_id, source=given["source"], review_due=review)
        return Response(shapes.MarkerOut(marker).data)


class Reports(APIView):
    """GET: intelligence reports, newest first; POST submits one."""

    @extend_schema(operation_id="intelligence_list", parameters=[shapes.ReportListIn], responses=shapes.ReportPageOut)
    def get(self, request: Request) -> Response:
        state = _read(shapes.ReportListIn, request.query_params)["state"]

        def read(limit: int, offset: int) -> tuple[int, list[Any]]:
            page = selectors.intelligence_page(actor_of(request), state=state, limit=limit, offset=offset)
            return page.count, page.rows

        return Pages().answer(request, read, shapes.ReportOut)

    @extend_schema(operation_id="intelligence_add", request=shapes.ReportIn, responses={201: shapes.ReportOut})
    def post(self, request: Request) -> Response:
        given = _read(shapes.ReportIn, request.data)
        subjects = [(one["kind"], one["id"]) for one in given.pop("subjects")]
        report = intelligence.submit_report(actor=actor_of(request), subjects=subjects, **given)
        return Response(shapes.ReportOut(report).data, status=CREATED)


class OneReport(APIView):
    @extend_schema(operation_id="intelligence_get", responses=shapes.ReportOut)
    def get(self, request: Request, report_id: UUID) -> Response:
        return Response(shapes.ReportOut(selectors.get_report(actor_of(request), report_id, "API")).data)

    @extend_schema(operation_id="intelligence_act", request=shapes.ReportVerbIn, responses=shapes.ReportOut)
    def post(self, request: Request, report_id: UUID) -> Response:
        """Disseminate the report, give it another grade, or withdraw it."""
        given, actor = _read(shapes.ReportVerbIn, request.data), actor_of(request)
        if given["verb"] == "disseminate":
            report = intelligence.disseminate(
                actor=actor, report_id=report_id, recipient=given["recipient"], purpose=given["purpose"]
            )
        elif given["verb"] == "regrade":
            report = intelligence.regrade(
                actor=actor, report_id=report_id, grade=given["grade"], comment=given["comment"],
                handling_conditions=given["handling_conditions"],
            )  # fmt: skip
        else:
            report = intelligence.withdraw(actor=actor, report_id=report_id, reason=given["reason"])
        return Response(shapes.ReportOut(report).data)


def _read(shape: type[shapes.Shape], data: Any) -> dict[str, Any]:
    given = shape(data=data)
    given.is_valid(raise_exception=True)
    return dict(given.validated_data)
