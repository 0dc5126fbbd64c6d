"""/api/v1/imports/: up to a thousand rows a call, handled at once. Larger files: `manage.py import_nominals`."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from typing import IO, Any
from uuid import UUID

from django.conf import settings
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.api_defaults import Pages, actor_of
from core.errors import TooLarge
from suspects.selectors.imports import get_import_run, import_problems, import_runs
from suspects.services.imports import import_nominals

MOST_ROWS = 1_000


class _Body(BaseParser):
    """The body as it came, no longer than a form may be."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> dict[str, bytes]:
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0
        body: bytes = stream.read(limit + 1)
        if len(body) > limit:
            raise TooLarge()
        return {"body": body}


class CsvParser(_Body):
    media_type = "text/csv"


class JsonLinesParser(_Body):
    media_type = "application/x-ndjson"


class ImportIn(serializers.Serializer[Any]):
    system = serializers.CharField(max_length=40, help_text="The system the rows are from: NICHE.")
    name = serializers.CharField(max_length=120, required=False, default="API", help_text="What to call this import.")
    dry_run = serializers.BooleanField(required=False, default=False, help_text="Check everything, write nothing.")


class ImportRunOut(serializers.Serializer[Any]):
    """The counts add up to `rows`."""

    id = serializers.UUIDField()
    system = serializers.CharField(source="source")
    file_name = serializers.CharField()
    sha256 = serializers.CharField()
    dry_run = serializers.BooleanField()
    started_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)
    rows = serializers.IntegerField()
    created = serializers.IntegerField()
    updated = serializers.IntegerField()
    unchanged = serializers.IntegerField()
    refused = serializers.IntegerField()
    by = serializers.CharField(source="by_label")


class _PageOut(serializers.Serializer[Any]):
    count = serializers.IntegerField()
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)


class ImportRunPageOut(_PageOut):
    results = ImportRunOut(many=True)


class ImportProblemOut(serializers.Serializer[Any]):
    line = serializers.IntegerField()
    column = serializers.CharField()
    message = serializers.CharField()


class ImportProblemPageOut(_PageOut):
    results = ImportProblemOut(many=True)


class PageIn(serializers.Serializer[Any]):
    limit = serializers.IntegerField(required=False, min_value=1, max_value=200)
    offset = serializers.IntegerField(required=False, min_value=0, max_value=10_000_000)


class Imports(APIView):
    """What was imported. POST takes CSV (text/csv) or JSON lines (application/x-ndjson), as docs/import.md says."""

    parser_classes = (CsvParser, JsonLinesParser)

    @extend_schema(operation_id="imports_list", parameters=[PageIn], responses=ImportRunPageOut)
    def get(self, request: Request) -> Response:
        def read(limit: int, offset: int) -> tuple[int, list[Any]]:
            page = import_runs(actor_of(request), limit=limit, offset=offset)
            return page.count, [*page.runs]

        return Pages().answer(request, read, ImportRunOut)

    @extend_schema(
        operation_id="imports_create",
        parameters=[ImportIn],
        request={"text/csv": OpenApiTypes.STR, "application/x-ndjson": OpenApiTypes.STR},
        responses={201: ImportRunOut},
    )
    def post(self, request: Request) -> Response:
        given = ImportIn(data=request.query_params)
        given.is_valid(raise_exception=True)
        body: bytes = request.data["body"] if isinstance(request.data, dict) and request.data else b""
        run = import_nominals(
            actor=actor_of(request),
            source=given.validated_data["system"],
            stream=BytesIO(body),
            file_name=given.validated_data["name"],
            json_lines=(request.content_type or "").startswith(JsonLinesParser.media_type),
            dry_run=given.validated_data["dry_run"],
            most_rows=MOST_ROWS,
        )
        return Response(ImportRunOut(run).data, status=status.HTTP_201_CREATED)


class OneImport(APIView):
    @extend_schema(operation_id="imports_get", responses=ImportRunOut)
    def get(self, request: Request, run_id: UUID) -> Response:
        return Response(ImportRunOut(get_import_run(actor_of(request), run_id)).data)


class ImportProblems(APIView):
    """What was refused: line, column and what to do."""

    @extend_schema(operation_id="imports_problems", parameters=[PageIn], responses=ImportProblemPageOut)
    def get(self, request: Request, run_id: UUID) -> Response:
        def read(limit: int, offset: int) -> tuple[int, list[Any]]:
            page = import_problems(actor_of(request), run_id, limit=limit, offset=offset)
            return page.count, [*page.problems]

        return Pages().answer(request, read, ImportProblemOut)
