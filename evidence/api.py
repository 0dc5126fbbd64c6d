"""/api/v1/: exhibits and evidence items, read only. Parse, one call, render; the same permissions as the pages."""

from __future__ import annotations

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.api_defaults import Pages, actor_of
from evidence import selectors
from evidence.serializers import (
    ExhibitDetailOut,
    ExhibitListIn,
    ExhibitOut,
    ExhibitPageOut,
    ItemListIn,
    ItemOut,
    ItemPageOut,
)


class Exhibits(APIView):
    """The force's exhibits, newest first; `incident` narrows."""

    @extend_schema(operation_id="exhibits_list", parameters=[ExhibitListIn], responses=ExhibitPageOut)
    def get(self, request: Request) -> Response:
        given = ExhibitListIn(data=request.query_params)
        given.is_valid(raise_exception=True)
        incident = given.validated_data.get("incident")

        def read(limit: int, offset: int) -> tuple[int, list[object]]:
            page = selectors.exhibits_page(actor_of(request), incident_id=incident, limit=limit, offset=offset)
            return page.count, page.rows

        return Pages().answer(request, read, ExhibitOut)


class OneExhibit(APIView):
    """An exhibit with its items, copies and continuity."""

    @extend_schema(operation_id="exhibits_get", responses=ExhibitDetailOut)
    def get(self, request: Request, exhibit_id: UUID) -> Response:
        return Response(ExhibitDetailOut(selectors.get_exhibit(actor_of(request), exhibit_id, purpose="API")).data)


class Items(APIView):
    """The force's evidence items, newest first; `exhibit` narrows."""

    @extend_schema(operation_id="evidence_items_list", parameters=[ItemListIn], responses=ItemPageOut)
    def get(self, request: Request) -> Response:
        given = ItemListIn(data=request.query_params)
        given.is_valid(raise_exception=True)
        exhibit = given.validated_data.get("exhibit")

        def read(limit: int, offset: int) -> tuple[int, list[object]]:
            page = selectors.items_page(actor_of(request), exhibit_id=exhibit, limit=limit, offset=offset)
            return page.count, page.rows

        return Pages().answer(request, read, ItemOut)


class OneItem(APIView):
    @extend_schema(operation_id="evidence_items_get", responses=ItemOut)
    def get(self, request: Request, item_id: UUID) -> Response:
        return Response(ItemOut(selectors.get_item(actor_of(request), item_id, purpose="API")).data)
