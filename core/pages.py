"""Error pages in plain words."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from core.errors import DomainError, Invalid


def error_body(error: DomainError) -> dict[str, object]:
    """The JSON form, the same for the API and for scripts of our pages."""
    body: dict[str, object] = {"code": error.code, "message": error.message}
    if isinstance(error, Invalid) and error.fields:
        body["fields"] = error.fields
    if error.retry_after is not None:
        body["retry_after"] = error.retry_after
    return body


def wants_json(request: HttpRequest) -> bool:
    """Scripts of our pages say so first."""
    return request.headers.get("Accept", "").startswith("application/json")


def refusal_page(request: HttpRequest, error: DomainError) -> HttpResponse:
    """The page, the htmx fragment or the JSON of a refusal, by what the browser asked for."""
    if wants_json(request):
        response: HttpResponse = JsonResponse(error_body(error), status=error.status)
    else:
        fragment = bool(request.headers.get("HX-Request"))
        template = "errors/_fragment.html" if fragment else "errors/refused.html"
        response = render(request, template, {"error": error}, status=error.status)
    if error.retry_after is not None:
        response.headers["Retry-After"] = str(error.retry_after)
    return response
