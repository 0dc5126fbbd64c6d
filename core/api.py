"""How every API of `/api/v1/` says no: one shape, the words a page would use."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler as drf_handler

from core.errors import DomainError, NotFound
from core.pages import error_body


def exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """{"code", "message", "fields"?}: the same words a page would show."""
    if isinstance(error, Http404):
        error = NotFound()
    if isinstance(error, DomainError):
        headers = {"Retry-After": str(error.retry_after)} if error.retry_after is not None else None
        return Response(error_body(error), status=error.status, headers=headers)
    response = drf_handler(error, context)
    if response is None or not isinstance(error, exceptions.APIException):
        return response
    if isinstance(error, exceptions.ValidationError):
        fields = {name: " ".join(map(str, _flat(value))) for name, value in _fields(error.detail).items()}
        response.data = {"code": "invalid", "message": "Check what was sent.", "fields": fields}
        response.status_code = 422
        return response
    response.data = {"code": error.default_code, "message": str(error.detail)}
    return response


def _fields(detail: Any) -> dict[str, Any]:
    return detail if isinstance(detail, dict) else {"non_field_errors": detail}


def _flat(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
